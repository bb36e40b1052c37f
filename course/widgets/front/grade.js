// The learner's own exercises, graded: what is under way, then each exercise with the tests that gave no points.
function drawGrade(root, view, send, before) {
  const field = fieldset(`Grade your exercises: ${view.title}`);
  field.append(create("p", {}, "Save the notebook first (Ctrl S, or ⌘ S). What is graded is the saved file; it is left as it is."));
  const press = button(view.exercises.length ? "Grade again" : "Grade", () => send({ type: "grade" }), { class: "course-main", disabled: view.running, "data-keep": "grade" });
  const bar = create("div", { class: "course-bar" }, press);
  if (view.running) bar.append(create("progress", { "aria-label": view.step }), create("span", {}, `${view.step} …`));
  field.append(bar);
  root.append(field);
  if (view.trouble) field.append(create("p", { class: "course-error" }, view.trouble));
  if (view.points !== null && !view.running) field.append(...gradeReport(view));
  if (before && before.running && !view.running) {
    announce(view.trouble || `Graded: ${view.points} points.`);
    return press;
  }
  if (before && view.running && before.step !== view.step) announce(view.step);
  return null;
}

function gradeReport(view) {
  const list = create("ul", { class: "course-grade" });
  for (const exercise of view.exercises) {
    const mark = create("span", { class: "course-mark", "aria-hidden": "true" }, exercise.solved ? "✓" : "✗");
    const words = exercise.solved ? "solved" : "not yet";
    const item = create("li", { class: exercise.solved ? "course-right" : "course-wrong" }, mark, ` ${exercise.id}: ${words}, ${exercise.points} points`);
    if (exercise.failed.length) {
      const why = exercise.failed.map((test) => create("li", {}, create("b", {}, test.name), `: ${test.message}`));
      item.append(create("ul", {}, ...why));
    }
    list.append(item);
  }
  const problems = view.problems.map((text) => html("p", { class: "course-note" }, text));
  const score = create("p", { class: "course-score" }, `${view.points} points, as it was saved at ${view.saved}.`);
  return [score, ...problems, list];
}

DRAW.grade = drawGrade;

// The learner's own exercises, graded: what is under way, then each exercise with the tests that gave no points.
const GRADE_MARKS = { solved: "✓", open: "✗", untouched: "○" };

function drawGrade(root, view, send, before) {
  const field = fieldset(`Grade your exercises: ${view.title}`);
  field.append(create("p", {}, "Save the notebook first (Ctrl S, or ⌘ S). What is graded is the saved file; it is left as it is."));
  // While it runs, the button keeps the keyboard: a key that is pressed with nothing in focus belongs to the notebook.
  const press = (text, event, more) => button(text, () => view.running || send({ type: "grade", ...event }), { "aria-disabled": view.running && "true", ...more });
  const main = press(view.exercises.length ? "Grade again" : "Grade", {}, { class: "course-main", "data-keep": "grade" });
  const bar = create("div", { class: "course-bar" }, main);
  if (view.running) bar.append(create("progress", { "aria-label": view.step }), create("span", {}, `${view.step} …`));
  field.append(bar);
  if (view.trouble) field.append(create("p", { class: "course-error" }, ...ticked(view.trouble)));
  if (view.unsealed) field.append(create("div", { class: "course-bar" }, press("Grade without a sandbox", { unsealed: true }, { "data-keep": "unsealed" })));
  if (view.score !== null && !view.running) field.append(...gradeReport(view));
  root.append(field);
  if (before?.running && !view.running) {
    announce(view.trouble || `Graded: ${view.score}.`, Boolean(view.trouble));
    return main;
  }
  if (view.running && before?.step !== view.step) announce(view.step);
  return null;
}

function gradeReport(view) {
  const list = create("ul", { class: "course-grade" });
  for (const exercise of view.exercises) {
    const mark = create("span", { class: "course-mark", "aria-hidden": "true" }, GRADE_MARKS[exercise.state]);
    const words = create("span", {}, create("b", {}, exercise.id), `: ${exercise.words}, ${exercise.points} points`);
    const item = create("li", { class: `course-grade-${exercise.state}` }, mark, words);
    if (exercise.failed.length) {
      const why = exercise.failed.map((test) => create("li", {}, create("b", {}, test.name), ": ", ...ticked(test.message)));
      item.append(create("ul", {}, ...why));
    }
    list.append(item);
  }
  const problems = view.problems.map((text) => create("p", { class: "course-note" }, ...ticked(text)));
  // What stands in the way of a new grading does not make the last one look like it.
  const score = create("p", { class: "course-score course-graded" }, `${view.trouble ? "Last result: " : ""}${view.score}, ${view.when}.`);
  return [score, ...problems, list];
}

// A message in which `code` stands between backticks; all else in it is as it was said.
function ticked(text) {
  return text.split(/`([^`\n]+)`/).map((part, number) => (number % 2 ? create("code", {}, part) : part));
}

DRAW.grade = drawGrade;

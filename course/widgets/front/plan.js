// The plan: today first, then the weeks, then the choices that it follows from.

const PLAN_WEEK = [["mon", "Mon"], ["tue", "Tue"], ["wed", "Wed"], ["thu", "Thu"], ["fri", "Fri"], ["sat", "Sat"], ["sun", "Sun"]];
const PLAN_MARKS = { lesson: "▤", exercises: "✎", cards: "▢", exam: "◷", interview: "◌", mistakes: "↺" };

const planMinutes = (minutes) => (minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h${minutes % 60 ? ` ${minutes % 60} min` : ""}`);

function planWork(work) {
  const what = work.lesson ? lessonLink(work.lesson) : create("span", {}, work.title);
  const item = create("li", {}, create("span", { class: "course-plan-mark", "aria-hidden": "true" }, PLAN_MARKS[work.kind] ?? "·"), what);
  if (work.call) item.append(" ", create("code", {}, work.call));
  item.append(" ", create("span", { class: "course-quiet" }, planMinutes(work.minutes)));
  return item;
}

function planDay(day, heading) {
  const list = create("ul", { class: "course-plan-works" }, ...day.works.map(planWork));
  const time = day.works.length ? `${planMinutes(day.planned)} of ${planMinutes(day.minutes)}` : day.minutes ? "nothing planned" : "free";
  return create("section", {}, create(heading, {}, day.title, " ", create("span", { class: "course-quiet" }, time)), list);
}

function planField(label, control, note) {
  const id = `course-${own}-${++serial}`;
  control.id = id;
  const row = create("div", { class: "course-plan-field" }, create("label", { for: id }, label), control);
  if (note) {
    row.append(create("span", { class: "course-quiet", id: `${id}-note` }, note));
    control.setAttribute("aria-describedby", `${id}-note`);
  }
  return row;
}

function planChecks(legend, entries, chosen, change) {
  const field = create("fieldset", { class: "course-plan-checks" }, create("legend", {}, legend));
  for (const [value, text] of entries) {
    const input = create("input", { ...QUIET, type: "checkbox", value, checked: chosen.includes(value), id: `course-${own}-${++serial}` });
    input.addEventListener("change", () => change([...field.querySelectorAll("input:checked")].map((one) => one.value)));
    field.append(create("span", {}, input, create("label", { for: input.id }, text)));
  }
  return field;
}

function planForm(view, send, choices) {
  // What was changed and not yet sent stays in `choices`, so that a redraw loses nothing.
  const draft = choices.get("plan") ?? structuredClone(view.settings);
  const change = (name, value) => {
    draft[name] = value;
    choices.set("plan", draft);
  };
  const input = (name, attributes, read = (node) => node.value) => {
    const node = create("input", { ...QUIET, ...attributes });
    node.value = draft[name];
    node.addEventListener("input", () => change(name, read(node)));
    return node;
  };
  const number = (name, attributes) => input(name, { type: "number", ...attributes }, (node) => (node.value === "" ? draft[name] : Number(node.value)));
  const form = create("form", { class: "course-plan-form", "aria-label": "Choices for the plan" });
  const exams = create("select", QUIET, ...view.blueprints.map(({ id, title }) => create("option", { value: id, selected: id === draft.blueprint }, title)));
  exams.addEventListener("change", () => change("blueprint", exams.value));
  form.append(
    planField("Exam or interview", exams),
    planField("Its day", input("exam_date", { type: "date", min: view.earliest }), "empty: no date yet"),
  );
  const hours = create("fieldset", { class: "course-plan-hours" }, create("legend", {}, "Hours of study"));
  for (const [day, name] of PLAN_WEEK) {
    const node = create("input", { ...QUIET, type: "number", min: 0, max: 16, step: 0.25, id: `course-${own}-${++serial}` });
    node.value = draft.hours[day] ?? 0;
    node.addEventListener("input", () => change("hours", { ...draft.hours, [day]: Number(node.value) }));
    hours.append(create("span", {}, create("label", { for: node.id }, name), node));
  }
  form.append(hours);
  const off = create("textarea", { ...QUIET, rows: 2, spellcheck: "false" });
  off.value = choices.get("plan-off") ?? draft.days_off.join(", ");
  off.addEventListener("input", () => {
    choices.set("plan-off", off.value); // As it was typed, if it cannot be read.
    change("days_off", off.value.split(/[,;\n]/).map((one) => one.trim()).filter(Boolean));
  });
  const variants = create("fieldset", { class: "course-plan-variants" }, create("legend", {}, draft.exam_date ? "Pace (the date of the exam decides)" : "Pace"));
  for (const { variant, weeks, hours_a_week } of view.variants) {
    const node = create("input", { ...QUIET, type: "radio", name: `course-${own}-variant`, value: variant, checked: variant === draft.variant, disabled: Boolean(draft.exam_date), id: `course-${own}-${++serial}` });
    node.addEventListener("change", () => change("variant", variant));
    variants.append(create("span", {}, node, create("label", { for: node.id }, `${variant}: ${weeks} ${weeks === 1 ? "week" : "weeks"}, ${planMinutes(Math.round(hours_a_week * 60))} a week`)));
  }
  form.append(
    planField("Days off", off, "dates such as 2026-12-24, with commas between"),
    variants,
    planChecks("Frameworks", [["django", "Django"], ["flask", "Flask"], ["fastapi", "FastAPI"]], draft.frameworks, (value) => change("frameworks", value)),
    planChecks("Material", [["core", "only the core path"]], draft.core_only ? ["core"] : [], (value) => change("core_only", value.length > 0)),
  );
  const cards = keptDetails(
    "plan-cards",
    choices,
    "Cards",
    planField("New cards a day", number("new_per_day", { min: 0, max: 9999 })),
    planField("Reviews a day at most", number("reviews_per_day", { min: 0, max: 9999 })),
    planField("Retention wanted", number("retention", { min: 0.7, max: 0.97, step: 0.01 }), "0.9: nine of ten cards are known when they come back"),
    planChecks("Easy days, with few cards", PLAN_WEEK, draft.easy_days, (value) => change("easy_days", value)),
  );
  const bar = create("div", { class: "course-bar" }, button("Make the plan", () => {}, { type: "submit", class: "course-button course-main", "data-keep": "plan-save" }));
  const undo = () => {
    choices.delete("plan");
    send({ type: "undo" });
  };
  if (view.undoable) bar.append(button("Undo the last change", undo, { "data-keep": "plan-undo" }));
  if (view.said && !view.error) bar.append(create("span", { class: "course-quiet" }, view.said));
  form.append(cards, bar);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send({ type: "choose", settings: draft });
  });
  return form;
}

DRAW.plan = (root, view, send, before, choices) => {
  const changed = before && JSON.stringify(before.settings) !== JSON.stringify(view.settings);
  if (changed) {
    choices.delete("plan");
    choices.delete("plan-off");
  }
  if (before && view.said && !view.error) announce(`${view.said} ${view.summary.join(" ")}`);
  const today = create("div", { class: "course-plan-today" }, planDay({ ...view.today, title: `Today, ${view.today.title}` }, "h3"));
  if (view.today.done) today.append(create("p", { class: "course-quiet" }, `${planMinutes(view.today.done)} are done.`));
  const summary = create("ul", { class: `course-plan-summary${view.fits ? "" : " course-plan-short"}` });
  summary.append(...view.summary.map((text) => create("li", {}, text)));
  const form = keptDetails("plan-form", choices, "Your exam, your week, your cards", planForm(view, send, choices));
  form.classList.add("course-plan-choices");
  const weeks = view.weeks.map((week, index) => {
    const title = create("span", {}, week.title, " ", create("span", { class: "course-quiet" }, `${planMinutes(week.planned)} of ${planMinutes(week.minutes)}`));
    const fold = keptDetails(`plan-week-${index}`, choices, title, ...week.days.map((day) => planDay(day, "h4")));
    if (!before && index === 0) fold.open = true;
    return fold;
  });
  root.append(today, summary, form, create("h3", {}, "The weeks ahead"), create("div", { class: "course-plan-weeks" }, ...weeks));
  return null;
};

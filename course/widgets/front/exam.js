// An exam: the list, the rules, one item at a time, the pause, the hand-in and the report.
function drawExam(root, view, send, before, choices) {
  const from = before?.kind === "exam" ? before : null;
  return EXAM_PAGES[view.state](root, view, send, from, choices);
}

const EXAM_PAGES = {
  list: drawExamList,
  start: drawExamStart,
  sitting: drawExamItem,
  paused: drawExamPause,
  "handing-in": drawExamEnd,
  report: drawExamReport,
};

const examTitle = (text) => focusable(create("h3", { class: "course-exam-title" }, text));
const examPercent = (share) => `${Math.round(share * 100)} %`;
const examRange = (row) => `${Math.round(row.low * 100)} to ${Math.round(row.high * 100)} %`;
const examPoints = (number) => String(Math.round(number * 10) / 10);
const examResult = (run) => (run.passed === null ? "void" : run.passed ? "passed" : "not passed");
const examMarks = [300, 60];

function examLines(lines, attributes = {}) {
  return create("ul", { class: "course-exam-lines", ...attributes }, ...lines.map((text) => create("li", {}, text)));
}

// What the title takes the keyboard for when another page has come.
const examArrival = (view, from, target) => (from && (from.state !== view.state || from.run !== view.run) ? target : null);

function drawExamList(root, view, send, from) {
  const title = examTitle("Practice exams");
  root.append(title);
  for (const exam of view.blueprints) {
    const box = create("section", { class: "course-exam-box", "aria-label": exam.title });
    box.append(create("h4", {}, exam.title), create("p", {}, exam.purpose), create("p", { class: "course-quiet" }, exam.size));
    if (exam.nothing) box.append(create("p", {}, exam.nothing));
    else {
      if (exam.coverage) box.append(create("p", { class: "course-quiet" }, exam.coverage));
      box.append(examReadiness(exam.readiness));
    }
    if (exam.earlier.length) box.append(examEarlier(exam.earlier, send));
    if (!exam.nothing)
      box.append(button("Choose", () => send({ type: "choose", blueprint: exam.id }), { "aria-label": `Choose ${exam.title}` }));
    root.append(box);
  }
  return examArrival(view, from, title);
}

function examReadiness(readiness) {
  const box = create("div", { class: "course-exam-ready" });
  box.append(create("p", {}, create("b", {}, "Readiness: "), readiness.text), create("p", { class: "course-quiet" }, readiness.reason));
  if (readiness.topics.length) {
    const names = readiness.topics.map((topic) => `${topic.title} (${examPercent(topic.expected)} expected)`);
    box.append(create("p", { class: "course-quiet" }, `Most is missed in: ${names.join("; ")}.`));
  }
  return box;
}

function examEarlier(earlier, send, current = null) {
  const list = create("ul", { class: "course-exam-lines", "aria-label": "Earlier results" });
  for (const run of earlier) {
    const text = `Form ${run.form}, ${run.date}: ${run.passed === null ? "void" : `${examPercent(run.share)}, ${examResult(run)}`}`;
    const row = create("li", {}, text, " ");
    if (run.run === current) row.append(create("b", {}, "(this one)"));
    else row.append(button("Report", () => send({ type: "report", run: run.run }), { "aria-label": `Report of form ${run.form}`, class: "course-small" }));
    list.append(row);
  }
  return list;
}

function drawExamStart(root, view, send, from) {
  const title = examTitle(view.title);
  root.append(title, create("p", {}, view.purpose));
  const bar = create("div", { class: "course-bar" });
  if (view.busy) {
    root.append(create("p", {}, view.busy));
    bar.append(button("Go on with it", () => send({ type: "go-on" }), { class: "course-main" }));
  } else if (view.nothing) root.append(create("p", {}, view.nothing));
  else {
    root.append(create("p", {}, create("b", {}, `Form ${view.form}: ${view.size}.`)), examLines(view.rules, { "aria-label": "Rules" }));
    if (view.caveats.length) root.append(examLines(view.caveats, { class: "course-exam-lines course-exam-caveats", "aria-label": "To know beforehand" }));
    root.append(examReadiness(view.readiness));
    bar.append(button("Start the exam", () => send({ type: "start", form: view.form }), { class: "course-main", "data-keep": "exam start" }));
  }
  if (!view.busy) bar.append(button("All exams", () => send({ type: "back" })));
  root.append(bar);
  if (view.earlier.length) root.append(create("h4", {}, "Earlier results"), examEarlier(view.earlier, send));
  return examArrival(view, from, title);
}

function drawExamItem(root, view, send, from, choices) {
  const place = view.here;
  const last = view.items.length - 1;
  const item = view.item;
  const go = (to) => { if (view.items[to]) send({ type: "go", run: view.run, item: view.items[to].id }); };
  const mark = () => send({ type: "mark", run: view.run, item: item.id, marked: !view.items[place].marked });
  const tick = () => {
    const clock = choices.get(KEPT)?.get(`clock ${view.run}`);
    send({ type: "tick", shown: clock ? clock.left() : view.left });
  };
  const clock = countdown({ key: view.run, choices, seconds: view.left, marks: examMarks, onEnd: tick });
  every({ key: view.run, choices, seconds: view.tick, act: tick });
  if (from?.run !== view.run) setTimeout(tick); // A page that was loaded again shows an old time.

  const title = create("div", { class: "course-exam-head" }, create("span", {}, `${view.title}, form ${view.form}`), clock);
  const name = `course-${own}-${++serial}`;
  const field = fieldset(`${place + 1} of ${view.items.length}${item.kind === "code" ? ", code task" : ""}`, `${name}-ask`);
  root.append(title, field);
  let target = field;
  if (item.kind === "gone") field.append(create("p", { id: `${name}-ask` }, "This item is no longer part of the course, and does not count."));
  else field.append(html("div", { class: "course-ask", id: `${name}-ask` }, item.ask));
  if (item.kind === "question") target = drawExamOptions(field, view, name, send, () => go(place + 1));
  if (item.kind === "code") {
    const box = codeBox({
      key: `${view.run} ${item.id}`, label: "Your code", value: item.code, rows: Math.min(Math.max(item.code.split("\n").length + 4, 12), 28), choices,
      onText: (code) => send({ type: "code", run: view.run, item: item.id, code }), commit: () => go(place + 1),
    });
    const check = () => send({ type: "check", run: view.run, item: item.id, code: box.input.value });
    field.append(box.node, create("div", { class: "course-bar" }, button("Check that it is Python", check, { class: "course-small", "data-keep": "exam check" }),
      create("span", { class: "course-exam-checked" }, item.checked ?? "")));
    if (item.checked && from?.item?.checked !== item.checked) announce(item.checked);
    target = box.input;
  }
  if (item.kind === "gone") focusable(field);

  const box = create("input", { ...QUIET, type: "checkbox", id: `${name}-mark`, checked: view.items[place].marked, "data-keep": "exam mark" });
  box.addEventListener("change", mark);
  field.append(create("div", { class: "course-bar" },
    button("Previous", () => go(place - 1), { disabled: place === 0, "data-keep": "exam previous" }),
    button("Next", () => go(place + 1), { disabled: place === last, class: place === last ? "" : "course-main", "data-keep": "exam next" }),
    create("span", { class: "course-exam-mark" }, box, create("label", { for: `${name}-mark` }, "Mark for later")),
  ));
  const asked = view.leaving ? drawExamLeave(view, send) : view.confirm && drawExamConfirm(view, send);
  if (asked) root.append(asked);
  root.append(drawExamNavigator(view, go), create("div", { class: "course-bar" },
    button("Pause", () => send({ type: "pause" }), { "data-keep": "exam pause" }),
    button("Hand in", () => send({ type: "hand-in", run: view.run }), { "data-keep": "exam hand in" }),
    examDoor(view, send),
  ));
  onKeys(root, { n: () => go(place + 1), p: () => go(place - 1), m: mark });
  const askedBefore = from && (from.leaving || from.confirm);
  if (asked && !askedBefore) return asked.querySelector("button");
  if (from?.state === "sitting" && from.item.id === item.id) return askedBefore && !asked ? target : null;
  return target;
}

function drawExamOptions(field, view, name, send, next) {
  const list = create("div", { class: "course-options" });
  view.item.options.forEach((option, index) => {
    const row = drawOption(name, index, String(index + 1), option.text, { checked: option.chosen, "data-keep": `exam ${view.item.id} ${index}` });
    row.addEventListener("change", () => send({ type: "answer", run: view.run, item: view.item.id, option: index }));
    list.append(row);
  });
  field.append(list, create("small", { class: "course-way" }, "Keys: a digit chooses, Enter or n goes on, p goes back, m marks."));
  chooseByKeys(field, next);
  return list.querySelector("input:checked") ?? list.querySelector("input");
}

function drawExamNavigator(view, go) {
  const list = create("ol", { class: "course-exam-items" });
  view.items.forEach((item, place) => {
    const said = [`${item.kind === "code" ? "Code task" : "Question"} ${item.number}`, item.state, ...(item.marked ? ["marked"] : [])];
    const sign = `${item.state === "answered" ? "✓" : ""}${item.marked ? "⚑" : ""}`;
    const here = place === view.here;
    list.append(create("li", {}, create("button", {
      ...QUIET, type: "button", class: `course-button course-exam-${item.state}`, "aria-label": said.join(", "),
      "aria-current": here ? "step" : null, "data-keep": `exam item ${item.id}`,
    }, `${item.number}`, create("span", { "aria-hidden": "true" }, sign))));
    list.lastChild.firstChild.addEventListener("click", () => go(place));
  });
  roving(list, "button");
  const answered = view.items.filter((item) => item.state === "answered").length;
  const marked = view.items.filter((item) => item.marked).length;
  const text = `${answered} of ${view.items.length} answered${marked ? `, ${marked} marked ⚑` : ""}.`;
  return create("nav", { "aria-label": "All questions" }, create("p", { class: "course-quiet" }, text), list);
}

function drawExamConfirm(view, send) {
  const { open, marked } = view.confirm;
  const said = [];
  if (open.length) said.push(`Still open: ${open.join(", ")}.`);
  if (marked.length) said.push(`Marked: ${marked.join(", ")}.`);
  return examAsked(`${said.join(" ")} Hand in now? Nothing can be changed afterwards.`, send,
    button("Hand in now", () => send({ type: "hand-in", run: view.run, sure: true })));
}

function examAsked(text, send, yes) {
  const name = `course-${own}-${++serial}`;
  return create("div", { class: "course-exam-confirm", role: "group", "aria-labelledby": name }, create("p", { id: name }, text),
    create("div", { class: "course-bar" }, button("Back to the exam", () => send({ type: "cancel" }), { class: "course-main" }), yes));
}

const examDoor = (view, send) =>
  button("Leave this exam", () => send({ type: "drop", run: view.run }), { "data-keep": "exam leave" });

function drawExamLeave(view, send) {
  return examAsked("Leave this exam for good? Its answers are given up, and it counts nowhere. To go on later, pause it instead.", send,
    button("Leave it for good", () => send({ type: "drop", run: view.run, sure: true })));
}

function drawExamPause(root, view, send, from) {
  const title = examTitle(`${view.title}, form ${view.form}: paused`);
  const why = view.interrupted ? "The exam was interrupted. The clock has stood still since then. " : "";
  const go = button("Go on", () => send({ type: "resume" }), { class: "course-main" });
  root.append(title, create("p", {}, `${why}${inDigits(view.left)} are left, ${view.answered} of ${view.all} items are answered.`),
    create("div", { class: "course-bar" }, go, examDoor(view, send)));
  const asked = view.leaving && drawExamLeave(view, send);
  if (asked) root.append(asked);
  return asked && !from?.leaving ? asked.querySelector("button") : examArrival(view, from, go);
}

function drawExamEnd(root, view, send, from) {
  const title = examTitle(view.by === "time" ? "The time is over" : "Handed in");
  const now = Math.min(view.done + 1, view.all);
  const said = view.all ? `Your code is being checked: task ${now} of ${view.all}.` : "Your answers are being graded.";
  root.append(title, create("p", {}, "What you have is handed in. Every answer is kept."), progressBar(view.done, view.all, said));
  if (from?.state !== view.state || from.done !== view.done) announce(`${from?.state === view.state ? "" : `${title.textContent}. `}${said}`);
  setTimeout(() => send({ type: "grade", run: view.run, done: view.done }));
  return title;
}

function drawExamReport(root, view, send, from, choices) {
  const title = examTitle(`${view.title}, form ${view.form}: ${examResult(view)}`);
  const score = `${examPercent(view.share)} (${examPoints(view.points)} of ${examPoints(view.of)} points); ${examPercent(view.pass_mark)} were needed.`;
  const sure = `With other questions of this kind it would likely lie between ${examRange(view).replace(" to ", " and ")}.`;
  const time = `It took ${inDigits(view.used)} of ${inDigits(view.minutes * 60)}${view.by === "time" ? "; the time ran out" : ""}.`;
  const points = view.passed === null ? [time] : [create("b", {}, score), ` ${sure} ${time}`];
  root.append(title, create("p", { class: "course-exam-verdict" }, view.verdict), create("p", {}, ...points));
  if (view.change) root.append(create("p", {}, view.change));
  if (view.caveats.length) root.append(examLines(view.caveats, { class: "course-exam-lines course-exam-caveats" }));
  root.append(drawExamNext(view.next), ...view.tables.map(drawExamTable));
  root.append(create("h4", {}, "Item by item"), ...view.items.map((item) => drawExamResult(item, view.run, choices)));
  root.append(create("h4", {}, "All your forms of this exam"), examEarlier(view.earlier, send, view.run));
  root.append(create("div", { class: "course-bar" },
    button("Take another form", () => send({ type: "again" }), { "data-keep": "exam again" }), button("All exams", () => send({ type: "back" }))));
  return examArrival(view, from, title);
}

function drawExamNext(topics) {
  const box = create("div", {}, create("h4", {}, "What to study next"));
  if (!topics.length) {
    box.append(create("p", {}, "Nothing was missed. The next form asks something else."));
    return box;
  }
  for (const topic of topics) {
    const part = create("section", { class: "course-exam-box", "aria-label": topic.title }, create("b", {}, topic.title), examLines(topic.objectives));
    if (topic.notebooks.length) {
      const links = topic.notebooks.flatMap((one, index) => [index ? ", " : "", lessonLink(one)]);
      part.append(create("p", {}, "Read again: ", ...links));
    }
    if (topic.cards.length)
      part.append(create("p", {}, `Cards on just this: ${topic.cards.length}. `, create("code", {}, topic.study)));
    box.append(part);
  }
  return box;
}

function drawExamTable(table) {
  const head = create("tr", {}, ...[table.name, "Points", "Share", "Likely range", "Time"].map((name) => create("th", { scope: "col" }, name)));
  const rows = table.rows.map((row) => create("tr", {},
    create("th", { scope: "row" }, row.name),
    create("td", {}, `${examPoints(row.points)} of ${examPoints(row.of)}`),
    create("td", {}, examPercent(row.share)),
    create("td", {}, examRange(row)),
    create("td", {}, inDigits(row.seconds))));
  const grid = create("table", { class: "course-exam-table" }, create("caption", {}, `By ${table.name.toLowerCase()}`), create("thead", {}, head), create("tbody", {}, ...rows));
  // Narrow windows scroll the table, not the page; a keyboard has to reach it for that.
  return create("div", { ...QUIET, class: "course-scroll course-exam-scroll", tabindex: "0", role: "region", "aria-label": `By ${table.name.toLowerCase()}` }, grid);
}

const EXAM_STATES = { right: "✓ right", wrong: "✗ wrong", part: "◐ in part", open: "– open", gone: "no longer part of the course" };

function drawExamResult(item, run, choices) {
  const kind = item.section === "tasks" ? "Code task" : "Question";
  const extra = [item.topic, item.level, inDigits(item.seconds), ...(item.marked ? ["marked ⚑"] : [])].filter(Boolean).join(", ");
  const parts = item.gone ? [] : [html("div", { class: "course-ask" }, item.ask)];
  if (!item.gone && item.section === "questions") parts.push(...drawExamWhy(item));
  if (!item.gone && item.section === "tasks") parts.push(...drawExamCode(item));
  const node = keptDetails(`${run} ${item.id}`, choices, "", ...parts);
  node.classList.add("course-exam-result", `course-exam-was-${item.state}`);
  node.querySelector("summary").append(`${kind} ${item.number}: ${EXAM_STATES[item.state]}`, create("span", { class: "course-quiet" }, ` ${extra}`));
  return node;
}

function drawExamWhy(item) {
  const row = (name, text, why) => {
    const part = create("div", {}, create("b", {}, `${name}: `), html("span", {}, text));
    if (why) part.append(html("div", { class: "course-exam-why" }, why));
    return part;
  };
  const own = item.state === "right" ? [] : [item.own ? row("Your answer", item.own, item.own_why) : create("p", {}, "You left it open.")];
  return [...own, row("Right answer", item.right, item.why)];
}

function drawExamCode(item) {
  const code = (text) => html("div", { class: "course-ask" }, "").appendChild(create("pre", { ...QUIET, tabindex: "0" }, create("code", {}, text))).parentNode;
  const parts = [];
  if (item.own_code === undefined) parts.push(create("p", {}, "You left it open."));
  else {
    parts.push(create("p", {}, `${item.passed} of ${item.all} checks passed.`));
    if (item.failures.length) parts.push(examLines(item.failures, { "aria-label": "What failed" }));
    parts.push(create("b", {}, "Your code"), code(item.own_code));
  }
  return [...parts, create("b", {}, "One way to write it"), code(item.reference)];
}

DRAW.exam = drawExam;

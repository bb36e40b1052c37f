// A mock interview: the list, the start, one question at a time, the comparison, the follow-ups and the report.
function drawInterview(root, view, send, before, choices) {
  const from = before?.kind === "interview" ? before : null;
  const target = INTERVIEW_PAGES[view.phase](root, view, send, from, choices);
  const title = root.querySelector(".course-interview-title");
  if (from && interviewPlace(from) === interviewPlace(view))
    return document.activeElement?.matches(".course-interview-title") ? title : null;
  if (from) setTimeout(() => title.scrollIntoView({ block: "nearest" })); // A long page may have gone above it.
  return target;
}

const INTERVIEW_PAGES = {
  lobby: drawInterviewLobby,
  start: drawInterviewStart,
  between: drawInterviewBetween,
  paused: drawInterviewPaused,
  question: drawInterviewQuestion,
  "follow-up": drawInterviewQuestion,
  compare: drawInterviewCompare,
  "follow-up-compare": drawInterviewFollowUp,
  report: drawInterviewReport,
};

// A page is another one when the place in the interview is; else the keyboard stays where it is.
const interviewPlace = (view) => [view.phase, view.run, view.stage?.id, view.number, view.title, Boolean(view.sheet)].join(" ");

const interviewTitle = (text, level = "h3") => focusable(create(level, { class: "course-interview-title" }, text));
const interviewMarks = [300, 60];
const interviewStages = (number) => `${number} stage${number === 1 ? "" : "s"}`;
const interviewRun = (run) => `${run.share === null ? "not graded" : `${run.share} %`}, ${run.used} of ${run.planned} minutes${run.flags ? `, red flags: ${run.flags}` : ""}`;

function interviewList(tag, lines, attributes = {}) {
  return create(tag, { class: "course-interview-lines", ...attributes }, ...lines.map((line) => html("li", {}, line)));
}

function interviewPart(title, ...children) {
  return create("section", { class: "course-interview-part", "aria-label": title }, create("h4", {}, title), ...children);
}

// What leads out of an interview: the list where it was opened from there, and the end.
function interviewDoors(view, send, ...more) {
  const bar = create("div", { class: "course-bar course-interview-doors" }, ...more);
  if (view.lobby) bar.append(button("All interviews", () => send({ type: "lobby" }), { "data-keep": "interview lobby" }));
  return bar;
}

function drawInterviewLobby(root, view, send, from, choices) {
  const title = interviewTitle("Mock interviews");
  root.append(title);
  for (const one of view.interviews) {
    const last = one.earlier[0];
    const about = `${interviewStages(one.stages)}, ${one.minutes} minutes, ${one.level}`;
    root.append(create("section", { class: "course-interview-box", "aria-label": one.title },
      create("h4", {}, one.title),
      html("p", {}, one.about),
      create("p", { class: "course-way" }, about),
      ...(last ? [create("p", {}, `Last time, ${last.date}: ${interviewRun(last)}${one.earlier.length > 1 ? `. Held ${one.earlier.length} times.` : ""}`)] : []),
      button(one.open ? "Go on" : "Open", () => send({ type: "choose", interview: one.id }), { "aria-label": `${one.open ? "Go on with" : "Open"} ${one.title}` }),
    ));
  }
  if (view.topics.length) root.append(interviewDraw(view, send, choices));
  if (view.drawn.length) {
    const lines = view.drawn.slice(0, 5).map((run) => create("li", {}, `${run.title}, ${run.date}: ${interviewRun(run)}`));
    root.append(interviewPart("Questions that were drawn before", create("ul", { class: "course-interview-lines" }, ...lines)));
  }
  return title;
}

function interviewDraw(view, send, choices) {
  const wanted = choices.get("interview draw") ?? { topic: view.topics[0].id, level: "", minutes: 20 };
  choices.set("interview draw", wanted);
  const form = create("div", { class: "course-bar" });
  const pick = (label, slot, options) => {
    const name = `course-${own}-${++serial}`;
    const select = create("select", { ...QUIET, id: name, class: "course-interview-pick", "data-keep": `interview ${slot}` });
    for (const [value, text] of options) select.append(create("option", { value, selected: String(wanted[slot]) === String(value) }, text));
    select.addEventListener("change", () => { wanted[slot] = slot === "minutes" ? Number(select.value) : select.value; });
    form.append(create("span", {}, create("label", { for: name }, label), " ", select));
  };
  const count = (topic) => Object.values(topic.questions).reduce((all, one) => all + one, 0);
  pick("Topic", "topic", view.topics.map((topic) => [topic.id, `${topic.title} (${count(topic)})`]));
  pick("Level", "level", [["", "all levels"], ...view.levels.map((level) => [level, level])]);
  pick("Minutes", "minutes", [10, 20, 30, 45].map((minutes) => [minutes, String(minutes)]));
  form.append(button("Open", () => send({ type: "draw", ...wanted }), { "aria-label": "Open an interview over questions of a topic" }));
  return create("section", { class: "course-interview-box", "aria-label": "Questions of a topic" },
    create("h4", {}, "Questions of a topic"),
    create("p", {}, "Drawn from the course, those first that you were not asked lately."), form);
}

function drawInterviewStart(root, view, send, from, choices) {
  const title = interviewTitle(view.title);
  const start = button("Start", () => send({ type: "start" }), { class: "course-main", "data-keep": "interview start" });
  const stages = view.stages.map((stage) => create("li", {}, `${stage.title}, ${stage.minutes} minutes`));
  root.append(title, html("div", {}, view.about),
    interviewPart(`${interviewStages(view.stages.length)}, ${view.minutes} minutes`, create("ol", { class: "course-interview-lines" }, ...stages)),
    interviewPart("How it goes", interviewList("ul", view.how)),
    create("div", { class: "course-bar" }, start),
  );
  if (view.earlier.length) root.append(interviewPart("Earlier", interviewEarlier(view.earlier, send)));
  root.append(interviewSheet(view, send));
  root.append(interviewDoors(view, send));
  return from?.phase === "start" && view.sheet ? root.querySelector(".course-interview-sheet a") : title;
}

function interviewEarlier(earlier, send) {
  const rows = earlier.map((run) => create("li", {}, `${run.date}: ${interviewRun(run)} `,
    send ? button("Report", () => send({ type: "report", run: run.run }), { class: "course-small", "aria-label": `Report of ${run.date}` }) : ""));
  return create("ul", { class: "course-interview-lines" }, ...rows);
}

function interviewSheet(view, send) {
  const part = interviewPart("A friend asks");
  part.classList.add("course-interview-sheet");
  if (!view.sheet) {
    part.append(create("p", {}, "A sheet for the one who asks: questions, key points, follow-ups and grades. It holds all answers, so do not read it yourself before."),
      button("Make the sheet", () => send({ type: "sheet" }), { "data-keep": "interview sheet" }));
    return part;
  }
  const { name, text, paper } = view.sheet;
  part.append(create("p", {}, "Send it to your friend, or print it. It holds all answers."), create("div", { class: "course-bar" },
    interviewFile("For printing (HTML)", `${name}.html`, paper, "text/html"), interviewFile("As Markdown", `${name}.md`, text, "text/markdown")));
  return part;
}

// A link that saves a text which is already in the page.
function interviewFile(label, name, text, type) {
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  return create("a", { ...QUIET, class: "course-link course-interview-file", href: url, download: name }, label);
}

// Title, stage and clock.
function interviewHead(view, choices, send) {
  const { stage, clock } = view;
  const head = create("div", { class: "course-interview-head" });
  head.append(create("span", {}, stage ? `${view.title}, stage ${stage.number} of ${stage.all}` : view.title));
  if (stage && (clock.running || view.phase === "paused")) {
    const seconds = Math.max(0, (clock.planned_ms - clock.used_ms) / 1000);
    const tick = () => send({ type: "tick" });
    head.append(countdown({ key: `${view.run} ${stage.id}`, choices, seconds, running: clock.running, marks: interviewMarks, onEnd: () => { announce("The planned time is over."); tick(); } }));
    if (clock.running) every({ key: view.run, choices, seconds: 20, act: tick });
  }
  return head;
}

function drawInterviewQuestion(root, view, send, from, choices) {
  const name = `course-${own}-${++serial}`;
  const follows = view.phase === "follow-up";
  const title = interviewTitle(follows ? `Follow-up ${view.place} of ${view.of}` : view.stage.title, "h4");
  const key = `${view.run} ${view.stage.id} ${view.step}`;
  root.append(interviewHead(view, choices, send), title, html("div", { class: "course-ask course-interview-says", id: name }, view.says));
  if (view.clock.used_ms > view.clock.planned_ms)
    root.append(create("p", { class: "course-way" }, "The planned time is over. End your sentence as you would there."));

  const slot = `interview choice ${key}`;
  const speech = kept(choices, `interview speech ${key}`, () => ({ began: null }));
  const commit = (more = {}) => send({
    type: follows ? "follow-up" : "answer",
    stage: view.stage.id,
    ...(follows ? { number: view.number } : { choice: choices.get(slot) ?? null }),
    text: box.input.value,
    said_ms: speech.began ? Date.now() - speech.began : 0,
    ...more,
  });
  if (view.choice) root.append(interviewChoice(view.choice, slot, choices));
  const box = textBox({
    key, choices, rows: follows ? 5 : 10, value: view.text, maxLength: 20000, describedBy: name,
    label: "Your answer, or notes while you speak",
    onText: (text) => send({ type: "draft", stage: view.stage.id, step: view.step, text }),
    commit: () => commit(),
  });
  const bar = create("div", { class: "course-bar" });
  const fill = () => {
    const speaking = speech.began !== null;
    const done = button(speaking ? "I have said it" : "I have written it", () => commit(), { class: "course-main", "data-keep": `done ${key}` });
    const aloud = button(speaking ? "Stop speaking" : "Say it aloud", () => {
      speech.began = speaking ? null : Date.now();
      announce(speaking ? "Stopped." : "Speak now.");
      fill();
      bar.querySelector("button").focus({ preventScroll: true });
    }, { "data-keep": `aloud ${key}`, "aria-pressed": String(speaking) });
    const skip = button("I do not know", () => commit({ skipped: true }), { class: "course-skip", "data-keep": `skip ${key}` });
    bar.replaceChildren(done, aloud, skip, ...(speaking ? [create("span", { class: "course-way" }, "Speaking. The time counts.")] : []));
  };
  fill();
  const doors = [button("Pause", () => send({ type: "pause" }), { "data-keep": "interview pause" })];
  if (view.can_undo) doors.push(button("Take the last grade back (u)", () => send({ type: "undo" }), { "data-keep": "interview undo" }));
  doors.push(button("End the interview", () => send({ type: "finish" }), { "data-keep": "interview end" }));
  root.append(box.node, bar, create("small", { class: "course-way" }, "What you write is kept as you write. Ctrl+Enter sends it."), interviewDoors(view, send, ...doors));
  if (view.can_undo) onKeys(root, { u: () => send({ type: "undo" }) });
  return follows ? title : view.choice && !choices.get(slot) ? title : box.input;
}

function interviewChoice(choice, slot, choices) {
  const name = `course-${own}-${++serial}`;
  const field = fieldset(choice.ask);
  choice.options.forEach((option, index) => {
    const row = drawOption(name, index, String(index + 1), option.text, { value: option.id, checked: choices.get(slot) === option.id, "data-keep": `${slot} ${index}` });
    row.addEventListener("change", () => choices.set(slot, option.id));
    field.append(row);
  });
  chooseByKeys(field, () => {});
  return field;
}

function interviewMine(view) {
  const { text, said, skipped } = view.mine;
  const part = interviewPart("Your answer");
  if (skipped) part.append(create("p", {}, "You did not know."));
  if (said) part.append(create("p", {}, `Said aloud, ${said} minutes.`));
  if (view.chosen) part.append(create("p", {}, "You chose ", html("b", {}, view.chosen), "."));
  if (text) part.append(create("div", { class: "course-interview-text" }, text));
  return part;
}

// What is ticked in this page. A view that comes while somebody goes on ticking is older than that.
function interviewMarked(view, slot, choices) {
  const ticked = (lines) => new Set(lines.flatMap((line, index) => (line.ticked ? [index] : [])));
  const graded = view.rubric.filter((one) => one.grade).map((one) => [one.id, one.grade]);
  if (!choices.has(slot)) choices.set(slot, { points: ticked(view.points), flags: ticked(view.flags), grades: Object.fromEntries(graded) });
  return choices.get(slot);
}

function drawInterviewCompare(root, view, send, from, choices) {
  const key = `${view.run} ${view.stage.id}`;
  const title = interviewTitle(`${view.stage.title}: compare`, "h4");
  const marks = interviewMarked(view, `interview marks ${key}`, choices);
  const state = () => ({ stage: view.stage.id, points: [...marks.points], flags: [...marks.flags], grades: { ...marks.grades } });
  const check = () => send({ type: "check", ...state() });
  const open = () => view.rubric.filter((one) => !marks.grades[one.id]);
  const missing = create("p", { class: "course-interview-open", hidden: true });
  const sayOpen = () => {
    missing.hidden = !marks.told || !open().length;
    const titles = open().map((one) => one.title).join(", ");
    missing.textContent = missing.hidden ? "" : `Choose a level for each line; still open: ${titles}.`;
  };
  const grade = () => {
    const [first] = open();
    if (!first) return send({ type: "grade", ...state() });
    marks.told = true; // It is said here, where one looks, and not above the page.
    sayOpen();
    announce(missing.textContent);
    rubric.children[1 + view.rubric.indexOf(first)].querySelector("input").focus();
  };
  const boxes = (part, lines, kind) => {
    lines.forEach((line, index) => {
      const name = `course-${own}-${++serial}`;
      const box = create("input", { ...QUIET, type: "checkbox", id: name, checked: marks[kind].has(index), "data-keep": `${key} ${kind} ${index}` });
      box.addEventListener("change", () => {
        box.checked ? marks[kind].add(index) : marks[kind].delete(index);
        check();
      });
      part.append(create("div", { class: "course-interview-tick" }, box, html("label", { for: name }, line.text)));
    });
    return part;
  };
  root.append(interviewHead(view, choices, send), title, create("p", { class: "course-way" }, "The clock stands. Read, tick, then grade."));
  root.append(keptDetails(`${key} says`, choices, "The question again", html("div", { class: "course-ask" }, view.says)));
  root.append(interviewMine(view), interviewPart("How a good answer goes", interviewList("ol", view.structure)));
  root.append(boxes(interviewPart("Key points: tick those that your answer had"), view.points, "points"));
  const model = interviewPart("A model answer", html("div", { class: "course-ask" }, view.answer));
  for (const one of [...view.answers, ...view.code]) {
    const body = html("div", { class: "course-ask" }, one.text);
    const slot = `${key} ${one.title}`;
    if (one.mine) model.append(create("h5", {}, one.title), body);
    else model.append(keptDetails(slot, choices, one.title, body));
  }
  root.append(model, interviewPart("Common mistakes", interviewList("ul", view.mistakes)));
  root.append(boxes(interviewPart("Red flags: tick those that applied"), view.flags, "flags"));
  const rubric = interviewPart("Your grades");
  view.rubric.forEach((criterion) => {
    const name = `course-${own}-${++serial}`;
    const field = fieldset(criterion.title);
    criterion.levels.forEach((level, index) => {
      const row = drawOption(name, index, String(index + 1), level, { value: index + 1, checked: marks.grades[criterion.id] === index + 1, "data-keep": `${key} ${criterion.id} ${index}` });
      row.addEventListener("change", () => {
        marks.grades[criterion.id] = index + 1;
        check();
      });
      field.append(row);
    });
    chooseByKeys(field, () => {
      const next = field.nextElementSibling?.querySelector("input:checked, input");
      next ? next.focus() : grade();
    });
    rubric.append(field);
  });
  sayOpen();
  rubric.append(missing, create("small", { class: "course-way" }, "Keys: a digit chooses a level, Enter goes to the next line."),
    create("div", { class: "course-bar" }, button("Keep these grades", grade, { class: "course-main", "data-keep": `${key} grade` })));
  root.append(rubric, interviewDoors(view, send, button("End the interview", () => send({ type: "finish" }), { "data-keep": "interview end" })));
  return title;
}

function drawInterviewFollowUp(root, view, send, from, choices) {
  const title = interviewTitle(`Follow-up ${view.place} of ${view.of}: compare`, "h4");
  root.append(interviewHead(view, choices, send), title, html("div", { class: "course-ask" }, view.says), interviewMine(view),
    interviewPart("A good answer", html("div", { class: "course-ask" }, view.answer)));
  const grade = (level) => send({ type: "follow-up-grade", stage: view.stage.id, number: view.number, grade: level });
  const bar = create("div", { class: "course-bar", role: "group", "aria-label": "How was yours?" });
  view.grades.forEach((label, index) => bar.append(button(`${index + 1} ${label}`, () => grade(index + 1), { "data-keep": `interview follow ${index}` })));
  root.append(bar, create("small", { class: "course-way" }, "Keys: 1, 2, 3."), interviewDoors(view, send));
  onKeys(root, Object.fromEntries(view.grades.map((_, index) => [String(index + 1), () => grade(index + 1)])));
  return title;
}

function drawInterviewPaused(root, view, send, from, choices) {
  const title = interviewTitle("Paused", "h4");
  const go = button("Go on", () => send({ type: "resume" }), { class: "course-main" });
  root.append(interviewHead(view, choices, send), title,
    create("p", {}, `You are in “${view.stage.title}”. The clock stands, and what you wrote is kept.`),
    create("div", { class: "course-bar" }, go), interviewDoors(view, send, button("End the interview", () => send({ type: "finish" }))));
  return go;
}

function drawInterviewBetween(root, view, send, from, choices) {
  const { done } = view;
  const title = interviewTitle(`${done.title}: done`, "h4");
  const share = done.share === null ? "" : ` Your grades: ${done.share} %.`;
  root.append(interviewHead(view, choices, send), title, create("p", {}, `${done.used} of ${done.planned} minutes.${share}`));
  const on = view.last
    ? button("To the report", () => send({ type: "finish" }), { class: "course-main" })
    : button(`Start stage ${view.stage.number}: ${view.stage.title} (${view.stage.minutes} minutes)`, () => send({ type: "begin", stage: view.stage.id }), { class: "course-main" });
  const doors = [];
  if (view.can_undo) {
    doors.push(button("Take the last grade back (u)", () => send({ type: "undo" })));
    onKeys(root, { u: () => send({ type: "undo" }) });
  }
  if (!view.last) doors.push(button("End the interview", () => send({ type: "finish" })));
  root.append(create("div", { class: "course-bar" }, on), interviewDoors(view, send, ...doors));
  return on;
}

function drawInterviewReport(root, view, send, from, choices) {
  const title = interviewTitle(`Report: ${view.title}`);
  const share = view.share === null ? "Nothing was graded." : `Your grades: ${view.share} %.`;
  root.append(title, create("p", {}, `${view.date}. ${share} ${view.used} of ${view.planned} minutes.${view.flags ? ` Red flags: ${view.flags}.` : ""}`));
  const cell = (text, more = {}) => create("td", more, text);
  const table = (caption, heads, rows) => create("div", { class: "course-interview-table", tabindex: "0", role: "region", "aria-label": caption, ...QUIET },
    create("table", {}, create("caption", {}, caption), create("thead", {}, create("tr", {}, ...heads.map((head) => create("th", { scope: "col" }, head)))),
      create("tbody", {}, ...rows)));
  root.append(table("By stage", ["Stage", "Grades", "Minutes", "Planned", "Key points", "Red flags"], view.stages.map((stage) => create("tr", {},
    create("th", { scope: "row" }, stage.title), cell(stage.share === null ? "–" : `${stage.share} %`), cell(stage.over ? `${stage.used}, over` : stage.used), cell(stage.planned),
    cell(stage.share === null ? "–" : `${stage.had.length} of ${stage.had.length + stage.missed.length}`), cell(String(stage.flags.length))))));
  if (view.criteria.length) root.append(table("By criterion", ["Criterion", "Grades", "Stages"], view.criteria.map((one) => create("tr", {},
    create("th", { scope: "row" }, one.title), cell(`${one.share} %`), cell(String(one.stages))))));
  const next = view.advice.length
    ? create("ul", { class: "course-interview-lines" }, ...view.advice.map((one) => create("li", {}, create("b", {}, one.topic), `. ${one.because}`,
      ...one.notebooks.flatMap((notebook, index) => [index ? ", " : " Read again: ", lessonLink(notebook)]))))
    : create("p", {}, "Nothing stands out. Hold it again in a week, with a friend who asks.");
  root.append(interviewPart("What to study next", next));
  for (const [index, stage] of view.stages.entries()) {
    const parts = stage.grades.map((one) => create("p", {}, create("b", {}, `${one.title}: ${one.grade} of ${one.levels}. `), html("span", {}, one.says)));
    for (const [name, lines] of [["Missed", stage.missed], ["Red flags", stage.flags]]) if (lines.length) parts.push(create("h5", {}, name), interviewList("ul", lines));
    if (stage.follow_ups.length) parts.push(create("h5", {}, "Follow-ups"), create("ul", { class: "course-interview-lines" },
      ...stage.follow_ups.map((one) => create("li", {}, html("span", {}, one.ask), create("b", {}, one.grade ? ` ${one.grade}.` : "")))));
    root.append(keptDetails(`${view.run} report ${index}`, choices, `${index + 1}. ${stage.title}`, ...parts));
  }
  if (view.earlier.length) root.append(interviewPart("Earlier", interviewEarlier(view.earlier)));
  const doors = [interviewFile("Save as Markdown", `${view.export.name}.md`, view.export.text, "text/markdown"),
    button("Start page", () => send({ type: "start-page" }), { "data-keep": "interview start page" })];
  if (view.can_undo) doors.push(button("Back into it (u)", () => send({ type: "undo" }), { "data-keep": "interview undo" }));
  root.append(interviewDoors(view, send, ...doors));
  if (view.can_undo) onKeys(root, { u: () => send({ type: "undo" }) });
  return title;
}

DRAW.interview = drawInterview;

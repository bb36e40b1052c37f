function drawMistakes(root, view, send, before, choices) {
  root.append(create("p", { class: "course-score" }, view.said));
  if (view.notes.length) root.append(create("p", { class: "course-mistake-notes" }, view.notes.join(" · ")));
  if (view.topics.length > 1) root.append(mistakesFilter(view, send));
  let target = null;
  view.items.forEach((item, index) => {
    const old = before?.items.find((other) => other.question === item.question);
    const drawn = mistakesItem(item, `Mistake ${index + 1}`, view.causes, send, old, choices);
    root.append(drawn.group);
    target ??= drawn.target;
  });
  if (view.more) root.append(button(`Show more (${view.more})`, () => send({ type: "more" }), { "data-keep": "more" }));
  return target;
}

function mistakesFilter(view, send) {
  const name = `course-${own}-${++serial}`;
  const all = view.topics.reduce((sum, topic) => sum + topic.count, 0);
  const list = create("select", { ...QUIET, id: name, class: "course-select", "data-keep": "topic" });
  for (const { id, title, count } of [{ id: "", title: "All topics", count: all }, ...view.topics])
    list.append(create("option", { value: id, selected: id === view.topic }, `${title} (${count})`));
  list.addEventListener("change", () => send({ type: "topic", topic: list.value }));
  return create("div", { class: "course-bar" }, create("label", { for: name }, "Topic"), list);
}

function mistakesItem(item, title, causes, send, old, choices) {
  const tell = (type, more = {}) => send({ type, question: item.question, ...more });
  const name = `course-${own}-${++serial}`;
  const group = create("div", { class: "course-mistake", role: "group", "aria-labelledby": `${name}-title` });
  group.append(create("p", { class: "course-mistake-head" }, create("b", { id: `${name}-title` }, title), " ", mistakesHead(item)));
  if (item.gone) {
    group.append(mistakesAnswer("wrong", item.chosen, "The course no longer has this question.", ""));
    group.append(create("div", { class: "course-bar" }, button("Drop it", () => tell("drop"))));
    return { group, target: null };
  }
  const trap = item.misconception;
  const note = trap && `The idea behind it: ${trap.words}${trap.times > 1 ? ` (${trap.times} times by now)` : ""}.`;
  group.append(html("div", { class: "course-ask" }, item.ask), mistakesAnswer("wrong", item.chosen, item.why, note));
  let target = null;
  if (item.right) {
    const right = mistakesRight(item.right);
    group.append(right);
    if (old && !old.right && !item.retry) target = focusable(right);
  }
  group.append(mistakesCause(item, causes, tell, choices));
  const trying = item.retry && !item.retry.done;
  const bar = create("div", { class: "course-bar" });
  if (!trying && !item.mended) bar.append(button("Try again", () => tell("try"), { class: "course-main", "aria-describedby": `${name}-title` }));
  if (!item.right) bar.append(button("Show the right answer", () => tell("show"), { "aria-describedby": `${name}-title` }));
  if (item.lesson) bar.append(create("span", {}, "Taught in ", lessonLink(item.lesson)));
  group.append(bar);
  if (item.retry) target = mistakesRetry(group, item, send, old?.retry, old, choices) ?? target;
  return { group, target };
}

function mistakesHead(item) {
  const parts = [
    item.confidence && `you said: ${item.confidence}`,
    item.where,
    item.last,
    item.times > 1 && `${item.times} times`,
    item.mended ? "mended" : item.days_right && "right once since",
  ];
  return create("span", { class: item.confidence === "sure" ? "course-confident" : "" }, parts.filter(Boolean).join(" · "));
}

function mistakesAnswer(state, text, why, note) {
  const mark = create("span", { class: "course-mark", "aria-hidden": "true" }, state === "right" ? "✓" : "✗");
  const said = create("div", {}, create("b", {}, state === "right" ? "Right: " : "You answered: "), html("span", {}, text));
  const row = create("div", { class: `course-option course-answered course-${state}` }, mark, said);
  if (why) row.append(html("div", { class: "course-why" }, why));
  if (note) row.append(create("small", { class: "course-why" }, note));
  return row;
}

function mistakesRight(right) {
  const row = mistakesAnswer("right", right.text, right.why, "");
  const proof = create("div", { class: "course-why" });
  if (right.proof === null) proof.append(create("small", {}, "This is a matter of judgement, which no program can prove."));
  else {
    const code = create("pre", { ...QUIET, tabindex: 0, "aria-label": "Proof", role: "region" }, create("code", {}, right.proof));
    proof.append(create("p", {}, "The proof, to run in a cell of your own: "), button("Copy", () => mistakesCopy(code), { class: "course-slim" }), code);
  }
  row.append(proof);
  return row;
}

// Without a secure connection there is no clipboard: then the code is selected, for the learner's own key to copy.
async function mistakesCopy(code) {
  try {
    await navigator.clipboard.writeText(code.textContent);
    announce("Copied.");
  } catch {
    getSelection().selectAllChildren(code);
    announce("Selected. Copy it with the keyboard.");
  }
}

function mistakesCause(item, causes, tell, choices) {
  const own_words = item.cause && !causes.includes(item.cause);
  const list = create("div", { class: "course-bar", role: "group", "aria-label": "Why it went wrong" });
  for (const cause of causes) {
    const pressed = item.cause === cause;
    const act = () => tell("cause", { text: pressed ? "" : cause });
    list.append(button(cause, act, { class: "course-slim", "aria-pressed": String(pressed), "data-keep": `cause ${item.question} ${cause}` }));
  }
  const words = textBox({
    key: `cause ${item.question}`, choices, label: "In your own words", value: own_words ? item.cause : "", rows: 1, maxLength: 300,
    delay: 5000, // Or when the box is left: a journal need not keep every pause in a sentence.
    onText: (text) => { if (text.trim() || own_words) tell("cause", { text }); },
    commit: (text) => { if (text.trim() || own_words) tell("cause", { text }); },
  });
  const summary = item.cause ? `Why it went wrong: ${item.cause}` : "Why did it go wrong?";
  return keptDetails(`cause ${item.question}`, choices, summary, list, words.node);
}

function mistakesRetry(group, item, send, former, known, choices) {
  const { retry } = item;
  const { field, feedback } = quizQuestion(retry, "In another form", send, choices);
  const changed = Boolean(known) && (!former || former.tries !== retry.tries || former.again !== retry.again);
  quizSay(feedback, [retry.said, item.outcome].filter(Boolean).join(" "), changed);
  group.append(field);
  return changed ? quizTarget(field, retry) : null;
}

DRAW.mistakes = drawMistakes;

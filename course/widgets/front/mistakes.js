function drawMistakes(root, view, send, before, choices) {
  root.append(create("p", { class: "course-score" }, view.said));
  if (view.notes.length) root.append(create("p", { class: "course-mistake-notes" }, view.notes.join(" · ")));
  const filters = create("div", { class: "course-bar" });
  if (view.topics.length > 1) filters.append(...mistakesFilter("topic", "Topic", "All topics", view.topics, view.topic, send));
  if (view.places.length > 1) filters.append(...mistakesFilter("where", "Made", "anywhere", view.places, view.where, send));
  if (filters.childElementCount) root.append(filters);
  const notice = create("p", { class: "course-feedback", role: "status" });
  root.append(notice);
  quizSay(notice, view.notice, Boolean(before));
  let target = null;
  view.items.forEach((item, index) => {
    const old = before?.items.find((other) => other.question === item.question);
    const drawn = mistakesItem(item, `Mistake ${index + 1}`, view.causes, send, old, choices);
    const slot = `mistake ${item.question}`;
    if (!before && item.question === view.first) choices.set(slot, true);
    root.append(mistakesFold(slot, item, drawn.group, choices));
    target ??= drawn.target;
  });
  if (view.more) root.append(button(`Show more (${view.more})`, () => send({ type: "more" }), { "data-keep": "more" }));
  return target;
}

function mistakesFilter(what, label, everything, kinds, chosen, send) {
  const name = `course-${own}-${++serial}`;
  const all = kinds.reduce((sum, { count }) => sum + count, 0);
  const list = create("select", { ...QUIET, id: name, class: "course-select", "data-keep": what });
  for (const { id, title, count } of [{ id: "", title: everything, count: all }, ...kinds])
    list.append(create("option", { value: id, selected: id === chosen }, `${title} (${count})`));
  list.addEventListener("change", () => send({ type: what, [what]: list.value }));
  return [create("label", { for: name }, label), list];
}

// A line of its own for each mistake; what is inside is seen by who unfolds it.
function mistakesFold(slot, item, group, choices) {
  const facts = [item.topic, item.last, item.times > 1 && `${item.times} times`, item.mended && "mended"].filter(Boolean).join(" · ");
  const summary = create("summary", { ...QUIET, "data-keep": slot }, html("span", { class: "course-mistake-ask" }, item.head), create("small", {}, facts));
  for (const link of summary.querySelectorAll("a")) link.replaceWith(...link.childNodes); // A summary is pressed as a whole.
  const fold = create("details", { class: "course-mistake-fold", open: Boolean(choices.get(slot)) }, summary, group);
  fold.addEventListener("toggle", () => { if (fold.isConnected) choices.set(slot, fold.open); });
  return fold;
}

function mistakesItem(item, title, causes, send, old, choices) {
  const tell = (type, more = {}) => send({ type, question: item.question, ...more });
  const name = `course-${own}-${++serial}`;
  const group = create("div", { class: "course-mistake", role: "group", "aria-labelledby": `${name}-title` });
  group.append(create("p", { class: "course-mistake-head" }, create("b", { id: `${name}-title` }, title), " ", mistakesHead(item)));
  if (item.gone) {
    group.append(mistakesGiven(item), create("p", {}, "The course no longer has this question."));
    group.append(create("div", { class: "course-bar" }, button("Drop it", () => tell("drop"))));
    return { group, target: null };
  }
  group.append(html("div", { class: "course-ask" }, item.ask), mistakesGiven(item));
  let target = null;
  if (item.right) {
    const right = item.typed ? mistakesRightTyped(item.right) : mistakesRight(item.right);
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
  if (item.retry) target = (item.typed ? mistakesRetype : mistakesRetry)(group, item, send, old?.retry, old, choices) ?? target;
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

// What was given: an option of the course, or the learner's own text, which is never drawn as anything but text.
function mistakesGiven(item) {
  if (item.chosen !== null) return mistakesAnswer("wrong", item.chosen, item.why, item.idea);
  const row = mistakesAnswer("wrong", "", "", item.idea);
  const text = item.given.includes("\n") ? mistakesCode(item.given, "What you answered") : create("code", {}, item.given);
  row.children[1].append(text);
  if (item.failures.length) row.append(mistakesFailures(item.failures));
  return row;
}

function mistakesCode(text, label) {
  return create("pre", { ...QUIET, tabindex: 0, "aria-label": label, role: "region" }, create("code", {}, text));
}

function mistakesFailures(failures) {
  return create("ul", { class: "course-why" }, ...failures.map((one) => create("li", { class: "course-mistake-failure" }, one)));
}

function mistakesRightTyped(right) {
  const row = mistakesAnswer("right", "", "", "");
  const said = row.children[1];
  if (right.typed.includes("\n")) said.append(mistakesCode(right.typed, "Right answer"));
  else if (right.typed) said.append(create("code", {}, right.typed));
  if (right.text) row.append(html("div", { class: "course-why" }, right.text));
  return row;
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
  const { field, feedback } = quizQuestion(retry, retry.form, send, choices);
  const changed = Boolean(known) && (!former || former.turn !== retry.turn || former.said !== retry.said);
  quizSay(feedback, [retry.said, item.outcome].filter(Boolean).join(" "), changed);
  group.append(field);
  return changed ? quizTarget(field, retry) : null;
}

function mistakesRetype(group, item, send, former, known, choices) {
  const { retry } = item;
  const field = fieldset("Type it again");
  const label = retry.code ? "Your code" : "What belongs into the gap";
  const commit = (typed) => { if (typed.trim()) send({ type: "answer", question: item.question, typed }); };
  if (retry.before.trim()) field.append(mistakesCode(retry.before.trimEnd(), "Code before yours"));
  let input = null;
  if (retry.done) field.append(retry.code ? mistakesCode(retry.typed, label) : create("code", {}, retry.typed));
  else {
    const box = retry.code ? codeBox : textBox;
    const made = box({ key: `retype ${item.question}`, choices, label, value: retry.typed, rows: retry.code ? 8 : 1, commit });
    input = made.input;
    field.append(made.node);
  }
  if (retry.after.trim()) field.append(mistakesCode(retry.after.trim(), "Code after yours"));
  const feedback = create("div", { class: "course-feedback", role: "status", "aria-live": "polite" });
  const bar = create("div", { class: "course-bar" }, feedback);
  if (input) bar.prepend(button(retry.code ? "Run the tests" : "Answer", () => commit(input.value), { class: "course-main", "data-keep": `retype ${item.question}` }));
  field.append(bar);
  if (retry.failures.length) field.append(mistakesFailures(retry.failures));
  const changed = Boolean(known) && (!former || former.tries !== retry.tries || former.done !== retry.done);
  quizSay(feedback, [retry.said, item.outcome].filter(Boolean).join(" "), changed);
  group.append(field);
  if (!changed) return null;
  return retry.done ? focusable(field) : former ? null : input;
}

DRAW.mistakes = drawMistakes;

// How sure a learner may say to be, with its key. Saying it answers at once, and so costs no press more.
const QUIZ_SURE = [[1, "Guess", "g"], [2, "Think so", "t"], [3, "Sure", "s"]];

// A question with its options, the ways to answer, and what was replied so far. A list of mistakes asks in this way, too.
function quizQuestion(question, title, send, choices) {
  const name = `course-${own}-${++serial}`;
  const slot = `quiz ${question.turn.replace(/ \d+$/, "")}`; // Another form, and not another try.
  const field = fieldset([title, question.level].filter(Boolean).join(" · "), `${name}-ask`);
  const list = create("div", { class: "course-options" });
  const open = (place) => question.options.some((option) => option.place === place && option.state === "open");
  let chosen = open(choices.get(slot)) ? choices.get(slot) : null;
  const commit = (confidence = null) => {
    if (chosen !== null && !question.done) send({ type: "answer", question: question.id, turn: question.turn, option: chosen, confidence });
  };
  const ways = question.done ? [] : quizWays(question, commit);
  const allow = () => ways.forEach((way) => { way.disabled = chosen === null; });
  question.options.forEach((option, index) => list.append(quizOption(name, index, option, {
    value: option.place,
    disabled: option.state !== "open" || question.done,
    checked: option.state === "right" || option.place === chosen,
  })));
  list.addEventListener("change", (event) => {
    chosen = Number(event.target.value);
    choices.set(slot, chosen);
    allow();
  });
  allow();
  const feedback = create("div", { class: "course-feedback", role: "status", "aria-live": "polite" });
  const [answer, ...sure] = ways;
  const bar = create("div", { class: "course-bar" }, ...(answer ? [answer] : []));
  if (sure.length) bar.append(create("div", { class: "course-sure", role: "group", "aria-label": "Answer, and say how sure you are" }, create("span", {}, "or answer as"), ...sure));
  bar.append(feedback);
  if (question.tries && question.confidence) bar.append(create("small", { class: "course-quiet" }, `You said: ${question.confidence}.`));
  field.append(html("div", { class: "course-ask", id: `${name}-ask` }, question.ask), list, bar);
  chooseByKeys(field, () => commit());
  if (sure.length) onKeys(field, Object.fromEntries(QUIZ_SURE.map(([confidence, , key]) => [key, () => commit(confidence)])));
  return { field, feedback, bar };
}

function quizWays(question, commit) {
  const answer = button("Answer", () => commit(), { class: "course-main" });
  if (question.tries) return [answer]; // How sure one was is said before the first reply.
  return [answer, ...QUIZ_SURE.map(([confidence, word, key]) => {
    const way = button("", () => commit(confidence), { class: "course-slim", "aria-keyshortcuts": key, title: `Key: ${key}` });
    way.append(create("u", {}, word[0]), word.slice(1));
    return way;
  })];
}

function quizOption(name, index, option, attributes) {
  const mark = { right: "✓", wrong: "✗", open: String(index + 1) }[option.state];
  const row = drawOption(name, index, mark, option.text, attributes);
  row.classList.add(`course-${option.state}`);
  if (option.why) row.append(quizReply(option.state, option.why, option.note));
  return row;
}

function quizReply(state, why, note) {
  const reply = html("div", { class: "course-why" }, why);
  reply.prepend(create("b", {}, state === "right" ? "Right. " : "No. "));
  if (note) reply.append(create("small", { class: "course-caught" }, note));
  return reply;
}

// A live region speaks when its text changes after it was put in place.
function quizSay(feedback, text, changed) {
  if (changed) setTimeout(() => { feedback.textContent = text; });
  else feedback.textContent = text;
}

// What the keyboard belongs to when a question has changed.
function quizTarget(field, question) {
  return question.done ? focusable(field) : field.querySelector("input:not(:disabled)");
}

function drawQuiz(root, view, send, before, choices) {
  let target = null;
  const all = view.questions.length;
  view.questions.forEach((question, index) => {
    const { field, feedback, bar } = quizQuestion(question, all > 1 ? `Question ${index + 1} of ${all}` : "Question", send, choices);
    if (question.done) bar.append(button("Answer again", () => send({ type: "again", question: question.id }), { class: "course-slim" }));
    root.append(field);
    const old = before?.questions[index];
    const changed = old && (old.turn !== question.turn || old.said !== question.said);
    quizSay(feedback, question.said, changed);
    if (changed) target ??= quizTarget(field, question);
  });
  const { right_first, answered } = view.score;
  if (answered === all && all > 1) {
    const score = create("p", { class: "course-score" }, `${right_first} of ${all} right at the first try.`);
    root.append(create("div", { class: "course-bar" }, score, button("Answer all again", () => send({ type: "again" }), { class: "course-slim" })));
  }
  return target;
}

DRAW.quiz = drawQuiz;

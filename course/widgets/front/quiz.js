function drawQuestion(question, number, all, send, choices) {
  const name = `course-${own}-${++serial}`;
  const feedbackId = `${name}-feedback`;
  const title = all > 1 ? `Question ${number} of ${all}` : "Question";
  const ask = html("div", { class: "course-ask", id: `${name}-ask` }, question.ask);
  const field = create("fieldset", { class: "course-question", "aria-describedby": `${name}-ask` });
  field.append(create("legend", {}, `${title} · ${question.level}`), ask);
  const list = create("div", { class: "course-options" });
  let chosen = choices.get(question.id) ?? null;
  const button = create("button", { ...QUIET, type: "button", class: "course-button", disabled: chosen === null }, "Answer");
  const choose = (place) => {
    chosen = place;
    choices.set(question.id, place);
    button.disabled = false;
  };
  question.options.forEach((option, index) => {
    const tried = option.state !== "open";
    const mark = { right: "✓", wrong: "✗", open: String(index + 1) }[option.state];
    const row = drawOption(name, index, mark, option.text, {
      value: option.place, disabled: tried || question.done, checked: option.state === "right" || option.place === chosen,
    });
    row.classList.add(`course-${option.state}`);
    row.addEventListener("change", () => choose(option.place));
    if (option.why) {
      const word = option.state === "right" ? "Right. " : "No. ";
      const why = html("div", { class: "course-why" }, option.why);
      why.prepend(create("b", {}, word));
      row.append(why);
    }
    list.append(row);
  });
  const feedback = create("div", { class: "course-feedback", id: feedbackId, role: "status", "aria-live": "polite" });
  const commit = () => {
    if (chosen === null) return;
    choices.delete(question.id);
    send({ type: "answer", question: question.id, option: chosen });
  };
  button.addEventListener("click", commit);
  field.append(list, create("div", { class: "course-bar" }, ...(question.done ? [] : [button]), feedback));
  chooseByKeys(field, commit);
  return { field, feedback, question };
}

function say(question) {
  const last = question.options.filter((option) => option.state !== "open");
  if (!last.length) return "";
  if (question.done) return question.tries === 1 ? "Right at the first try." : `Right, at try ${question.tries}.`;
  return "Not right. Read the reply, then choose again.";
}

function drawQuiz(root, view, send, before, choices) {
  let target = null;
  view.questions.forEach((question, index) => {
    const drawn = drawQuestion(question, index + 1, view.questions.length, send, choices);
    root.append(drawn.field);
    // A live region speaks when its text changes after it was put in place.
    const text = say(question);
    if (before && before.questions[index].tries !== question.tries) {
      setTimeout(() => { drawn.feedback.textContent = text; });
      target = question.done ? focusable(drawn.field) : drawn.field.querySelector("input:not(:disabled)");
    } else drawn.feedback.textContent = text;
  });
  const { right_first, answered, all } = view.score;
  if (answered === all && all > 1)
    root.append(create("p", { class: "course-score" }, `${right_first} of ${all} right at the first try.`));
  return target;
}

DRAW.quiz = drawQuiz;

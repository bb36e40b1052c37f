// Draws the view that Python sends and reports what the learner does. It decides nothing.

const create = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
};

// Every focusable element carries this attribute: it keeps the notebook's shortcuts away from our keys.
const QUIET = { "data-lm-suppress-shortcuts": "true" };
const html = (tag, attributes, content) => {
  const node = create(tag, attributes);
  node.innerHTML = content; // made by a Markdown renderer that lets no HTML through
  for (const link of node.querySelectorAll("a, pre")) {
    link.setAttribute("data-lm-suppress-shortcuts", "true");
    if (link.tagName === "PRE") link.tabIndex = 0; // so that a keyboard can scroll it
  }
  return node;
};

// Each widget loads this file anew, and all of them share the page's ids and names of radio groups.
const own = Math.random().toString(36).slice(2);
let serial = 0;

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
    const input = create("input", {
      ...QUIET, type: "radio", name, id: `${name}-${index}`, value: option.place, disabled: tried || question.done,
      checked: option.state === "right" || option.place === chosen,
    });
    input.addEventListener("change", () => choose(option.place));
    const label = html("label", { for: `${name}-${index}` }, option.text);
    const mark = create("span", { class: "course-mark", "aria-hidden": "true" },
      { right: "✓", wrong: "✗", open: String(index + 1) }[option.state]);
    const row = create("div", { class: `course-option course-${option.state}` }, mark, input, label);
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
  field.addEventListener("keydown", (event) => {
    const inputs = [...list.querySelectorAll("input:not(:disabled)")];
    if (event.key === "Enter" && event.target.tagName === "INPUT") {
      event.preventDefault();
      commit();
    } else if (/^[1-9]$/.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const input = list.querySelectorAll("input")[Number(event.key) - 1];
      if (input && inputs.includes(input)) {
        event.preventDefault();
        input.focus();
        input.click();
      }
    }
  });
  return { field, feedback, question };
}

function say(question) {
  const last = question.options.filter((option) => option.state !== "open");
  if (!last.length) return "";
  if (question.done) return question.tries === 1 ? "Right at the first try." : `Right, at try ${question.tries}.`;
  return "Not right. Read the reply, then choose again.";
}

// Each of these draws a view and returns what the keyboard belongs to when it was in the view before.

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

function drawHint(root, view, send, before) {
  const list = create("ol", { class: "course-hints", "aria-live": "polite", "aria-label": "Hints" });
  const put = () => view.steps.forEach((step) => list.append(html("li", {}, step)));
  root.append(list);
  before ? setTimeout(put) : put();
  const shown = view.steps.length;
  if (shown === view.all) {
    const end = create("p", { class: "course-score" }, "That was the last hint.");
    root.append(end);
    return focusable(end);
  }
  const button = create("button", { ...QUIET, type: "button", class: "course-button" }, `Show hint ${shown + 1} of ${view.all}`);
  button.addEventListener("click", () => send({ type: "hint" }));
  root.append(button);
  return button;
}

function drawNewer(root, view, send, before) {
  const list = create("ul", { class: "course-newer", "aria-label": "Notebooks with a newer version" });
  let target = null;
  view.files.forEach((file, index) => {
    const row = create("li", {}, create("code", {}, file.path));
    list.append(row);
    if (file.kept) {
      const said = create("span", { role: "status" });
      const text = ` is the newer version now; yours is ${file.kept}, beside it.`;
      row.append(said);
      if (before && !before.files[index].kept) {
        setTimeout(() => { said.textContent = text; });
        target = focusable(row);
      } else said.textContent = text;
    } else {
      const word = "Take the newer version";
      const button = create("button", { ...QUIET, type: "button", class: "course-button", "aria-label": `${word} of ${file.path}` }, word);
      button.addEventListener("click", () => send({ type: "take", file: file.path }));
      row.append(button);
    }
  });
  root.append(list);
  return target;
}

function drawPredict(root, view, send, before) {
  const name = `course-${own}-${++serial}`;
  const group = create("div", { class: "course-predict", role: "group", "aria-labelledby": `${name}-title` });
  const title = create("p", { class: "course-ask", id: `${name}-title` }, create("b", {}, "Predict: "), html("span", {}, view.question));
  const status = create("p", { class: "course-verdict", role: "status", "aria-live": "polite" });
  group.append(title);
  root.append(group);
  if (view.state === "asking") {
    const first = view.options.length ? drawChoices(group, view, send) : drawLine(group, name, send);
    const skip = create("button", { ...QUIET, type: "button", class: "course-button course-skip" }, "Run without a prediction");
    skip.addEventListener("click", () => send({ type: "skip" }));
    group.append(skip);
    // The cell waits, so the keyboard belongs here, as it does for `input()`; but not in the middle of a word.
    const typing = document.activeElement?.closest(".cm-editor, input, textarea");
    if (before?.state === "calling" && !typing) first.focus({ preventScroll: true });
    return first;
  }
  if (view.state === "typing" && view.options.length)
    group.append(create("ol", {}, ...view.options.map((option) => html("li", {}, option.text))));
  const said = {
    calling: "One moment.",
    running: `You predicted ${view.predicted}. The cell runs.`,
    skipped: "The cell runs without a prediction.",
    typing: "Type your prediction in the box for input.",
    done: view.verdict,
  }[view.state];
  if (view.state === "done") {
    group.classList.add(view.right ? "course-right" : "course-wrong");
    group.append(create("span", { class: "course-mark", "aria-hidden": "true" }, view.right ? "✓ " : "✗ "));
  }
  group.append(status);
  before ? setTimeout(() => { status.textContent = said; }) : (status.textContent = said);
  return focusable(group);
}

function drawChoices(group, view, send) {
  const list = create("div", { class: "course-choices" });
  for (const option of view.options) {
    const button = html("button", { ...QUIET, type: "button", class: "course-button" }, option.text);
    button.addEventListener("click", () => send({ type: "predict", text: option.value }));
    list.append(button);
  }
  group.append(list);
  return list.firstChild;
}

function drawLine(group, name, send) {
  const input = create("input", { ...QUIET, type: "text", class: "course-line", "aria-labelledby": `${name}-title`, autocomplete: "off", spellcheck: "false" });
  const button = create("button", { ...QUIET, type: "button", class: "course-button", disabled: true }, "Predict");
  const commit = () => { if (input.value.trim()) send({ type: "predict", text: input.value }); };
  input.addEventListener("input", () => { button.disabled = !input.value.trim(); });
  input.addEventListener("keydown", (event) => { if (event.key === "Enter") commit(); });
  button.addEventListener("click", commit);
  group.append(create("div", { class: "course-choices" }, input, button));
  return input;
}

const DRAW = { quiz: drawQuiz, hint: drawHint, newer: drawNewer, predict: drawPredict };

// What takes the keyboard without being a control: Tab passes it by, and its keys stay ours.
function focusable(node) {
  node.tabIndex = -1;
  node.setAttribute("data-lm-suppress-shortcuts", "true");
  return node;
}

function leave(el) {
  // Escape gives the keyboard back to the notebook, at this cell.
  const notebook = el.closest(".jp-Notebook");
  const cell = el.closest(".jp-Cell");
  document.activeElement?.blur();
  if (cell) cell.dispatchEvent(new MouseEvent("mousedown", { bubbles: true, button: 0 }));
  (notebook ?? document.body).focus({ preventScroll: true });
}

export default {
  initialize({ model }) {
    // A cell that waits for an answer has to know that this front end can give one while the cell runs. JupyterLab
    // does so as soon as it has a subshell for it; what it sends before that arrives when the cell is over.
    const call = () => {
      if (model.get("view").state !== "calling" || ++calls > 50) return clearInterval(timer);
      model.set("event", { type: "there", serial: calls });
      model.save_changes();
    };
    let calls = 0;
    const timer = setInterval(call, 100);
    return () => clearInterval(timer);
  },
  render({ model, el }) {
    const root = create("div", { class: "course-face" });
    el.append(root);
    let before = null;
    const choices = new Map(); // made and not yet committed; a redraw keeps them
    const send = (event) => {
      model.set("event", { ...event, serial: Date.now() + Math.random() });
      model.save_changes();
    };
    const draw = () => {
      const view = model.get("view");
      const keyboard = root.contains(document.activeElement);
      root.replaceChildren();
      if (view.error) root.append(create("p", { class: "course-error", role: "alert" }, view.error));
      const target = DRAW[view.kind](root, view, send, before, choices) ?? root.querySelector("input:enabled, button:enabled");
      // At once: a key that is pressed while nothing has the focus belongs to the notebook.
      if (keyboard) target?.focus({ preventScroll: true });
      before = view;
    };
    const onKey = (event) => {
      event.stopPropagation();
      if (event.type === "keydown" && event.key === "Escape") {
        event.preventDefault();
        leave(el);
      }
    };
    for (const type of ["keydown", "keypress", "keyup"]) root.addEventListener(type, onKey);
    model.on("change:view", draw);
    draw();
    return () => model.off("change:view", draw);
  },
};

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

// Milliseconds after which a page that is still being drawn is looked at again.
const SETTLING = [300, 800, 1500, 3000];
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

function drawOption(name, index, mark, text, attributes) {
  const input = create("input", { ...QUIET, type: "radio", name, id: `${name}-${index}`, ...attributes });
  const label = html("label", { for: `${name}-${index}` }, text);
  return create("div", { class: "course-option" }, create("span", { class: "course-mark", "aria-hidden": "true" }, mark), input, label);
}

// A digit chooses an option, as the browser's own arrow keys do; Enter commits.
function chooseByKeys(field, commit) {
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.tagName === "INPUT") {
      event.preventDefault();
      commit();
    } else if (/^[1-9]$/.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const input = field.querySelectorAll("input[type=radio]")[Number(event.key) - 1];
      if (input && !input.disabled) {
        event.preventDefault();
        input.focus();
        input.click();
      }
    }
  });
}

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
  group.append(create("p", { class: "course-ask", id: `${name}-title` }, create("b", {}, "Predict: "), html("span", {}, view.question)));
  root.append(group);
  if (view.state === "asking") {
    const first = view.options.length ? drawChoices(group, name, view, send) : drawLine(group, name, send);
    const skip = create("button", { ...QUIET, type: "button", class: "course-button course-skip" }, "Run without a prediction");
    skip.addEventListener("click", () => send({ type: "skip" }));
    group.lastChild.append(skip);
    if (!waiting.asked) {
      waiting.asked = true;
      whenAttached(group, () => arrive(group, first));
    }
    return first;
  }
  group.append(create("p", { class: "course-verdict" }, view.said || "One moment."));
  return before?.state === "asking" && moveOn(group) ? null : focusable(group);
}

function drawChoices(group, name, view, send) {
  const button = create("button", { ...QUIET, type: "button", class: "course-button", disabled: true }, "Predict");
  const commit = () => {
    const chosen = group.querySelector("input:checked");
    if (chosen) send({ type: "predict", text: chosen.value });
  };
  const list = create("div", { class: "course-options" });
  view.options.forEach((option, index) => {
    list.append(drawOption(name, index, String(index + 1), option.text, { value: option.value }));
  });
  list.addEventListener("change", () => { button.disabled = false; });
  button.addEventListener("click", commit);
  chooseByKeys(group, commit);
  group.append(list, create("div", { class: "course-bar" }, button));
  return list.querySelector("input");
}

function drawLine(group, name, send) {
  const input = create("input", { ...QUIET, type: "text", class: "course-line", "aria-labelledby": `${name}-title`, autocomplete: "off", spellcheck: "false" });
  const button = create("button", { ...QUIET, type: "button", class: "course-button", disabled: true }, "Predict");
  const commit = () => { if (input.value.trim()) send({ type: "predict", text: input.value }); };
  input.addEventListener("input", () => { button.disabled = !input.value.trim(); });
  input.addEventListener("keydown", (event) => { if (event.key === "Enter") commit(); });
  button.addEventListener("click", commit);
  group.append(create("div", { class: "course-bar" }, input, button));
  return input;
}

// What a cell that waits has to know of its question, in all views of it.
const waiting = { views: 0, seen: false, leaving: false, asked: false, stays: false, report: () => {} };

function whenAttached(node, act, tries = 50) {
  if (node.isConnected) act();
  else if (tries) setTimeout(() => whenAttached(node, act, tries - 1), 50);
}

const writes = (node) => node?.closest(".cm-editor, input:not([type=radio]), textarea, [contenteditable=true]");

function bringIntoView(group, cell) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const fits = cell && cell.offsetHeight < cell.closest(".jp-WindowedPanel-outer, .jp-Notebook")?.clientHeight;
  (fits ? cell : group).scrollIntoView({ block: "nearest", behavior: still ? "auto" : "smooth" });
}

function arrive(group, first) {
  // The cell waits, so the keyboard belongs here, as it does for `input()`; but not in the middle of a word.
  const cell = group.closest(".jp-Cell");
  waiting.stays = !cell || cell.classList.contains("jp-mod-active");
  bringIntoView(group, cell);
  // What stands above may still be drawn (a picture, a quiz), and JupyterLab scrolls too; the reader has the last word.
  const reader = new AbortController();
  const options = { signal: reader.signal, capture: true, passive: true };
  for (const kind of ["wheel", "touchmove", "pointerdown", "keydown"]) addEventListener(kind, () => reader.abort(), options);
  for (const later of SETTLING) setTimeout(() => reader.signal.aborted || bringIntoView(group, cell), later);
  setTimeout(() => reader.abort(), SETTLING.at(-1));
  if (!writes(document.activeElement)) first.focus({ preventScroll: true });
}

function moveOn(group) {
  // The notebook goes on where it would be had nothing been asked: at the next cell, unless this one was to stay.
  const cell = group.closest(".jp-Cell");
  const at = document.activeElement;
  const near = at === document.body || group.closest(".jp-NotebookPanel")?.contains(at);
  if (!cell?.classList.contains("jp-mod-active") || !near || writes(at)) return false;
  const cells = [...cell.closest(".jp-Notebook").querySelectorAll(".jp-Cell")].filter((other) => other === cell || other.offsetParent);
  leave(group, waiting.stays ? cell : cells[cells.indexOf(cell) + 1]);
  return true;
}

function watch(model) {
  // A cell that waits for an answer has to know that this page can give one while the cell runs, and still shows the
  // question. JupyterLab tells it as soon as it has a subshell for it; what it sends before arrives when the cell is over.
  const began = Date.now();
  const state = () => model.get("view").state;
  const speaker = create("div", { class: "course-aloud", role: "status", "aria-live": "polite" });
  document.body.append(speaker); // Not in the output, which is replaced when there is something to say.
  const report = () => {
    const late = state() === "calling" && Date.now() - began > 5000;
    if (late || !["calling", "asking"].includes(state())) return stop();
    const unseen = waiting.seen ? !waiting.views : !document.hidden && Date.now() - began > 10000;
    try {
      model.send({ type: unseen || waiting.leaving ? "gone" : "there", hidden: document.hidden });
    } catch {
      stop(); // The page has no kernel any more.
    }
  };
  const onPage = (event) => {
    waiting.leaving = event.type === "pagehide";
    report();
  };
  const pages = ["pagehide", "pageshow"];
  const stop = () => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", report);
    for (const type of pages) window.removeEventListener(type, onPage);
  };
  const speak = () => {
    if (state() === "asking") {
      clearInterval(timer);
      timer = setInterval(report, 1000);
    }
    speaker.textContent = model.get("view").said;
    if (state() === "over") setTimeout(() => speaker.remove(), 10000);
  };
  let timer = setInterval(report, 100);
  waiting.report = report;
  document.addEventListener("visibilitychange", report);
  for (const type of pages) window.addEventListener(type, onPage);
  model.on("change:view", speak);
  return () => {
    stop();
    speaker.remove();
  };
}

const DRAW = { quiz: drawQuiz, hint: drawHint, newer: drawNewer, predict: drawPredict };

// What takes the keyboard without being a control: Tab passes it by, and its keys stay ours.
function focusable(node) {
  node.tabIndex = -1;
  node.setAttribute("data-lm-suppress-shortcuts", "true");
  return node;
}

function leave(el, cell = el.closest(".jp-Cell")) {
  // Gives the keyboard back to the notebook, at this cell, as Escape does.
  const notebook = el.closest(".jp-Notebook");
  document.activeElement?.blur();
  if (cell) cell.dispatchEvent(new MouseEvent("mousedown", { bubbles: true, button: 0 }));
  (notebook ?? document.body).focus({ preventScroll: true });
}

export default {
  initialize({ model }) {
    const { kind, state } = model.get("view");
    if (kind === "predict" && state !== "over") return watch(model);
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
    waiting.views += 1;
    waiting.seen = true;
    waiting.report();
    return () => {
      model.off("change:view", draw);
      waiting.views -= 1;
      waiting.report();
    };
  },
};

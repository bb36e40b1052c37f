function drawPredict(root, view, send, before) {
  const name = `course-${own}-${++serial}`;
  const group = create("div", { class: "course-predict", role: "group", "aria-labelledby": `${name}-title` });
  group.append(create("p", { class: "course-ask", id: `${name}-title` }, create("b", {}, "Predict: "), html("span", {}, view.question)));
  root.append(group);
  if (view.state === "asking") {
    const first = view.options.length ? drawChoices(group, name, view, send) : drawLine(group, name, send);
    group.lastChild.append(button("Run without a prediction", () => send({ type: "skip" }), { class: "course-skip" }));
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
  const commit = () => {
    const chosen = group.querySelector("input:checked");
    if (chosen) send({ type: "predict", text: chosen.value });
  };
  const predict = button("Predict", commit, { disabled: true });
  const list = create("div", { class: "course-options" });
  view.options.forEach((option, index) => {
    list.append(drawOption(name, index, String(index + 1), option.text, { value: option.value }));
  });
  list.addEventListener("change", () => { predict.disabled = false; });
  chooseByKeys(group, commit);
  group.append(list, create("div", { class: "course-bar" }, predict));
  return list.querySelector("input");
}

function drawLine(group, name, send) {
  const input = create("input", { ...QUIET, type: "text", class: "course-line", "aria-labelledby": `${name}-title`, autocomplete: "off", spellcheck: "false" });
  const commit = () => { if (input.value.trim()) send({ type: "predict", text: input.value }); };
  const predict = button("Predict", commit, { disabled: true });
  input.addEventListener("input", () => { predict.disabled = !input.value.trim(); });
  input.addEventListener("keydown", (event) => { if (event.key === "Enter") commit(); });
  group.append(create("div", { class: "course-bar" }, input, predict));
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

DRAW.predict = drawPredict;

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

DRAW.hint = drawHint;

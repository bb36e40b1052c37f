function drawHint(root, view, send, before) {
  const list = create("ol", { class: "course-hints", "aria-live": "polite", "aria-label": "Hints" });
  root.append(list);
  view.steps.forEach((step, index) => {
    const put = () => list.append(html("li", {}, step));
    if (before && index >= before.steps.length) setTimeout(put); // What is new is spoken, and nothing else.
    else put();
  });
  const bar = create("div", { class: "course-bar" });
  const { opened, all } = view;
  let target = null;
  if (opened < all) {
    target = button(`Show hint ${opened + 1} of ${all}`, () => send({ type: "hint", step: opened + 1 }));
    bar.append(target);
  } else if (!view.folded) {
    const end = create("p", { class: "course-score" }, "That was the last hint.");
    target = focusable(end);
    bar.append(end);
  }
  if (opened) {
    const hints = opened === 1 ? "hint" : `${opened} hints`;
    const fold = view.folded
      ? button(`Show the ${hints} again`, () => send({ type: "unfold" }), { class: "course-slim" })
      : button(`Hide the ${hints}`, () => send({ type: "fold" }), { class: "course-slim" });
    bar.append(fold);
    if (before && before.folded !== view.folded) target = fold;
  }
  root.append(bar);
  return target;
}

DRAW.hint = drawHint;

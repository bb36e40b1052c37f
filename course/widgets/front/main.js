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

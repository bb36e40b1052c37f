// Why nothing that is done here reaches Python any more; empty as long as it does. All views of a widget share it.
const cold = { why: "", views: new Set() };
const RESTARTED = "The kernel was restarted. Run this cell to go on; your answers are kept.";
const STOPPED = "The kernel has stopped. Start it, then run this cell to go on; your answers are kept.";
const BUSY = "The kernel is busy with another cell. What you did here comes next.";
const OURS = "Working on it…";
const OFFLINE = "There is no connection to the server. What you did here waits for it.";
const SLOW = "No answer yet. If the kernel was restarted, run this cell again; your answers are kept.";
const ENDED = { restarting: RESTARTED, autorestarting: RESTARTED, terminating: STOPPED, dead: STOPPED };
const SOON = 150; // Milliseconds after which a click without an answer is seen to wait,
const LATE = 1500; // and after which it is said why.
const RELEASES = ["pointerup", "pointercancel", "dragend"];

function becomeCold(why) {
  if (cold.why) return;
  cold.why = why;
  for (const show of cold.views) show();
}

// The kernel as the front end knows it; VS Code and others do not show it.
const kernelOf = (model) => model.widget_manager?.kernel;

// What the kernel does now, as it says itself: the kinds of requests by their ids.
const doing = new Map();

function noteDoing(_kernel, { header, parent_header: asked, content }) {
  if (header.msg_type !== "status" || !asked?.msg_id) return;
  content.execution_state === "busy" ? doing.set(asked.msg_id, asked.msg_type) : doing.delete(asked.msg_id);
}

function watchKernel(model) {
  model.on("comm_live_update", () => becomeCold(RESTARTED));
  model.on("comm:close", () => becomeCold(RESTARTED));
  const kernel = kernelOf(model);
  const look = () => { if (ENDED[kernel.status]) becomeCold(ENDED[kernel.status]); };
  kernel?.iopubMessage?.connect(noteDoing);
  kernel?.statusChanged?.connect(look);
  const gone = () => becomeCold(STOPPED);
  kernel?.disposed?.connect(gone);
  return () => {
    kernel?.iopubMessage?.disconnect(noteDoing);
    kernel?.statusChanged?.disconnect(look);
    kernel?.disposed?.disconnect(gone);
  };
}

// Why Python has not answered for a while.
function whyLate(model) {
  const kernel = kernelOf(model);
  if (!kernel) return SLOW;
  if (kernel.connectionStatus !== "connected") return OFFLINE;
  if (kernel.status === "idle") void askKernel(model, kernel);
  const kinds = [...doing.values()];
  if (kernel.status === "busy" && kinds.includes("comm_msg") && !kinds.includes("execute_request")) return OURS;
  return BUSY;
}

// A kernel that has nothing to do and does not answer may be another one, which has never heard of this widget.
async function askKernel(model, kernel) {
  const { content } = await kernel.requestCommInfo({ target_name: "jupyter.widget" });
  if (content.comms && !(model.get("name") in content.comms)) becomeCold(RESTARTED);
}

// Events go one by one and in order; what is equal to the last one on its way is a second click on the same thing.
function sender(model, choices, show) {
  const queue = [];
  let under = null;
  let serial = 0;
  let late = null;
  const next = () => {
    clearTimeout(late);
    under = cold.why ? null : (queue.shift() ?? null);
    if (under === null) return show("");
    serial = Date.now() + Math.random();
    model.set("event", { ...JSON.parse(under), serial });
    model.save_changes();
    late = setTimeout(() => {
      show("waiting");
      late = setInterval(() => show("late"), LATE - SOON);
    }, SOON);
  };
  const onHeard = () => { if (under !== null && model.get("heard") === serial) next(); };
  model.on("change:heard", onHeard);
  const send = (event) => {
    if (cold.why) return show("cold");
    flushBoxes(choices);
    const text = JSON.stringify(event);
    if (text === (queue.at(-1) ?? under)) return;
    queue.push(text);
    if (under === null) next();
  };
  const stop = () => {
    clearTimeout(late);
    model.off("change:heard", onHeard);
  };
  return { send, stop };
}

// What takes the keyboard after a redraw: text that is being written, what the view wants, what had it, the first control.
function keyboardTarget(fresh, had, wanted) {
  const name = had?.closest?.("[data-keep]")?.dataset.keep;
  const same = name && fresh.querySelector(`[data-keep="${CSS.escape(name)}"]:enabled, summary[data-keep="${CSS.escape(name)}"]`);
  if (same && same.matches("textarea, input:not([type=radio]):not([type=checkbox])")) return same;
  return wanted ?? (same || fresh.querySelector("input:enabled, textarea:enabled, button:enabled"));
}

// Puts the living elements of the former drawing in their places; a box that is written in loses neither focus nor undo.
function bringAlive(fresh, choices) {
  for (const thing of choices.get(KEPT)?.values() ?? []) {
    if (!thing.place || !fresh.contains(thing.place)) continue;
    const { parentNode } = thing.place;
    if (thing.node.isConnected && parentNode.moveBefore) parentNode.moveBefore(thing.node, thing.place);
    else parentNode.insertBefore(thing.node, thing.place);
    thing.place.remove();
    thing.place = null;
  }
}

export default {
  initialize({ model }) {
    const forget = watchKernel(model);
    const { kind, state } = model.get("view");
    const stop = kind === "predict" && state !== "over" ? watch(model) : null;
    return () => {
      forget();
      stop?.();
    };
  },
  render({ model, el }) {
    const root = create("div", { class: "course-face" });
    const note = create("p", { class: "course-note", hidden: true });
    let shown = create("div", { class: "course-view" });
    root.append(shown, note);
    el.append(root);
    let before = null;
    let text = "";
    let drawn = false;
    let pressed = false;
    let heardMeanwhile = false;
    const choices = new Map([[MODEL, model]]);
    const say = (what) => {
      if (note.textContent === what) return;
      note.textContent = what;
      note.hidden = !what;
      if (what) announce(what);
    };
    const show = (state) => {
      const waits = !cold.why && (state === "waiting" || state === "late");
      waits ? root.setAttribute("aria-busy", "true") : root.removeAttribute("aria-busy");
      root.classList.toggle("course-cold", Boolean(cold.why));
      if (cold.why) {
        if (state === "cold") note.textContent = ""; // Somebody clicks: it is said again.
        mail.stop();
        for (const box of root.querySelectorAll("textarea, input[type=text]")) box.readOnly = true;
        for (const control of root.querySelectorAll("button")) control.setAttribute("aria-disabled", "true");
        say(cold.why);
      } else say(state === "late" && !shown.querySelector("[data-running]") ? whyLate(model) : "");
    };
    const mail = sender(model, choices, show);
    const becameCold = () => show("");
    cold.views.add(becameCold);
    // Nothing was done: that is spoken, and seen wherever in a long face the click was.
    const complain = () => {
      const { error } = model.get("view");
      if (!error) return;
      announce(error, true);
      const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
      shown.querySelector(".course-error")?.scrollIntoView({ block: "nearest", behavior: still ? "auto" : "smooth" });
    };
    const onHeard = () => {
      if (pressed) {
        heardMeanwhile = true;
        return;
      }
      if (!drawn) complain(); // Once more the same.
      drawn = false;
    };
    const draw = () => {
      if (pressed) return; // What is replaced under a finger that is down is never clicked.
      const view = model.get("view");
      const now = JSON.stringify(view);
      if (now === text) return;
      text = now;
      drawn = Boolean(before);
      const fresh = create("div", { class: "course-view" });
      if (view.error) fresh.append(create("p", { class: "course-error" }, view.error));
      shown.before(fresh);
      const wanted = DRAW[view.kind](fresh, view, mail.send, before, choices);
      const had = shown.contains(document.activeElement) ? document.activeElement : null;
      const { selectionStart, selectionEnd } = had ?? {};
      bringAlive(fresh, choices);
      // At once: a key that is pressed while nothing has the focus belongs to the notebook.
      const target = had && keyboardTarget(fresh, had, wanted);
      if (target && target !== document.activeElement) {
        target.focus({ preventScroll: true });
        if (target === had && selectionStart != null) target.setSelectionRange(selectionStart, selectionEnd);
      }
      shown.remove();
      shown = fresh;
      dropUnkept(choices);
      if (before) complain();
      before = view;
    };
    const onKey = (event) => {
      event.stopPropagation();
      if (event.type === "keydown" && event.key === "Escape" && !event.defaultPrevented) {
        event.preventDefault();
        leave(el);
      }
    };
    for (const type of ["keydown", "keypress", "keyup"]) root.addEventListener(type, onKey);
    const onPress = () => { pressed = true; };
    const onRelease = () => {
      if (pressed) setTimeout(() => { // The click comes right after it.
        pressed = false;
        draw();
        if (heardMeanwhile) onHeard();
        heardMeanwhile = false;
      });
    };
    root.addEventListener("pointerdown", onPress);
    for (const type of RELEASES) addEventListener(type, onRelease, true);
    model.on("change:view", draw);
    model.on("change:heard", onHeard);
    draw();
    show("");
    waiting.views += 1;
    waiting.seen = true;
    waiting.report();
    return () => {
      model.off("change:view", draw);
      model.off("change:heard", onHeard);
      for (const type of RELEASES) removeEventListener(type, onRelease, true);
      flushBoxes(choices);
      mail.stop();
      cold.views.delete(becameCold);
      for (const thing of choices.get(KEPT)?.values() ?? []) thing.stop?.();
      if (!cold.views.size) silence();
      waiting.views -= 1;
      waiting.report();
    };
  },
};

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

// By kind of view: draws it into `root` and returns what the keyboard belongs to when it was in the view before, or
// null to let it stay where it is. Each kind's own file puts its function here; `send` reports an event, `before` is the
// view that was drawn last, `choices` a Map that lives as long as the face and keeps what was begun.
const DRAW = {};

// A button that does something.
function button(text, act, attributes = {}) {
  const { class: more = "", ...others } = attributes;
  const node = create("button", { ...QUIET, type: "button", class: `course-button ${more}`.trim(), ...others }, text);
  node.addEventListener("click", act);
  return node;
}

// The frame of a question, named by its legend.
function fieldset(legend, describedBy = null) {
  const field = create("fieldset", { class: "course-question", "aria-describedby": describedBy });
  field.append(create("legend", {}, legend));
  return field;
}

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

// Single keys, by `event.key`; text that is written and controls that are pressed keep theirs.
function onKeys(root, acts) {
  root.addEventListener("keydown", (event) => {
    const act = acts[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    if (event.target.closest("input:not([type=radio]):not([type=checkbox]), textarea, select")) return;
    const pressed = event.target.closest("button, a, summary, input");
    if (pressed && (event.key === " " || event.key === "Enter")) return;
    event.preventDefault();
    if (!event.repeat) act(event);
  });
}

// What the former drawing made under this key, or else what `make` makes now; gone once a view is drawn without it.
function kept(choices, key, make) {
  const all = choices.get(KEPT) ?? choices.set(KEPT, new Map()).get(KEPT);
  if (!all.has(key)) all.set(key, make());
  const thing = all.get(key);
  thing.drawn = true;
  return thing;
}

const KEPT = Symbol("kept");

// The key under which `choices` has the widget's model: for what is too large for an event.
const MODEL = Symbol("model");

// Drops what the view that was just drawn no longer has.
function dropUnkept(choices) {
  for (const [key, thing] of choices.get(KEPT) ?? []) {
    if (!thing.drawn) {
      choices.get(KEPT).delete(key);
      thing.stop?.();
      thing.drop?.();
    }
    thing.drawn = false;
  }
}

// Takes a living element into a new drawing: here it gets a place, which main.js exchanges for it.
function placeFor(thing) {
  const place = create("span", { hidden: true });
  thing.place = place;
  return place;
}

// Read out by a screen reader and seen by nobody. The regions stand in the page before they speak, outside of all views.
const voices = {};

function announce(text, urgent = false) {
  const role = urgent ? "alert" : "status";
  const voice = (voices[role] ??= create("div", { class: "course-aloud", role, "aria-live": urgent ? "assertive" : "polite" }));
  if (!voice.isConnected) document.body.append(voice);
  voice.textContent = "";
  clearTimeout(voice.later);
  voice.later = setTimeout(() => { voice.textContent = text; }, 60); // The same text twice is spoken twice.
}

function silence() {
  for (const voice of Object.values(voices)) voice.remove();
}

// How far something has come, as a bar and in words.
function progressBar(value, max, label) {
  const name = `course-${own}-${++serial}`;
  const bar = create("progress", { value, max: Math.max(max, 1), "aria-labelledby": name });
  return create("div", { class: "course-progress" }, bar, create("span", { id: name }, label));
}

// One stop for Tab; arrows, Home and End move in the list.
function roving(list, selector) {
  const items = [...list.querySelectorAll(selector)];
  const current = items.find((item) => item.getAttribute("aria-current") || item.getAttribute("aria-selected") === "true");
  const stop = (item) => items.forEach((other) => { other.tabIndex = other === item ? 0 : -1; });
  stop(current ?? items[0]);
  list.addEventListener("focusin", (event) => { if (items.includes(event.target)) stop(event.target); });
  list.addEventListener("keydown", (event) => {
    const at = items.indexOf(event.target);
    const steps = { ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1, Home: 0, End: items.length - 1 };
    if (at < 0 || !(event.key in steps)) return;
    event.preventDefault();
    items[(steps[event.key] + items.length) % items.length].focus();
  });
}

// What can be unfolded, and stays so in the next view.
function keptDetails(key, choices, summary, ...children) {
  const slot = `details ${key}`;
  const open = choices.get(slot)?.open ?? false;
  const node = create("details", { open }, create("summary", { ...QUIET, "data-keep": slot }, summary), ...children);
  choices.set(slot, node);
  return node;
}

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

// By kind of view: draws it and returns what the keyboard belongs to when it was in the view before. Each kind's own
// file puts its function here; `send` reports an event, `before` is the view that was drawn last, `choices` a Map that
// keeps what was begun and not yet committed.
const DRAW = {};

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

// Boxes to write in. A box lives as long as its key is drawn: a new view takes nothing from whoever is writing.

function textBox(given) {
  return drawBox({ ...given, code: false });
}

// For code: Tab indents. Escape lets Tab leave, as somebody without a mouse must be able to.
function codeBox(given) {
  return drawBox({ rows: 8, ...given, code: true });
}

function drawBox(given) {
  const slot = `box ${given.code ? "code" : "text"} ${given.key}`;
  const box = kept(given.choices, slot, () => makeBox(given, slot));
  box.given = given;
  return { node: placeFor(box), input: box.input };
}

function makeBox(given, slot) {
  const name = given.id ?? `course-${own}-${++serial}`;
  const many = given.code || (given.rows ?? 3) > 1;
  const input = create(many ? "textarea" : "input", {
    ...QUIET,
    id: name,
    class: given.code ? "course-code" : "course-text",
    type: many ? null : "text",
    rows: many ? (given.rows ?? 3) : null,
    "data-keep": slot,
    placeholder: given.placeholder,
    maxlength: given.maxLength,
    "aria-describedby": [given.describedBy, given.code && `${name}-way`].filter(Boolean).join(" ") || null,
    autocomplete: "off",
    ...(given.code ? { spellcheck: "false", autocapitalize: "off", autocorrect: "off", wrap: "off" } : {}),
  });
  const node = create("div", { class: "course-writing" }, create("label", { for: name }, given.label), input);
  const box = { node, input, given, said: given.value ?? "", later: null };
  input.value = stash.get(slot, box.said) ?? box.said;
  box.flush = () => {
    clearTimeout(box.later);
    if (!box.given.onText || input.value === box.said) return;
    box.said = input.value;
    box.given.onText(input.value);
  };
  box.stop = () => clearTimeout(box.later);
  box.drop = () => stash.drop(slot);
  input.addEventListener("input", () => {
    clearTimeout(box.later);
    stash.put(slot, box.given.value ?? "", input.value);
    if (box.given.onText) box.later = setTimeout(box.flush, box.given.delay ?? 600);
  });
  input.addEventListener("blur", box.flush);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.key !== "Enter") return;
    if (box.given.commit && (!many || event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      if (!event.repeat) box.given.commit(input.value);
    }
  });
  if (given.code) makeCode(input, node, name);
  if (input.value !== box.said) box.later = setTimeout(box.flush); // What a kernel that is gone has not got.
  return box;
}

function makeCode(input, node, name) {
  const way = create("small", { class: "course-way", id: `${name}-way` }, INDENTS);
  node.append(way);
  let leaving = false;
  const leaveBy = (on) => {
    leaving = on;
    way.textContent = on ? LEAVES : INDENTS;
    if (on) announce(LEAVES);
  };
  input.addEventListener("blur", () => leaveBy(false));
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape" && !leaving) {
      event.preventDefault();
      leaveBy(true);
    } else if (event.key === "Tab" && !leaving && !event.ctrlKey && !event.altKey && !event.metaKey) {
      event.preventDefault();
      indent(input, event.shiftKey);
    } else if (event.key === "Backspace" && !event.ctrlKey && !event.altKey && !event.metaKey && blanksBefore(input)) {
      event.preventDefault();
      leaveBy(false);
      input.setSelectionRange(input.selectionStart - blanksBefore(input), input.selectionStart);
      write(input, "");
    } else if (event.key === "Enter" && !event.defaultPrevented && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      const line = input.value.slice(0, input.selectionStart).split("\n").at(-1);
      write(input, `\n${line.match(/^\s*/)[0]}${/:\s*$/.test(line) ? STEP : ""}`);
    } else if (!["Tab", "Shift", "Escape"].includes(event.key)) leaveBy(false);
  });
}

const STEP = "    ";
const INDENTS = "Tab indents, Shift+Tab takes it back. To leave with Tab, press Escape first.";
const LEAVES = "Tab leaves the code now. Escape again gives the keyboard back to the notebook.";

// How many blanks make the last step of indentation before the cursor; 0 where something else is before it, too.
function blanksBefore({ selectionStart: start, selectionEnd: end, value }) {
  const before = value.slice(value.lastIndexOf("\n", start - 1) + 1, start);
  return start === end && /^ +$/.test(before) ? before.length % STEP.length || STEP.length : 0;
}

function indent(input, back) {
  const { selectionStart: start, selectionEnd: end, value } = input;
  if (!back && start === end) return write(input, STEP.slice((start - (value.lastIndexOf("\n", start - 1) + 1)) % 4));
  const first = value.lastIndexOf("\n", start - 1) + 1;
  const lines = value.slice(first, end).split("\n");
  const changed = lines.map((line) => (back ? line.replace(/^ {1,4}/, "") : line && STEP + line));
  if (changed.join() === lines.join()) return;
  input.setSelectionRange(first, end);
  write(input, changed.join("\n"));
  const moved = changed[0].length - lines[0].length;
  const grown = changed.join().length - lines.join().length;
  input.setSelectionRange(Math.max(first, start + moved), Math.max(first, end + grown));
}

// Writes as if it were typed, so that undo takes it back; no other way does in all browsers.
function write(input, text) {
  if (!(text ? document.execCommand("insertText", false, text) : document.execCommand("delete"))) {
    input.setRangeText(text, input.selectionStart, input.selectionEnd, "end");
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

// Sends what is written and not sent yet.
function flushBoxes(choices) {
  for (const thing of choices.get(KEPT)?.values() ?? []) thing.flush?.();
}

// Text that a dead kernel or a page that is loaded again would lose, kept by the browser as long as the tab is open. It
// belongs to what Python knew when it was written; once Python knows more, that is newer.
const stash = {
  get(slot, value) {
    try {
      const [known, text] = JSON.parse(sessionStorage.getItem(`threeways ${slot}`) ?? "[]");
      return known === value ? text : null;
    } catch {
      return null;
    }
  },
  put(slot, known, text) {
    try {
      sessionStorage.setItem(`threeways ${slot}`, JSON.stringify([known, text]));
    } catch {
      // A frame without storage, or a full one: then the text lives in the page alone.
    }
  },
  drop(slot) {
    try {
      sessionStorage.removeItem(`threeways ${slot}`);
    } catch {
      // As above.
    }
  },
};

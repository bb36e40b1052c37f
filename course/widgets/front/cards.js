function drawCards(root, view, send, before, choices) {
  const desk = create("section", { class: "cards-desk", "aria-label": `Cards: ${view.title}` });
  desk.append(cardsHead(view));
  const target = view.card ? cardsOpen(root, desk, view, send, before, choices) : cardsEnd(root, desk, view, send, before, choices);
  root.append(desk);
  if (view.said && view.said !== before?.said) announce(view.said);
  return target;
}

function cardsHead(view) {
  const { counts, progress } = view;
  const head = create("div", { class: "cards-head" }, create("b", {}, view.title));
  const numbers = create("span", { class: "cards-counts" });
  for (const [name, words] of [["new", "new"], ["learning", "learning"], ["due", "due"]])
    numbers.append(create("span", { class: `cards-${name}` }, create("b", {}, String(counts[name])), ` ${words}`));
  head.append(numbers);
  const done = `${progress.done} of ${progress.all}`;
  const time = progress.minutes ? `${progress.minutes} min today` : "";
  const left = progress.minutes_left ? `about ${progress.minutes_left} min left` : "";
  head.append(progressBar(progress.done, progress.all, [done, time, left].filter(Boolean).join(" · ")));
  return head;
}

function cardsOpen(root, desk, view, send, before, choices) {
  const { card } = view;
  const same = before?.card?.turn === card.turn;
  const body = cardsBody(view, send);
  const form = card.revealed ? null : cardsForm(body, card, send, choices);
  if (card.revealed) cardsAnswer(body, card);
  const of = (type, more = {}) => () => send({ type, turn: card.turn, ...more });
  const reveal = () => send({ type: "reveal", turn: card.turn, ...(form?.typed ? { typed: form.typed() } : {}) });
  // The second click of a double click on "Show answer" falls on a rating.
  const rate = (rating) => (event) => { if (!(event.detail > 1)) send({ type: "rate", turn: card.turn, rating }); };
  desk.append(body, card.revealed ? cardsRatings(card, rate) : cardsWays(card, form, reveal));
  desk.append(cardsFoot(view, send, choices, of));
  if (!card.revealed && card.way === "options") chooseByKeys(body, form.commit);
  const keys = { u: () => cardsUndo(view, send), s: of("suspend"), b: of("bury") };
  if (card.revealed) {
    for (const { rating } of card.ratings) keys[rating] = rate(rating);
    if (card.proposed) keys[" "] = keys.Enter = rate(card.proposed);
  } else {
    keys[" "] = reveal;
    keys.Enter = () => (form?.ready() ? form.commit() : reveal());
    if (card.way === "options") card.options.forEach((option, index) => { keys[index + 1] = () => form.choose(index); });
  }
  onKeys(root, keys);
  cardsUndoInBox(root, view, send);
  cardsPlace(body, card, same);
  if (before) cardsSpeak(body, view, before, same);
  if (same && before.card.revealed === card.revealed && !view.error) return card.way === "code" && !card.revealed ? form.box : null;
  return (!card.revealed && form?.box) || body;
}

// In a box the letters are text. While it is empty, the box itself has nothing to undo.
function cardsUndoInBox(root, view, send) {
  root.addEventListener("input", (event) => { event.target.dataset.written = ""; });
  root.addEventListener("keydown", (event) => {
    const { target } = event;
    if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey || event.key.toLowerCase() !== "z") return;
    if (event.repeat || !target.matches("textarea, input[type=text]") || target.value || "written" in target.dataset) return;
    event.preventDefault();
    cardsUndo(view, send);
  });
}

// The card has the same size whatever is on it, so that no button ever moves; what is longer scrolls.
function cardsBody(view, send) {
  const { card, notice } = view;
  const about = [card.label, card.topic, card.framework].filter(Boolean);
  const body = create("div", { ...QUIET, class: "cards-card", tabindex: "0", role: "group", "aria-label": `Card: ${about.join(", ")}`, "data-keep": "card" });
  const marks = create("div", { class: "cards-about" });
  for (const word of about) marks.append(create("span", {}, word));
  if (card.new) marks.append(create("span", {}, "new"));
  if (card.high) marks.append(create("span", { class: "cards-high", title: "A core objective that exams ask about" }, "★ high yield"));
  if (notice) body.append(cardsNotice(notice, send));
  body.append(marks, html("div", { class: "course-ask cards-front" }, card.filled ?? card.front));
  return body;
}

function cardsNotice(notice, send) {
  const box = create("div", { class: "cards-notice" }, create("p", {}, notice.text));
  if (notice.what !== "leech") return box;
  box.append(html("div", { class: "cards-quote" }, notice.front));
  const bar = create("div", { class: "course-bar" });
  if (notice.lesson) bar.append(lessonLink(notice.lesson));
  bar.append(button("Suspend that card", () => send({ type: "suspend", card: notice.card }), { class: "course-slim" }));
  box.append(bar);
  return box;
}

function cardsForm(body, card, send, choices) {
  if (card.way === "options") return cardsOptions(body, card, send, choices);
  if (card.way === "gap") return cardsTyped(body, card, send, choices, { label: "What belongs into the gap?", rows: 1 });
  if (card.way === "code") return cardsCode(body, card, send, choices);
  body.append(create("p", { class: "cards-think" }, "Say the answer, aloud or in your mind. Then look."));
  return null;
}

function cardsOptions(body, card, send, choices) {
  const name = `course-${own}-${++serial}`;
  const slot = `cards ${card.turn}`;
  const list = create("div", { class: "course-options", role: "radiogroup", "aria-label": "Options" });
  card.options.forEach((option, index) => {
    list.append(drawOption(name, index, String(index + 1), option.text, { value: option.place, checked: option.place === choices.get(slot) }));
  });
  const ready = () => choices.get(slot) !== undefined;
  const commit = () => { if (ready()) send({ type: "answer", turn: card.turn, option: choices.get(slot) }); };
  const form = { ready, commit, name: "Answer" };
  form.choose = (index) => {
    const radio = list.querySelectorAll("input")[index];
    radio?.focus();
    radio?.click();
  };
  list.addEventListener("change", (event) => {
    choices.set(slot, Number(event.target.value));
    form.changed?.();
  });
  body.append(list);
  return form;
}

function cardsTyped(body, card, send, choices, { label, rows, code = false, value = "" }) {
  const commit = () => {
    if (!box.input.value.trim()) return send({ type: "reveal", turn: card.turn });
    if (code && box.input.value === card.code.ran) return cardsSay(body, "This was run last. Change it first.");
    if (code) cardsRunning(body, card.code);
    send({ type: "answer", turn: card.turn, typed: box.input.value });
  };
  const box = (code ? codeBox : textBox)({ key: `cards ${card.turn}`, choices, label, rows, value, commit });
  body.append(box.node);
  return { ready: () => Boolean(box.input.value.trim()), commit, typed: () => box.input.value, box: box.input, name: code ? "Run" : "Check" };
}

function cardsCode(body, card, send, choices) {
  const { before, after, typed, tries } = card.code;
  if (before.trim()) body.append(cardsLines(before));
  const rows = Math.max(3, Math.min(10, typed.split("\n").length + 1));
  const form = cardsTyped(body, card, send, choices, { label: "Your code", rows, code: true, value: typed });
  if (after.trim()) body.append(cardsLines(after));
  if (tries) body.append(cardsFailures(card.code));
  return form;
}

function cardsLines(text) {
  const lines = create("pre", { ...QUIET, class: "cards-lines", tabindex: "0", "aria-label": "Code around yours" });
  lines.append(create("code", {}, text.replace(/^\n+|\s+$/g, "")));
  return lines;
}

function cardsSay(body, words) {
  body.closest(".cards-desk").querySelector(".cards-said").textContent = words;
  announce(words);
}

// It takes a while, and the kernel does nothing else meanwhile. It stands where the former failure stood.
function cardsRunning(body, code) {
  for (const old of body.querySelectorAll(".cards-failures, .cards-running")) old.remove();
  const words = `Running, at most ${code.seconds} seconds…`;
  body.append(create("p", { class: "cards-running", "data-running": "" }, words));
  body.scrollTop = body.scrollHeight;
  announce(words);
}

function cardsFailures(code) {
  const box = create("div", { class: "cards-failures course-wrong" });
  box.append(create("b", {}, `${code.passed} of ${code.all} check${code.all === 1 ? "" : "s"} passed.`));
  box.append(create("ul", {}, ...code.failures.map((text) => create("li", {}, ...cardsMessage(text)))));
  return box;
}

// What stands between backticks is code.
function cardsMessage(text) {
  return text.split(/`([^`]+)`/).map((part, place) => (place % 2 ? create("code", {}, part) : part));
}

function cardsAnswer(body, card) {
  const answer = create("div", { class: "cards-answer" });
  if (card.verdict) {
    const right = card.verdict.startsWith("Right");
    const mark = create("span", { "aria-hidden": "true" }, right ? "✓ " : "✗ ");
    answer.append(create("p", { class: `cards-verdict course-${right ? "right" : "wrong"}` }, mark, card.verdict));
  }
  if (card.compared && !card.compared.right) answer.append(cardsCompared(card.compared));
  if (card.options) answer.append(cardsReplies(card.options));
  if (card.code?.failures.length) answer.append(cardsFailures(card.code));
  if (card.code?.typed) {
    const pre = create("pre", { ...QUIET, tabindex: "0", "aria-label": "Your code" }, create("code", {}, card.code.typed.replace(/\s+$/, "")));
    answer.append(create("div", { class: "cards-yours" }, create("small", {}, "Yours"), pre));
  }
  const back = html("div", { class: "course-ask cards-back" }, card.answer);
  if (card.code?.typed) back.prepend(create("small", {}, "One way to write it"));
  answer.append(back);
  body.append(answer);
}

function cardsCompared({ typed, wanted, parts }) {
  const line = create("p", { class: "cards-compared" }, create("span", { class: "course-aloud" }, `You typed: ${typed}. It is: ${wanted}.`));
  const seen = create("span", { "aria-hidden": "true" });
  for (const [kind, text] of parts) seen.append(create({ same: "span", extra: "del", missing: "ins" }[kind], {}, text));
  line.append(seen);
  return line;
}

function cardsReplies(options) {
  const list = create("div", { class: "course-options" });
  for (const option of options) {
    const mark = { right: "✓", wrong: "✗", open: "" }[option.state];
    const row = create("div", { class: `course-option course-${option.state}` }, create("span", { class: "course-mark", "aria-hidden": "true" }, mark), create("span"), html("span", {}, option.text));
    if (option.why) {
      const why = html("div", { class: "course-why" }, option.why);
      why.prepend(create("b", {}, option.state === "right" ? "Right. " : "No. "));
      row.append(why);
    }
    list.append(row);
  }
  return list;
}

function cardsWays(card, form, reveal) {
  const bar = create("div", { class: "cards-bar" });
  const look = button("Show answer", reveal, { "data-keep": "show", class: form ? "" : "course-main", "aria-keyshortcuts": "Space" });
  if (form) {
    const commit = button(form.name, form.commit, { "data-keep": "commit", class: "course-main", disabled: card.way === "options" && !form.ready() });
    form.changed = () => { commit.disabled = !form.ready(); };
    bar.append(commit);
  }
  bar.append(look);
  return bar;
}

function cardsRatings(card, rate) {
  const bar = create("div", { class: "cards-bar cards-ratings", role: "group", "aria-label": "How did it go?" });
  for (const { rating, name, wait } of card.ratings) {
    const proposed = rating === card.proposed;
    const node = button("", rate(rating), { "data-keep": `rate ${rating}`, class: proposed ? "course-main" : "", "aria-keyshortcuts": String(rating) });
    node.append(create("span", {}, name, proposed ? create("span", { class: "course-aloud" }, ", proposed,") : ""), " ", create("small", {}, wait));
    bar.append(node);
  }
  return bar;
}

function cardsUndo(view, send) {
  if (view.undo) send({ type: "undo", event: view.undo.event });
}

function cardsFoot(view, send, choices, of) {
  const foot = create("div", { class: "cards-foot" });
  const undo = button(view.undo ? `Undo ${view.undo.what}` : "Undo", () => cardsUndo(view, send), { "data-keep": "undo", class: "course-slim", disabled: !view.undo, "aria-keyshortcuts": "u" });
  foot.append(undo);
  if (of) {
    const suspend = button("Suspend", of("suspend"), { class: "course-slim", "aria-keyshortcuts": "s", title: "The card comes no more, until you bring it back. Key: s" });
    const bury = button("Bury until tomorrow", of("bury"), { class: "course-slim", "aria-keyshortcuts": "b", title: "Key: b" });
    foot.append(keptDetails("cards menu", choices, "This card", create("div", { class: "course-bar" }, suspend, bury)));
  }
  if (view.weak) foot.append(button("Back to the other cards", () => send({ type: "back" }), { class: "course-slim" }));
  foot.append(create("small", { class: "cards-said" }, view.said || cardsKeys(view.card)));
  return foot;
}

// The keys that do something where the keyboard is now.
function cardsKeys(card) {
  if (!card) return "";
  const always = "u undoes, s suspends, b buries.";
  if (card.revealed) return `Keys: 1 to 4 rate, ${card.proposed ? "Enter takes the proposed one, " : ""}${always}`;
  if (card.way === "gap") return "Keys: Enter checks, or shows when nothing is typed; Ctrl+Z in the empty box undoes.";
  if (card.way === "code") return "Keys: Ctrl+Enter runs, or shows when nothing is typed; Ctrl+Z in the empty box undoes.";
  if (card.way === "options") return `Keys: 1 to ${card.options.length} choose, Enter answers, space shows, ${always}`;
  return `Keys: space shows, ${always}`;
}

function cardsPlace(body, card, same) {
  // Once the card stands in the page: the top of a new one, the answer of one that was just opened.
  if (!card.revealed && !same) return;
  setTimeout(() => {
    const answer = body.querySelector(".cards-answer, .cards-failures");
    if (answer && answer.offsetTop + answer.offsetHeight > body.scrollTop + body.clientHeight)
      body.scrollTop = Math.min(answer.offsetTop - body.offsetTop - 8, body.scrollHeight);
  });
}

function cardsSpeak(body, view, before, same) {
  const words = (part) => body.querySelector(part)?.innerText ?? "";
  setTimeout(() => {
    if (same && view.card.revealed && !before.card.revealed) announce(words(".cards-answer"));
    else if (same && !view.card.revealed && view.card.code?.tries !== before.card.code?.tries) announce(words(".cards-failures"));
    else if (!same) announce([view.said, words(".cards-notice"), words(".cards-front")].filter(Boolean).join(" "));
  });
}

function cardsEnd(root, desk, view, send, before, choices) {
  const { end } = view;
  const page = focusable(create("div", { class: "cards-end", role: "group", "aria-label": "The end of these cards" }));
  page.append(create("h3", {}, cardsHeading(view)));
  if (end.answers) {
    const again = end.again ? ` ${end.again} of the answers ${end.again === 1 ? "was" : "were"} “again”.` : "";
    page.append(create("p", {}, `Today: ${cardsCount(end.cards, "card")} in ${cardsCount(end.answers, "answer")}, ${view.progress.minutes ? cardsCount(view.progress.minutes, "minute") : "less than a minute"} in all.${again}`));
  }
  if (view.notice) page.append(cardsNotice(view.notice, send));
  if (end.next.length) {
    const list = create("ul", {}, ...end.next.map(({ when, count }) => create("li", {}, `${when}: ${cardsCount(count, "card")}`)));
    page.append(create("p", {}, "The next ones come"), list);
  }
  const bar = create("div", { class: "cards-bar" });
  if (end.put_off) bar.append(button(`Study ${cardsCount(end.put_off, "card")} above today's limit`, () => send({ type: "more", what: "reviews" })));
  if (end.more_new) bar.append(button(`${end.more_new} more new card${end.more_new === 1 ? "" : "s"}`, () => send({ type: "more", what: "new" })));
  if (end.weak) bar.append(button("Weak areas", () => send({ type: "weak" }), { title: end.weak }));
  if (end.weak) page.append(create("p", { class: "cards-think" }, `Weak: ${end.weak}.`));
  if (end.unbegun) page.append(cardsBegin(end.unbegun));
  if (end.suspended.length) page.append(cardsSuspended(end.suspended, send, choices));
  desk.append(page, bar, cardsFoot(view, send, choices, null));
  onKeys(root, { u: () => cardsUndo(view, send) });
  if (before?.card) setTimeout(() => announce(page.innerText));
  return before?.card ? page : null;
}

function cardsBegin({ topic, title }) {
  const call = create("code", {}, `cards("${topic}")`);
  return create("p", {}, `New cards come from topics that you have begun. To begin “${title}”, go through its lessons and their quizzes, or run `, call, ".");
}

const cardsCount = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;

function cardsHeading({ end, title, weak, why }) {
  if (end.all === 0) return weak ? "Nothing is known to be weak, and no mistake is open." : "There is no card of this kind in the course.";
  return end.answers ? "Done for now." : "Nothing is due now.";
}

function cardsSuspended(suspended, send, choices) {
  const list = create("ul", { class: "cards-suspended" });
  for (const { card, front } of suspended)
    list.append(create("li", {}, html("span", {}, front), button("Bring back", () => send({ type: "unsuspend", card }), { class: "course-slim" })));
  return keptDetails("cards suspended", choices, `${cardsCount(suspended.length, "suspended card")}`, list);
}

DRAW.cards = drawCards;

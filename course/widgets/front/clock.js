// Time that passes in the page, between two views.

// A clock that counts down, by the wall: a computer that slept has slept the time away.
function countdown({ key, choices, seconds, running = true, marks = [600, 300, 60], label = "Time left", onEnd }) {
  const clock = kept(choices, `clock ${key}`, () => makeClock(seconds));
  Object.assign(clock, { marks, label, onEnd });
  if (running !== clock.running || Math.abs(clock.left() - seconds) > 1.5) clock.set(seconds, running);
  clock.show();
  return placeFor(clock);
}

function makeClock(seconds) {
  const name = `course-${own}-${++serial}`;
  const digits = create("span", { class: "course-digits" });
  const words = create("span", { id: name });
  const node = create("div", { class: "course-clock", role: "timer", "aria-live": "off", "aria-labelledby": name }, words, " ", digits);
  const clock = { node, running: null, end: 0, rest: seconds, last: Infinity, over: false };
  clock.left = () => (clock.running ? Math.max(0, (clock.end - Date.now()) / 1000) : clock.rest);
  clock.set = (rest, running) => {
    Object.assign(clock, { rest, running, end: Date.now() + rest * 1000, last: rest, over: rest <= 0 });
    clearInterval(clock.timer);
    if (running) clock.timer = setInterval(clock.show, 250);
  };
  clock.show = () => {
    const left = clock.left();
    const whole = Math.ceil(left);
    const text = inDigits(whole);
    if (digits.textContent !== text) digits.textContent = text;
    words.textContent = clock.running ? clock.label : `${clock.label}, stopped`;
    if (!clock.running) return;
    const mark = clock.marks.filter((at) => clock.last > at && left <= at).at(-1);
    if (mark && left > mark - 5) announce(`${inWords(mark)} left.`);
    node.classList.toggle("course-late", left <= Math.min(...clock.marks));
    clock.last = left;
    if (left <= 0) {
      clearInterval(clock.timer);
      if (!clock.over) clock.onEnd?.();
      clock.over = true;
    }
  };
  clock.stop = () => clearInterval(clock.timer);
  return clock;
}

function inDigits(seconds) {
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

function inWords(seconds) {
  const [number, unit] = seconds >= 60 ? [Math.round(seconds / 60), "minute"] : [seconds, "second"];
  return `${number} ${unit}${number === 1 ? "" : "s"}`;
}

// Does something again and again, as long as each view asks for it and the page shows it.
function every({ key, choices, seconds, act }) {
  const rhythm = kept(choices, `every ${key}`, () => {
    const timer = setInterval(() => rhythm.act(), seconds * 1000);
    return { stop: () => clearInterval(timer) };
  });
  rhythm.act = act;
}

// The journal and the learner's files, to a file of the browser's machine and back. Large things go in parts: Python
// sends one when it is asked for, and asks for one when it has room. What is under way survives a new drawing.
const PART = 512 * 1024;

// Carries one thing at a time: `now` is that, `show` draws how far it is, `send` reports an event.
function keepingCarrier(model, choices) {
  return kept(choices, "keeping", () => {
    const carrier = { now: null, show: () => {}, send: () => {} };
    const end = (type) => {
      const { id } = carrier.now;
      carrier.now = null;
      carrier.send({ type, id });
    };
    const hear = async (content, buffers) => {
      const { now } = carrier;
      if (!now || content.id !== now.id) return;
      if (content.type === "part") {
        now.parts.push(buffers[0]);
        now.done = now.parts.length;
        now.all = content.parts;
        carrier.show();
        if (now.done < now.all) return model.send({ type: "wanted", id: now.id, part: now.done });
        saveFile(content.name, now.parts);
        end("downloaded");
      } else {
        const from = content.part * PART;
        now.done = Math.min(from, now.all);
        carrier.show();
        if (from >= now.all) return end("restore");
        const bytes = await now.file.slice(from, from + PART).arrayBuffer();
        model.send({ type: "part", id: now.id, part: content.part }, undefined, [bytes]);
      }
    };
    model.on("msg:custom", hear);
    carrier.stop = carrier.drop = () => model.off("msg:custom", hear);
    carrier.begin = (type, said, more = {}, told = {}) => {
      if (carrier.now) return;
      carrier.now = { id: Math.random().toString(36).slice(2), said, done: 0, all: 0, parts: [], ...more };
      announce(`${said}.`);
      carrier.show();
      carrier.send({ type, id: carrier.now.id, ...told });
    };
    return carrier;
  });
}

function saveFile(name, parts) {
  const url = URL.createObjectURL(new Blob(parts, { type: "application/zip" }));
  const link = create("a", { href: url, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
}

function drawKeeping(root, view, send, before, choices) {
  const carrier = keepingCarrier(choices.get(MODEL), choices);
  carrier.send = send;
  if (view.error) carrier.now = null;
  const field = fieldset("Your journal and your files");
  if (view.warning) field.append(html("div", { class: "course-keeping-warning" }, view.warning));
  if (view.trouble) field.append(create("p", { class: "course-error" }, view.trouble));
  field.append(create("p", {}, view.held, " ", create("code", {}, view.path)));
  root.append(field);
  if (!view.able) return null;
  const load = button("Download", () => carrier.begin("download", "Packing"), { "data-keep": "keeping-download", class: "course-main" });
  const name = `course-${own}-${++serial}`;
  const input = create("input", { ...QUIET, type: "file", id: name, accept: ".zip,.db", "data-keep": "keeping-restore", "aria-describedby": `${name}-about` });
  input.addEventListener("change", () => {
    const [file] = input.files;
    if (file) carrier.begin("upload", `Sending ${file.name}`, { file, all: file.size }, { name: file.name, size: file.size });
  });
  const about = create("span", { id: `${name}-about` }, "Nothing of yours is overwritten.");
  const choose = create("div", { class: "course-keeping-file" }, create("label", { for: name }, "Restore from a file"), input, about);
  const way = create("div");
  const report = create("div", { class: "course-keeping-report" }, ...(view.error ? [] : view.report).map((text) => create("p", {}, text)));
  field.append(create("div", { class: "course-bar" }, load, choose), way, report);
  if (before && view.turn !== before.turn) announce(view.report.join(" "));
  carrier.show = () => {
    const { now } = carrier;
    for (const control of [load, input]) now ? control.setAttribute("aria-disabled", "true") : control.removeAttribute("aria-disabled");
    way.replaceChildren();
    if (!now) return;
    report.replaceChildren();
    way.append(progressBar(now.done, now.all, `${now.said}: ${now.all ? Math.floor((100 * now.done) / now.all) : 0} %`));
  };
  carrier.show();
  return null;
}

DRAW.keeping = drawKeeping;

function drawNewer(root, view, send, before) {
  const list = create("ul", { class: "course-newer", "aria-label": "Notebooks with a newer version" });
  let target = null;
  view.files.forEach((file, index) => {
    const row = create("li", {}, create("code", {}, file.path));
    list.append(row);
    if (file.kept) {
      const said = create("span", { role: "status" });
      const text = ` is the newer version now; yours is ${file.kept}, beside it.`;
      row.append(said);
      if (before && !before.files[index].kept) {
        setTimeout(() => { said.textContent = text; });
        target = focusable(row);
      } else said.textContent = text;
    } else {
      const word = "Take the newer version";
      row.append(button(word, () => send({ type: "take", file: file.path }), { "aria-label": `${word} of ${file.path}` }));
    }
  });
  root.append(list);
  return target;
}

DRAW.newer = drawNewer;

// What each face brings along itself: it gets the front from the one model that all faces of a kernel share, once for a
// page, and makes it a module of its own by a name after the `#`, with variables that no other face sees.
const fronts = (globalThis.threewaysFronts ??= new Map());
let loading = null;

async function load(model) {
  const version = model.get("front");
  if (!fronts.has(version)) {
    const { code, style } = await fetchFront(model);
    if (!fronts.has(version)) {
      const sheet = document.createElement("style");
      sheet.textContent = style;
      document.head.append(sheet);
      fronts.set(version, URL.createObjectURL(new Blob([code], { type: "text/javascript" })));
    }
  }
  return (await import(`${fronts.get(version)}#${model.get("name")}`)).default;
}

async function fetchFront(model) {
  try {
    const shared = await model.widget_manager.get_model(model.get("shared"));
    return { code: shared.get("code"), style: shared.get("style") };
  } catch {
    // A page that was just opened may not know yet what a running kernel has: then Python sends it for this face.
    return new Promise((take) => {
      model.on("msg:custom", (message) => { if (message.code) take(message); });
      model.send({ type: "front" });
    });
  }
}

const front = (model) => (loading ??= load(model));

export default {
  initialize: async (given) => (await front(given.model)).initialize(given),
  render: async (given) => (await front(given.model)).render(given),
};

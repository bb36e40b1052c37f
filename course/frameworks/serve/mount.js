// An application is shown below a prefix of JupyterLab's own address. What its pages ask for from scripts, "/books" or
// "ws://localhost:8000/chat", is sent to where the application is; addresses in the HTML are put right before.
(() => {
  const { at, port } = document.currentScript.dataset;
  const own = new Set([location.host, `127.0.0.1:${port}`, `localhost:${port}`]);

  const here = (address) => {
    const url = new URL(address, document.baseURI);
    if (!own.has(url.host) || !/^(https?|wss?):$/.test(url.protocol)) return address;
    url.protocol = url.protocol.startsWith("ws") ? location.protocol.replace("http", "ws") : location.protocol;
    url.host = location.host;
    url.pathname = mounted(url.pathname);
    return url.href;
  };

  const plain = (path) => {
    try {
      return decodeURIComponent(path);
    } catch {
      return path;
    }
  };

  // With the prefix, once. Frameworks write its letters as they like: "@" or "%40".
  const mounted = (path) => {
    const first = path.split("/").slice(0, at.split("/").length).join("/");
    return at + (plain(first) === plain(at) ? path.slice(first.length) : path);
  };

  const ask = window.fetch;
  window.fetch = (input, options) =>
    ask(input instanceof Request ? new Request(here(input.url), input) : here(input), options);

  const open = XMLHttpRequest.prototype.open;
  XMLHttpRequest.prototype.open = function (method, address, ...rest) {
    return open.call(this, method, here(address), ...rest);
  };

  for (const name of ["WebSocket", "EventSource"]) {
    window[name] = class extends window[name] {
      constructor(address, ...rest) {
        super(here(address), ...rest);
      }
    };
  }

  // Links and forms that a script has written.
  const follow = (event) => {
    const link = event.target.closest?.("a[href]");
    if (link) link.href = here(link.href);
  };
  addEventListener("click", follow, true);
  addEventListener("auxclick", follow, true);
  const send = (form, button) => {
    if (button?.hasAttribute("formaction")) button.formAction = here(button.formAction);
    else form.setAttribute("action", here(form.getAttribute("action") ?? ""));
  };
  addEventListener("submit", (event) => send(event.target, event.submitter), true);
  const submit = HTMLFormElement.prototype.submit;
  HTMLFormElement.prototype.submit = function () {
    send(this);
    submit.call(this);
  };

  // location.href = "/books"
  window.navigation?.addEventListener("navigate", (event) => {
    const { url, sameDocument } = event.destination;
    const wanted = here(url);
    if (wanted === url || sameDocument || event.formData || !event.cancelable) return;
    event.preventDefault();
    location.href = wanted;
  });
})();

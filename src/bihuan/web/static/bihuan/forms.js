// Nothing typed is lost: unsent words and chosen photos stay in this browser, each person's apart, until the
// server has taken the form; without a connection the form waits instead of leading to an error.
(() => {
  const PREFIX = `bihuan:kept:${document.body.dataset.who || ""}:`;
  const DAYS = 7;
  const PATIENCE_MS = 8000;
  const PULSE = document.querySelector("link[rel=icon]").href;
  const english = document.documentElement.lang === "en";
  const WORDS = {
    back: english ? "Your unsent words are back." : "已恢复上次未提交的内容。",
    waits: english
      ? "No connection. Everything is kept on this device; send it again when the connection is back."
      : "网络已断开，内容已保存在本机，恢复后请再次提交。",
    online: english ? "The connection is back: you can send it now." : "网络已恢复，可以提交。",
  };
  const key = (form) => PREFIX + (form.dataset.keep || form.getAttribute("action") || location.pathname);
  const UNKEPT = ["password", "file", "hidden", "submit"];
  const kept = (field) => field.name && field.name !== "csrfmiddlewaretoken" && !UNKEPT.includes(field.type);
  const filesOf = (form) => [...form.elements].filter((field) => field.type === "file");

  function read(form) {
    try {
      return JSON.parse(localStorage.getItem(key(form)) || "null");
    } catch {
      return null;
    }
  }

  function save(form) {
    const values = {};
    for (const field of form.elements) {
      if (!kept(field)) continue;
      if (["checkbox", "radio"].includes(field.type)) {
        (values[field.name] ||= []).push(...(field.checked ? [field.value] : []));
      } else if (field.multiple) {
        values[field.name] = [...field.selectedOptions].map((option) => option.value);
      } else {
        values[field.name] = field.value;
      }
    }
    try {
      localStorage.setItem(key(form), JSON.stringify({ at: Date.now(), values }));
    } catch {
      // A full or forbidden storage costs the reader a safety net, not the form.
    }
  }

  function restore(form) {
    const found = read(form);
    if (!found || Date.now() - found.at > DAYS * 864e5) return;
    let changed = false;
    for (const field of form.elements) {
      if (!kept(field) || !(field.name in found.values)) continue;
      const value = found.values[field.name];
      if (["checkbox", "radio"].includes(field.type)) {
        field.checked = value.includes(field.value);
      } else if (field.multiple) {
        for (const option of field.options) option.selected = value.includes(option.value);
      } else if (value && field.value !== value) {
        field.value = value;
        changed = true;
      }
    }
    if (changed) note(form, WORDS.back);
  }

  // Photos don't fit into localStorage; they lie in a small database of the browser under the same key.
  function store(mode, act) {
    return new Promise((resolve) => {
      const asked = indexedDB.open("bihuan", 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore("files");
      asked.onerror = () => resolve(undefined);
      asked.onsuccess = () => {
        const request = act(asked.result.transaction("files", mode).objectStore("files"));
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => resolve(undefined);
      };
    });
  }
  const saveFiles = (form) => Promise.all(filesOf(form).map((field) =>
    store("readwrite", (files) => files.put([...field.files], `${key(form)}:${field.name}`))));
  const dropFiles = (prefix) => store("readwrite", (files) => files.delete(IDBKeyRange.bound(prefix, `${prefix}:\uffff`)));

  async function restoreFiles(form) {
    for (const field of filesOf(form)) {
      const found = await store("readonly", (files) => files.get(`${key(form)}:${field.name}`));
      if (!found?.length || field.files.length) continue;
      const carrier = new DataTransfer();
      found.forEach((file) => carrier.items.add(file));
      field.files = carrier.files;
      note(form, WORDS.back);
    }
  }

  function note(form, text) {
    const line = form.querySelector(".kept-note") || document.createElement("p");
    line.className = "kept-note";
    line.setAttribute("role", "status");
    line.textContent = text;
    if (!line.isConnected) (form.querySelector(".form-actions") || form).prepend(line);
  }

  // The browser's own word for "online" only means that there is a network; our server must answer too.
  async function reached() {
    if (!navigator.onLine) return false;
    try {
      await fetch(PULSE, { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
      return true;
    } catch {
      return false;
    }
  }

  function leave(form) {
    sessionStorage.setItem("bihuan:sent", JSON.stringify({ key: key(form), from: location.pathname }));
    for (const button of form.querySelectorAll("button[type=submit]")) {
      setTimeout(() => { button.disabled = true; });
      setTimeout(() => { button.disabled = false; }, PATIENCE_MS);
    }
  }

  for (const form of document.querySelectorAll("form[data-keep]")) {
    // A page that came back with the server's complaint already holds what was typed.
    if (!form.querySelector(".has-error, .form-error")) restore(form);
    restoreFiles(form);
    form.addEventListener("input", () => save(form));
    form.addEventListener("change", (event) => event.target.type === "file" && saveFiles(form));
    let sure = false;
    form.addEventListener("submit", async (event) => {
      if (sure) return leave(form);
      event.preventDefault();
      save(form);
      sure = await reached();
      sure ? form.requestSubmit(event.submitter) : note(form, WORDS.waits);
    });
    window.addEventListener("online", () => form.querySelector(".kept-note") && note(form, WORDS.online));
    window.addEventListener("pageshow", () => { sure = false; });
  }

  // The server took the form when it led us to another page that isn't an error.
  const sent = JSON.parse(sessionStorage.getItem("bihuan:sent") || "null");
  if (sent) {
    sessionStorage.removeItem("bihuan:sent");
    const refused = document.querySelector(".error-page, .form-error, .has-error");
    if (!refused && location.pathname !== sent.from) {
      localStorage.removeItem(sent.key);
      dropFiles(sent.key);
    }
  }
})();

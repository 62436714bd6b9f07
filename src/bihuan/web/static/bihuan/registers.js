// Registers: keys, chosen rows, the order of chosen columns.
(() => {
  const OFF = "bihuan:keys-off";
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // Up and down walk the rows: the row's link gets the focus, so that enter opens it and a reader hears it.
  function walk(by) {
    const rows = all("tr[data-row]");
    const at = rows.findIndex((row) => row.classList.contains("is-chosen"));
    const next = rows[Math.max(0, Math.min(rows.length - 1, at + by))];
    const link = next && one("a", next);
    if (next && !link) next.tabIndex = -1;
    (link || next)?.focus({ preventScroll: true });
    next?.scrollIntoView({ block: "nearest" });
  }
  document.addEventListener("focusin", (event) => {
    const row = event.target.closest("tr[data-row]");
    for (const other of all("tr.is-chosen")) if (other !== row) other.classList.remove("is-chosen");
    row?.classList.add("is-chosen");
  });

  const KEYS = {
    ArrowDown: () => walk(1),
    ArrowUp: () => walk(-1),
    "/": () => (one("#filter-q") || one("#find-anything"))?.focus(),
    "?": () => one("#keys")?.showModal(),
    x: () => one("tr.is-chosen input[name=row]")?.click(),
  };
  const letters = () => !localStorage.getItem(OFF);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select, dialog, .map, [role=menu]")) return;
    const arrow = event.key.startsWith("Arrow");
    if (!KEYS[event.key] || (arrow ? !one("tr[data-row]") : !letters())) return;
    event.preventDefault();
    KEYS[event.key]();
  });

  // Single keys can be switched off: speech input types them without meaning to.
  const box = one("#keys-on");
  if (box) {
    box.checked = letters();
    box.addEventListener("change", () => (box.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1")));
  }

  // How many rows are chosen; "all of the filter" stands above the rows of this page.
  function count(form) {
    const picked = all(`input[name=row][form=${form.id}]`);
    const ticked = picked.filter((box) => box.checked).length;
    const said = one("[data-picked]", form);
    said.textContent = ticked ? `${said.dataset.picked} ${ticked}` : "";
    form.classList.toggle("is-open", ticked > 0);
    const head = one("[data-pick-all]");
    head.checked = ticked === picked.length;
    head.indeterminate = ticked > 0 && ticked < picked.length;
  }
  document.addEventListener("change", (event) => {
    const form = one("#bulk");
    if (!form) return;
    if (event.target.matches("[data-pick-all]")) {
      for (const box of all("input[name=row][form=bulk]")) box.checked = event.target.checked;
    }
    if (event.target.matches("[data-pick-all], input[name=row]")) count(form);
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (!button) return;
    const row = button.closest("li");
    const up = button.dataset.move === "up";
    const other = up ? row.previousElementSibling : row.nextElementSibling;
    if (other) other[up ? "before" : "after"](row);
    button.focus();
  });
})();

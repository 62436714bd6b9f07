// Behaviour of the frame, by data attributes: menus, dialogs, popovers, keys in tables.
(() => {
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  document.addEventListener("click", (event) => {
    const toggle = event.target.closest("[data-toggle]");
    const sidebar = one("#sidebar");
    if (toggle) {
      const open = sidebar.classList.toggle("is-open");
      toggle.setAttribute("aria-expanded", String(open));
      if (open) one("a", sidebar)?.focus();
    } else if (sidebar?.classList.contains("is-open") && !event.target.closest("#sidebar")) {
      closeSidebar();
    }
    const opener = event.target.closest("[data-open]");
    if (opener) document.getElementById(opener.dataset.open)?.showModal();
    if (event.target.closest("[data-close]") || event.target.matches("dialog")) event.target.closest("dialog")?.close();
    const wall = event.target.closest("[data-wall]");
    if (wall) fullScreen();
    if (event.target.closest("[data-print]")) window.print();
    for (const menu of all("details[data-menu][open]")) if (!menu.contains(event.target)) menu.open = false;
  });

  // On a phone the records come before the conditions; those in force stand above the records anyway.
  for (const fold of all("details[data-fold-narrow]")) fold.open = window.innerWidth >= 768;

  // Escape closes an open menu and gives the focus back to what opened it.
  function closeMenus() {
    for (const menu of all("details[data-menu][open]")) {
      if (menu.contains(document.activeElement)) one("summary", menu).focus();
      menu.open = false;
    }
  }

  function closeSidebar() {
    one("#sidebar")?.classList.remove("is-open");
    one("[data-toggle]")?.setAttribute("aria-expanded", "false");
  }

  function fullScreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen?.();
  }
  document.addEventListener("fullscreenchange", () => {
    document.body.classList.toggle("is-wall", Boolean(document.fullscreenElement));
    window.dispatchEvent(new Event("resize"));
  });

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-submit-on-change]");
    if (form && event.target.validity.valid && event.target.value) form.requestSubmit();
  });

  // Definitions of figures and seals: on hover, on focus, and on a tap that doesn't lead elsewhere.
  let pop = null;
  const hidePop = () => { pop?.remove(); pop = null; };
  function showPop(anchor) {
    hidePop();
    if (!anchor.dataset.pop) return;
    pop = document.createElement("div");
    pop.className = "pop";
    pop.setAttribute("role", "tooltip");
    for (const text of [anchor.dataset.pop, anchor.dataset.popMore]) {
      if (!text) continue;
      const line = document.createElement("p");
      line.textContent = text;
      pop.append(line);
    }
    document.body.append(pop);
    const at = anchor.getBoundingClientRect();
    const left = Math.min(at.left, document.documentElement.clientWidth - pop.offsetWidth - 12);
    pop.style.left = `${Math.max(8, left) + window.scrollX}px`;
    pop.style.top = `${at.bottom + 8 + window.scrollY}px`;
  }
  for (const name of ["mouseover", "focusin"]) {
    document.addEventListener(name, (event) => {
      const anchor = event.target.closest?.("[data-pop]");
      if (anchor) showPop(anchor);
    });
  }
  for (const name of ["mouseout", "focusout"]) {
    document.addEventListener(name, (event) => event.target.closest?.("[data-pop]") && hidePop());
  }

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || one("dialog[open]")) return;
    hidePop();
    closeSidebar();
    closeMenus();
  });

  // What scrolls sideways can be scrolled with the keys.
  function reachable() {
    for (const box of all(".table-responsive, .stepper")) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  }
  reachable();
  window.addEventListener("resize", reachable);
  document.addEventListener("htmx:afterSwap", reachable);

  // A partial update that is refused shows the drawn page instead of nothing.
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.requestConfig.verb === "get") window.location = event.detail.pathInfo.finalRequestPath;
  });
})();

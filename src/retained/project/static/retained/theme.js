// Light or dark, before anything is drawn: loaded in the head, so that no page flashes.
// The choice is the reader's own (localStorage); without one the system's holds.
(function () {
  const root = document.documentElement;
  const system = window.matchMedia("(prefers-color-scheme: dark)");

  function chosen() {
    try {
      return window.localStorage.getItem("retained-theme");
    } catch {
      return null; // storage is switched off: the system's choice holds
    }
  }

  function show() {
    const theme = chosen() ?? (system.matches ? "dark" : "light");
    root.setAttribute("data-bs-theme", theme);
    document.dispatchEvent(new CustomEvent("retained:theme", { detail: theme }));
  }

  root.classList.add("js");
  show();
  system.addEventListener("change", show);

  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-theme-toggle]")) return;
    const next = root.getAttribute("data-bs-theme") === "dark" ? "light" : "dark";
    try {
      window.localStorage.setItem("retained-theme", next);
    } catch {
      root.setAttribute("data-bs-theme", next);
    }
    show();
  });
})();

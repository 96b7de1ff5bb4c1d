// Small behaviours that every page may use; each works without this file too.

// The menu on a phone.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-menu-toggle]");
  if (!button) return;
  const rail = document.getElementById("rail");
  const isOpen = rail.classList.toggle("is-open");
  button.setAttribute("aria-expanded", String(isOpen));
  if (isOpen) rail.querySelector("a")?.focus();
});

// Menus made of <details> close on Escape and when the reader goes elsewhere.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.rt-menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.rt-menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

// "/" goes to the search box, as long as nobody is typing.
document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  const box = document.getElementById("search-box");
  if (box?.checkVisibility()) {
    event.preventDefault();
    box.focus();
  }
});

// A form is sent once: the second click does nothing. Opt out with data-send-again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("data-send-again")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  if (event.defaultPrevented) return;
  form.dataset.sent = "yes";
  form.setAttribute("aria-busy", "true");
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  }
});

// Confirmation: <form data-confirm="dialog-id"> asks first. Without this file it is sent at once.
document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    const dialog = document.getElementById(form.dataset.confirm ?? "");
    if (!dialog || form.dataset.confirmed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const submitter = event.submitter;
    dialog.returnValue = "";
    dialog.addEventListener(
      "close",
      () => {
        if (dialog.returnValue !== "yes") return;
        form.dataset.confirmed = "yes";
        form.requestSubmit(submitter);
        delete form.dataset.confirmed;
      },
      { once: true },
    );
    dialog.showModal();
  },
  true,
);

// Copy buttons: <button data-copy="text">.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  const said = button.querySelector("[data-copied]") ?? button;
  const before = said.textContent;
  said.textContent = "Copied";
  setTimeout(() => {
    said.textContent = before;
  }, 1500);
});

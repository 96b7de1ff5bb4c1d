// A place to drop files: it shows names and sizes, and refuses what is over the limit before sending.
// Without this file the same form is a plain file field.

const units = ["bytes", "kB", "MB", "GB"];

function size(bytes) {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit ? value.toFixed(1) : value} ${units[unit]}`;
}

function show(zone) {
  const input = zone.querySelector("input[type=file]");
  const list = zone.querySelector("[data-drop-list]");
  const problem = zone.querySelector("[data-drop-problem]");
  const limit = Number(zone.dataset.limitBytes || 0);
  const files = [...input.files];
  const items = files.map((file) => {
    const item = document.createElement("li");
    item.textContent = `${file.name} (${size(file.size)})`;
    return item;
  });
  list.replaceChildren(...items);
  const tooLarge = limit ? files.filter((file) => file.size > limit) : [];
  const empty = files.filter((file) => file.size === 0);
  let sentence = "";
  if (tooLarge.length) sentence = `${tooLarge[0].name} is larger than the limit of ${size(limit)}.`;
  else if (empty.length) sentence = `${empty[0].name} is empty: export it again.`;
  problem.textContent = sentence;
  input.setCustomValidity(sentence);
}

for (const name of ["dragenter", "dragover"]) {
  document.addEventListener(name, (event) => {
    const zone = event.target.closest("[data-drop]");
    if (!zone) return;
    event.preventDefault();
    zone.classList.add("is-over");
  });
}

for (const name of ["dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    const zone = event.target.closest("[data-drop]");
    if (zone && !zone.contains(event.relatedTarget)) zone.classList.remove("is-over");
  });
}

document.addEventListener("drop", (event) => {
  const zone = event.target.closest("[data-drop]");
  if (!zone) return;
  event.preventDefault();
  zone.querySelector("input[type=file]").files = event.dataTransfer.files;
  show(zone);
});

document.addEventListener("change", (event) => {
  const zone = event.target.closest("[data-drop]");
  if (zone) show(zone);
});

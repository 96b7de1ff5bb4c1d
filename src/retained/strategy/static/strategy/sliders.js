// A slider's own figure beside it, while it moves; the page's answer says it in full.
document.addEventListener("input", (event) => {
  const slider = event.target;
  if (!(slider instanceof HTMLInputElement) || slider.type !== "range") return;
  const output = slider.closest(".st-slider")?.querySelector("output");
  if (output) {
    const percent = output.textContent.trim().endsWith("%");
    const value = percent ? slider.valueAsNumber * 100 : slider.valueAsNumber;
    const words = new Intl.NumberFormat("en", { maximumSignificantDigits: 4 }).format(value);
    output.textContent = percent ? `${words}\u00a0%` : words;
  }
});

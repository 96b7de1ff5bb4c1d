// Draws every [data-chart] from the JSON beside it, in the reader's theme, and again when that changes.
// Colours are named by meaning ("@measured"); their values live in tokens.css only.

const drawn = new Map();
const legends = new WeakMap(); // names in the legend of each drawing, and the rows that they took
const resized = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const chart = drawn.get(target);
    if (!chart) continue;
    if (legendRows(legends.get(target), target.clientWidth) !== legends.get(target).rows) draw(target);
    else chart.resize();
  }
});

// A legend that wraps takes its rows from the top of the drawing: the grid moves down by as many.
const LEGEND_ROW = 30;

function legendRows({ names }, width) {
  let rows = 1;
  let used = 0;
  for (const name of names) {
    const wide = name.length * 6.6 + 51; // the sign, and the gap to the next
    if (used && used + wide > width) {
      rows += 1;
      used = 0;
    }
    used += wide;
  }
  return rows;
}

function colours() {
  const style = getComputedStyle(document.documentElement);
  const names = ["ink", "quiet", "line", "line-strong", "surface", "measured", "reported", "good", "warn", "bad", "series-3", "series-4", "series-5"];
  const found = Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--rt-${name}`).trim()]));
  return { ...found, expected: found.quiet, minimum: found.bad };
}

function coloured(value, palette) {
  if (Array.isArray(value)) return value.map((part) => coloured(part, palette));
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, coloured(part, palette)]));
  }
  if (typeof value === "string" && value.startsWith("@")) return palette[value.slice(1)] ?? value;
  return value;
}

function formatted(unit) {
  const fixed = unit === "percent" ? { minimumFractionDigits: 1, maximumFractionDigits: 1 } : { maximumFractionDigits: 2 };
  const numbers = new Intl.NumberFormat("en-GB", fixed);
  const suffix = { percent: " %", number: "" }[unit] ?? ` ${unit}`;
  return (value) => (value === null || value === undefined ? "–" : `${numbers.format(value)}${suffix}`);
}

function draw(element) {
  const source = document.getElementById(element.dataset.chart);
  if (!source || !window.echarts) return;
  const { option, unit } = JSON.parse(source.textContent);
  const ready = coloured(option, colours());
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  ready.animation = !calm && !drawn.has(element);
  ready.textStyle = { fontFamily: "Inter, system-ui, sans-serif", ...ready.textStyle };
  if (ready.tooltip) ready.tooltip.valueFormatter = formatted(unit);
  const measured = [ready.yAxis, ready.xAxis].find((axis) => axis?.type === "value"); // bars may lie
  if (!["percent", "number", "h"].includes(unit) && measured?.axisLabel) {
    const short = new Intl.NumberFormat("en-GB", { notation: "compact" });
    measured.axisLabel.formatter = (value) => short.format(value);
  }
  let chart = drawn.get(element);
  if (!chart) {
    chart = window.echarts.init(element, null, { renderer: "svg" });
    drawn.set(element, chart);
    resized.observe(element);
  }
  const listed = ready.legend?.data ?? ready.series; // a legend may name some of the rows only
  const legend = { names: ready.legend ? listed.map((one) => one.name) : [] };
  legend.rows = legendRows(legend, element.clientWidth);
  legends.set(element, legend);
  if (ready.grid) ready.grid.top += (legend.rows - 1) * LEGEND_ROW;
  chart.resize();
  chart.setOption(ready, { notMerge: true });
}

function drawAll() {
  for (const [element, chart] of drawn) {
    if (element.isConnected) continue;
    resized.unobserve(element);
    chart.dispose();
    drawn.delete(element);
  }
  for (const element of document.querySelectorAll("[data-chart]")) draw(element);
}

document.addEventListener("retained:theme", drawAll);
document.addEventListener("htmx:after:swap", drawAll);
drawAll();

"""Charts without a browser, for PDFs: the same ECharts and the same option, drawn by QuickJS.

Only our own library file and JSON values ever run there; nothing that a person wrote is code.
"""

import json
import re
import threading
from functools import lru_cache
from pathlib import Path
from typing import Any

import dukpy

from retained.pages.charts import Chart
from retained.pages.vendored import VENDOR_FOLDER

TOKENS = Path(__file__).resolve().parents[1] / "project/static/retained/tokens.css"
# The library asks for timers, for animation only: nothing is animated here.
_NO_TIME = "globalThis.setTimeout = globalThis.clearTimeout = function () { return 0; };"
_DRAW = """
(function () {
  var given = JSON.parse(dukpy.given);
  var chart = echarts.init(null, null, {
    renderer: "svg", ssr: true, width: given.width, height: given.height
  });
  given.option.animation = false;
  chart.setOption(given.option);
  var drawn = chart.renderToSVGString();
  chart.dispose();
  return drawn;
})()
"""


def chart_svg(chart: Chart, *, width: int = 720, height: int = 280) -> str:
    """Return `chart` as the text of an SVG, in the light theme."""
    option = _coloured(chart.option, light_palette())
    option["textStyle"] = {"fontFamily": "Inter"}
    option.pop("tooltip", None)
    given = json.dumps({"option": option, "width": width, "height": height})
    with _one_at_a_time:
        drawn: str = _interpreter().evaljs(_DRAW, given=given)
    return _numbered_afresh(drawn)


@lru_cache(maxsize=1)
def light_palette() -> dict[str, str]:
    """Return the light theme's colours by meaning, read where they are kept: in tokens.css."""
    text = TOKENS.read_text("utf-8").partition('[data-bs-theme="light"] {')[2].partition("}")[0]
    found = dict(re.findall(r"--rt-([a-z0-9-]+): (#[0-9a-f]{3,6});", text))
    return found | {"expected": found["quiet"], "minimum": found["bad"]}


_one_at_a_time = threading.Lock()  # one interpreter, and it knows nothing of threads


@lru_cache(maxsize=1)
def _interpreter() -> Any:
    """Return the interpreter with ECharts in it; loading takes a fifth of a second, once."""
    interpreter = dukpy.JSInterpreter()
    library = (VENDOR_FOLDER / "echarts/echarts.min.js").read_text("utf-8")
    interpreter.evaljs(f"{_NO_TIME}\n{library}\n;null")
    return interpreter


def _numbered_afresh(drawn: str) -> str:
    """Return the drawing with its ids numbered from nought: the same chart, the same bytes."""
    numbers: dict[str, str] = {}

    def afresh(found: re.Match[str]) -> str:
        return numbers.setdefault(found[0], f"rt-{len(numbers)}")

    return re.sub(r"\bzr\d+-(?:cls-|c|g|p)\d+\b", afresh, drawn)


def _coloured(value: Any, palette: dict[str, str]) -> Any:
    """Return `value` with each "@name" replaced by the colour of that meaning."""
    if isinstance(value, dict):
        return {key: _coloured(part, palette) for key, part in value.items()}
    if isinstance(value, list):
        return [_coloured(part, palette) for part in value]
    if isinstance(value, str) and value.startswith("@"):
        return palette.get(value[1:], value)
    return value

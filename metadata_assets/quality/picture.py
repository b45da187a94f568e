"""Coverage as a picture, a bar for the tables and one for the columns, of each domain."""

from __future__ import annotations

import base64
from html import escape

from metadata_assets.quality.coverage import Coverage, Share

_ROW = 46
_LEFT = 170
_WIDTH = 360
_SHOWN = 12
_COLORS = (("tables", "#3367d6"), ("columns", "#0b8043"))


def coverage_svg(coverage: Coverage) -> str:
    """The picture, at most a dozen domains of it."""
    rows = [("all", (coverage.tables, coverage.columns))]
    if list(coverage.domains) != [None]:
        named = [(name or "(no domain)", shares) for name, shares in coverage.domains.items()]
        rows += named[:_SHOWN]
    bars = "".join(
        _label(name, place) + "".join(_bar(place, turn, shares[turn]) for turn in (0, 1))
        for place, (name, shares) in enumerate(rows)
    )
    width, height = _LEFT + _WIDTH + 170, _ROW * len(rows) + 10
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">'
        f'<title>Coverage by golden queries</title><rect width="100%" height="100%" fill="#fff"/>'
        f"{bars}</svg>"
    )


def data_uri(svg: str) -> str:
    """A picture as text that Markdown can show."""
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"


def _label(name: str, place: int) -> str:
    shown = name if len(name) <= 24 else f"{name[:23]}…"
    at = f'x="{_LEFT - 10}" y="{_ROW * place + 28}"'
    return f'<text {at} text-anchor="end">{escape(shown)}</text>'


def _bar(place: int, turn: int, share: Share) -> str:
    name, color = _COLORS[turn]
    y = _ROW * place + 9 + 17 * turn
    length = _WIDTH * share.percentage / 100
    told = f"{share.percentage:g} % of {share.total} {name}"
    return (
        f'<rect x="{_LEFT}" y="{y}" width="{_WIDTH}" height="13" fill="#e8eaed"/>'
        f'<rect x="{_LEFT}" y="{y}" width="{length:.1f}" height="13" fill="{color}"/>'
        f'<text x="{_LEFT + _WIDTH + 8}" y="{y + 11}">{escape(told)}</text>'
    )

"""Panels of horizontal bars on a page of SVG.

Owns their scale and layout. Doesn't own the elements (:mod:`local.commands.svg`), nor what is
shown. Bars need no plotting library: the smallest one would weigh a hundred megabytes in the lock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from local.commands.svg import Page, Style

OURS: Final = "#2f6f9f"
OTHER: Final = "#c8a24a"
BAD: Final = "#b3403a"
MARGIN: Final = 16
PANEL: Final = 440
"""A panel's width in pixels, with its margin."""
_LABEL: Final = 120
_VALUE: Final = 76
_LINE: Final = 18
_GAP: Final = 6


@dataclass(frozen=True)
class Bar:
    """One bar; ``group`` stands beside the first of several with the same one."""

    group: str
    value: float | None
    shown: str
    colour: str = OURS


@dataclass(frozen=True)
class Panel:
    """Bars that share a scale."""

    title: str
    bars: Sequence[Bar]


def draw(title: str, remark: str, panels: Sequence[Panel]) -> str:
    """Draw panels in two columns, as an SVG document."""
    page = Page(2 * PANEL + MARGIN, title)
    page.text((MARGIN, MARGIN), title, Style(size=17, bold=True))
    page.text((MARGIN, MARGIN + 24), remark, Style(size=11, colour="#5b6670"))
    top = MARGIN + 52.0
    for left in range(0, len(panels), 2):
        pair = panels[left : left + 2]
        ends = [_panel(page, (MARGIN + PANEL * i, top), each) for i, each in enumerate(pair)]
        top = max(ends) + MARGIN
    return page.finished(MARGIN)


def _panel(page: Page, at: tuple[float, float], panel: Panel) -> float:
    """Draw one panel; returns where it ends."""
    x, y = at
    page.text(at, panel.title, Style(size=13, bold=True), PANEL - MARGIN)
    y += 24
    room = PANEL - MARGIN - _LABEL - _VALUE
    widest = max((bar.value or 0 for bar in panel.bars), default=0) or 1
    group = None
    for bar in panel.bars:
        if bar.group != group:
            y += 0 if group is None else _GAP
            page.text((x, y), bar.group, width=_LABEL - 8)
            group = bar.group
        width = room * max(bar.value or 0, 0) / widest
        if width:
            page.box((x + _LABEL, y + 1), width, _LINE - 4, bar.colour)
        page.text((x + _LABEL + width + 6, y + 1), bar.shown, Style(size=11))
        y += _LINE
    return y

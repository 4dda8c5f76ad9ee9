"""A page of SVG: boxes, round marks and lines of text at points.

Owns the elements and their escaping. Doesn't own what is drawn where
(:mod:`local.commands.placement_drawing`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree as ET

_WIDTH: Final = {False: 0.56, True: 0.64}
"""The width of an average character in font sizes, plain and bold: there is no font to measure."""


@dataclass(frozen=True)
class Style:
    """How a line of text looks."""

    size: int = 12
    colour: str = "#20262c"
    bold: bool = False


PLAIN: Final = Style()


class Page:
    """A page that grows downwards; lengths are in pixels, points are upper left corners.

    Attributes:
        width: of the page.
    """

    width: int

    def __init__(self, width: int, title: str) -> None:
        self.width = width
        self._height = 0.0
        self._root = ET.Element(
            "svg",
            {"xmlns": "http://www.w3.org/2000/svg", "font-family": "Helvetica, Arial, sans-serif"},
        )
        ET.SubElement(self._root, "title").text = title
        self._ground = ET.SubElement(self._root, "rect", {"fill": "#ffffff"})

    def box(self, at: tuple[float, float], width: float, height: float, fill: str) -> None:
        """Draw a box with a thin edge."""
        where = {"x": at[0], "y": at[1], "width": width, "height": height, "rx": 4}
        self._add("rect", where, fill=fill, stroke="#9aa4ae")
        self._height = max(self._height, at[1] + height)

    def mark(self, at: tuple[float, float], label: str, colour: str) -> None:
        """Draw a round mark of 16 by 16 with a label of one or two characters."""
        x, y = at
        self._add("circle", {"cx": x + 8, "cy": y + 8, "r": 8}, fill=colour)
        looks = {"fill": "#ffffff", "font-weight": "bold", "text-anchor": "middle"}
        middle = {"x": x + 8, "y": y + 11.5, "font-size": 10}
        self._add("text", middle, **looks).text = label
        self._height = max(self._height, y + 16)

    def text(
        self,
        at: tuple[float, float],
        text: str,
        style: Style = PLAIN,
        width: float | None = None,
    ) -> None:
        """Write one line; what is wider than ``width`` is cut, with dots and a tooltip."""
        x, y = at
        room = (self.width - x if width is None else width) / style.size / _WIDTH[style.bold]
        shown = text if len(text) <= room else f"{text[: max(int(room) - 1, 0)]}…"
        where = {"x": x, "y": y + style.size, "font-size": style.size}
        looks = {"fill": style.colour, "font-weight": "bold" if style.bold else "normal"}
        line = self._add("text", where, **looks)
        line.text = shown
        if shown != text:
            ET.SubElement(line, "title").text = text
        self._height = max(self._height, y + style.size * 1.4)

    def finished(self, margin: int) -> str:
        """The document, with a margin below the lowest element."""
        size = {"width": f"{self.width}", "height": f"{self._height + margin:g}"}
        self._ground.attrib |= size
        self._root.attrib |= {**size, "viewBox": f"0 0 {size['width']} {size['height']}"}
        ET.indent(self._root)
        return ET.tostring(self._root, encoding="unicode") + "\n"

    def _add(self, kind: str, where: dict[str, float], **looks: str) -> ET.Element:
        attributes = {key: f"{value:g}" for key, value in where.items()} | looks
        return ET.SubElement(self._root, kind, attributes)

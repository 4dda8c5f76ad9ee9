"""XML as Dicoogle's settings files have it.

Owns how an element becomes text. Doesn't own any file's content.
"""

from __future__ import annotations

from xml.etree import ElementTree as ET


def add(parent: ET.Element, tag: str, text: str | None = None, **attributes: str) -> ET.Element:
    """Add a child with this text and these attributes, and return it."""
    child = ET.SubElement(parent, tag, attributes)
    child.text = text
    return child


def text(element: ET.Element) -> str:
    """Render a whole file, one element a line."""
    ET.indent(element)
    return ET.tostring(element, encoding="unicode", xml_declaration=True) + "\n"

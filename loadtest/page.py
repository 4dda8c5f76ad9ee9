"""A self-contained HTML page: headings, facts, tables, drawings.

Owns the page's looks and escaping; it loads nothing from anywhere. Doesn't own what stands on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

_STYLE: Final = """
body { font: 14px/1.5 Helvetica, Arial, sans-serif; color: #20262c; }
body { margin: 2em auto; max-width: 1200px; }
table { border-collapse: collapse; margin: 1em 0; }
th, td { padding: .25em .7em; border-bottom: 1px solid #d5dbe0; text-align: right; }
th:first-child, td:first-child { text-align: left; white-space: nowrap; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2em 1.5em; }
dt { color: #5b6670; } dd { margin: 0; }
svg { max-width: 100%; height: auto; }
"""


def page(title: str, *parts: str) -> str:
    """A whole document; ``parts`` come from the functions below."""
    body = "\n".join(parts)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<h1>{escape(title)}</h1>\n{body}\n</body>\n</html>\n"
    )


def paragraph(text: str) -> str:
    """A paragraph."""
    return f"<p>{escape(text)}</p>"


def facts(named: Iterable[tuple[str, str]]) -> str:
    """A list of names and values."""
    lines = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in named)
    return f"<dl>{lines}</dl>"


def table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """A table whose first column names the lines."""
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in line)}</tr>\n" for line in lines
    )
    return f"<table>\n<tr>{top}</tr>\n{body}</table>"


def columns(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """The same table as plain text, for a terminal."""
    rows = [head, *lines]
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    return "".join(f"{_aligned(row, widths)}\n" for row in rows)


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = zip(row, widths, strict=True)
    cells = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
    return "  ".join(cells).rstrip()

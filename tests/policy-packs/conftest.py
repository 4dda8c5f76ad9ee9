"""Prints what the packs were tried on: the matrix of rules, and the share of mutants caught.

Owns what stands at the end of a run. Doesn't own any assertion.
"""

from __future__ import annotations

import pytest

_TITLES = {"matrix": "rules of the packs", "mutations": "mutants of guarded fields"}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the tables that tests left as a property of their report."""
    for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed"):
        for name, text in report.user_properties:
            if name in _TITLES:
                terminalreporter.section(_TITLES[name])
                terminalreporter.line(str(text))

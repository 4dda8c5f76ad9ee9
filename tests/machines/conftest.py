"""The laboratory of machines as a fixture of the whole session, and its figures at the end.

Owns its folder and the reasons to skip it. Doesn't own any assertion, nor any machine: each test
module adds those that it needs.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from local.toolchain.errors import ToolchainError
from tests.machines import requirements
from tests.machines.base_tree import BaseTreeError
from tests.machines.enclosure import Busy
from tests.machines.laboratory import Laboratory, opened
from tests.machines.machine_figures import Figures
from tests.machines.supplies import Supplies, supplies

_FIGURES: Final = pytest.StashKey[Figures]()


@pytest.fixture(scope="session")
def figures(request: pytest.FixtureRequest) -> Figures:
    """The figures of this run."""
    return request.config.stash.setdefault(_FIGURES, Figures())


@pytest.fixture(scope="session")
def supplied() -> Supplies:
    """What machines are made of, and what they install; made while there is a network for it."""
    reason = requirements.lacking()
    if reason is not None:
        pytest.skip(reason)
    try:
        return supplies()
    except (ToolchainError, BaseTreeError) as error:
        pytest.skip(f"what machines are made of can't be had: {error}")


@pytest.fixture(scope="session")
def laboratory(supplied: Supplies) -> Iterator[Laboratory]:
    """The laboratory, without machines; from now on this thread is on its network alone."""
    folder = Path(tempfile.gettempdir()).resolve() / f"imaging-machines-{os.geteuid()}"
    try:
        with opened(folder, supplied) as found:
            yield found
    except Busy as error:
        pytest.fail(str(error))


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print the figures."""
    figures = config.stash.get(_FIGURES, None)
    if figures is not None:
        terminalreporter.section("machines")
        for line in figures.lines():
            terminalreporter.write_line(line)

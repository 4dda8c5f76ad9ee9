"""The laboratory as a fixture of the whole session, and the figures at the end.

Owns its folder, its lock and the files that every fault must leave intact. Doesn't own any
assertion.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest
from filelock import FileLock, Timeout

from tests.ceph import birth, packages, provisioning
from tests.ceph.administrator import Administrator
from tests.ceph.blueprint import blueprint
from tests.ceph.clients import Hashes, ingest
from tests.ceph.daemons import Daemons, sweep
from tests.ceph.figures import Figures
from tests.ceph.laboratory import Laboratory

_FIGURES: Final = pytest.StashKey[Figures]()
_EXAMINATIONS: Final = 40


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """A folder of the laboratory's own, emptied of what a killed run left."""
    reason = packages.provide()
    if reason is not None:
        pytest.skip(reason)
    path = Path(tempfile.gettempdir()).resolve() / f"imaging-ceph-{os.geteuid()}"
    try:
        with FileLock(path.with_suffix(".lock"), timeout=0):
            sweep(path)
            path.mkdir(mode=0o700)
            yield path
            sweep(path)
    except Timeout:
        pytest.fail(f"another run has its Ceph in {path}; wait for it, since both need its ports")


@pytest.fixture(scope="session")
def laboratory(folder: Path) -> Iterator[Laboratory]:
    """The environment `local` as a real Ceph, whole, with its institutions' groups and keys."""
    found = Laboratory(folder, blueprint("local"), Daemons(folder), Administrator(folder))
    with closing(found.daemons), closing(found.admin):
        birth.bring_up(found)
        provisioning.provide(found)
        yield found


@pytest.fixture(scope="session")
def figures(request: pytest.FixtureRequest) -> Figures:
    """The figures of this run."""
    return request.config.stash.setdefault(_FIGURES, Figures())


@pytest.fixture(scope="session")
def examinations(laboratory: Laboratory, figures: Figures) -> Mapping[str, Hashes]:
    """Files that each institution wrote before anything happened."""
    wrote = {
        promise.institution: ingest(laboratory, promise.institution).write(
            "/examinations", _EXAMINATIONS
        )
        for promise in laboratory.plan.promises
    }
    figures.written += sum(len(files) for files in wrote.values())
    return wrote


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print the figures."""
    figures = config.stash.get(_FIGURES, None)
    if figures is not None:
        terminalreporter.section("real Ceph")
        for line in figures.lines():
            terminalreporter.write_line(line)

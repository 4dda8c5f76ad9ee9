"""Two clusters of machines, each registered once, of 1 + 3 and of 3 + 2; and one fake machine."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

import pytest

from tests.components.cluster.fake_machine import FakeMachine, unshare
from tests.components.cluster.recorded_cluster import LARGE, SMALL, RecordedCluster, registered


@pytest.fixture(scope="module")
def small() -> RecordedCluster:
    return registered(SMALL)


@pytest.fixture(scope="module")
def large() -> RecordedCluster:
    return registered(LARGE)


@pytest.fixture(params=["small", "large"])
def cluster(request: pytest.FixtureRequest) -> RecordedCluster:
    recording: RecordedCluster = request.getfixturevalue(request.param)
    return recording


@cache
def _refusal() -> str:
    """Why no mount namespace can be made here; empty where one can."""
    tried = subprocess.run(
        [*unshare(), "mount", "-o", "remount,bind,ro", "/"],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    return tried.stderr.strip() if tried.returncode else ""


@pytest.fixture
def machine(tmp_path: Path) -> FakeMachine:
    if _refusal():
        pytest.skip(f"a mount namespace can't be made here: {_refusal()}")
    return FakeMachine(tmp_path / "machine")


@pytest.fixture
def device() -> str:
    """A path that is a block device; nobody reads it."""
    for path in sorted(Path("/dev").iterdir()):
        if path.is_block_device():
            return str(path)
    pytest.skip("no block device lies in /dev")

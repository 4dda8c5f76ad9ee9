"""One real simulated cluster for all tests that ask for one.

Its first start is killed half-way on purpose, so that the start which then succeeds, on which all
other tests rest, is one that found a half-made cluster.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.local.simulation.running_cluster import HalfMade, RunningCluster


@pytest.fixture(scope="session")
def half_made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HalfMade]:
    """The one cluster of all tests, as the killed start left it."""
    configured = os.environ.get("IMAGING_TOOLS")
    if not configured:
        pytest.skip("IMAGING_TOOLS names no folder of tools to start a cluster with")
    cluster = RunningCluster(tmp_path_factory.mktemp("state"), Path(configured))
    cluster.start_and_kill()
    yield HalfMade(cluster, frozenset(cluster.pids().values()))
    cluster.command("stop")


@pytest.fixture
def cluster(half_made: HalfMade) -> RunningCluster:
    """The cluster, running, whatever the test before did to it."""
    half_made.cluster.start()
    return half_made.cluster

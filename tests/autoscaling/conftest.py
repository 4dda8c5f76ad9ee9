"""The closed loop as a fixture of the whole session, what happens in it, and its figures.

Owns its folder, its lock and the order. Doesn't own any assertion. The users come while the outages
happen that are others' alone; whatever takes KEDA away from all comes after they have gone.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock, Timeout

from local.toolchain.errors import ToolchainError
from local.toolchain.provision import Toolchain
from tests.autoscaling import outages, programs, real_users
from tests.autoscaling.cluster import Cluster
from tests.autoscaling.course import Course, finish
from tests.autoscaling.loop import LOADED, Loop, closed
from tests.autoscaling.loop_figures import Figures
from tests.autoscaling.outages import Stories
from tests.autoscaling.own_network import own_network
from tests.autoscaling.real_users import Users
from tests.local.simulation.running_cluster import RunningCluster

_FIGURES = pytest.StashKey[Figures]()


@pytest.fixture(scope="session")
def figures(request: pytest.FixtureRequest) -> Figures:
    """The figures of this run."""
    return request.config.stash.setdefault(_FIGURES, Figures())


@pytest.fixture(scope="session")
def tools() -> Toolchain:
    """KEDA and Prometheus."""
    try:
        return programs.programs()
    except ToolchainError as error:
        pytest.skip(f"KEDA and Prometheus can't be had: {error}")


@pytest.fixture(scope="session")
def cluster(tools: Toolchain) -> Iterator[Cluster]:
    """A simulated cluster in a network and a folder of its own, without what a killed run left."""
    del tools  # made while there still is a network to fetch them over
    configured = os.environ.get("IMAGING_TOOLS")
    if not configured:
        pytest.skip("IMAGING_TOOLS names no folder of tools to start a cluster with")
    if os.geteuid() != 0:
        pytest.skip("a network of its own needs root")
    path = Path(tempfile.gettempdir()).resolve() / "imaging-autoscaling"
    found = Cluster(RunningCluster(path, Path(configured)))
    try:
        with FileLock(path.with_suffix(".lock"), timeout=0), own_network():
            found.stop()
            shutil.rmtree(path, ignore_errors=True)
            path.mkdir(mode=0o700)
            try:
                found.start()
                yield found
            finally:
                found.stop()
                shutil.rmtree(path)
    except Timeout:
        pytest.fail(f"another run has its loop in {path}; wait for it")


@pytest.fixture(scope="session")
def loop(cluster: Cluster, tools: Toolchain) -> Iterator[Loop]:
    """The loop, closed: every autoscaler knows its load."""
    folder = cluster.running.state / "loop"
    folder.mkdir()
    with closed(folder, cluster, tools, outages.INSTITUTIONS) as found:
        outages.settle(found, [LOADED.name, *(each.name for each in outages.INSTITUTIONS)])
        yield found


@pytest.fixture(scope="session")
def users(loop: Loop) -> Iterator[Users]:
    """The users, from now on."""
    ports = [each.ports["web"] for each in loop.gateways]
    folder = loop.cluster.running.state
    with real_users.at_work(ports, loop.authority, loop.caller, folder) as found:
        yield found


@pytest.fixture(scope="session")
def stories(loop: Loop, users: Users, figures: Figures) -> Stories:
    """What happened in the outages of one institution each."""
    assert users.process.poll() is None, users.said()
    found = outages.side_by_side(loop)
    figures.tell("what one institution suffers", found)
    return found


@pytest.fixture(scope="session")
def course(loop: Loop, users: Users, stories: Stories, figures: Figures) -> Course:
    """What happened to the institution whose users are real."""
    del stories
    found = finish(loop, users)
    figures.course = found
    return found


@pytest.fixture(scope="session")
def without_adapter(loop: Loop, course: Course, figures: Figures) -> tuple[Stories, bool]:
    """What happened without KEDA's adapter, and whether the readers followed afterwards."""
    del course
    found = outages.without_adapter(loop)
    figures.tell("without the adapter", found[0])
    return found


@pytest.fixture(scope="session")
def without_operator(
    loop: Loop, without_adapter: tuple[Stories, bool], figures: Figures
) -> tuple[Stories, bool]:
    """What happened without KEDA's operator, and whether the readers followed afterwards."""
    del without_adapter
    found = outages.without_operator(loop)
    figures.tell("without the operator", found[0])
    return found


@pytest.fixture(scope="session")
def operator_restarted(
    loop: Loop, without_operator: tuple[Stories, bool], figures: Figures
) -> Stories:
    """What happened while KEDA's operator was killed and came back at once."""
    del without_operator
    found = outages.operator_restarted(loop)
    figures.tell("the operator restarts", found)
    return found


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print the figures."""
    figures = config.stash.get(_FIGURES, None)
    if figures is not None:
        terminalreporter.section("autoscaling")
        for line in figures.lines():
            terminalreporter.write_line(line)

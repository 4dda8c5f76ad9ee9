"""One environment for all tests of this folder: killed while it came up, then brought up.

The tests build on each other in the order of their files: what a person sees of ``make up``, what
is there then, changes that are refused, and the end.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.environment.copies import Copy, Result, copy

_HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what brings an environment up; it takes minutes and needs the tool chain."""
    for item in items:
        if item.path.is_relative_to(_HERE):
            item.add_marker(pytest.mark.environment)
            item.add_marker(pytest.mark.timeout(900))


@pytest.fixture(scope="session", autouse=True)
def _tools() -> None:
    if "IMAGING_TOOLS" not in os.environ:
        pytest.skip("needs the tool chain: make test sets IMAGING_TOOLS to its folder")


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    made = copy(tmp_path_factory.mktemp("environment") / "checkout")
    yield made
    made.make("down")


@pytest.fixture(scope="session")
def files(checkout: Copy) -> set[str]:
    return checkout.files()


@pytest.fixture(scope="session")
def killed(checkout: Copy, files: set[str]) -> str:
    assert files
    return checkout.make_and_kill_at("CephFilesystem cephfilesystem-every", "up")


@pytest.fixture(scope="session")
def up(checkout: Copy, killed: str) -> Result:
    assert killed
    return checkout.make("up")

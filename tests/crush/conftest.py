"""The real ``crushtool`` for the tests, and the figures of their proofs at the end of the run."""

from __future__ import annotations

from typing import Final

import pytest

from tests.crush import crushtool as program
from tests.crush.proof import Proof

_PROOFS: Final = pytest.StashKey[list[Proof]]()


@pytest.fixture(scope="session")
def crushtool() -> program.Crushtool:
    """Find Ceph's own program; without it there is no proof, and the skip says why."""
    try:
        return program.find()
    except program.NoCrushtool as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def proofs(pytestconfig: pytest.Config) -> list[Proof]:
    """Collect what the end of the run shows."""
    return pytestconfig.stash.setdefault(_PROOFS, [])


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print the figures of every proof."""
    shown = config.stash.get(_PROOFS, [])
    if not shown:
        return
    terminalreporter.section("proof on real CRUSH")
    columns = "{:14}{:>8}{:>12}{:>10}{:>13}{:>16}"
    header = ("environment", "rules", "groups", "losses", "violations", "worst load")
    terminalreporter.write_line(columns.format(*header))
    for proof in shown:
        uneven = "-" if proof.unevenness is None else f"even +-{proof.unevenness:.1%}"
        numbers = [proof.rules, proof.groups, proof.losses, len(proof.violations)]
        row = [proof.environment, *(f"{number:,}" for number in numbers), uneven]
        terminalreporter.write_line(columns.format(*row))

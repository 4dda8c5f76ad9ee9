"""What a file server can't promise is refused in an institution's words; the rest is placed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from components.catalog import Catalog, Isolation, Refused, load
from components.catalog.institution import Replication
from components.placement import place

STACKS = Path(__file__).resolve().parents[3] / "stacks"
SERVER = "one file server in faro"
CURE = "; use storage.backend: ceph, or don't ask for it."


def asking(**changes: Any) -> Catalog:  # noqa: ANN401 - an institution's fields
    """Make the comparison's catalogue with an institution that asks for something else."""
    found = load(STACKS, "comparison")
    evora = found.institutions["evora"].model_copy(update=changes)
    return replace(found, institutions={"evora": evora})


def replication(**changes: object) -> dict[str, Replication]:
    said = {"where": "home-data-centre", "copies": 1, "survive": "none"} | changes
    return {"replication": Replication.model_validate(said)}


def refused(catalog: Catalog) -> str:
    with pytest.raises(Refused) as caught:
        place(catalog)
    (refusal,) = caught.value.refusals
    assert "stacks/Pulumi.comparison.evora.yaml" == refusal.file
    return refusal.sentence


class TestRefusals:
    """Each thing that Ceph does and a file server doesn't; survive is refused with copies."""

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            (
                replication(where="all-data-centres"),
                f"asks for a copy in all data centres, and {SERVER} stores in one place",
            ),
            (
                {"home": "porto"},
                f"is at home in porto, and its examinations would lie on {SERVER}",
            ),
            (replication(copies=2), f"asks for 2 copies, and {SERVER} promises one"),
            (
                {"recovery_point": timedelta(hours=1)},
                f"asks for a recovery point, and {SERVER} takes no snapshots",
            ),
            (
                {"isolation": Isolation.HARD},
                f"asks for hard isolation, and {SERVER} keeps institutions apart by directory only",
            ),
        ],
        ids=["everywhere", "home", "copies", "snapshots", "isolation"],
    )
    def test_it_is_refused_with_the_cure(self, changes: dict[str, Any], sentence: str) -> None:
        assert f"evora {sentence}{CURE}" == refused(asking(**changes))


class TestPlacement:
    """One host with one device, in the data centre of the server."""

    def test_what_it_can_keep_is_placed(self) -> None:
        placed = place(load(STACKS, "comparison"))

        assert ("faro",) == placed.of["evora"].data_centres
        assert 1 == placed.of["evora"].spread.size

    def test_its_capacity_is_a_limit_too(self) -> None:
        with pytest.raises(Refused, match="need 11Ti in faro; its devices have 12Ti"):
            place(asking(capacity=11 * 2**40))

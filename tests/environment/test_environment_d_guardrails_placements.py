"""Every placement that there is passes its own promise on the real API server, and no looser one.

The words of a pool's place are written twice, in Python and in CEL: here they meet. The promises of
other environments are tried beside those of the cluster, by a binding of their own.
"""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from components.catalog import Catalog, load
from components.guardrails import residency
from components.guardrails.policy import manifests
from components.guardrails.promised import promised_classes
from components.guardrails.promises import class_promises
from components.placement import place
from tests.components.placement.coding import at_home, coded
from tests.environment.copies import Copy, Result, refused
from tests.environment.guardrail_edits import CEPH, create

STACKS = Path(__file__).resolve().parents[2] / "stacks"
SEVEN = {"lis": [[100, 100]] * 7, "opo": [[100]]}
TRIED = "tried"
_PATIENCE = 30.0


def catalogs() -> Sequence[Catalog]:
    """Copies in every data centre, one and two in each; at home; and chunks."""
    return (load(STACKS, "production"), coded(SEVEN, {"h": at_home(3)}))


def filesystems() -> Iterator[dict[str, Any]]:
    """The filesystem of every class in them."""
    for catalog in catalogs():
        for promise in promised_classes(catalog, place(catalog)):
            yield promise.filesystem


EACH = pytest.mark.parametrize(
    "filesystem", tuple(filesystems()), ids=lambda each: str(each["metadata"]["name"])
)


@pytest.fixture(scope="module", autouse=True)
def _promised(checkout: Copy, up: Result) -> Iterator[None]:
    """Promise all of them, armed, so that they can go again."""
    assert up.status == 0
    every = [each for found in catalogs() for each in promised_classes(found, place(found))]
    promises = class_promises(every, armed=True)
    promises["metadata"]["name"] = TRIED
    _, binding = manifests(residency.policy())
    binding["metadata"]["name"] = TRIED
    binding["spec"]["paramRef"]["name"] = TRIED
    for each in (promises, binding):
        made = create(checkout, each)
        assert made.status == 0, made.text
    _wait_until_judged(checkout)
    yield
    checkout.kubectl("delete", "validatingadmissionpolicybinding", TRIED)
    checkout.kubectl("delete", "configmap", TRIED, "--namespace=imaging-promises")


def _wait_until_judged(checkout: Copy) -> None:
    """A new binding takes the API server a moment."""
    loose = looser(next(filesystems()))
    end = time.monotonic() + _PATIENCE
    while create(checkout, loose).status == 0:
        checkout.kubectl("delete", "cephfilesystem", loose["metadata"]["name"], CEPH)
        assert time.monotonic() < end, "the API server never judged by the new promises"
        time.sleep(0.5)


def looser(filesystem: Mapping[str, Any]) -> dict[str, Any]:
    """The same with one copy, or one data chunk more, than its last pool was promised."""
    changed = copy.deepcopy(dict(filesystem))
    pool = changed["spec"]["dataPools"][-1]
    if "replicated" in pool:
        pool["replicated"]["size"] -= 1
    else:
        pool["erasureCoded"]["dataChunks"] += 1
    return changed


class TestPlacements:
    """The words for a place are the same in the promise and in the policy."""

    @EACH
    def test_it_passes_its_own_promise(self, checkout: Copy, filesystem: Mapping[str, Any]) -> None:
        made = create(checkout, filesystem)
        gone = checkout.kubectl("delete", "cephfilesystem", filesystem["metadata"]["name"], CEPH)

        assert 0 == made.status, made.text
        assert 0 == gone.status, gone.text

    @EACH
    def test_a_looser_one_is_refused(self, checkout: Copy, filesystem: Mapping[str, Any]) -> None:
        said = refused(create(checkout, looser(filesystem)))

        assert f"pool {filesystem['metadata']['name']}-" in said
        assert " was promised" in said

    @EACH
    def test_every_pool_is_held_to_its_root(
        self, checkout: Copy, filesystem: Mapping[str, Any]
    ) -> None:
        for path in (("metadataPool",), *(("dataPools", i) for i in _pools(filesystem))):
            changed = json.loads(json.dumps(filesystem))
            pool = changed["spec"]
            for step in path:
                pool = pool[step]
            pool["crushRoot"] = "elsewhere"

            assert "lies below elsewhere, " in refused(create(checkout, changed))


def _pools(filesystem: Mapping[str, Any]) -> range:
    return range(len(filesystem["spec"]["dataPools"]))

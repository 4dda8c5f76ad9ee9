"""What admission is told of promises: the parameter objects."""

from __future__ import annotations

from pathlib import Path

import pytest

from components.catalog import Catalog, load
from components.guardrails.promised import promised_classes, promised_institution
from components.guardrails.promises import InstitutionPromise, class_promises, institution_promise
from components.isolation import Demand, IsolationSpec
from components.isolation.demand import Size
from components.placement import Placement, place
from components.storage import RepositorySpec

STACKS = Path(__file__).resolve().parents[3] / "stacks"
TIB = 2**40


def decided(environment: str) -> tuple[Catalog, Placement]:
    catalog = load(STACKS, environment)
    return catalog, place(catalog)


def promised(environment: str, name: str) -> InstitutionPromise:
    catalog, placement = decided(environment)
    inside = IsolationSpec(name, Demand(0, Size(), Size()))
    stored = RepositorySpec(name, placement.of[name].name, 10 * TIB)
    return promised_institution(catalog, placement, inside, stored)


class TestInstitution:
    """An institution's promise says whose it is, where its group lies, and who has which key."""

    def test_it_lies_where_nobody_of_the_institution_has_a_right(self) -> None:
        metadata = institution_promise(promised("local", "evora"))["metadata"]

        assert ("imaging-promises", "institution-evora") == (
            metadata["namespace"],
            metadata["name"],
        )
        assert {"imaging/promise": "institution"} == metadata["labels"]

    def test_it_says_what_is_judged(self) -> None:
        data = institution_promise(promised("local", "evora"))["data"]
        filesystem = "home-faro-x2-2aa0e9"
        powers = f"mgr: ; mon: allow r fsname={filesystem}; osd: allow r tag cephfs data="

        assert {
            "armed": "false",
            "institution": "evora",
            "namespace": "evora",
            "words": "2 copies in faro, no examination lost with a disk",
            "group": "evora",
            "filesystem": filesystem,
            "pool": "",
            "quota": "10Ti",
            "storageClass": "imaging-evora",
            "provisioner": "rook-ceph.cephfs.csi.ceph.com",
            "claims": "images\nimages-readers\nindex\nindex-readers",
            "key.evora-reader": f"mds: allow r fsname={filesystem} path=/volumes/evora; "
            f"{powers}{filesystem}",
            "replicas.ingest": "1",
            "replicas.readers": "2",
        }.items() <= data.items()

    def test_every_flow_and_policy_of_its_namespace_is_promised(self) -> None:
        data = institution_promise(promised("local", "evora"))["data"]

        assert "default-deny" in data["networkPolicies"].split("\n")
        assert (
            "ingress of pods app.kubernetes.io/component=readers from pods "
            "app.kubernetes.io/component=gateway, TCP 8080" in data["flows"].split("\n")
        )

    def test_on_a_file_server_it_has_no_group_and_no_key(self) -> None:
        data = institution_promise(promised("comparison", "evora"))["data"]

        assert ("", "nfs.csi.k8s.io") == (data["group"], data["provisioner"])
        assert [] == [key for key in data if key.startswith("key.")]

    @pytest.mark.parametrize(("armed", "said"), [(True, "true"), (False, "false")])
    def test_it_says_whether_its_stack_is_armed(self, *, armed: bool, said: str) -> None:
        found = promised("local", "evora")
        promise = InstitutionPromise(
            found.institution, found.words, found.readers, found.deployed, armed=armed
        )

        assert said == institution_promise(promise)["data"]["armed"]

    def test_all_values_are_texts(self) -> None:
        data = institution_promise(promised("production", "braga"))["data"]

        assert {str} == {type(value) for value in data.values()}


class TestClasses:
    """The promise of all residency classes is one object, so that one can leave it."""

    def test_each_pool_has_its_place_and_its_copies(self) -> None:
        data = class_promises(promised_classes(*decided("local")), armed=False)["data"]

        for pool in ("metadata", "data"):
            assert {
                f"home-faro-x2-2aa0e9-{pool}.size": "2",
                f"home-faro-x2-2aa0e9-{pool}.minSize": "2",
                f"home-faro-x2-2aa0e9-{pool}.place": "below faro, spread over osd and none, "
                "1 in each, on ssd, 0+0 chunks",
                f"every-x3-8870cf-{pool}.size": "3",
            }.items() <= data.items()
        assert ("faro", "") == (
            data["home-faro-x2-2aa0e9.boundary"],
            data["every-x3-8870cf.boundary"],
        )

    def test_each_class_says_whose_examinations_lie_in_it(self) -> None:
        catalog, placement = decided("production")
        data = class_promises(promised_classes(catalog, placement), armed=False)["data"]

        for name, residency in placement.of.items():
            assert name in data[f"{residency.name}.institutions"].split(", ")

    def test_a_file_server_has_none(self) -> None:
        promises = class_promises(promised_classes(*decided("comparison")), armed=True)

        assert {"armed": "true"} == promises["data"]

"""Edits that would lose or open an institution's examinations, refused by the real API server.

A cluster's administrator tries all of them; whoever may edit everything in an institution's
namespace tries those that stay in it. Edits that break nothing pass.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from tests.environment.copies import Copy, Result, refused
from tests.environment.guardrail_edits import (
    ADMINISTRATOR,
    CEPH,
    CLASS,
    EVORA,
    STORED,
    TENANT,
    ceph_client,
    claim,
    create,
    edit,
    found,
    remove,
    replace,
    storage_class,
    tenant,
    volume,
)

RETAINED = f"{STORED}no examination goes with a volume, and no volume is another's. "
UNARMED = "it takes imaging:armDestroy in the stack's file and an update first"
EVERY_CLASS = "every-x3-8870cf"


@pytest.fixture(scope="module", autouse=True)
def _tenant(checkout: Copy, up: Result) -> Iterator[None]:
    assert up.status == 0
    with tenant(checkout):
        yield


class TestCopies:
    """No copy is dropped or moved behind the stack's back."""

    @pytest.mark.parametrize(
        ("path", "value", "said"),
        [
            ("/dataPools/0/replicated/size", 1, f"pool {CLASS}-data has size 1, and at least 2"),
            ("/metadataPool/replicated/size", 1, f"pool {CLASS}-metadata has size 1"),
            ("/metadataPool/parameters/min_size", "1", "has min_size 1, and at least 2 was"),
            ("/dataPools/0/crushRoot", "default", f"pool {CLASS}-data lies below default"),
            ("/metadataPool/failureDomain", "host", "spread over host and none"),
            ("/dataPools/0/deviceClass", "hdd", "on hdd"),
            ("/dataPools", [], f"the data pools of {CLASS} are to be data"),
            ("/metadataServer/placement", {}, "may run outside data centre faro"),
            ("/preserveFilesystemOnDelete", False, UNARMED),
        ],
    )
    def test_a_looser_filesystem_is_refused(
        self, checkout: Copy, path: str, value: object, said: str
    ) -> None:
        result = edit(checkout, "cephfilesystem", CLASS, replace(f"/spec{path}", value), CEPH)

        assert f"{STORED}every copy in its place, and no fewer of them. " in refused(result)
        assert said in result.text

    def test_more_copies_pass_and_so_does_an_annotation(self, checkout: Copy) -> None:
        for change in (
            replace("/spec/dataPools/0/replicated/size", 3),
            replace("/spec/dataPools/0/replicated/size", 2),
            replace("/metadata/annotations/tried", "yes"),
            remove("/metadata/annotations/tried"),
        ):
            result = edit(checkout, "cephfilesystem", CLASS, change, CEPH)
            assert 0 == result.status, result.text

    @pytest.mark.parametrize(
        ("kind", "name", "whose"),
        [
            ("cephfilesystem", CLASS, STORED),
            ("cephfilesystem", EVERY_CLASS, "aveiro (3 copies in faro, lisbon, porto, no exam"),
            ("cephcluster", "rook-ceph", "every institution was promised: every copy in its"),
            ("cephfilesystemsubvolumegroup", "evora", f"{STORED}a group of its own"),
            ("cephclient", "evora-ingest", f"{STORED}two keys to its group"),
        ],
    )
    def test_nothing_that_holds_examinations_is_deleted(
        self, checkout: Copy, kind: str, name: str, whose: str
    ) -> None:
        said = refused(checkout.kubectl("delete", kind, name, CEPH, "--wait=false"))

        assert whose in said
        assert UNARMED in said

    @pytest.mark.parametrize(
        "path",
        [
            "/apis/ceph.rook.io/v1/namespaces/rook-ceph/cephfilesystemsubvolumegroups",
            "/apis/ceph.rook.io/v1/namespaces/rook-ceph/cephfilesystems",
            "/api/v1/namespaces/evora/persistentvolumeclaims",
        ],
    )
    def test_nor_are_all_of_a_kind_at_once(self, checkout: Copy, path: str) -> None:
        assert "was promised: " in refused(checkout.kubectl("delete", f"--raw={path}"))

    def test_disks_are_not_given_to_be_wiped(self, checkout: Copy) -> None:
        change = replace("/spec/cleanupPolicy", {"confirmation": "yes-really-destroy-data"})

        assert "its disks aren't given to be wiped" in refused(
            edit(checkout, "cephcluster", "rook-ceph", change, CEPH)
        )


class TestRepository:
    """An institution keeps its group and its keys, as they were promised."""

    @pytest.mark.parametrize(
        ("path", "value", "said"),
        [
            ("/spec/quota", "1Ti", "its quota is 1Ti, and 10Ti was promised"),
            ("/metadata/annotations/rook.io~1force-deletion", "true", "is not marked for deletion"),
        ],
    )
    def test_its_group_stays_as_it_is(
        self, checkout: Copy, path: str, value: str, said: str
    ) -> None:
        change = replace(path, value)
        result = edit(checkout, "cephfilesystemsubvolumegroup", "evora", change, CEPH)

        assert f"{STORED}a group of its own in its residency class" in refused(result)
        assert said in result.text

    @pytest.mark.parametrize(
        ("part", "powers"),
        [
            ("osd", f"allow rw tag cephfs data={CLASS}"),
            ("mds", f"allow rw fsname={CLASS} path=/volumes/evora"),
            ("mon", "allow *"),
            ("mgr", "allow *"),
        ],
    )
    def test_the_key_that_reads_gets_no_more_power(
        self, checkout: Copy, part: str, powers: str
    ) -> None:
        change = replace(f"/spec/caps/{part}", powers)
        result = edit(checkout, "cephclient", "evora-reader", change, CEPH)

        assert f"{STORED}two keys to its group, one that only reads, and no" in refused(result)
        assert f"{part}: {powers}" in result.text

    @pytest.mark.parametrize(
        "caps",
        [
            {"mds": "allow rw", "osd": "allow rw"},
            {"mon": "allow r", "osd": "allow *"},
            {"mds": f"allow r fsname={CLASS} path=/volumes/evora"},
            {"mds": f"allow r fsname={CLASS} path=/volumes"},
        ],
    )
    def test_no_other_key_opens_its_group(self, checkout: Copy, caps: dict[str, str]) -> None:
        said = refused(create(checkout, ceph_client("tried", caps)))

        assert "key tried is none of its keys, and would reach its group with" in said

    def test_a_key_that_opens_no_group_passes(self, checkout: Copy) -> None:
        made = create(checkout, ceph_client("tried", {"mon": "allow r"}))

        assert 0 == made.status, made.text
        assert 0 == checkout.kubectl("delete", "cephclient", "tried", CEPH).status


class TestVolumes:
    """Volumes are retained, and nobody's volume is another's."""

    def test_a_class_that_deletes_is_refused(self, checkout: Copy) -> None:
        said = refused(create(checkout, storage_class("tried", "Delete")))

        assert f"{RETAINED}storage class tried would delete a volume with its claim" in said

    def test_its_own_class_comes_back_only_as_it_was(self, checkout: Copy) -> None:
        was = found(checkout, "storageclass", "imaging-evora")
        gone = checkout.kubectl("delete", "storageclass", "imaging-evora")
        try:
            other = {**was["parameters"], "fsName": EVERY_CLASS}
            said = refused(create(checkout, {**was, "parameters": other}))
        finally:
            back = create(checkout, was)

        assert 0 == gone.status, gone.text
        assert f"{RETAINED}storage class imaging-evora makes volumes elsewhere" in said
        assert 0 == back.status, back.text

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            (
                replace("/spec/persistentVolumeReclaimPolicy", "Delete"),
                "would be deleted with its claim; its persistentVolumeReclaimPolicy is Retain",
            ),
            (remove("/spec/claimRef"), "is bound, and is not taken from its claim"),
        ],
    )
    def test_a_volume_is_retained(self, checkout: Copy, change: str, said: str) -> None:
        result = edit(checkout, "pv", bound_to(checkout, "images"), change)

        assert RETAINED in refused(result)
        assert said in result.text

    def test_a_bound_volume_is_not_deleted(self, checkout: Copy) -> None:
        name = bound_to(checkout, "images")
        said = refused(checkout.kubectl("delete", "pv", name, "--wait=false"))

        assert f"{RETAINED}volume {name} is bound, and is not deleted" in said

    @pytest.mark.parametrize(
        ("group", "path"), [("aveiro", "/volumes/aveiro/x"), ("evora", "/volumes/aveiro/x")]
    )
    def test_no_volume_of_another_is_made_for_it(
        self, checkout: Copy, group: str, path: str
    ) -> None:
        said = refused(create(checkout, volume("evora", group, path)))

        assert f"{RETAINED}volume tried for its namespace is not made of its own group" in said

    def test_a_migrations_volumes_pass(self, checkout: Copy) -> None:
        made = create(checkout, volume("migration-evora", "evora", "/volumes/evora/x"))

        assert 0 == made.status, made.text
        assert 0 == checkout.kubectl("delete", "pv", "tried").status

    @pytest.mark.parametrize("who", [ADMINISTRATOR, TENANT])
    @pytest.mark.parametrize("name", ["images", "index", "images-readers", "index-readers"])
    def test_no_claim_is_deleted(self, checkout: Copy, who: Sequence[str], name: str) -> None:
        said = refused(checkout.kubectl("delete", "pvc", name, EVORA, "--wait=false", *who))

        assert f"{RETAINED}claim {name} is not deleted; {UNARMED}" in said

    @pytest.mark.parametrize("who", [ADMINISTRATOR, TENANT])
    def test_no_claim_asks_for_anothers_class(self, checkout: Copy, who: Sequence[str]) -> None:
        said = refused(create(checkout, claim("imaging-aveiro"), *who))

        assert f"{RETAINED}claim tried asks for storage class imaging-aveiro, which is not" in said

    def test_one_more_claim_of_its_own_comes_and_goes(self, checkout: Copy) -> None:
        made = create(checkout, claim("imaging-evora"), *TENANT)

        assert 0 == made.status, made.text
        assert 0 == checkout.kubectl("delete", "pvc", "tried", EVORA, *TENANT).status


def bound_to(checkout: Copy, name: str) -> str:
    """The volume that evora's claim is bound to."""
    volume_name: str = found(checkout, "pvc", name, EVORA)["spec"]["volumeName"]
    return volume_name

"""Whether pools that differ from their promise are found, on what a real Ceph answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.storage.drift_check import compare, sentences
from tests.components.storage.drift_records import PROMISES, RECORD, observe, record

DATA = "home-faro-x2-2aa0e9-data"
CODED = "home-faro-ec2m1-7c41e9-coded"
PROPERTIES = [(pool, name) for pool, promise in PROMISES.items() for name in promise]
RULES = {rule["rule_name"]: rule["steps"] for rule in RECORD["osd crush dump"]["rules"]}
OF_THE_RULE = {
    "crush_root",
    "device_class",
    "failure_domain",
    "sub_failure_domain",
    "copies_per_domain",
}
JUDGED_STEPS = [
    (name, number)
    for name, steps in RULES.items()
    if name in PROMISES
    for number, step in enumerate(steps)
    if not step["op"].startswith("set_")
]


def broken(answers: dict[str, Any]) -> set[tuple[str, str]]:
    """The pools and properties that aren't as promised."""
    return {(e.pool, e.name) for e in compare(PROMISES, observe(answers)) if not e.kept}


def said(answers: dict[str, Any]) -> list[str]:
    """The sentences about them."""
    found = observe(answers)
    return list(sentences(compare(PROMISES, found), found))


def pool(answers: dict[str, Any], name: str) -> dict[str, Any]:
    return next(each for each in answers["osd dump"]["pools"] if each["pool_name"] == name)


def steps(answers: dict[str, Any], name: str) -> list[dict[str, Any]]:
    rules = answers["osd crush dump"]["rules"]
    found: list[dict[str, Any]] = next(r["steps"] for r in rules if r["rule_name"] == name)
    return found


def filesystem(answers: dict[str, Any], name: str) -> dict[str, Any]:
    return next(each for each in answers["fs ls"] if each["name"] == name)


def choose(kind: str, number: int = 0) -> dict[str, Any]:
    return {"op": "choose_firstn", "num": number, "type": kind}


def leaf(kind: str, number: int = 0) -> dict[str, Any]:
    return {"op": "chooseleaf_firstn", "num": number, "type": kind}


def take_the_whole_map(answers: dict[str, Any]) -> None:
    steps(answers, DATA)[0]["item_name"] = "default~ssd"


def take_every_class(answers: dict[str, Any]) -> None:
    steps(answers, DATA)[0]["item_name"] = "faro"


def take_disks(answers: dict[str, Any]) -> None:
    steps(answers, DATA)[0]["item_name"] = "faro~hdd"


def spread_over_hosts(answers: dict[str, Any]) -> None:
    steps(answers, DATA)[1] |= {"op": "chooseleaf_firstn", "type": "host"}


def keep_one_copy(answers: dict[str, Any]) -> None:
    pool(answers, DATA)["size"] = 1


def keep_more_copies(answers: dict[str, Any]) -> None:
    pool(answers, DATA)["size"] = 3


def serve_one_copy(answers: dict[str, Any]) -> None:
    pool(answers, DATA)["min_size"] = 1


def code_less(answers: dict[str, Any]) -> None:
    answers["osd dump"]["erasure_code_profiles"][f"{CODED}_ecprofile"]["m"] = "0"


def leave(answers: dict[str, Any]) -> None:
    filesystem(answers, "home-faro-ec2m1-7c41e9")["data_pools"].remove(CODED)


def swap_roles(answers: dict[str, Any]) -> None:
    filesystem(answers, "home-faro-ec2m1-7c41e9")["data_pools"].reverse()


EACH_KIND = [
    (take_the_whole_map, DATA, "crush_root", "crush_root was promised as faro, and is default"),
    (take_every_class, DATA, "device_class", "device_class was promised as ssd, and is any"),
    (take_disks, DATA, "device_class", "device_class was promised as ssd, and is hdd"),
    (spread_over_hosts, DATA, "failure_domain", "failure_domain was promised as osd, and is host"),
    (keep_one_copy, DATA, "size", "size was promised as 2, and is 1"),
    (keep_more_copies, DATA, "size", "size was promised as 2, and is 3"),
    (serve_one_copy, DATA, "min_size", "min_size was promised as 2, and is 1"),
    (code_less, CODED, "coding_chunks", "coding_chunks was promised as 1, and is 0"),
]


TAKE = {"op": "take", "item": -14, "item_name": "faro~ssd"}
EMIT = {"op": "emit"}
STRANGE = {
    "no bucket is taken": [choose("root"), choose("osd"), EMIT],
    "nothing is emitted": [TAKE, choose("osd"), choose("osd")],
    "nothing is chosen": [TAKE, EMIT],
    "choices end at hosts": [TAKE, choose("host"), EMIT],
    "leaves within leaves": [TAKE, leaf("datacenter"), leaf("host", 2), EMIT],
    "all copies in each domain": [TAKE, choose("datacenter"), leaf("host"), EMIT],
    "a fixed number of domains": [TAKE, choose("datacenter", 2), leaf("host", 2), EMIT],
    "choices three deep": [TAKE, choose("datacenter"), choose("host", 2), leaf("osd", 2), EMIT],
    "two parts, as for hybrid storage": [TAKE, leaf("osd", 1), EMIT, TAKE, leaf("osd"), EMIT],
    "nothing at all": [],
}
"""Rules that Ceph accepts, or that are damaged; none is Rook's for a promise that we make."""


class TestKept:
    """Where Ceph has what was promised, nothing is found."""

    def test_every_property_of_every_recorded_pool_is_as_promised(self) -> None:
        assert (9, set(), []) == (len(observe(record())), broken(record()), said(record()))

    def test_filesystems_that_nobody_promised_are_nobodys_drift(self) -> None:
        answers = record()
        answers["fs ls"].append(
            {"name": "other", "metadata_pool": "other-metadata", "data_pools": ["other-data"]}
        )
        answers["osd dump"]["pools"] += [
            {**pool(answers, DATA), "pool_name": name} for name in ("other-metadata", "other-data")
        ]

        assert set() == broken(answers)


class TestDrift:
    """Each kind of difference is found, is nothing else, and is said in one sentence."""

    @pytest.mark.parametrize(("change", "of", "name", "sentence"), EACH_KIND)
    def test_a_changed_property_is_found_and_said(
        self, change: Callable[[dict[str, Any]], None], of: str, name: str, sentence: str
    ) -> None:
        answers = record()
        change(answers)

        assert {(of, name)} == broken(answers)
        assert [f"pool {of}: {sentence}."] == said(answers)

    def test_a_pool_given_another_pools_rule_is_found(self) -> None:
        answers = record()
        pool(answers, DATA)["crush_rule"] = pool(answers, "every-x3-8870cf-data")["crush_rule"]

        assert {(DATA, "crush_root"), (DATA, "failure_domain")} == broken(answers)

    def test_a_missing_pool_keeps_none_of_its_promises(self) -> None:
        answers = record()
        answers["osd dump"]["pools"].remove(pool(answers, DATA))

        assert {(DATA, name) for name in PROMISES[DATA]} == broken(answers)
        assert [f"pool {DATA} of home-faro-x2-2aa0e9 doesn't exist, and was promised."] == said(
            answers
        )

    def test_a_pool_added_to_a_promised_filesystem_is_found(self) -> None:
        answers = record()
        filesystem(answers, "home-faro-x2-2aa0e9")["data_pools"].append("abroad")
        answers["osd dump"]["pools"].append({**pool(answers, DATA), "pool_name": "abroad"})

        assert {("abroad", "filesystem")} == broken(answers)
        assert ["pool abroad belongs to home-faro-x2-2aa0e9, and nobody promised it."] == said(
            answers
        )

    def test_a_pool_that_left_its_filesystem_is_found(self) -> None:
        answers = record()
        leave(answers)

        assert {(CODED, "filesystem"), (CODED, "role")} == broken(answers)

    def test_another_default_data_pool_is_found(self) -> None:
        answers = record()
        swap_roles(answers)

        assert {(CODED, "role"), ("home-faro-ec2m1-7c41e9-data", "role")} == broken(answers)


class TestWhatCannotBeTold:
    """What can't be told counts as broken."""

    @pytest.mark.parametrize(("rule", "number"), JUDGED_STEPS)
    def test_a_rule_that_lacks_a_step_never_counts_as_kept(self, rule: str, number: int) -> None:
        answers = record()
        del steps(answers, rule)[number]

        assert {rule} == {pool for pool, _ in broken(answers)}

    @pytest.mark.parametrize(("rule", "number"), JUDGED_STEPS)
    def test_a_rule_with_a_step_twice_never_counts_as_kept(self, rule: str, number: int) -> None:
        answers = record()
        found = steps(answers, rule)
        found.insert(number, dict(found[number]))

        assert {rule} == {pool for pool, _ in broken(answers)}

    @pytest.mark.parametrize("shape", STRANGE.values(), ids=STRANGE)
    def test_a_rule_of_another_shape_is_not_read(self, shape: list[dict[str, Any]]) -> None:
        answers = record()
        steps(answers, DATA)[:] = shape

        assert {(DATA, name) for name in OF_THE_RULE} == broken(answers)

    def test_a_rule_that_places_only_some_of_the_copies_is_not_read(self) -> None:
        answers = record()
        steps(answers, DATA)[1]["num"] = 1

        assert (
            f"pool {DATA}: crush_root was promised as faro, "
            "and it can't be told from its CRUSH rule or profile."
        ) in said(answers)

    def test_an_unknown_rule_and_a_lost_profile_are_not_read(self) -> None:
        answers = record()
        pool(answers, CODED)["crush_rule"] = 99
        answers["osd dump"]["erasure_code_profiles"].clear()

        known = {"filesystem", "role", "size", "min_size"}
        assert {(CODED, name) for name in PROMISES[CODED] if name not in known} == broken(answers)

    def test_where_nothing_is_known_no_promise_is_kept(self) -> None:
        assert not any(each.kept for each in compare(PROMISES, {}))


class TestLaw:
    """Whatever changes is found, and nothing else is."""

    @given(
        st.dictionaries(
            st.sampled_from(PROPERTIES), st.one_of(st.integers(0, 9), st.text(), st.none())
        )
    )
    def test_exactly_what_differs_is_found(
        self, changes: dict[tuple[str, str], int | str | None]
    ) -> None:
        found: dict[str, dict[str, int | str]] = {
            pool: dict(properties) for pool, properties in observe(record()).items()
        }
        for (pool, name), value in changes.items():
            if value is None:
                del found[pool][name]
            else:
                found[pool][name] = value

        assert {
            (pool, name) for (pool, name), value in changes.items() if value != PROMISES[pool][name]
        } == {(each.pool, each.name) for each in compare(PROMISES, found) if not each.kept}

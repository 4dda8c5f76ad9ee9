"""Each promise is told as required, observed and kept; what nothing tells is told as neither."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import pytest

from components.catalog import Survive
from components.monitoring import fulfilments, watch
from components.monitoring.fulfilment import KEPT, OBSERVED, REQUIRED
from tests.components.builders import Stacks
from tests.components.monitoring import real_promtool
from tests.components.monitoring.exported import answered, ready, timed
from tests.components.monitoring.real_promtool import World
from tests.components.monitoring.watched import SPEC

TIB: Final = 2**40
CLASS: Final = SPEC.filesystem
INSTITUTION: Final = Stacks().load().institutions["aveiro"]
PROMISED: Final = fulfilments("aveiro", INSTITUTION, CLASS)
RULES: Final = watch.rules(replace(SPEC, fulfilments=PROMISED))
LONG: Final = 4500
"""Minutes: three days and a little."""
ASKED: Final = 4440
"""Minutes: the end of an hour, since rules are evaluated once an hour here."""
SHORT: Final = 10
OVER_DAYS: Final = frozenset({"latency", "availability"})


def pool(
    name: str, values: Mapping[str, int], kept: Mapping[str, int] | None = None
) -> dict[str, str]:
    known = {key: f"{value}x{SHORT}" for key, value in values.items()}
    judged = {key: f"{value}x{SHORT}" for key, value in (kept or {}).items()}

    def labels(key: str) -> str:
        return f'{{filesystem="{CLASS}",pool="{name}",property="{key}"}}'

    return {
        **{f"imaging_pool_observed{labels(key)}": value for key, value in known.items()},
        **{f"imaging_pool_promise_kept{labels(key)}": value for key, value in judged.items()},
    }


def volume(claim: str, size: int, node: str = "worker-1") -> dict[str, str]:
    place = f'namespace="aveiro",persistentvolumeclaim="{claim}",node="{node}"'
    return {f"kubelet_volume_stats_capacity_bytes{{{place}}}": f"{size}x{SHORT}"}


@dataclass(frozen=True)
class Case:
    """A world in which a promise is observed so, and kept or not; None: nothing tells."""

    why: str
    promise: str
    observed: float | None
    kept: int | None
    series: Mapping[str, str] = field(default_factory=dict)


REPLICATED: Final = {"size": 3, "data_chunks": 0, "coding_chunks": 0}
CASES: Final = (
    Case("every pool has three", "copies", 3, 1, pool("a", REPLICATED) | pool("b", REPLICATED)),
    Case(
        "one of two pools has two",
        "copies",
        2,
        0,
        pool("a", REPLICATED) | pool("b", {**REPLICATED, "size": 2}),
    ),
    Case(
        "two coding chunks are worth three copies",
        "copies",
        3,
        1,
        pool("a", REPLICATED) | pool("b", {"size": 6, "data_chunks": 4, "coding_chunks": 2}),
    ),
    Case(
        "one coding chunk is worth two, whatever the size",
        "copies",
        2,
        0,
        pool("b", {"size": 5, "data_chunks": 4, "coding_chunks": 1}),
    ),
    Case("Ceph isn't asked", "copies", None, None),
    Case("its root is as promised", "residency", 1, 1, pool("a", {}, {"crush_root": 1})),
    Case(
        "one pool's root is another",
        "residency",
        0,
        0,
        pool("a", {}, {"crush_root": 1}) | pool("b", {}, {"crush_root": 0}),
    ),
    Case("its size alone says nothing", "residency", None, None, pool("a", {}, {"size": 0})),
    Case("its spread is as promised", "survival", 1, 1, pool("a", {}, {"failure_domain": 1})),
    Case("min_size was lowered", "survival", 0, 0, pool("a", {}, {"min_size": 0})),
    Case(
        "two nodes tell the same volumes",
        "capacity",
        20 * TIB,
        1,
        volume("images", 19 * TIB) | volume("index", TIB) | volume("index", TIB, "worker-2"),
    ),
    Case(
        "half of the space",
        "capacity",
        10 * TIB,
        0,
        volume("images", 9 * TIB) | volume("index", TIB),
    ),
    Case("one volume of two is told", "capacity", None, None, volume("images", 20 * TIB)),
    Case("97 of 100 are in time", "latency", 97, 1, timed(f"0+97x{LONG}", f"0+100x{LONG}")),
    Case("94 of 100 are in time", "latency", 94, 0, timed(f"0+94x{LONG}", f"0+100x{LONG}")),
    Case("nobody asks", "latency", None, None, timed(f"7x{LONG}", f"9x{LONG}")),
    Case("all succeed", "availability", 100, 1, answered(f"0+100x{LONG}", f"0x{LONG}")),
    Case("one in 100 fails", "availability", 99, 0, answered(f"0+99x{LONG}", f"0+1x{LONG}")),
    Case("nobody is answered", "availability", None, None, answered(f"7x{LONG}", f"0x{LONG}")),
    Case("one is ready", "readers", 1, 1, ready("readers", f"1x{SHORT}")),
    Case("none is ready", "readers", 0, 0, ready("readers", f"0x{SHORT}")),
    Case("nobody counts them", "readers", None, None),
)


def world(case: Case) -> World:
    only = f'{{institution="aveiro",promise="{case.promise}"}}'
    expected: dict[str, float | None] = {
        f"sum({OBSERVED}{only})": case.observed,
        f"sum({KEPT}{only})": case.kept,
    }
    if case.promise in OVER_DAYS:
        return World(case.series, ASKED, expected, every=60)
    return World(case.series, SHORT, expected)


@pytest.fixture(scope="module")
def promtool() -> Path:
    return real_promtool.program()


class TestFulfilment:
    """Real Prometheus code evaluates the rendered rules."""

    @pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.promise}: {case.why}")
    def test_is_told_as_it_is(self, case: Case, promtool: Path, tmp_path: Path) -> None:
        result = real_promtool.test(promtool, tmp_path, [RULES], world(case))

        assert 0 == result.returncode, result.stdout + result.stderr

    def test_every_observed_promise_is_seen_kept_broken_and_untold(self) -> None:
        wanted = {
            (each.promise, kept)
            for each in PROMISED
            if each.observed is not None
            for kept in (1, 0, None)
        } - {("survival", None)}  # as residency: the same series

        assert set() == wanted - {(case.promise, case.kept) for case in CASES}

    def test_what_is_required_is_what_the_stack_says(self, promtool: Path, tmp_path: Path) -> None:
        required = {
            "residency": 1,
            "copies": 3,
            "survival": 1,
            "capacity": 20 * TIB,
            "recovery-point": 1,
            "latency": 95,
            "availability": 99.9,
            "readers": 1,
        }
        asked = {
            f'sum({REQUIRED}{{institution="aveiro",promise="{name}"}})': float(value)
            for name, value in required.items()
        }

        result = real_promtool.test(promtool, tmp_path, [RULES], World({}, SHORT, asked))

        assert list(required) == [each.promise for each in PROMISED]
        assert 0 == result.returncode, result.stdout + result.stderr

    def test_the_rules_are_good_prometheus(self, promtool: Path, tmp_path: Path) -> None:
        result = real_promtool.check(promtool, tmp_path, RULES)

        assert 0 == result.returncode, result.stdout + result.stderr


class TestPromises:
    """What isn't promised isn't told."""

    def test_who_survives_nothing_has_no_such_promise(self) -> None:
        changes = {"copies": 1, "survive": Survive.NONE}
        replication = INSTITUTION.replication.model_copy(update=changes)
        careless = INSTITUTION.model_copy(update={"replication": replication})

        assert "survival" not in {each.promise for each in fulfilments("x", careless, CLASS)}

    def test_without_a_recovery_point_there_is_no_such_promise(self) -> None:
        without = INSTITUTION.model_copy(update={"recovery_point": None})

        assert "recovery-point" not in {each.promise for each in fulfilments("x", without, CLASS)}

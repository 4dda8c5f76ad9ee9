"""Every guarded field of every rendered resource, broken in turn: which rule catches it.

The fields stand in :mod:`tests.policy_cases.guarded`. Each of ``local``, ``poc`` and ``production``
is tried; what is the same resource with the same field in two of them is asked once for each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from tests.packs import PACKS, Pack
from tests.policy_cases.checkout import every_pack
from tests.policy_cases.guarded import ADDED, GUARDED, HARMLESS
from tests.policy_cases.mutations import Mutant, mutants
from tests.rendered import of_environment, rendered

ENVIRONMENTS = ("local", "poc", "production")
LEAST = 0.95


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant: the rules that caught it."""

    mutant: Mutant
    rules: frozenset[str]

    @property
    def reason(self) -> str | None:
        """Why it may escape; None if it may not."""
        kind = self.mutant.resource.kind.rpartition(":")[2]
        pattern = self.mutant.pattern.replace("dataPools|*", "*").replace("metadataPool", "*")
        anywhere = HARMLESS.get(("*", self.mutant.how, pattern))
        return HARMLESS.get((kind, self.mutant.how, pattern), anywhere)


@pytest.fixture(scope="module")
def packs() -> Iterator[Mapping[str, Pack]]:
    with every_pack(PACKS) as started:
        yield started


@pytest.fixture(scope="module")
def verdicts(packs: Mapping[str, Pack]) -> list[Verdict]:
    found = [
        mutant
        for environment in ENVIRONMENTS
        for resource in of_environment(environment)
        for mutant in mutants(resource)
    ]
    caught: dict[tuple[str, str], str] = {}
    with ThreadPoolExecutor(max_workers=len(packs)) as pool:
        return list(pool.map(lambda mutant: verdict(packs, mutant, caught), found))


def verdict(
    packs: Mapping[str, Pack], mutant: Mutant, caught: dict[tuple[str, str], str]
) -> Verdict:
    """Ask the packs until one refuses, first the one that caught the last mutant of the field."""
    resource, field = mutant.resource, (mutant.resource.kind, mutant.pattern)
    for name in sorted(packs, key=lambda each: each != caught.get(field)):
        said = packs[name].judge(resource.stack, resource.kind, resource.props, resource.options)
        rules = frozenset(f"{name}/{each.policy}" for each in said if each.mandatory)
        if rules:
            caught[field] = name
            return Verdict(mutant, rules)
    return Verdict(mutant, frozenset())


@pytest.mark.timeout(400)
class TestMutations:
    """What is broken is caught."""

    def test_nearly_all_are_caught_and_every_escape_has_a_reason(
        self, verdicts: list[Verdict], record_property: Callable[[str, object], None]
    ) -> None:
        escaped = [each for each in verdicts if not each.rules]
        share = 1 - len(escaped) / len(verdicts)
        record_property("mutations", "\n".join(_report(verdicts, escaped, share)))

        assert share >= LEAST
        assert [] == sorted(
            {
                f"{each.mutant.resource.kind} {each.mutant.how} {each.mutant.pattern}"
                for each in escaped
                if each.reason is None
            }
        )

    def test_every_guarded_kind_is_rendered(self) -> None:
        kinds = {each.kind.removeprefix("kubernetes:") for each in rendered()}

        assert set() == {*GUARDED, *ADDED} - kinds


def _report(verdicts: list[Verdict], escaped: list[Verdict], share: float) -> list[str]:
    """The share by kind, and what escapes."""
    every, caught = Counter[str](), Counter[str]()
    for each in verdicts:
        kind = each.mutant.resource.kind.rpartition(":")[2]
        every[kind] += 1
        caught[kind] += bool(each.rules)
    lines = [f"{len(verdicts)} mutants, {share:.1%} caught"]
    lines += [f"  {kind:32} {caught[kind]:5} of {every[kind]:5}" for kind in sorted(every)]
    lines += [
        f"  escaped {count:4} x {kind} {how} {pattern}: {reason or 'WITHOUT REASON'}"
        for (kind, how, pattern, reason), count in sorted(
            Counter(
                (
                    each.mutant.resource.kind.rpartition(":")[2],
                    each.mutant.how,
                    each.mutant.pattern,
                    each.reason or "",
                )
                for each in escaped
            ).items()
        )
    ]
    return lines

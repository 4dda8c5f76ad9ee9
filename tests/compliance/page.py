"""``docs/compliance.md``: each promise, the gates that hold it, and the test of each.

Owns the page's text, made from packs, admission policies, promises and tests; a test says when the
file is stale. Write it anew with ``make compliance``. Doesn't own which gate holds what
(:mod:`tests.compliance.held`).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "policy-packs"))

from judging.pages import PACKS, rules_of  # noqa: E402 - the packs' room isn't a package of ours

from components.guardrails.policies import policies  # noqa: E402
from tests.compliance.held import HOUSE, ROWS, TRIED, Row  # noqa: E402

FILE: Final = ROOT / "docs/compliance.md"
_CASES: Final = ("tests/policy_cases", "tests/policy-packs")
_OBSERVED: Final = "tests/components/monitoring/test_monitoring_fulfilment.py"
_HEAD: Final = """\
# What holds each promise

Made by `make compliance` from the sources; don't edit it. A promise is held at four places that
don't trust one another: the catalogue refuses what can't be kept before anything runs, policy packs
judge every resource in every preview and update, the API server refuses later edits, and figures
tell what is there. Each line names the test that has seen that place refuse, or tell the truth.

What no gate can hold stands in [admission](admission.md#what-it-cant-hold) and in
[waivers](policies/waivers.md).
"""


@cache
def rules() -> dict[str, str]:
    """Every rule of every pack but those about waivers, as ``pack/rule``, and what it holds."""
    return {
        f"{pack}/{rule.name}": rule.description
        for pack in PACKS
        for rule in rules_of(pack)
        if rule.name not in HOUSE
    }


def evidence(rule: str) -> str | None:
    """The file with a rule's failing case, relative to the checkout."""
    name = re.compile(rf'"{rule.partition("/")[2]}"')
    found = [file for file, text in _cases().items() if name.search(text)]
    own = [file for file in found if file.name.startswith(rule.partition("/")[0])]
    # The matrix only lists rules that are tried elsewhere.
    tried = [file for file in found if file.name != "test_policy_matrix.py"]
    best = next(iter([*own, *tried]), None)
    return None if best is None else str(best.relative_to(ROOT))


@cache
def _cases() -> dict[Path, str]:
    """The packs' tests, each read once: every rule looks through all of them."""
    files = [file for folder in _CASES for file in sorted((ROOT / folder).rglob("*.py"))]
    return {file: file.read_text(encoding="utf-8") for file in files}


def render() -> str:
    """The whole page."""
    return _HEAD + "".join(f"\n## {row.promise}\n\n{_table(row)}" for row in ROWS)


def _table(row: Row) -> str:
    head = ("| gate | what | tested by |", "|---|---|---|")
    return (
        "\n".join([*head, *_catalogue(row), *_packs(row), *_admission(row), *_observed(row)]) + "\n"
    )


def _catalogue(row: Row) -> Iterator[str]:
    for module, test in row.catalogue:
        yield f"| catalogue | {_file(module)} | {_file(test)} |"


def _packs(row: Row) -> Iterator[str]:
    held = rules()
    for rule in row.rules:
        pack, _, name = rule.partition("/")
        link = f"[{rule}](policies/{pack}.md#{name})"
        yield f"| policy pack | {link}: {held[rule]} | {_file(evidence(rule) or '')} |"


def _admission(row: Row) -> Iterator[str]:
    words = {policy.name: policy.promise for policy in policies()}
    for name in row.admission:
        file, _, group = TRIED[name].partition("::")
        yield f"| admission | `imaging-{name}`: {words[name]} | {_file(file)}, {group} |"


def _observed(row: Row) -> Iterator[str]:
    for promise in row.observed:
        metric = f'`imaging_promise_kept{{promise="{promise}"}}`'
        yield f"| fulfilment | {metric} | {_file(_OBSERVED)} |"


def _file(path: str) -> str:
    return f"[{path.rpartition('/')[2]}](../{path})"


def missing(paths: Iterable[str]) -> list[str]:
    """Those that aren't files of the checkout."""
    return [path for path in paths if not (ROOT / path).is_file()]


if __name__ == "__main__":
    FILE.write_text(render(), encoding="utf-8")

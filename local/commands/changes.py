"""``changes``: which promises a change of the stack files makes other than they were.

Owns the comparison with another commit, and its Markdown. Doesn't own which promises there are
(:mod:`components.monitoring.promised`), nor what a change does to resources (``preview``). Both
sides are read with this checkout's code, so that code which reads a file otherwise isn't taken for
a changed promise.
"""

from __future__ import annotations

import io
import subprocess
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from components.catalog import Refused, load
from components.catalog.stack_files import environments
from components.monitoring.fulfilment import Fulfilment, figure
from components.monitoring.promised import fulfilments
from components.placement import place
from local.commands.failure import CommandFailed
from local.paths import checkout

Promises = Mapping[tuple[str, str, str], Fulfilment]
"""By environment, institution and promise."""
_ORDER: Final = ("wider", "weaker", "gone", "otherwise", "new", "stronger")
"""What needs a reviewer's eye first."""


@dataclass(frozen=True)
class Change:
    """One promise that isn't what it was; ``before`` or ``after`` is None where there was none."""

    environment: str
    institution: str
    promise: str
    before: Fulfilment | None
    after: Fulfilment | None

    @property
    def kind(self) -> str:
        """One word of ``_ORDER``; who gains access makes the circle of readers wider."""
        if self.before is None and self.promise.startswith("access-"):
            return "wider"
        if self.before is None or self.after is None:
            return "gone" if self.after is None else "new"
        if self.before.required == self.after.required:
            return "otherwise"
        less = self.after.required < self.before.required
        return "weaker" if less is not self.after.at_most else "stronger"


def show(base: str) -> None:
    """Print what changed since a commit, as Markdown. Raises CommandFailed."""
    before, unread = _at(base)
    after, refused = _read(checkout())
    print("## Changed promises\n")
    for title, refusals in ((f"Refused at {base}", unread), ("Refused", refused)):
        for environment, text in refusals.items():
            print(f"**{title}: {environment}**, so none of its promises is compared:\n")
            print(f"```\n{text}\n```\n")
    hidden = {*unread, *refused}
    found = [each for each in compare(before, after) if each.environment not in hidden]
    print("\n".join(_table(found)) if found else "No other promise changes.")


def compare(before: Promises, after: Promises) -> list[Change]:
    """What differs, the losses first."""
    keys = sorted({*before, *after})
    found = [Change(*key, before.get(key), after.get(key)) for key in keys]
    changed = [each for each in found if _said(each.before) != _said(each.after)]
    return sorted(changed, key=lambda each: _ORDER.index(each.kind))


def _table(changes: list[Change]) -> Iterator[str]:
    yield "| | environment | institution | promise | before | after |"
    yield "|---|---|---|---|---|---|"
    for each in changes:
        where = f"{each.environment} | {each.institution} | {each.promise}"
        yield f"| {each.kind} | {where} | {_said(each.before)} | {_said(each.after)} |"


def _said(each: Fulfilment | None) -> str:
    if each is None:
        return "-"
    return f"{figure(each, each.required)}, {each.words}" if each.unit else each.words


def _at(base: str) -> tuple[Promises, Mapping[str, str]]:
    done = subprocess.run(
        ["git", "archive", "--format=tar", base, "stacks"],
        cwd=checkout(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise CommandFailed(
            f"git can't show the stack files at {base!r}: {done.stderr.decode().strip()}. Give a "
            "commit that this clone has, for example BASE=origin/main after a git fetch."
        )
    with TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
            archive.extractall(folder, filter="data")
        return _read(Path(folder))


def _read(root: Path) -> tuple[Promises, Mapping[str, str]]:
    """All promises, and by environment what is refused."""
    promised: dict[tuple[str, str, str], Fulfilment] = {}
    refused: dict[str, str] = {}
    for environment in environments(root / "stacks"):
        try:
            catalog = load(root / "stacks", environment)
            placement = place(catalog)
        except Refused as refusal:
            refused[environment] = str(refusal)
            continue
        for name, institution in catalog.institutions.items():
            for each in fulfilments(name, institution, placement.of[name].name):
                promised[environment, name, each.promise] = each
    return promised, refused

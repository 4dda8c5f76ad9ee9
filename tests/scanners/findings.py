"""What a scanner finds on a manifest, and which findings are waived.

Owns these values and how a waiver meets a finding. Doesn't own any scanner, nor the waivers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Finding:
    """A check that a manifest fails.

    Attributes:
        scanner: whose check it is.
        check: the check's identifier.
        kind: the object's kind.
        name: the object's name.
        words: what the scanner says.
    """

    scanner: str
    check: str
    kind: str
    name: str
    words: str

    def __str__(self) -> str:
        """Tell it in a line."""
        return f"{self.scanner} {self.check} on {self.kind}/{self.name}: {self.words}"


@dataclass(frozen=True)
class Waiver:
    """A check that some objects may fail.

    Attributes:
        scanner: whose check it is.
        check: the check's identifier.
        objects: the objects that may fail it, each ``Kind/name``.
        reason: why failing it is right here.
    """

    scanner: str
    check: str
    objects: frozenset[str]
    reason: str

    def covers(self, finding: Finding) -> bool:
        """Whether this is a finding that the waiver is about."""
        return (self.scanner, self.check) == (finding.scanner, finding.check) and (
            f"{finding.kind}/{finding.name}" in self.objects
        )


def unwaived(findings: Iterable[Finding], waivers: Sequence[Waiver]) -> list[str]:
    """The findings that no waiver covers, in words."""
    return sorted(
        str(each) for each in findings if not any(waiver.covers(each) for waiver in waivers)
    )


def idle(findings: Sequence[Finding], waivers: Iterable[Waiver]) -> list[str]:
    """The objects of waivers that don't fail the check: these waivers should go."""
    failing = {(each.scanner, each.check, f"{each.kind}/{each.name}") for each in findings}
    return sorted(
        f"{waiver.scanner} {waiver.check} on {one}"
        for waiver in waivers
        for one in waiver.objects
        if (waiver.scanner, waiver.check, one) not in failing
    )

"""What a run of the laboratory did, in figures, for whoever reads its last lines.

Owns the counts and their words. Nothing is asserted on them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Stalls = Mapping[str, float]
"""Institution to the longest time in seconds that one of its writes took."""


@dataclass
class Figures:
    """Counts of one run.

    Attributes:
        written: files that Ceph acknowledged.
        read: how often one was read back and compared.
        lost: those that were gone or differed.
        checked: placement groups judged, all judgements together.
        outside: copies that were found outside the promised data centres.
        stalls: fault to the longest write of each institution.
    """

    written: int = 0
    read: int = 0
    lost: int = 0
    checked: int = 0
    outside: int = 0
    stalls: dict[str, Stalls] = field(default_factory=dict)

    def compare(self, wrote: Mapping[str, str], found: Mapping[str, str]) -> list[str]:
        """Count files that were read back, and return those that aren't what was written."""
        lost = [name for name, digest in wrote.items() if found.get(name) != digest]
        self.read += len(wrote)
        self.lost += len(lost)
        return lost

    def lines(self) -> list[str]:
        """What a person reads at the end."""
        return [
            f"files written {self.written}, read back {self.read}, lost or changed {self.lost}",
            f"placement groups judged {self.checked}, copies outside their boundary {self.outside}",
            f"faults tried {len(self.stalls)}; the longest write while each lasted:",
            *(
                f"  {fault}: "
                + ", ".join(f"{name} {seconds:.1f} s" for name, seconds in sorted(stalls.items()))
                for fault, stalls in self.stalls.items()
            ),
        ]

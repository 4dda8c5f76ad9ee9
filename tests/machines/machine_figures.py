"""What a run of the laboratory did and how long it took, for whoever reads its last lines.

Owns the figures and their words. Nothing is asserted on them.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Figures:
    """Seconds that each step took, and what each fault ended in, in the order they happened."""

    seconds: dict[str, float] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        """Note how long a step takes; a step that fails isn't noted."""
        began = time.monotonic()
        yield
        self.seconds[step] = time.monotonic() - began

    def lines(self) -> list[str]:
        """What a person reads at the end."""
        return [
            *(f"{step}: {seconds:.1f} s" for step, seconds in self.seconds.items()),
            f"faults tried {len(self.faults)}, and what each ended in:",
            *(f"  {fault}: {ended}" for fault, ended in self.faults.items()),
        ]

"""The course of one rush: ten users, then a hundred, then ten again.

Owns what is asked of it afterwards. Doesn't own what must be (the tests).
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from tests.autoscaling.history import History
from tests.autoscaling.loop import LOADED, Loop
from tests.autoscaling.real_users import AFTER, BEFORE, RUSH, Downloads, Users


@dataclass(frozen=True)
class Course:
    """What happened.

    Attributes:
        downloads: what the users counted.
        readers: the readers, all the time.
        found: how many of them the gateways found at the end.
    """

    downloads: Downloads
    readers: History
    found: int

    @property
    def step(self) -> float:
        """When there were a hundred users, in seconds since 1970."""
        return self.downloads.began + BEFORE

    @property
    def wanted(self) -> float | None:
        """Seconds from the step until three readers were wanted."""
        return self._after(self.readers.when(wanted=3, since=self.step))

    @property
    def ready(self) -> float | None:
        """Seconds from the step until three readers were Ready."""
        return self._after(self.readers.when(ready=3, since=self.step))

    @property
    def back(self) -> float | None:
        """Seconds from the end of the rush until one reader was wanted."""
        rush = self.step + RUSH
        least = [each.at for each in self.readers.moments if each.at > rush and each.wanted == 1]
        return least[0] - rush if least else None

    def _after(self, moment: float | None) -> float | None:
        return None if moment is None else moment - self.step


def finish(loop: Loop, users: Users) -> Course:
    """Wait for the users to go, and return what happened."""
    downloads = users.wait()
    end = time.time()
    assert end - downloads.began >= BEFORE + RUSH + AFTER, users.said()
    readers = loop.cluster.history(LOADED.name).between(downloads.began, end)
    return Course(downloads, readers, loop.agent.found)

"""Every rule of the pack."""

from __future__ import annotations

from typing import Final

from replication import filesystems, history, presence, sites, volumes

ABOUT: Final = """\
Every examination is kept as often, and there, as its institution was promised. Promises are read
from the stack files by the pack itself; facts from the resources alone."""
"""What the pack's page begins with."""

RULES: Final = (*filesystems.RULES, *volumes.RULES, *sites.RULES, *history.RULES, *presence.RULES)

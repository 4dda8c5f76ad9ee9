"""Every rule of the pack."""

from __future__ import annotations

from typing import Final

from access import gateway, network, places, presence, secrets, storage

ABOUT: Final = """\
Nobody reaches another institution's examinations without its owner's grant, and who may only
read can't write. Grants are read from the stack files (`access:`), by the pack itself."""
"""What the pack's page begins with."""

RULES: Final = (
    *places.RULES,
    *network.RULES,
    *gateway.RULES,
    *storage.RULES,
    *secrets.RULES,
    *presence.RULES,
)

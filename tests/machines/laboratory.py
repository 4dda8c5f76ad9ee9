"""The laboratory of real machines: everything that stands in it, and how a machine is added.

Owns the order in which it comes to be. Doesn't own what is done with its machines.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncssh

from tests.machines.enclosure import Enclosure, enclosed
from tests.machines.machine import Machine
from tests.machines.servers import serve
from tests.machines.supplies import Supplies


@dataclass(frozen=True)
class Laboratory:
    """A network of its own with an apt repository and a mirror of images on it.

    Attributes:
        enclosure: its namespaces and its folder.
        supplies: what its servers serve.
        key: the private key that root of every machine accepts.
    """

    enclosure: Enclosure
    supplies: Supplies
    key: asyncssh.SSHKey

    def machine(self, name: str, number: int) -> Machine:
        """A new machine, off."""
        found = Machine(name, number, self.enclosure, self.supplies.base.tree)
        found.make(self.key.export_public_key().decode().strip())
        return found


@contextmanager
def opened(folder: Path, supplies: Supplies) -> Iterator[Laboratory]:
    """Build it, with this thread on its network, and take all of it away.

    Raises:
        Busy: another run has the folder.
    """
    with enclosed(folder) as enclosure, enclosure.visited():
        serve(enclosure, supplies)
        yield Laboratory(enclosure, supplies, asyncssh.generate_private_key("ssh-ed25519"))

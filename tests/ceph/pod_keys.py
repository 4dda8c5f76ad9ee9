"""What a pod of Ceph's image gets of a CephClient: the key, its user, the monitors.

Owns the key's making with the rendered capabilities, and its environment. Doesn't own what is run.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from components.manifests import Manifest
from tests.ceph.daemons import configuration
from tests.ceph.laboratory import Laboratory
from tests.ceph.provisioning import keyring, make_key
from tests.ceph.settings import mon_address

_LONGEST: Final = 120


@dataclass(frozen=True)
class PodKey:
    """A key, and the user that has it."""

    laboratory: Laboratory
    user: str
    key: str

    @property
    def environment(self) -> Mapping[str, str]:
        """The variables that Kubernetes gives to such a pod's container."""
        plan = self.laboratory.plan
        monitors = (f"{name}={mon_address(name, plan.centres)}" for name in plan.mons)
        return {
            "PATH": os.environ["PATH"],
            "MONITORS": ",".join(monitors),
            "CEPH_USER": self.user,
            "CEPH_KEY": self.key,
        }

    def ask(self, *question: str) -> subprocess.CompletedProcess[str]:
        """Ask Ceph with its command line, as this user."""
        conf = f"--conf={configuration(self.laboratory.folder)}"
        ring = f"--keyring={keyring(self.laboratory, self.user)}"
        return subprocess.run(
            ["ceph", conf, ring, "--id", self.user, "--connect-timeout", "30", *question],
            capture_output=True,
            text=True,
            timeout=_LONGEST,
            check=False,
        )


def pod_key(laboratory: Laboratory, client: Manifest) -> PodKey:
    """Make a rendered CephClient's key, as Rook does."""
    user = client["metadata"]["name"]
    return PodKey(laboratory, user, make_key(laboratory, user, client["spec"]["caps"]))

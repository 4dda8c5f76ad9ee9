"""Where the files of a simulated cluster lie, and what it is called.

It names paths and makes nothing but the links to the tools; every path is below the `cluster`
folder of the environment's state, except the lock, which has to outlive that folder.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from local.paths import state_dir


@dataclass(frozen=True)
class Folder:
    """The files of one simulated cluster; `root` is absolute and free of symbolic links.

    That matters because a process counts as ours by the path that it was started from.
    """

    environment: str
    root: Path

    @classmethod
    def of(cls, environment: str) -> "Folder":
        """Return the folder of an environment's simulated cluster, which need not exist."""
        return cls(environment, state_dir(environment).resolve() / "cluster")

    @property
    def name(self) -> str:
        """Return kwokctl's name for the cluster, another one in every state folder."""
        return "imaging-" + hashlib.sha256(str(self.root).encode()).hexdigest()[:8]

    @property
    def kwok(self) -> Path:
        """Return kwokctl's own folder: its settings, certificates, logs, process ids, etcd."""
        return self.root / "clusters" / self.name

    @property
    def certificates(self) -> Path:
        """Return the folder of `ca.crt`, `admin.crt` and `admin.key`."""
        return self.kwok / "pki"

    @property
    def logs(self) -> Path:
        """Return the folder of one log for each process, and the audit log."""
        return self.kwok / "logs"

    @property
    def tools(self) -> Path:
        """Return the link to the folder of tools, so that a start after an upgrade moves it."""
        return self.root / "tools"

    @property
    def settings(self) -> Path:
        """Return the settings that kwokctl makes the cluster from."""
        return self.root / "kwokctl.yaml"

    @property
    def audit_policy(self) -> Path:
        """Return the API server's audit policy."""
        return self.root / "audit-policy.yaml"

    @property
    def machines(self) -> Path:
        """Return the document of the last start, written last: without it, none was finished."""
        return self.root / "machines.json"

    @property
    def applied_definitions(self) -> Path:
        """Return the digest of the custom resource definitions that the API server has."""
        return self.root / "definitions.sha256"

    @property
    def finished(self) -> bool:
        """Tell whether a start was ever finished, so that somebody may have the kubeconfig."""
        return self.machines.exists()

    @property
    def kubeconfig(self) -> Path:
        """Return the kubeconfig, which needs no other file."""
        return self.root / "kubeconfig.yaml"

    @property
    def lock(self) -> Path:
        """Return the lock that a start and a stop hold."""
        return self.root.parent / "cluster.lock"

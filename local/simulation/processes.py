"""The processes of a simulated cluster: which of them run, ending them, who holds a port.

A process is ours by its command line (started from a path below the cluster's folder, or the
operators' process for the cluster's kubeconfig), never by a stored number: after a restart of the
machine the number in kwokctl's pid files may belong to anybody. psutil compares creation times
before it signals, so a number recycled in between is safe too.
"""

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import psutil

from local.simulation.folder import Folder

# In kwokctl's names, which are also the names of its pid files and logs.
CONTROL_PLANE = (
    "etcd",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kwok-controller",
)
OPERATORS = "operators"
_OPERATORS_MODULE = "local.simulation"


def operators_command(python: str, folder: Folder) -> list[str]:
    """Return the command of the process that stands in for the absent operators."""
    # kwokctl's own kubeconfig names its certificates; out of the self-contained one the official
    # client would write the private key to the system's temporary folder.
    kubeconfig = str(folder.kwok / "kubeconfig.yaml")
    return [python, "-m", _OPERATORS_MODULE, "controller", "--kubeconfig", kubeconfig]


def component(argv: Sequence[str], folder: Folder) -> str | None:
    """Return which of the folder's components a command line is, or None for a stranger."""
    if not argv:
        return None
    if argv[0].startswith(f"{folder.root}/"):
        return Path(argv[0]).name
    if list(argv[1:]) == operators_command(argv[0], folder)[1:]:
        return OPERATORS
    return None


def running(folder: Folder) -> Mapping[str, Sequence[psutil.Process]]:
    """Return the cluster's processes that run now, by component."""
    found: dict[str, list[psutil.Process]] = {}
    for process in psutil.process_iter(["cmdline"]):
        name = component(process.info["cmdline"] or (), folder)
        if name is not None:
            found.setdefault(name, []).append(process)
    return found


def end(processes: Iterable[psutil.Process], grace: float) -> None:
    """End processes: ask, wait `grace` seconds for all of them, then kill.

    Nothing of a cluster is lost by a kill: etcd writes ahead, the rest keeps no state.
    """
    asked = list(processes)
    for process in asked:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.terminate() if grace else process.kill()
    _, left = psutil.wait_procs(asked, timeout=grace or 10)
    for process in left:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(left, timeout=10)


def end_all(folder: Folder, grace: float = 0) -> None:
    """End every process of the cluster, kwokctl included; see `end`."""
    end([process for group in running(folder).values() for process in group], grace)


def forget_dead(folder: Folder, alive: Mapping[str, Sequence[psutil.Process]]) -> None:
    """Delete the pid files of components that don't run.

    kwokctl believes them: it would not start a component whose number lives on as a stranger's.
    """
    for name in CONTROL_PLANE:
        if name not in alive:
            (folder.kwok / "pids" / f"{name}.pid").unlink(missing_ok=True)


def holder(port: int) -> str:
    """Describe who listens on a port, as far as this user may know."""
    with contextlib.suppress(psutil.AccessDenied):
        for connection in psutil.net_connections(kind="tcp"):
            if (
                connection.status == psutil.CONN_LISTEN
                and connection.laddr
                and connection.laddr.port == port
                and connection.pid
            ):
                with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                    return f"process {connection.pid} ({psutil.Process(connection.pid).name()})"
    return "a process that this user can't see"

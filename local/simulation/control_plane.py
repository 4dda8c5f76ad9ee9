"""The control plane's processes, made and started by kwokctl.

It ends when the API server answers. What the API server then holds is none of its business.
"""

import base64
import os
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import yaml

from local.simulation.api import ApiServer
from local.simulation.failure import SimulationError
from local.simulation.folder import Folder
from local.simulation.processes import CONTROL_PLANE, end, end_all, forget_dead, holder, running
from local.simulation.settings import (
    LOOPBACK,
    audit_policy,
    choose_ports,
    is_free,
    kubeconfig,
    kwokctl_settings,
)

# The executables of a folder of tools, in the tool chain's names.
TOOLS = (
    "etcd",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kubectl",
    "kwok",
    "kwokctl",
)
# kwokctl itself waits up to 2 minutes for an API server that ended at once, without saying so.
_PATIENCE = 90.0
# A killed process may hold its ports for a moment after it has left the list of processes.
_LINGERING = 3.0
_LAST_LINES = 6


def create(folder: Folder, tools: Path) -> None:
    """Make the cluster's files and certificates and start its processes, on free ports."""
    _link(folder, tools)
    folder.audit_policy.write_text(audit_policy())
    folder.settings.write_text(kwokctl_settings(folder, choose_ports(folder, is_free)))
    _kwokctl(folder, "--config", str(folder.settings), "create", "cluster", "--kubeconfig", "")
    _wait_ready(folder)
    write_kubeconfig(folder)


def heal(folder: Folder, tools: Callable[[], Path]) -> bool:
    """Start what has ended, on the same ports and data; tell whether there was anything to do.

    Args:
        folder: of the cluster.
        tools: finds or makes a folder with its executables; asked only if something has ended.

    Raises:
        SimulationError: a port is held by a stranger, or a component ends again.
    """
    alive = running(folder)
    end(alive.get("kwokctl", ()), grace=0)  # of a start that was killed
    if all(name in alive for name in CONTROL_PLANE):
        if _ready_within(folder, 10):
            return False
        end_all(folder, grace=2)
        alive = {}
    for name in CONTROL_PLANE:
        if name not in alive:
            _demand_ports(folder, name)
    forget_dead(folder, alive)
    _link(folder, tools())
    _kwokctl(folder, "start", "cluster")
    _wait_ready(folder)
    return True


def api_port(folder: Folder) -> int:
    """Return the API server's port."""
    return _ports(folder, "kube-apiserver")[0]


def write_kubeconfig(folder: Folder) -> None:
    """Write the self-contained kubeconfig whole, readable by this user only."""
    certificates = {
        name: base64.b64encode((folder.certificates / name).read_bytes()).decode()
        for name in ("ca.crt", "admin.crt", "admin.key")
    }
    fresh = folder.kubeconfig.with_suffix(".new")
    fresh.touch(mode=0o600)
    fresh.write_text(kubeconfig(folder.environment, api_port(folder), certificates))
    fresh.replace(folder.kubeconfig)


def last_lines(log: Path) -> str:
    """Return the end of a log, indented, for an error's message."""
    try:
        lines = log.read_text(errors="replace").splitlines()[-_LAST_LINES:]
    except FileNotFoundError:
        lines = []
    return "".join(f"\n  {line[:300]}" for line in lines) or "\n  (nothing)"


def _link(folder: Folder, tools: Path) -> None:
    missing = [name for name in TOOLS if not (tools / name).is_file()]
    if missing:
        raise SimulationError(
            f"The folder of tools {tools} has no {', '.join(missing)}. Name another one with "
            "IMAGING_TOOLS, or unset it to let the project make its tools."
        )
    fresh = folder.root / "tools.new"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(tools.resolve(), target_is_directory=True)
    fresh.replace(folder.tools)


def _ports(folder: Folder, component: str) -> list[int]:
    try:
        settings = yaml.safe_load(folder.settings.read_text())
        options = settings["options"]
        return [int(options[key]) for key in _PORT_OPTIONS[component]]
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise SimulationError(
            f"The simulated cluster's settings {folder.settings} can't be read: {error}. "
            "Remove the cluster with `make down` and make it anew with `make up`."
        ) from error


_PORT_OPTIONS = {
    "etcd": ("etcdPort", "etcdPeerPort"),
    "kube-apiserver": ("kubeApiserverPort",),
    "kube-controller-manager": ("kubeControllerManagerPort",),
    "kube-scheduler": ("kubeSchedulerPort",),
    "kwok-controller": ("kwokControllerPort",),
}


def _demand_ports(folder: Folder, component: str) -> None:
    deadline = time.monotonic() + _LINGERING
    for port in _ports(folder, component):
        while not is_free(port):
            if time.monotonic() < deadline:
                time.sleep(0.1)
                continue
            raise SimulationError(
                f"The simulated cluster's {component} needs port {port} of {LOOPBACK} again, which "
                f"{holder(port)} listens on now. End that process and run the same command again; "
                "or give the cluster up with `make down` and make a new one, on other ports, with "
                "`make up`."
            )


def _kwokctl(folder: Folder, *arguments: str) -> None:
    log = folder.root / "kwokctl.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [str(folder.tools / "kwokctl"), "--name", folder.name, *arguments],
            env=_environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # a Ctrl-C in the terminal is for us, not for the cluster
        )
        try:
            _watch(folder, process)
        except BaseException:
            process.kill()
            process.wait()
            raise
    if process.returncode:
        raise SimulationError(
            f"kwokctl {' '.join(arguments)} failed with status {process.returncode}. "
            f"Its log {log} ends with:{last_lines(log)}"
        )


def _environment(folder: Folder) -> dict[str, str]:
    """Return the environment without settings that would change what kwokctl makes."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("KWOK_")}
    path = f"{folder.tools}{os.pathsep}{inherited.get('PATH', os.defpath)}"
    return {**inherited, "KWOK_WORKDIR": str(folder.root), "PATH": path}


def _watch(folder: Folder, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while process.poll() is None:
        _demand_alive(folder, [name for name in CONTROL_PLANE if _pid_file(folder, name).exists()])
        if time.monotonic() > deadline:
            raise SimulationError(
                f"kwokctl didn't start the simulated cluster within {_PATIENCE:.0f} s. The API "
                f"server's log {folder.logs / 'kube-apiserver.log'} ends with:"
                f"{last_lines(folder.logs / 'kube-apiserver.log')}"
            )
        time.sleep(0.25)


def _pid_file(folder: Folder, component: str) -> Path:
    return folder.kwok / "pids" / f"{component}.pid"


def _demand_alive(folder: Folder, started: Sequence[str]) -> None:
    alive = running(folder)
    for name in started:
        if name not in alive:
            log = folder.logs / f"{name}.log"
            raise SimulationError(
                f"The simulated cluster's {name} ended right after its start. "
                f"Its log {log} ends with:{last_lines(log)}"
            )


def _wait_ready(folder: Folder) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not _ready_within(folder, 0.5):
        _demand_alive(folder, CONTROL_PLANE)
        if time.monotonic() > deadline:
            log = folder.logs / "kube-apiserver.log"
            raise SimulationError(
                f"The simulated cluster's API server isn't ready after {_PATIENCE:.0f} s. "
                f"Its log {log} ends with:{last_lines(log)}"
            )


def _ready_within(folder: Folder, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    with ApiServer(folder, api_port(folder)) as api:
        while not api.ready():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.1)
    return True

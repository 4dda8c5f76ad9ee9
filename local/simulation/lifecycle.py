"""Starting, stopping and looking at a simulated cluster.

A start is idempotent: it makes what is missing, restarts what has ended and does nothing where
nothing is amiss. A first start that was cut short is made anew, since nobody has its kubeconfig.
"""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from filelock import FileLock

from local.paths import checkout
from local.simulation import control_plane, definitions, nodes
from local.simulation.api import ApiServer
from local.simulation.failure import SimulationError
from local.simulation.folder import Folder
from local.simulation.machines import Machine, read, write
from local.simulation.processes import (
    CONTROL_PLANE,
    OPERATORS,
    end_all,
    operators_command,
    running,
)

Say = Callable[[str], None]


def start(
    folder: Folder,
    machines: tuple[Machine, ...] | None,
    tools: Callable[[], Path],
    crd_folders: Callable[[], Iterable[Path]],
    say: Say,
) -> str:
    """Bring the cluster to a running state with these machines, and return its kubeconfig.

    Args:
        folder: of the cluster.
        machines: of the cluster; None takes those of the last start.
        tools: finds or makes a folder with the control plane's executables.
        crd_folders: finds or makes the folders of custom resource definitions.
        say: takes sentences for the person who waits.

    Raises:
        SimulationError: it can't be had.
    """
    folder.root.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.lock):
        if folder.finished:
            wanted = machines or read(folder.machines.read_text())
            healed = control_plane.heal(folder, tools)
            if not folder.kubeconfig.exists():
                control_plane.write_kubeconfig(folder)
            if healed:
                say("Parts of the simulated cluster had stopped; they run again.")
            if not (_furnish(folder, wanted, crd_folders(), say) or healed):
                say("The simulated cluster is running; nothing to do.")
        elif machines is None:
            raise SimulationError(
                f"There is no simulated cluster in {folder.root} to start again. "
                "Give the document of its machines on standard input."
            )
        else:
            _create(folder, machines, tools(), crd_folders(), say)
        return folder.kubeconfig.read_text()


def stop(folder: Folder, *, keep_data: bool) -> None:
    """End every process of the cluster and, unless data is kept, remove its folder."""
    if not folder.root.parent.is_dir():
        end_all(folder)
        return
    with FileLock(folder.lock):
        end_all(folder, grace=5 if keep_data else 0)
        if not keep_data:
            _remove(folder.root)
            folder.lock.unlink(missing_ok=True)
    if not keep_data and not any(folder.root.parent.iterdir()):
        folder.root.parent.rmdir()


def status(folder: Folder) -> tuple[str, Mapping[str, str]]:
    """Return the cluster's state (running, degraded, stopped, absent) and each component's."""
    alive = running(folder)
    components = {
        name: f"running, process {alive[name][0].pid}" if name in alive else "stopped"
        for name in (*CONTROL_PLANE, OPERATORS)
    }
    present = sum(name in alive for name in components)
    if present == len(components):
        return "running", components
    if present:
        return "degraded", components
    return "stopped" if folder.finished else "absent", components


def _create(
    folder: Folder,
    machines: tuple[Machine, ...],
    tools: Path,
    crd_folders: Iterable[Path],
    say: Say,
) -> None:
    end_all(folder)
    _remove(folder.root)
    folder.root.mkdir(mode=0o700)
    say("Making a simulated cluster: a real control plane, nodes simulated by kwok.")
    try:
        control_plane.create(folder, tools)
        _furnish(folder, machines, crd_folders, say)
    except BaseException:
        end_all(folder)
        raise


def _furnish(
    folder: Folder, machines: tuple[Machine, ...], crd_folders: Iterable[Path], say: Say
) -> bool:
    """Give the API server its definitions, nodes and operators; tell whether any were missing."""
    with ApiServer(folder, control_plane.api_port(folder)) as api:
        defined = _define(folder, api, crd_folders, say)
        started = _start_operators(folder)
        changed = nodes.synchronise(api, machines)
        nodes.wait_ready(api, machines)
    _demand_operators(folder)
    fresh = folder.machines.with_suffix(".new")
    fresh.write_text(write(machines))
    fresh.replace(folder.machines)
    return defined or changed or started


def _define(folder: Folder, api: ApiServer, crd_folders: Iterable[Path], say: Say) -> bool:
    gathered = definitions.gather(crd_folders)
    applied = folder.applied_definitions
    if applied.exists() and applied.read_text() == gathered.digest:
        return False
    say(f"Custom resource definitions: {len(gathered.all)}; Ceph's: {gathered.ceph_source}.")
    definitions.apply(api, gathered.all)
    applied.write_text(gathered.digest)
    return True


def _start_operators(folder: Folder) -> bool:
    if OPERATORS in running(folder):
        return False
    with (folder.logs / "operators.log").open("ab") as log:
        subprocess.Popen(
            operators_command(sys.executable, folder),
            cwd=checkout(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    return True


def _demand_operators(folder: Folder) -> None:
    if OPERATORS not in running(folder):
        log = folder.logs / "operators.log"
        raise SimulationError(
            "The process that stands in for the absent operators ended right after its start. "
            f"Its log {log} ends with:{control_plane.last_lines(log)}"
        )


def _remove(root: Path) -> None:
    try:
        shutil.rmtree(root)
    except FileNotFoundError:
        pass
    except OSError as error:
        raise SimulationError(f"The folder {root} can't be removed: {error}.") from error

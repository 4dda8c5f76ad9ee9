"""How the laboratory's cluster comes to be: keys, monitors, manager, disks.

Owns what is done once for a cluster, or once for a disk. Doesn't own the daemons' later lives
(:mod:`tests.ceph.laboratory`). The order and the options are those of research/ceph-lab.md §1.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from tests.ceph import settings
from tests.ceph.administrator import Administrator, CephRefused, wait_until
from tests.ceph.blueprint import Disk
from tests.ceph.daemons import configuration
from tests.ceph.laboratory import MGR, Laboratory

_LONGEST: Final = 120


def bring_up(laboratory: Laboratory) -> None:
    """Start monitors, the manager and OSDs in an empty folder."""
    fsid, plan = uuid.uuid4(), laboratory.plan
    for name in ("keys", "log", "run"):
        (laboratory.folder / name).mkdir()
    mons = {name: settings.mon_address(name, plan.centres) for name in plan.mons}
    servers = {server.name: server.filesystem for server in laboratory.servers}
    configuration(laboratory.folder).write_text(
        settings.text(laboratory.folder, fsid, mons, servers, encrypted=plan.encrypted)
    )
    _make_mons(laboratory, fsid, mons)
    laboratory.start_mons(*plan.mons)
    wait_until("every monitor agrees", lambda: set(plan.mons) == _quorum(laboratory.admin))
    _key(laboratory, f"mgr.{MGR}", mon="allow profile mgr", osd="allow *", mds="allow *")
    _leave_groups_alone(laboratory.admin)
    for module in plan.modules:
        # Before the manager starts, which would start anew; without one Ceph knows no modules.
        laboratory.admin.mon("mgr module enable", module=module, force="--force")
    laboratory.start_mgr(plan.disks[0].centre)
    make_disks(laboratory, plan.disks)
    laboratory.start_osds(plan.disks)
    laboratory.wait_for_osds({disk.number for disk in plan.disks}, up=True)


def start_servers(laboratory: Laboratory) -> None:
    """Start the metadata servers: one for each filesystem first, which becomes the active one.

    A server that finds another filesystem without any would serve that instead of standing by.
    """
    for server in laboratory.servers:
        caps = {"mon": "allow profile mds", "osd": "allow *", "mds": "allow"}
        _key(laboratory, f"mds.{server.name}", **caps)
    firsts = {server.filesystem: server.name for server in reversed(laboratory.servers)}
    laboratory.start_servers(*firsts.values())
    wait_until(
        "every filesystem has an active server",
        lambda: all(
            {first: "up:active"} == laboratory.admin.servers(filesystem)
            for filesystem, first in firsts.items()
        ),
    )
    laboratory.start_servers(*{each.name for each in laboratory.servers} - {*firsts.values()})


def make_disks(laboratory: Laboratory, disks: Sequence[Disk]) -> None:
    """Make empty disks into OSDs that Ceph knows and that don't run yet."""
    making = []
    for disk in disks:
        name, unique = f"osd.{disk.number}", str(uuid.uuid4())
        _data(laboratory, disk).mkdir()
        key = _run(["ceph-authtool", "--gen-print-key"]).strip()
        _keyring(laboratory, name).write_text(f"[{name}]\n\tkey = {key}\n")
        secrets = {"cephx_secret": key, "crush_device_class": disk.device_class}
        laboratory.admin.mon("osd new", json.dumps(secrets), uuid=unique, id=disk.number)
        options = ("--mkfs", f"--osd-uuid={unique}")
        command = laboratory.command("osd", str(disk.number), *options)
        making.append(subprocess.Popen(command, stderr=subprocess.DEVNULL))
    ended = [process.wait(_LONGEST) for process in making]
    assert not any(ended), f"ceph-osd --mkfs ended with {ended}; see {laboratory.folder}/log"


def destroy_disk(laboratory: Laboratory, disk: Disk) -> None:
    """Lose a disk for good: its OSD, its bytes, and what Ceph knew of it."""
    laboratory.kill_osds([disk])
    shutil.rmtree(_data(laboratory, disk))
    laboratory.admin.mgr("osd purge", id=disk.number, yes_i_really_mean_it=True)


def _make_mons(laboratory: Laboratory, fsid: uuid.UUID, mons: Mapping[str, str]) -> None:
    ring, admin = _keyring(laboratory, "mon."), _keyring(laboratory, "client.admin")
    found = str(laboratory.folder / "monmap")
    make = ("ceph-authtool", "--create-keyring", "--gen-key")
    everything = [
        part for kind in ("mon", "mgr", "osd", "mds") for part in ("--cap", kind, "allow *")
    ]
    _run([*make, str(admin), "-n", "client.admin", *everything])
    _run([*make, str(ring), "-n", "mon.", "--cap", "mon", "allow *"])
    _run(["ceph-authtool", str(ring), "--import-keyring", str(admin)])
    members = [part for name, where in mons.items() for part in ("--addv", name, where)]
    _run(["monmaptool", "--create", "--fsid", str(fsid), *members, found])
    for name in mons:
        options = ("--mkfs", f"--monmap={found}", f"--keyring={ring}")
        _run(laboratory.command("mon", name, *options))


def _leave_groups_alone(admin: Administrator) -> None:
    """Switch the balancer off before the manager starts, so that only faults move copies.

    Each group that it moves lacks a copy for seconds, at a moment of its own choice (measured:
    acting on two OSDs of three for two seconds, all daemons up), which looks like a loss.
    """
    off = {"name": "mgr/balancer/active", "value": "false"}
    # The monitors learn a module's options from the first manager, hence by force.
    admin.mon("config set", who="mgr", **off, force=True)


def _quorum(admin: Administrator) -> set[str]:
    try:
        return admin.quorum()
    except CephRefused:
        return set()


def _key(laboratory: Laboratory, entity: str, **caps: str) -> None:
    """Make a daemon's key and its keyring."""
    pairs = [part for pair in caps.items() for part in pair]
    (made,) = laboratory.admin.mon("auth get-or-create", entity=entity, caps=pairs)
    _keyring(laboratory, entity).write_text(f"[{entity}]\n\tkey = {made['key']}\n")
    kind, _, identity = entity.partition(".")
    (laboratory.folder / f"{kind}-{identity}").mkdir()


def _keyring(laboratory: Laboratory, entity: str) -> Path:
    return laboratory.folder / "keys" / entity


def _data(laboratory: Laboratory, disk: Disk) -> Path:
    return laboratory.folder / f"osd-{disk.number}"


def _run(command: Sequence[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=_LONGEST, check=False)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}"
    return done.stdout

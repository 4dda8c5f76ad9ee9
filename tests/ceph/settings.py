"""The laboratory's addresses and ``ceph.conf``.

Owns both. Doesn't own who is started. Each data centre has a loopback address of its own
(127.0.1.1, 127.0.2.1, ...). Where a setting isn't Ceph's default, it makes faults seen sooner or
the laboratory smaller, never promises easier to keep (research/ceph-lab.md §1).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

_MON_PORT: Final = 13300
_DISK_BYTES: Final = 4 * 2**30

_GLOBAL: Final = {
    "auth_allow_insecure_global_id_reclaim": "false",
    "mon_data_avail_warn": "3",
    "mon_data_avail_crit": "1",
    "mgr_initial_modules": "",
    "mgr_stats_period": "2",
    "osd_pool_default_pg_autoscale_mode": "off",
    "osd_heartbeat_interval": "2",
    "osd_heartbeat_grace": "8",
    "osd_class_update_on_start": "false",
    "osd_memory_target": str(896 * 2**20),
    "bluestore_block_size": str(_DISK_BYTES),
    "bluestore_cache_autotune": "false",
    "bluestore_cache_size": str(64 * 2**20),
    # The plain osd_recovery_sleep doesn't switch the sleep for rotating disks off.
    "osd_recovery_sleep_hdd": "0",
    "osd_recovery_sleep_hybrid": "0",
    "osd_delete_sleep_hdd": "0",
    "osd_delete_sleep_hybrid": "0",
}
_ENCRYPTED: Final = {
    "ms_bind_msgr1": "false",
    "ms_cluster_mode": "secure",
    "ms_service_mode": "secure",
    "ms_client_mode": "secure",
}
"""What Rook sets for ``requireMsgr2`` and ``encryption``."""


def address(centre: str, centres: Sequence[str]) -> str:
    """The loopback address of a data centre."""
    return f"127.0.{1 + centres.index(centre)}.1"


def mon_address(centre: str, centres: Sequence[str]) -> str:
    """Where a data centre's monitor listens, as Ceph spells it: msgr2 only."""
    return f"[v2:{address(centre, centres)}:{_MON_PORT}]"


def text(
    folder: Path,
    fsid: uuid.UUID,
    mons: Mapping[str, str],
    servers: Mapping[str, str],
    *,
    encrypted: bool,
) -> str:
    """Write ``ceph.conf``; ``mons`` is name to address, ``servers`` is MDS to filesystem."""
    settings = {
        "fsid": str(fsid),
        "mon_host": ",".join(mons.values()),
        "keyring": f"{folder}/keys/$name",
        "run_dir": f"{folder}/run",
        "admin_socket": f"{folder}/run/$name.$pid.asok",
        "log_file": f"{folder}/log/$name.log",
        "crash_dir": f"{folder}/crash",
        **{f"{kind}_data": f"{folder}/$type-$id" for kind in ("mon", "mgr", "osd", "mds")},
        **_GLOBAL,
        **(_ENCRYPTED if encrypted else {}),
    }
    sections = {"global": settings, "mon": {"keyring": f"{folder}/$type-$id/keyring"}}
    # A client that is killed must leave nothing where daemons listen.
    sections["client"] = {"admin_socket": "", "log_file": f"{folder}/log/clients.log"}
    for name, filesystem in servers.items():
        sections[f"mds.{name}"] = {"mds_join_fs": filesystem}
    return "\n".join(
        f"[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in section.items())
        for name, section in sections.items()
    )

"""What Rook's operator does with the rendered manifests: rules, pools, filesystems, groups, keys.

Owns those commands, in Rook's order (research/rook.md §2.1, §5). Doesn't own any value: sizes,
roots, quotas and capabilities are the manifests'.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from tests.ceph.administrator import wait_until
from tests.ceph.birth import start_servers
from tests.ceph.blueprint import Filesystem, Pool

if TYPE_CHECKING:
    from tests.ceph.administrator import Administrator
    from tests.ceph.laboratory import Laboratory


def provide(laboratory: Laboratory) -> None:
    """Make everything that the manifests ask for, and wait until all of it serves."""
    admin = laboratory.admin
    for filesystem in laboratory.plan.filesystems:
        for pool in (filesystem.metadata, filesystem.data):
            _make_pool(admin, pool)
        _make_filesystem(admin, filesystem)
    start_servers(laboratory)
    laboratory.wait_until_whole()
    for group in laboratory.plan.groups:
        where = {"vol_name": group.filesystem, "group_name": group.name}
        admin.mgr("fs subvolumegroup create", **where)
        admin.mgr("fs subvolumegroup resize", **where, new_size=str(group.quota))
    for name, caps in laboratory.plan.clients.items():
        make_key(laboratory, name, caps)


def make_key(laboratory: Laboratory, client: str, caps: Mapping[str, str]) -> str:
    """Make a client's key with a CephClient's capabilities, and its keyring; returns the key."""
    pairs = [part for pair in caps.items() for part in pair]
    entity = f"client.{client}"
    (made,) = laboratory.admin.mon("auth get-or-create", entity=entity, caps=pairs)
    keyring(laboratory, client).write_text(f"[{entity}]\n\tkey = {made['key']}\n")
    return str(made["key"])


def keyring(laboratory: Laboratory, client: str) -> Path:
    """Where a client's key lies."""
    return laboratory.folder / "keys" / f"client.{client}"


def _make_pool(admin: Administrator, pool: Pool) -> None:
    # A rule of this name with another root would be kept, and reported as a success.
    assert pool.name not in admin.mon("osd crush rule ls"), f"a rule {pool.name} exists already"
    admin.mon(
        "osd crush rule create-replicated",
        name=pool.name,
        root=pool.root,
        type=pool.failure_domain,
        **{"class": pool.device_class},
    )
    admin.mon(
        "osd pool create",
        pool=pool.name,
        pool_type="replicated",
        pg_num=pool.pg_num,
        pgp_num=pool.pg_num,
        rule=pool.name,
        size=pool.size,
        autoscale_mode="off",
    )
    admin.mon("osd pool set", pool=pool.name, var="min_size", val=str(pool.min_size))


def _make_filesystem(admin: Administrator, filesystem: Filesystem) -> None:
    admin.mon(
        "fs new",
        fs_name=filesystem.name,
        metadata=filesystem.metadata.name,
        data=filesystem.data.name,
    )
    for variable, value in (("allow_standby_replay", "true"), ("standby_count_wanted", "0")):
        admin.mon("fs set", fs_name=filesystem.name, var=variable, val=value)
    wait_until(f"{filesystem.name} exists", lambda: _exists(admin, filesystem.name))


def _exists(admin: Administrator, name: str) -> bool:
    return name in {each["name"] for each in admin.mon("fs ls")}

"""The policies for what an institution has in its filesystem: its group, and the keys to it.

Owns the rules for CephFilesystemSubVolumeGroups and CephClients. Doesn't own the filesystem
(:mod:`components.guardrails.residency`), nor volumes (:mod:`components.guardrails.volumes`).
"""

from __future__ import annotations

from typing import Final

from components import naming
from components.guardrails.policy import (
    ARMED,
    DELETE,
    EACH_INSTITUTION,
    EDIT,
    IT,
    STORED,
    UNARMED,
    WRITES,
    Policy,
    Resources,
    Rule,
    text,
)
from components.guardrails.promises import CAPS

_GROUP: Final = ("CephFilesystemSubVolumeGroup",)
_KEY: Final = ("CephClient",)
_FORCED: Final = "object.metadata.?annotations[?'rook.io/force-deletion'].hasValue()"
_QUOTA: Final = "string(object.spec.?quota.orValue('0'))"
_IN_CEPH: Final = f"request.namespace == '{naming.CEPH_NAMESPACE}'"


def group_policy() -> Policy:
    """The policy for an institution's group: where it lies, how large it is, that it stays."""
    found = (
        "object.spec.filesystemName + ', ' + object.spec.?name.orValue(object.metadata.name)"
        " + ', ' + object.spec.?clusterID.orValue('')"
        " + ', ' + object.spec.?dataPoolName.orValue('')"
    )
    promised = (
        "params.data.filesystem + ', ' + params.data.group + ', ' + params.data.group"
        " + ', ' + params.data.pool"
    )
    return Policy(
        name="group",
        promise="a group of its own in its residency class, as large as its capacity",
        who=STORED,
        resources=(Resources("ceph.rook.io", ("cephfilesystemsubvolumegroups",)),),
        rules=(
            Rule(_GROUP, (DELETE,), ARMED, text(f"its group is not deleted; {UNARMED}")),
            Rule(
                _GROUP,
                WRITES,
                f"{found} == {promised}",
                f"'its group lies in (filesystem, group, cluster, pool) ' + {found} + ', and '"
                f" + {promised} + {text(f' was promised; {EDIT}')}",
            ),
            Rule(
                _GROUP,
                WRITES,
                f"isQuantity({_QUOTA}) && "
                f"quantity({_QUOTA}).compareTo(quantity(params.data.quota)) == 0",
                f"'its quota is ' + {_QUOTA} + ', and ' + params.data.quota"
                f" + {text(f' was promised; {EDIT}')}",
            ),
            Rule(
                _GROUP,
                WRITES,
                f"!{_FORCED} || {ARMED}",
                text(f"its group is not marked for deletion with all volumes; {UNARMED}"),
            ),
        ),
        about={
            "its-group": f"{_IN_CEPH} && params.data.group != '' && "
            f"{IT}.metadata.name == params.data.group",
        },
        parameters=EACH_INSTITUTION,
    )


_MDS: Final = "^allow rw? fsname=[^ ,]+ path=/volumes/[a-z0-9-]+$"
_OSD: Final = "^allow rw? tag cephfs data=[^ ,]+$"


def keys_policy() -> Policy:
    """The policy for keys: an institution's own are as promised, and no other opens its group."""
    powers = " + '; ' + ".join(
        f"'{part}: ' + object.spec.caps[?'{part}'].orValue('')" for part in CAPS
    )
    own = "('key.' + object.metadata.name) in params.data"
    mds, osd = (f"object.spec.caps[?'{part}'].orValue('')" for part in ("mds", "osd"))
    narrow = (
        f"({mds} == '' || ({mds}.matches({text(_MDS)}) && "
        f"!{mds}.endsWith('path=/volumes/' + params.data.group))) && "
        f"({osd} == '' || {osd}.matches({text(_OSD)}))"
    )
    return Policy(
        name="keys",
        promise="two keys to its group, one that only reads, and no other",
        who=STORED,
        resources=(Resources("ceph.rook.io", ("cephclients",)),),
        rules=(
            Rule(
                _KEY,
                (DELETE,),
                f"!(('key.' + oldObject.metadata.name) in params.data) || {ARMED}",
                f"'key ' + oldObject.metadata.name + {text(f' is not deleted; {UNARMED}')}",
            ),
            Rule(
                _KEY,
                WRITES,
                f"!({own}) || variables.powers == params.data['key.' + object.metadata.name]",
                "'key ' + object.metadata.name + ' would have ' + variables.powers + ', and '"
                " + params.data['key.' + object.metadata.name]"
                f" + {text(f' was promised; {EDIT}')}",
            ),
            Rule(
                _KEY,
                WRITES,
                f"{own} || ({narrow})",
                "'key ' + object.metadata.name + ' is none of its keys, and would reach its group "
                "with ' + variables.powers + '; name one group of your own in its path'",
            ),
        ),
        about={
            "holds-examinations": f"{_IN_CEPH} && params.data.group != ''",
            # Rook's own finalizers, and whatever else doesn't touch the promise.
            "a-change": "request.operation != 'UPDATE' || object.spec != oldObject.spec",
        },
        variables={"powers": powers},
        parameters=EACH_INSTITUTION,
    )

"""The policy for an institution's volumes: retained, its own, and claimed for as long as they are.

Owns the rules for StorageClasses, PersistentVolumes and claims. Doesn't own the group behind them
(:mod:`components.guardrails.repositories`).

Volumes that an administrator makes for a namespace that is no institution's, as a migration does
(docs/migration.md), are not judged.
"""

from __future__ import annotations

from typing import Final

from components import naming
from components.guardrails.policy import (
    ARMED,
    DELETE,
    EACH_INSTITUTION,
    EDIT,
    IN_INSTITUTIONS,
    LEAVING,
    STORED,
    UNARMED,
    UPDATE,
    WRITES,
    Policy,
    Resources,
    Rule,
    text,
)

_CLASS: Final = ("StorageClass",)
_VOLUME: Final = ("PersistentVolume",)
_CLAIM: Final = ("PersistentVolumeClaim",)
_NAMED: Final = "object.metadata.name == params.data.storageClass"
_PARAMETERS: Final = "object.?parameters.orValue({})"
_CSI: Final = "object.spec.?csi"
_MADE_OF: Final = f"{_CSI}.?volumeAttributes[?'clusterID'].orValue('')"
_ROOT: Final = f"{_CSI}.?volumeAttributes[?'rootPath']"
_KEY: Final = f"{_CSI}.?nodeStageSecretRef"

_OWN_CLASS: Final = Rule(
    _CLASS,
    WRITES,
    f"!({_NAMED}) || (object.provisioner == params.data.provisioner && "
    f"size({_PARAMETERS}) == size(variables.parameters) && "
    f"{_PARAMETERS}.all(k, (k + '=' + {_PARAMETERS}[k]) in variables.parameters))",
    "'storage class ' + object.metadata.name + ' makes volumes elsewhere or with another key than "
    f"promised' + {text(f'; {EDIT}')}",
)
_RETAINED_CLASS: Final = Rule(
    _CLASS,
    WRITES,
    "object.?reclaimPolicy.orValue('Delete') == 'Retain'",
    "'storage class ' + object.metadata.name + ' would delete a volume with its claim; "
    "its reclaimPolicy is Retain'",
)
_RETAINED_VOLUME: Final = Rule(
    _VOLUME,
    WRITES,
    "object.spec.?persistentVolumeReclaimPolicy.orValue('Retain') == 'Retain'",
    "'volume ' + object.metadata.name + ' would be deleted with its claim; "
    "its persistentVolumeReclaimPolicy is Retain'",
)
_OWN_GROUP: Final = (
    f"{_MADE_OF} == params.data.group && {_ROOT}.orValue(variables.root).startsWith(variables.root)"
)
_OWN_KEY: Final = (
    f"{_KEY}.?namespace.orValue('') == '{naming.CEPH_NAMESPACE}' && "
    f"{_KEY}.?name.orValue('') in variables.keys"
)
_OWN_VOLUME: Final = Rule(
    _VOLUME,
    WRITES,
    f"{_CSI}.?driver.orValue('') == params.data.provisioner && "
    f"(params.data.group == '' || ({_OWN_GROUP} && {_OWN_KEY}))",
    "'volume ' + object.metadata.name + ' for its namespace is not made of its own group, with one "
    "of its own keys'",
)
_CLAIMED: Final = Rule(
    _VOLUME,
    (UPDATE,),
    "oldObject.?status.?phase.orValue('') != 'Bound' || "
    "object.spec.?claimRef.?namespace.orValue('') == "
    "oldObject.spec.?claimRef.?namespace.orValue('')",
    "'volume ' + object.metadata.name + ' is bound, and is not taken from its claim'",
)
_KEPT_VOLUME: Final = Rule(
    _VOLUME,
    (DELETE,),
    f"oldObject.?status.?phase.orValue('') != 'Bound' || {ARMED}",
    f"'volume ' + oldObject.metadata.name + {text(f' is bound, and is not deleted; {UNARMED}')}",
)
_KEPT_CLAIM: Final = Rule(
    _CLAIM,
    (DELETE,),
    f"!(oldObject.metadata.name in params.data.claims.split('\\n')) || {ARMED} || {LEAVING}",
    f"'claim ' + oldObject.metadata.name + {text(f' is not deleted; {UNARMED}')}",
)
_OWN_CLAIM: Final = Rule(
    _CLAIM,
    WRITES,
    "object.spec.?storageClassName.orValue('') in ['', string(params.data.storageClass)]",
    "'claim ' + object.metadata.name + ' asks for storage class '"
    " + object.spec.?storageClassName.orValue('') + ', which is not its own; ask for '"
    " + params.data.storageClass",
)


def policy() -> Policy:
    """The policy for the classes, volumes and claims of each institution."""
    claimed = "{it}.spec.?claimRef.?namespace.orValue('') == params.data.namespace"
    volume = " || ".join(
        f"({it} != null && {claimed.format(it=it)})" for it in ("object", "oldObject")
    )
    made_of = "object.?parameters[?'clusterID'].orValue('') == params.data.group"
    cases = {
        "StorageClass": f"{_NAMED} || (params.data.group != '' && {made_of})",
        "PersistentVolume": volume,
        "PersistentVolumeClaim": "request.namespace == params.data.namespace",
    }
    return Policy(
        name="volumes",
        promise="no examination goes with a volume, and no volume is another's",
        who=STORED,
        resources=(
            Resources("storage.k8s.io", ("storageclasses",), WRITES),
            Resources("", ("persistentvolumes", "persistentvolumeclaims")),
        ),
        rules=(
            _OWN_CLASS,
            _RETAINED_CLASS,
            _RETAINED_VOLUME,
            _OWN_VOLUME,
            _CLAIMED,
            _KEPT_VOLUME,
            _KEPT_CLAIM,
            _OWN_CLAIM,
        ),
        about={
            "its-own": " || ".join(
                f"(request.kind.kind == '{kind}' && ({case}))" for kind, case in cases.items()
            ),
        },
        variables={
            "root": "'/volumes/' + params.data.group + '/'",
            "parameters": "params.data.parameters.split('\\n')",
            "keys": "params.data.filter(k, k.startsWith('key.'))"
            f".map(k, '{naming.client_secret('')}' + k.substring(4))",
        },
        parameters=EACH_INSTITUTION,
        selector=IN_INSTITUTIONS,
    )

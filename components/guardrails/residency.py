"""The policy that keeps filesystems where they were promised, with the copies that were promised.

Owns the rules for CephFilesystems and the CephCluster. Doesn't own what was promised, nor what an
institution has in a filesystem (:mod:`components.guardrails.repositories`).
"""

from __future__ import annotations

from typing import Final

from components import naming
from components.guardrails.policy import (
    ARMED,
    DELETE,
    EDIT,
    IT,
    UNARMED,
    WRITES,
    Policy,
    Resources,
    Rule,
    text,
)
from components.guardrails.promises import CLASSES, NAMESPACE

_FILESYSTEM: Final = ("CephFilesystem",)
_CLUSTER: Final = ("CephCluster",)
_TERMS: Final = (
    "object.spec.?metadataServer.?placement.?nodeAffinity"
    ".?requiredDuringSchedulingIgnoredDuringExecution.?nodeSelectorTerms.orValue([])"
)
_METADATA: Final = "variables.name + '-metadata'"
_DATA: Final = "variables.name + '-' + d.?name.orValue('')"
_INSIDE: Final = (
    f"e.key == '{naming.DATA_CENTRE_LABEL}' && e.operator == 'In' && "
    "e.?values.orValue([]) == [variables.boundary]"
)


def _pool(name: str, pool: str) -> str:
    """Describe a pool in CEL, with the words of :func:`components.guardrails.promises.place`."""
    copies = f"{pool}.?replicated"
    data, coding = (
        f"int({pool}.?erasureCoded.?{kind}.orValue(0))" for kind in ("dataChunks", "codingChunks")
    )
    place = (
        f"'below ' + {pool}.?crushRoot.orValue('default')"
        f" + ', spread over ' + {pool}.?failureDomain.orValue('host')"
        f" + ' and ' + {copies}.?subFailureDomain.orValue('none')"
        f" + ', ' + string({copies}.?replicasPerFailureDomain.orValue(1)) + ' in each, on '"
        f" + {pool}.?deviceClass.orValue('any device')"
        f" + ', ' + string({data}) + '+' + string({coding}) + ' chunks'"
    )
    size = f"string(int({copies}.?size.orValue(0)) + {data} + {coding})"
    minimum = f"string({pool}.?parameters.?min_size.orValue('0'))"
    return f"{{'name': {name}, 'size': {size}, 'minSize': {minimum}, 'place': {place}}}"


def _each(holds: str, found: str) -> Rule:
    """Judge every pool ``p``; ``found`` says in CEL what one is that doesn't pass."""
    broken = f"variables.pools.filter(p, !({holds})).map(p, {found}).join('; ')"
    return Rule(
        _FILESYSTEM,
        WRITES,
        f"variables.pools.all(p, {holds})",
        f"{broken} + {text(f'; {EDIT}')}",
    )


def _at_least(field: str, word: str) -> Rule:
    promised = f"params.data[?(p.name + '.{field}')].orValue('')"
    return _each(
        f"{promised} != '' && int(p.{field}) >= int({promised})",
        f"'pool ' + p.name + ' has {word} ' + p.{field} + ', and at least ' + {promised}"
        " + ' was promised'",
    )


_PLACED: Final = "params.data[?(p.name + '.place')].orValue('')"
_RULES: Final = (
    Rule(
        _FILESYSTEM,
        (DELETE,),
        ARMED,
        f"'filesystem ' + variables.name + {text(f' is not deleted; {UNARMED}')}",
    ),
    Rule(
        _FILESYSTEM,
        WRITES,
        "object.spec.dataPools.map(p, p.?name.orValue('')).join(',') == "
        "params.data[variables.name + '.pools']",
        f"'the data pools of ' + variables.name + ' are to be '"
        f" + params.data[variables.name + '.pools'] + {text(f'; {EDIT}')}",
    ),
    _each(
        f"p.place == {_PLACED}",
        f"'pool ' + p.name + ' lies ' + p.place + ', and ' + {_PLACED} + ' was promised'",
    ),
    _at_least("size", "size"),
    _at_least("minSize", "min_size"),
    Rule(
        _FILESYSTEM,
        WRITES,
        f"variables.boundary == '' || (size({_TERMS}) > 0 && {_TERMS}.all(t, "
        f"t.?matchExpressions.orValue([]).exists(e, {_INSIDE})))",
        "'the metadata servers of ' + variables.name + ' may run outside data centre '"
        f" + variables.boundary + {text(f'; {EDIT}')}",
    ),
    Rule(
        _FILESYSTEM,
        WRITES,
        f"object.spec.?preserveFilesystemOnDelete.orValue(false) || {ARMED}",
        "'preserveFilesystemOnDelete of ' + variables.name + ' is not taken away; '"
        f" + {text(UNARMED)}",
    ),
    Rule(_CLUSTER, (DELETE,), ARMED, text(f"the CephCluster isn't deleted; {UNARMED}")),
    Rule(
        _CLUSTER,
        WRITES,
        f"object.spec.?cleanupPolicy.?confirmation.orValue('') == '' || {ARMED}",
        text(f"its disks aren't given to be wiped; {UNARMED}"),
    ),
)


def policy() -> Policy:
    """The policy; it doesn't judge filesystems that are no residency class in use."""
    name = f"{IT}.metadata.name"
    return Policy(
        name="residency",
        promise="every copy in its place, and no fewer of them",
        who="variables.who",
        resources=(Resources("ceph.rook.io", ("cephfilesystems", "cephclusters")),),
        rules=_RULES,
        about={
            "a-class-in-use": f"request.kind.kind == 'CephCluster' || {name} + '.pools' in "
            "params.data",
            # Rook's own finalizers, and whatever else doesn't touch the promise.
            "a-change": "request.operation != 'UPDATE' || object.spec != oldObject.spec",
        },
        variables={
            "name": name,
            "who": "request.kind.kind == 'CephCluster' ? 'every institution' : "
            "params.data[variables.name + '.institutions'] + ' ('"
            " + params.data[variables.name + '.words'] + ')'",
            "boundary": "params.data[variables.name + '.boundary']",
            "pools": f"[{_pool(_METADATA, 'object.spec.metadataPool')}]"
            f" + object.spec.dataPools.map(d, {_pool(_DATA, 'd')})",
        },
        parameters={
            "name": CLASSES,
            "namespace": NAMESPACE,
            "parameterNotFoundAction": "Deny",
        },
    )

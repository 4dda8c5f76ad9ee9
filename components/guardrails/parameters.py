"""The policy that guards the promises themselves.

Owns the rules for the parameter objects. Doesn't own policies and bindings: Kubernetes asks no
policy about those
(https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/), so only RBAC
keeps people off them (:mod:`components.guardrails.roles`).
"""

from __future__ import annotations

from typing import Final

from components.guardrails.policy import (
    ALL,
    DELETE,
    EDIT,
    IT,
    UNARMED,
    UPDATE,
    Policy,
    Resources,
    Rule,
    text,
)
from components.guardrails.promises import NAMESPACE, PROMISE_LABEL

GROUP: Final = "guardrails.imaging"
RESOURCE: Final = "promises"
CHANGE: Final = "change"
"""What RBAC must allow, on a resource that is nothing else than this permission: so the right to
change ConfigMaps, which Kubernetes' own role ``edit`` has, isn't enough."""
_KIND: Final = ("ConfigMap",)
_LABEL: Final = f"metadata.?labels[?'{PROMISE_LABEL}'].orValue('')"


def policy() -> Policy:
    """The policy for the parameter objects of all others."""
    may = (
        f"authorizer.group('{GROUP}').resource('{RESOURCE}').name(variables.name).check('{CHANGE}')"
    )
    return Policy(
        name="promises",
        promise="what was promised is changed by an update of its stack, by nobody else",
        who="variables.who",
        resources=(Resources("", ("configmaps",), ALL, ("v1",)),),
        rules=(
            Rule(
                _KIND,
                ALL,
                f"{may}.allowed()",
                f"'you may not change promise ' + variables.name + {text(f'; {EDIT}')}",
            ),
            Rule(
                _KIND,
                (DELETE,),
                "oldObject.data.armed == 'true'",
                f"'promise ' + variables.name + {text(f' is not deleted; {UNARMED}')}",
            ),
            Rule(
                _KIND,
                (UPDATE,),
                f"object.{_LABEL} == oldObject.{_LABEL} && "
                "object.?data[?'institution'].orValue('') == "
                "oldObject.?data[?'institution'].orValue('')",
                f"'promise ' + variables.name + {text(f' stays a promise to the same; {EDIT}')}",
            ),
        ),
        variables={
            "name": f"{IT}.metadata.name",
            # As it was: an edit may be about just that.
            "who": "(request.operation == 'CREATE' ? object : oldObject)"
            ".?data[?'institution'].orValue('every institution')",
        },
        selector={
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": NAMESPACE}},
            "objectSelector": {"matchExpressions": [{"key": PROMISE_LABEL, "operator": "Exists"}]},
        },
    )

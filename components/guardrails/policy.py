"""A ValidatingAdmissionPolicy and its binding, from the rules that it holds.

Owns their form, and what all policies have in common. Doesn't own any rule, nor the parameters
(:mod:`components.guardrails.promises`).

Expressions are CEL as Kubernetes 1.30 and later evaluate it
(https://kubernetes.io/docs/reference/using-api/cel/). A field that may be absent is read with
``.?``, so that no object makes an expression fail: an expression that fails refuses the request,
without its message.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from components import naming
from components.guardrails.promises import INSTITUTIONS, NAMESPACE, PROMISE_LABEL
from components.manifests import Manifest

_API: Final = "admissionregistration.k8s.io/v1"
CREATE: Final = "CREATE"
UPDATE: Final = "UPDATE"
DELETE: Final = "DELETE"
WRITES: Final = (CREATE, UPDATE)
ALL: Final = (*WRITES, DELETE)

IT: Final = "(request.operation == 'DELETE' ? oldObject : object)"
"""The object that a request is about, in CEL."""
ARMED: Final = "params.data.armed == 'true'"
"""Whether the stack of the promise is armed, in CEL: the second key to a destruction."""
LEAVING: Final = "namespaceObject.metadata.?deletionTimestamp.hasValue()"
"""Whether an object's namespace is being deleted with all that is in it, in CEL."""
UNARMED: Final = (
    "it takes imaging:armDestroy in the stack's file and an update first (docs/destruction.md)"
)
"""What to do where something isn't armed."""
EDIT: Final = "change the stack's file and update the stack, not the cluster"
"""What to do where an object isn't as promised."""


@dataclass(frozen=True)
class Rule:
    """What must hold of an object, or else the request is refused.

    Attributes:
        kinds: the kinds of object that it judges.
        on: the operations that it judges.
        holds: what must hold, in CEL.
        broken: what is said otherwise after whose promise it breaks: what was found, and what to
            do; a CEL expression of a text without line breaks, which Kubernetes refuses.
    """

    kinds: tuple[str, ...]
    on: tuple[str, ...]
    holds: str
    broken: str


@dataclass(frozen=True)
class Resources:
    """Resources of one API group, as a policy matches them."""

    group: str
    names: tuple[str, ...]
    operations: tuple[str, ...] = ALL
    versions: tuple[str, ...] = ("*",)


@dataclass(frozen=True)
class Policy:
    """One promise, or one part of it, and how the API server holds it.

    Attributes:
        name: of the policy and its binding, without the project's prefix.
        promise: what it holds, in words.
        who: whose promise it is, a CEL expression of a text.
        resources: what it looks at.
        rules: what must hold.
        about: which of these requests it judges, by name, in CEL without variables.
        variables: what rules have in common, in CEL, by name; a later one may use an earlier one.
        parameters: the reference to its parameter objects, or None for a rule without any.
        selector: the objects or namespaces that it looks at, as fields of a ``matchResources``.
    """

    name: str
    promise: str
    who: str
    resources: tuple[Resources, ...]
    rules: tuple[Rule, ...]
    about: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, Any] | None = None
    selector: Mapping[str, Any] = field(default_factory=dict)


INSTITUTION: Final = "params.data.institution"
"""Whose promise a parameter object is, in CEL."""
STORED: Final = f"{INSTITUTION} + ' (' + params.data.words + ')'"
"""The same, and how its examinations are stored."""
EACH_INSTITUTION: Final[Mapping[str, Any]] = {
    "namespace": NAMESPACE,
    "selector": {"matchLabels": {PROMISE_LABEL: INSTITUTIONS}},
    # Before the first institution is there, nothing is promised to any.
    "parameterNotFoundAction": "Allow",
}
"""Judges a request once for the promise of each institution; ``about`` picks the one it concerns.

So one binding serves all of them, and an institution brings nothing but its promise.
"""
IN_INSTITUTIONS: Final[Mapping[str, Any]] = {
    "namespaceSelector": {
        "matchExpressions": [{"key": naming.INSTITUTION_LABEL, "operator": "Exists"}]
    }
}
"""Looks at institutions' namespaces only, and at what lies in no namespace."""


def manifests(policy: Policy) -> tuple[Manifest, Manifest]:
    """Build the policy, and the binding that makes it refuse.

    A policy with parameters doesn't judge dry runs: a preview shows a new promise and the objects
    that follow from it at a time, while the API server still has the old promise.
    """
    spec: dict[str, Any] = {
        "failurePolicy": "Fail",
        "matchConstraints": {
            "resourceRules": [_resources(each) for each in policy.resources],
            **policy.selector,
        },
        "matchConditions": [
            {"name": name, "expression": expression}
            for name, expression in {**_real(policy), **policy.about}.items()
        ],
        "variables": [
            {"name": name, "expression": expression}
            for name, expression in policy.variables.items()
        ],
        "validations": [_validation(policy, rule) for rule in policy.rules],
    }
    binding: dict[str, Any] = {"policyName": _name(policy), "validationActions": ["Deny"]}
    if policy.parameters is not None:
        spec["paramKind"] = {"apiVersion": "v1", "kind": "ConfigMap"}
        binding["paramRef"] = dict(policy.parameters)
    filled = {key: value for key, value in spec.items() if value}
    return (
        _object(policy, "ValidatingAdmissionPolicy", filled),
        _object(policy, "ValidatingAdmissionPolicyBinding", binding),
    )


def text(words: str) -> str:
    """A CEL literal of a text."""
    return "'" + words.replace("\\", "\\\\").replace("'", "\\'") + "'"


def names(values: Sequence[str]) -> str:
    """A CEL list of texts."""
    return "[" + ", ".join(text(each) for each in values) + "]"


def _real(policy: Policy) -> dict[str, str]:
    return {} if policy.parameters is None else {"no-dry-run": "!(request.?dryRun.orValue(false))"}


def _resources(found: Resources) -> dict[str, Any]:
    return {
        "apiGroups": [found.group],
        "apiVersions": list(found.versions),
        "operations": list(found.operations),
        "resources": list(found.names),
    }


def _validation(policy: Policy, rule: Rule) -> dict[str, str]:
    promised = f" was promised: {policy.promise}. "
    judged = f"request.kind.kind in {names(rule.kinds)} && request.operation in {names(rule.on)}"
    return {
        "expression": f"!({judged}) || ({rule.holds})",
        # Said where the expression below it fails.
        "message": f"this breaks a promise: {policy.promise}",
        "messageExpression": f"{policy.who} + {text(promised)} + {rule.broken}",
    }


def _name(policy: Policy) -> str:
    return f"imaging-{policy.name}"


def _object(policy: Policy, kind: str, spec: Mapping[str, Any]) -> Manifest:
    metadata = {"name": _name(policy), "annotations": {"imaging/promise": policy.promise}}
    return {"apiVersion": _API, "kind": kind, "metadata": metadata, "spec": dict(spec)}

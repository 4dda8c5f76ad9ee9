"""The rules of secrets, accounts and rights in the Kubernetes API.

Owns the judgement of what must stay hidden, and of who may do what in the API. Doesn't own who may
read a repository (:mod:`access.gateway`, :mod:`access.storage`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from xml.etree import ElementTree as ET

from access.places import PLATFORM
from judging.kinds import (
    ADMISSION_BINDING,
    ADMISSION_POLICY,
    BINDINGS,
    CONFIG_MAP,
    RELEASE,
    ROLES,
    SECRET,
    SERVICE_ACCOUNT,
    WORKLOADS,
)
from judging.pods import containers, pod_spec
from judging.rule import Rule
from judging.subject import Resource

_BCRYPT: Final = re.compile(r"\$2[aby]\$(?:1[0-9]|2[0-9]|3[01])\$[./A-Za-z0-9]{53}")
_PRIVATE: Final = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|(?i:\b(password|passwd|secret_key|api_token)\b\s*[:=]\s*\S)"
)
_HIDDEN: Final = re.compile(r"(?i)(password|passwd|secret|token|private_?key|credential)")
_HARMLESS: Final = re.compile(r"(?i)(secretname|existingsecret|secretref|automount|namespace)")
_TOO_MUCH: Final = frozenset({"*", "escalate", "bind", "impersonate"})
_INSIDE: Final = frozenset(
    {"pods/exec", "pods/attach", "pods/ephemeralcontainers", "pods/portforward", "nodes/proxy"}
)
_SHELLS: Final = frozenset({"imaging:operators"})
"""The one role whose holders may open a shell in any pod: runbooks need it, and who holds it is
the identity provider's to say. Its holders can read every institution's examinations."""
_READS: Final = frozenset({"get", "list", "watch"})
_EVERYBODY: Final = frozenset(
    {
        "system:anonymous",
        "system:unauthenticated",
        "system:authenticated",
        "system:serviceaccounts",
        "system:masters",
    }
)


def _marked(resource: Resource) -> Iterator[str]:
    if resource.kind == SECRET:
        for key in ("data", "stringData"):
            if key in resource.props and not _is_marked(resource, key):
                yield f"{key} isn't marked as secret, so that state and previews show it"
        return
    for key in resource.props.get("data") or {}:
        if _PRIVATE.search(str(resource.props["data"][key])):
            yield f"data.{key} holds a password or a private key, and it is a ConfigMap"


def _is_marked(resource: Resource, key: str) -> bool:
    """Whether a property is a secret as a whole, or each of its values is."""
    if key in resource.secrets:
        return True
    return all(f"{key}.{name}" in resource.secrets for name in resource.props[key])


def _no_literals(resource: Resource) -> Iterator[str]:
    for name, container in containers(pod_spec(resource)):
        for variable in container.get("env") or ():
            if _HIDDEN.search(str(variable["name"])) and variable.get("valueFrom") is None:
                yield f"container {name}: {variable['name']} stands in the clear; take a Secret"
        for key in ("command", "args"):
            for word in container.get(key) or ():
                if _PRIVATE.search(str(word)):
                    yield f"container {name}: its {key} holds a password or a private key"


def _accounts(resource: Resource) -> Iterator[str]:
    if resource.kind == RELEASE:
        yield from _defaults(resource.props.get("values") or {}, "values")
        return
    texts = {**(resource.props.get("stringData") or {})}
    if "users.xml" not in texts:
        if resource.metadata["name"] == "accounts":
            yield "without users.xml Dicoogle makes an administrator whose password is known"
        return
    for user in ET.fromstring(str(texts["users.xml"])).iter("user"):  # noqa: S314 - our own stack's
        if not _BCRYPT.fullmatch(user.get("hash", "")):
            yield f"the account {user.get('username')} has no bcrypt hash of cost 10 or more"
        if user.get("admin") != "false":
            yield f"the account {user.get('username')} is an administrator; settings are deployed"


def _defaults(values: Mapping[str, Any], path: str) -> Iterator[str]:
    """Passwords in a chart's values, which its objects then hold in the clear."""
    for key in values:
        value, where = values[key], f"{path}.{key}"
        if isinstance(value, Mapping):
            yield from _defaults(value, where)
        elif isinstance(value, str) and _HIDDEN.search(key) and not _HARMLESS.search(key) and value:
            yield f"{where} is a password in a stack's code"
        elif key == "org_role" and value != "Viewer":
            yield f"{where} is {value}: whoever opens Grafana may change it"


def _narrow(resource: Resource) -> Iterator[str]:
    metadata = resource.metadata
    shells = metadata.get("namespace") in PLATFORM or metadata["name"] in _SHELLS
    for index, rule in enumerate(resource.props["rules"]):
        verbs, resources = set(rule["verbs"]), set(rule.get("resources") or ())
        groups = set() if rule.get("nonResourceURLs") else set(rule["apiGroups"])
        where = f"rules[{index}]"
        if verbs & _TOO_MUCH:
            yield f"{where} may {', '.join(sorted(verbs & _TOO_MUCH))}"
        if "*" in groups or ("*" in resources and ("" in groups or not verbs <= _READS)):
            yield f"{where} reaches everything of {', '.join(sorted(groups)) or 'the core group'}"
        if resources & _INSIDE and not shells:
            inside = ", ".join(sorted(resources & _INSIDE))
            yield f"{where} reaches into every institution's pods by {inside}, whoever owns them"
        if "secrets" in resources and verbs & _READS and not rule.get("resourceNames"):
            yield f"{where} reads every Secret; name those that it needs in resourceNames"
        if rule.get("nonResourceURLs") and "*" in set(rule["nonResourceURLs"]):
            yield f"{where} reaches every URL of the API server"


def _bound(resource: Resource) -> Iterator[str]:
    if resource.props["roleRef"]["name"] in ("cluster-admin", "admin", "edit"):
        yield f"it gives the built-in role {resource.props['roleRef']['name']}; write a narrow one"
    for subject in resource.props.get("subjects") or ():
        name = str(subject["name"])
        if name in _EVERYBODY or name.startswith("system:serviceaccounts"):
            yield f"it gives rights to {name}, which is everybody"


def _tokenless(resource: Resource) -> Iterator[str]:
    holder = resource.props if resource.kind == SERVICE_ACCOUNT else pod_spec(resource)
    if holder.get("automountServiceAccountToken") is not False:
        yield "it carries a token of the API server: say automountServiceAccountToken: false"


def _refuses(resource: Resource) -> Iterator[str]:
    spec = resource.spec
    if resource.kind == ADMISSION_POLICY:
        if spec.get("failurePolicy", "Fail") != "Fail":
            yield "it lets through what it fails to judge: failurePolicy: Fail"
    elif "Deny" not in list(spec["validationActions"]):
        yield "it only warns: validationActions must have Deny"


RULES: Final = (
    Rule(
        "secrets-are-secret",
        "What must stay hidden is marked as secret, and stands in no ConfigMap.",
        "Pass it as a Pulumi secret to a Secret.",
        frozenset({SECRET, CONFIG_MAP}),
        _marked,
    ),
    Rule(
        "no-secret-in-a-pod",
        "No pod's spec holds a password.",
        "Take it from a Secret with valueFrom.",
        WORKLOADS,
        _no_literals,
    ),
    Rule(
        "no-default-credentials",
        "Nobody logs in with what everybody knows.",
        "Store bcrypt hashes in imaging:users; leave passwords out of a chart's values.",
        frozenset({SECRET, RELEASE}),
        _accounts,
    ),
    Rule(
        "roles-are-narrow",
        "A role names what it may do, and doesn't read every Secret.",
        "List verbs, groups and resources.",
        ROLES,
        _narrow,
    ),
    Rule(
        "roles-are-given-to-somebody",
        "Rights are given to a named role or account, and none gives everything.",
        "Name a group of your identity provider, or one service account.",
        BINDINGS,
        _bound,
    ),
    Rule(
        "no-token-is-mounted",
        "No pod of ours can speak to the API server.",
        "Say automountServiceAccountToken: false.",
        WORKLOADS | {SERVICE_ACCOUNT},
        _tokenless,
    ),
    Rule(
        "admission-refuses",
        "What admission judges, it refuses.",
        "Say failurePolicy: Fail, and validationActions: [Deny].",
        frozenset({ADMISSION_POLICY, ADMISSION_BINDING}),
        _refuses,
    ),
)

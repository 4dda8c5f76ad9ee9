"""The cases of the pack ``access``: places, keys, mounts, secrets and rights.

Owns what each of its rules must refuse. Doesn't own how it is asked. The stack files that it is
asked with give production a domain, and aveiro networks (:mod:`tests.policy_cases.checkout`).
"""

from __future__ import annotations

from typing import Final

from tests.policy_cases.case import REMOVED, Case, Fail, made

_READERS: Final = "production.aveiro StatefulSet/statefulset-readers"
_INGEST: Final = "production.aveiro StatefulSet/statefulset-ingest"
_READER_KEY: Final = "production.aveiro CephClient/cephclient-aveiro-reader"
_ACCOUNTS: Final = "production.aveiro Secret/secret-accounts"
_CONTAINER: Final = "spec|template|spec|containers|0"
_PEM: Final = "-----BEGIN EC PRIVATE KEY-----"
_HASH: Final = "$2b$12$" + "a" * 53
_NO_HASH: Final = '<Users><user username="a" hash="dic" admin="false"/></Users>'
_ADMINISTRATOR: Final = f'<Users><user username="a" hash="{_HASH}" admin="true"/></Users>'
_ROLE: Final = made(
    "production",
    "rbac.authorization.k8s.io/v1:ClusterRole",
    {
        "metadata": {"name": "imaging:look"},
        "rules": [{"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["get"]}],
    },
)
_BINDING: Final = made(
    "production.aveiro",
    "rbac.authorization.k8s.io/v1:RoleBinding",
    {
        "metadata": {"name": "staff", "namespace": "aveiro"},
        "roleRef": {"kind": "ClusterRole", "name": "imaging:staff"},
        "subjects": [{"kind": "Group", "name": "imaging:aveiro:staff"}],
    },
)
_ADMISSION: Final = made(
    "production",
    "admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy",
    {"metadata": {"name": "pods"}, "spec": {"failurePolicy": "Fail"}},
)
_ADMITTED: Final = made(
    "production",
    "admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding",
    {"metadata": {"name": "pods"}, "spec": {"validationActions": ["Deny"]}},
)


CASES: Final = (
    Case(
        "objects-stay-at-home",
        _READERS,
        (
            Fail("its namespace is evora", {"metadata|namespace": "evora"}),
            Fail("no such kind into rook-ceph", {"metadata|namespace": "rook-ceph"}),
            Fail("says evora", {"metadata|labels|imaging/institution": "evora"}),
            Fail("the provider's default", {"metadata|namespace": REMOVED}),
            Fail("whose stack alone may", stack="production"),
        ),
        "metadata|namespace",
    ),
    Case(
        "objects-stay-at-home",
        "production.aveiro StorageClass/storageclass-imaging-aveiro",
        (Fail("doesn't say whose it is", {"metadata|name": "standard"}),),
        "metadata|name",
    ),
    Case(
        "objects-stay-at-home",
        "production.aveiro Namespace/namespace-aveiro",
        (Fail("which alone is its own", {"metadata|name": "aveiro-2"}),),
        "metadata|name",
    ),
    Case(
        "objects-stay-at-home",
        "production Certificate/certificate-imaging-authority",
        (
            Fail("its namespace is default", {"metadata|namespace": "default"}),
            Fail("the provider's default", {"metadata|namespace": REMOVED}),
        ),
        "metadata|namespace",
    ),
    Case(
        "no-foreign-names",
        _READERS,
        (
            Fail("names braga", {f"{_CONTAINER}|env|0|value": "http://ingest.braga.svc"}),
            Fail("names evora", {"spec|selector|matchLabels|imaging/institution": "evora"}),
            Fail("names evora", {"spec|template|spec|volumes|3|secret|secretName": "evora"}),
        ),
        "spec|template|spec|volumes|3|secret|secretName",
    ),
    Case(
        "keys-open-one-repository",
        _READER_KEY,
        (
            Fail("on the osd", {"spec|caps|osd": "allow rw tag cephfs data=every-x3-c10181"}),
            Fail("on the mds", {"spec|caps|mds": "allow r fsname=every-x3-c10181"}),
            Fail("on the mds", {"spec|caps|mds": "allow r fsname=every-x3-c10181 path=/volumes/b"}),
            Fail("on the mon", {"spec|caps|mon": "allow *"}),
            Fail("on the mgr", {"spec|caps|mgr": "allow *"}),
            Fail("is neither", {"metadata|name": "admin"}),
            Fail("reads no examinations", stack="production"),
        ),
        "spec|caps|mds",
    ),
    Case(
        "readers-never-write",
        _READERS,
        (
            Fail(
                "isn't readOnly",
                {"spec|template|spec|volumes|0|persistentVolumeClaim|readOnly": False},
            ),
            Fail("without readOnly: true", {f"{_CONTAINER}|volumeMounts|0|readOnly": False}),
            Fail(
                "which only ingest may",
                {"spec|template|spec|volumes|0|persistentVolumeClaim|claimName": "images"},
            ),
            Fail(
                "no claim of a repository's",
                {"spec|template|spec|volumes|0|persistentVolumeClaim|claimName": "other"},
            ),
            Fail("around claims", {"spec|template|spec|volumes|0|csi": {"driver": "x"}}),
        ),
        f"{_CONTAINER}|volumeMounts|0|readOnly",
    ),
    Case(
        "readers-never-write",
        _INGEST,
        (Fail("two who write", {"spec|replicas": 2}),),
        "spec|replicas",
    ),
    Case(
        "secrets-are-secret",
        _ACCOUNTS,
        (Fail("isn't marked as secret", {"stringData": {"users.xml": "<Users />"}}),),
        "",
    ),
    Case(
        "secrets-are-secret",
        "production.aveiro ConfigMap/configmap-reconciliation",
        (
            Fail("a password or a private key", {"data|key.pem": _PEM}),
            Fail("a password or a private key", {"data|settings": "password: 12345"}),
        ),
        "data|reconcile.sh",
    ),
    Case(
        "no-secret-in-a-pod",
        _READERS,
        (
            Fail(
                "stands in the clear", {f"{_CONTAINER}|env|0": {"name": "PASSWORD", "value": "x"}}
            ),
            Fail("its command holds", {f"{_CONTAINER}|command|3": "password=abc"}),
        ),
        f"{_CONTAINER}|command",
    ),
    Case(
        "no-default-credentials",
        _ACCOUNTS,
        (
            Fail("whose password is known", {"stringData": {}}),
            Fail("no bcrypt hash", {"stringData": {"users.xml": _NO_HASH}}),
            Fail("is an administrator", {"stringData": {"users.xml": _ADMINISTRATOR}}),
        ),
        "stringData",
    ),
    Case(
        "no-default-credentials",
        "production Release/kube-prometheus-stack",
        (
            Fail("values.grafana.adminPassword", {"values|grafana|adminPassword": "prom-operator"}),
            Fail(
                "may change it",
                {"values|grafana|grafana.ini|auth.anonymous|org_role": "Admin"},
            ),
        ),
        "values|grafana|grafana.ini|auth.anonymous|org_role",
    ),
    Case(
        "roles-are-narrow",
        _ROLE,
        (
            Fail("may *", {"rules|0|verbs": ["*"]}),
            Fail("may escalate", {"rules|0|verbs": ["escalate"]}),
            Fail(
                "everything of apps",
                {"rules|0": {"apiGroups": ["apps"], "resources": ["*"], "verbs": ["delete"]}},
            ),
            Fail("everything of *", {"rules|0|apiGroups": ["*"]}),
            Fail("reads every Secret", {"rules|0|resources": ["secrets"]}),
            Fail("by pods/exec", {"rules|0|resources": ["pods/exec"]}),
            Fail("by nodes/proxy", {"rules|0|resources": ["nodes/proxy"]}),
            Fail("every URL", {"rules|0|nonResourceURLs": ["*"]}),
            Fail("can't be judged", {"rules|0|apiGroups": REMOVED}),
        ),
        "rules|0|verbs",
    ),
    Case(
        "roles-are-given-to-somebody",
        _BINDING,
        (
            Fail("the built-in role", {"roleRef|name": "cluster-admin"}),
            Fail("which is everybody", {"subjects|0|name": "system:authenticated"}),
            Fail("which is everybody", {"subjects|0|name": "system:serviceaccounts:evora"}),
        ),
        "subjects|0|name",
    ),
    Case(
        "no-token-is-mounted",
        _READERS,
        (
            Fail("carries a token", {"spec|template|spec|automountServiceAccountToken": True}),
            Fail("carries a token", {"spec|template|spec|automountServiceAccountToken": REMOVED}),
        ),
        "spec|template|spec|automountServiceAccountToken",
    ),
    Case(
        "admission-refuses",
        _ADMITTED,
        (
            Fail("it only warns", {"spec|validationActions": ["Warn"]}),
            Fail("can't be judged", {"spec|validationActions": REMOVED}),
        ),
        "spec|validationActions",
    ),
    Case(
        "admission-refuses",
        _ADMISSION,
        (Fail("fails to judge", {"spec|failurePolicy": "Ignore"}),),
        "spec|failurePolicy",
    ),
)

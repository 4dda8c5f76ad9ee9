"""The components that make the API server hold promises, and say who may do what.

Owns the registration and its order: a promise comes before everything that is judged by it, and
goes after it. Doesn't own any manifest.
"""

from __future__ import annotations

from collections.abc import Sequence

import pulumi

from components.guardrails.policies import pairs
from components.guardrails.promises import (
    ClassPromise,
    InstitutionPromise,
    class_promises,
    institution_promise,
    promises_namespace,
)
from components.guardrails.roles import cluster_bindings, cluster_roles, staff_binding
from components.manifests import Manifest, register


class Guardrails(pulumi.ComponentResource):
    """An environment's admission policies, what was promised of its filesystems, and its roles."""

    def __init__(
        self,
        name: str,
        classes: Sequence[ClassPromise],
        *,
        armed: bool,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        intent = {"armed": armed, "classes": [_title(promise.filesystem) for promise in classes]}
        super().__init__("imaging:guardrails:Guardrails", name, intent, opts)
        own = pulumi.ResourceOptions(parent=self)
        home = register(promises_namespace(), own)
        after = pulumi.ResourceOptions(parent=self, depends_on=[home])
        promises = register(class_promises(classes, armed=armed), after)
        for policy, binding in pairs():
            needed = [promises, register(policy, own)]
            register(binding, pulumi.ResourceOptions(parent=self, depends_on=needed))
        roles = [register(manifest, own) for manifest in cluster_roles()]
        for binding in cluster_bindings():
            register(binding, pulumi.ResourceOptions(parent=self, depends_on=roles))
        self.register_outputs({})


class Promise(pulumi.ComponentResource):
    """What admission holds for one institution; it is there before the institution is."""

    def __init__(
        self, name: str, promise: InstitutionPromise, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        intent = {"institution": promise.institution, "armed": promise.armed}
        super().__init__("imaging:guardrails:Promise", name, intent, opts)
        register(institution_promise(promise), pulumi.ResourceOptions(parent=self))
        self.register_outputs({})


class Staff(pulumi.ComponentResource):
    """What an institution's staff may see: their own namespace."""

    def __init__(
        self, name: str, institution: str, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("imaging:guardrails:Staff", name, {"institution": institution}, opts)
        register(staff_binding(institution), pulumi.ResourceOptions(parent=self))
        self.register_outputs({})


def _title(manifest: Manifest) -> str:
    title: str = manifest["metadata"]["name"]
    return title

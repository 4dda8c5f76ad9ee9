"""The provider's configuration, as the SDK sends it, typed and checked.

Owns what is accepted and what is refused. Reading a kubeconfig's content is the business of
`local.providers.kubernetes.kubeconfig`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from local.providers.values import reveal

NO_KUBECONFIG: Final = (
    "The kubernetes provider has no kubeconfig. Give it one (kubeconfig=..., the content or the "
    "path of a file): the stand-in plugin never uses the ambient one, so that a forgotten provider "
    "can't change whatever cluster kubectl happens to point at."
)

_REFUSED: Final = {
    "renderYamlToDirectory": "rendering to a directory",
    "alwaysRender": "rendering to a directory",
}


@dataclass(frozen=True)
class Settings:
    """What a provider is told.

    Attributes:
        kubeconfig: content or path; empty when it was not given.
        context: of the kubeconfig; empty for its current one.
        cluster: of the kubeconfig, instead of the context's.
        namespace: of objects that name none; empty for the context's.

    """

    kubeconfig: str = ""
    context: str = ""
    cluster: str = ""
    namespace: str = ""
    config_map_mutable: bool = False
    secret_mutable: bool = False
    patch_force: bool = False
    upsert_existing: bool = False
    delete_unreachable: bool = False
    suppress_deprecation_warnings: bool = False

    @classmethod
    def read(cls, properties: Mapping[str, Any]) -> "Settings":
        """Read the provider's inputs; booleans arrive as the strings ``true`` and ``false``."""
        plain = {key: reveal(value) for key, value in properties.items()}

        def text(key: str) -> str:
            value = plain.get(key)
            return value if isinstance(value, str) else ""

        def flag(key: str) -> bool:
            return plain.get(key) in {True, "true"}

        kubeconfig = plain.get("kubeconfig")
        return cls(
            kubeconfig=json.dumps(kubeconfig)
            if isinstance(kubeconfig, dict)
            else text("kubeconfig"),
            context=text("context"),
            cluster=text("cluster"),
            namespace=text("namespace"),
            config_map_mutable=flag("enableConfigMapMutable"),
            secret_mutable=flag("enableSecretMutable"),
            patch_force=flag("enablePatchForce"),
            upsert_existing=flag("upsertExistingObjects"),
            delete_unreachable=flag("deleteUnreachable"),
            suppress_deprecation_warnings=flag("suppressDeprecationWarnings"),
        )


def problems(properties: Mapping[str, Any]) -> list[str]:
    """List what the stand-in can't do with these inputs, as sentences."""
    plain = {key: reveal(value) for key, value in properties.items()}
    found = [
        f"The stand-in kubernetes plugin has no {what} ({key}); install the official plugin for it."
        for key, what in _REFUSED.items()
        if plain.get(key) not in {None, "", "false", False}
    ]
    if not plain.get("kubeconfig"):
        found.append(NO_KUBECONFIG)
    if plain.get("enableServerSideApply") in {False, "false"}:
        found.append(
            "The stand-in kubernetes plugin only knows server-side apply; leave "
            "enableServerSideApply out, or install the official plugin for client-side apply."
        )
    return found


@dataclass(frozen=True)
class ConfigChange:
    """How a provider's configuration changed.

    Attributes:
        changed: the properties.
        replaces: those that mean another cluster, so that every resource is made anew.

    """

    changed: tuple[str, ...]
    replaces: tuple[str, ...]


def compare(old: Mapping[str, Any], new: Mapping[str, Any]) -> ConfigChange:
    """Compare two configurations: a provider is replaced when its cluster identifier changes.

    Adding or removing the identifier replaces nothing, as in the official plugin. That one also
    replaces for another active cluster when there is no identifier; this one never guesses.
    """
    old = {key: reveal(value) for key, value in old.items() if key != "version"}
    new = {key: reveal(value) for key, value in new.items() if key != "version"}
    changed = tuple(sorted(key for key in old | new if old.get(key) != new.get(key)))
    before, after = old.get("clusterIdentifier"), new.get("clusterIdentifier")
    moved = before and after and before != after
    return ConfigChange(changed, ("clusterIdentifier",) if moved else ())

"""A resource's state in the Pulumi stack: the live object plus what we need to know again.

The keys are those of the official plugin, so that either plugin can go on with the other's stack:
``__inputs`` (the inputs), ``__initialApiVersion`` and ``__fieldManager``, beside the object's own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from local.providers.kubernetes.objects import Manifest, from_wire, to_wire, without_nulls
from local.providers.values import UNKNOWN, Secret, mark_secrets, reveal, reveal_object

_INPUTS: Final = "__inputs"
_API_VERSION: Final = "__initialApiVersion"
_MANAGER: Final = "__fieldManager"

# What a dry run makes up, or what the next write changes.
_MADE_UP: Final = ("creationTimestamp", "generation", "resourceVersion", "uid")


@dataclass(frozen=True)
class State:
    """A state taken apart.

    Attributes:
        live: the object as it was last seen.
        inputs: as they were last applied.
        own: the keys that are ours, for `objects.field_manager`.

    """

    live: Manifest
    inputs: Manifest
    own: Mapping[str, Any]

    @classmethod
    def read(cls, properties: Mapping[str, Any]) -> "State":
        """Take the properties of a state apart."""
        plain = reveal_object(properties)
        own = {key: value for key, value in plain.items() if key.startswith("__")}
        live = {key: value for key, value in plain.items() if key not in own}
        return cls(from_wire(live), from_wire(own.get(_INPUTS) or {}), own)


def manifest_of(inputs: Mapping[str, Any]) -> Manifest:
    """Give the manifest that a resource's inputs describe, secrets in the clear."""
    manifest: Manifest = from_wire(without_nulls(reveal_object(inputs)))
    return manifest


def inputs_for(manifest: Manifest, model: Mapping[str, Any]) -> dict[str, Any]:
    """Give inputs for the engine from a manifest, secret wherever `model` is."""
    marked: dict[str, Any] = mark_secrets(to_wire(manifest), dict(model))
    return _with_secret_data(marked)


def state_for(live: Manifest, inputs: Mapping[str, Any], manager: str) -> dict[str, Any]:
    """Give the state of a resource.

    Args:
        live: the object; its managed fields are left out, being large and of no use to a program.
        inputs: as the engine sent them, with their secrets.
        manager: the field manager that applied them.

    """
    metadata = {key: item for key, item in live["metadata"].items() if key != "managedFields"}
    outputs = inputs_for({**live, "metadata": metadata}, inputs)
    return {
        **outputs,
        _INPUTS: dict(inputs),
        _API_VERSION: live["apiVersion"],
        _MANAGER: manager,
    }


def preview_of(
    answer: Manifest, inputs: Mapping[str, Any], manager: str, *, is_new: bool
) -> dict[str, Any]:
    """Give the state that an update would lead to, unknown where the dry run can't know.

    A new object's dry run makes up a uid and addresses; and nobody has set its status.
    """
    if not is_new:
        return state_for(answer, inputs, manager)
    kept = {key: item for key, item in answer.items() if key != "status"}
    metadata = kept["metadata"] | dict.fromkeys(_MADE_UP, UNKNOWN)
    kept = {**kept, "metadata": metadata}
    spec, asked = kept.get("spec"), reveal(inputs.get("spec")) or {}
    if answer["kind"] == "Service" and isinstance(spec, dict) and "clusterIP" not in asked:
        addresses = {key for key in ("clusterIP", "clusterIPs") if key in spec}
        kept["spec"] = spec | dict.fromkeys(addresses, UNKNOWN)
    return state_for(kept, inputs, manager)


def _with_secret_data(outputs: dict[str, Any]) -> dict[str, Any]:
    """Mark a Kubernetes Secret's content, whether or not the program did."""
    if outputs.get("kind") != "Secret" or outputs.get("apiVersion") != "v1":
        return outputs
    marked = {key: Secret(reveal(outputs[key])) for key in ("data", "stringData") if key in outputs}
    return outputs | marked

"""What a live object says about the fields that we asked for.

Owns the way back from an object in the cluster to the inputs of a resource: pruned to the shape of
the inputs (a refresh), or all that a user would have written (an import). Values that the server
only writes differently are kept as we wrote them.
"""

import base64
import binascii
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from local.providers.kubernetes.objects import Manifest, without_server_fields

_QUANTITY_FIELDS: Final = frozenset(
    {"capacity", "default", "defaultRequest", "divisor", "hard", "limits", "max", "min", "overhead"}
    | {"requests", "sizeLimit", "storage"}
)
_SUFFIXES: Final = {
    "n": Decimal("1e-9"),
    "u": Decimal("1e-6"),
    "m": Decimal("1e-3"),
    "k": Decimal(10**3),
    "M": Decimal(10**6),
    "G": Decimal(10**9),
    "T": Decimal(10**12),
    "P": Decimal(10**15),
    "E": Decimal(10**18),
    "Ki": Decimal(2**10),
    "Mi": Decimal(2**20),
    "Gi": Decimal(2**30),
    "Ti": Decimal(2**40),
    "Pi": Decimal(2**50),
    "Ei": Decimal(2**60),
}
# What tells the items of a list apart, in the order of trying; from the API types' merge keys.
_ITEM_KEYS: Final = (
    "name",
    "key",
    "containerPort",
    "port",
    "mountPath",
    "devicePath",
    "type",
    "ip",
)
_GENERATED_ANNOTATIONS: Final = (
    "deployment.kubernetes.io/revision",
    "kubectl.kubernetes.io/last-applied-configuration",
)


def refreshed(inputs: Manifest, live: Manifest) -> Manifest:
    """Give the inputs as the cluster has them now: our fields, the live values.

    A field that is gone is left out, so that the next diff adds it again; what others added is not
    ours and left out too.
    """
    shown = _with_string_data(inputs, live)
    return _prune(inputs, shown, quantity=False) if inputs else imported(live)


def imported(live: Manifest) -> Manifest:
    """Give the inputs that would make `live`: without its status and the server's metadata."""
    kept = without_server_fields({key: item for key, item in live.items() if key != "status"})
    metadata = dict(kept.get("metadata") or {})
    annotations = {
        key: text
        for key, text in (metadata.get("annotations") or {}).items()
        if key not in _GENERATED_ANNOTATIONS
    }
    metadata.pop("annotations", None)
    if annotations:
        metadata["annotations"] = annotations
    return {**kept, "metadata": metadata}


def same_quantity(one: Any, other: Any) -> bool:  # noqa: ANN401 JSON-like: a string or a number
    """Tell whether two resource quantities are equal, such as ``1000m`` and ``1``."""
    first, second = _quantity(one), _quantity(other)
    return first is not None and first == second


def _prune(wanted: Any, live: Any, *, quantity: bool) -> Any:  # noqa: ANN401 JSON-like
    if isinstance(wanted, dict) and isinstance(live, dict):
        return {
            key: _prune(item, live[key], quantity=quantity or key in _QUANTITY_FIELDS)
            if key in live
            else item
            for key, item in wanted.items()
            if key in live or _is_empty(item)
        }
    if isinstance(wanted, list) and isinstance(live, list):
        return _prune_list(wanted, live, quantity=quantity)
    if quantity and same_quantity(wanted, live):
        return wanted
    return live


def _prune_list(wanted: list[Any], live: list[Any], *, quantity: bool) -> list[Any]:
    key = _item_key(wanted, live)
    if key is not None:
        by_key = {item[key]: item for item in live}
        return [
            _prune(item, by_key[item[key]], quantity=quantity)
            for item in wanted
            if item[key] in by_key
        ]
    common = [_prune(one, other, quantity=quantity) for one, other in zip(wanted, live)]  # noqa: B905 the tail is added below
    return common + live[len(wanted) :]


def _item_key(wanted: list[Any], live: list[Any]) -> str | None:
    """Find the key that tells every item of both lists apart, as the list types' merge keys do."""
    for key in _ITEM_KEYS:
        if all(
            all(isinstance(item, dict) and _is_scalar(item.get(key)) for item in items)
            and len({item[key] for item in items}) == len(items)
            for items in (wanted, live)
        ):
            return key
    return None


def _is_scalar(value: Any) -> bool:  # noqa: ANN401 JSON-like
    return isinstance(value, str | int)


def _is_empty(value: Any) -> bool:  # noqa: ANN401 JSON-like
    """Tell whether the server drops such a value, so that its absence is no drift."""
    return value in (None, "", False, 0) or value in ({}, [])


def _with_string_data(inputs: Manifest, live: Manifest) -> Manifest:
    """Show a live Secret's data as ``stringData`` where the inputs have it; it is write-only."""
    wanted = inputs.get("stringData")
    if inputs.get("kind") != "Secret" or not isinstance(wanted, dict):
        return live
    data = live.get("data") or {}
    return {**live, "stringData": {key: _text(data[key]) for key in wanted if key in data}}


def _text(encoded: str) -> str:
    try:
        return base64.b64decode(encoded).decode()
    except (binascii.Error, UnicodeDecodeError):
        return encoded


def _quantity(value: Any) -> Decimal | None:  # noqa: ANN401 JSON-like: a string or a number
    """Read a quantity; None when it is none.

    Source: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/.
    """
    text = str(value).strip()
    suffix = next((end for end in (text[-2:], text[-1:]) if end in _SUFFIXES), "")
    try:
        number = Decimal(text[: len(text) - len(suffix)])
    except InvalidOperation:
        return None
    return number * _SUFFIXES.get(suffix, Decimal(1)) if number.is_finite() else None

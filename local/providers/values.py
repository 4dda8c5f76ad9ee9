"""Resource properties as Python values, from and to the engine's ``google.protobuf.Struct``.

Owns the wire's three peculiarities: secrets (an object with a signature), values that are not known
yet (fixed UUIDs) and numbers (all of them doubles). Assets, archives and resource references keep
their signed objects. What the properties mean is the business of each plugin.

Source of the constants: ``resource/plugin/rpc.go`` and ``resource/properties.go`` of the engine.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

from google.protobuf.struct_pb2 import ListValue, NullValue, Struct, Value

SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
_SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 a public constant of the protocol
_UNKNOWN_STRING: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_UNKNOWNS: Final = frozenset(
    {
        _UNKNOWN_STRING,
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # boolean
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # number
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # array
        "030794c1-ac77-496b-92df-f27374a8bd58",  # asset
        "e48ece36-62e2-4504-bad9-02848725956a",  # archive
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # object
    }
)


class Unknown(Enum):
    """The type of `UNKNOWN`."""

    VALUE = "unknown"

    def __repr__(self) -> str:
        """Give the text that the engine shows for such values."""
        return "<unknown until the update>"


UNKNOWN: Final = Unknown.VALUE
"""A value that a preview can't know. The one sentinel for all of the wire's types of unknowns."""


@dataclass(frozen=True)
class Secret:
    """A secret value; its text never shows in ``repr`` or in a log."""

    value: Any = field(repr=False)


def decode(properties: Struct) -> dict[str, Any]:
    """Turn properties into dicts, lists, str, bool, int, float, None, `Secret` and `UNKNOWN`."""
    return {key: _decode(value) for key, value in properties.fields.items()}


def encode(properties: Mapping[str, Any]) -> Struct:
    """Turn Python values into properties, the inverse of `decode`.

    Raises:
        TypeError: a value has no form on the wire (a date, for example).

    """
    return Struct(fields={key: _encode(value) for key, value in properties.items()})


def reveal(value: Any) -> Any:  # noqa: ANN401 JSON-like: any of the wire's types
    """Copy `value` with every `Secret` replaced by what it holds."""
    match value:
        case Secret():
            return reveal(value.value)
        case dict():
            return {key: reveal(item) for key, item in value.items()}
        case list():
            return [reveal(item) for item in value]
        case _:
            return value


def reveal_object(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Copy `properties` with every `Secret` replaced by what it holds."""
    return {key: reveal(item) for key, item in properties.items()}


def has_unknown(value: Any) -> bool:  # noqa: ANN401 JSON-like: any of the wire's types
    """Tell whether `UNKNOWN` is anywhere in `value`."""
    match value:
        case Unknown():
            return True
        case Secret():
            return has_unknown(value.value)
        case dict():
            return any(has_unknown(item) for item in value.values())
        case list():
            return any(has_unknown(item) for item in value)
        case _:
            return False


def mark_secrets(value: Any, model: Any) -> Any:  # noqa: ANN401 JSON-like: any of the wire's types
    """Copy `value` with a `Secret` wherever `model` has one at the same path.

    A list whose length differs from the model's becomes a secret as a whole when the model has a
    secret anywhere in it, since positions no longer tell which item it was.
    """
    match value, model:
        case (Secret(), _):
            return value
        case (_, Secret()):
            return Secret(reveal(value))
        case (dict(), dict()):
            return {key: mark_secrets(item, model.get(key)) for key, item in value.items()}
        case (list(), list()) if len(value) == len(model):
            return [mark_secrets(item, like) for item, like in zip(value, model, strict=True)]
        case (list(), list()) if has_secret(model):
            return Secret(reveal(value))
        case _:
            return value


def has_secret(value: Any) -> bool:  # noqa: ANN401 JSON-like: any of the wire's types
    """Tell whether a `Secret` is anywhere in `value`."""
    match value:
        case Secret():
            return True
        case dict():
            return any(has_secret(item) for item in value.values())
        case list():
            return any(has_secret(item) for item in value)
        case _:
            return False


def _decode(value: Value) -> Any:  # noqa: ANN401 JSON-like: any of the wire's types
    match value.WhichOneof("kind"):
        case "struct_value":
            content = decode(value.struct_value)
            return Secret(content.get("value")) if content.get(SIGNATURE) == _SECRET else content
        case "list_value":
            return [_decode(item) for item in value.list_value.values]
        case "string_value":
            text = value.string_value
            return UNKNOWN if text in _UNKNOWNS else text
        case "number_value":
            number = value.number_value
            return int(number) if number.is_integer() else number
        case "bool_value":
            return value.bool_value
        case _:
            return None


def _encode(value: Any) -> Value:  # noqa: ANN401 JSON-like: any of the wire's types
    match value:
        case None:
            return Value(null_value=NullValue.NULL_VALUE)
        case Unknown():
            return Value(string_value=_UNKNOWN_STRING)
        case Secret():
            signed = encode({SIGNATURE: _SECRET, "value": value.value})
            return Value(struct_value=signed)
        case bool():
            return Value(bool_value=value)
        case int() | float():
            return Value(number_value=value)
        case str():
            return Value(string_value=value)
        case Mapping():
            return Value(struct_value=encode(value))
        case Sequence() if not isinstance(value, bytes):
            return Value(list_value=ListValue(values=[_encode(item) for item in value]))
        case _:
            raise TypeError(f"A value of type {type(value).__name__} has no form on the wire.")

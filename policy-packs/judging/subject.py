"""What a rule judges: one resource, and the stack in which it is registered.

Owns the shape, made of what the engine sends. Doesn't own any judgement. Reading an unknown value
raises pulumi_policy's UnknownValueError, which the guard of rules turns into a violation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pulumi_policy import ResourceValidationArgs

MARKS: Final = "imaging:secrets"
"""The property in which :mod:`judging.serving` lists the paths of what is marked as secret."""


@dataclass(frozen=True)
class Stack:
    """A stack, by its name.

    Attributes:
        environment: the part before the point.
        institution: the part after it; empty for the platform.
    """

    environment: str
    institution: str


@dataclass(frozen=True)
class Resource:
    """One resource before it is made.

    Attributes:
        kind: its type token, for example ``kubernetes:apps/v1:Deployment``.
        name: its name in Pulumi.
        stack: where it is registered.
        props: its properties; a Mapping that raises where a value isn't known.
        secrets: dotted paths of the properties that are marked as secret.
        protected: whether Pulumi refuses to delete it. ``retainOnDelete`` isn't visible: the
            protocol's AnalyzerResourceOptions has no such field.
        ignored: the properties whose changes Pulumi ignores.
        provider: the explicit or default provider's name and properties; None if it has none.
        settings: what the pack's configuration says for the rule that judges.
    """

    kind: str
    name: str
    stack: Stack
    props: Mapping[str, Any]
    secrets: frozenset[str]
    protected: bool
    ignored: tuple[str, ...]
    provider: tuple[str, Mapping[str, Any]] | None
    settings: Mapping[str, Any]

    @property
    def metadata(self) -> Mapping[str, Any]:
        """The Kubernetes object's metadata."""
        found: Mapping[str, Any] = self.props["metadata"]
        return found

    @property
    def spec(self) -> Mapping[str, Any]:
        """The Kubernetes object's spec."""
        found: Mapping[str, Any] = self.props["spec"]
        return found


def stack_of(urn: str) -> Stack:
    """Read a stack from a URN: a pack that is an executable is told no stack's name."""
    stack = urn.partition("::")[0].rpartition(":")[2]
    environment, _, institution = stack.partition(".")
    return Stack(environment, institution)


def resource_of(args: ResourceValidationArgs) -> Resource:
    """Make a resource of what pulumi_policy hands to a rule."""
    provider = None if args.provider is None else (args.provider.name, args.provider.props)
    return Resource(
        kind=args.resource_type,
        name=args.name,
        stack=stack_of(args.urn),
        props=args.props,
        secrets=frozenset(args.props.get(MARKS, ())),
        protected=bool(args.opts.protect),
        ignored=tuple(args.opts.ignore_changes or ()),
        provider=provider,
        settings=args.get_config() or {},
    )

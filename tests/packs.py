"""Asks a policy pack as the engine does: a process of its own, over gRPC.

Owns the pack's process and the protocol. Doesn't own any assertion. Plain dicts would hide what a
rule really gets: proxies, floats, unknown values (research/pulumi.md §2.3).
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

PACKS = Path(__file__).resolve().parents[1] / "policy-packs"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_PROVIDER = "pulumi:providers:kubernetes"


@dataclass(frozen=True)
class Violation:
    """What a rule said of a resource."""

    policy: str
    mandatory: bool
    message: str


@dataclass(frozen=True)
class Options:
    """What the engine sends of a resource beside its properties.

    Attributes:
        protect: whether Pulumi refuses to delete it.
        ignored: the properties whose changes it ignores.
        provider: the provider's name, or None for none.
        cluster: what the provider says that it belongs to; None for the stack's environment.
    """

    protect: bool = False
    ignored: tuple[str, ...] = ()
    provider: str | None = "kubernetes"
    cluster: str | None = None


@dataclass(frozen=True)
class Rule:
    """What a pack says of one of its rules."""

    mandatory: bool
    url: str
    remedy: str
    settings: Mapping[str, Any] = field(default_factory=dict)


class Pack:
    """A running policy pack."""

    def __init__(self, stub: analyzer_pb2_grpc.AnalyzerStub) -> None:
        self._stub = stub

    def rules(self) -> dict[str, Rule]:
        """Every rule by its name."""
        info = self._stub.GetAnalyzerInfo(empty_pb2.Empty())
        return {
            each.name: Rule(
                each.enforcementLevel == analyzer_pb2.MANDATORY,
                each.url,
                each.remediation_steps,
                dict(each.configSchema.properties),
            )
            for each in info.policies
        }

    def policies(self) -> dict[str, bool]:
        """Name to whether it is mandatory, for every rule."""
        return {name: rule.mandatory for name, rule in self.rules().items()}

    def configure(self, said: Mapping[str, Mapping[str, Any]], level: str = "MANDATORY") -> None:
        """Configure rules as the engine does. Raises grpc.RpcError where the pack refuses."""
        request = analyzer_pb2.ConfigureAnalyzerRequest()
        for rule, properties in said.items():
            request.policyConfig[rule].enforcementLevel = getattr(analyzer_pb2, level)
            request.policyConfig[rule].properties.update(properties)
        self._stub.Configure(request)

    def judge(
        self,
        stack: str,
        kind: str,
        manifest: Mapping[str, Any],
        options: Options | None = None,
    ) -> list[Violation]:
        """Have a resource judged as it would be registered in a stack."""
        request = request_of(stack, kind, manifest, options or Options())
        return [
            Violation(
                each.policyName,
                each.enforcementLevel == analyzer_pb2.MANDATORY,
                each.message,
            )
            for each in self._stub.Analyze(request).diagnostics
        ]

    def judge_stack(
        self, resources: Iterable[tuple[str, str, Mapping[str, Any]]]
    ) -> list[Violation]:
        """Have a stack judged as a whole: stack, kind and properties of each of its resources."""
        requests = [request_of(*each, Options()) for each in resources]
        whole = analyzer_pb2.AnalyzeStackRequest(
            resources=[
                analyzer_pb2.AnalyzerResource(
                    type=each.type, name=each.name, urn=each.urn, properties=each.properties
                )
                for each in requests
            ]
        )
        return [
            Violation(
                each.policyName, each.enforcementLevel == analyzer_pb2.MANDATORY, each.message
            )
            for each in self._stub.AnalyzeStack(whole).diagnostics
        ]


def request_of(
    stack: str, kind: str, manifest: Mapping[str, Any], options: Options
) -> analyzer_pb2.AnalyzeRequest:
    """What the engine sends to have a resource judged."""
    name = str(manifest.get("metadata", manifest).get("name", stack))
    properties = struct_pb2.Struct()
    properties.update(manifest)
    request = analyzer_pb2.AnalyzeRequest(
        type=kind,
        name=name,
        urn=f"urn:pulumi:{stack}::imaging::{kind}::{name}",
        properties=properties,
        options=analyzer_pb2.AnalyzerResourceOptions(
            protect=options.protect, ignoreChanges=options.ignored
        ),
    )
    if options.provider is not None:
        cluster = options.cluster or f"imaging-{stack.partition('.')[0]}"
        request.provider.type = _PROVIDER
        request.provider.name = options.provider
        request.provider.urn = f"urn:pulumi:{stack}::imaging::{_PROVIDER}::{options.provider}"
        request.provider.properties.update({"clusterIdentifier": cluster})
    return request


@contextmanager
def running(name: str, packs: Path | None = None) -> Iterator[Pack]:
    """Start a pack by its executable, as ``--policy-pack`` does."""
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    process = subprocess.Popen(
        [str((packs or PACKS) / name / "run"), "127.0.0.1:1"],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        port = process.stdout.readline().strip()
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            yield Pack(analyzer_pb2_grpc.AnalyzerStub(channel))
    finally:
        process.terminate()
        process.wait(timeout=10)
        process.stdout.close()

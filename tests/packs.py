"""Asks a policy pack as the engine does: a process of its own, over gRPC.

Owns the pack's process and the protocol. Doesn't own any assertion. Plain dicts would hide what a
rule really gets: proxies, floats, unknown values (research/pulumi.md §2.3).
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

PACKS = Path(__file__).resolve().parents[1] / "policy-packs"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


@dataclass(frozen=True)
class Violation:
    """What a rule said of a resource."""

    policy: str
    mandatory: bool
    message: str


class Pack:
    """A running policy pack."""

    def __init__(self, stub: analyzer_pb2_grpc.AnalyzerStub) -> None:
        self._stub = stub

    def policies(self) -> dict[str, bool]:
        """Name to whether it is mandatory, for every rule."""
        info = self._stub.GetAnalyzerInfo(empty_pb2.Empty())
        return {
            each.name: each.enforcementLevel == analyzer_pb2.MANDATORY for each in info.policies
        }

    def judge(self, stack: str, kind: str, manifest: Mapping[str, Any]) -> list[Violation]:
        """Have a resource judged as it would be registered in a stack."""
        name = manifest.get("metadata", manifest)["name"]
        properties = struct_pb2.Struct()
        properties.update(manifest)
        request = analyzer_pb2.AnalyzeRequest(
            type=kind,
            name=name,
            urn=f"urn:pulumi:{stack}::imaging::{kind}::{name}",
            properties=properties,
        )
        return [
            Violation(
                each.policyName,
                each.enforcementLevel == analyzer_pb2.MANDATORY,
                each.message,
            )
            for each in self._stub.Analyze(request).diagnostics
        ]


@contextmanager
def running(name: str) -> Iterator[Pack]:
    """Start a pack by its executable, as ``--policy-pack`` does."""
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    process = subprocess.Popen(
        [str(PACKS / name / "run"), "127.0.0.1:1"],
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

"""Serves a pack to the engine, and refuses a configuration that would weaken it.

Owns the analyzer's process. Doesn't own any rule. Nothing may be printed before it serves: the
engine reads the port from the first line.

pulumi_policy's own server takes any configuration: an unknown rule's name is accepted in silence,
and ``{"all": "advisory"}`` turns a pack into advice. It also drops the marks of secrets, which the
engine does send (MarshalOptions.KeepSecrets in sdk/go/common/resource/plugin/analyzer_plugin.go).
So its servicer is used from below, one for the rules of each kind: it decodes a resource anew for
each of its rules.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent import futures
from typing import Any, Final

import grpc
from google.protobuf import empty_pb2, json_format
from judging.house_rules import house_rules
from judging.rule import Rule
from judging.stack_rule import StackRule
from judging.subject import MARKS
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc
from pulumi_policy import EnforcementLevel
from pulumi_policy.deserialize import SPECIAL_SECRET_SIG, SPECIAL_SIG_KEY
from pulumi_policy.policy import _PolicyAnalyzerServicer

_VERSION: Final = "0.1.0"
_DAY: Final = 86400
_LARGEST: Final = 1024 * 1024 * 400
"""pulumi_policy's own limit of a message."""


class Analyzer:
    """The protocol's side of a pack."""

    def __init__(self, pack: str, rules: Sequence[Rule | StackRule]) -> None:
        self._pack = pack
        self._rules = tuple(rules)
        self._settings: analyzer_pb2.ConfigureAnalyzerRequest | None = None
        self._by_kind: dict[str, Any] = {}
        self._whole = self._servicer(self._rules)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - the protocol's other methods
        """What isn't changed here is pulumi_policy's."""
        return getattr(self._whole, name)

    def Analyze(  # noqa: N802 - the protocol's name
        self, request: analyzer_pb2.AnalyzeRequest, context: grpc.ServicerContext
    ) -> analyzer_pb2.AnalyzeResponse:
        """Judge a resource by the rules of its kind."""
        inner = self._for_kind(request.type)
        if inner is None:
            return analyzer_pb2.AnalyzeResponse()
        marks = _marked(json_format.MessageToDict(request.properties), ())
        request.properties.update({MARKS: list(marks)})
        judged: analyzer_pb2.AnalyzeResponse = inner.Analyze(request, context)
        return judged

    def Configure(  # noqa: N802 - the protocol's name
        self, request: analyzer_pb2.ConfigureAnalyzerRequest, context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        """Take a configuration, or end the run with the reason why not."""
        refusal = refused(self._pack, self._rules, request)
        if refusal:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, refusal)
        self._settings = request
        self._by_kind.clear()
        return empty_pb2.Empty()

    def _for_kind(self, kind: str) -> Any | None:  # noqa: ANN401 - pulumi_policy has no types
        if kind not in self._by_kind:
            rules = [rule for rule in self._rules if rule.applies(kind)]
            self._by_kind[kind] = self._servicer(rules) if rules else None
        return self._by_kind[kind]

    def _servicer(self, rules: Sequence[Rule | StackRule]) -> Any:  # noqa: ANN401 - pulumi_policy has no types
        policies = [rule.policy(self._pack) for rule in rules]
        servicer: Any = _PolicyAnalyzerServicer(
            self._pack, _VERSION, policies, EnforcementLevel.MANDATORY
        )
        if self._settings is not None:
            servicer.Configure(self._settings, None)
        return servicer


def refused(
    pack: str, rules: Sequence[Rule | StackRule], request: analyzer_pb2.ConfigureAnalyzerRequest
) -> str:
    """Say what is wrong with a configuration; empty if nothing is."""
    known = {rule.name: rule for rule in rules}
    for name, said in request.policyConfig.items():
        if name not in known:
            return (
                f"the configuration of the policy pack {pack} names the rule {name}, and there is "
                f"none; allowed are {', '.join(sorted(known))}."
            )
        rule = known[name]
        if not rule.advisory and said.enforcementLevel != analyzer_pb2.MANDATORY:
            return (
                f"the configuration of the policy pack {pack} makes {name} laxer than mandatory; "
                "remove its enforcementLevel. An exception is a waiver "
                "(docs/policies/waivers.md)."
            )
        keys = {setting.name for setting in rule.settings}
        unknown = sorted(set(said.properties) - keys)
        if unknown:
            return (
                f"the configuration of the policy pack {pack} says {', '.join(unknown)} for the "
                f"rule {name}; allowed is {', '.join(sorted(keys)) or 'nothing'}."
            )
    return ""


def serve(pack: str, rules: Sequence[Rule | StackRule]) -> None:
    """Serve a pack until the engine ends the process."""
    every = (*rules, *house_rules(pack, rules))
    server = grpc.server(
        futures.ThreadPoolExecutor(max_workers=4),
        options=[("grpc.max_receive_message_length", _LARGEST)],
    )
    analyzer: Any = Analyzer(pack, every)
    analyzer_pb2_grpc.add_AnalyzerServicer_to_server(analyzer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    try:
        while True:
            time.sleep(_DAY)
    except KeyboardInterrupt:
        server.stop(0)


def _marked(value: object, path: tuple[str, ...]) -> Iterator[str]:
    """The dotted paths of what is marked as secret."""
    if isinstance(value, Mapping):
        if value.get(SPECIAL_SIG_KEY) == SPECIAL_SECRET_SIG:
            yield ".".join(path)
            return
        for key, inside in value.items():
            yield from _marked(inside, (*path, key))
    elif isinstance(value, list):
        for index, inside in enumerate(value):
            yield from _marked(inside, (*path, str(index)))

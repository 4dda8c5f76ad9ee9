"""What a recording rule and an alert are, and how Prometheus's operator takes them.

Owns the form. Doesn't own any rule, nor the pages in ``docs/runbooks/`` that alerts point to.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from components.catalog.vocabulary import Severity
from components.manifests import Manifest

RUNBOOKS: Final = "docs/runbooks"
"""In a checkout; where a checkout is browsed, an environment may say."""
_NONE: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True)
class Record:
    """A series that is computed once for alerts, dashboards and people.

    Attributes:
        name: ``level:metric:operation``, as Prometheus's authors advise.
        expression: PromQL.
        labels: more labels than those of its group.
    """

    name: str
    expression: str
    labels: Mapping[str, str] = field(default_factory=lambda: _NONE)

    def rule(self, labels: Mapping[str, str]) -> dict[str, Any]:
        """Build the rule; ``labels`` go onto the series."""
        labels = {**labels, **self.labels}
        return {"record": self.name, "expr": self.expression, "labels": labels}


@dataclass(frozen=True)
class Alert:
    """A condition that a person must hear of.

    Attributes:
        name: in CamelCase; its page is of the same name in kebab-case.
        severity: how soon.
        expression: PromQL; each series of its result is an alert.
        lasting: how long it must hold, for example ``5m``.
        summary: a sentence; ``{{ $labels.x }}`` and ``{{ $value }}`` are filled in.
        labels: more labels than severity and those of its group.
    """

    name: str
    severity: Severity
    expression: str
    lasting: str
    summary: str
    labels: Mapping[str, str] = field(default_factory=lambda: _NONE)

    @property
    def page(self) -> str:
        """The file name of its runbook page."""
        return f"{re.sub('(?<=[a-z])(?=[A-Z])', '-', self.name).lower()}.md"

    def rule(self, labels: Mapping[str, str], runbooks: str) -> dict[str, Any]:
        """Build the rule; ``labels`` go onto the alert, whose page is found below ``runbooks``."""
        return {
            "alert": self.name,
            "expr": self.expression,
            "for": self.lasting,
            "labels": {**labels, **self.labels, "severity": self.severity.value},
            "annotations": {"summary": self.summary, "runbook_url": f"{runbooks}/{self.page}"},
        }


@dataclass(frozen=True)
class Group:
    """Rules that are evaluated together, in their order.

    Attributes:
        name: unique in its object.
        rules: the rules.
        labels: what all their series and alerts carry.
        runbooks: where the pages of its alerts are read, without a slash at its end.
    """

    name: str
    rules: Sequence[Record | Alert]
    labels: Mapping[str, str] = field(default_factory=lambda: _NONE)
    runbooks: str = RUNBOOKS

    def manifest(self) -> dict[str, Any]:
        """Build the group."""
        return {"name": self.name, "rules": [self._rule(each) for each in self.rules]}

    def _rule(self, rule: Record | Alert) -> dict[str, Any]:
        if isinstance(rule, Alert):
            return rule.rule(self.labels, self.runbooks)
        return rule.rule(self.labels)


def prometheus_rule(metadata: Mapping[str, Any], groups: Sequence[Group]) -> Manifest:
    """Build the object in which Prometheus's operator finds rules."""
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": dict(metadata),
        "spec": {"groups": [group.manifest() for group in groups]},
    }

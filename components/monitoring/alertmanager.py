"""Alertmanager's configuration: which alert goes to whom, and which is left out beside a worse one.

Owns routes and their pace. Doesn't own who there is (:mod:`components.catalog.alerting`), nor
any alert. Its form: https://prometheus.io/docs/alerting/latest/configuration/.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from components.catalog.alerting import Mail, Receiver
from components.catalog.vocabulary import Severity
from components.monitoring.receivers import SECRET

NOBODY: Final = "nobody"
_FOLDER: Final = f"/etc/alertmanager/secrets/{SECRET}"
"""Where Prometheus's operator mounts what ``alertmanagerSpec.secrets`` names."""
_SAME: Final = (
    *("alertname", "institution", "namespace", "persistentvolumeclaim", "name", "instance", "pod"),
)
"""Two alerts that agree in these, or lack them both, are about the same thing."""


def values(receivers: Sequence[Receiver]) -> dict[str, Any]:
    """Build what the chart's values say of it; nothing without receivers, so the chart's holds."""
    if not receivers:
        return {}
    mounted = {"secrets": [SECRET]} if any(each.needs_secret for each in receivers) else {}
    return {"config": configuration(receivers), "alertmanagerSpec": mounted}


def configuration(receivers: Sequence[Receiver]) -> dict[str, Any]:
    """Build the configuration. Every receiver that fits an alert gets it, not only the first."""
    return {
        "global": {"resolve_timeout": "5m"},
        "route": {
            "receiver": NOBODY,
            "group_by": ["alertname", "institution"],
            "group_wait": "30s",
            "group_interval": "5m",
            "repeat_interval": "12h",
            "routes": [
                # They always fire: kube-prometheus-stack's, to show that alerts get through.
                {"receiver": NOBODY, "matchers": ['alertname=~"Watchdog|InfoInhibitor"']},
                *(_route(each) for each in receivers),
            ],
        },
        "inhibit_rules": [
            {
                "source_matchers": [_is("severity", Severity.CRITICAL.value)],
                "target_matchers": [_is("severity", Severity.WARNING.value)],
                "equal": list(_SAME),
            }
        ],
        "receivers": [{"name": NOBODY}, *(_receiver(each) for each in receivers)],
    }


def _route(receiver: Receiver) -> dict[str, Any]:
    matchers = [_is("severity", *(each.value for each in receiver.severities))]
    if receiver.institutions:
        matchers.append(_is("institution", *receiver.institutions))
    return {"receiver": receiver.name, "matchers": matchers, "continue": True}


def _is(label: str, *allowed: str) -> str:
    """One of these values; names of institutions hold nothing that a pattern reads otherwise."""
    return f'{label}=~"{"|".join(allowed)}"'


def _receiver(receiver: Receiver) -> dict[str, Any]:
    file = f"{_FOLDER}/{receiver.name}"
    if not isinstance(receiver.channel, Mail):
        hook = {"url_file": file, "send_resolved": True}
        return {"name": receiver.name, "webhook_configs": [hook]}
    return {"name": receiver.name, "email_configs": [_mail(receiver.channel, file)]}


def _mail(channel: Mail, file: str) -> dict[str, Any]:
    known = {"auth_username": channel.user, "auth_password_file": file} if channel.user else {}
    return {
        "to": channel.to,
        "from": channel.sender,
        "smarthost": channel.server,
        "require_tls": True,
        "send_resolved": True,
        **known,
    }

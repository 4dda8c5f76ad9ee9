"""Alerts reach whom they concern, by a configuration that holds no secret."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pulumi
import pytest

from components.catalog.alerting import Mail, Receiver, Webhook, mistakes
from components.catalog.vocabulary import Severity
from components.manifests import Manifest
from components.monitoring import alertmanager, platform_alerts, prometheus_values, watch
from components.monitoring.receivers import SECRET, files, secret
from components.monitoring.rule import RUNBOOKS
from tests.components.monitoring import real_amtool
from tests.components.monitoring.watched import SPEC

HOOK: Final = "https://chat.example.org/hooks/5f1d"
WEBHOOK: Final = Webhook(kind="webhook")
OPERATORS: Final = Receiver(name="operators", channel=WEBHOOK)
NIGHT: Final = Receiver(
    name="night",
    channel=Mail(
        kind="mail",
        to="night@example.org",
        sender="alerts@example.org",
        server="mail.example.org:587",
        user="alerts",
    ),
    severities=(Severity.CRITICAL,),
)
AVEIRO: Final = Receiver(
    name="aveiro-it",
    channel=Mail(
        kind="mail",
        to="it@aveiro.example.org",
        sender="alerts@example.org",
        server="mail.example.org:25",
    ),
    institutions=("aveiro",),
)
ALL: Final = (OPERATORS, NIGHT, AVEIRO)
INSTITUTIONS: Final = ("aveiro", "aveiro-norte", "evora")


def alert(severity: str, institution: str = "", name: str = "IndexStale") -> dict[str, str]:
    whose = {"institution": institution} if institution else {}
    return {"alertname": name, "severity": severity, **whose}


def folders(*rules: Manifest) -> set[str]:
    """Where all alerts say that their pages are."""
    return {
        rule["annotations"]["runbook_url"].rpartition("/")[0]
        for each in rules
        for group in each["spec"]["groups"]
        for rule in group["rules"]
        if "alert" in rule
    }


@pytest.mark.timeout(900)  # the first run builds amtool
class TestRoutes:
    @pytest.mark.parametrize(
        ("labels", "expected"),
        [
            (alert("critical", "aveiro"), ["operators", "night", "aveiro-it"]),
            (alert("warning", "aveiro"), ["operators", "aveiro-it"]),
            (alert("critical", "evora"), ["operators", "night"]),
            # A name that begins with another's is another institution.
            (alert("warning", "aveiro-norte"), ["operators"]),
            (alert("critical"), ["operators", "night"]),
            (alert("warning"), ["operators"]),
            (alert("info"), ["nobody"]),
            (alert("none", name="Watchdog"), ["nobody"]),
            (alert("critical", name="Watchdog"), ["nobody"]),
        ],
        ids=lambda each: "-".join(each.values()) if isinstance(each, dict) else "",
    )
    def test_an_alert_reaches_everybody_whom_it_concerns(
        self, amtool: Path, tmp_path: Path, labels: dict[str, str], expected: list[str]
    ) -> None:
        found = real_amtool.heard_by(amtool, tmp_path, alertmanager.configuration(ALL), labels)

        assert expected == found


@pytest.mark.timeout(900)  # the first run builds amtool
class TestConfiguration:
    @pytest.mark.parametrize(
        "receivers", [ALL, (OPERATORS,), (NIGHT, AVEIRO)], ids=("all", "webhook", "mail")
    )
    def test_alertmanager_accepts_it(
        self, amtool: Path, tmp_path: Path, receivers: tuple[Receiver, ...]
    ) -> None:
        done = real_amtool.check(amtool, tmp_path, alertmanager.configuration(receivers))

        assert 0 == done.returncode, done.stdout + done.stderr

    def test_alertmanager_refuses_one_receiver_twice(self, amtool: Path, tmp_path: Path) -> None:
        twice = alertmanager.configuration((OPERATORS, OPERATORS))

        assert 0 != real_amtool.check(amtool, tmp_path, twice).returncode

    def test_it_names_files_in_place_of_secrets(self) -> None:
        found = alertmanager.configuration(ALL)["receivers"]
        folder = f"/etc/alertmanager/secrets/{SECRET}"

        assert f"{folder}/operators" == found[1]["webhook_configs"][0]["url_file"]
        assert f"{folder}/night" == found[2]["email_configs"][0]["auth_password_file"]
        assert [] == re.findall(r'"(?:url|auth_password)":', json.dumps(found))

    def test_mail_never_goes_without_tls(self) -> None:
        found = alertmanager.configuration(ALL)["receivers"]
        mails = [mail for each in found for mail in each.get("email_configs", ())]

        assert [True, True] == [mail["require_tls"] for mail in mails]

    def test_a_warning_beside_the_same_critical_alert_is_left_out(self) -> None:
        (rule,) = alertmanager.configuration(ALL)["inhibit_rules"]

        assert ['severity=~"critical"'] == rule["source_matchers"]
        assert ['severity=~"warning"'] == rule["target_matchers"]
        # Another institution's, or another volume's, is another matter.
        assert {"alertname", "institution", "persistentvolumeclaim"} <= set(rule["equal"])


class TestValues:
    def test_without_receivers_the_charts_own_configuration_holds(self) -> None:
        found = prometheus_values.values()["alertmanager"]

        assert ["alertmanagerSpec"] == list(found)
        assert "secrets" not in found["alertmanagerSpec"]

    def test_with_receivers_their_secret_is_mounted(self) -> None:
        found = prometheus_values.values(ALL)["alertmanager"]

        assert [SECRET] == found["alertmanagerSpec"]["secrets"]
        assert 2 == found["alertmanagerSpec"]["replicas"]
        assert alertmanager.configuration(ALL) == found["config"]

    def test_nothing_is_mounted_where_nobody_has_a_secret(self) -> None:
        found = prometheus_values.values((AVEIRO,))["alertmanager"]

        assert "secrets" not in found["alertmanagerSpec"]


class TestMistakes:
    @pytest.mark.parametrize(
        ("receivers", "expected"),
        [
            ((), ""),
            (ALL, ""),
            (
                (OPERATORS, Receiver(name="operators", channel=WEBHOOK)),
                "two receivers are called operators",
            ),
            (
                (OPERATORS, Receiver(name="x", channel=WEBHOOK, institutions=("aveior",))),
                "receiver x hears of aveior, which isn't an institution of this environment; there",
            ),
            ((OPERATORS, Receiver(name="nobody", channel=WEBHOOK)), "a receiver is called nobody"),
            (
                (Receiver(name="x", channel=WEBHOOK, severities=(Severity.WARNING,)),),
                "nobody hears of the platform's critical alerts",
            ),
            (
                (Receiver(name="x", channel=WEBHOOK, institutions=("aveiro", "aveiro-norte")),),
                "nobody hears of evora's critical alerts",
            ),
        ],
        ids=("none", "good", "twice", "nobody", "stranger", "asleep", "forgotten"),
    )
    def test_each_is_a_sentence(self, receivers: tuple[Receiver, ...], expected: str) -> None:
        found = list(mistakes(receivers, INSTITUTIONS))

        assert bool(expected) == bool(found)
        assert expected in "\n".join(found)


class TestSecret:
    def test_it_holds_what_is_needed_alone(self) -> None:
        expected = {"operators": HOOK, "night": "pass word"}

        assert expected == files(ALL, {"night": "pass word\n", "operators": HOOK})

    @pytest.mark.parametrize("given", [None, {}, {"night": "x"}, {"night": "x", "operators": " "}])
    def test_one_that_is_missing_is_refused(self, given: dict[str, str] | None) -> None:
        with pytest.raises(ValueError, match=r"imaging:alertReceivers.operators is missing"):
            files(ALL, given)

    def test_one_that_nobody_needs_is_refused_and_not_shown(self) -> None:
        with pytest.raises(ValueError, match=r"aveiro-it: no receiver of that name") as refused:
            files((AVEIRO,), {"aveiro-it": HOOK})

        assert HOOK not in str(refused.value)

    def test_what_is_secret_stays_so(self) -> None:
        async def made() -> tuple[bool, dict[str, str]]:
            values = pulumi.Output.secret({"operators": HOOK})
            data: Any = secret((OPERATORS,), values)["stringData"]
            return await data.is_secret(), await data.future()

        assert (True, {"operators": HOOK}) == asyncio.run(made())


class TestRunbooks:
    def test_alerts_point_into_the_checkout_unless_told_where_it_is_read(self) -> None:
        base = "https://docs.example.org/imaging/runbooks"
        told = (platform_alerts.rules(base), watch.rules(replace(SPEC, runbooks=base)))

        assert {RUNBOOKS} == folders(platform_alerts.rules(), watch.rules(SPEC))
        assert {base} == folders(*told)

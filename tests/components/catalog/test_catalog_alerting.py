"""Who hears of alerts makes sense as a whole, and holds no secret."""

from __future__ import annotations

import pytest

from tests.components.builders import Stacks, changed, good_platform

PLATFORM_FILE = "stacks/Pulumi.local.yaml"


class TestAlertReceivers:
    """Who would hear of nothing, or of a stranger, is refused before anybody sleeps badly."""

    @pytest.mark.parametrize(
        ("institutions", "sentence"),
        [
            (["aveiro"], "receiver night hears of aveiro, which isn't an institution of this"),
            (["aveiro"], "nobody hears of the platform's critical alerts"),
        ],
    )
    def test_a_mistake_is_a_refusal_of_the_platforms_file(
        self, institutions: list[str], sentence: str
    ) -> None:
        receiver = {
            "name": "night",
            "channel": {"kind": "webhook"},
            "institutions": institutions,
        }
        platform = changed(good_platform(), ("alertReceivers",), [receiver])

        refusals = Stacks(platform, institutions={}).refusals()

        assert {"imaging:platform.alertReceivers"} == {each.key for each in refusals}
        assert {PLATFORM_FILE} == {each.file for each in refusals}
        assert any(each.sentence.startswith(sentence) for each in refusals)

    def test_an_address_in_the_file_is_refused_since_it_is_secret(self) -> None:
        channel = {"kind": "webhook", "url": "https://chat.example.org/hooks/5f1d"}
        value = [{"name": "chat", "channel": channel}]

        platform = changed(good_platform(), ("alertReceivers",), value)

        (refusal,) = Stacks(platform, institutions={}).refusals()

        assert "imaging:platform.alertReceivers[0].channel.url" == refusal.key
        assert refusal.sentence.startswith("there is no such key")

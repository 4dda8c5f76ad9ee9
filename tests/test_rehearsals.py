"""Previews of environments whose secrets nobody gave: complete, judged, and without a trace."""

from __future__ import annotations

import os

import pytest

from tests.whole_environment import Copy, copy

pytestmark = [
    pytest.mark.environment,
    pytest.mark.timeout(600),
    pytest.mark.skipif(
        "IMAGING_TOOLS" not in os.environ,
        reason="needs the tool chain: make test sets IMAGING_TOOLS to its folder",
    ),
]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    return copy(tmp_path_factory.mktemp("rehearsal") / "checkout")


class TestRehearsal:
    """Without a passphrase a preview shows everything as new, and every pack judges it."""

    @pytest.mark.parametrize(("environment", "stacks"), [("poc", 3), ("production", 4)])
    def test_it_passes_every_pack_and_leaves_no_trace(
        self, checkout: Copy, environment: str, stacks: int
    ) -> None:
        before = {name: (checkout.folder / name).read_bytes() for name in checkout.files()}
        preview = checkout.make("preview", f"ENV={environment}")
        after = {name: (checkout.folder / name).read_bytes() for name in checkout.files()}

        assert 0 == preview.status, preview.text
        assert "this is a rehearsal: everything is shown as new" in preview.err
        assert stacks == preview.out.count("✅ replication@")
        assert before == after

    @pytest.mark.parametrize(
        ("target", "reason"),
        [
            ("up", "production has secrets; set PULUMI_CONFIG_PASSPHRASE"),
            ("down", "production may hold examinations"),
        ],
    )
    def test_nothing_else_works_without_the_secrets(
        self, checkout: Copy, target: str, reason: str
    ) -> None:
        refused = checkout.make(target, "ENV=production")

        assert refused.status != 0
        assert reason in refused.err
        assert "Traceback" not in refused.text

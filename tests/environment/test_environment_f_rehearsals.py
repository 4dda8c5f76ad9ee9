"""Previews of environments whose secrets nobody gave: complete, judged, and without a trace."""

from __future__ import annotations

import pytest

from tests.environment.copies import Copy, copy


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    return copy(tmp_path_factory.mktemp("rehearsal") / "checkout")


class TestRehearsal:
    """Without a passphrase a preview shows everything as new, and every pack judges it."""

    @pytest.mark.parametrize(
        ("environment", "stacks", "replication"),
        [("comparison", 2, "⚠️"), ("poc", 3, "⚠️"), ("production", 4, "✅")],
    )
    def test_it_passes_every_pack_shows_waivers_and_leaves_no_trace(
        self, other: Copy, environment: str, stacks: int, replication: str
    ) -> None:
        before = {name: (other.folder / name).read_bytes() for name in other.files()}
        preview = other.make("preview", f"ENV={environment}")
        after = {name: (other.folder / name).read_bytes() for name in other.files()}

        assert 0 == preview.status, preview.text
        assert "this is a rehearsal: everything is shown as new" in preview.err
        assert stacks == preview.out.count("✅ access@")
        assert stacks == preview.out.count("✅ operations@")
        assert stacks == preview.out.count(f"{replication} replication@")
        waived = preview.out.count("evora: replication/copies-above-floor is waived until ")
        assert waived == (stacks if replication == "⚠️" else 0)
        assert before == after

    @pytest.mark.parametrize(
        ("target", "reason"),
        [
            ("up", "production has secrets; set PULUMI_CONFIG_PASSPHRASE"),
            ("down", "production may hold examinations"),
        ],
    )
    def test_nothing_else_works_without_the_secrets(
        self, other: Copy, target: str, reason: str
    ) -> None:
        refused = other.make(target, "ENV=production")

        assert refused.status != 0
        assert reason in refused.err
        assert "Traceback" not in refused.text

"""Local commands, run for real."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from local.providers.failures import ProviderError
from local.providers.values import UNKNOWN, Secret
from tests.local.providers.command.harness import LOCAL, Plugin

TOKEN = "s3cr3t-local-token"  # noqa: S105 the test's own


class TestLifeCycle:
    """Each step runs its command, and only when it should."""

    def test_creation_runs_create_and_keeps_the_output(self, plugin: Plugin) -> None:
        state = plugin.create(LOCAL, {"create": "echo out; echo; echo err >&2"})

        assert {
            "create": "echo out; echo; echo err >&2",
            "stdout": "out\n",
            "stderr": "err",
        } == state

    def test_creation_without_a_command_does_nothing(self, plugin: Plugin) -> None:
        assert "" == plugin.create(LOCAL, {"delete": "true"})["stdout"]

    def test_a_preview_runs_nothing_and_knows_no_output(
        self, plugin: Plugin, tmp_path: Path
    ) -> None:
        inputs = {"create": f"touch {tmp_path}/made", "stdin": UNKNOWN}

        state = plugin.create(LOCAL, inputs, preview=True)
        updated = plugin.update(LOCAL, {**inputs, "stdout": "old"}, inputs, preview=True)

        assert [] == list(tmp_path.iterdir())
        assert (UNKNOWN, UNKNOWN) == (state["stdout"], updated["stdout"])

    def test_an_update_runs_update_with_the_previous_output(self, plugin: Plugin) -> None:
        inputs = {"create": "no", "update": "echo $PULUMI_COMMAND_STDOUT/$PULUMI_COMMAND_STDERR"}

        state = plugin.update(LOCAL, {"stdout": "before", "stderr": "warned"}, inputs)

        assert "before/warned" == state["stdout"]

    def test_an_update_without_update_runs_create_again(self, plugin: Plugin) -> None:
        assert "again" == plugin.update(LOCAL, {"stdout": "x"}, {"create": "echo again"})["stdout"]

    def test_an_update_without_any_command_keeps_the_output(self, plugin: Plugin) -> None:
        state = plugin.update(LOCAL, {"stdout": "kept", "stderr": ""}, {"delete": "true"})

        assert "kept" == state["stdout"]

    def test_the_previous_output_can_be_left_out(self, plugin: Plugin) -> None:
        inputs = {"create": "echo [$PULUMI_COMMAND_STDOUT]", "addPreviousOutputInEnv": False}

        assert "[]" == plugin.update(LOCAL, {"stdout": "before"}, inputs)["stdout"]

    def test_deletion_runs_delete_with_the_previous_output(
        self, plugin: Plugin, tmp_path: Path
    ) -> None:
        trace = tmp_path / "trace"

        plugin.delete(LOCAL, {"delete": f"printf $PULUMI_COMMAND_STDOUT > {trace}", "stdout": "id"})

        assert "id" == trace.read_text()

    def test_the_function_run_gives_the_output_beside_its_arguments(self, plugin: Plugin) -> None:
        result = plugin.run({"command": "cat", "stdin": "text\n", "dir": None})

        assert {"command": "cat", "stdin": "text\n", "stdout": "text", "stderr": ""} == result


class TestSurroundings:
    """Folder, interpreter, environment and standard input are as asked."""

    def test_folder_interpreter_and_environment_are_used(
        self, plugin: Plugin, tmp_path: Path
    ) -> None:
        inputs = {
            "create": "import os; print(os.getcwd(), os.environ['SITE'])",
            "interpreter": ["python3", "-c"],
            "dir": str(tmp_path),
            "environment": {"SITE": "porto"},
        }

        assert f"{tmp_path} porto" == plugin.create(LOCAL, inputs)["stdout"]

    def test_a_command_need_not_read_its_standard_input(self, plugin: Plugin) -> None:
        assert "" == plugin.create(LOCAL, {"create": "true", "stdin": "x" * 1_000_000})["stdout"]

    def test_large_output_on_both_streams_does_not_block(self, plugin: Plugin) -> None:
        command = (
            "head -c 1000000 /dev/zero | tr '\\0' o; head -c 1000000 /dev/zero | tr '\\0' e >&2"
        )

        state = plugin.create(LOCAL, {"create": command, "logging": "none"})

        assert (1_000_000, 1_000_000) == (len(state["stdout"]), len(state["stderr"]))

    def test_bytes_that_are_no_text_are_replaced(self, plugin: Plugin) -> None:
        assert (
            "a\N{REPLACEMENT CHARACTER}b"
            == (plugin.create(LOCAL, {"create": "printf 'a\\377b'"})["stdout"])
        )


class TestFailing:
    """A failure is a sentence that says what to do."""

    def test_an_exit_code_fails_with_the_end_of_the_output(self, plugin: Plugin) -> None:
        with pytest.raises(ProviderError) as caught:
            plugin.create(LOCAL, {"create": "seq 100; echo why >&2; exit 7"})

        message = str(caught.value)
        assert "ended with exit code 7: seq 100" in message
        assert "  81\n" in message
        assert "  80\n" not in message
        assert message.endswith("standard error:\n  why")

    def test_a_signal_is_named(self, plugin: Plugin) -> None:
        with pytest.raises(ProviderError, match="by signal SIGKILL"):
            plugin.create(LOCAL, {"create": "kill -9 $$"})

    @pytest.mark.parametrize(
        ("inputs", "words"),
        [
            ({"dir": "/nowhere"}, "its `dir` '/nowhere' can't be entered"),
            ({"interpreter": ["/nowhere"]}, "the program '/nowhere' can't be run"),
            ({"environment": {"A": "a\0b"}}, "embedded null byte"),
            ({"environment": {"A": "a" * 200_000}}, "it is too long"),
        ],
    )
    def test_what_cannot_start_is_told(
        self, plugin: Plugin, inputs: dict[str, Any], words: str
    ) -> None:
        with pytest.raises(ProviderError) as caught:
            plugin.create(LOCAL, {"create": "true", **inputs})

        assert words in str(caught.value)


class TestShowing:
    """The user sees what ``logging`` lets through, and no secret."""

    @pytest.mark.parametrize(
        ("logging", "lines"),
        [
            ("stdout", {"out"}),
            ("stderr", {"err"}),
            ("stdoutAndStderr", {"out", "err"}),
            ("none", set()),
        ],
    )
    def test_logging_chooses_the_streams(
        self, plugin: Plugin, logging: str, lines: set[str]
    ) -> None:
        plugin.create(LOCAL, {"create": "echo out; echo err >&2", "logging": logging})

        assert lines == set(plugin.log.lines)

    def test_a_last_line_without_newline_is_shown(self, plugin: Plugin) -> None:
        plugin.create(LOCAL, {"create": "printf 'one\\ntwo'"})

        assert ["one", "two"] == plugin.log.lines

    def test_secrets_are_masked_and_the_output_is_secret(self, plugin: Plugin) -> None:
        state = plugin.create(LOCAL, {"create": "cat", "stdin": Secret(f"key: {TOKEN}\nother")})

        assert ["[secret]", "[secret]"] == plugin.log.lines
        assert Secret(f"key: {TOKEN}\nother") == state["stdout"]

    def test_a_secret_command_is_not_told_by_its_failure(self, plugin: Plugin) -> None:
        with pytest.raises(ProviderError) as caught:
            plugin.create(LOCAL, {"create": Secret(f"echo {TOKEN}; exit 1 # {'x' * 400}")})

        assert TOKEN not in str(caught.value)

    def test_an_earlier_secret_output_is_masked_too(self, plugin: Plugin) -> None:
        inputs = {"create": "echo $PULUMI_COMMAND_STDOUT"}

        plugin.update(LOCAL, {"stdout": Secret(TOKEN)}, inputs)

        assert ["[secret]"] == plugin.log.lines

    @pytest.mark.parametrize("step", ["create", "delete"])
    def test_without_logging_a_failure_tells_the_exit_code_alone(
        self, plugin: Plugin, step: str
    ) -> None:
        inputs = {step: "echo hidden; exit 4", "logging": "none"}
        act: Callable[..., Any] = getattr(plugin, step)

        with pytest.raises(ProviderError, match="exit code 4") as caught:
            act(LOCAL, inputs)

        assert "hidden" not in str(caught.value)

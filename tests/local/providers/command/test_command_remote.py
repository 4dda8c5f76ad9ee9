"""Remote commands, against a real SSH server on loopback."""

from __future__ import annotations

import pytest

from local.providers.failures import ProviderError
from local.providers.values import Secret
from tests.local.providers.command.harness import CUT, REMOTE, Plugin, SshServer, revealed

TOKEN = "s3cr3t-join-token"  # noqa: S105 the test's own


class TestRunning:
    """A command runs in the remote shell and gives its output."""

    def test_both_streams_come_back_without_their_last_newline(
        self, plugin: Plugin, server: SshServer
    ) -> None:
        state = plugin.remote(server.connection(), "echo out; echo; echo err >&2")

        assert ("out\n", "err") == (state["stdout"], state["stderr"])

    def test_the_output_is_shown_line_by_line(self, plugin: Plugin, server: SshServer) -> None:
        plugin.remote(server.connection(), "echo one; echo two")

        assert ["one", "two"] == plugin.log.lines

    def test_the_standard_input_reaches_the_command(
        self, plugin: Plugin, server: SshServer
    ) -> None:
        text = "x" * 300_000

        state = plugin.remote(server.connection(), "wc -c", stdin=text)

        assert "300000" == state["stdout"].strip()

    def test_without_standard_input_the_command_sees_its_end(
        self, plugin: Plugin, server: SshServer
    ) -> None:
        assert "end" == plugin.remote(server.connection(), "cat; echo end")["stdout"]

    def test_a_preview_connects_nowhere(self, plugin: Plugin, server: SshServer) -> None:
        inputs = {"connection": server.connection(host="192.0.2.1"), "create": "echo no"}

        plugin.create(REMOTE, inputs, preview=True)

        assert [] == server.commands

    def test_the_connection_is_secret_in_the_state(self, plugin: Plugin, server: SshServer) -> None:
        state = plugin.remote(server.connection(), "true")

        assert isinstance(state["connection"], Secret)
        assert "" == state["stdout"]

    def test_deletion_runs_the_delete_command(self, plugin: Plugin, server: SshServer) -> None:
        state = plugin.remote(server.connection(), "echo made", delete="echo gone")

        plugin.delete(REMOTE, state)

        assert "echo gone" == server.commands[-1]


class TestFailing:
    """A failure is told in a sentence with what may be shown."""

    def test_an_exit_code_is_told_with_the_output(self, plugin: Plugin, server: SshServer) -> None:
        with pytest.raises(ProviderError) as caught:
            plugin.remote(server.connection(), "echo out; echo err >&2; exit 3")

        for part in ("exit code 3", f"127.0.0.1:{server.port}", "  out", "  err", "exit 3"):
            assert part in str(caught.value)

    def test_without_logging_neither_text_nor_output_is_told(
        self, plugin: Plugin, server: SshServer
    ) -> None:
        with pytest.raises(ProviderError) as caught:
            plugin.remote(server.connection(), "echo hidden; exit 3", logging="none")

        assert "exit code 3" in str(caught.value)
        assert "hidden" not in str(caught.value) + plugin.shown

    def test_a_secret_on_standard_input_is_in_no_log_and_no_error(
        self, plugin: Plugin, server: SshServer
    ) -> None:
        with pytest.raises(ProviderError) as caught:
            plugin.remote(server.connection(), "tee /dev/stderr; exit 1", stdin=Secret(TOKEN))

        assert "[secret]" in plugin.shown
        assert TOKEN not in str(caught.value) + plugin.shown + "".join(server.commands)

    def test_a_secret_input_makes_the_outputs_secret(
        self, plugin: Plugin, server: SshServer
    ) -> None:
        state = plugin.remote(server.connection(), "cat", stdin=Secret(TOKEN))

        assert Secret(TOKEN) == state["stdout"]

    def test_a_lost_connection_is_told_as_such(self, plugin: Plugin, server: SshServer) -> None:
        with pytest.raises(ProviderError, match="was lost during the create command"):
            plugin.remote(server.connection(), CUT)


class TestEnvironment:
    """Variables go by the protocol, and a server that drops them is found out before the run."""

    def test_accepted_variables_reach_the_command(self, plugin: Plugin, server: SshServer) -> None:
        server.accepts = {"SITE", "NOTE"}
        given = {"SITE": "porto", "NOTE": "two\nlines\n"}

        state = plugin.remote(server.connection(), 'printf %s "$SITE:$NOTE"', environment=given)

        assert "porto:two\nlines" == state["stdout"]

    def test_a_refused_variable_is_named_and_the_command_spared(
        self, plugin: Plugin, server: SshServer
    ) -> None:
        server.accepts = {"SITE"}
        given = {"SITE": "porto", "TOKEN": Secret(TOKEN)}

        with pytest.raises(ProviderError, match=r"variable\(s\) TOKEN.*AcceptEnv") as caught:
            plugin.remote(server.connection(), "touch it", environment=given)

        assert "touch it" not in server.commands
        assert TOKEN not in str(caught.value) + "".join(server.commands)

    def test_the_previous_output_is_missed_with_a_notice_only(
        self, plugin: Plugin, server: SshServer
    ) -> None:
        old = plugin.remote(server.connection(), "echo first")
        inputs = {"connection": server.connection(), "create": "echo second"}

        state = plugin.update(REMOTE, old, inputs)

        assert "second" == revealed(state)["stdout"]
        assert "refused PULUMI_COMMAND_STDOUT" in plugin.shown

    def test_the_previous_output_reaches_an_update_where_it_is_accepted(
        self, plugin: Plugin, server: SshServer
    ) -> None:
        server.accepts = {"PULUMI_COMMAND_STDOUT"}
        old = plugin.remote(server.connection(), "echo first")
        inputs = {
            "connection": server.connection(),
            "create": "echo first",
            "update": "echo after $PULUMI_COMMAND_STDOUT",
        }

        assert "after first" == plugin.update(REMOTE, old, inputs)["stdout"]

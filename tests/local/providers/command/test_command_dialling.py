"""Reaching a host: its key, the login, redials and jump hosts, against real SSH servers."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from pathlib import Path

import asyncssh
import pytest

from local.providers.failures import ProviderError
from tests.local.providers.command.harness import Plugin, SshServer, free_port


class TestHostKey:
    """The pinned key decides whom we talk to."""

    def test_another_key_fails_at_once_and_sends_nothing(
        self, plugin: Plugin, server: SshServer
    ) -> None:
        other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()

        with pytest.raises(ProviderError, match="not the pinned one") as caught:
            plugin.remote(server.connection(hostKey=other, dialErrorLimit=-1), "true")

        seen = asyncssh.import_public_key(server.host_key).get_fingerprint()
        assert seen in str(caught.value)
        assert [] == server.commands

    def test_a_key_of_a_type_that_the_server_lacks_fails_at_once(
        self, plugin: Plugin, server: SshServer
    ) -> None:
        other = asyncssh.generate_private_key("ecdsa-sha2-nistp256").export_public_key().decode()

        with pytest.raises(ProviderError, match="offers no such key"):
            plugin.remote(server.connection(hostKey=other, dialErrorLimit=-1), "true")

    def test_without_a_pinned_key_the_user_is_warned(
        self, plugin: Plugin, server: SshServer
    ) -> None:
        plugin.remote(server.connection(hostKey=None), "true")

        assert "is not checked" in plugin.shown

    def test_text_that_is_no_key_is_refused_with_its_form(
        self, plugin: Plugin, server: SshServer
    ) -> None:
        with pytest.raises(ProviderError, match="one line like"):
            plugin.remote(server.connection(hostKey="SHA256:abc"), "true")


class TestLogin:
    """Keys, passwords and agents log in; a refusal doesn't heal by waiting."""

    def test_another_user_key_fails_at_once(self, plugin: Plugin, server: SshServer) -> None:
        key = asyncssh.generate_private_key("ssh-ed25519").export_private_key().decode()

        with pytest.raises(ProviderError, match="refused the login of user 'tester'"):
            plugin.remote(server.connection(privateKey=key, dialErrorLimit=-1), "true")

    def test_no_credential_is_named_as_the_reason(
        self, plugin: Plugin, server: SshServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)

        with pytest.raises(ProviderError, match="no credential at all"):
            plugin.remote(server.connection(privateKey=None), "true")

    def test_a_password_logs_in(self, plugin: Plugin, server: SshServer) -> None:
        connection = server.connection(privateKey=None, password=server.password)

        assert "in" == plugin.remote(connection, "echo in")["stdout"]

    def test_an_encrypted_key_logs_in_with_its_password(
        self, plugin: Plugin, server: SshServer
    ) -> None:
        encrypted = (
            asyncssh.import_private_key(server.user_key)
            .export_private_key("pkcs8-pem", passphrase="open")  # noqa: S106 the test's own
            .decode()
        )
        connection = server.connection(privateKey=encrypted, privateKeyPassword="open")

        assert "in" == plugin.remote(connection, "echo in")["stdout"]
        with pytest.raises(ProviderError, match="can't be used: Unable to decrypt"):
            plugin.remote({**connection, "privateKeyPassword": "shut"}, "true")
        with pytest.raises(ProviderError, match="can't be used: Passphrase must"):
            plugin.remote(server.connection(privateKey=encrypted), "true")

    def test_an_unreadable_key_is_not_quoted(self, plugin: Plugin, server: SshServer) -> None:
        with pytest.raises(ProviderError, match="whole text of an OpenSSH or PEM key") as caught:
            plugin.remote(server.connection(privateKey="no-key-at-all"), "true")

        assert "no-key-at-all" not in str(caught.value)

    @pytest.mark.skipif(shutil.which("ssh-agent") is None, reason="ssh-agent is not installed")
    def test_an_agent_logs_in(self, plugin: Plugin, server: SshServer, tmp_path: Path) -> None:
        path, key = tmp_path / "agent", tmp_path / "key"
        key.write_text(server.user_key)
        key.chmod(0o600)
        with subprocess.Popen(
            ["ssh-agent", "-D", "-a", str(path)], stdout=subprocess.DEVNULL
        ) as agent:
            try:
                while not path.exists():
                    assert agent.poll() is None
                environment = {**os.environ, "SSH_AUTH_SOCK": str(path)}
                subprocess.run(["ssh-add", "-q", str(key)], env=environment, check=True)
                connection = server.connection(privateKey=None, agentSocketPath=str(path))
                assert "in" == plugin.remote(connection, "echo in")["stdout"]
            finally:
                agent.terminate()

    def test_a_named_agent_that_is_absent_is_told(
        self, plugin: Plugin, server: SshServer, tmp_path: Path
    ) -> None:
        connection = server.connection(agentSocketPath=str(tmp_path / "none"))

        with pytest.raises(ProviderError, match="The SSH agent at"):
            plugin.remote(connection, "true")


class TestDialling:
    """What can heal is dialled again, as often as the connection allows."""

    def test_a_refused_connection_is_redialled_up_to_the_limit(
        self, plugin: Plugin, server: SshServer
    ) -> None:
        connection = server.connection(port=free_port(), dialErrorLimit=2)

        with pytest.raises(ProviderError, match="after 3 dials: Connection refused"):
            plugin.remote(connection, "true")

        assert 2 == plugin.shown.count("retrying: Connection refused")

    def test_a_peer_that_never_answers_is_given_up_after_the_dial_timeout(
        self, plugin: Plugin, server: SshServer
    ) -> None:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            connection = server.connection(port=silent.getsockname()[1], perDialTimeout=1)
            with pytest.raises(ProviderError, match="no answer within 1 s"):
                plugin.remote(connection, "true")

    def test_the_users_own_ssh_configuration_is_not_read(
        self, plugin: Plugin, server: SshServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / ".ssh").mkdir()
        (tmp_path / ".ssh" / "config").write_text("Host *\n  ProxyCommand false\n")
        monkeypatch.setenv("HOME", str(tmp_path))

        assert "in" == plugin.remote(server.connection(), "echo in")["stdout"]

    def test_a_jump_host_leads_to_a_host_behind_it(
        self, plugin: Plugin, server: SshServer, tmp_path: Path
    ) -> None:
        bastion = SshServer(tmp_path)
        try:
            connection = server.connection(proxy=bastion.connection())
            assert "behind" == plugin.remote(connection, "echo behind")["stdout"]
        finally:
            bastion.close()

        assert (["echo behind"], []) == (server.commands, bastion.commands)

    def test_a_host_that_the_jump_host_cannot_reach_is_told_with_both(
        self, plugin: Plugin, server: SshServer, tmp_path: Path
    ) -> None:
        bastion, port = SshServer(tmp_path), free_port()
        try:
            connection = server.connection(proxy=bastion.connection(), port=port)
            with pytest.raises(ProviderError) as caught:
                plugin.remote(connection, "true")
        finally:
            bastion.close()

        assert f"127.0.0.1:{port} through 127.0.0.1:{bastion.port}" in str(caught.value)

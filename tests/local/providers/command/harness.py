"""A recording engine, the plugin's calls in short, and a real SSH server on loopback."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import asyncssh
import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, provider_pb2

from local.providers.command.provider import CommandProvider
from local.providers.engine import Engine
from local.providers.values import decode, encode, reveal_object

LOCAL = "command:local:Command"
REMOTE = "command:remote:Command"
COPY = "command:remote:CopyToRemote"
CUT = "CUT-THE-CONNECTION"
"""A command at which the test's server drops the connection."""

_CONTEXT = cast("grpc.ServicerContext", None)  # none of the plugin's calls looks at it


@dataclass
class RecordingStub:
    """Stands for the engine's service and keeps what would be shown."""

    logged: list[engine_pb2.LogRequest] = field(default_factory=list)

    def Log(self, request: engine_pb2.LogRequest, timeout: float) -> None:  # noqa: ARG002, N802 gRPC's
        self.logged.append(request)

    @property
    def lines(self) -> list[str]:
        return [request.message for request in self.logged]


class Plugin:
    """The provider with an engine that records, called as the engine calls it."""

    def __init__(self) -> None:
        self.log = RecordingStub()
        self.engine = Engine(cast("engine_pb2_grpc.EngineStub", self.log))
        self._provider = CommandProvider(self.engine)

    def check(self, token: str, inputs: Mapping[str, Any]) -> provider_pb2.CheckResponse:
        request = provider_pb2.CheckRequest(type=token, news=encode(inputs))
        return self._provider.Check(request, _CONTEXT)

    def checked(self, token: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
        response = self.check(token, inputs)
        assert not response.failures, response.failures
        return decode(response.inputs)

    def create(
        self, token: str, inputs: Mapping[str, Any], *, preview: bool = False, timeout: float = 0
    ) -> dict[str, Any]:
        request = provider_pb2.CreateRequest(
            type=token,
            name="it",
            urn="urn:it",
            properties=encode(self.checked(token, inputs)),
            preview=preview,
            timeout=timeout,
        )
        response = self._provider.Create(request, _CONTEXT)
        assert bool(response.id) is not preview
        return decode(response.properties)

    def remote(
        self,
        connection: Mapping[str, Any],
        create: str,
        **more: Any,  # noqa: ANN401 JSON-like
    ) -> dict[str, Any]:
        """Create a remote command."""
        return self.create(REMOTE, {"connection": connection, "create": create, **more})

    def update(
        self,
        token: str,
        old: Mapping[str, Any],
        inputs: Mapping[str, Any],
        *,
        preview: bool = False,
    ) -> dict[str, Any]:
        request = provider_pb2.UpdateRequest(
            type=token,
            urn="urn:it",
            olds=encode(old),
            news=encode(self.checked(token, inputs)),
            preview=preview,
        )
        return decode(self._provider.Update(request, _CONTEXT).properties)

    def delete(self, token: str, state: Mapping[str, Any]) -> None:
        request = provider_pb2.DeleteRequest(type=token, urn="urn:it", properties=encode(state))
        self._provider.Delete(request, _CONTEXT)

    def run(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        request = provider_pb2.InvokeRequest(tok="command:local:run", args=encode(arguments))
        response = self._provider.Invoke(request, _CONTEXT)
        return decode(getattr(response, "return"))

    def cancel(self) -> None:
        self.engine.cancelled.set()

    @property
    def shown(self) -> str:
        return "\n".join(self.log.lines)


def revealed(state: Mapping[str, Any]) -> dict[str, Any]:
    """Give the state with its secrets in clear."""
    return reveal_object(state)


def free_port() -> int:
    """Give a port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


class SshServer:
    """An SSH server on loopback that really runs commands and has SFTP below a folder.

    Attributes:
        port: where it listens.
        host_key: its public host key, one line.
        user_key: the private key that it accepts, in OpenSSH form.
        accepts: the variables that its AcceptEnv would name.
        commands: what it was asked to run.
    """

    def __init__(self, folder: Path) -> None:
        self.accepts: set[str] = set()
        self.commands: list[str] = []
        self.password = "correct horse battery"  # noqa: S105 the test's own
        self._folder = folder
        self._host_key = asyncssh.generate_private_key("ssh-ed25519")
        self._user_key = asyncssh.generate_private_key("ssh-ed25519")
        self.host_key = self._host_key.export_public_key().decode()
        self.user_key = self._user_key.export_private_key().decode()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self._acceptor = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()
        self.port: int = self._acceptor.get_port()

    def connection(self, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 JSON-like
        """Give a connection that works, with `changes`; None removes a property."""
        working = {
            "host": "127.0.0.1",
            "port": self.port,
            "user": "tester",
            "privateKey": self.user_key,
            "hostKey": self.host_key,
            "dialErrorLimit": 0,
        }
        given = {**working, **changes}
        return {name: value for name, value in given.items() if value is not None}

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _stop(self) -> None:
        self._acceptor.close()
        await self._acceptor.wait_closed()
        others = asyncio.all_tasks() - {cast("asyncio.Task[Any]", asyncio.current_task())}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _listen(self) -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            "127.0.0.1",
            0,
            server_factory=lambda: _Door(self.password),
            server_host_keys=[self._host_key],
            authorized_client_keys=asyncssh.import_authorized_keys(
                self._user_key.export_public_key().decode()
            ),
            process_factory=self._handle,
            sftp_factory=lambda channel: asyncssh.SFTPServer(channel, bytes(self._folder)),
            encoding=None,
        )

    async def _handle(self, process: asyncssh.SSHServerProcess[bytes]) -> None:
        command = process.command or ""
        self.commands.append(command)
        if command == CUT:
            process.stdout.write(b"half of it\n")
            process.get_extra_info("connection").abort()
            return
        accepted = {key: value for key, value in process.env.items() if key in self.accepts}
        child = await asyncio.create_subprocess_shell(
            command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={"PATH": "/usr/bin:/bin", **accepted},
        )
        feeding = asyncio.create_task(_pump(process.stdin, child.stdin))
        await asyncio.gather(
            _pump(child.stdout, process.stdout), _pump(child.stderr, process.stderr)
        )
        process.exit(await child.wait())
        feeding.cancel()


async def _pump(source: Any, sink: Any) -> None:  # noqa: ANN401 asyncio's and asyncssh's streams
    with suppress(OSError, asyncssh.Error):
        while chunk := await source.read(65536):
            sink.write(chunk)
            await sink.drain()
        if isinstance(sink, asyncio.StreamWriter):
            sink.close()


class _Door(asyncssh.SSHServer):
    """Lets the one password in, and connections through, as a jump host."""

    def __init__(self, password: str) -> None:
        self._password = password

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == ("tester", self._password)

    def connection_requested(
        self,
        dest_host: str,
        dest_port: int,  # noqa: ARG002 asyncssh's signature
        orig_host: str,  # noqa: ARG002 asyncssh's signature
        orig_port: int,  # noqa: ARG002 asyncssh's signature
    ) -> bool:
        return dest_host == "127.0.0.1"

"""A Pulumi provider plugin as a process: the gRPC server and its end.

Owns what every plugin of ours shares, and the calls to which all of them give the same answer. It
knows no resource; `PluginServicer` is subclassed for those. The engine's log is in
`local.providers.engine`, errors are in `local.providers.failures`.

Protocol: ``proto/pulumi/provider.proto`` of the engine; a plugin prints its port as the only line
on stdout, and the engine's address is its last argument.
"""

import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import (
    engine_pb2_grpc,
    plugin_pb2,
    provider_pb2,
    provider_pb2_grpc,
)

from local.providers.engine import Engine
from local.providers.failures import ErrorInterceptor, ProviderError

_MESSAGE_BYTES: Final = 400 * 1024 * 1024  # the official plugins' limit: CRDs and archives are big
_WORKERS: Final = 256  # a wait for readiness holds a thread; idle ones cost nothing
_PROBE_SECONDS: Final = 1.0
_GRACE_SECONDS: Final = 3.0
_USAGE_EXIT: Final = 2


class PluginServicer(provider_pb2_grpc.ResourceProviderServicer):
    """The calls that all our plugins answer alike; the others are refused by the base class.

    Attributes:
        title: what the user reads, such as ``the stand-in kubernetes plugin``.
        version: of the official plugin that this one stands in for.
        engine: the engine's log and its wish to stop.

    """

    title: str
    version: str

    def __init__(self, engine: Engine) -> None:
        """Keep the engine."""
        self.engine = engine

    def Handshake(  # noqa: N802 gRPC's name
        self,
        _request: provider_pb2.ProviderHandshakeRequest,
        _context: grpc.ServicerContext,
    ) -> provider_pb2.ProviderHandshakeResponse:
        """Accept typed secrets; resource references arrive as ids, outputs as plain values."""
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True)

    def Attach(  # noqa: N802 gRPC's name
        self,
        _request: plugin_pb2.PluginAttach,
        _context: grpc.ServicerContext,
    ) -> Empty:
        """Accept; the engine's address is known from the command line."""
        return Empty()

    def GetPluginInfo(  # noqa: N802 gRPC's name
        self,
        _request: Empty,
        _context: grpc.ServicerContext,
    ) -> plugin_pb2.PluginInfo:
        """Name the version that this plugin stands in for."""
        return plugin_pb2.PluginInfo(version=self.version)

    def GetSchema(  # noqa: N802 gRPC's name
        self,
        _request: provider_pb2.GetSchemaRequest,
        _context: grpc.ServicerContext,
    ) -> provider_pb2.GetSchemaResponse:
        """Give an empty schema: SDKs carry their own."""
        return provider_pb2.GetSchemaResponse(schema="{}")

    def CheckConfig(  # noqa: N802 gRPC's name
        self,
        request: provider_pb2.CheckRequest,
        _context: grpc.ServicerContext,
    ) -> provider_pb2.CheckResponse:
        """Accept the provider's configuration as it is."""
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(  # noqa: N802 gRPC's name
        self,
        request: provider_pb2.DiffRequest,
        _context: grpc.ServicerContext,
    ) -> provider_pb2.DiffResponse:
        """Never replace a provider for a changed configuration."""
        kinds = provider_pb2.DiffResponse
        changed = request.old_inputs != request.news
        return kinds(changes=kinds.DIFF_SOME if changed else kinds.DIFF_NONE)

    def Configure(  # noqa: N802 gRPC's name
        self,
        _request: provider_pb2.ConfigureRequest,
        _context: grpc.ServicerContext,
    ) -> provider_pb2.ConfigureResponse:
        """Say once that this is the stand-in, and what the plugin is able to do."""
        self.engine.info(f"Using {self.title} (for the official {self.version}).")
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    def Invoke(  # noqa: N802 gRPC's name
        self,
        request: provider_pb2.InvokeRequest,
        _context: grpc.ServicerContext,
    ) -> provider_pb2.InvokeResponse:
        """Refuse functions."""
        raise self.unsupported(f"The function {request.tok}")

    def Call(  # noqa: N802 gRPC's name
        self,
        request: provider_pb2.CallRequest,
        _context: grpc.ServicerContext,
    ) -> provider_pb2.CallResponse:
        """Refuse methods."""
        raise self.unsupported(f"The method {request.tok}")

    def Construct(  # noqa: N802 gRPC's name
        self,
        request: provider_pb2.ConstructRequest,
        _context: grpc.ServicerContext,
    ) -> provider_pb2.ConstructResponse:
        """Refuse components that a plugin would expand."""
        raise self.unsupported(f"The component {request.type} ({request.name})")

    def Cancel(  # noqa: N802 gRPC's name
        self,
        _request: Empty,
        _context: grpc.ServicerContext,
    ) -> Empty:
        """End every wait."""
        self.engine.cancelled.set()
        return Empty()

    def close(self) -> None:
        """Let go of connections, at the very end; by default there are none."""

    def unsupported(self, what: str) -> ProviderError:
        """Make the error for what only the official plugin does."""
        message = (
            f"{what} is not supported by {self.title}; "
            f"install the official plugin (version {self.version}) to use it."
        )
        return ProviderError(message, grpc.StatusCode.UNIMPLEMENTED)


def serve(create: Callable[[Engine], PluginServicer], arguments: Sequence[str]) -> int:
    """Serve a plugin until the engine goes away or a signal stops it; return the exit code.

    Args:
        create: makes the servicer.
        arguments: the command line without the program; the last one is the engine's address.

    """
    if not arguments or ":" not in arguments[-1]:
        print(  # noqa: T201 the user started us by hand
            "This is a Pulumi plugin: the engine starts it, with its address as last argument.",
            file=sys.stderr,
        )
        return _USAGE_EXIT
    address = arguments[-1]
    engine = Engine(engine_pb2_grpc.EngineStub(grpc.insecure_channel(address)))
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    server = grpc.server(
        ThreadPoolExecutor(_WORKERS),
        interceptors=[ErrorInterceptor()],
        options=[
            ("grpc.max_receive_message_length", _MESSAGE_BYTES),
            ("grpc.max_send_message_length", _MESSAGE_BYTES),
            ("grpc.so_reuseport", 0),
        ],
    )
    servicer = create(engine)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(f"This is {servicer.title}.", file=sys.stderr, flush=True)  # noqa: T201 the engine's log
    print(port, flush=True)  # noqa: T201 the protocol's first line
    _wait_for_end(stop, address)
    engine.cancelled.set()
    server.stop(_GRACE_SECONDS).wait()
    servicer.close()
    # A worker blocked in a request to a cluster would hold a normal exit until its own time-out.
    os._exit(0)


def _wait_for_end(stop: threading.Event, address: str) -> None:
    """Return when `stop` is set or nobody listens at the engine's address any more."""
    host, _, port = address.rpartition(":")
    while not stop.wait(_PROBE_SECONDS):
        try:
            socket.create_connection((host, int(port)), timeout=5).close()
        except OSError:
            return

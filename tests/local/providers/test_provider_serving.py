"""A plugin as a process: its first line, its errors, its end."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, provider_pb2, provider_pb2_grpc

CHECKOUT = Path(__file__).resolve().parents[3]
PLUGIN = [sys.executable, "-m", "local.providers.kubernetes"]


class EngineService(engine_pb2_grpc.EngineServicer):
    """An engine that accepts log lines."""

    def Log(self, _request: engine_pb2.LogRequest, _context: grpc.ServicerContext) -> Empty:  # noqa: N802 gRPC's name
        return Empty()


@dataclass(frozen=True)
class Running:
    """A plugin with its engine and a way to call it."""

    engine: grpc.Server
    process: subprocess.Popen[str]
    stub: provider_pb2_grpc.ResourceProviderStub


@pytest.fixture
def running() -> Iterator[Running]:
    engine = grpc.server(ThreadPoolExecutor(2))
    engine_pb2_grpc.add_EngineServicer_to_server(EngineService(), engine)
    address = f"127.0.0.1:{engine.add_insecure_port('127.0.0.1:0')}"
    engine.start()
    with subprocess.Popen(
        [*PLUGIN, "--logtostderr", address],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            yield Running(engine, process, provider_pb2_grpc.ResourceProviderStub(channel))
        process.kill()
    engine.stop(None).wait()


class TestProcess:
    def test_answers_at_the_port_that_it_prints(self, running: Running) -> None:
        info = running.stub.GetPluginInfo(Empty())

        assert "4.34.2" == info.version

    def test_accepts_typed_secrets(self, running: Running) -> None:
        answer = running.stub.Handshake(provider_pb2.ProviderHandshakeRequest())

        assert True is answer.accept_secrets

    def test_ends_when_the_engine_is_gone(self, running: Running) -> None:
        running.engine.stop(None).wait()

        assert 0 == running.process.wait(timeout=30)

    def test_ends_when_it_is_told_to(self, running: Running) -> None:
        running.process.terminate()

        assert 0 == running.process.wait(timeout=30)

    def test_tells_who_starts_it_when_a_user_does(self) -> None:
        done = subprocess.run(PLUGIN, cwd=CHECKOUT, capture_output=True, text=True, check=False)

        assert 2 == done.returncode
        assert "the engine starts it" in done.stderr


class TestErrors:
    def test_of_missing_features_name_the_official_plugin(self, running: Running) -> None:
        with pytest.raises(grpc.RpcError) as caught:
            running.stub.Invoke(provider_pb2.InvokeRequest(tok="kubernetes:yaml:decode"))

        assert grpc.StatusCode.UNIMPLEMENTED is caught.value.code()
        assert "install the official plugin" in caught.value.details()

    def test_of_the_plugin_itself_are_a_sentence_and_no_traceback(self, running: Running) -> None:
        with pytest.raises(grpc.RpcError) as caught:
            running.stub.Check(provider_pb2.CheckRequest(urn="nonsense"))

        assert grpc.StatusCode.INTERNAL is caught.value.code()
        assert caught.value.details().startswith("The plugin itself failed in Check")

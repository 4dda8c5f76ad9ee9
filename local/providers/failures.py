"""Failures as gRPC statuses, so that the user reads a sentence and never a traceback."""

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import grpc
from google.protobuf.message import Message
from pulumi.runtime.proto import status_pb2


class ProviderError(Exception):
    """A failure that the user can act on: a sentence, its gRPC code and perhaps a detail.

    Attributes:
        code: not ``INTERNAL``, ``UNKNOWN`` or ``DATA_LOSS``, for which the engine takes the
            resource's state as lost (``resourceStateAndError`` in its ``provider_plugin.go``).
        detail: a message that the engine understands, such as ``ErrorResourceInitFailed``.

    """

    def __init__(
        self,
        message: str,
        code: grpc.StatusCode = grpc.StatusCode.FAILED_PRECONDITION,
        detail: Message | None = None,
    ) -> None:
        """Keep the parts."""
        super().__init__(message)
        self.code = code
        self.detail = detail


class ErrorInterceptor(grpc.ServerInterceptor):  # type: ignore[misc]  # grpc ships no types
    """Turns the exceptions of a servicer into statuses."""

    def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], grpc.RpcMethodHandler],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> grpc.RpcMethodHandler:
        """Wrap one method; the only streaming one (List) is implemented by none of our plugins."""
        handler = continuation(handler_call_details)
        if handler is None or handler.unary_unary is None:
            return handler
        method = str(handler_call_details.method).rpartition("/")[2]

        def guarded(request: Message, context: grpc.ServicerContext) -> Any:  # noqa: ANN401 gRPC's
            try:
                return handler.unary_unary(request, context)
            except ProviderError as error:
                context.abort_with_status(_status(error))
            except NotImplementedError:
                context.abort(grpc.StatusCode.UNIMPLEMENTED, f"{method} is not implemented.")
            except Exception as error:  # noqa: BLE001 the edge of the process
                traceback.print_exc()  # stderr is the engine's debug log
                context.abort(grpc.StatusCode.INTERNAL, _defect(method, error))

        return grpc.unary_unary_rpc_method_handler(
            guarded,
            request_deserializer=handler.request_deserializer,
            response_serializer=handler.response_serializer,
        )


@dataclass(frozen=True)
class _Status(grpc.Status):  # type: ignore[misc]  # grpc ships no types
    code: grpc.StatusCode
    details: str
    trailing_metadata: tuple[tuple[str, bytes], ...]


def _status(error: ProviderError) -> _Status:
    if error.detail is None:
        return _Status(error.code, str(error), ())
    rich = status_pb2.Status(code=error.code.value[0], message=str(error))
    rich.details.add().Pack(error.detail)
    metadata = (("grpc-status-details-bin", rich.SerializeToString()),)
    return _Status(error.code, str(error), metadata)


def _defect(method: str, error: Exception) -> str:
    return (
        f"The plugin itself failed in {method} ({type(error).__name__}: {error}). This is a defect "
        "of the plugin; run pulumi with `--logtostderr --logflow -v=9` to see where."
    )

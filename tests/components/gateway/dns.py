"""A name server on loopback, whose answers a test changes while it runs.

Owns the few parts of DNS that Envoy needs of a headless service: A records without a cache time.
Doesn't own any assertion.
"""

from __future__ import annotations

import socket
import struct
import threading
from types import TracebackType
from typing import Final, Self

_A: Final = 1
_NO_SUCH_NAME: Final = 3
_ANSWER: Final = 0x8580  # a response, authoritative, recursion available


class Names:
    """The server, while its context lasts.

    Attributes:
        addresses: IPv4 addresses by full name, with the dot at its end.
        missing: whether an unknown name is said not to exist; else it has no address.
    """

    def __init__(self) -> None:
        self.addresses: dict[str, list[str]] = {}
        self.missing = False
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def port(self) -> int:
        """Its UDP port."""
        return int(self._socket.getsockname()[1])

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._socket.sendto(b"", self._socket.getsockname())
        self._thread.join(5)
        self._socket.close()

    def _serve(self) -> None:
        while True:
            query, sender = self._socket.recvfrom(512)
            if not query:
                return
            self._socket.sendto(self._answer(query), sender)

    def _answer(self, query: bytes) -> bytes:
        name, end = "", 12
        while length := query[end]:
            name += query[end + 1 : end + 1 + length].decode().lower() + "."
            end += length + 1
        question = query[12 : end + 5]
        (kind,) = struct.unpack("!H", query[end + 1 : end + 3])
        known = self.addresses.get(name)
        found = list(known or []) if kind == _A else []
        code = _NO_SUCH_NAME if known is None and self.missing else 0
        head = query[:2] + struct.pack("!5H", _ANSWER | code, 1, len(found), 0, 0)
        records = b"".join(
            struct.pack("!HHHIH", 0xC00C, _A, 1, 0, 4) + socket.inet_aton(address)
            for address in found
        )
        return head + question + records

"""Running coroutines for the plugin's threads, within a time limit and until a cancellation.

Owns the one event loop, on a thread of its own. What runs there cleans up after itself when it is
cancelled; how is its own business.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

from local.providers.failures import ProviderError

_Result = TypeVar("_Result")


class Tasks:
    """An event loop for work that the engine may cancel."""

    def __init__(self, cancelled: threading.Event) -> None:
        """Start the loop; everything running ends once `cancelled` is set."""
        self._loop = asyncio.new_event_loop()
        self._cancelled = cancelled
        threading.Thread(target=self._loop.run_forever, name="tasks", daemon=True).start()
        threading.Thread(target=self._cancel, name="cancellation", daemon=True).start()

    def run(self, work: Coroutine[Any, Any, _Result], seconds: float = 0) -> _Result:
        """Run `work` to its end and give its result.

        Args:
            work: the coroutine.
            seconds: its time limit, the resource's ``customTimeouts``; 0 for none.

        Raises:
            ProviderError: it was cancelled or took too long, or what `work` raised.
        """
        future = asyncio.run_coroutine_threadsafe(self._bounded(work, seconds or None), self._loop)
        try:
            return future.result()
        except concurrent.futures.CancelledError:
            raise ProviderError(
                "It was cancelled before it ended, so what it did so far may be incomplete; "
                "run the same again to finish it."
            ) from None
        finally:
            work.close()  # silences the warning about a coroutine that was cancelled unstarted

    async def _bounded(self, work: Coroutine[Any, Any, _Result], seconds: float | None) -> _Result:
        if self._cancelled.is_set():
            raise asyncio.CancelledError
        try:
            async with asyncio.timeout(seconds):
                return await work
        except TimeoutError:
            raise ProviderError(
                f"It was stopped after {seconds:g} s, the limit in the resource's customTimeouts; "
                "raise the limit, or find out what it waits for."
            ) from None

    def _cancel(self) -> None:
        self._cancelled.wait()
        self._loop.call_soon_threadsafe(self._cancel_all)

    def _cancel_all(self) -> None:
        for task in asyncio.all_tasks(self._loop):
            task.cancel()

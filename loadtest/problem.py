"""How the load test fails: one sentence for a person, and a non-zero exit.

Owns the exception. Doesn't own failures of the measured archive: those are counted, not raised.
"""

from __future__ import annotations


class LoadTestProblem(Exception):  # noqa: N818 - read as "the load test's problem"
    """The load test can't go on; the message says what was found and what to do."""

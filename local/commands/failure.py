"""How a command fails: one sentence for a person, and a non-zero exit.

Owns the exception. Doesn't own refusals of stack files (:mod:`components.catalog`).
"""

from __future__ import annotations


class CommandFailed(Exception):  # noqa: N818 - read as "the command failed"
    """A step failed; the message says what to do, the step itself has printed the rest."""

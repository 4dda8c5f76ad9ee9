"""What an environment's stack file says of alerts: who hears of which.

Owns the keys below ``alertReceivers``, and what is wrong with receivers as a whole. Doesn't own
their secrets, which stand encrypted beside the promise, nor how alerts get to them
(:mod:`components.monitoring.alertmanager`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Final, Literal

from pydantic import Field

from components.catalog.closed import Closed
from components.catalog.names import InstitutionName, ReceiverName
from components.catalog.vocabulary import Severity

_MAILBOX: Final = r"^[^@\s,]+@[^@\s,]+$"
Mailbox = Annotated[str, Field(pattern=_MAILBOX, max_length=254)]


class Webhook(Closed):
    """A web address that takes Alertmanager's JSON."""

    kind: Literal["webhook"]
    """A web address; it is secret, since most hold a token: imaging:alertReceivers.<name>."""


class Mail(Closed):
    """A mailbox."""

    kind: Literal["mail"]
    """A mailbox."""
    to: Mailbox
    """Its address."""
    sender: Mailbox
    """From which mails come."""
    server: Annotated[str, Field(pattern=r"^[A-Za-z0-9.-]+:[0-9]{1,5}$", max_length=260)]
    """Host and port of a mail server that offers TLS, for example mail.example.org:587."""
    user: Annotated[str, Field(max_length=128)] = ""
    """For a server that asks who sends; the password is the secret
    imaging:alertReceivers.<name>."""


class Receiver(Closed):
    """Somebody who hears of alerts."""

    name: ReceiverName
    """Unique, and not nobody."""
    channel: Annotated[Webhook | Mail, Field(discriminator="kind")]
    """How alerts get there."""
    severities: Annotated[tuple[Severity, ...], Field(min_length=1)] = (
        Severity.CRITICAL,
        Severity.WARNING,
    )
    """Of which alerts: critical, warning."""
    institutions: tuple[InstitutionName, ...] = ()
    """Of whose alerts; left out: of all, and of the platform's own."""

    @property
    def needs_secret(self) -> bool:
        """Whether its channel has an address or a password that nobody may see."""
        return isinstance(self.channel, Webhook) or bool(self.channel.user)


def mistakes(receivers: Sequence[Receiver], institutions: Iterable[str]) -> Iterator[str]:
    """All sentences on receivers that can't be meant.

    No receiver at all is allowed: then people must look themselves. With some, each institution's
    critical alerts and the platform's must be heard by one.
    """
    known, names = frozenset(institutions), [each.name for each in receivers]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"two receivers are called {name}; call one by another name"
    if "nobody" in names:
        yield "a receiver is called nobody, which is who hears of what concerns none; rename it"
    for each in receivers:
        for stranger in sorted(set(each.institutions) - known):
            yield (
                f"receiver {each.name} hears of {stranger}, which isn't an institution of this "
                f"environment; there are {', '.join(sorted(known)) or 'none'}"
            )
    if not receivers:
        return
    woken = [each for each in receivers if Severity.CRITICAL in each.severities]
    if all(each.institutions for each in woken):
        yield (
            "nobody hears of the platform's critical alerts; let one receiver of critical leave "
            "institutions out"
        )
        for name in sorted(known - {name for each in woken for name in each.institutions}):
            yield f"nobody hears of {name}'s critical alerts; name it at a receiver of critical"

"""Asks the archive, before it is loaded, how many objects each part of the mix finds.

Owns the few requests of that, and the sentences for an archive that can't be loaded. Doesn't own
the load.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterable
from dataclasses import dataclass

import httpx

from loadtest.plan import Query, Target
from loadtest.problem import LoadTestProblem


@dataclass(frozen=True)
class Share:
    """A part of the object mix, as the archive holds it.

    Attributes:
        query: in Lucene's language.
        weight: how often it is drawn, in proportion to the others.
        objects: how many it finds.
    """

    query: str
    weight: float
    objects: int


def found(target: Target, mix: Iterable[Query], timeout: int) -> tuple[Share, ...]:
    """Count the objects of each part; ``timeout`` is in seconds.

    Raises:
        LoadTestProblem: the archive doesn't answer, lets us in nowhere, or lacks a part's objects.
    """
    with httpx.Client(verify=_tls(target), timeout=timeout) as client:
        return tuple(Share(part.query, part.weight, _count(client, target, part)) for part in mix)


def _count(client: httpx.Client, target: Target, part: Query) -> int:
    asked = {"query": part.query, "provider": "lucene", "field": "SOPInstanceUID", "psize": "1"}
    try:
        answer = _get(client, target, asked)
    except httpx.TransportError as problem:
        raise LoadTestProblem(
            f"{target.url} doesn't answer ({problem}); is it the gateway's address, does it trust "
            "our certificate, do we trust its own?"
        ) from None
    if answer.status_code != httpx.codes.OK:
        raise LoadTestProblem(
            f"{target.url}/search answered {answer.status_code}. 403: the certificate isn't one of "
            "an institution that may query this archive; 503: no reader serves."
        )
    try:
        count = int(answer.json()["numResults"])
    except (json.JSONDecodeError, KeyError, TypeError, ValueError):
        raise LoadTestProblem(
            f"{target.url}/search doesn't answer as Dicoogle does; give the web API's address."
        ) from None
    if count < 1:
        raise LoadTestProblem(
            f"No object was found for {part.query!r}; store some, or ask for other --objects. "
            "(A query that Lucene can't read finds nothing either.)"
        )
    return count


def _get(client: httpx.Client, target: Target, asked: dict[str, str]) -> httpx.Response:
    url = httpx.URL(target.url).join("/search")
    if target.address is None:
        return client.get(url, params=asked)
    # As k6's `hosts` does it: another address, the same name in TLS and in the request.
    headers = {"Host": url.netloc.decode()}
    elsewhere = url.copy_with(host=target.address)
    named = {"sni_hostname": target.host}
    return client.get(elsewhere, params=asked, headers=headers, extensions=named)


def _tls(target: Target) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=target.authority)
        if target.certificate is not None and target.key is not None:
            context.load_cert_chain(target.certificate, target.key, _no_password)
    except ssl.SSLError as problem:
        raise LoadTestProblem(
            f"The certificate files can't be used ({problem.reason or problem}): they have to be "
            "PEM, and the key has to fit its certificate."
        ) from None
    return context


def _no_password() -> str:
    raise LoadTestProblem("The key is encrypted, and k6 can't ask for its password; give it plain.")

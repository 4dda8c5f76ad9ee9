"""What one run is asked to do: whom it loads, with which users, for which objects.

Owns these values and the refusal of those that can't be meant. Doesn't own how people write them
(:mod:`loadtest.arguments`), nor anything that needs the network.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from loadtest.problem import LoadTestProblem

Backend = Literal["ceph", "nfs", "local"]
"""Where the images lie: the two that the article compares, or a disk of the archive's machine."""


@dataclass(frozen=True, order=True)
class Scenario:
    """What is measured.

    Attributes:
        architecture: one Dicoogle that stores and serves, or readers behind a gateway.
        readers: how many serve; 1 for a monolith.
        backend: where the images lie.
    """

    architecture: Literal["monolith", "readers"]
    readers: int
    backend: Backend

    def __post_init__(self) -> None:
        """Refuse numbers that no deployment has."""
        if self.readers < 1 or (self.architecture == "monolith" and self.readers != 1):
            raise LoadTestProblem(
                f"{self.readers} readers as {self.architecture}: a monolith serves alone, and "
                "readers are 1 or more."
            )

    @property
    def name(self) -> str:
        """The name that reports show."""
        if self.architecture == "monolith":
            return f"monolith, {self.backend}"
        return f"{self.readers} reader{'' if self.readers == 1 else 's'}, {self.backend}"


@dataclass(frozen=True)
class Query:
    """A part of the object mix.

    Attributes:
        query: in Lucene's language, as `/search` takes it.
        weight: how often it is drawn, in proportion to the others.
    """

    query: str
    weight: float = 1.0


@dataclass(frozen=True)
class Target:
    """The archive's web API, and how its callers show who they are.

    Attributes:
        url: scheme, host and port.
        certificate: the client certificate's file, PEM; together with ``key``, or neither.
        key: its private key's file.
        authority: the file of the authority that signed the server's certificate; None: the
            system's.
        address: where the host's name leads, instead of asking DNS.
    """

    url: str
    certificate: Path | None = None
    key: Path | None = None
    authority: Path | None = None
    address: str | None = None

    def __post_init__(self) -> None:
        """Refuse what can't be asked, before anything is."""
        self._check_url()
        self._check_address()
        if (self.certificate is None) != (self.key is None):
            raise LoadTestProblem(
                "A client certificate and its key belong together: give both files or neither."
            )
        files = {"certificate": self.certificate, "key": self.key, "authority": self.authority}
        for what, file in files.items():
            if file is not None and not file.is_file():
                raise LoadTestProblem(f"There is no {what} file {str(file)!r}; give its path.")
        if self.certificate is not None and self.scheme != "https":
            raise LoadTestProblem(
                f"{self.url} has no TLS, so nobody would see the client certificate; give an "
                "https URL, or no certificate."
            )

    @property
    def scheme(self) -> str:
        """Http or https."""
        return urlsplit(self.url).scheme

    @property
    def host(self) -> str:
        """The host's name, which the server's certificate has to carry."""
        return urlsplit(self.url).hostname or ""

    def _check_address(self) -> None:
        if self.address is None:
            return
        try:
            ip_address(self.address)
        except ValueError:
            raise LoadTestProblem(
                f"The address {self.address!r} isn't an IP address; give one, without a port."
            ) from None

    def _check_url(self) -> None:
        example = "for example https://gateway.aveiro.example.org"
        if not self.url:
            raise LoadTestProblem(f"No URL was given: say which archive to load, {example}.")
        try:
            parts = urlsplit(self.url)
            _ = parts.port
        except ValueError as problem:
            raise LoadTestProblem(
                f"{self.url!r} is no URL ({problem}); give one, {example}."
            ) from None
        if parts.username is not None or parts.password is not None:
            raise LoadTestProblem(
                "The URL carries a user or a password, which would stand in the result; the "
                "archive knows its callers by certificate."
            )
        beyond = parts.path.strip("/") or parts.query or parts.fragment
        if parts.scheme not in {"http", "https"} or not parts.hostname or beyond:
            raise LoadTestProblem(
                f"{self.url!r} isn't the address of an archive's web API; give scheme, host and "
                f"port alone, {example}."
            )


@dataclass(frozen=True)
class Plan:
    """One run.

    Attributes:
        scenario: what is measured.
        target: where.
        server: what the measured machines are, in the user's words.
        institution: whose archive it is.
        users: at the end of the ramp, which begins with 1.
        seconds: the ramp's length.
        mix: the parts of the object mix.
        timeout: seconds that a request may take.
        manifest: a file of what the archive must answer; None: every body has to equal the first
            one of the same object.
        out: the folder for result and report; it mustn't exist yet.
    """

    scenario: Scenario
    target: Target
    server: str
    institution: str
    users: int
    seconds: int
    mix: tuple[Query, ...]
    timeout: int
    manifest: Path | None
    out: Path

    def __post_init__(self) -> None:
        """Refuse runs that would measure nothing, or write over another's result."""
        for what, number in (("users", self.users), ("seconds", self.seconds)):
            if number < 1:
                raise LoadTestProblem(
                    f"A run of {number} {what} measures nothing; ask for 1 or more."
                )
        if self.timeout < 1:
            raise LoadTestProblem(
                f"A timeout of {self.timeout} s fails everything; give 1 or more."
            )
        for part in self.mix:
            if not 0 < part.weight < float("inf"):
                raise LoadTestProblem(
                    f"The objects {part.query!r} have the weight {part.weight:g}; give one above 0."
                )
        if len({part.query for part in self.mix}) < len(self.mix):
            raise LoadTestProblem(
                "A query stands twice in the object mix; give it once, with one weight."
            )
        if self.out.exists():
            raise LoadTestProblem(
                f"{str(self.out)!r} exists already; name a new folder for the result."
            )

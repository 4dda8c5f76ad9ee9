"""The catalogue: every stack file of an environment, parsed once and checked against the others.

Owns loading and the order of checks. Doesn't own whether the disks can keep the promises
(:mod:`components.placement`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel, TypeAdapter, ValidationError

from components.catalog import crosschecks, stack_files, translation
from components.catalog.institution import Institution
from components.catalog.names import EnvironmentName, InstitutionName
from components.catalog.platform import Platform
from components.catalog.refusal import Refusal, Refused

if TYPE_CHECKING:
    from pathlib import Path

_ENVIRONMENT: Final[TypeAdapter[str]] = TypeAdapter(EnvironmentName)
_INSTITUTION: Final[TypeAdapter[str]] = TypeAdapter(InstitutionName)


@dataclass(frozen=True)
class Catalog:
    """One environment and all its institutions.

    Attributes:
        environment: the environment's name, which is the platform's stack.
        platform: what it is made of.
        institutions: the promises, by the institution's name, in alphabetical order.
        armed: the stacks that may be destroyed with all that they hold.
    """

    environment: str
    platform: Platform
    institutions: Mapping[str, Institution]
    armed: frozenset[str] = frozenset()

    def stack(self, institution: str | None = None) -> str:
        """The Pulumi stack of an institution, or the platform's."""
        return self.environment if institution is None else f"{self.environment}.{institution}"

    def file(self, institution: str | None = None) -> str:
        """The stack file of an institution, or the platform's, relative to the checkout."""
        return stack_files.stack_file(self.environment, institution)


def load(folder: Path, environment: str) -> Catalog:
    """Read, parse and cross-check all stack files of an environment.

    Raises Refused with every refusal of all files at once.
    """
    files, refusals = stack_files.read(folder, environment)
    return parse(environment, files, refusals, stack_files.institutions(folder, environment))


def parse(
    environment: str,
    files: Sequence[stack_files.StackFile],
    refusals: Iterable[Refusal],
    named: frozenset[str],
) -> Catalog:
    """Judge files that were read. Raises Refused.

    What is wrong around their promises comes as ``refusals``, the institutions that have a file,
    readable or not, as ``named``.
    """
    found = list(refusals)
    platform: Platform | None = None
    institutions: dict[str, Institution] = {}
    for file in files:
        found.extend(_misnamed(file))
        root: type[BaseModel] = Platform if file.institution is None else Institution
        try:
            if file.institution is None:
                platform = Platform.model_validate(file.value)
            else:
                institutions[file.institution] = Institution.model_validate(file.value)
        except ValidationError as error:
            found.extend(translation.refusals(file.path, file.key, root, error))
    institutions = dict(sorted(institutions.items()))
    found.extend(crosschecks.check_institutions(environment, institutions, named))
    if platform is None:
        raise Refused(found)
    armed = frozenset(file.stack for file in files if file.armed)
    catalog = Catalog(environment, platform, MappingProxyType(institutions), armed)
    found.extend(crosschecks.check(catalog))
    if found:
        raise Refused(found)
    return catalog


def _misnamed(file: stack_files.StackFile) -> list[Refusal]:
    try:
        if file.institution is None:
            _ENVIRONMENT.validate_python(file.environment)
        else:
            _INSTITUTION.validate_python(file.institution)
    except ValidationError as error:
        return translation.refusals(file.path, "file name", BaseModel, error)
    return []

"""What spans machines or institutions: names that collide, grants to nobody, homes that aren't.

Owns every rule that needs more than one object and no knowledge of CRUSH rules. Doesn't own what
a promise needs of the disks (:mod:`components.placement`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from components.catalog import alerting, devices, machines
from components.catalog.platform import zone
from components.catalog.refusal import Refusal, did_you_mean
from components.catalog.stack_files import INSTITUTION_KEY, PLATFORM_KEY, stack_file
from components.catalog.vocabulary import Role

if TYPE_CHECKING:
    from components.catalog.catalog import Catalog
    from components.catalog.institution import Institution

_FARTHEST: Final = timedelta(milliseconds=10)
"""One etcd and one Ceph span data centres up to this round trip (research/rook.md §3)."""
_CRUSH_ROOT: Final = "default"


def check(catalog: Catalog) -> Iterator[Refusal]:
    """All refusals of what spans the machines, or the platform and an institution."""
    yield from _machines(catalog)
    for key, sentence in machines.problems(catalog.platform):
        yield _platform(catalog, key, sentence)
    yield from _crush_names(catalog)
    yield from _distances(catalog)
    yield from _homes(catalog)
    for sentence in alerting.mistakes(catalog.platform.alert_receivers, catalog.institutions):
        yield _platform(catalog, "alertReceivers", sentence)


def check_institutions(
    environment: str, institutions: Mapping[str, Institution], named: frozenset[str]
) -> Iterator[Refusal]:
    """All refusals of what spans institutions, however wrong the platform's file may be.

    ``named`` are the institutions that have a file, those refused for another reason among them: a
    grant to one of these isn't a grant to nobody.
    """
    for name, institution in institutions.items():
        file = stack_file(environment, name)
        yield from _move_destinations(file, institution)
        yield from _grants(file, name, institution, named)
    yield from _ae_titles(environment, institutions)


def _twice(names: Iterable[str]) -> list[str]:
    return sorted(name for name, times in Counter(names).items() if times > 1)


def _platform(catalog: Catalog, key: str, sentence: str) -> Refusal:
    return Refusal(catalog.file(), f"{PLATFORM_KEY}.{key}", sentence)


def _machines(catalog: Catalog) -> Iterator[Refusal]:
    platform = catalog.platform
    for name in _twice(machine.name for machine in platform.machines):
        yield _platform(catalog, "machines", f"two machines are called {name!r}; rename one")
    for index, machine in enumerate(platform.machines):
        key = f"machines[{index}]"
        if machine.data_centre not in platform.data_centres:
            yield _platform(
                catalog,
                f"{key}.dataCentre",
                f"found {machine.data_centre!r}; there is no such data centre; "
                f"{did_you_mean(machine.data_centre, platform.data_centres)}",
            )
        for problem in devices.problems(machine, platform.cluster.kind):
            yield _platform(catalog, f"{key}.devices", problem)
    for role in Role:
        if not any(machine.role is role for machine in platform.machines):
            yield _platform(catalog, "machines", f"there is no {role} machine; add one")


def _crush_names(catalog: Catalog) -> Iterator[Refusal]:
    """CRUSH has one name space for roots, data centres and hosts (research/rook.md §1.4)."""
    platform = catalog.platform
    buckets = [
        *(("machine", "machines", machine.name) for machine in platform.machines),
        *(("data centre", "dataCentres", name) for name in platform.data_centres),
        *(("zone", "dataCentres", zone(platform, name)) for name in platform.data_centres),
    ]
    for kind, key, name in buckets:
        if name == _CRUSH_ROOT:
            sentence = f"the {kind} {name!r} has the name of CRUSH's root; rename it"
            yield _platform(catalog, key, sentence)
    kinds: dict[str, set[str]] = {}
    for kind, _, name in buckets:
        kinds.setdefault(name, set()).add(kind)
    for name, found in sorted(kinds.items()):
        if len(found) > 1:
            yield _platform(
                catalog,
                "dataCentres",
                f"{name!r} is the name of a {' and of a '.join(sorted(found))}; in CRUSH they "
                "would be one bucket, and Rook refuses the cluster: rename one",
            )


def _distances(catalog: Catalog) -> Iterator[Refusal]:
    for name, centre in catalog.platform.data_centres.items():
        if centre.round_trip is not None and centre.round_trip > _FARTHEST:
            found = centre.round_trip // timedelta(milliseconds=1)
            yield _platform(
                catalog,
                f"dataCentres.{name}.roundTrip",
                f"found {found}ms; one cluster spans data centres up to 10ms apart, since every "
                "write waits for all copies. Make an environment of its own for this one",
            )


def _homes(catalog: Catalog) -> Iterator[Refusal]:
    centres = catalog.platform.data_centres
    for name, institution in catalog.institutions.items():
        if institution.home not in centres:
            yield Refusal(
                catalog.file(name),
                f"{INSTITUTION_KEY}.home",
                f"found {institution.home!r}; there is no such data centre; "
                f"{did_you_mean(institution.home, centres)}",
            )
        elif institution.service.opening_hours and centres[institution.home].time_zone is None:
            yield Refusal(
                catalog.file(),
                f"{PLATFORM_KEY}.dataCentres.{institution.home}.timeZone",
                f"the key is missing; {name} has openingHours, and nobody can tell in which time "
                "zone: add one, for example timeZone: Europe/Lisbon",
            )


def _ae_titles(environment: str, institutions: Mapping[str, Institution]) -> Iterator[Refusal]:
    owners: dict[str, str] = {}
    for name, institution in institutions.items():
        title = institution.dicom.ae_title
        owner = owners.setdefault(title, name)
        if owner != name:
            yield Refusal(
                stack_file(environment, name),
                f"{INSTITUTION_KEY}.dicom.aeTitle",
                f"found {title!r}, which {owner} uses already ({stack_file(environment, owner)}); "
                "an AE title names one repository: choose another",
            )


def _move_destinations(file: str, institution: Institution) -> Iterator[Refusal]:
    for twice in _twice(peer.ae_title for peer in institution.dicom.move_destinations):
        yield Refusal(
            file,
            f"{INSTITUTION_KEY}.dicom.moveDestinations",
            f"the AE title {twice!r} stands twice; a C-MOVE names its destination by it: remove "
            "one",
        )


def _grants(
    file: str, name: str, institution: Institution, named: frozenset[str]
) -> Iterator[Refusal]:
    key = f"{INSTITUTION_KEY}.access"
    for twice in _twice(grant.institution for grant in institution.access):
        yield Refusal(file, key, f"{twice!r} stands twice; merge the grants")
    for index, grant in enumerate(institution.access):
        at = f"{key}[{index}].institution"
        if grant.institution == name:
            yield Refusal(file, at, f"{name!r} may do everything here already; remove it")
        elif grant.institution not in named:
            yield Refusal(
                file,
                at,
                f"found {grant.institution!r}; there is no such institution; "
                f"{did_you_mean(grant.institution, named, but=name)}",
            )

"""Finds and reads the stack files of an environment.

Owns their names, YAML and Pulumi's own keys in them. Doesn't own what stands below
``imaging:platform`` and ``imaging:institution``. Pulumi's Automation API can't be asked: it ignores
``stackConfigDir`` (research/pulumi.md §2.1), and undeclared keys pass the engine unseen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from components.catalog.names import LABEL
from components.catalog.refusal import Refusal, Refused, did_you_mean
from components.catalog.refusal import shown as in_words

PLATFORM_KEY: Final = "imaging:platform"
INSTITUTION_KEY: Final = "imaging:institution"
KUBECONFIG_KEY: Final = "imaging:kubeconfig"
"""A secret beside the platform's promise; Pulumi decrypts it, so nothing is judged here."""
SSH_KEY_KEY: Final = "imaging:sshKey"
"""A secret beside the platform's promise: the private key that its machines accept."""
USERS_KEY: Final = "imaging:users"
"""A secret beside an institution's promise: user name to bcrypt hash (docs/archive.md)."""
RECEIVERS_KEY: Final = "imaging:alertReceivers"
"""A secret beside the platform's promise: receiver of alerts to web address or password."""
SECRETS: Final = {
    PLATFORM_KEY: (KUBECONFIG_KEY, SSH_KEY_KEY, RECEIVERS_KEY),
    INSTITUTION_KEY: (USERS_KEY,),
}
"""The encrypted values that may stand beside each kind of promise."""
ARMED_KEY: Final = "imaging:armDestroy"
"""In any stack's file; its value is the stack's own name."""
_AMBIENT_KEY: Final = "pulumi:disable-default-providers"
AMBIENT_OFF: Final = frozenset({"kubernetes", "*"})
"""The entries that keep Pulumi from applying to whatever cluster the shell points at."""
_TOP_LEVEL: Final = frozenset(
    {"config", "encryptionsalt", "secretsprovider", "encryptedkey", "environment"}
)
_STACK_FILE: Final = re.compile(r"Pulumi\.(?P<environment>[^.]+)(\.(?P<institution>.+))?\.yaml")


def stack_file(environment: str, institution: str | None = None) -> str:
    """The stack file of an institution, or of its platform, relative to the checkout."""
    name = environment if institution is None else f"{environment}.{institution}"
    return f"stacks/Pulumi.{name}.yaml"


@dataclass(frozen=True)
class StackFile:
    """A stack file as read, its content not yet judged.

    Attributes:
        path: relative to the checkout, for people.
        environment, institution: from its name; no institution for the platform's file.
        value: what stands below the key of its promise.
        armed: whether the stack may be destroyed with all that it holds.
    """

    path: str
    environment: str
    institution: str | None
    value: Any
    armed: bool = False

    @property
    def stack(self) -> str:
        """The Pulumi stack that it configures."""
        return ".".join(part for part in (self.environment, self.institution) if part)

    @property
    def key(self) -> str:
        """The key of the promise that such a file holds."""
        return PLATFORM_KEY if self.institution is None else INSTITUTION_KEY


class _NoDuplicates(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """PyYAML takes the last of two equal keys without a word; a promise must not be that quiet."""

    def get_single_node(self) -> yaml.Node | None:
        """Judge the document before merges (``<<``) put a second, rightful key beside another."""
        root: yaml.Node | None = super().get_single_node()
        waiting = [root] if isinstance(root, yaml.CollectionNode) else []
        seen = set[yaml.Node]()
        while waiting:
            node = waiting.pop()
            if node not in seen:
                seen.add(node)
                inside = _children(node)
                waiting.extend(each for each in inside if isinstance(each, yaml.CollectionNode))
        return root


def _children(node: yaml.CollectionNode) -> list[yaml.Node]:
    if isinstance(node, yaml.SequenceNode):
        return list(node.value)
    keys: set[str] = set()
    for key, _ in node.value:
        if isinstance(key, yaml.ScalarNode) and key.value in keys:
            raise yaml.constructor.ConstructorError(
                None, None, f"the key {key.value!r} stands twice; remove one", key.start_mark
            )
        keys.add(str(key.value))
    return [value for _, value in node.value]


def environments(folder: Path) -> tuple[str, ...]:
    """The environments that have a platform file in ``folder``."""
    names = (_STACK_FILE.fullmatch(path.name) for path in folder.glob("Pulumi.*.yaml"))
    return tuple(sorted(name["environment"] for name in names if name and not name["institution"]))


def read(folder: Path, environment: str) -> tuple[list[StackFile], list[Refusal]]:
    """The platform's file and those of the institutions, and what is wrong around their promises.

    A file whose promise can be found in a wrong frame stands in both, so that all is refused at
    once. Raises Refused if there is no such environment.
    """
    known = environments(folder)
    if environment not in known:
        raise Refused(
            [
                Refusal(
                    f"{folder.name}/Pulumi.{environment}.yaml",
                    PLATFORM_KEY,
                    f"there is no environment {environment!r}; {did_you_mean(environment, known)}",
                )
            ]
        )
    files: list[StackFile] = []
    refusals: list[Refusal] = []
    for path in sorted(_paths(folder, environment)):
        file, wrong = _read_one(path, f"{folder.name}/{path.name}")
        files.extend([file] if file else [])
        refusals.extend(wrong)
    return files, refusals


def institutions(folder: Path, environment: str) -> frozenset[str]:
    """The institutions that have a file in an environment, whether or not it can be read."""
    names = (_STACK_FILE.fullmatch(path.name) for path in _paths(folder, environment))
    return frozenset(name["institution"] for name in names if name and name["institution"])


def _paths(folder: Path, environment: str) -> set[Path]:
    """Every file that somebody may take for a stack file; Pulumi itself doesn't read ``.yml``."""
    of_institutions = (folder.glob(f"Pulumi.{environment}.*.{end}") for end in ("yaml", "yml"))
    return {folder / f"Pulumi.{environment}.yaml"}.union(*of_institutions)


def _read_one(path: Path, shown: str) -> tuple[StackFile | None, list[Refusal]]:
    name = _STACK_FILE.fullmatch(path.name)
    institution = name["institution"] if name else None
    if name is None or (institution is not None and not re.fullmatch(LABEL, institution)):
        sentence = (
            "allowed is Pulumi.<environment>.yaml or Pulumi.<environment>.<institution>.yaml, "
            "each name in lower-case letters, digits and hyphens; rename the file"
        )
        return None, [Refusal(shown, "file name", sentence)]
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=_NoDuplicates)  # noqa: S506 - a safe loader
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        return None, [Refusal(shown, "YAML", _where(error))]
    document = document if isinstance(document, Mapping) else {}
    refusals = [
        Refusal(shown, str(key) or "''", f"there is no such key; {did_you_mean(key, _TOP_LEVEL)}")
        for key in document
        if key not in _TOP_LEVEL
    ]
    config = document.get("config")
    if not isinstance(config, Mapping):
        sentence = "allowed is a mapping with the key config; add it"
        return None, [*refusals, Refusal(shown, "config", sentence)]
    key = PLATFORM_KEY if institution is None else INSTITUTION_KEY
    refusals.extend(_frame(shown, config, key))
    if key not in config:
        return None, refusals
    armed = ARMED_KEY in config
    return StackFile(shown, name["environment"], institution, config[key], armed), refusals


def _where(error: yaml.YAMLError | UnicodeDecodeError | OSError) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        mark = error.problem_mark
        found = " ".join(part for part in (error.context, error.problem) if part)
        return f"line {mark.line + 1}, column {mark.column + 1}: {found}"
    if isinstance(error, UnicodeDecodeError):
        line = error.object[: error.start].count(b"\n") + 1
        return f"line {line}: found bytes that aren't UTF-8; save the file as UTF-8"
    if isinstance(error, OSError):
        return f"can't be read: {error.strerror}"
    return f"can't be read: {' '.join(str(error).split())}"


def _frame(shown: str, config: Mapping[str, Any], key: str) -> list[Refusal]:
    """What Pulumi lets pass: misspelt keys, and a default provider that guesses a cluster."""
    known = [key, ARMED_KEY, *SECRETS[key]]
    refusals = [
        Refusal(shown, str(found) or "''", f"there is no such key; {did_you_mean(found, known)}")
        for found in config
        if str(found) not in known and (":" not in str(found) or str(found).startswith("imaging:"))
    ]
    if key not in config:
        refusals.append(Refusal(shown, key, "the key is missing; add it"))
    refusals.extend(_misarmed(shown, config))
    ambient = config.get(_AMBIENT_KEY)
    if not isinstance(ambient, list) or not AMBIENT_OFF & set(map(str, ambient)):
        refusals.append(
            Refusal(
                shown,
                _AMBIENT_KEY,
                "must list kubernetes, so that nothing is ever applied to whatever cluster "
                "the shell's KUBECONFIG points at; add: [kubernetes]",
            )
        )
    return refusals


def _misarmed(shown: str, config: Mapping[str, Any]) -> list[Refusal]:
    """An arming that was copied to another stack's file, or said without thinking, arms nothing."""
    stack = shown.rpartition("/")[2].removeprefix("Pulumi.").removesuffix(".yaml")
    if config.get(ARMED_KEY, stack) == stack:
        return []
    sentence = (
        f"found {in_words(config[ARMED_KEY])}; it lets pulumi destroy delete every examination "
        f"of this stack, so the one value allowed is the stack's own name, {stack}: write it, or "
        "remove the key"
    )
    return [Refusal(shown, ARMED_KEY, sentence)]

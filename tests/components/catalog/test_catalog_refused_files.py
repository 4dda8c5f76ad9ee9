"""Stack files that can't be taken for what they should be: names, YAML, Pulumi's own keys."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from components.catalog import Refused, load
from components.catalog.stack_files import INSTITUTION_KEY, environments
from tests.components.builders import AMBIENT, Stacks, good_institution, good_platform, stack_file

AVEIRO = "Pulumi.local.aveiro.yaml"
GOOD = stack_file(INSTITUTION_KEY, good_institution())
AFTER = GOOD.count(b"\n") + 1
"""The line that comes after the last of a good file."""


def only_refusal(content: bytes) -> tuple[str, str]:
    """Key and sentence of the one refusal of an institution's file with this content."""
    (refusal,) = Stacks(raw={AVEIRO: content}).refusals()
    assert f"stacks/{AVEIRO}" == refusal.file
    return refusal.key, refusal.sentence


def framed(**config: object) -> bytes:
    """A file whose whole ``config`` a test decides; ``_`` in a key stands for its colon."""
    named = {key.replace("_", ":", 1).replace("_", "-"): value for key, value in config.items()}
    return yaml.safe_dump({"config": named}).encode()


class TestEnvironment:
    """An environment exists if it has a platform's file."""

    def test_unknown_is_refused_with_the_nearest(self) -> None:
        with Stacks().folder() as folder, pytest.raises(Refused) as refused:
            load(folder, "locla")
        expected = (
            "stacks/Pulumi.locla.yaml: imaging:platform: there is no environment 'locla'; "
            "did you mean 'local'? Allowed here: local."
        )
        assert expected == str(refused.value)

    def test_institutions_alone_make_none(self, tmp_path: Path) -> None:
        (tmp_path / "Pulumi.poc.aveiro.yaml").write_bytes(GOOD)
        with pytest.raises(Refused, match="there is no environment 'poc'; Allowed here: nothing"):
            load(tmp_path, "poc")

    def test_a_missing_folder_holds_none(self, tmp_path: Path) -> None:
        assert () == environments(tmp_path / "stacks")

    @pytest.mark.parametrize("name", ["", "*", "local*", "../local", "local.aveiro"])
    def test_odd_names_are_refused_not_searched(self, name: str) -> None:
        with Stacks().folder() as folder, pytest.raises(Refused, match="there is no environment"):
            load(folder, name)

    def test_a_name_in_capitals_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "Pulumi.POC.yaml").write_bytes(stack_file("imaging:platform", good_platform()))
        with pytest.raises(Refused) as refused:
            load(tmp_path, "POC")
        (refusal,) = refused.value.refusals
        assert "file name" == refusal.key
        assert "found 'POC'; allowed is lower-case letters, digits" in refusal.sentence


class TestFileName:
    """An institution is called as its file is; a file is never passed over in silence."""

    @pytest.mark.parametrize(
        "name",
        [
            "Pulumi.local.Aveiro.yaml",
            "Pulumi.local.aveiro.bak.yaml",
            "Pulumi.local..yaml",
            "Pulumi.local.2aveiro.yaml",
            "Pulumi.local.aveiro-.yaml",
            "Pulumi.local.évora.yaml",
            "Pulumi.local.aveiro.yml",
        ],
    )
    def test_ill_formed_is_refused(self, name: str) -> None:
        (refusal,) = Stacks(institutions={}, raw={name: GOOD}).refusals()
        assert (f"stacks/{name}", "file name") == (refusal.file, refusal.key)
        assert "allowed is Pulumi.<environment>.yaml or" in refusal.sentence

    @pytest.mark.parametrize("name", ["default", "rook-ceph", "kube-system", "keda"])
    def test_the_platforms_namespaces_are_refused(self, name: str) -> None:
        (refusal,) = Stacks(institutions={name: good_institution()}).refusals()
        assert (f"stacks/Pulumi.local.{name}.yaml", "file name") == (refusal.file, refusal.key)
        assert f"found {name!r}, which is the name of a namespace" in refusal.sentence

    def test_too_long_is_refused(self) -> None:
        (refusal,) = Stacks(institutions={"a" * 33: good_institution()}).refusals()
        assert "file name" == refusal.key
        assert "allowed is at most 32 characters." in refusal.sentence


class TestYaml:
    """What can't be read is refused with its line; nothing in it is guessed."""

    def test_an_error_of_syntax_names_line_and_column(self) -> None:
        key, sentence = only_refusal(b"config:\n  imaging:institution: {title: A\n")
        assert "YAML" == key
        assert sentence.startswith("line 3, column 1: ")
        assert "expected ',' or '}'" in sentence

    @pytest.mark.parametrize(
        ("content", "line", "twice"),
        [
            (GOOD + b"  imaging:institution: {}\n", AFTER, "imaging:institution"),
            (GOOD.replace(b"copies: 3", b"copies: 3\n      copies: 2"), 10, "copies"),
            (GOOD + b"config: {}\n", AFTER, "config"),
            (b"config: {a: [{b: 1, b: 2}]}\n", 1, "b"),
        ],
        ids=["imaging key", "deep", "top", "in a list"],
    )
    def test_a_key_that_stands_twice_is_refused(
        self, content: bytes, line: int, twice: str
    ) -> None:
        key, sentence = only_refusal(content)
        assert "YAML" == key
        assert sentence.startswith(f"line {line}, column ")
        assert sentence.endswith(f"the key {twice!r} stands twice; remove one")

    def test_other_encodings_are_refused_with_the_line(self) -> None:
        content = GOOD.replace(b"Hospital of Aveiro", b"Hospital de \xc9vora")
        sentence = "line 5: found bytes that aren't UTF-8; save the file as UTF-8"
        assert ("YAML", sentence) == only_refusal(content)

    @pytest.mark.parametrize(
        ("content", "says"),
        [
            (b"config: \x00\n", "control characters are not allowed"),
            (GOOD + b"\tx: 1\n", "found a tab character"),
            (GOOD + b"---\na: b\n", "expected a single document"),
            (
                GOOD + b"x: !!python/object/apply:os.system [ls]\n",
                "could not determine a constructor",
            ),
            (GOOD + b"? [a, b]\n: c\n", "found unhashable key"),
            (b"config: " + b"[" * 5000, "line 2, column 1: "),
        ],
        ids=["NUL", "tab", "two documents", "object", "list as key", "deep"],
    )
    def test_what_yaml_or_we_do_not_take(self, content: bytes, says: str) -> None:
        key, sentence = only_refusal(content)
        assert "YAML" == key
        assert says in sentence
        assert "\n" not in sentence

    def test_a_folder_of_that_name_is_refused(self) -> None:
        with Stacks(institutions={}).folder() as folder:
            (folder / AVEIRO).mkdir()
            with pytest.raises(Refused) as refused:
                load(folder, "local")
        assert f"stacks/{AVEIRO}: YAML: can't be read: Is a directory" == str(refused.value)

    def test_a_link_to_nothing_is_refused(self) -> None:
        with Stacks(institutions={}).folder() as folder:
            (folder / AVEIRO).symlink_to(folder / "nowhere")
            with pytest.raises(Refused) as refused:
                load(folder, "local")
        expected = f"stacks/{AVEIRO}: YAML: can't be read: No such file or directory"
        assert expected == str(refused.value)

    @pytest.mark.parametrize("content", [b"", b"# only a comment\n", b"- a\n", b"config: [a]\n"])
    def test_without_a_mapping_called_config_it_is_refused(self, content: bytes) -> None:
        expected = ("config", "allowed is a mapping with the key config; add it")
        assert expected == only_refusal(content)


class TestFrame:
    """Pulumi doesn't look at keys that no program declares: we do."""

    def test_a_misspelt_imaging_key_is_refused_with_the_nearest(self) -> None:
        content = GOOD.replace(b"imaging:institution", b"imaging:institutoin")
        missing, misspelt = Stacks(raw={AVEIRO: content}).refusals()
        assert (INSTITUTION_KEY, "the key is missing; add it") == (missing.key, missing.sentence)
        expected = (
            "imaging:institutoin",
            (
                "there is no such key; did you mean 'imaging:institution'? "
                "Allowed here: imaging:armDestroy, imaging:institution, imaging:users."
            ),
        )
        assert expected == (misspelt.key, misspelt.sentence)

    def test_a_platform_in_an_institutions_file_is_refused(self) -> None:
        key, sentence = only_refusal(GOOD + b"  imaging:platform: {}\n")
        assert "imaging:platform" == key
        assert "Allowed here: imaging:armDestroy, imaging:institution, imaging:users." in sentence

    @pytest.mark.parametrize("line", [b'"": 1\n', b'  "": 1\n'], ids=["top", "config"])
    def test_a_key_without_a_name_is_refused_and_shown(self, line: bytes) -> None:
        key, sentence = only_refusal(GOOD + line)
        assert "''" == key
        assert sentence.startswith("there is no such key")

    @pytest.mark.parametrize("secret", ["kubeconfig", "sshKey", "alertReceivers"])
    def test_a_secret_of_the_platform_stands_in_its_file_alone(self, secret: str) -> None:
        line = f"  imaging:{secret}: {{secure: v1:abc}}\n".encode()
        platform = stack_file("imaging:platform", good_platform()) + line
        assert ["aveiro"] == list(Stacks(raw={"Pulumi.local.yaml": platform}).load().institutions)
        assert f"imaging:{secret}" == only_refusal(GOOD + line)[0]

    def test_a_key_without_namespace_is_refused(self) -> None:
        key, sentence = only_refusal(GOOD + b"  title: Aveiro\n")
        assert "title" == key
        expected = (
            "there is no such key; "
            "Allowed here: imaging:armDestroy, imaging:institution, imaging:users."
        )
        assert expected == sentence

    def test_an_unknown_key_at_the_top_is_refused_with_the_nearest(self) -> None:
        key, sentence = only_refusal(GOOD + b"enviroment: [dev]\n")
        assert "enviroment" == key
        assert "did you mean 'environment'? Allowed here: config, encryptedkey," in sentence

    def test_a_misspelt_config_is_both_unknown_and_missing(self) -> None:
        content = GOOD.replace(b"config:", b"confg:")
        keys = [refusal.key for refusal in Stacks(raw={AVEIRO: content}).refusals()]
        assert ["config", "confg"] == sorted(keys, reverse=True)

    @pytest.mark.parametrize(
        "value", [None, [], "kubernetes", ["aws"], [["kubernetes"]], {"kubernetes": True}]
    )
    def test_default_providers_must_be_off(self, value: object) -> None:
        content = framed(
            imaging_institution=good_institution(), pulumi_disable_default_providers=value
        )
        key, sentence = only_refusal(content)
        assert AMBIENT == key
        assert "must list kubernetes" in sentence
        assert "add: [kubernetes]" in sentence

    def test_default_providers_may_not_be_left_unsaid(self) -> None:
        assert AMBIENT == only_refusal(framed(imaging_institution=good_institution()))[0]

    @pytest.mark.parametrize("value", [["kubernetes"], ["*"], ["aws", "kubernetes"]])
    def test_default_providers_are_off(self, value: list[str]) -> None:
        content = framed(
            imaging_institution=good_institution(), pulumi_disable_default_providers=value
        )
        assert ["aveiro"] == list(Stacks(raw={AVEIRO: content}).load().institutions)


class TestArming:
    """Only the stack's own name arms it, so that a copied line arms nothing."""

    def test_a_stack_armed_by_its_own_name_is_armed_and_no_other(self) -> None:
        content = GOOD + b"  imaging:armDestroy: local.aveiro\n"

        assert frozenset({"local.aveiro"}) == Stacks(raw={AVEIRO: content}).load().armed
        assert frozenset() == Stacks().load().armed

    @pytest.mark.parametrize("value", ["local.evora", "local", "yes", "true", "", "null"])
    def test_anything_else_is_refused(self, value: str) -> None:
        key, sentence = only_refusal(GOOD + f"  imaging:armDestroy: {value}\n".encode())

        assert "imaging:armDestroy" == key
        assert "the one value allowed is the stack's own name, local.aveiro" in sentence

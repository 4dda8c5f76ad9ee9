"""The JSON Schemas with which editors complete and validate stack files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from hypothesis import given
from jsonschema import Draft202012Validator

from components.catalog import Refused
from components.catalog.schema import schemas
from components.catalog.stack_files import INSTITUTION_KEY, PLATFORM_KEY
from tests.components.builders import (
    ABSENT,
    AMBIENT,
    KeyPath,
    Stacks,
    changed,
    good_institution,
    good_platform,
)
from tests.components.catalog.damage import damaged
from tests.components.catalog.made_cluster import ed25519, made_platform

STACKS: Final = Path(__file__).resolve().parents[3] / "stacks"
GOOD: Final = {"platform": good_platform(), "institution": good_institution()}
KEYS: Final = {"platform": PLATFORM_KEY, "institution": INSTITUTION_KEY}
VALIDATORS: Final = {
    kind: Draft202012Validator(json.loads(schemas()[f"{kind}.schema.json"])) for kind in KEYS
}


def allows(kind: str, value: object) -> bool:
    """Whether an editor, which sees YAML as JSON, would leave a file with this value unmarked."""
    config = {AMBIENT: ["kubernetes"], KEYS[kind]: value}
    document = json.loads(json.dumps({"config": config}, default=str, skipkeys=True))
    return bool(VALIDATORS[kind].is_valid(document))


class TestCommitted:
    """What editors see is what the types say."""

    @pytest.mark.parametrize("name", ["platform.schema.json", "institution.schema.json"])
    def test_schemas_are_fresh(self, name: str) -> None:
        committed = (STACKS / name).read_text(encoding="utf-8")
        assert schemas()[name] == committed, "run: python -m components.catalog.schema"

    @pytest.mark.parametrize("kind", KEYS)
    def test_schemas_are_valid_in_themselves(self, kind: str) -> None:
        schema = json.loads((STACKS / f"{kind}.schema.json").read_text(encoding="utf-8"))
        assert "https://json-schema.org/draft/2020-12/schema" == schema["$schema"]
        Draft202012Validator.check_schema(schema)

    @pytest.mark.parametrize("file", sorted(STACKS.glob("Pulumi.*.yaml")), ids=lambda f: f.name)
    def test_every_stack_file_is_allowed_and_names_its_schema(self, file: Path) -> None:
        kind = "platform" if file.name.count(".") == 2 else "institution"
        text = file.read_text(encoding="utf-8")
        assert f"# yaml-language-server: $schema={kind}.schema.json" == text.splitlines()[0]
        assert [] == [error.message for error in VALIDATORS[kind].iter_errors(yaml.safe_load(text))]

    @pytest.mark.parametrize("kind", KEYS)
    def test_every_key_is_explained(self, kind: str) -> None:
        schema = json.loads(schemas()[f"{kind}.schema.json"])
        models = [
            *schema["$defs"].values(),
            schema["properties"]["config"]["properties"][KEYS[kind]],
        ]
        silent = [
            f"{model['title']}.{key}"
            for model in models
            for key, value in model.get("properties", {}).items()
            if not value.get("description")
        ]
        assert [] == silent


class TestAgreement:
    """Editor and catalogue agree: an editor never marks what is fine."""

    @pytest.mark.parametrize("kind", KEYS)
    def test_a_good_value_is_allowed(self, kind: str) -> None:
        assert allows(kind, GOOD[kind])

    def test_a_good_platform_of_bare_machines_is_allowed(self) -> None:
        key = f"{ed25519(1)} root@control-1"
        platform = changed(made_platform(endpoint="api"), ("machines", 0, "hostKey"), key)
        assert allows("platform", platform)
        assert ["aveiro"] == list(_stacks("platform", platform).load().institutions)

    @pytest.mark.parametrize(
        ("kind", "path", "value"),
        [
            ("institution", ("capcity",), "1Ti"),
            ("institution", ("home",), ABSENT),
            ("institution", ("home",), "Porto"),
            ("institution", ("title",), 5),
            ("institution", ("replication", "copies"), 0),
            ("institution", ("replication", "copies"), "3"),
            ("institution", ("replication", "survive"), "hots"),
            ("institution", ("capacity",), "20TB"),
            ("institution", ("service", "latency", "p95"), 800),
            ("institution", ("service", "openingHours"), "always"),
            ("institution", ("service", "availability"), 100),
            ("institution", ("dicom", "aeTitle"), "A" * 17),
            ("institution", ("dicom", "moveDestinations", 0, "port"), 65536),
            ("institution", ("dicom", "moveDestinations", 0, "colour"), "red"),
            ("platform", ("dataCentres",), {}),
            ("platform", ("dataCentres", "Faro"), {"title": "Faro"}),
            ("platform", ("dataCentres", "a" * 25), {"title": "A"}),
            ("platform", ("dataCentres", "faro", "rtt"), "1ms"),
            ("platform", ("machines", 1, "role"), "wroker"),
            ("platform", ("machines", 1, "devices", 0, "class"), "sdd"),
            ("platform", ("cluster", "kind"), "simulate"),
            ("platform", ("cluster",), {"kind": "simulated", "version": "1.36.3"}),
            ("platform", ("cluster",), {"kind": "machines", "version": "1.36"}),
            ("platform", ("machines", 1, "hostKey"), "AAAAC3NzaC1lZDI1NTE5"),
        ],
    )
    def test_a_wrong_value_is_marked_and_refused(
        self, kind: str, path: KeyPath, value: object
    ) -> None:
        wrong = changed(GOOD[kind], path, value)
        assert not allows(kind, wrong)
        assert () != _stacks(kind, wrong).refusals()

    @pytest.mark.parametrize(
        "document",
        [
            {},
            {"config": {}},
            {"config": {INSTITUTION_KEY: GOOD["institution"]}},
            {"config": {INSTITUTION_KEY: GOOD["institution"], AMBIENT: ["aws"]}},
            {"config": {INSTITUTION_KEY: GOOD["institution"], AMBIENT: ["*"], "imaging:x": 1}},
            {"config": {INSTITUTION_KEY: GOOD["institution"], AMBIENT: ["*"]}, "enviroment": []},
        ],
    )
    def test_a_wrong_frame_is_marked_and_refused(self, document: dict[str, Any]) -> None:
        content = yaml.safe_dump(document).encode()
        assert not VALIDATORS["institution"].is_valid(document)
        assert () != Stacks(raw={"Pulumi.local.aveiro.yaml": content}).refusals()

    @given(damaged(GOOD["institution"]))
    def test_what_is_marked_is_refused(self, value: object) -> None:
        if not allows("institution", value):
            with pytest.raises(Refused):
                _stacks("institution", value).load()

    @given(damaged(GOOD["platform"]))
    def test_what_is_marked_is_refused_of_a_platform_too(self, value: object) -> None:
        if not allows("platform", value):
            with pytest.raises(Refused):
                _stacks("platform", value).load()

    @given(damaged(made_platform(ssh={}, endpoint="api", sources={}, version="1.36.3")))
    def test_what_is_marked_is_refused_of_bare_machines_too(self, value: object) -> None:
        if not allows("platform", value):
            with pytest.raises(Refused):
                _stacks("platform", value).load()


def _stacks(kind: str, value: object) -> Stacks:
    if kind == "platform":
        return Stacks(value)
    return Stacks(institutions={"aveiro": value})

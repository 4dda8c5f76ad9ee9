"""Checking and comparing inputs, without running anything."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi.runtime.proto import provider_pb2

from local.providers.command.diff import diff
from local.providers.command.properties import RUN, check
from local.providers.command.redaction import MASK, redaction_of
from local.providers.command.sources import ASSET
from local.providers.failures import ProviderError
from local.providers.values import SIGNATURE, UNKNOWN, Secret, reveal
from tests.local.providers.command.harness import COPY, LOCAL, REMOTE, Plugin

KIND = provider_pb2.PropertyDiff

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
json_objects = st.dictionaries(st.text(min_size=1), json_values, max_size=5)


class TestChecking:
    """Only what the schema knows passes, and every fault is told with its property."""

    def test_a_connection_gets_the_official_defaults_and_is_secret(self) -> None:
        checked, failures = check(REMOTE, {"connection": {"host": "h", "proxy": {"host": "p"}}})

        defaults = {"user": "root", "port": 22, "dialErrorLimit": 10, "perDialTimeout": 15}
        proxy = {"host": "p", **defaults}
        assert [] == failures
        assert Secret({"host": "h", "proxy": proxy, **defaults}) == checked["connection"]

    def test_what_is_not_known_yet_passes(self) -> None:
        inputs = {
            "connection": {"host": UNKNOWN, "port": UNKNOWN},
            "create": UNKNOWN,
            "environment": {"A": UNKNOWN},
            "triggers": UNKNOWN,
            "stdin": Secret(UNKNOWN),
        }

        assert [] == check(REMOTE, inputs)[1]
        assert [] == check(COPY, dict.fromkeys(("connection", "source", "remotePath"), UNKNOWN))[1]

    @pytest.mark.parametrize(
        ("token", "inputs", "name", "words"),
        [
            (LOCAL, {"crate": "x"}, "crate", "did you mean `create`?"),
            (LOCAL, {"create": 3}, "create", "is 3; it takes a text"),
            (LOCAL, {"stdin": Secret(3)}, "stdin", "is a secret; it takes a text"),
            (LOCAL, {"logging": "loud"}, "logging", "one of stdout, stderr, stdoutAndStderr, none"),
            (LOCAL, {"environment": {"A": 1}}, "environment", "a map of texts"),
            (LOCAL, {"assetPaths": ["*"]}, "assetPaths", "install the official plugin"),
            (LOCAL, {"connection": {"host": "h"}}, "connection", "not a property"),
            (REMOTE, {"create": "x"}, "connection", "is missing"),
            (REMOTE, {"connection": {}}, "connection.host", "is missing"),
            (REMOTE, {"connection": {"host": "h", "port": 0}}, "connection.port", "1 to 65535"),
            (
                REMOTE,
                {"connection": {"host": "h", "hostkey": "k"}},
                "connection.hostkey",
                "`hostKey`",
            ),
            (
                REMOTE,
                {"connection": {"host": "h", "proxy": {}}},
                "connection.proxy.host",
                "is missing",
            ),
            (RUN, {}, "command", "is missing"),
        ],
    )
    def test_a_fault_is_told(
        self, token: str, inputs: dict[str, Any], name: str, words: str
    ) -> None:
        _, (failure,) = check(token, inputs)

        assert name == failure.property
        assert words in failure.reason

    def test_a_faulty_connection_is_not_quoted(self) -> None:
        connection = Secret({"host": "h", "port": "s3cr3t", "password": 12345})

        _, failures = check(REMOTE, {"connection": connection})

        reasons = " ".join(failure.reason for failure in failures)
        assert 2 == len(failures)
        assert "s3cr3t" not in reasons
        assert "12345" not in reasons

    def test_the_deprecated_copy_names_its_successor(self, plugin: Plugin) -> None:
        with pytest.raises(ProviderError, match="use command:remote:CopyToRemote"):
            plugin.check("command:remote:CopyFile", {})

    def test_an_unknown_type_names_the_official_plugin(self, plugin: Plugin) -> None:
        with pytest.raises(ProviderError, match="install the official plugin"):
            plugin.check("command:remote:Else", {})


class TestComparing:
    """A change of triggers replaces, any other updates, and no change is none."""

    @given(json_objects)
    def test_equal_inputs_have_no_change(self, inputs: dict[str, Any]) -> None:
        response = diff(inputs, copy.deepcopy(inputs))

        assert provider_pb2.DiffResponse.DIFF_NONE == response.changes
        assert not response.detailedDiff

    @given(json_objects, json_objects)
    def test_other_inputs_have_a_change(self, old: dict[str, Any], new: dict[str, Any]) -> None:
        expected = (
            provider_pb2.DiffResponse.DIFF_SOME
            if old != new
            else (provider_pb2.DiffResponse.DIFF_NONE)
        )

        assert expected == diff(old, new).changes

    @pytest.mark.parametrize(
        ("old", "new", "path", "kind"),
        [
            ({"create": "a"}, {"create": "b"}, "create", KIND.UPDATE),
            ({}, {"update": "b"}, "update", KIND.ADD),
            ({"delete": "b"}, {}, "delete", KIND.DELETE),
            (
                {"environment": {"A": "1"}},
                {"environment": {"A": "2"}},
                "environment.A",
                KIND.UPDATE,
            ),
            ({"environment": {"a.b": "1"}}, {"environment": {}}, 'environment["a.b"]', KIND.DELETE),
            ({"triggers": [1]}, {"triggers": [2]}, "triggers[0]", KIND.UPDATE_REPLACE),
            ({"triggers": [1]}, {"triggers": [1, 2]}, "triggers[1]", KIND.ADD_REPLACE),
            ({"triggers": [1]}, {"triggers": [UNKNOWN]}, "triggers[0]", KIND.UPDATE_REPLACE),
            ({"triggers": [1]}, {}, "triggers", KIND.DELETE_REPLACE),
            ({"stdin": "a"}, {"stdin": Secret("a")}, "stdin", KIND.UPDATE),
        ],
    )
    def test_a_change_is_told_with_its_path(
        self,
        old: dict[str, Any],
        new: dict[str, Any],
        path: str,
        kind: provider_pb2.PropertyDiff.Kind.ValueType,
    ) -> None:
        response = diff(old, new)

        assert {path: kind} == {name: each.kind for name, each in response.detailedDiff.items()}
        assert ([path] if path.startswith("triggers") else []) == list(response.replaces)

    def test_a_secret_in_a_secret_is_no_change(self) -> None:
        twice = {"connection": Secret({"host": "h", "password": Secret("p")})}
        once = {"connection": Secret({"host": "h", "password": "p"})}

        assert not diff(twice, once).detailedDiff
        assert ["connection"] == list(
            diff(twice, {"connection": Secret({"host": "h"})}).detailedDiff
        )

    def test_an_asset_is_compared_by_its_hash(self) -> None:
        def asset(text: str, digest: str) -> dict[str, Any]:
            return {"source": {SIGNATURE: ASSET, "text": text, "hash": digest}}

        assert not diff(asset("", "1"), asset("elided", "1")).detailedDiff
        assert ["source"] == list(diff(asset("", "1"), asset("", "2")).detailedDiff)


class TestMasking:
    """The lines of secret inputs are masked wherever they show."""

    @given(st.text(min_size=4).filter(str.strip), st.text(), st.text())
    def test_no_line_of_a_secret_survives(self, secret: str, before: str, after: str) -> None:
        masked = redaction_of({"stdin": Secret(secret)}).apply(before + secret + after)

        long_lines = [line.strip() for line in secret.splitlines() if len(line.strip()) >= 4]
        assert not any(line in masked.replace(MASK, "") for line in long_lines)

    @given(json_objects, st.text())
    def test_what_is_not_secret_shows(self, inputs: dict[str, Any], message: str) -> None:
        assert message == redaction_of(reveal(inputs)).apply(message)

    def test_a_longer_word_of_a_secret_is_masked_alone_too(self) -> None:
        secret = Secret('{"token": "abcdef.0123456789", "ttl": "2h"}')

        masked = redaction_of({"stdin": secret}).apply("joined with abcdef.0123456789 for 2h")

        assert f"joined with {MASK} for 2h" == masked

    def test_of_a_connection_only_the_credentials_are_masked(self) -> None:
        connection = Secret(
            {
                "host": "node-1",
                "user": "root",
                "password": "pass-1",
                "proxy": {"password": "pass-2"},
            }
        )

        masked = redaction_of({"connection": connection}).apply("root@node-1 pass-1 pass-2")

        assert f"root@node-1 {MASK} {MASK}" == masked

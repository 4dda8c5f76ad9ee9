"""Which texts of a cluster of machines are secrets, and the key with which it logs in."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from unittest import mock

import pulumi
import pytest

from components.cluster import ssh_key, steps
from tests.components.cluster.cluster_plans import KEY
from tests.components.cluster.recorded_cluster import (
    COMMAND,
    LARGE,
    TOKEN,
    RecordedCluster,
    plain,
    step,
)
from tests.recording import is_secret

# Pulumi's own module says it of a resource that nobody uses here, as soon as it is read.
pytestmark = pytest.mark.filterwarnings(
    "ignore:This resource is deprecated and will be removed:DeprecationWarning"
)


class TestSecrets:
    """Nobody reads a key, a token or a kubeconfig in a log, a state file or a process list."""

    def test_what_a_step_prints_is_a_secret(self, cluster: RecordedCluster) -> None:
        names = list(cluster.of_type(COMMAND))

        assert [] == [name for name in names if "stdout" not in cluster.secret_outputs[name]]

    def test_no_step_logs_what_it_prints(self, cluster: RecordedCluster) -> None:
        assert {"stderr"} == {each.inputs["logging"] for each in cluster.of_type(COMMAND).values()}

    def test_the_kubeconfig_is_a_secret(self, cluster: RecordedCluster) -> None:
        assert is_secret(cluster.outputs["kubeconfig"])

    def test_the_ssh_key_is_a_secret(self, cluster: RecordedCluster) -> None:
        connections = [each.inputs["connection"] for each in cluster.of_type(COMMAND).values()]

        assert all(is_secret(each) or is_secret(each["privateKey"]) for each in connections)

    def test_an_invitation_is_a_secret_for_who_is_invited(self, cluster: RecordedCluster) -> None:
        founder, *others = [
            each.inputs["stdin"]
            for name, each in cluster.of_type(COMMAND).items()
            if name.startswith("member-")
        ]

        assert not is_secret(founder)
        assert len(others) >= 3
        assert all(is_secret(each) for each in others)

    def test_each_machine_gets_its_own_invitation(self, large: RecordedCluster) -> None:
        head, tail = steps.member(LARGE, LARGE.machines[1])
        told = f"TOKEN='{TOKEN}' # for invite-control-2"

        assert f"{head}{told}\n{tail}" == plain(step(large, "member-control-2").inputs["stdin"])

    def test_a_command_line_holds_a_verb_and_nothing_else(self, cluster: RecordedCluster) -> None:
        lines = [
            line
            for each in cluster.of_type(COMMAND).values()
            for line in (each.inputs["create"], each.inputs.get("delete"))
            if line is not None
        ]

        assert [] == [line for line in lines if not re.fullmatch(r"bash -s -- [a-z]+", line)]

    def test_no_environment_is_handed_over_which_sshd_might_log(
        self, cluster: RecordedCluster
    ) -> None:
        assert all("environment" not in each.inputs for each in cluster.of_type(COMMAND).values())


class TestSshKey:
    """A preview connects nowhere and does without the key; an update doesn't."""

    @pytest.fixture
    def warned(self) -> Iterator[mock.Mock]:
        with mock.patch("components.cluster.ssh_key.pulumi.log.warn") as warn:
            yield warn

    @staticmethod
    def read(*, preview: bool, key: str | None = None) -> pulumi.Output[str]:
        async def program() -> pulumi.Output[str]:
            given = None if key is None else pulumi.Output.secret(key)
            with (
                mock.patch("pulumi.runtime.is_dry_run", return_value=preview),
                mock.patch("pulumi.Config.get_secret", return_value=given),
            ):
                return ssh_key("production")

        return asyncio.run(program())

    def test_a_preview_warns(self, warned: mock.Mock) -> None:
        self.read(preview=True)

        assert [mock.call(self.how())] == warned.call_args_list

    def test_an_update_refuses(self, warned: mock.Mock) -> None:
        with pytest.raises(pulumi.RunError, match=re.escape(self.how())):
            self.read(preview=False)

        assert [] == warned.call_args_list

    @pytest.mark.parametrize("preview", [True, False])
    def test_with_the_key_nothing_is_said(self, warned: mock.Mock, preview: bool) -> None:  # noqa: FBT001 - a case
        assert isinstance(self.read(preview=preview, key=KEY), pulumi.Output)
        assert [] == warned.call_args_list

    @staticmethod
    def how() -> str:
        return (
            "the SSH key of production's machines isn't set; "
            "pulumi config set --secret sshKey --stack production < FILE reads it"
        )

"""A cluster that somebody else made: its kubeconfig is a secret of the platform's stack.

Owns where the kubeconfig comes from. Doesn't own anything in the cluster.
"""

from __future__ import annotations

import pulumi

from components import naming
from components.provider import NOWHERE


class ExistingCluster(pulumi.ComponentResource):
    """A cluster that was there before.

    Attributes:
        kubeconfig: how to reach it, a secret.
    """

    kubeconfig: pulumi.Output[str]

    def __init__(
        self, name: str, environment: str, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("imaging:cluster:Existing", name, {"environment": environment}, opts)
        given = pulumi.Config(naming.PROJECT).get_secret("kubeconfig")
        if given is None:
            given = pulumi.Output.secret(_missing(environment))
        self.kubeconfig = given
        self.register_outputs({"kubeconfig": given})


def _missing(environment: str) -> str:
    """Preview without a cluster, but never update without one."""
    how = (
        f"the kubeconfig of {environment}'s cluster isn't set; "
        f"pulumi config set --secret kubeconfig --stack {environment} reads it"
    )
    if not pulumi.runtime.is_dry_run():
        raise pulumi.RunError(how)
    pulumi.log.warn(how)
    return NOWHERE

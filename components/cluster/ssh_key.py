"""The key with which this program logs in to machines: a secret of the platform's stack.

Owns where it comes from. Doesn't own the machines' own keys: the stack file pins those.
"""

from __future__ import annotations

import pulumi

from components import naming


def ssh_key(environment: str) -> pulumi.Output[str]:
    """Read the private key, in OpenSSH's form; a preview does without, since it connects nowhere.

    Raises RunError where an update lacks it.
    """
    given = pulumi.Config(naming.PROJECT).get_secret("sshKey")
    if given is not None:
        return given
    how = (
        f"the SSH key of {environment}'s machines isn't set; "
        f"pulumi config set --secret sshKey --stack {environment} < FILE reads it"
    )
    if not pulumi.runtime.is_dry_run():
        raise pulumi.RunError(how)
    pulumi.log.warn(how)
    return pulumi.Output.secret("")

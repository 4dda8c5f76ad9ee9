"""Serves the replication pack to the engine. Nothing may be printed before it does."""

from pulumi_policy import EnforcementLevel, PolicyPack
from replication_rules import RULES as FILESYSTEMS
from replication_volumes import RULES as VOLUMES

PolicyPack(
    "replication",
    policies=[*FILESYSTEMS, *VOLUMES],
    enforcement_level=EnforcementLevel.MANDATORY,
)

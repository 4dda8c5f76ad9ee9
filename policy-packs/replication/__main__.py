"""Serves the replication pack to the engine. Nothing may be printed before it does."""

from pulumi_policy import EnforcementLevel, PolicyPack
from replication_rules import RULES

PolicyPack("replication", policies=list(RULES), enforcement_level=EnforcementLevel.MANDATORY)

"""Guardrails: what the API server refuses in the name of a promise, and who may do what."""

from components.guardrails.guardrails import Guardrails, Promise, Staff
from components.guardrails.promised import promised_classes, promised_institution

__all__ = ["Guardrails", "Promise", "Staff", "promised_classes", "promised_institution"]

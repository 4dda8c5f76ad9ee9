"""Isolation: what keeps an institution's pods from all others, and others from them."""

from components.isolation.demand import Demand, demand
from components.isolation.isolation import Isolation
from components.isolation.spec import IsolationSpec

__all__ = ["Demand", "Isolation", "IsolationSpec", "demand"]

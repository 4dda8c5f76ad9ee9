"""The gateway: an Envoy in front of each institution's Dicoogles, the only way to them."""

from components.gateway.gateway import Gateway
from components.gateway.spec import GatewaySpec, Limits, limits

__all__ = ["Gateway", "GatewaySpec", "Limits", "limits"]

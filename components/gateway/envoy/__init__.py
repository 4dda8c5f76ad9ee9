"""Envoy's configuration, as pure functions from a gateway's values to dicts."""

"""A gateway and its hub, on both databases."""

from tests.api.holder.sync.conftest import clock, gateway, hub

__all__ = ["clock", "gateway", "hub"]  # fixtures

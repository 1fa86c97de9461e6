"""Routing strategies: a wish about channels and providers that templates and requests to send share."""

from tidings.routing_strategies.routing_strategy import RoutingStrategy, laid

__all__ = ["RoutingStrategy", "laid"]

"""Saying something over HTTP to somebody outside."""

from typing import Protocol

from tidings.destinations import HttpAnswer, HttpFault, HttpRequest


class Carrier(Protocol):
    """Carries requests to addresses that users gave us, and never to one that must not be reached.

    Never raises: whatever happens is an answer or a fault. Time, bytes and connections are bounded.
    """

    async def carry(self, request: HttpRequest) -> HttpAnswer | HttpFault:
        """Make one request."""
        ...

    async def close(self) -> None:
        """Let go of all connections. Safe to call twice."""
        ...

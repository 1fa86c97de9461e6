"""Name resolution that gives no address which must not be called.

The client connects to the very addresses that were checked here, so a name that answers differently a moment later
gains nothing. Imported late: aiohttp takes longer than most of a start.
"""

import ipaddress
import socket

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from tidings.destinations.reach import Blocked, is_outside


class GuardedResolver(AbstractResolver):
    """Resolves with the system's resolver, and refuses a name if any of its addresses is inside."""

    def __init__(self) -> None:
        self._system = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Resolve a name. Raises `Blocked`, or `OSError` when there is no such name."""
        found = await self._system.resolve(host, port, family)
        for each in found:
            if not is_outside(ipaddress.ip_address(each["host"].partition("%")[0])):
                raise Blocked("the name leads to a private address")
        return found

    async def close(self) -> None:
        """Hold nothing."""
        await self._system.close()

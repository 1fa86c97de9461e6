"""Where a URL that somebody outside chose may lead: to public addresses, unless the operator says otherwise."""

import asyncio
import ipaddress
import socket
from urllib.parse import urlsplit

from tidings.errors import InvalidInput

URL_LENGTH_MAX = 2048
_PORTS = {"http": 80, "https": 443}


class UrlGuard:
    """Keeps requests out of private networks (SSRF)."""

    def __init__(self, *, allows_private: bool = False) -> None:
        self.allows_private = allows_private

    def place(self, url: str) -> tuple[str, int]:
        """Read host and port of an http or https URL. Raises `InvalidInput` without the URL."""
        return place_of(url)

    async def resolve(self, host: str, port: int) -> str:
        """Find one address of a host, all of whose addresses must be public.

        Raises `InvalidInput` when one is not: of this machine, a private network, or one that is for nobody. Raises
        `OSError` when the name does not resolve.
        """
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))
        if not addresses:
            raise OSError("no address")
        if not self.allows_private and not all(is_public(address) for address in addresses):
            raise InvalidInput(
                "the URL leads into a private network: set TIDINGS_PRIVATE_URLS=true to allow that", path="url"
            )
        return addresses[0]


def place_of(url: str) -> tuple[str, int]:
    """Read host and port of an http or https URL. Raises `InvalidInput` without the URL."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        host, port = "", 0
    if not host or not port or len(url) > URL_LENGTH_MAX or "\\" in url or not url.isprintable():
        raise InvalidInput(f"a URL is http:// or https:// with a host, {URL_LENGTH_MAX} characters at most", path="url")
    return host, port


def is_public(address: str) -> bool:
    """Tell whether an IP address is somebody's on the open internet."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    inner = [getattr(ip, "ipv4_mapped", None), getattr(ip, "sixtofour", None)]
    return all(part.is_global and not part.is_multicast for part in (ip, *inner) if part is not None)

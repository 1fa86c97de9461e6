"""Whose address a request came from, when proxies stand in between."""

from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from litestar.types import HTTPScope

from tidings.errors import ConfigurationError

_HOPS_MAX = 32


class Peers:
    """Believes `X-Forwarded-For` of the proxies that the operator named, and of nobody else."""

    def __init__(self, trusted: str) -> None:
        """Take addresses and networks, separated by commas. Raises `ConfigurationError`."""
        self._trusted = [_network(text.strip()) for text in trusted.split(",") if text.strip()]

    def address_of(self, scope: HTTPScope, forwarded_for: bytes) -> str:
        """Tell the address nearest to the user that can be believed; empty when there is none.

        The header is read from its end: each proxy adds whom it heard from, and only what a trusted one added is
        more than a claim (segment.md §1.9).
        """
        client = scope["client"]
        address = client[0] if client else ""
        if not self._trusted or not self._is_trusted(address):
            return address
        for hop in reversed(forwarded_for.decode("latin-1").split(",")[-_HOPS_MAX:]):
            if not _is_address(hop.strip()):
                break
            address = hop.strip()
            if not self._is_trusted(address):
                break
        return address

    def trusts(self, scope: HTTPScope) -> bool:
        """Tell whether the request came from a trusted proxy."""
        client = scope["client"]
        return bool(self._trusted and client and self._is_trusted(client[0]))

    def scheme_of(self, scope: HTTPScope, forwarded_proto: bytes | None) -> str:
        """Tell whether the user came by `http` or `https`."""
        believed = forwarded_proto in {b"http", b"https"} and self.trusts(scope)
        return forwarded_proto.decode() if believed and forwarded_proto else scope["scheme"]

    def _is_trusted(self, address: str) -> bool:
        if not _is_address(address):
            return False
        parsed = ip_address(address)
        return any(parsed in network for network in self._trusted)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _network(text: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        raise ConfigurationError(f"trusted_proxies must be addresses or networks, got {text!r}") from None

"""Which addresses may be called on a user's behalf."""

import ipaddress
from urllib.parse import urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Blocked(OSError):
    """The address is inside: this machine, its network, or the cloud's own services."""


def is_outside(address: Address) -> bool:
    """Tell whether an address is one of the open internet.

    Private, loopback, link-local (where clouds keep their credentials), shared, reserved and multicast addresses are
    not, nor are IPv6 addresses that stand for one of those.
    """
    if isinstance(address, ipaddress.IPv6Address):
        within = address.ipv4_mapped or address.sixtofour
        if within is None and address in _NAT64:
            within = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
        if within is not None:
            return is_outside(within)
        if address.teredo is not None:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def literal_address(host: str) -> Address | None:
    """Read a host that is an address itself: those are not resolved, so they are checked before."""
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None


def check_url(url: str) -> None:
    """See that a URL is one that can be called, as far as it can be told by looking. Raises `Blocked`, `ValueError`."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.password:
        raise ValueError("the URL must be http:// or https:// with a host, and without a user")
    _ = parts.port  # raises ValueError when it is none
    address = literal_address(parts.hostname)
    if address is not None and not is_outside(address):
        raise Blocked("the address is a private one")

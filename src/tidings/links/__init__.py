"""Links of ours that messages carry: signed, so that they mean only what we wrote."""

from tidings.links.link import Click, Link, Open
from tidings.links.links import TICKET_MAX, Links

__all__ = ["TICKET_MAX", "Click", "Link", "Links", "Open"]

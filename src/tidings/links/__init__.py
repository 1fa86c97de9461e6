"""Links of ours that messages carry: signed, so that they mean only what we wrote."""

from tidings.links.link import CHOOSING_S, Choose, Click, Leave, Link, Open
from tidings.links.links import TICKET_MAX, Links

__all__ = ["CHOOSING_S", "TICKET_MAX", "Choose", "Click", "Leave", "Link", "Links", "Open"]

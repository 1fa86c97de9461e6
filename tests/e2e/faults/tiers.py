"""Where the harness runs: what a tier needs to be started with, and what can go wrong in it and nowhere else."""

from collections.abc import Callable
from typing import Any

import msgspec


class Tier(msgspec.Struct, frozen=True):
    """One way to run an installation."""

    name: str
    settings: Callable[[Any], dict[str, str]]
    """From the test's temporary folder to the settings of `tidings serve`."""
    mischief: tuple[str, ...]
    """What of `mischief.MISCHIEF` makes sense here."""


EVERYWHERE = ("kill_api", "kill_worker", "stop_worker", "slow_provider", "moody_provider", "dead_provider")

TIERS = {
    "embedded": Tier("embedded", lambda _folder: {}, (*EVERYWHERE, "full_disk", "locked_state", "locked_stream")),
}

"""A workspace holds environments; everything else belongs to exactly one environment."""

from typing import Literal

import msgspec

Delivery = Literal["live", "simulated"]
"""`live` hands messages to providers; `simulated` ends them as SIMULATED in the outbox."""


class Workspace(msgspec.Struct, frozen=True):
    """A company, or a team: the owner of environments."""

    id: int
    name: str


ENVIRONMENT_NAME = r"^[a-z][a-z0-9-]{0,39}$"
"""How environments are named: a header and keys have the name in them."""


class Environment(msgspec.Struct, frozen=True):
    """A closed world of profiles, templates, keys and logs: `production` or `test`.

    Its id is unique across workspaces, and every query is scoped by it.
    """

    id: int
    workspace_id: int
    name: str
    delivery: Delivery

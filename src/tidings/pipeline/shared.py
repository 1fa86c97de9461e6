"""What the messages of a request to many share, read once for many of them."""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import msgspec

from tidings.effects import Claim
from tidings.mapping import completed
from tidings.ports import ExpansionStore

_BODIES_MAX = 32
"""Requests kept at hand; each has at most a megabyte."""


class SharedBodies:
    """Completes claimed messages with what their request holds for all."""

    def __init__(self, store: ExpansionStore) -> None:
        self._store = store
        self._kept: OrderedDict[tuple[int, str], dict[str, Any]] = OrderedDict()

    async def complete(self, claims: Sequence[Claim]) -> list[Claim]:
        """Give each message its whole content; those that share nothing come back as they are."""
        wanted = dict.fromkeys(_request(claim) for claim in claims if claim.message.shared)
        if not wanted:
            return list(claims)
        bodies = await self._bodies(list(wanted))
        return [
            msgspec.structs.replace(claim, message=completed(claim.message, bodies.get(_request(claim), {})))
            if claim.message.shared
            else claim
            for claim in claims
        ]

    async def _bodies(self, wanted: list[tuple[int, str]]) -> dict[tuple[int, str], dict[str, Any]]:
        found = {key: self._kept[key] for key in wanted if key in self._kept}
        missing = [key for key in wanted if key not in found]
        if missing:
            read = await self._store.bodies(missing)
            found |= {key: msgspec.json.decode(body) for key, body in read.items()}
        for key, body in found.items():  # a body never changes, so it may be kept for as long as there is room
            self._kept[key] = body
            self._kept.move_to_end(key)
        while len(self._kept) > _BODIES_MAX:
            self._kept.popitem(last=False)
        return found


def _request(claim: Claim) -> tuple[int, str]:
    return claim.message.environment_id, claim.message.request_id

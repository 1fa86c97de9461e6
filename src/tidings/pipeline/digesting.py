"""What a digest's message tells: read when it goes, so that it holds whatever was gathered until then."""

from collections.abc import Sequence

import msgspec

from tidings.effects import Claim
from tidings.ports import DigestStore
from tidings.preferences import DIGEST


class Digesting:
    """Gives the messages of digests their data."""

    def __init__(self, store: DigestStore) -> None:
        self._store = store

    async def complete(self, claims: Sequence[Claim]) -> list[Claim]:
        """Fill digests in; all others come back as they are."""
        wanted = [claim.message for claim in claims if _is_digest(claim)]
        if not wanted:
            return list(claims)
        contents = await self._store.contents(wanted)
        return [
            msgspec.structs.replace(claim, message=msgspec.structs.replace(claim.message, data=contents[_key(claim)]))
            if _is_digest(claim)
            else claim
            for claim in claims
        ]


def _key(claim: Claim) -> tuple[int, str]:
    return claim.message.environment_id, claim.message.id


def _is_digest(claim: Claim) -> bool:
    return DIGEST in claim.message.options

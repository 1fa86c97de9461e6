"""Devices: their tokens join the profiles of a batch, and those that are gone are noted."""

from collections.abc import Mapping, Sequence

import msgspec
import structlog

from tidings.channels import Available, Way
from tidings.effects import Claim
from tidings.errors import Unavailable
from tidings.messages import Message, Outcome, Reason, Undeliverable
from tidings.ports import DeviceTokenStore
from tidings.profiles import Profile, with_devices

log = structlog.get_logger()

_SERVED = frozenset({"firebase-fcm", "apn", "expo"})
"""Providers that address tokens. Where none is switched on, nobody asks for tokens."""


class Devices:
    """The devices of those who are written to."""

    def __init__(self, store: DeviceTokenStore) -> None:
        self._store = store

    async def join(
        self,
        claims: Sequence[Claim],
        profiles: Mapping[tuple[int, str], Profile],
        available: Mapping[int, Sequence[Available]],
        *,
        now: int,
    ) -> Mapping[tuple[int, str], Profile]:
        """Give each profile the tokens of its user; a user without a profile gets one of tokens alone."""
        pushing = {each for each, accounts in available.items() if any(it.provider in _SERVED for it in accounts)}
        users = {
            (message.environment_id, message.user_key[2:])
            for message in (claim.message for claim in claims)
            if message.environment_id in pushing and message.user_key.startswith("u:")
        }
        found = await self._store.active(sorted(users), now=now) if users else {}
        if not found:
            return profiles
        joined = dict(profiles)
        for (environment_id, user_id), tokens in found.items():
            key = (environment_id, f"u:{user_id}")
            profile = joined.get(key) or Profile(
                environment_id=environment_id, user_key=key[1], data={}, created_at=now, updated_at=now
            )
            joined[key] = msgspec.structs.replace(profile, data=with_devices(profile.data, tokens))
        return joined

    async def note(self, message: Message, way: Way, outcome: Outcome, *, now: int) -> None:
        """Note a token that its service does not know any more: it is addressed no more."""
        if way.provider not in _SERVED or not message.user_key.startswith("u:"):
            return
        if isinstance(outcome, Undeliverable) and outcome.reason is Reason.BOUNCED:
            try:
                await self._store.fail(
                    message.environment_id, message.user_key[2:], way.address, why=outcome.detail, now=now
                )
            except Unavailable as error:  # it will be told the same next time
                log.warning("devices.not_noted", message_id=message.id, error=str(error))

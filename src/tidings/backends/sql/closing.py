"""Putting addresses on the suppression list of which their service says that nothing should go there any more."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql.rows import message_of
from tidings.backends.sql.tables import messages, profiles
from tidings.backends.sql.tables_preferences import suppressions
from tidings.channels import Way, e164
from tidings.messages import Attempt, Message, Reason, Receipt
from tidings.suppressions import Kind, Suppression, address_of

_KINDS: dict[tuple[str, Reason], Kind] = {
    ("email", Reason.BOUNCED): "bounce",
    ("email", Reason.UNSUBSCRIBED): "complaint",
    ("sms", Reason.UNSUBSCRIBED): "unsubscribe",  # what else keeps a text message back may be a phone that is off
}
_FIELDS = {"email": ("email", "email"), "sms": ("phone", "phone_number")}
"""What an address of the channel is called on the list, and in profiles."""
CLOSE = insert(suppressions).on_conflict_do_nothing()
"""Puts an address on the list; one that is there already keeps why."""


def closes(receipt: Receipt, channel: str) -> bool:
    """Tell whether a fact closes an address: an email that came back for good, or an owner who wants nothing."""
    return receipt.reason is not None and (channel, receipt.reason) in _KINDS


async def close_addresses(
    connection: AsyncConnection,
    environment_id: int,
    told: Sequence[Receipt],
    tried: Mapping[str, Sequence[Attempt]],
    *,
    channel: str,
) -> None:
    """Close the addresses that these messages went to; one that has changed since is another address."""
    ids = sorted({receipt.message_id for receipt in told})
    query = select(messages).where(messages.c.environment_id == environment_id, messages.c.id.in_(ids))
    found = {message.id: message for message in map(message_of, await connection.execute(query))}
    known = await _profiles(connection, environment_id, list(found.values()))
    closed: dict[str, Suppression] = {}
    name, field = _FIELDS[channel]
    for receipt in told:
        message = found[receipt.message_id]
        keys = {each.address_key for each in tried.get(message.id, ()) if each.channel == channel}
        for given in (message.to.get(field), known.get(message.user_key, {}).get(field)):
            if isinstance(given, str) and (spelt := _spelt(given, channel, keys)):
                address = address_of(name, spelt)
                closed[address] = Suppression(
                    environment_id=environment_id,
                    address=address,
                    kind=_KINDS[channel, receipt.reason or Reason.BOUNCED],
                    detail=f"told of message {message.id}",
                    created=receipt.at,
                )
    if closed:
        await connection.execute(CLOSE, closing_parameters(list(closed.values())))


def closing_parameters(closed: Sequence[Suppression]) -> list[dict[str, Any]]:
    """Write each address once, in order, so that nobody meets crosswise."""
    first = {(each.environment_id, each.address): each for each in reversed(closed)}
    return [msgspec.structs.asdict(first[key]) for key in sorted(first)]


def _spelt(given: str, channel: str, keys: set[str]) -> str:
    """Spell an address as it was tried; empty when it was not."""
    spellings = (e164(given),) if channel == "sms" else (given, given.strip())
    return next((each for each in spellings if each and Way(channel, "", "", each).address_key in keys), "")


async def _profiles(
    connection: AsyncConnection, environment_id: int, of: Sequence[Message]
) -> dict[str, dict[str, Any]]:
    keys = sorted({message.user_key for message in of if message.user_key})
    query = select(profiles.c.user_key, profiles.c.data).where(
        profiles.c.environment_id == environment_id, profiles.c.user_key.in_(keys)
    )
    return {row[0]: msgspec.json.decode(row[1]) for row in await connection.execute(query)}

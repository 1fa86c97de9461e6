"""What a follower sees of the stream: records at their places, without those that the inbound step dropped."""

from collections.abc import Sequence

from tidings.ids import INDEX_MAX, position
from tidings.ingest import unpack
from tidings.ports import FollowerStore
from tidings.records import Entry, Seen


async def seen_of(entries: Sequence[Entry], store: FollowerStore) -> list[Seen]:
    """Unpack entries of one partition; leave out what was dropped, discarded, or is no call of a source."""
    if not entries:
        return []
    first, last = position(entries[0].offset, 0), position(entries[-1].offset, INDEX_MAX)
    environments = sorted({entry.environment_id for entry in entries})
    dropped = await store.passed_over(environments, entries[0].partition, first, last)
    return [
        Seen(entry.environment_id, entry.source_id, at, record)
        for entry in entries
        for index, record in enumerate(unpack(entry))
        if (at := position(entry.offset, index)) not in dropped
        and not record.discarded
        and record.type not in ("send", "unknown")
    ]

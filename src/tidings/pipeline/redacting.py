"""What sources do not want anybody to have, taken out of calls before a follower keeps anything of them."""

from collections.abc import Mapping, Sequence

from tidings.ports import SourceStore
from tidings.records import Seen, without


async def redacted(batch: Sequence[Seen], sources: SourceStore) -> list[Seen]:
    """Give calls as their sources let them be kept: as the settings are now. Raises `Unavailable`."""
    paths: dict[int, Mapping[int, tuple[str, ...]]] = {}
    for environment_id in {call.environment_id for call in batch}:
        found = await sources.all(environment_id)
        paths[environment_id] = {source.id: source.settings.redacted for source in found}
    return [_without(call, paths[call.environment_id].get(call.source_id, ())) for call in batch]


def _without(call: Seen, paths: tuple[str, ...]) -> Seen:
    if not paths:
        return call
    return Seen(call.environment_id, call.source_id, call.position, without(call.record, paths))

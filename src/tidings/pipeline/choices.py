"""Which providers a message would go by and which not, in the words of Courier's first version (courier-api.md §24)."""

from collections.abc import Sequence

from tidings.channels import Available
from tidings.data_logs import ProviderChoice
from tidings.elemental import channels_of
from tidings.gates import Go, No
from tidings.pipeline.foresight import Foreseen, named
from tidings.routing import Route, addresses_on


def choices_of(seen: Foreseen, available: Sequence[Available]) -> tuple[ProviderChoice, ...]:
    """Say of each provider whether it would be asked, and of each channel of the content that nobody serves it."""
    route = seen.route if isinstance(seen.route, Route) else None
    kind = "always" if route is not None and route.tree.method == "all" else "bestOf"
    ways = list(dict.fromkeys((way.channel, way.provider) for way in route.ways)) if route is not None else []
    first = set(ways if kind == "always" else ways[:1])
    served = list(dict.fromkeys((each.channel, each.provider) for each in available if not each.stands_in))
    found = [
        ProviderChoice(
            channel=provider,
            selected=(channel, provider) in first,
            type=kind,
            reason=None if (channel, provider) in ways else _why_not(seen, channel, provider),
        )
        for channel, provider in dict.fromkeys([*ways, *served])
    ]
    there = {channel for channel, _ in (*ways, *served)} | {provider for _, provider in served}
    spoken = [name for name in channels_of(_content(seen)) if name != "default" and name not in there]
    nobody = [ProviderChoice(channel=name, selected=False, type=kind, reason="NO_PROVIDERS") for name in spoken]
    return (*found, *nobody)


def _why_not(seen: Foreseen, channel: str, provider: str) -> str:
    if isinstance(seen.verdict, No):
        return "FILTERED"
    if isinstance(seen.verdict, Go) and seen.verdict.refusal(channel) is not None:
        return "FILTERED_OUT_AT_CHANNEL"
    addresses, _ = addresses_on(channel, provider, named(seen.message, seen.profile))
    return "CHANNEL_DISABLED" if addresses else "INCOMPLETE_PROFILE_DATA"


def _content(seen: Foreseen) -> dict[str, object]:
    if seen.message.content is not None:
        return seen.message.content
    return seen.version.content if seen.version is not None else {}

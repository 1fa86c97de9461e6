"""What Studio's page shows: read from the stores, in the words of the page."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec

from tidings.api.outbox import subject_of
from tidings.api.services import Services
from tidings.api.studio.advice import Advice
from tidings.clock import iso
from tidings.errors import Unavailable
from tidings.inbound_events import InboundEvent
from tidings.messages import Message
from tidings.ports import EventFilter, MessageFilter, OutboxItem
from tidings.workspaces import Environment, Source

_COUNTED = 100
_SHOWN = 25
_KEPT = 12
_JSON_SHOWN = 4000  # characters
_SNIPPET = (Path(__file__).parents[1] / "pages" / "snippet.html").read_text()
_EXAMPLE = "https://tidings.example.com"  # stands for this server in the docs


class Share(msgspec.Struct, frozen=True):
    """A part of a bar: a status, how often, and where its stretch begins and how long it is (0 to 100)."""

    word: str
    count: int
    start: float
    width: float


class EventRow(msgspec.Struct, frozen=True):
    """A call, as the page shows it."""

    id: str
    at: str
    status: str
    title: str
    user: str
    why: str
    payload: str
    command: str
    """What to type to have such calls sent from now on; empty when there is nothing to do."""


class MessageRow(msgspec.Struct, frozen=True):
    """A message, as the page shows it."""

    id: str
    at: str
    status: str
    title: str
    recipient: str
    why: str


class MailRow(msgspec.Struct, frozen=True):
    """A message in the outbox, as the page shows it."""

    message_id: str
    channel: str
    at: str
    recipient: str
    subject: str
    preview: str
    """Where the preview is read."""


class View(msgspec.Struct, frozen=True, kw_only=True):
    """All that the page shows of one environment."""

    environment: str
    environments: Sequence[str]
    at: str
    components: Mapping[str, str]
    depth: Mapping[str, int]
    calls: Sequence[Share]
    sent: Sequence[Share]
    refusals: Mapping[str, int]
    events: Sequence[EventRow]
    messages: Sequence[MessageRow]
    mails: Sequence[MailRow]
    sources: Sequence[Source]
    first_call: str
    """Python that sends a first call here."""
    snippet: str
    """What a page pastes to send from browsers."""

    @property
    def well(self) -> bool:
        """Every component works."""
        return all(word == "ok" for word in self.components.values())


async def view(services: Services, environments: Sequence[Environment], chosen: Environment, *, origin: str) -> View:
    """Read everything that the page shows."""
    here = chosen.id
    events = await services.events.page(here, EventFilter(), limit=_COUNTED, cursor=None)
    messages = await services.messages.page(here, MessageFilter(), limit=_COUNTED, cursor=None)
    kept = await services.outbox.page(here, limit=_KEPT, cursor=None)
    templates = await services.templates.page(here, limit=1, cursor=None)
    sources = await services.sources.all(here)
    newest = templates.items[0].id if templates.items else "nt_YOUR_TEMPLATE"
    maps = {item.event_id: item.template_id for item in await services.event_maps.all(here)}
    return View(
        environment=chosen.name,
        environments=[environment.name for environment in environments],
        at=iso(services.clock.now_ms()),
        components=await services.ready(),
        depth=await _depth(services),
        calls=shares(event.status.value for event in events.items),
        sent=shares(message.status.value for message in messages.items),
        refusals=await services.sources.refusals(),
        events=[_event(event, Advice(origin, newest, maps)) for event in events.items[:_SHOWN]],
        messages=[_message(message) for message in messages.items[:_SHOWN]],
        mails=[_mail(item, chosen.name) for item in kept.items],
        sources=sources,
        first_call=_first_call(sources, origin),
        snippet=_SNIPPET.replace(_EXAMPLE, origin),
    )


def shares(words: Iterable[str]) -> list[Share]:
    """Count statuses, most frequent first, as stretches of a bar from 0 to 100."""
    counts = Counter(words)
    total = counts.total()
    bar: list[Share] = []
    start = 0.0
    for word, count in counts.most_common():
        width = 100 * count / total
        bar.append(Share(word, count, round(start, 3), round(width, 3)))
        start += width
    return bar


async def _depth(services: Services) -> Mapping[str, int]:
    try:
        return await services.depth()
    except Unavailable:  # the health card says what is wrong
        return {}


def _event(event: InboundEvent, advice: Advice) -> EventRow:
    why, command = advice.on(event)
    return EventRow(
        id=event.id,
        at=iso(event.received_at),
        status=event.status.value,
        title=f"{event.type} · {event.name}" if event.name else event.type,
        user=event.user_key[2:] or "nobody",
        why=why,
        payload=pretty(msgspec.json.decode(event.body)),
        command=command,
    )


def pretty(value: Any) -> str:
    """Write JSON for people, up to a length."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    return text if len(text) <= _JSON_SHOWN else text[:_JSON_SHOWN] + "\n…"


def _message(message: Message) -> MessageRow:
    why = " · ".join(part for part in (message.reason.value if message.reason else "", message.error) if part)
    return MessageRow(
        id=message.id,
        at=iso(message.enqueued),
        status=message.status.value,
        title=message.event or message.template_id or "inline content",
        recipient=message.recipient or "nobody",
        why=why,
    )


def _mail(item: OutboxItem, environment: str) -> MailRow:
    path = f"/studio/outbox/{quote(item.message_id, safe='')}/{quote(item.channel, safe='')}"
    return MailRow(
        message_id=item.message_id,
        channel=item.channel,
        at=iso(item.at),
        recipient=item.recipient,
        subject=subject_of(item) or "(no subject)",
        preview=f"{path}?environment={quote(environment, safe='')}",
    )


def _first_call(sources: Sequence[Source], origin: str) -> str:
    hint = sources[0].write_key_hint if sources else "no source yet"
    return f"""\
# pip install segment-analytics-python
import segment.analytics as analytics

analytics.write_key = "YOUR_WRITE_KEY"  # {hint}
analytics.host = "{origin}"

analytics.identify("ann", {{"name": "Ann", "email": "ann@example.com"}})
analytics.track("ann", "Signed Up", {{"plan": "pro"}})
analytics.flush()
"""


def preview_of(items: Sequence[OutboxItem], channel: str) -> tuple[str, str] | None:
    """Find what to preview: the HTML, else the words. Returns the part's name and text."""
    content: Mapping[str, Any] = next((item.content for item in items if item.channel == channel), {})
    for part in ("html", "text", "body"):
        if isinstance(text := content.get(part), str) and text:
            return part, text
    return None

"""Trying a destination before it matters: its settings, its filters, and one call through all of it."""

import contextlib
from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from litestar import Controller, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from tidings.api.authentication import Grant
from tidings.api.destination_wire import FilterBody, filters_of
from tidings.api.injected import Injected
from tidings.api.permission import READS
from tidings.api.services import Services
from tidings.destinations import BUILT_IN, HttpAnswer, HttpFault, HttpRequest
from tidings.effects import MappedTemplate
from tidings.errors import InvalidInput, NotFound
from tidings.event_maps import segment_event_id
from tidings.filters import Filter, Gate
from tidings.filters.filter import Action, Drop
from tidings.forwarding import Kept, gates, normalised, offer, outlet_of
from tidings.inbound_events import EventStatus
from tidings.ingest import INBOUND, ingest, open_body
from tidings.ledger import HOUR_MS
from tidings.mapping import Arrival, Rules, apply
from tidings.records import Record, stamps_of

Json = dict[str, Any]
_HIDDEN = "********"
_SHOWN_BYTES = 4096

SAMPLE: Json = {
    "type": "track",
    "userId": "test-user",
    "event": "Test Event",
    "properties": {"total": 19.99, "currency": "EUR"},
    "context": {"library": {"name": "tidings"}},
}


class FilterTest(msgspec.Struct):
    """A condition, what it is to do, and a call to try it on."""

    condition: str = msgspec.field(name="if")
    call: Json
    actions: Annotated[list[Action], Meta(min_length=1, max_length=5)] | None = None


class FilterVerdict(msgspec.Struct):
    """What the condition says of the call, and what becomes of the call."""

    holds: bool
    why: str
    passes: bool
    call: msgspec.Raw
    """As it would go on."""


class Check(msgspec.Struct):
    """Whether the settings work."""

    ok: bool
    detail: str


class EventTest(msgspec.Struct):
    """A call to send through a destination."""

    call: Json = msgspec.field(default_factory=lambda: dict(SAMPLE))
    source_id: int = 0
    bypass_filters: bool = False
    """Send it whatever the filters say, as Segment's own tester does."""
    dry_run: bool = False
    """Say what would be sent, and send nothing."""


class Step(msgspec.Struct):
    """One of the gates on the way."""

    step: str
    ok: bool
    detail: str


class EventVerdict(msgspec.Struct):
    """What each step said; secrets are redacted."""

    delivered: bool
    steps: list[Step]
    request: Json | None = None
    response: Json | None = None


class DestinationTestController(Controller):
    """Tests send real requests, and leave no trace in the logs and counts of calls."""

    path = "/destinations"
    tags = ("Destinations",)

    @post("/filters/test", status_code=200, summary="Try a filter on a call", opt=READS)
    async def try_filter(
        self,
        data: JSONBody[FilterTest],
        grant: Grant,  # noqa: ARG002 for those who have a key
        services: Injected,
    ) -> FilterVerdict:
        """Say whether the condition holds, why, and what the actions make of the call."""
        now = services.clock.now_ms()
        body = FilterBody(title="test", condition=data.condition, actions=data.actions or [Drop()])
        try:
            (made,) = filters_of([body], (), now=now)
        except InvalidInput as error:
            path = error.path.removeprefix("filters[0].")
            raise type(error)(error.message, path=path, code=error.code) from None
        record = _record(data.call, now)
        sample = msgspec.json.encode(normalised(record))
        probe = Gate([_dropping(made)]).judge(sample, stamps_of(record), None)
        verdict = Gate([made]).judge(sample, stamps_of(record), None)
        why = probe.why or Gate([made]).explained(sample, stamps_of(record), None)[0][1]
        return FilterVerdict(not probe.passes, why, verdict.passes, msgspec.Raw(verdict.body))

    @post("/{destination_id:str}/test", status_code=200, summary="Try a destination's settings")
    async def try_settings(self, destination_id: FromPath[str], grant: Grant, services: Injected) -> Check:
        """Ask the service whether it knows the key, without sending a call."""
        outlet = outlet_of(await services.destinations.get(grant.environment_id, destination_id))
        if outlet.fault:
            return Check(ok=False, detail=outlet.fault)
        request = outlet.kind.probe(outlet.settings)
        if request is None:
            return Check(ok=True, detail="the settings are whole; a test event shows whether they work")
        answer = await services.carrier.carry(request)
        match answer:
            case HttpFault(code=code, detail=detail):
                return Check(ok=False, detail=f"{code}: {detail}")
            case HttpAnswer(status=status) if 200 <= status < 300:
                return Check(ok=True, detail=f"the service answered {status}")
            case HttpAnswer(status=status):
                hint = ": the key is not valid there" if status in (401, 403) else ""
                return Check(ok=False, detail=f"the service answered {status}{hint}")

    @post("/{destination_id:str}/test-event", status_code=200, summary="Send a call through a destination")
    async def try_event(
        self, destination_id: FromPath[str], data: JSONBody[EventTest], grant: Grant, services: Injected
    ) -> EventVerdict:
        """Take one call through every gate and, if all let it through, really send it."""
        destination = await services.destinations.get(grant.environment_id, destination_id)
        record = _record(data.call, services.clock.now_ms())
        steps = [Step("accept", ok=True, detail=f"a {record.type} call of {record.user_key[2:] or 'nobody'}")]
        if data.bypass_filters:
            destination = msgspec.structs.replace(destination, filters=())
        outlet = outlet_of(destination)
        offered = offer(outlet, record, data.source_id)
        steps += [Step(it.gate, ok=it.passed, detail=it.why) for it in gates(outlet, record, data.source_id, offered)]
        if isinstance(offered, Kept):
            return EventVerdict(delivered=False, steps=steps)
        if destination.id == BUILT_IN:
            steps.append(await _engine(services, grant.environment_id, data.source_id, record))
            return EventVerdict(delivered=False, steps=steps)
        request = outlet.kind.request(offered.call, outlet.settings)
        request = outlet.kind.sealed(request, outlet.settings, now=services.clock.now_ms())
        if data.dry_run:
            return EventVerdict(delivered=False, steps=steps, request=_request(request))
        answer = await services.carrier.carry(request)
        outcome = outlet.kind.outcome(answer)
        kind = str(outcome.__struct_config__.tag)
        detail = "" if kind == "delivered" else f"{outcome.reason}: {outcome.detail}"  # type: ignore[union-attr] # the other two
        steps.append(Step(kind, ok=kind == "delivered", detail=detail))
        return EventVerdict(
            delivered=kind == "delivered", steps=steps, request=_request(request), response=_response(answer)
        )


async def _engine(services: Services, environment_id: int, source_id: int, record: Record) -> Step:
    """Say what the inbound step would make of a call by itself: what is stored of its user is not looked at."""
    maps: dict[tuple[int, str], MappedTemplate] = {}
    event_id, template_id = segment_event_id(record.name or ""), ""
    with contextlib.suppress(NotFound):
        template_id = (await services.event_maps.get(environment_id, event_id)).template_id
        published = await services.templates.published([(environment_id, template_id)])
        maps[environment_id, event_id] = MappedTemplate(template_id, sendable=bool(published))
    rules = Rules(historical_after_ms=services.config.historical_after_hours * HOUR_MS)
    arrival = Arrival(environment_id, source_id, 0, record)
    (event,) = apply([arrival], seen=frozenset(), profiles={}, event_maps=maps, rules=rules).effects.events
    said = {
        EventStatus.APPLIED: "it would be applied; nothing was",
        EventStatus.MAPPED: f"it would become a message of {template_id}; nothing was sent",
        EventStatus.UNMAPPED: f"no template is mapped to {event_id}",
    }
    ok = event.status in (EventStatus.APPLIED, EventStatus.MAPPED)
    return Step(event.reason or event.status, ok=ok, detail=event.detail or said.get(event.status, ""))


def _record(call: Json, now: int) -> Record:
    """Accept a sample as the door for single calls does. Raises `InvalidInput`."""
    return ingest(open_body(msgspec.json.encode(call), INBOUND), received_at=now)[0]


def _dropping(made: Filter) -> Filter:
    return msgspec.structs.replace(made, actions=(Drop(),), enabled=True)


def _request(request: HttpRequest) -> Json:
    hidden = request.secret_headers
    headers = {name: _HIDDEN if name.lower() in hidden else value for name, value in request.headers.items()}
    return {"method": request.method, "url": request.url, "headers": headers, "body": _text(request.body)}


def _response(answer: HttpAnswer | HttpFault) -> Json:
    if isinstance(answer, HttpFault):
        return {"fault": answer.code, "detail": answer.detail, "elapsed_ms": answer.elapsed_ms}
    headers: Mapping[str, str] = {name: _HIDDEN if name == "set-cookie" else v for name, v in answer.headers.items()}
    return {
        "status": answer.status,
        "headers": headers,
        "body": _text(answer.body),
        "elapsed_ms": answer.elapsed_ms,
    }


def _text(body: bytes) -> str:
    return body[:_SHOWN_BYTES].decode(errors="replace")

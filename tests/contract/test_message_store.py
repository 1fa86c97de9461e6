import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tidings.backends.sql.message_store import SqlMessageStore
from tidings.effects import Effects
from tidings.errors import InvalidInput, NotFound
from tidings.ids import idempotent_request_id, position, request_id
from tidings.inbound_events import EventStatus
from tidings.messages import Reason, Status, tags_of, tenant_of
from tidings.ports import MessageFilter

NOON = 1_767_268_800_000
EVENT = "Segment-TrackEvent:Order Completed"


@pytest.fixture
def store(database):
    """The messages of an empty database."""
    return SqlMessageStore(database)


async def every(store, where, limit, environment_id=1):
    """Read all pages."""
    items, cursor = [], None
    while True:
        page = await store.page(environment_id, where, limit=limit, cursor=cursor)
        assert len(page.items) <= limit
        items += page.items
        cursor = page.cursor
        if cursor is None:
            return items


@pytest.mark.parametrize("read", ["get", "history", "outputs", "attempts"])
@pytest.mark.parametrize("message_id", ["", "none", "1-00000000-" + "0" * 24, "m" * 5000])
async def test_an_unknown_message_is_not_found(store, read, message_id):
    """Nothing is told of a message that does not exist."""
    with pytest.raises(NotFound):
        await getattr(store, read)(1, message_id)


@pytest.mark.parametrize("read", ["get", "history", "outputs", "attempts"])
async def test_another_environment_has_no_such_message(store, write, a_message, an_event, read):
    """What belongs to one environment does not exist in another, message or unmapped event."""
    unmapped = an_event()
    await write(messages=[a_message()], events=[unmapped])

    for message_id in ("m1", unmapped.id):
        await getattr(store, read)(1, message_id)
        with pytest.raises(NotFound):
            await getattr(store, read)(2, message_id)


async def test_a_message_not_yet_rendered(store, write, a_message):
    """Before it was rendered or tried a message has no outputs and no attempts."""
    await write(messages=[a_message()])

    assert await store.outputs(1, "m1") == []
    assert await store.attempts(1, "m1") == []
    assert await store.history(1, "m1") == []


async def test_an_unmapped_track_is_a_message(store, write, an_event):
    """A track without a template is told as a message: whose, what, and how to map it."""
    event = an_event(body=b'{"event":"Order Completed","properties":{"total":1.50,"big":12345678901234567890}}')
    await write(events=[event])

    message = await store.get(1, event.id)

    assert (message.status, message.reason, message.event) == (Status.UNMAPPED, None, EVENT)
    assert (message.id, message.recipient, message.enqueued) == (event.id, "ann", event.received_at)
    assert message.data == {"total": 1.5, "big": 12345678901234567890}
    assert "PUT /events/Segment-TrackEvent:Order%20Completed" in message.error
    assert (await store.page(1, MessageFilter(), limit=5, cursor=None)).items == [message]
    assert await store.outputs(1, event.id) == []
    assert await store.attempts(1, event.id) == []


async def test_the_history_of_an_unmapped_track(store, write, an_event):
    """Its history says that it came and why nothing was sent."""
    event = an_event()
    await write(events=[event])

    history = await store.history(1, event.id)

    assert [(entry.type, entry.ts, entry.ordinal) for entry in history] == [
        ("ENQUEUED", event.received_at, 0),
        ("UNMAPPED", event.received_at, 1),
    ]
    assert history[1].fields["event_id"] == EVENT


async def test_mapped_to_an_unpublished_template(store, write, an_event):
    """When the template exists but is not published, that is the reason and the advice."""
    event = an_event(reason="UNPUBLISHED", detail="template nt_1 is not published")
    await write(events=[event])

    message = await store.get(1, event.id)

    assert message.reason is Reason.UNPUBLISHED
    assert "nt_1 is not published" in message.error


@pytest.mark.parametrize("body", [b"{}", b'{"properties":null}', b'{"properties":[1]}', b'{"properties":"x"}'])
async def test_odd_properties_are_no_data(store, write, an_event, body):
    """Whatever stands where properties belong, the event can be read."""
    event = an_event(body=body, name=None, user_key="")
    await write(events=[event])

    message = await store.get(1, event.id)
    assert (message.data, message.recipient) == ({}, "")


@pytest.mark.parametrize(
    "fields",
    [{"status": status} for status in EventStatus if status is not EventStatus.UNMAPPED] + [{"type": "page"}],
)
async def test_other_events_are_no_messages(store, write, an_event, fields):
    """Only a track that found no template is told as a message."""
    event = an_event(**fields)
    await write(events=[event])

    assert (await store.page(1, MessageFilter(), limit=5, cursor=None)).items == []
    with pytest.raises(NotFound):
        await store.get(1, event.id)


FILTERS = [
    (MessageFilter(), lambda _message: True),
    (MessageFilter(statuses=(Status.SENT,)), lambda message: message.status is Status.SENT),
    (MessageFilter(statuses=(Status.UNMAPPED,)), lambda message: message.status is Status.UNMAPPED),
    (
        MessageFilter(statuses=(Status.SENT, Status.UNMAPPED, Status.SENT)),
        lambda message: message.status in {Status.SENT, Status.UNMAPPED},
    ),
    (MessageFilter(event=EVENT), lambda message: message.event == EVENT),
    (MessageFilter(event="welcome"), lambda message: message.event == "welcome"),
    (
        MessageFilter(event=EVENT, statuses=(Status.ENQUEUED, Status.UNMAPPED)),
        lambda message: message.event == EVENT and message.status in {Status.ENQUEUED, Status.UNMAPPED},
    ),
    (MessageFilter(recipient="ann"), lambda message: message.recipient == "ann"),
    (
        MessageFilter(recipient="ann", event=EVENT, statuses=(Status.SENT,)),
        lambda message: (message.recipient, message.event, message.status) == ("ann", EVENT, Status.SENT),
    ),
    (MessageFilter(template_id="t1"), lambda message: message.template_id == "t1"),
    (MessageFilter(list_id="l0"), lambda message: message.to.get("list_id") == "l0"),
    (MessageFilter(list_id="none"), lambda _message: False),
    (MessageFilter(provider=("smtp",)), lambda message: message.provider == "smtp"),
    (MessageFilter(provider=("smtp", "ses")), lambda message: message.provider in {"smtp", "ses"}),
    (MessageFilter(provider=("smtp",), channels=("email",)), lambda message: message.provider == "smtp"),
    (MessageFilter(provider=("ses",), channels=("email",)), lambda _message: False),
    (MessageFilter(channels=("email", "sms")), lambda message: message.channel in {"email", "sms"}),
    (
        MessageFilter(channels=("sms",), statuses=(Status.SENT,), recipient="ann"),
        lambda message: (message.channel, message.status, message.recipient) == ("sms", Status.SENT, "ann"),
    ),
    (MessageFilter(tenant_id="acme"), lambda message: tenant_of(message) == "acme"),
    (MessageFilter(tenant_id="none"), lambda _message: False),
    (MessageFilter(tags=("spring",)), lambda message: "spring" in tags_of(message.options)),
    (MessageFilter(tags=("spring", "sale")), lambda message: tags_of(message.options)),
    (
        MessageFilter(tags=("spring", "sale"), statuses=(Status.SENT,), enqueued_before=NOON + 3),
        lambda message: tags_of(message.options) and message.status is Status.SENT and message.enqueued < NOON + 3,
    ),
    (
        MessageFilter(tags=("sale",), recipient="bob"),
        lambda message: "sale" in tags_of(message.options) and message.recipient == "bob",
    ),
    (MessageFilter(begins="an"), lambda message: message.recipient == "ann"),
    (
        MessageFilter(begins="ann", statuses=(Status.SENT,)),
        lambda message: message.recipient == "ann" and message.status is Status.SENT,
    ),
    (MessageFilter(begins="m00"), lambda message: message.id.startswith("m00")),
    (MessageFilter(begins="m0"), lambda message: message.id.startswith("m0")),
    (MessageFilter(begins="r"), lambda message: message.request_id.startswith("r")),
    (MessageFilter(begins="r1", event=EVENT), lambda message: message.request_id == "r1" and message.event == EVENT),
    (MessageFilter(begins="nobody"), lambda _message: False),
    (MessageFilter(begins="_"), lambda _message: False),
    (MessageFilter(enqueued_before=NOON + 2), lambda message: message.enqueued < NOON + 2),
    (
        MessageFilter(enqueued_after=NOON, enqueued_before=NOON + 3, statuses=(Status.UNMAPPED, Status.SENT)),
        lambda message: NOON < message.enqueued < NOON + 3 and message.status in {Status.UNMAPPED, Status.SENT},
    ),
    (MessageFilter(request_id="r1"), lambda message: message.request_id == "r1"),
    (MessageFilter(request_id="r1", message_id="m001"), lambda message: message.id == "m001"),
    (MessageFilter(enqueued_after=NOON + 2), lambda message: message.enqueued > NOON + 2),
    (
        MessageFilter(enqueued_after=NOON + 1, event=EVENT),
        lambda message: message.enqueued > NOON + 1 and message.event == EVENT,
    ),
]


OPTIONS = (
    {},
    {"context": {"tenant_id": "acme"}},
    {"metadata": {"tags": ["spring"]}},
    {"metadata": {"tags": ["sale", "spring", "sale"]}, "context": {"tenant_id": "other"}},
    {"metadata": {"trace_id": "spring"}},
)


@pytest.fixture
async def filled(write, store, a_message, an_event):
    """Many messages and unmapped tracks, as the store tells them, newest first."""
    kinds = [
        (recipient, event, status, provider)
        for recipient in ("ann", "bob")
        for event in (EVENT, "welcome")
        for status in (Status.ENQUEUED, Status.SENT, Status.UNROUTABLE)
        for provider in (None, "smtp", "ses")
    ]
    messages = [
        a_message(
            f"m{number:03}",
            recipient=recipient,
            event=event,
            status=status,
            provider=provider,
            enqueued=NOON + number % 5,
            request_id=f"r{number % 3}",
            template_id=f"t{number % 2}",
            to={"list_id": f"l{number % 4}"} if number % 4 < 2 else {},
            channel={"smtp": "email", "ses": "sms"}.get(provider),
            options=OPTIONS[number % 5],
        )
        for number, (recipient, event, status, provider) in enumerate(kinds)
    ]
    events = [
        an_event(user_key=user, name=name, received_at=NOON + number % 5)
        for number, (user, name) in enumerate(
            (user, name) for user in ("u:ann", "a:ann", "u:bob") for name in ("Order Completed", "Other", None)
        )
    ]
    elsewhere = [msgspec.structs.replace(message, environment_id=2) for message in messages]
    await write(messages=[*messages, *elsewhere], events=[*events, an_event(environment_id=2)])
    told = messages + [await store.get(1, event.id) for event in events]
    return sorted(told, key=lambda message: (message.enqueued, message.id), reverse=True)


@pytest.mark.parametrize(("where", "wanted"), FILTERS)
async def test_filters(store, filled, where, wanted):
    """A filter yields exactly the messages that it describes, newest first, whatever the size of the pages."""
    expected = [message for message in filled if wanted(message)]

    assert await every(store, where, limit=4) == expected
    assert await every(store, where, limit=1000) == expected


@pytest.mark.parametrize(("where", "wanted"), FILTERS)
async def test_a_page_looks_at_so_many_rows(database, filled, where, wanted):
    """However few a page looks at, all pages together yield what the filter describes."""
    store = SqlMessageStore(database, looked_max=3)

    assert await every(store, where, limit=4) == [message for message in filled if wanted(message)]


async def test_an_empty_page_says_where_to_go_on(database, write, a_message):
    """What is rare and not indexed is found some pages on; none of them looks further than agreed."""
    rare = a_message("m0", enqueued=NOON, reason=Reason.BOUNCED, status=Status.UNDELIVERABLE)
    await write(messages=[rare, *(a_message(f"m{number}", enqueued=NOON + number) for number in range(1, 10))])
    store, where = SqlMessageStore(database, looked_max=4), MessageFilter(reasons=(Reason.BOUNCED,))

    first = await store.page(1, where, limit=5, cursor=None)

    assert first.items == []
    assert first.cursor is not None
    assert [message.id for message in await every(store, where, limit=5)] == ["m0"]


async def test_what_is_rare_by_its_status_is_found_at_once(database, write, a_message):
    """However many others a page would have to look at first, messages of rare statuses are on the first page."""
    rare = a_message("m0", enqueued=NOON, recipient="ann", status=Status.CANCELED)
    many = [a_message(f"m{number:02}", recipient="ann", enqueued=NOON + number) for number in range(1, 30)]
    await write(messages=[rare, *many])
    where = MessageFilter(recipient="ann", statuses=(Status.CANCELED,))

    page = await SqlMessageStore(database, looked_max=10).page(1, where, limit=5, cursor=None)

    assert [message.id for message in page.items] == ["m0"]
    assert page.cursor is None


async def test_many_that_begin_alike_are_looked_through(database, write, a_message):
    """Where too many recipients begin so to be searched one by one, the newest rows are looked through."""
    many = [a_message(f"m{number:02}", recipient=f"ann{number}", enqueued=NOON + number) for number in range(30)]
    await write(messages=many)

    found = await every(SqlMessageStore(database, looked_max=7), MessageFilter(begins="ann"), limit=4)

    assert [message.id for message in found] == [message.id for message in reversed(many)]


async def test_an_unmapped_track_is_found_by_its_ids(store, filled):
    """An unmapped track is its own request and message, and its other filters still count."""
    unmapped = next(message for message in filled if message.status is Status.UNMAPPED and message.recipient == "ann")
    for where, found in [
        (MessageFilter(message_id=unmapped.id), [unmapped]),
        (MessageFilter(request_id=unmapped.id), [unmapped]),
        (MessageFilter(message_id=unmapped.id, request_id=unmapped.id, recipient="ann"), [unmapped]),
        (MessageFilter(message_id=unmapped.id, recipient="bob"), []),
        (MessageFilter(message_id=unmapped.id, request_id="r1"), []),
        (MessageFilter(message_id=unmapped.id, event="Segment-TrackEvent:None such"), []),
    ]:
        assert await every(store, where, limit=4) == found


_PLACES = st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["event", "random", "idempotent"])), max_size=25)


@pytest.fixture
def place(inbound_store, a_message, an_event):
    """Put messages and unmapped tracks at these times, in an environment of their own; say which, and in what order."""

    async def put(places):
        async with inbound_store.transaction(0) as transaction:
            after = await transaction.offset()
            mine = {"environment_id": 100 + after}
            messages, events = [], []
            for number, (at, kind) in enumerate(places):
                when = NOON + at
                if kind == "event":
                    events.append(an_event(received_at=when, position=position(number + 1, 0), **mine))
                else:
                    drawn = request_id(when) if kind == "random" else idempotent_request_id(1, "/send", str(number))
                    messages.append(a_message(drawn, enqueued=when, **mine))
            effects = Effects(events=events, messages=messages)
            await transaction.apply(effects, after=after, through=after + 1, received_at=1)
        put = [(message.enqueued, message.id) for message in messages]
        return 100 + after, sorted([*put, *((event.received_at, event.id) for event in events)], reverse=True)

    return put


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(places=_PLACES, limit=st.integers(1, 6))
async def test_two_listings_merge_into_one(store, place, places, limit):
    """Messages and unmapped tracks come as one listing: each once, in order, wherever a page ends."""
    environment_id, expected = await place(places)

    found = await every(store, MessageFilter(), limit, environment_id)

    assert [(message.enqueued, message.id) for message in found] == expected


@pytest.mark.parametrize("cursor", ["", "nonsense", "WyJhIiwxXQ", "WzFd", "WzEsMl0"])
async def test_a_foreign_cursor_is_refused(store, cursor):
    """A cursor that is none of ours is the caller's fault."""
    with pytest.raises(InvalidInput) as refused:
        await store.page(1, MessageFilter(), limit=5, cursor=cursor)

    assert refused.value.path == "cursor"

"""Numbers whose owners want nothing: what they text, and what is told of messages to them. On every backend."""

import msgspec
import pytest
from sqlalchemy import insert

from tidings.accounts import Actor
from tidings.backends.sql.audit_log import SqlAuditLog
from tidings.backends.sql.message_queue import SqlMessageQueue
from tidings.backends.sql.receipt_log import SqlReceiptLog
from tidings.backends.sql.suppression_store import SqlSuppressionStore
from tidings.backends.sql.tables import environments, workspaces
from tidings.channels import Way
from tidings.effects import AttemptStart
from tidings.errors import NotFound
from tidings.messages import Attempt, Reason, Receipt, Status
from tidings.ports import Facts
from tidings.suppressions import Suppression, Texted

STOPPED = 1_767_268_900_000


def texted(word, number="+4915112345678", at=STOPPED, environment_id=1):
    """Somebody texted STOP or START."""
    return Facts(
        environment_id=environment_id,
        channel="sms",
        provider="twilio",
        config_id="pc_1",
        receipts=(),
        texted=[Texted(number=number, wants=word == "START", at=at, id="t1")],
    )


@pytest.fixture
def receipts(database):
    """The receipts of an empty database."""
    return SqlReceiptLog(database)


@pytest.fixture
def tried(database, write, a_message, noon):
    """Try a message to a number at Twilio; whatever is in its `to`, it went to one number."""
    queue = SqlMessageQueue(database)

    async def make(message_id, number):
        await write(messages=[msgspec.structs.replace(a_message(message_id), to={"phone_number": number})])
        await queue.claim(worker="w", now=noon, until=noon + 1000, limit=10)
        attempt = Attempt(
            environment_id=1,
            message_id=message_id,
            number=1,
            channel="sms",
            provider="twilio",
            started=noon,
            way=Way("sms", "twilio", "pc_1", "+4915112345678").key,
        )
        await queue.start([AttemptStart(attempt=attempt)])

    return make


@pytest.fixture
def suppressions(database):
    """The suppression list."""
    return SqlSuppressionStore(database)


async def test_who_texts_stop_is_left_alone(receipts, suppressions):
    """STOP closes the number in its environment, as its owner's wish; STOP once more changes nothing."""
    assert await receipts.record_all([texted("STOP"), texted("STOP", at=STOPPED + 1)]) == 1

    found = await suppressions.get(1, "phone:+4915112345678")
    assert (found.kind, found.detail, found.created) == ("unsubscribe", "texted STOP to twilio", STOPPED)
    with pytest.raises(NotFound):
        await suppressions.get(2, "phone:+4915112345678")


@pytest.mark.parametrize("kind", ["bounce", "unsubscribe"])
async def test_who_texts_start_is_written_to_again(receipts, suppressions, kind):
    """START opens a number that its owner or its service closed."""
    await suppressions.add([closed(kind)])

    assert await receipts.record_all([texted("START", environment_id=2)]) == 0
    assert await receipts.record_all([texted("START")]) == 1

    with pytest.raises(NotFound):
        await suppressions.get(1, "phone:+4915112345678")


@pytest.mark.parametrize(("kind", "at"), [("manual", STOPPED), ("privacy", STOPPED), ("unsubscribe", STOPPED - 1)])
async def test_what_start_does_not_lift(receipts, suppressions, kind, at):
    """START lifts neither what somebody here decided, nor a regulation, nor a STOP that was said since."""
    await suppressions.add([closed(kind)])

    assert await receipts.record_all([texted("START", at=at)]) == 0

    assert (await suppressions.get(1, "phone:+4915112345678")).kind == kind


async def test_stop_and_start_are_on_record(database, receipts):
    """What STOP and START changed is in the audit log of their environment: which account told it, and no number."""
    async with database.write() as connection:
        await connection.execute(insert(workspaces), {"id": 7, "name": "shop", "created": 1})
        here = {"id": 1, "workspace_id": 7, "name": "production", "delivery": "live"}
        await connection.execute(insert(environments), here)
    await receipts.record_all([texted("START", at=STOPPED + 5), texted("STOP"), texted("START", at=STOPPED + 9)])

    events = (await SqlAuditLog(database).page(7, 1, limit=10, cursor=None)).items
    assert [(event.type, event.at) for event in events] == [
        ("preferences:start", STOPPED + 5),
        ("preferences:stop", STOPPED),
    ]
    assert {event.actor for event in events} == {Actor("provider", "pc_1")}
    assert "4915112345678" not in repr(events)


async def test_a_number_that_opted_out_by_receipt(tried, receipts, suppressions):
    """A text message that its service did not deliver, for its owner wants none, closes the number it was tried at."""
    await tried("m1", "+49 151 12345678")
    await tried("m2", "+4915100000000")
    stopped = {"status": Status.UNDELIVERABLE, "reason": Reason.UNSUBSCRIBED}
    told = [Receipt(message_id=each, id=each, at=STOPPED, **stopped) for each in ("m1", "m2")]
    off = {"status": Status.UNDELIVERABLE, "reason": Reason.BOUNCED}
    unheard = Receipt(message_id="m1", id="off", at=STOPPED, **off)

    assert await receipts.record(1, [unheard], channel="sms", provider="twilio") == 1
    assert (await suppressions.page(1, limit=10, cursor=None)).items == []
    assert await receipts.record(1, told, channel="sms", provider="twilio") == 2

    (found,) = (await suppressions.page(1, limit=10, cursor=None)).items
    assert (found.address, found.kind, found.detail) == ("phone:+4915112345678", "unsubscribe", "told of message m1")


def closed(kind):
    """The number on the list."""
    return Suppression(environment_id=1, address="phone:+4915112345678", kind=kind, created=STOPPED)

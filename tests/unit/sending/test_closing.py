import pytest

from tidings.channels import Way
from tidings.effects import Settlement
from tidings.messages import Reason, RetryLater, Sent, Status, Undeliverable, Unknown
from tidings.sending import closing
from tidings.suppressions import Suppression

SETTLEMENT = Settlement(environment_id=1, message_id="m1", status=Status.UNDELIVERABLE, at=7)
EMAIL = Way("email", "postmark", "pc_1", " Ann@Example.com")
SMS = Way("sms", "twilio", "pc_2", "+4930123456")
DEAD = Undeliverable(Reason.BOUNCED, "no such mailbox", for_good=True)
STOPPED = Undeliverable(Reason.UNSUBSCRIBED, "said STOP", for_good=True)


@pytest.mark.parametrize(
    ("way", "outcome", "address", "kind"),
    [
        (EMAIL, DEAD, "email:ann@example.com", "bounce"),
        (EMAIL, STOPPED, "email:ann@example.com", "complaint"),
        (SMS, DEAD, "phone:+4930123456", "bounce"),
        (SMS, STOPPED, "phone:+4930123456", "unsubscribe"),
    ],
)
def test_an_address_is_closed(way, outcome, address, kind):
    """What a service says of an address for good closes it, as receipts do, and the list names the message."""
    assert closing(SETTLEMENT, way, outcome).closes == Suppression(
        environment_id=1, address=address, kind=kind, detail="told of message m1", created=7
    )


@pytest.mark.parametrize(
    ("way", "outcome"),
    [
        (EMAIL, Sent()),
        (EMAIL, RetryLater("greylisted")),
        (EMAIL, Unknown("cut off")),
        (EMAIL, Undeliverable(Reason.BOUNCED, "mailbox full")),
        (Way("push", "apn", "pc_3", "token"), DEAD),
        (Way("direct_message", "telegram", "pc_4", "17"), STOPPED),
        (Way("email", "smtp", "pc_5", "a" * 2000 + "@example.com"), DEAD),
    ],
)
def test_all_else_closes_nothing(way, outcome):
    """What may change by itself closes nothing, nor do channels whose addresses are nobody's own."""
    assert closing(SETTLEMENT, way, outcome) is SETTLEMENT

import pytest

from tidings.gates import Go, No, wanted
from tidings.messages import Reason, Status
from tidings.preferences import Standing, wish_for
from tidings.suppressions import Suppression, address_of, addresses_of


def suppressed(address, kind="bounce"):
    """An address on the list."""
    return Suppression(environment_id=1, address=address, kind=kind, created=1)


@pytest.mark.parametrize(
    ("standing", "reason", "words"),
    [
        (Standing(status="OPTED_OUT", source="default"), Reason.OPT_IN_REQUIRED, "off until the user asks"),
        (Standing(status="OPTED_OUT", source="user"), Reason.UNSUBSCRIBED, "opted out by user"),
        (Standing(status="OPTED_IN", source="list", snoozed=True), Reason.UNSUBSCRIBED, "paused"),
    ],
)
def test_each_refusal_has_its_reason(standing, reason, words):
    """Not asked for, opted out and paused are told apart."""
    verdict = wanted("t", standing, [])

    assert isinstance(verdict, No)
    assert (verdict.status, verdict.reason) == (Status.FILTERED, reason)
    assert words in verdict.why
    assert verdict.fields["source"] == standing.source


def test_a_suppressed_address_closes_its_channel_alone():
    """An address that bounces keeps email back, and leaves the telephone."""
    verdict = wanted(None, None, [suppressed("email:ann@example.com")])

    assert isinstance(verdict, Go)
    assert verdict.refusal("email").reason is Reason.BOUNCED
    assert verdict.refusal("sms") is None


def test_a_suppressed_user_gets_nothing():
    """A user on the list is reached by no channel, even of a required topic when put there by hand."""
    required = Standing(status="REQUIRED", source="default")

    assert isinstance(wanted(None, None, [suppressed("user:ann", "unsubscribe")]), No)
    assert isinstance(wanted("t", required, [suppressed("user:ann", "unsubscribe")]), Go)
    assert isinstance(wanted("t", required, [suppressed("user:ann", "manual")]), No)


def test_an_address_is_one_however_it_is_written():
    """Case and blanks make no other address; a user id is taken as it is."""
    assert address_of("email", " Ann@Example.com") == "email:ann@example.com"
    found = addresses_of("Ann", {"email": "ANN@example.com ", "phone_number": "+1", "other": 1})
    assert found == ["user:Ann", "email:ann@example.com", "phone:+1"]
    assert addresses_of(None, {"email": 7}) == []
    assert addresses_of(None, {"phone_number": "+49 (151) 123-456 78"}) == [
        "phone:+49 (151) 123-456 78",
        "phone:+4915112345678",
    ]
    assert addresses_of(None, {"phone_number": " +4915112345678"}) == ["phone:+4915112345678"]


def test_wishes_are_found_by_topic_or_template():
    """A request or list may name either, in either of the two places."""
    wishes = {"notifications": {"nt_1": {"status": "OPTED_OUT"}}, "categories": {"t": {"status": "OPTED_IN"}}}

    assert wish_for(wishes, "t", "nt_2").status == "OPTED_IN"
    assert wish_for(wishes, None, "nt_1").status == "OPTED_OUT"
    assert wish_for(wishes, "other") is wish_for(None, "t") is None

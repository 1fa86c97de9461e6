"""Routes, and why there is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.channels import Available, Way
from tidings.messages import Message, Reason, Status
from tidings.routing import Route, Unroutable, plan, provider_override

SMTP = Available("smtp", "cfg_a", "email")
SECOND = Available("smtp", "cfg_b", "email")
OUTBOX = Available("outbox", "", "email")
ANN = {"email": "ann@example.com"}


def message(**options):
    """A message with these options and nothing else of note."""
    return Message(
        environment_id=1,
        id="1-a-b",
        user_key="u:ann",
        recipient="ann",
        enqueued=1,
        event="",
        request_id="1-a-b",
        to={},
        data={},
        options=options,
    )


def route(profile=ANN, servable=("email",), available=(SMTP,), **options):
    """Plan a message's route."""
    return plan(message=message(**options), channels=servable, profile=profile, available=available)


def providers(planned):
    """Tell by which providers a route goes."""
    assert isinstance(planned, Route)
    return [(way.provider, way.config_id) for way in planned.ways]


def test_a_way_for_each_provider_in_order():
    """Without a wish the ways are all providers of the channel, in the environment's order."""
    planned = route(available=(SMTP, SECOND))
    assert isinstance(planned, Route)
    assert planned.ways == (
        Way("email", "smtp", "cfg_a", "ann@example.com"),
        Way("email", "smtp", "cfg_b", "ann@example.com"),
    )


@pytest.mark.parametrize(
    "routing",
    [
        {"method": "single", "channels": ["email"]},
        {"method": "all", "channels": ["email"]},
        {"method": "single", "channels": ["sms", "push", "email"]},
        {"method": "single", "channels": ["inbox", {"method": "all", "channels": ["email", "sms"]}]},
        {"method": "all", "channels": [{"channel": "email", "config": {}}]},
        {"method": "single", "channels": ["email", "email"]},
        {"method": "single", "channels": []},
        {"method": "single", "channels": ["email", 7, None]},
        "email",
    ],
)
def test_wishes_as_far_as_one_channel_goes(routing):
    """Single or all, nested or not, and beside channels nobody here has: the mail goes by email, once."""
    assert providers(route(routing=routing)) == [("smtp", "cfg_a")]


def test_a_provider_as_a_wish():
    """A provider's key in `routing` means its channel, by it alone."""
    routing = {"method": "single", "channels": ["outbox"]}
    assert providers(route(routing=routing, available=(SMTP, OUTBOX))) == [("outbox", "")]


def test_the_order_that_a_message_gives():
    """`channels.email.providers` orders the providers and leaves out the others."""
    options = {"channels": {"email": {"providers": ["sendgrid", "outbox", "smtp"]}}}
    assert providers(route(available=(SMTP, OUTBOX), **options)) == [("outbox", ""), ("smtp", "cfg_a")]


@pytest.mark.parametrize(
    ("profile", "why"),
    [
        ({}, "profile.email is missing"),
        ({"email": None}, "profile.email is missing"),
        ({"email": ""}, "profile.email is missing"),
        ({"email": "ann at example"}, "profile.email is not an email address"),
        ({"email": ["ann@example.com"]}, "profile.email is not an email address"),
        ({"email": "a" * 100_000 + "@example.com"}, "profile.email is not an email address"),
        ({"email": "ann@example.com\r\nBcc: eve@example.com"}, "profile.email is not an email address"),
        ({"email": "Ann <ann@example.com>"}, "profile.email is not an email address"),
        ({"email": "a@b, c@d"}, "profile.email is not an email address"),
    ],
)
def test_nobody_to_reach(profile, why):
    """Without an address there is no channel; the reason says which key would help and never what stands there."""
    planned = route(profile=profile)
    assert isinstance(planned, Unroutable)
    assert (planned.status, planned.reason) == (Status.UNROUTABLE, Reason.NO_CHANNELS)
    assert why in planned.detail
    assert "example" not in planned.detail


@pytest.mark.parametrize(
    ("given_as", "address"),
    [
        ("ann+news@sub.example.com", None),
        (" ann@example.com ", "ann@example.com"),
        ("ann@localhost", None),
        ("ann@mail.test", None),
        ("o'hara@example.com", None),
        ("用户@例子.example", None),
        ("info@bücher.example", None),
    ],
)
def test_addresses_that_a_server_may_take(given_as, address):
    """Tags, plain host names and other scripts are addresses; spaces around one are not part of it."""
    planned = route(profile={"email": given_as})
    assert isinstance(planned, Route)
    assert planned.ways[0].address == (address or given_as)


def test_content_for_no_channel():
    """Content that no channel can carry goes nowhere."""
    planned = route(servable=())
    assert isinstance(planned, Unroutable)
    assert planned.reason is Reason.NO_CHANNELS


def test_only_channels_nobody_has():
    """A wish for channels that are not here says which."""
    planned = route(routing={"method": "single", "channels": ["sms", "carrier-pigeon"]})
    assert isinstance(planned, Unroutable)
    assert planned.reason is Reason.NO_CHANNELS
    assert "sms, carrier-pigeon" in planned.detail


def test_no_providers():
    """An address and nobody to carry it: Courier's words."""
    planned = route(available=())
    assert planned == Unroutable(Status.UNROUTABLE, Reason.NO_PROVIDERS, "No providers added")


def test_a_provider_that_is_not_there():
    """A wish for a provider that is not configured names it, and those that are."""
    planned = route(channels={"email": {"providers": ["sendgrid"]}})
    assert isinstance(planned, Unroutable)
    assert planned.reason is Reason.NO_PROVIDERS
    assert "sendgrid" in planned.detail
    assert "smtp" in planned.detail


def test_routing_nested_without_end():
    """Nesting is followed to a bound, not to the end of the stack."""
    routing = {"method": "single", "channels": ["email"]}
    for _ in range(2_000):
        routing = {"method": "single", "channels": [routing]}
    assert isinstance(route(routing=routing), Unroutable)


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["email", "sms", "smtp", "all"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["method", "channels", "channel", "email", "providers"]), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(routing=junk, channels=junk, email=junk)
def test_a_route_never_names_what_cannot_be_reached(routing, channels, email):
    """Whatever a request holds, a plan is made, and each of its ways is available and has an address."""
    planned = route(profile={"email": email}, available=(SMTP, OUTBOX), routing=routing, channels=channels)
    if isinstance(planned, Route):
        assert planned.ways
        assert all(way.address == str(email).strip() for way in planned.ways)
        assert {(way.provider, way.config_id, way.channel) for way in planned.ways} <= {
            ("smtp", "cfg_a", "email"),
            ("outbox", "", "email"),
        }


SMS = Available("twilio", "cfg_s", "sms")
REACHABLE = {**ANN, "phone_number": "+4915112345678", "user_id": "ann"}


def test_all_channels_at_once():
    """`all` makes a branch whose ways all go out; channels without an address are passed over in silence."""
    routing = {"method": "all", "channels": ["email", "sms", "push"]}
    planned = route(REACHABLE, ("default",), (SMTP, SMS), routing=routing)
    assert isinstance(planned, Route)
    assert planned.tree.method == "all"
    assert [way.channel for way in planned.ways] == ["email", "sms"]


def test_nested_channels():
    """One channel, or else all of some others."""
    routing = {"method": "single", "channels": ["push", {"method": "all", "channels": ["sms", "email"]}]}
    planned = route(REACHABLE, ("default",), (SMTP, SMS), routing=routing)
    assert isinstance(planned, Route)
    (branch,) = planned.tree.of
    assert (branch.method, [way.channel for way in branch.each()]) == ("all", ["sms", "email"])


def test_a_stand_in_comes_last():
    """The outbox takes nothing that somebody else could deliver, though its channel was named first."""
    inbox = Available("outbox", "", "inbox", stands_in=True)
    routing = {"method": "single", "channels": ["inbox", "email"]}
    planned = route(REACHABLE, ("default",), (SMTP, inbox), routing=routing)
    assert providers(planned) == [("smtp", "cfg_a"), ("outbox", "")]


def test_content_for_every_channel_and_no_wish():
    """Without a wish, content for every channel goes by those that somebody serves, email first."""
    inbox = Available("outbox", "", "inbox", stands_in=True)
    assert providers(route(REACHABLE, ("default",), (SMS, inbox, SMTP))) == [("smtp", "cfg_a"), ("twilio", "cfg_s")]


def test_all_providers_of_a_channel():
    """`channels.email.routing_method` may ask every provider of the channel to send."""
    options = {"channels": {"email": {"routing_method": "all"}}}
    planned = route(available=(SMTP, SECOND), **options)
    assert isinstance(planned, Route)
    assert planned.tree.of[0].method == "all"


@pytest.mark.parametrize(
    ("providers", "override"),
    [
        (
            {"twilio": {"override": {"body": {"a": 1}, "config": {"b": 2}, "url": "/x", "method": "PUT", "odd": 1}}},
            {"body": {"a": 1}, "config": {"b": 2}, "url": "/x", "method": "PUT"},
        ),
        ({"twilio": {"override": {"body": "x", "config": [], "url": 1, "attachments": {}}}}, {}),
        ({"twilio": {"override": "x"}}, {}),
        ("x", {}),
    ],
)
def test_overrides(providers, override):
    """A sender may change a provider's request, and the account's settings; what is of another kind is left out."""
    assert provider_override({"providers": providers}, "twilio") == override


def test_expos_overrides():
    """Expo's fields stand directly in its override, as Courier has it."""
    options = {"providers": {"expo": {"override": {"ttl": 5}}}}
    assert provider_override(options, "expo") == {"body": {"ttl": 5}}

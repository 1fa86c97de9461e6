"""What lies over what."""

from hypothesis import given
from hypothesis import strategies as st

from tidings.routing_strategies import RoutingStrategy, laid

WISHED = {"method": "single", "channels": ["sms"]}
KEYS = st.sampled_from(["email", "sms"])
SETTINGS = st.dictionaries(KEYS, st.dictionaries(st.sampled_from(["if", "providers", "timeouts"]), st.integers()))
OPTIONS = st.fixed_dictionaries(
    {}, optional={"routing": st.just(WISHED), "channels": SETTINGS, "providers": SETTINGS, "brand_id": st.text()}
)


def test_settings_of_a_channel_lie_one_by_one():
    """Who changes a subject keeps the order of providers that the strategy has."""
    below = {"channels": {"email": {"providers": ["a", "b"], "timeouts": 5}, "sms": {"timeouts": 1}}}
    above = {"channels": {"email": {"timeouts": 9, "override": {"subject": "x"}}}}

    assert laid(below, above)["channels"] == {
        "email": {"providers": ["a", "b"], "timeouts": 9, "override": {"subject": "x"}},
        "sms": {"timeouts": 1},
    }


def test_a_strategy_that_is_named_is_no_wish_of_its_own():
    """`routing` without channels leaves the wish below it standing."""
    assert laid({"routing": WISHED}, {"routing": {"strategy_id": "rs_1"}})["routing"] == WISHED


def test_who_names_channels_says_when_they_are_open():
    """Conditions of channels below are not carried over; those of providers, and all other settings, are."""
    below = {"channels": {"email": {"if": "a", "timeouts": 5}}, "providers": {"smtp": {"if": "b"}}}

    assert laid(below, {"routing": WISHED}) == {
        "routing": WISHED,
        "channels": {"email": {"timeouts": 5}},
        "providers": {"smtp": {"if": "b"}},
    }


@given(OPTIONS, OPTIONS)
def test_whatever_is_said_above_holds(below, above):
    """Each setting of the upper layer stands in the result, and what neither says is not there."""
    result = laid(below, above)

    for kind in ("channels", "providers"):
        for name, settings in above.get(kind, {}).items():
            assert settings.items() <= result[kind][name].items()
        assert result.get(kind, {}).keys() == below.get(kind, {}).keys() | above.get(kind, {}).keys()
    assert {**below, **above}.get("brand_id") == result.get("brand_id")


@given(OPTIONS)
def test_nothing_above_changes_nothing(options):
    """A layer that says nothing leaves everything as it is."""
    assert {name: value for name, value in laid(options, {}).items() if value} == {
        name: value for name, value in options.items() if value
    }


def test_a_strategy_knows_which_providers_it_names():
    """In its wish however deep, in the order of a channel, and by settings of their own."""
    strategy = RoutingStrategy(
        environment_id=1,
        id="rs_1",
        name="a",
        routing={
            "method": "single",
            "channels": ["push", {"method": "all", "channels": ["slack", {"channel": "apn"}]}],
        },
        channels={"email": {"providers": ["postmark"]}},
        providers={"twilio": {}},
        created=1,
        updated=1,
    )

    assert all(strategy.names(provider) for provider in ("slack", "apn", "postmark", "twilio"))
    assert not strategy.names("smtp")

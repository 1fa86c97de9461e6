"""What holds of preferences, whatever users, lists and requests say."""

from hypothesis import given
from hypothesis import strategies as st

from tidings.channels import Available
from tidings.gates import Go, No, wanted
from tidings.messages import FINAL
from tidings.preferences import Inherited, Preference, Topic, Wish, resolve
from tidings.preferences.wishes import ChannelChoice, Snooze
from tidings.suppressions import Suppression

NOW = 1_767_268_800_000
CHANNELS = ("email", "sms", "push", "inbox")
STATUS = st.sampled_from(["OPTED_IN", "OPTED_OUT", "REQUIRED"])
SOME = st.lists(st.sampled_from(CHANNELS), unique=True, max_size=3)
SNOOZE = st.sampled_from(["2025-01-01T00:00:00Z", "2030-01-01", "soon"]).map(lambda until: Snooze(until=until))
WISH = st.builds(
    Wish,
    status=STATUS,
    channel_preferences=st.none() | SOME.map(lambda names: tuple(ChannelChoice(name) for name in names)),
    rules=st.none() | st.lists(SNOOZE, max_size=2).map(tuple),
)
CHOICE = st.builds(
    Preference,
    topic_id=st.just("t"),
    status=st.sampled_from(["OPTED_IN", "OPTED_OUT"]),
    channels=st.none() | SOME.map(tuple),
    tenant_id=st.sampled_from(["", "acme"]),
)
LAYERS = st.fixed_dictionaries(
    {
        "stored": st.lists(CHOICE, max_size=2, unique_by=lambda each: each.tenant_id),
        "listed": st.none() | WISH,
        "asked": st.none() | WISH,
    }
)
ADDRESSES = st.sampled_from(["email:ann@example.com", "phone:+1", "user:ann"])
KINDS = st.sampled_from(["bounce", "complaint", "unsubscribe", "manual"])
SUPPRESSIONS = st.lists(
    st.builds(Suppression, environment_id=st.just(1), address=ADDRESSES, kind=KINDS, created=st.just(1)),
    max_size=3,
    unique_by=lambda each: each.address,
)
ACCOUNTS = tuple(Available(f"p-{channel}", "", channel) for channel in CHANNELS)


def a_topic(status):
    """A topic with this default."""
    return Topic(environment_id=1, id="t", section_id="s", name="T", default_status=status, created=1, updated=1)


@given(LAYERS, SUPPRESSIONS)
def test_required_always_wins(layers, suppressions):
    """No choice, list, request, pause or unsubscribe keeps a required topic back."""
    unsubscribed = [each for each in suppressions if each.kind == "unsubscribe"]

    verdict = wanted("t", resolve(a_topic("REQUIRED"), now=NOW, **layers), unsubscribed)

    assert isinstance(verdict, Go)
    assert not verdict.closed


@given(STATUS, LAYERS, SUPPRESSIONS)
def test_never_a_channel_that_was_opted_out_of(default, layers, suppressions):
    """Whatever was said, only accounts on channels that are wanted and not suppressed are left to choose from."""
    standing = resolve(a_topic(default), now=NOW, **layers)

    verdict = wanted("t", standing, suppressions)

    if isinstance(verdict, Go):
        left = {account.channel for account in verdict.permitted(ACCOUNTS)}
        assert standing.channels is None or left <= standing.channels
        assert not left & set(verdict.closed)
        assert all(verdict.refusal(channel) for channel in set(CHANNELS) - left)


@given(STATUS, LAYERS, SUPPRESSIONS)
def test_every_no_is_final_and_says_why(default, layers, suppressions):
    """A refusal is one final status, with a reason and words."""
    verdict = wanted("t", resolve(a_topic(default), now=NOW, **layers), suppressions)

    if isinstance(verdict, No):
        assert verdict.status in FINAL
        assert verdict.reason
        assert verdict.why


@given(st.sampled_from(["OPTED_IN", "OPTED_OUT"]), LAYERS)
def test_the_nearest_word_holds(default, layers):
    """What the request says wins over the user, the user over the list, the list over the default."""
    standing = resolve(a_topic(default), now=NOW, **layers)

    tenant = [each for each in layers["stored"] if each.tenant_id]
    nearest = layers["asked"] or (tenant or layers["stored"] or [None])[0] or layers["listed"]
    said = nearest.status if nearest else default
    assert standing.status == ("OPTED_IN" if nearest and said == "REQUIRED" else said)


INHERITED = st.builds(
    Inherited,
    id=st.just("t"),
    status=STATUS,
    has_custom_routing=st.booleans(),
    custom_routing=SOME.map(tuple),
)


@given(STATUS, INHERITED, LAYERS)
def test_a_tenants_default_stands_in_the_place_of_the_topics(default, inherited, layers):
    """Whatever the topic's own default, what a tenant wants decides as a topic's default would."""
    standing = resolve(a_topic(default), inherited=inherited, now=NOW, **layers)
    plain = resolve(a_topic(inherited.status), now=NOW, **layers)

    assert (standing.status, standing.source) == (plain.status, plain.source)
    assert standing.channels in (plain.channels, inherited.channels)

import pytest

from tidings.gates import throttled
from tidings.sending_rules import Limit, SendingRules

RULES = SendingRules(
    limits=(
        Limit(scope="workspace", period="hour", max=1000),
        Limit(scope="user", period="week", max=5),
        Limit(scope="topic", period="day", max=1),
    )
)


@pytest.mark.parametrize(
    ("limit", "why", "facts"),
    [
        ("workspace:hour", "more than 1000 of all messages in one hour", {"scope": "workspace", "max": 1000}),
        ("user:week", "more than 5 of the user's messages in one week", {"scope": "user", "period": "week"}),
        (
            "topic:day",
            "more than 1 of the user's messages of topic news in one day",
            {"scope": "topic", "topic_id": "news"},
        ),
    ],
)
def test_a_limit_says_whose_it_is(limit, why, facts):
    """Words and facts of a message that was too many name scope, number, period, and the topic where it is one."""
    no = throttled(limit, RULES, "news")
    assert (no.why, no.fields["reason"]) == (why, why)
    assert facts.items() <= no.fields.items()
    assert ("topic_id" in no.fields) == (no.fields["scope"] == "topic")

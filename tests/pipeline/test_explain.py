from typing import Any

import pytest

from tidings.errors import NotFound
from tidings.messages import Status
from tidings.ports import MessageFilter
from tidings.preferences import Preference
from tidings.sending_rules import Limit, SendingRules

TRACK = {"type": "track", "userId": "ann", "event": "Order", "properties": {"name": "Ann"}}


async def know(house: Any, **profile: Any) -> None:
    """Let there be a profile of Ann."""
    await house.profiles.change(1, "u:ann", lambda _: {"email": "ann@example.com", **profile}, now=house.clock.at)


async def tracked(house: Any, **fields: Any) -> None:
    """Let Ann order, and everything be done that follows."""
    await house.append({**TRACK, **fields})
    await house.inbound().run_once(0)
    await house.outbound(house.fleet()).run_once()


def told(steps: Any) -> list[tuple[str, str]]:
    """The steps' names and verdicts."""
    return [(step.step, step.verdict) for step in steps]


async def test_a_sent_message_is_told_from_call_to_answer(house: Any, email_elements: Any) -> None:
    """Call, map, profile, rendering, the provider's answer and the end, with the template's version."""
    await know(house)
    await house.map("Order", email_elements())
    await tracked(house)
    (message,) = (await house.messages.page(1, MessageFilter(), limit=2, cursor=None)).items

    explanation = await house.explainer().message(1, message.id)

    steps = told(explanation.steps)
    assert steps[0] == ("call", "passed")
    assert [name for name, _ in steps if name in {"map", "profile", "render", "attempt", "end"}] == [
        "map",
        "profile",
        "render",
        "attempt",
        "end",
    ]
    assert explanation.steps[-1].facts["template_version"] == 1
    assert explanation.answer.startswith("SENT")
    assert told(explanation.now) == [(step, "passed") for step in ("template", "profile", "whether", "route")]


async def test_an_opt_out_is_told_with_the_topic_and_whose_word(house: Any) -> None:
    """The end names topic, source and reason; asked now, the answer is the same."""
    await know(house)
    await house.topic()
    await house.preferences.choose(1, "ann", put=[Preference(topic_id="t", status="OPTED_OUT")], drop=[])
    request = {"to": {"user_id": "ann"}, "content": {"title": "a", "body": "b"}}
    message_id = await house.send({**request, "preferences": {"subscription_topic_id": "t"}})
    await house.outbound(house.fleet()).run_once()

    explanation = await house.explainer().message(1, message_id)

    assert explanation.answer.startswith("FILTERED (UNSUBSCRIBED): Notification opted out by user")
    end = explanation.steps[-1]
    assert (end.verdict, end.facts["topic_id"], end.facts["source"]) == ("stopped", "t", "user")
    assert told(explanation.now)[-1] == ("whether", "stopped")


async def test_an_unmapped_event_is_told_and_what_mapping_changes(house: Any, email_elements: Any) -> None:
    """It says that nothing was mapped; once it is, the same asked now would be sent."""
    await know(house)
    await tracked(house)
    before = await house.explainer().event(1, "ann", "Order")
    assert before.answer.startswith("UNMAPPED")
    assert told(before.now) == [("template", "stopped")]

    await house.map("Order", email_elements())

    after = await house.explainer().event(1, "ann", "Order")
    assert after.answer.startswith("UNMAPPED")
    assert told(after.now)[-1] == ("route", "passed")


async def test_a_call_that_was_filtered_has_no_message_and_is_told(house: Any, email_elements: Any) -> None:
    """A call that its integrations object kept from us is the answer, not silence."""
    await know(house)
    await house.map("Order", email_elements())
    await tracked(house, integrations={"All": False})

    explanation = await house.explainer().event(1, "ann", "Order")

    assert explanation.message_id is None
    assert "FILTERED_BY_INTEGRATIONS_OBJECT" in explanation.answer
    assert told(explanation.steps) == [("call", "stopped")]


async def test_nothing_came(house: Any, email_elements: Any) -> None:
    """Of a user or event nobody asked for, it says so, and what would happen."""
    await house.map("Order", email_elements())

    explanation = await house.explainer().event(1, "bob", "Order")

    assert "nothing asked for one" in explanation.answer
    assert told(explanation.now)[-1] == ("route", "stopped")
    with pytest.raises(NotFound):
        await house.explainer().message(1, "1-00000000-0")


async def test_explaining_counts_and_sends_nothing(house: Any, email_elements: Any) -> None:
    """However often it is asked, limits stay as they were and nothing waits."""
    await know(house)
    await house.map("Order", email_elements())
    await house.rules.put(1, SendingRules(limits=(Limit(scope="user", period="day", max=1),)), now=1)
    for _ in range(3):
        await house.explainer().event(1, "ann", "Order")
    assert await house.queue.depth() == 0

    await tracked(house)

    (message,) = (await house.messages.page(1, MessageFilter(), limit=2, cursor=None)).items
    assert message.status is Status.SENT
    await tracked(house, messageId="again")
    throttled = await house.explainer().event(1, "ann", "Order")
    assert throttled.answer.startswith("THROTTLED: more than 1 of the user's messages in one day")
    facts = throttled.steps[-1].facts
    assert (facts["limit"], facts["scope"], facts["period"], facts["max"]) == ("user:day", "user", "day", 1)

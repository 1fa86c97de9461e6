"""What the outbound step remembers of settings it forgets at any change of one (ADR 0071)."""

import pytest

from tidings.backends.sql.brand_store import SqlBrandStore
from tidings.backends.sql.event_map_store import SqlEventMapStore
from tidings.backends.sql.message_queue import SqlMessageQueue
from tidings.backends.sql.preference_store import SqlPreferenceStore
from tidings.backends.sql.sending_rules_store import SqlSendingRulesStore
from tidings.backends.sql.template_store import SqlTemplateStore
from tidings.backends.sql.translation_store import SqlTranslationStore
from tidings.brands import Brand
from tidings.event_maps import EventMap
from tidings.preferences import Section, Topic
from tidings.sending_rules import SendingRules
from tidings.templates import TemplateVersion
from tidings.translations import Messages


@pytest.fixture
def as_of(database, write, a_message, noon):
    """Put a message in the queue, claim it, and tell the revision that it came with."""
    queue, numbers = SqlMessageQueue(database), iter(range(100))

    async def as_of():
        await write(messages=[a_message(f"m{next(numbers)}")])
        (claim,) = await queue.claim(worker="w", now=noon, until=noon + 1, limit=10)
        return claim.as_of

    return as_of


async def test_any_change_of_a_setting_is_seen_with_the_next_message(database, as_of):
    """Each change makes the revision of the next claim another one; without a change it stays."""
    brands, topics = SqlBrandStore(database), SqlPreferenceStore(database)
    templates, rules = SqlTemplateStore(database), SqlSendingRulesStore(database)
    catalogue = Messages(environment_id=1, domain="default", locale="de", text="", updated=1)
    topic = Topic(environment_id=1, id="t", section_id="s", name="T", created=1, updated=1, default_status="OPTED_IN")
    brand = Brand(environment_id=1, id="br_1", name="A", created=1, updated=1, published=1)
    await topics.put_section(Section(environment_id=1, id="s", name="S", created=1, updated=1), create=True)
    before = await as_of()
    assert await as_of() == before

    changes = (
        lambda: brands.create(brand),
        lambda: brands.create(Brand(environment_id=1, id="br_2", name="B", created=1, updated=1, published=1)),
        lambda: brands.make_default(1, "br_2", now=2),
        lambda: brands.delete(1, "br_1"),
        lambda: SqlTranslationStore(database).put(catalogue),
        lambda: topics.put_topic(topic, create=True),
        lambda: topics.delete_topic(1, "s", "t"),
        lambda: rules.put(1, SendingRules(), now=2),
        lambda: templates.create(1, TemplateVersion(template_id="nt_1", version=0, name="N", content={})),
        lambda: templates.publish(1, "nt_1", version=None, by="x", now=2),
        lambda: SqlEventMapStore(database).put(1, EventMap("order", "nt_1")),
    )
    for place, change in enumerate(changes):
        await change()
        after = await as_of()
        assert after != before, place
        before = after

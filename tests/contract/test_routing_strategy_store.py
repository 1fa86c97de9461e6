"""What any store of routing strategies must do."""

import msgspec
import pytest

from tidings.backends.sql.routing_strategy_store import SqlRoutingStrategyStore
from tidings.backends.sql.template_store import SqlTemplateStore
from tidings.errors import Conflict, NotFound
from tidings.routing_strategies import RoutingStrategy
from tidings.templates import TemplateVersion

WISH = {"method": "single", "channels": ["email", {"method": "all", "channels": ["sms", "slack"]}]}


@pytest.fixture
def strategies(database):
    """A store on an empty database."""
    return SqlRoutingStrategyStore(database)


@pytest.fixture
def templates(database):
    """The templates of the same database."""
    return SqlTemplateStore(database)


def strategy(strategy_id="rs_1", **fields):
    """A strategy with defaults."""
    defaults = {"environment_id": 1, "name": "Urgent", "routing": WISH, "created": 5, "creator": "k", "updated": 5}
    return RoutingStrategy(id=strategy_id, **{**defaults, **fields})


def draft(strategy_id, template_id="nt_a", at=1):
    """A template that names a strategy."""
    return TemplateVersion(
        template_id=template_id, version=0, name="A", content={}, routing_strategy_id=strategy_id, created=at
    )


async def test_a_strategy_comes_back_as_it_was_written(strategies):
    """Wish, settings and all; another of its id is refused, but not in another environment."""
    written = strategy(
        description="d", tags=("a",), channels={"email": {"providers": ["x"]}}, providers={"x": {"timeouts": 5}}
    )
    assert await strategies.create(written) == written == await strategies.get(1, "rs_1")
    with pytest.raises(Conflict):
        await strategies.create(written)
    await strategies.create(strategy(environment_id=2, name="Theirs"))
    assert await strategies.get(1, "rs_1") == written


async def test_replacing_keeps_when_and_by_whom_it_was_made(strategies):
    """All else is replaced; the unknown is not made, nor is another environment's changed."""
    await strategies.create(strategy(description="d"))
    kept = await strategies.replace(strategy(name="New", created=9, creator="x", updated=9, updater="x"))
    assert kept == strategy(name="New", updated=9, updater="x") == await strategies.get(1, "rs_1")
    for unknown in (strategy("rs_2"), strategy(environment_id=2)):
        with pytest.raises(NotFound):
            await strategies.replace(unknown)


async def test_pages_follow_keys(strategies):
    """Newest first, each once, of this environment alone; the cursor of one page leads to the next."""
    for number in range(5):
        await strategies.create(strategy(f"rs_{number}", created=number // 2))
    await strategies.create(strategy("rs_x", environment_id=2))
    seen, cursor = [], None
    while True:
        page = await strategies.page(1, limit=2, cursor=cursor)
        seen += [each.id for each in page.items]
        if (cursor := page.cursor) is None:
            break
    assert seen == ["rs_4", "rs_3", "rs_2", "rs_1", "rs_0"]


async def test_a_strategy_that_templates_use_stays(strategies, templates):
    """As draft or as published; not when they were archived, or have another by now."""
    await strategies.create(strategy())
    await strategies.create(strategy(environment_id=2))
    await templates.create(1, draft("rs_1"))
    await templates.publish(1, "nt_a", version=None, by="k", now=2)
    await templates.create(1, draft("rs_1", "nt_b", at=3))
    with pytest.raises(Conflict, match="nt_a, nt_b"):
        await strategies.delete(1, "rs_1")
    found = await templates.page(1, limit=1, cursor=None, strategy_id="rs_1")
    rest = await templates.page(1, limit=1, cursor=found.cursor, strategy_id="rs_1")
    assert [each.id for each in (*found.items, *rest.items)] == ["nt_b", "nt_a"]
    assert rest.cursor is None
    assert (await templates.page(2, limit=1, cursor=None, strategy_id="rs_1")).items == []

    await templates.archive(1, "nt_b", now=4)
    await templates.replace(1, draft(None, at=5), aliases=None)
    with pytest.raises(Conflict):  # its published version names it still
        await strategies.delete(1, "rs_1")
    await templates.publish(1, "nt_a", version=None, by="k", now=6)
    await strategies.delete(1, "rs_1")
    with pytest.raises(NotFound):
        await strategies.delete(1, "rs_1")
    assert (await strategies.get(2, "rs_1")).environment_id == 2


async def test_many_are_found_at_once(strategies):
    """By environment and id; the unknown are left out."""
    ours, theirs = strategy(), strategy(environment_id=2, name="Theirs")
    await strategies.create(ours)
    await strategies.create(theirs)
    assert await strategies.find([(1, "rs_1"), (2, "rs_1"), (3, "rs_1")]) == {(1, "rs_1"): ours, (2, "rs_1"): theirs}
    assert await strategies.find([]) == {}


async def test_those_that_name_a_provider_are_found(strategies):
    """Wherever in them it stands, in this environment."""
    await strategies.create(strategy())
    await strategies.create(msgspec.structs.replace(strategy("rs_2"), routing={"method": "all", "channels": ["sms"]}))
    await strategies.create(strategy("rs_3", environment_id=2))
    assert [each.id for each in await strategies.naming(1, "slack")] == ["rs_1"]
    assert await strategies.naming(1, "postmark") == []

import pytest

from tidings.backends.sql.list_store import SqlListStore
from tidings.errors import InvalidInput, NotFound
from tidings.lists import Pattern, SubscriberList, Subscription

OURS, THEIRS = 1, 2


@pytest.fixture
def store(database):
    """The lists of an empty database."""
    return SqlListStore(database)


def a_list(list_id="news", **fields):
    """A list with defaults."""
    return SubscriberList(**{"environment_id": OURS, "name": "News", "created": 1, "updated": 1, **fields}, id=list_id)


def on(list_id, *user_ids, **fields):
    """Subscriptions of these users."""
    return [Subscription(list_id=list_id, user_id=user_id, **fields) for user_id in user_ids]


async def users(store, list_id="news", **page):
    """Who is on a list."""
    found = await store.subscribers(OURS, list_id, **{"limit": 100, "cursor": None, **page})
    return [each.user_id for each in found.items]


async def test_a_list_is_made_and_renamed(store):
    """Name and preferences are replaced, the time it was made and who is on it stay."""
    await store.put(a_list())
    await store.subscribe(OURS, on("news", "ann"), replace=False, now=2)
    await store.put(a_list(name="Better", preferences={"notifications": {}}, created=9, updated=9))

    assert await store.get(OURS, "news") == a_list(name="Better", preferences={"notifications": {}}, updated=9)
    assert await users(store) == ["ann"]


async def test_what_is_unknown(store):
    """Nothing can be read of, done to, or taken off a list that there is not."""
    for doing in (
        store.get(OURS, "news"),
        store.delete(OURS, "news", now=1),
        store.restore(OURS, "news", now=1),
        store.subscribers(OURS, "news", limit=1, cursor=None),
        store.unsubscribe(OURS, "news", "ann"),
    ):
        with pytest.raises(NotFound):
            await doing


async def test_subscribing_makes_the_list(store):
    """A list that nobody made is named by its id."""
    await store.subscribe(OURS, on("news", "ann", "bob"), replace=False, now=7)

    made = await store.get(OURS, "news")
    assert (made.name, made.created) == ("news", 7)
    assert await users(store) == ["ann", "bob"]


async def test_adding_keeps_and_subscribing_replaces(store):
    """Preferences of who is on the list already stay, unless they are to be replaced."""
    first, second = {"notifications": {"a": {}}}, {"notifications": {"b": {}}}
    await store.subscribe(OURS, on("news", "ann", preferences=first), replace=False, now=1)
    await store.subscribe(OURS, on("news", "ann", preferences=second), replace=False, now=2)
    assert (await store.subscribers(OURS, "news", limit=1, cursor=None)).items[0].preferences == first

    await store.subscribe(OURS, on("news", "ann", preferences=second), replace=True, now=3)

    (found,) = (await store.subscribers(OURS, "news", limit=1, cursor=None)).items
    assert (found.preferences, found.created) == (second, 1)


async def test_a_deleted_list_comes_back_with_its_subscribers(store):
    """Deleted, it is unknown to everyone; restored, made or subscribed to again, it is what it was."""
    await store.subscribe(OURS, on("news", "ann"), replace=False, now=1)
    await store.delete(OURS, "news", now=2)

    with pytest.raises(NotFound):
        await store.get(OURS, "news")
    assert (await store.page(OURS, None, limit=10, cursor=None)).items == []
    assert (await store.of_user(OURS, "ann", limit=10, cursor=None)).items == []

    await store.restore(OURS, "news", now=3)
    assert await users(store) == ["ann"]
    await store.restore(OURS, "news", now=3)
    await store.delete(OURS, "news", now=4)
    await store.subscribe(OURS, on("news", "bob"), replace=False, now=5)
    assert await users(store) == ["ann", "bob"]


async def test_taking_off(store):
    """One list, or all; who is not on a list cannot be taken off."""
    await store.subscribe(OURS, [*on("news", "ann", "bob"), *on("sport", "ann")], replace=False, now=1)

    await store.unsubscribe(OURS, "news", "bob")
    with pytest.raises(NotFound):
        await store.unsubscribe(OURS, "news", "bob")
    assert await store.unsubscribe_all(OURS, "ann") == 2

    assert await users(store) == await users(store, "sport") == []
    assert await store.unsubscribe_all(OURS, "ann") == 0


async def test_lists_are_paged_by_id(store):
    """Each page begins where the last one ended, whatever a pattern leaves out."""
    for list_id in ("a.x", "a.y", "a.y.z", "b.x", "ab"):
        await store.put(a_list(list_id))
    pattern = Pattern.parse("a.**", path="")

    first = await store.page(OURS, pattern, limit=2, cursor=None)
    second = await store.page(OURS, pattern, limit=2, cursor=first.cursor)

    assert [each.id for each in (*first.items, *second.items)] == ["a.x", "a.y", "a.y.z"]
    assert second.cursor is None
    assert len((await store.page(OURS, None, limit=10, cursor=None)).items) == 5
    with pytest.raises(InvalidInput):
        await store.page(OURS, None, limit=2, cursor="nonsense")


async def test_subscribers_and_lists_of_a_user_are_paged(store):
    """Both are keys in order, so a page of a million is as quick as the first."""
    await store.subscribe(OURS, on("news", *"abcde"), replace=False, now=1)
    await store.subscribe(OURS, [each for name in "xyz" for each in on(name, "a")], replace=False, now=1)

    first = await store.subscribers(OURS, "news", limit=3, cursor=None)
    assert [each.user_id for each in first.items] == ["a", "b", "c"]
    assert await users(store, limit=3, cursor=first.cursor) == ["d", "e"]
    mine = await store.of_user(OURS, "a", limit=2, cursor=None)
    assert [item.id for item, _ in mine.items] == ["news", "x"]
    rest = await store.of_user(OURS, "a", limit=2, cursor=mine.cursor)
    assert [item.id for item, _ in rest.items] == ["y", "z"]


async def test_environments_are_worlds_apart(store):
    """Lists of one id live apart, and a user's lists are those of the environment asked for."""
    await store.subscribe(THEIRS, on("news", "ann"), replace=False, now=1)

    assert (await store.page(OURS, None, limit=10, cursor=None)).items == []
    assert (await store.of_user(OURS, "ann", limit=10, cursor=None)).items == []
    assert await store.unsubscribe_all(OURS, "ann") == 0
    with pytest.raises(NotFound):
        await store.delete(OURS, "news", now=2)
    assert (await store.get(THEIRS, "news")).name == "news"

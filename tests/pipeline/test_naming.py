from typing import Any

from tidings.backends.sql.follower_store import SqlFollowerStore
from tidings.backends.sql.profile_search import SqlProfileSearch
from tidings.pipeline.follower import Follower
from tidings.pipeline.naming import Naming


async def test_who_identified_themselves_is_found(house: Any) -> None:
    """A follower reads the profiles behind the inbound step; who only did something is left as it was."""
    store = SqlFollowerStore(house.database)
    follower = Follower(stream=house.stream, store=store, step=Naming(profiles=house.profiles))
    await follower.run_once(0)  # it begins where the stream stands
    await house.append(
        {"type": "identify", "userId": "ann", "traits": {"email": "ann@example.com", "name": "Ann Smith"}},
        {"type": "identify", "anonymousId": "x", "traits": {"email": "x@example.com"}},
        {"type": "track", "userId": "bob", "event": "Order", "properties": {}},
    )
    while await house.inbound().run_once(0):
        pass
    search = SqlProfileSearch(house.database)
    assert (await search.page(1, begins="smith", limit=5, cursor=None)).items == []

    while await follower.run_once(0):
        pass

    for begins, found in (("smith", "u:ann"), ("ann@", "u:ann"), ("x@", "a:x")):
        page = await search.page(1, begins=begins, limit=5, cursor=None)
        assert [profile.user_key for profile in page.items] == [found]


async def test_only_calls_that_may_change_words_are_looked_into(house: Any, monkeypatch: Any) -> None:
    """Traits that make no words need no profile; those that do, and an identity that others may come with, do."""
    asked: list[tuple[int, str]] = []
    get = house.profiles.get

    async def noted(keys: Any) -> Any:
        asked.extend(keys)
        return await get(keys)

    monkeypatch.setattr(house.profiles, "get", noted)
    follower = Follower(
        stream=house.stream, store=SqlFollowerStore(house.database), step=Naming(profiles=house.profiles)
    )
    await follower.run_once(0)  # it begins where the stream stands
    await house.append(
        {"type": "identify", "userId": "plan", "traits": {"plan": "pro"}},
        {"type": "identify", "userId": "gone", "traits": {"email": None}},
        {"type": "identify", "userId": "context", "context": {"traits": {"phone": "1"}}},
        {"type": "identify", "userId": "both", "anonymousId": "x", "traits": {"plan": "pro"}},
        {"type": "alias", "userId": "new", "previousId": "old"},
    )
    while await house.inbound().run_once(0):
        pass
    while await follower.run_once(0):
        pass
    assert sorted(key for _, key in asked) == ["u:both", "u:context", "u:gone", "u:new"]

"""What the outbound step remembers of settings."""

from collections.abc import Sequence

from tidings.pipeline.memory import Memory


class Store:
    """Knows one brand, and counts what it is asked."""

    def __init__(self) -> None:
        self.asked: list[Sequence[str]] = []

    async def find(self, keys: Sequence[str]) -> dict[str, str]:
        """Answer."""
        self.asked.append(keys)
        return {key: "a brand" for key in keys if key == "known"}


async def test_what_was_answered_is_not_asked_again_at_the_same_revision() -> None:
    """Neither what the store has nor what it does not have."""
    memory, store = Memory(), Store()
    for _ in range(2):
        memory.renew(7)
        assert await memory.ask(store.find, ["known", "unknown"]) == {"known": "a brand"}
    assert store.asked == [["known", "unknown"]]


async def test_a_change_is_asked_about_at_once() -> None:
    """Another revision, whichever, forgets all answers; and where revisions are not counted nothing is remembered."""
    memory, store = Memory(), Store()
    for revision in (7, 8, None, None):
        memory.renew(revision)
        await memory.ask(store.find, ["known"])
    assert len(store.asked) == 4


async def test_only_what_is_missing_is_asked() -> None:
    """Answers of one question do not stand for another's."""
    memory, store, other = Memory(), Store(), Store()
    await memory.ask(store.find, ["known"])
    assert await memory.ask(store.find, ["unknown", "known"]) == {"known": "a brand"}
    await memory.ask(other.find, ["known"])
    assert (store.asked, other.asked) == ([["known"], ["unknown"]], [["known"]])

"""What any store of translations must do."""

import pytest

from tidings.backends.sql.translation_store import SqlTranslationStore
from tidings.errors import NotFound
from tidings.translations import Messages


@pytest.fixture
def translations(database):
    """A store on an empty database."""
    return SqlTranslationStore(database)


def messages(locale="de", text='msgid "Hi"\nmsgstr "Hallo"\n', **fields):
    """A catalogue with defaults."""
    defaults = {"environment_id": 1, "domain": "default", "updated": 5}
    return Messages(locale=locale, text=text, **{**defaults, **fields})


async def test_a_catalogue_comes_back_as_it_was_sent(translations):
    """Text of any script survives; writing again replaces."""
    await translations.put(messages(text="ü 日本 🎉"))
    assert (await translations.get(1, "default", "de")).text == "ü 日本 🎉"
    await translations.put(messages(text="new", updated=9))
    assert await translations.get(1, "default", "de") == messages(text="new", updated=9)
    with pytest.raises(NotFound):
        await translations.get(2, "default", "de")


async def test_all_and_their_stamps(translations):
    """Whole environments are read at once, in order; stamps tell what changed."""
    for locale, environment_id in (("fr", 1), ("de", 1), ("de", 2), ("de", 3)):
        await translations.put(messages(locale, environment_id=environment_id))
    assert [(one.environment_id, one.locale) for one in await translations.all([1, 2])] == [
        (1, "de"),
        (1, "fr"),
        (2, "de"),
    ]
    assert await translations.stamps([2]) == {(2, "default", "de"): 5}
    assert await translations.all([]) == []

import pytest

from tidings.backends.sql.follower_store import SqlFollowerStore
from tidings.backends.sql.profile_search import SqlProfileSearch
from tidings.backends.sql.profile_store import SqlProfileStore
from tidings.effects import FollowerEffects
from tidings.errors import InvalidInput

PEOPLE = {
    "u:ann": {"email": "Ann.Smith@Example.com", "given_name": "Ann", "family_name": "Smith"},
    "u:bob": {"email": "bob@example.com", "phone_number": "+49 (30) 123-45", "name": "Bob van  Annen"},
    "u:annabel": {"name": "Annabel Smithers"},
    "a:anon-1": {"email": "smith@example.com"},
    "u:nobody": {"email": 5, "name": None, "phone": ""},
}


@pytest.fixture
def search(database):
    """The search of an empty database."""
    return SqlProfileSearch(database)


@pytest.fixture
async def people(database):
    """Some profiles, and one of another environment."""
    store = SqlProfileStore(database)
    for key, data in PEOPLE.items():
        await store.change(1, key, lambda _, data=data: data, now=5)
    await store.change(2, "u:ann-elsewhere", lambda _: {"name": "Ann"}, now=5)
    return store


async def every(search, begins, limit):
    """Read all pages; the user keys, in order."""
    found, cursor = [], None
    while True:
        page = await search.page(1, begins=begins, limit=limit, cursor=cursor)
        assert len(page.items) <= limit
        found += [profile.user_key for profile in page.items]
        cursor = page.cursor
        if cursor is None:
            return found


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("limit", [1, 2, 50])
@pytest.mark.parametrize(
    ("begins", "found"),
    [
        ("", ["a:anon-1", "u:ann", "u:annabel", "u:bob", "u:nobody"]),
        ("ann", ["u:ann", "u:annabel", "u:bob"]),
        ("ANN.smith@", ["u:ann"]),
        ("smith", ["a:anon-1", "u:ann", "u:annabel"]),
        ("ann  smith", ["u:ann"]),
        ("van", ["u:bob"]),
        ("+493012", ["u:bob"]),
        ("+49 30 1", ["u:bob"]),
        ("anon", ["a:anon-1"]),
        ("nobody@", []),
        ("%", []),
        ("\U0010ffff", []),
    ],
)
async def test_somebody_is_found_by_how_something_of_them_begins(search, begins, found, limit):
    """Ids first, then addresses, numbers and names; each user once, whatever the size of the pages."""
    assert await every(search, begins, limit) == found


async def test_what_is_no_longer_true_finds_nobody(search, people):
    """A new address finds, the old one does not; who is deleted is not found."""
    await people.change(1, "u:ann", lambda _: {"email": "new@example.com"}, now=6)
    await people.change(1, "u:bob", lambda _: None, now=6)

    assert await every(search, "ann.smith@", 5) == []
    assert await every(search, "new@", 5) == ["u:ann"]
    assert await every(search, "bob", 5) == []


async def test_words_go_with_a_followers_offset(search, database, people):
    """What a follower noted takes the place of what stood; a batch that lost the race writes nothing."""
    store = SqlFollowerStore(database)
    await store.offset("w", 0)
    words = {(1, "u:nobody"): {("email", "late@example.com")}, (1, "u:bob"): set()}

    assert not await store.apply("w", 0, after=7, through=8, effects=FollowerEffects(words=words))
    assert await every(search, "bob@", 5) == ["u:bob"]
    assert await store.apply("w", 0, after=0, through=8, effects=FollowerEffects(words=words))

    assert await every(search, "bob@", 5) == []
    assert await every(search, "late@", 5) == []  # its profile does not say so
    await people.change(1, "u:nobody", lambda _: {"email": "late@example.com"}, now=7)
    assert await every(search, "late@", 5) == ["u:nobody"]


@pytest.mark.parametrize("cursor", ["", "nonsense", "WzFd", "Wzk5LCIiLCIiXQ", "Wy0xLCIiLCIiXQ"])
async def test_a_foreign_cursor_is_refused(search, cursor):
    """A cursor that is none of ours, or of another question, is the caller's fault."""
    with pytest.raises(InvalidInput) as refused:
        await search.page(1, begins="ann", limit=5, cursor=cursor)

    assert refused.value.path == "cursor"

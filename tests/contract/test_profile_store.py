import asyncio

import pytest

from tidings.backends.sql.profile_store import SqlProfileStore

ENV = 1


@pytest.fixture
def profiles(database):
    """The profiles of an empty database."""
    return SqlProfileStore(database)


def becomes(data):
    """A change to this, whatever stood there."""
    return lambda _before: data


async def test_an_unknown_profile_is_left_out(profiles):
    """Reading a user nobody has written answers with nothing for that user."""
    await profiles.change(ENV, "u:ann", becomes({"name": "Ann"}), now=1)

    found = await profiles.get([(ENV, "u:ann"), (ENV, "u:bob")])

    assert set(found) == {(ENV, "u:ann")}


async def test_no_keys_find_nothing(profiles):
    """Asking for no users is answered without asking the database."""
    assert await profiles.get([]) == {}


async def test_what_was_written_is_what_is_read(profiles):
    """Traits keep their names, types and nesting."""
    data = {"plan": "pro", "seats": 12345678901234567890, "vip": True, "none": None, "a": {"b": [1, 2.5, "ü😀"]}}

    await profiles.change(ENV, "u:ann", becomes(data), now=1)

    assert (await profiles.get([(ENV, "u:ann")]))[ENV, "u:ann"].data == data


async def test_more_keys_than_one_statement_takes(profiles):
    """A batch of thousands of users is read as one."""
    keys = [(ENV, f"u:{number}") for number in range(1_203)]
    for key in keys[::100]:
        await profiles.change(*key, becomes({"of": key[1]}), now=1)

    found = await profiles.get(keys + keys)

    assert {key: profile.data for key, profile in found.items()} == {key: {"of": key[1]} for key in keys[::100]}


async def test_creation_time_stays(profiles):
    """A change moves the time of the last update and leaves the time of creation."""
    await profiles.change(ENV, "u:ann", becomes({"n": 1}), now=10)

    changed = await profiles.change(ENV, "u:ann", becomes({"n": 2}), now=20)

    assert changed is not None
    assert (changed.created_at, changed.updated_at) == (10, 20)
    assert (await profiles.get([(ENV, "u:ann")]))[ENV, "u:ann"] == changed


async def test_change_is_handed_what_stands(profiles):
    """A change sees the profile as it stands, or None when there is none."""
    handed = []

    def note(before):
        handed.append(before)
        return {"seen": True}

    await profiles.change(ENV, "u:ann", note, now=1)
    await profiles.change(ENV, "u:ann", note, now=2)

    assert handed == [None, {"seen": True}]


async def test_a_change_to_none_deletes(profiles):
    """A change that gives None leaves no profile."""
    await profiles.change(ENV, "u:ann", becomes({"n": 1}), now=1)

    gone = await profiles.change(ENV, "u:ann", becomes(None), now=2)

    assert gone is None
    assert await profiles.find(ENV, "ann") is None


async def test_deleting_nothing_is_harmless(profiles):
    """A change to None of a user nobody has written does nothing."""
    assert await profiles.change(ENV, "u:ann", becomes(None), now=1) is None


async def test_a_failing_change_leaves_the_profile(profiles):
    """What a change raises comes out, and the profile stays as it was."""
    await profiles.change(ENV, "u:ann", becomes({"n": 1}), now=1)

    def fail(before):
        before["n"] = 2
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await profiles.change(ENV, "u:ann", fail, now=2)
    found = await profiles.find(ENV, "ann")
    assert found is not None
    assert (found.data, found.updated_at) == ({"n": 1}, 1)


async def test_nobody_comes_between_reading_and_writing(profiles):
    """Changes made at the same time all count."""

    def count(before):
        return {"n": (before or {"n": 0})["n"] + 1}

    await asyncio.gather(*(profiles.change(ENV, "u:ann", count, now=now) for now in range(50)))

    found = await profiles.find(ENV, "ann")
    assert found is not None
    assert found.data == {"n": 50}


async def test_a_user_id_is_found_before_an_anonymous_id(profiles):
    """A name that is both a user id and somebody's anonymous id finds the user."""
    await profiles.change(ENV, "a:x", becomes({"kind": "anonymous"}), now=1)
    await profiles.change(ENV, "u:x", becomes({"kind": "user"}), now=1)

    found = await profiles.find(ENV, "x")

    assert found is not None
    assert found.data == {"kind": "user"}


async def test_an_anonymous_id_is_found_where_no_user_has_it(profiles):
    """A name that is only an anonymous id finds the anonymous profile."""
    await profiles.change(ENV, "a:x", becomes({"kind": "anonymous"}), now=1)

    found = await profiles.find(ENV, "x")

    assert found is not None
    assert (found.user_key, found.user_id) == ("a:x", "x")


async def test_an_empty_profile_is_a_profile(profiles):
    """A profile without traits is found, unlike no profile."""
    await profiles.change(ENV, "u:ann", becomes({}), now=1)

    found = await profiles.find(ENV, "ann")

    assert found is not None
    assert found.data == {}

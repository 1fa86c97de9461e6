"""Rows of many keys come back as they were written, whatever is in them."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tidings.backends.sql.bulk import by_key, look_up
from tidings.backends.sql.tables import attempts, profiles

_FOUND = by_key(profiles, "environment_id", "user_key")
_WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.dictionaries(
        _WORDS,
        st.tuples(st.binary(max_size=40), st.integers(-(2**63), 2**63 - 1), st.integers(0, 2**53 + 1)),
        min_size=1,
        max_size=40,
    )
)
async def test_what_was_written_is_read(database, rows):
    """Words of any letters, bytes of any kind and numbers of any size are the same, and one row is one row."""
    written = sorted((1, key, *values) for key, values in rows.items())
    async with database.write() as connection:
        await connection.execute(profiles.delete())
        await connection.execute(
            profiles.insert(), [dict(zip(profiles.columns.keys(), row, strict=True)) for row in written]
        )

    found = await look_up(database, _FOUND, [*((1, key) for key in rows), (1, "n" * 21), (2, next(iter(rows)))])

    assert sorted(tuple(row) for row in found) == written


async def test_what_is_null_stays_null(database):
    """Bytes that are not there are not the same as no bytes."""
    row = {"environment_id": 1, "user_key": "u:ann", "channel": "email", "provider": "smtp", "started": 1, "way": "w"}
    outcomes = [None, b"", b"{}"]
    async with database.write() as connection:
        rows = [{**row, "message_id": f"m{n}", "number": 1, "outcome": out} for n, out in enumerate(outcomes)]
        await connection.execute(attempts.insert(), rows)

    found = await look_up(database, by_key(attempts, "message_id"), [("m0",), ("m1",), ("m2",)])

    assert {row[2]: row[8] for row in found} == dict(zip(["m0", "m1", "m2"], outcomes, strict=True))

import os
from importlib import import_module

import pytest

from tidings.backends.sql import hot_sqlite
from tidings.effects import Settlement
from tidings.messages import RetryLater

SEEDS = int(os.environ.get("TIDINGS_SIM_SEEDS", "2000"))
SQL_SEEDS = int(os.environ.get("TIDINGS_SIM_SQL_SEEDS", "160"))
SLICES = 8

REGRESSIONS = (123, 330, 785, 837)
"""Seeds that once broke a law."""


@pytest.fixture(params=["memory", "sql"])
def ground(request):
    """The two steps alone over dictionaries; the whole worker over its real statements."""
    return request.getfixturevalue(f"{request.param}_ground")


def run(seed, ground):
    """Run a seed; give the laws it broke, and the trace."""
    from installation import simulate
    from laws import broken_laws

    ending = simulate(seed, ground)
    return broken_laws(ending), ending


def hold(seeds, ground):
    """Run many seeds; the first that breaks a law is named."""
    for seed in seeds:
        broken, ending = run(seed, ground)
        assert not broken, f"seed {seed}: {broken}\n{ending.trace}"


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("part", range(SLICES))
def test_the_laws_hold_whatever_happens(memory_ground, part):
    """Deaths, outages, moody providers, a clock that is set: each call counts once, each message is sent once."""
    hold(range(part, SEEDS, SLICES), memory_ground)


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("part", range(SLICES))
def test_the_laws_hold_over_the_real_statements(sql_ground, part):
    """So they do with everything else that a worker does, over a database that is asked in its own words."""
    hold(range(part, SQL_SEEDS, SLICES), sql_ground)


@pytest.mark.parametrize("seed", REGRESSIONS)
def test_a_seed_that_failed_once_holds(ground, seed):
    """What was mended stays mended."""
    assert run(seed, ground)[0] == []


@pytest.mark.parametrize("seed", [3, 11])
def test_a_seed_tells_the_same_story_twice(ground, seed):
    """A run can be repeated to the letter, so a seed is all that a failure needs to tell."""
    first, second = (run(seed, ground)[1] for _ in range(2))
    assert first.trace == second.trace
    assert first.taken == second.taken
    assert first.left == second.left


async def _forget_nothing(connection, sightings, days):
    return set()


def _sure(claim, attempt, outcome, *, now):
    key = {"environment_id": claim.message.environment_id, "message_id": claim.message.id}
    return Settlement(**key, status="ROUTED", at=now, attempt=attempt.number, outcome=RetryLater("?"), due_at=now)


def _careless(raw, place, after, through):
    raw.execute(hot_sqlite.FIRST_OFFSET, (through, *place))
    raw.execute("UPDATE offsets SET position = ? WHERE reader = ? AND partition = ?", (through, *place))
    return True


def is_found_out(monkeypatch, ground, module, name, broken):
    monkeypatch.setattr(module, name, broken)
    return any(run(seed, ground)[0] for seed in range(80))


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("already_seen", _forget_nothing),
        ("_move", _careless),
        ("_count", lambda raw, effects, partition: None),
    ],
    ids=["repeats are not known", "offsets move blindly", "nothing is counted"],
)
def test_a_statement_that_is_broken_on_purpose_is_found_out(sql_ground, monkeypatch, name, broken):
    """The laws are laws: whoever breaks a statement is told so within a few seeds."""
    assert is_found_out(monkeypatch, sql_ground, hot_sqlite, name, broken)


def test_a_step_that_is_broken_on_purpose_is_found_out(ground, monkeypatch):
    """An attempt that was cut off and is tried again is found out within a few seeds."""
    assert is_found_out(monkeypatch, ground, import_module("tidings.sending.settle"), "cut_off", _sure)

"""What the due queue is asked by time, in words that both databases take.

`due` is many queues in one table: one for each priority, environment and lane. Their index has them side by side, so
that they are found by a step from each to the next, however long each of them is.
"""

from sqlalchemy import text

FREE = "NOT EXISTS (SELECT 1 FROM installation WHERE held_at IS NOT NULL)"
"""Nothing is due while the installation is held: said here, so that no worker can overlook it."""

ENVIRONMENTS_MAX = 100
"""So many environments are looked at in one claim: as many as a batch has places, so that each gets one. Whoever claims
next looks at those behind them."""


def _queues(after: str, most: str) -> str:
    """Name the queues of so many environments behind one, in order."""
    of_this = "due.priority = {0}.priority AND due.environment_id = {0}.environment_id"
    return f"""
WITH RECURSIVE steps (priority, environment_id, number) AS (
    SELECT priority, (
        SELECT min(due.environment_id) FROM due WHERE due.priority = kinds.priority AND due.environment_id > {after}
    ), 1 FROM (SELECT 0 AS priority UNION ALL SELECT 1) AS kinds
    UNION ALL
    SELECT priority, (
        SELECT min(due.environment_id) FROM due
        WHERE due.priority = steps.priority AND due.environment_id > steps.environment_id
    ), number + 1 FROM steps WHERE environment_id IS NOT NULL AND number < {most}
), queues (priority, environment_id, lane) AS (
    SELECT priority, environment_id, (SELECT min(due.lane) FROM due WHERE {of_this.format("steps")})
    FROM steps WHERE environment_id IS NOT NULL
    UNION ALL
    SELECT priority, environment_id, (
        SELECT min(due.lane) FROM due WHERE {of_this.format("queues")} AND due.lane > queues.lane
    ) FROM queues WHERE lane IS NOT NULL
)"""


_ALL = _queues("-1", "1000000000")
_OF_QUEUE = "due.priority = queues.priority AND due.environment_id = queues.environment_id AND due.lane = queues.lane"

LOOK_WORDS = f"""{_queues(":after", ":most")}
SELECT priority, environment_id, lane, (
    SELECT count(*) FROM (SELECT 1 FROM due WHERE {_OF_QUEUE} AND due.due_at <= :now LIMIT :count) AS found
) FROM queues WHERE lane IS NOT NULL AND {FREE} ORDER BY priority, environment_id, lane
"""
"""The queues, and how many messages are due in each, up to a count."""
LOOK = text(LOOK_WORDS)

NEXT_DUE_WORDS = f"{_ALL} SELECT min((SELECT min(due.due_at) FROM due WHERE {_OF_QUEUE})) FROM queues WHERE {FREE}"
NEXT_DUE = text(NEXT_DUE_WORDS)

DUE_WORDS = """
SELECT environment_id, user_key, message_id FROM due
WHERE priority = ? AND environment_id = ? AND lane = ? AND due_at <= ? ORDER BY due_at LIMIT ?
"""
"""The next of one queue, in SQLite's words: there, one is asked after the other."""
DUE = text("""
SELECT due.environment_id, due.user_key, due.message_id
FROM unnest(
    CAST(:priorities AS smallint[]), CAST(:environment_ids AS integer[]), CAST(:lanes AS text[]),
    CAST(:counts AS integer[])
) AS asked (priority, environment_id, lane, count) CROSS JOIN LATERAL (
    SELECT environment_id, user_key, message_id, priority, due_at FROM due
    WHERE due.priority = asked.priority AND due.environment_id = asked.environment_id AND due.lane = asked.lane
    AND due.due_at <= :now ORDER BY due.due_at LIMIT asked.count FOR UPDATE SKIP LOCKED
) AS due ORDER BY due.priority, due.due_at
""")
"""The next of some queues, in PostgreSQL's words; what another worker takes just now is left out."""

OLDEST = text(f"""{_queues("CAST(:environment_id AS integer) - 1", "1")}
SELECT min((
    SELECT min(due_at) FROM (
        SELECT due.due_at, due.worker FROM due WHERE {_OF_QUEUE} AND due.due_at > 0 AND due.due_at <= :now
        ORDER BY due.due_at LIMIT :count
    ) AS found WHERE worker IS NULL
)) FROM queues WHERE lane IS NOT NULL AND environment_id = :environment_id
""")
"""When the oldest of an environment was due that nobody works on, among the first so many of each of its queues."""

FULL = text(f"""{_ALL}
SELECT environment_id, lane FROM queues WHERE lane IS NOT NULL AND priority = 1 AND (
    SELECT count(*) FROM (SELECT 1 FROM due WHERE {_OF_QUEUE} LIMIT :bound) AS found
) >= :bound
""")
"""The queues of what was sent to lists in which so many wait, due or not."""

"""The tables of the stream, in a schema of their own, and every statement that touches them."""

import time
from typing import Any

from tidings.errors import ConfigurationError

VERSION = 1
LOCKS = 0x7469_646E
"""The first half of our advisory locks' names; the second is a partition, or -1 while the tables are made."""

_OFFSETS_PER_MS = 256
"""A new stream's offsets begin at the time, in 256ths of a millisecond: behind those of any stream that it replaces, so
that what was applied of the old one is never taken for the new one's."""

_TABLES = f"""
CREATE SCHEMA tidings_stream;
COMMENT ON SCHEMA tidings_stream IS '{VERSION}';

CREATE SEQUENCE tidings_stream.offsets MAXVALUE {2**51} START WITH %(start)s MINVALUE 1;

CREATE TABLE tidings_stream.entries (
    partition integer NOT NULL,
    "offset" bigint NOT NULL,
    environment_id bigint NOT NULL,
    source_id bigint NOT NULL,
    received_at bigint NOT NULL,
    count integer NOT NULL,
    total bigint NOT NULL,
    records bytea NOT NULL,
    PRIMARY KEY (partition, "offset")
) WITH (
    autovacuum_vacuum_scale_factor = 0.05,
    autovacuum_vacuum_insert_scale_factor = 0.5,
    autovacuum_vacuum_cost_delay = 0
);
ALTER TABLE tidings_stream.entries ALTER records SET STORAGE EXTERNAL;
COMMENT ON COLUMN tidings_stream.entries.total IS 'bytes ever kept in this partition, with this entry';

CREATE TABLE tidings_stream.marks (
    partition integer PRIMARY KEY,
    "offset" bigint NOT NULL DEFAULT 0,
    total bigint NOT NULL DEFAULT 0
);
COMMENT ON TABLE tidings_stream.marks IS 'how far each partition was trimmed, and its total there';
INSERT INTO tidings_stream.marks (partition) SELECT generate_series(0, %(partitions)s - 1);

CREATE FUNCTION tidings_stream.kept() RETURNS bigint LANGUAGE sql AS $$
    SELECT sum(coalesce(
        (SELECT total FROM tidings_stream.entries e WHERE e.partition = m.partition ORDER BY e."offset" DESC LIMIT 1),
        m.total
    ) - m.total)::bigint FROM tidings_stream.marks m
$$;

CREATE FUNCTION tidings_stream.append(
    partitions integer[], environment_ids bigint[], source_ids bigint[], received bigint[], counts integer[],
    packed bytea[], bytes_max bigint
) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    -- Held until the commit: so the order of offsets is the order in which they come to be seen. Everybody takes them
    -- in one order, so nobody waits in a circle.
    PERFORM pg_advisory_xact_lock({LOCKS}, wanted.partition)
        FROM (SELECT DISTINCT unnest(partitions) AS partition ORDER BY 1) AS wanted;
    IF bytes_max > 0 AND tidings_stream.kept() >= bytes_max THEN
        RETURN false;
    END IF;
    INSERT INTO tidings_stream.entries
    SELECT placed.partition, nextval('tidings_stream.offsets'), environment_id, source_id, received_at, count,
        bases.total + sum(octet_length(records) + 64) OVER (PARTITION BY placed.partition ORDER BY place), records
    FROM (
        SELECT * FROM unnest(partitions, environment_ids, source_ids, received, counts, packed) WITH ORDINALITY
            AS given (partition, environment_id, source_id, received_at, count, records, place)
        ORDER BY place
    ) AS placed
    JOIN (
        SELECT m.partition, coalesce(
            (SELECT e.total FROM tidings_stream.entries e WHERE e.partition = m.partition
                ORDER BY e."offset" DESC LIMIT 1),
            m.total
        ) AS total
        FROM tidings_stream.marks m WHERE m.partition = ANY (partitions)
    ) AS bases USING (partition)
    ORDER BY place;
    RETURN true;
END
$$;
"""

APPEND = "SELECT tidings_stream.append($1, $2, $3, $4, $5, $6, $7)"

READ_BYTES_MAX = 4 * 1024 * 1024
"""What one read brings at most beyond its first entry."""

READ = f"""
SELECT "offset", environment_id, source_id, received_at, count, records FROM (
    SELECT *, sum(count) OVER so_far AS counted, row_number() OVER so_far AS nth, first_value(total) OVER so_far AS base
    FROM (
        SELECT * FROM tidings_stream.entries WHERE partition = $1 AND "offset" > $2 ORDER BY "offset" LIMIT $3
    ) AS following
    WINDOW so_far AS (ORDER BY "offset")
) AS measured
WHERE nth = 1 OR (counted <= $3 AND total - base <= {READ_BYTES_MAX})
ORDER BY "offset"
"""

LAST_OFFSET = """
SELECT coalesce(
    (SELECT "offset" FROM tidings_stream.entries WHERE partition = $1 ORDER BY "offset" DESC LIMIT 1),
    (SELECT "offset" FROM tidings_stream.marks WHERE partition = $1)
)
"""

WAITING = """
SELECT count(*) FROM (
    SELECT 1 FROM tidings_stream.entries WHERE partition = $1 AND "offset" > $2 LIMIT $3
) AS following
"""

TRIM_ROWS_MAX = 1000
"""In one transaction: some milliseconds, and a slice of the log that a replica takes without a hitch."""

TRIM = f"""
WITH mark AS (
    SELECT "offset", total FROM tidings_stream.marks WHERE partition = $1 FOR UPDATE
), doomed AS (
    SELECT e."offset", e.total FROM tidings_stream.entries e, mark
    WHERE e.partition = $1 AND e."offset" > mark."offset" AND e."offset" <= $2
    ORDER BY e."offset" LIMIT {TRIM_ROWS_MAX}
), gone AS (
    DELETE FROM tidings_stream.entries e USING doomed
    WHERE e.partition = $1 AND e."offset" = doomed."offset" RETURNING doomed."offset", doomed.total
), moved AS (
    UPDATE tidings_stream.marks SET "offset" = last."offset", total = last.total
    FROM (SELECT max("offset") AS "offset", max(total) AS total FROM gone) AS last
    WHERE partition = $1 AND last."offset" IS NOT NULL
)
SELECT count(*) FROM gone
"""


async def find_or_make(connection: Any, *, partitions: int) -> int:
    """Make the tables where there are none, and tell how many partitions the stream has.

    Raises `ConfigurationError` when they are a later version's.
    """
    async with connection.transaction():
        await connection.execute(f"SELECT pg_advisory_xact_lock({LOCKS}, -1)")
        found = await partitions_of(connection)
        if found is not None:
            return found
        start = time.time_ns() // 1_000_000 * _OFFSETS_PER_MS
        await connection.execute(_TABLES % {"start": start, "partitions": partitions})
        return partitions


async def partitions_of(connection: Any) -> int | None:
    """Tell how many partitions the stream has, None when there are no tables. Raises `ConfigurationError` as above."""
    if not await connection.fetchval("SELECT to_regclass('tidings_stream.entries') IS NOT NULL"):
        return None
    version = await connection.fetchval(
        "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = 'tidings_stream'"
    )
    if version != str(VERSION):
        raise ConfigurationError(
            f"the stream in the database is of version {version}, and this tidings knows {VERSION}: update tidings"
        )
    return int(await connection.fetchval("SELECT count(*) FROM tidings_stream.marks"))

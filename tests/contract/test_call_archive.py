import msgspec
import pyarrow.parquet as pq
import pytest

from tidings.backends.parquet.archive import ParquetArchive
from tidings.backends.parquet.columns import SCHEMA
from tidings.errors import ConfigurationError, InvalidInput, Unavailable
from tidings.records import DAY_MS, ArchiveFile, CallFilter, Record, Seen

NOON = 1_767_268_800_000
DAY = NOON // DAY_MS
ALL = CallFilter(received_from=NOON - DAY_MS, received_before=NOON + DAY_MS)


@pytest.fixture
def archive(tmp_path):
    """An archive in an empty folder."""
    return ParquetArchive(str(tmp_path / "archive"))


def a_call(number, user="ann", **fields):
    body = msgspec.json.encode({"type": "track", "userId": user, "properties": {"total": number}})
    record = Record(
        type="track",
        message_id=f"call-{number}",
        user_id=user,
        anonymous_id=None,
        name="Order",
        timestamp=NOON,
        received_at=NOON + number,
        body=body,
    )
    return Seen(1, 7, number, msgspec.structs.replace(record, **fields))


def a_file(name="a"):
    return ArchiveFile(environment_id=1, day=DAY, name=name)


async def read(archive, files, where=ALL):
    return [call async for part in archive.read(1, files, where, count_max=2) for call in part]


async def test_calls_come_back_in_order(archive):
    """Whatever file a call is in, calls are read by their arrival; a file tells what is in it."""
    first = await archive.write(a_file("a"), [a_call(1), a_call(4)])
    second = await archive.write(a_file("b"), [a_call(2), a_call(3)])

    assert (first.rows, first.first_at, first.last_at) == (2, NOON + 1, NOON + 4)
    assert await read(archive, [first, second]) == [a_call(1), a_call(2), a_call(3), a_call(4)]


async def test_a_filter_names_time_source_type_and_name(archive):
    """Both ends of a period are as asked: the first moment is in, the last one is not."""
    calls = [a_call(1), a_call(2, name="Other"), a_call(3, type="page", name=None), a_call(4)]
    file = await archive.write(a_file(), calls)

    def where(**fields):
        return CallFilter(**{"received_from": NOON, "received_before": NOON + 9, **fields})

    assert await read(archive, [file], where(received_from=NOON + 2, received_before=NOON + 4)) == calls[1:3]
    assert await read(archive, [file], where(name="Other")) == [calls[1]]
    assert await read(archive, [file], where(type="page")) == [calls[2]]
    assert await read(archive, [file], where(source_id=8)) == []
    assert await read(archive, []) == []


async def test_calls_are_counted(archive):
    """What a filter wants is counted in all files; who takes too long is told so, and holds nothing up."""
    files = [await archive.write(a_file(name), [a_call(1), a_call(2, name="Other")]) for name in "ab"]
    where = msgspec.structs.replace(ALL, name="Order", type="track")

    assert await archive.count_calls(files, where, timeout_s=60) == 2
    assert await archive.count_calls(files, msgspec.structs.replace(where, name="'"), timeout_s=60) == 0
    with pytest.raises(Unavailable, match="took more than 0 seconds"):
        await archive.count_calls(files, where, timeout_s=0)


async def test_writing_again_replaces_a_file(archive, tmp_path):
    """A file is there whole or not at all, and nothing else is left in the folder."""
    await archive.write(a_file(), [a_call(1), a_call(2)])
    file = await archive.write(a_file(), [a_call(3)])

    assert await read(archive, [file]) == [a_call(3)]
    there = [path for path in (tmp_path / "archive").rglob("*") if path.is_file()]
    assert there == [tmp_path / "archive/environment=1/day=2026-01-01/a.parquet"]
    assert pq.read_schema(there[0]).names == SCHEMA.names


async def test_files_are_merged_without_some_users(archive, tmp_path):
    """A merged file has the calls of all, in order, but those of users who are gone; an empty one is not written."""
    files = [
        await archive.write(a_file("a"), [a_call(1), a_call(4, "bob")]),
        await archive.write(a_file("b"), [a_call(2, "bob"), a_call(3)]),
    ]
    assert [await archive.count(file, ["u:bob", "u:eve"]) for file in files] == [1, 1]

    merged = await archive.merge(a_file("ab"), files)
    assert (merged.rows, await read(archive, [merged])) == (4, await read(archive, files))
    assert await read(archive, [await archive.merge(a_file("ann"), files, without=["u:bob"])]) == [
        a_call(1),
        a_call(3),
    ]
    nobody = await archive.merge(a_file("nobody"), files, without=["u:bob", "u:ann"])
    assert nobody.rows == 0
    assert not list(tmp_path.rglob("nobody*"))


async def test_removing_is_done_once_or_often(archive):
    """A file that is not there is no fault to remove, but one to read."""
    file = await archive.write(a_file(), [a_call(1)])
    await archive.remove(file)
    await archive.remove(file)

    with pytest.raises(Unavailable):
        await archive.merge(a_file("b"), [file])
    with pytest.raises(Unavailable):
        await read(archive, [file])


async def test_what_the_disk_refuses_can_be_tried_again(archive, tmp_path):
    """A folder that cannot be written is `Unavailable`, which says why and nothing of what was in the file."""
    (tmp_path / "archive").write_text("a file where the folder should be")
    with pytest.raises(Unavailable, match="the archive cannot be used now"):
        await archive.write(a_file(), [a_call(1)])


async def test_an_object_store_does_as_a_folder_does():
    """Written, replaced, read, asked, merged and removed: the same, where there is no folder and no renaming."""
    archive = ParquetArchive("mock:///bucket/calls")  # Arrow's own store in memory
    archive._folder.files.create_dir("bucket/calls/environment=1/day=2026-01-01", recursive=True)
    await archive.write(a_file(), [a_call(9)])
    file = await archive.write(a_file(), [a_call(2, "bob"), a_call(1)])

    assert (file.rows, file.bytes > 0) == (2, True)
    assert await read(archive, [file]) == [a_call(1), a_call(2, "bob")]
    assert (await archive.query([file], "SELECT count(*) FROM calls", rows_max=1))[1] == [(2,)]
    merged = await archive.merge(a_file("b"), [file], without=["u:bob"])
    assert await read(archive, [merged]) == [a_call(1)]
    assert (await archive.merge(a_file("c"), [file], without=["u:bob", "u:ann"])).rows == 0
    for name in ("a", "b", "c"):
        await archive.remove(a_file(name))
    with pytest.raises(Unavailable):
        await read(archive, [file])


@pytest.mark.parametrize("place", ["s4://bucket", "http://example.com/x"])
def test_a_place_that_is_none_is_a_setting(place):
    """A URL of no object store is refused when the archive is opened."""
    with pytest.raises(ConfigurationError, match="archive must be a folder"):
        ParquetArchive(place)


async def test_the_archive_answers_sql(archive):
    """DuckDB sees one table; JSON of the call can be asked into."""
    file = await archive.write(a_file(), [a_call(1), a_call(2), a_call(3, "bob")])
    sql = "SELECT user_id, sum((body->>'$.properties.total')::int) AS total FROM calls GROUP BY 1 ORDER BY 1"

    names, rows = await archive.query([file], sql, rows_max=9)
    assert (names, [(user, int(total)) for user, total in rows]) == (["user_id", "total"], [("ann", 3), ("bob", 3)])
    assert len((await archive.query([file], "FROM calls", rows_max=2))[1]) == 2


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/hostname')",
        "COPY calls TO 'calls.csv'",
        "SET memory_limit = '1TB'",
        "SET enable_external_access = true",
        "SELECT * FROM nowhere",
        "SELEKT",
        "ATTACH 'x.db'",
        "",
    ],
)
async def test_sql_reaches_nothing_else(archive, sql, tmp_path, monkeypatch):
    """No file, no setting and no other table is within a query's reach; what is wrong is said."""
    monkeypatch.chdir(tmp_path)
    file = await archive.write(a_file(), [a_call(1)])
    with pytest.raises(InvalidInput):
        await archive.query([file], sql, rows_max=9)
    assert [path.name for path in tmp_path.iterdir()] == ["archive"]


async def test_calls_are_exported(archive, tmp_path):
    """Parquet and CSV have the archive's columns, JSON lines have calls as a destination gets them."""
    file = await archive.write(a_file(), [a_call(2, warnings=("a", "b")), a_call(1)])
    for ending in ("parquet", "csv", "jsonl"):
        assert await archive.export([file], ALL, str(tmp_path / f"calls.{ending}")) == 2

    assert pq.read_table(tmp_path / "calls.parquet").column("position").to_pylist() == [1, 2]
    header, _, second = (tmp_path / "calls.csv").read_text().splitlines()
    assert header.startswith('"position","source_id","type"')
    assert '"a,b"' in second
    lines = [msgspec.json.decode(line) for line in (tmp_path / "calls.jsonl").read_bytes().splitlines()]
    assert [line["messageId"] for line in lines] == ["call-1", "call-2"]
    assert lines[0]["receivedAt"] == "2026-01-01T12:00:00.001Z"
    with pytest.raises(InvalidInput, match="must end in"):
        await archive.export([file], ALL, str(tmp_path / "calls.xml"))

"""What a stream promises, on every backend: each sentence of `tidings.ports.Stream`, and nothing of any backend."""

import asyncio
import os
import signal
import subprocess
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import tidings
from tidings.errors import Unavailable
from tidings.records import Append, Entry

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(tidings.__file__).parents[1])}


def an_append(word: str = "x", *, partition: int = 0, count: int = 1, size: int = 0) -> Append:
    """Make an append that can be recognised by its word, padded to `size` bytes."""
    return Append(
        partition=partition,
        environment_id=3,
        source_id=7,
        received_at=1_790_000_000_000,
        count=count,
        records=word.encode().ljust(size, b"."),
    )


def words(entries: Sequence[Entry]) -> list[str]:
    """Tell the words by which the entries were made."""
    return [entry.records.decode().rstrip(".") for entry in entries]


async def read_all(stream, partition: int = 0, after: int = 0) -> list[Entry]:
    """Read a partition to its end."""
    found: list[Entry] = []
    while entries := await stream.read(partition, found[-1].offset if found else after, count_max=1000):
        found += entries
    return found


def another_process(place, body: str) -> "subprocess.Popen[str]":
    """Run `body`, the inside of an async function with an open `stream`, elsewhere."""
    indented = "\n".join("    " + line for line in body.strip().splitlines())
    code = f"""
import asyncio, os, sys
from tidings.records import Append
{place.opening}
def an_append(word, partition=0, size=0):
    return Append(partition=partition, environment_id=3, source_id=7, received_at=1, count=1,
                  records=word.encode().ljust(size, b"."))
async def main():
    stream = await open_stream()
{indented}
    await stream.close()
asyncio.run(main())
"""
    command = [sys.executable, "-c", code]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT)  # noqa: S603 - our own code


async def test_what_is_appended_is_read(stream):
    """An entry holds everything that was appended, byte for byte."""
    append = Append(
        partition=stream.partitions - 1,
        environment_id=2**40,
        source_id=0,
        received_at=1_790_000_000_123,
        count=3,
        records=bytes(range(256)) * 300,
    )
    await stream.append([append])
    (entry,) = await stream.read(append.partition, 0, count_max=10)
    for name in Append.__struct_fields__:
        assert getattr(entry, name) == getattr(append, name)
    assert 0 < entry.offset <= 2**51


async def test_appending_nothing_keeps_nothing(stream):
    """A request without appends succeeds and leaves no entry."""
    await stream.append([])
    assert await stream.last_offset(0) == 0


async def test_a_new_stream_is_empty(stream):
    """Nothing is read from a stream that nothing was ever appended to, and its last offset is 0."""
    for partition in range(stream.partitions):
        assert await stream.read(partition, 0, count_max=10) == []
        assert await stream.last_offset(partition) == 0


async def test_entries_come_in_the_order_of_their_offsets(stream):
    """Requests that follow each other are read in that order, and their offsets grow."""
    for number in range(20):
        await stream.append([an_append(str(number))])
    entries = await read_all(stream)
    assert words(entries) == [str(number) for number in range(20)]
    offsets = [entry.offset for entry in entries]
    assert offsets == sorted(set(offsets))


async def test_one_request_keeps_its_own_order(stream):
    """Several appends of one request to one partition stand in the order in which it gave them."""
    await stream.append([an_append(str(number)) for number in range(10)])
    assert words(await read_all(stream)) == [str(number) for number in range(10)]


async def test_partitions_are_apart(stream):
    """Each partition holds what was appended to it, and offsets are unique in the whole stream."""
    await stream.append([an_append(f"p{partition}", partition=partition) for partition in range(stream.partitions)])
    entries = [await read_all(stream, partition) for partition in range(stream.partitions)]
    assert [words(found) for found in entries] == [[f"p{partition}"] for partition in range(stream.partitions)]
    assert len({entry.offset for found in entries for entry in found}) == stream.partitions


async def test_reading_stops_before_too_many_records(stream):
    """A read returns no more records than asked for."""
    await stream.append([an_append(word, count=4) for word in "abc"])
    assert words(await stream.read(0, 0, count_max=8)) == ["a", "b"]
    assert words(await stream.read(0, 0, count_max=11)) == ["a", "b"]
    assert words(await stream.read(0, 0, count_max=12)) == ["a", "b", "c"]


async def test_reading_returns_one_entry_at_least(stream):
    """An entry of more records than asked for is read alone, so a reader always gets on."""
    await stream.append([an_append(word, count=50) for word in "ab"])
    assert words(await stream.read(0, 0, count_max=1)) == ["a"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    requests=st.lists(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 5)), max_size=6), max_size=8),
    count_max=st.integers(1, 12),
)
async def test_any_reader_sees_everything_once(stream, requests, count_max):
    """Whatever is appended and however it is read, a reader gets each entry once, in order, within its bound."""
    start = max([await stream.last_offset(partition) for partition in range(stream.partitions)])
    expected = defaultdict(list)
    for number, request in enumerate(requests):
        appends = [
            an_append(f"{number}.{index}", partition=partition % stream.partitions, count=count)
            for index, (partition, count) in enumerate(request)
        ]
        await stream.append(appends)
        for append in appends:
            expected[append.partition].append(append.records.decode())
    for partition in range(stream.partitions):
        found: list[Entry] = []
        after = start
        while entries := await stream.read(partition, after, count_max=count_max):
            assert len(entries) == 1 or sum(entry.count for entry in entries) <= count_max
            found += entries
            after = entries[-1].offset
        assert words(found) == expected[partition]


async def test_the_last_offset_is_the_newest_entry(stream):
    """The last offset of a partition is that of its own newest entry."""
    for partition in range(stream.partitions):
        await stream.append([an_append(partition=partition)])
    for partition in range(stream.partitions):
        (entry,) = await read_all(stream, partition)
        assert await stream.last_offset(partition) == entry.offset


async def test_what_waits_is_counted(stream):
    """The entries behind an offset are counted, those of the same partition only."""
    for partition in range(stream.partitions):
        await stream.append([an_append(str(number), partition=partition) for number in range(5)])
    entries = await read_all(stream)
    assert await stream.waiting(0, 0) == 5
    assert await stream.waiting(0, entries[1].offset) == 3
    assert await stream.waiting(0, entries[-1].offset) == 0
    await stream.trim(0, entries[2].offset)
    assert await stream.waiting(0, 0) == 2


async def test_trimming_forgets_the_old(stream):
    """Entries up to the given offset are gone, those after it are not, and the number of the gone is told."""
    await stream.append([an_append(str(number)) for number in range(10)])
    entries = await read_all(stream)
    assert await stream.trim(0, entries[3].offset) == 4
    assert words(await read_all(stream)) == [str(number) for number in range(4, 10)]


async def test_trimming_again_forgets_nothing_more(stream):
    """Trimming to where it was trimmed finds nothing."""
    await stream.append([an_append()])
    offset = await stream.last_offset(0)
    assert await stream.trim(0, offset) == 1
    assert await stream.trim(0, offset) == 0


async def test_trimming_a_partition_leaves_the_others(stream):
    """What other partitions hold stays."""
    await stream.append([an_append(str(partition), partition=partition) for partition in range(stream.partitions)])
    assert await stream.trim(0, 2**51) == 1
    for partition in range(1, stream.partitions):
        assert words(await read_all(stream, partition)) == [str(partition)]


async def test_trimming_much(stream):
    """A long stream is trimmed completely, while appends go on."""
    for _ in range(10):
        await stream.append([an_append(size=500) for _ in range(200)])
    offset = await stream.last_offset(0)
    trimmed, _ = await asyncio.gather(
        stream.trim(0, offset), asyncio.gather(*(stream.append([an_append(str(number))]) for number in range(50)))
    )
    assert trimmed == 2000
    assert sorted(words(await read_all(stream)), key=int) == [str(number) for number in range(50)]


async def test_offsets_are_never_used_again(stream, open_stream):
    """After everything was trimmed, even after opening anew, the last offset stands and new entries come behind it."""
    await stream.append([an_append() for _ in range(5)])
    last = await stream.last_offset(0)
    await stream.trim(0, last)
    assert await stream.last_offset(0) == last
    await stream.close()
    again = await open_stream()
    assert await again.last_offset(0) == last
    await again.append([an_append("new")])
    (entry,) = await again.read(0, last, count_max=10)
    assert words([entry]) == ["new"]
    assert entry.offset > last


async def test_the_number_of_partitions_is_fixed(stream, open_stream):
    """Opening a stream with another number of partitions keeps the number with which it was made."""
    made_with = stream.partitions
    await stream.close()
    assert (await open_stream(partitions=7)).partitions == made_with


async def test_what_was_acknowledged_outlives_the_process(stream_place, open_stream):
    """An append that returned is there after its process was killed the moment after."""
    child = another_process(
        stream_place, "await stream.append([an_append('kept', size=9000)])\nos.kill(os.getpid(), 9)"
    )
    assert await asyncio.to_thread(child.wait) == -signal.SIGKILL
    child.stdout.close()
    assert words(await read_all(await open_stream())) == ["kept"]


async def test_killed_in_the_middle_keeps_requests_whole(stream_place, open_stream):
    """Killing a process in the middle of appending loses nothing that was acknowledged and tears no request apart."""
    child = another_process(
        stream_place,
        """
async def forever(name):
    number = 0
    while True:
        word = f"{name}-{number}"
        await stream.append([an_append(word, 0, 3000), an_append(word, stream.partitions - 1, 3000)])
        print(word, flush=True)
        number += 1
await asyncio.gather(*(forever(name) for name in "abcd"))
""",
    )
    acknowledged = [await asyncio.to_thread(child.stdout.readline) for _ in range(200)]
    child.kill()
    acknowledged += child.stdout.readlines()
    child.wait()
    child.stdout.close()
    stream = await open_stream()
    found = defaultdict(int)
    for partition in {0, stream.partitions - 1}:
        for word in words(await read_all(stream, partition)):
            found[word] += 1
    assert {word.strip() for word in acknowledged if word.endswith("\n")} <= found.keys()
    assert set(found.values()) == {2}


async def test_concurrent_requests_are_all_kept(stream):
    """A thousand requests at once are each kept whole and once."""
    await asyncio.gather(*(stream.append([an_append(f"{n}a"), an_append(f"{n}b")]) for n in range(1000)))
    found = words(await read_all(stream))
    assert sorted(found) == sorted(f"{n}{half}" for n in range(1000) for half in "ab")
    assert all(found[at][:-1] == found[at + 1][:-1] for at in range(0, 2000, 2))


async def test_a_large_request_is_kept_whole(stream):
    """A request of many large appends is kept like any other."""
    await stream.append([an_append(str(number), size=10_000) for number in range(1000)])
    assert words(await read_all(stream)) == [str(number) for number in range(1000)]


async def test_two_processes_append_and_readers_miss_nothing(stream_place, stream):
    """A reader that follows the end sees every entry of every process, though it never looks back."""
    body = """
async def some(name):
    for number in range(100):
        await stream.append([an_append(f"{name}-{number}", number % stream.partitions, 300)])
await asyncio.gather(*(some(f"PROCESS-{n}") for n in range(4)))
"""
    children = [another_process(stream_place, body.replace("PROCESS", str(process))) for process in range(2)]
    found: dict[int, list[Entry]] = {partition: [] for partition in range(stream.partitions)}

    async def follow() -> int:
        for partition, entries in found.items():
            entries.extend(await stream.read(partition, entries[-1].offset if entries else 0, count_max=50))
        return sum(map(len, found.values()))

    # A failing child ends the wait as well; then the comparison below says what is missing.
    while await follow() < 800 and any(child.poll() is None for child in children):
        pass
    exits = [await asyncio.to_thread(child.wait) for child in children]
    while await follow() > (total := sum(map(len, found.values()))):
        assert total <= 800
    for child in children:
        child.stdout.close()
    assert exits == [0, 0]
    seen = [word for entries in found.values() for word in words(entries)]
    assert sorted(seen) == sorted(f"{p}-{n}-{number}" for p in range(2) for n in range(4) for number in range(100))
    for entries in found.values():
        per_writer = defaultdict(list)
        for word in words(entries):
            writer, _, number = word.rpartition("-")
            per_writer[writer].append(int(number))
        assert all(numbers == sorted(numbers) for numbers in per_writer.values())


async def test_more_waiting_requests_than_allowed_are_refused(open_stream):
    """Beyond the bound of waiting requests, an append is refused at once; exactly the others are kept."""
    stream = await open_stream(waiting_requests_max=8)
    outcomes = await asyncio.gather(
        *(stream.append([an_append(str(number))]) for number in range(100)), return_exceptions=True
    )
    refused = [outcome for outcome in outcomes if outcome is not None]
    assert refused
    assert all(isinstance(outcome, Unavailable) and outcome.retry_after_s >= 1 for outcome in refused)
    kept = [str(number) for number, outcome in enumerate(outcomes) if outcome is None]
    assert len(kept) >= 8
    assert words(await read_all(stream)) == kept
    await stream.append([an_append("later")])


async def test_more_waiting_bytes_than_allowed_are_refused(open_stream):
    """Beyond the bound of waiting bytes, an append is refused at once; exactly the others are kept."""
    stream = await open_stream(waiting_bytes_max=100_000)
    outcomes = await asyncio.gather(
        *(stream.append([an_append(str(number), size=20_000)]) for number in range(20)), return_exceptions=True
    )
    kept = [str(number) for number, outcome in enumerate(outcomes) if outcome is None]
    assert 1 <= len(kept) < 20
    assert all(outcome is None or isinstance(outcome, Unavailable) for outcome in outcomes)
    assert words(await read_all(stream)) == kept
    await stream.append([an_append("later")])


async def test_a_full_stream_refuses_until_it_is_trimmed(stream_place):
    """A full stream refuses appends, says which setting bounds it, keeps what it had, and takes more when trimmed."""
    stream = await stream_place.open_small()
    kept = 0
    outcome: Exception | None = None
    while outcome is None and kept < 1000:
        (outcome,) = await asyncio.gather(stream.append([an_append(str(kept), size=20_000)]), return_exceptions=True)
        kept += outcome is None
    assert isinstance(outcome, Unavailable)
    assert "stream_bytes_max" in str(outcome)
    assert stream.trouble == str(outcome)
    assert words(await read_all(stream)) == [str(number) for number in range(kept)]
    assert await stream.trim(0, await stream.last_offset(0)) == kept
    await stream.append([an_append("again", size=20_000)])
    assert words(await read_all(stream)) == ["again"]
    assert stream.trouble == ""
    await stream.close()


async def test_an_outage_refuses_appends_and_passes(failing_place):
    """While storage fails, appends raise `Unavailable` and leave nothing behind; afterwards all is well by itself."""
    place, outage = failing_place
    before = await place.open()
    await before.append([an_append("before")])
    await before.close()
    stream = await place.open()
    with outage():
        outcomes = await asyncio.gather(
            *(stream.append([an_append(f"lost{n}"), an_append(f"lost{n}")]) for n in range(20)), return_exceptions=True
        )
        assert [type(outcome) for outcome in outcomes] == [Unavailable] * 20
        with pytest.raises(Unavailable):
            await stream.append([an_append("lost", partition=stream.partitions - 1)])
    await stream.append([an_append("after")])
    assert words(await read_all(stream)) == ["before", "after"]
    await stream.close()


async def test_cancelled_callers_disturb_nobody(stream):
    """Callers who give up while they wait neither fail the others nor tear their own request apart."""
    tasks = [asyncio.ensure_future(stream.append([an_append(f"{n}a"), an_append(f"{n}b")])) for n in range(100)]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(outcome is None for outcome in outcomes[1::2])
    await stream.append([an_append("later"), an_append("later")])
    found = words(await read_all(stream))
    assert {f"{n}{half}" for n in range(1, 100, 2) for half in "ab"} <= set(found)
    assert all(found[at].rstrip("a") == found[at + 1].rstrip("b") for at in range(0, len(found) - 2, 2))


async def test_cancelled_callers_give_their_room_back(open_stream):
    """What cancelled callers had waiting does not count for ever."""
    stream = await open_stream(waiting_requests_max=10)
    for _ in range(5):
        tasks = [asyncio.ensure_future(stream.append([an_append()])) for _ in range(10)]
        await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await read_until_accepted(stream)


async def read_until_accepted(stream) -> None:
    """Append until it is taken: refusals may come before, for as long as the commits before it take."""
    async with asyncio.timeout(30):
        while True:
            try:
                return await stream.append([an_append()])
            except Unavailable:
                await asyncio.sleep(0.001)


async def test_closing_finishes_what_was_appended(stream, open_stream):
    """Appends that began before the stream was closed are kept, and their callers are told."""
    tasks = [asyncio.ensure_future(stream.append([an_append(str(number))])) for number in range(50)]
    await asyncio.sleep(0)
    await stream.close()
    await asyncio.gather(*tasks)
    assert words(await read_all(await open_stream())) == [str(number) for number in range(50)]


async def test_closing_twice_is_harmless(stream):
    """A closed stream can be closed again."""
    await stream.close()
    await asyncio.gather(stream.close(), stream.close())


async def test_a_closed_stream_takes_nothing(stream):
    """After closing, every use raises `Unavailable` instead of waiting for ever."""
    await stream.close()
    for use in (
        stream.append([an_append()]),
        stream.read(0, 0, count_max=1),
        stream.last_offset(0),
        stream.waiting(0, 0),
        stream.trim(0, 1),
    ):
        with pytest.raises(Unavailable):
            await use

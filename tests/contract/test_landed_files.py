import os

import msgspec
import pytest

from tidings.backends.files import landed_files
from tidings.backends.files.landed_files import LandedFiles
from tidings.messages import Attempt, Reason, RetryLater, Sent, Undeliverable, Unknown


def attempt(number=1, message_id="m1", **fields):
    """An attempt that has begun."""
    defaults = {"environment_id": 1, "channel": "email", "provider": "smtp", "started": 5}
    return Attempt(message_id=message_id, number=number, **{**defaults, **fields})


@pytest.fixture
def landed(tmp_path):
    """Open the notes of a worker."""
    return lambda worker: LandedFiles(tmp_path / "landed", worker)


@pytest.mark.parametrize(
    "outcome",
    [Sent("ref"), Undeliverable(Reason.BOUNCED, "gone", for_good=True), RetryLater("busy", 3), Unknown("?", 60)],
)
def test_what_one_noted_all_know(landed, outcome):
    """What a provider answered is told as it was noted, by whoever asks."""
    landed("host:1:a").note(attempt(), outcome)

    assert landed("host:2:b").of(attempt()) == outcome


def test_what_nobody_noted_nobody_knows(landed):
    """Another attempt, another message and another environment are none of it, nor one of the same number before."""
    landed("a").note(attempt(), Sent())

    others = (attempt(2), attempt(message_id="m2"), attempt(environment_id=2), attempt(started=4))
    assert [landed("b").of(each) for each in others] == [None] * 4
    assert landed("c").of(attempt()) == Sent()


def test_what_is_new_is_read(landed):
    """Whoever has looked before sees what was noted since."""
    one, other = landed("a"), landed("b")
    assert other.of(attempt()) is None
    for number in range(1, 4):
        one.note(attempt(number), Sent(str(number)))
        assert other.of(attempt(number)) == Sent(str(number))


def test_a_line_that_was_cut_off_says_nothing(landed, tmp_path):
    """Half a line is no fact, and harms none of the others."""
    one = landed("a")
    one.note(attempt(), Sent("one"))
    (file,) = (tmp_path / "landed").iterdir()
    half = file.read_bytes()[:-9]
    file.write_bytes(half + b"\n" + half.replace(b'"m1"', b'"m2"') + b"\n")
    one.note(attempt(3), Sent("three"))

    assert [landed("b").of(each) for each in (attempt(), attempt(1, "m2"), attempt(3))] == [None, None, Sent("three")]


def test_files_are_bounded(landed, tmp_path, monkeypatch):
    """A worker keeps two files, and of what dead ones left the newest stay."""
    monkeypatch.setattr(landed_files, "FILE_BYTES_MAX", 200)
    monkeypatch.setattr(landed_files, "FILES_MAX", 3)
    folder = tmp_path / "landed"
    for number in range(6):
        landed(f"dead{number}").note(attempt(number), Sent())
        os.utime(folder / f"dead{number}.1.jsonl", (number, number))
    one = landed("alive")
    for number in range(20):
        one.note(attempt(number, "m2"), Sent("x" * 20))

    names = sorted(path.name for path in folder.iterdir())
    assert [name for name in names if name.startswith("dead")] == ["dead4.1.jsonl", "dead5.1.jsonl"]
    assert len(names) == 4
    assert all(path.stat().st_size <= 200 for path in folder.iterdir())
    assert landed("b").of(attempt(19, "m2")) == Sent("x" * 20)


def test_whoever_ends_in_order_leaves_nothing(landed, tmp_path):
    """All of it is on record then."""
    one = landed("a")
    one.note(attempt(), Sent())
    one.forget()
    one.forget()

    assert list((tmp_path / "landed").iterdir()) == []
    one.note(attempt(2), Sent("again"))
    assert landed("b").of(attempt(2)) == Sent("again")


def test_a_disk_that_takes_nothing_stops_nobody(landed, tmp_path):
    """What cannot be noted is not known; it goes on once it can."""
    (tmp_path / "landed").write_bytes(b"in the way")
    one = landed("a")
    one.note(attempt(), Sent())
    assert one.of(attempt()) is None

    (tmp_path / "landed").unlink()
    one.note(attempt(2), Sent())
    assert one.of(attempt(2)) == Sent()


def test_nothing_of_a_message_is_in_it(landed, tmp_path):
    """A line names an attempt and what the provider said, and the file is its owner's alone."""
    landed("a").note(attempt(), Sent("ref"))

    (file,) = (tmp_path / "landed").iterdir()
    assert msgspec.json.decode(file.read_bytes()) == [1, "m1", 1, 5, {"type": "Sent", "reference": "ref", "detail": ""}]
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)

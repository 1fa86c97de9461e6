import os
import shutil
import subprocess
import sys

import msgspec
import pytest

from tidings.backends.files import landed_files, liveness
from tidings.backends.files.landed_files import NOT_HANDED, LandedFiles
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


KILLED = """
import os, signal, sys
from pathlib import Path
from tidings.backends.files.landed_files import LandedFiles
from tidings.messages import Attempt
notes = LandedFiles(Path(sys.argv[1]), "killed")
fields = {"environment_id": 1, "message_id": "m1", "channel": "email", "provider": "smtp", "started": 5}
attempts = [Attempt(number=number, **fields) for number in (1, 2)]
notes.begun(attempts)
notes.handed(attempts[1])
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_process_had_not_handed_over_may_be_sent(landed, tmp_path):
    """Begun and not handed over, by one that is dead: no provider has heard of it. What was handed over is unknown."""
    subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "landed")], check=False, timeout=60)  # noqa: S603

    assert [landed("b").of(attempt(number)) for number in (1, 2, 3)] == [NOT_HANDED, None, None]


@pytest.fixture
def dies():
    """Let a worker die, as far as anybody else can tell: the system lets go of what it held."""
    return lambda notes: os.close(notes._alive._held)


def test_what_a_living_worker_has_begun_it_may_hand_over_yet(landed, dies):
    """Nobody knows, until it is dead."""
    one = landed("a")
    one.begun([attempt()])
    assert landed("b").of(attempt()) is None
    dies(one)
    assert landed("b").of(attempt()) == NOT_HANDED


def test_the_last_word_of_an_attempt_counts(landed, dies, monkeypatch):
    """In which file of a worker it stands, and in which order they are read, changes nothing."""
    monkeypatch.setattr(landed_files, "FILE_BYTES_MAX", 60)
    for name, rest in (("a", ("handed",)), ("b", ("handed", "note"))):
        one = landed(name)
        one.begun([attempt(message_id=name)])
        one.handed(attempt(message_id=name))
        if "note" in rest:
            one.note(attempt(message_id=name), Sent())
        dies(one)

    assert [landed("c").of(attempt(message_id=name)) for name in "ab"] == [None, Sent()]


def test_lines_that_are_gone_are_not_missed(landed, dies, monkeypatch):
    """What is begun goes before what is handed over: whoever reads the rest never takes the one for the other."""
    monkeypatch.setattr(landed_files, "FILE_BYTES_MAX", 120)
    one = landed("a")
    attempts = [attempt(number) for number in range(30)]
    for each in attempts:
        one.begun([each])
        one.handed(each)
    dies(one)

    assert [landed("b").of(each) for each in attempts] == [None] * 30


def test_after_the_machine_was_started_again_nobody_knows(landed, dies, monkeypatch):
    """Lines may have been lost with its memory; answers that are there are answers."""
    one = landed("a")
    one.begun([attempt(1), attempt(2)])
    one.note(attempt(2), Sent())
    dies(one)
    monkeypatch.setattr(liveness, "_boot_id", lambda: "another")

    assert [landed("b").of(attempt(number)) for number in (1, 2)] == [None, Sent()]


def test_a_machine_without_a_name_for_its_starts_tells_nothing(landed, dies, monkeypatch):
    """Then nobody is known to be dead."""
    monkeypatch.setattr(liveness, "_boot_id", str)
    one = landed("a")
    one.begun([attempt()])
    dies(one)

    assert landed("b").of(attempt()) is None


def test_a_copy_of_the_folder_tells_nothing(landed, tmp_path):
    """Where the original went on, nobody knows what it handed over."""
    landed("a").begun([attempt()])
    shutil.copytree(tmp_path / "landed", tmp_path / "copy")

    assert LandedFiles(tmp_path / "copy", "b").of(attempt()) is None


def test_what_cannot_be_noted_as_handed_over_is_not_believed(landed, dies, monkeypatch):
    """The disk is full in the middle: whoever dies then leaves nothing that could be taken for not handed over."""
    one = landed("a")
    one.begun([attempt()])
    held = os.dup(one._alive._held)
    monkeypatch.setattr(os, "write", lambda _file, _line: 3)
    one.handed(attempt())
    monkeypatch.undo()
    one.begun([attempt(2)])
    os.close(held)

    assert [landed("b").of(attempt(number)) for number in (1, 2)] == [None, None]


def test_what_can_neither_be_noted_nor_taken_back_is_not_handed_over(landed, monkeypatch):
    """Where nothing can be written nor removed, the provider hears nothing."""
    one = landed("a")
    one.begun([attempt()])

    def refuse(*_args, **_more):
        raise OSError("read-only")

    monkeypatch.setattr(os, "write", refuse)
    monkeypatch.setattr("pathlib.Path.unlink", refuse)
    for _ in range(2):
        with pytest.raises(OSError, match="read-only"):
            one.handed(attempt())


def test_what_dead_workers_left_is_tidied(landed, dies, tmp_path):
    """The sign that one lived goes after its last file."""
    one = landed("dead")
    one.begun([attempt()])
    dies(one)
    (tmp_path / "landed" / "dead.1.jsonl").unlink()
    landed("b").begun([attempt(2)])

    assert sorted(path.name for path in (tmp_path / "landed").glob("*.alive")) == ["b.alive"]

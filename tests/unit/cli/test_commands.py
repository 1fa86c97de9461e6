"""The commands that read and write an installation, on a real one in an empty folder."""

import asyncio
import json
import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tidings.app.installation import open_installation
from tidings.audiences import Change
from tidings.cli.main import main
from tidings.config import Config
from tidings.pipeline.audiences import AudienceStep


@pytest.fixture(autouse=True)
def _installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder, and no settings of the machine."""
    for name in [name for name in os.environ if name.startswith("TIDINGS_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_a_key_is_shown_once(tidings: Any) -> None:
    """A new key is printed when it is made; afterwards only its hint is, and in its environment."""
    code, (made,) = tidings("keys", "create", "--environment", "test", "--name", "ci")
    assert code == 0
    assert made["key"].startswith("pk_test_")
    _, keys = tidings("keys", "list")
    (listed,) = [key for key in keys if key["id"] == made["id"]]
    assert (listed["environment"], listed["name"]) == ("test", "ci")
    assert made["key"] not in json.dumps(keys)


def test_a_revoked_key_stays_in_the_list(tidings: Any) -> None:
    """A revoked key is listed with the time of its end."""
    _, (made,) = tidings("keys", "create")
    assert tidings("keys", "revoke", made["id"])[0] == 0
    _, keys = tidings("keys", "list")
    assert [bool(key["revoked"]) for key in keys if key["id"] == made["id"]] == [True]


def test_an_account_is_invited_by_a_link(tidings: Any) -> None:
    """Its token is printed when it is made; the account is listed, changed, shut out and let in by its address."""
    _, (made,) = tidings("accounts", "invite", "Bob@example.com", "--role", "designer", "--name", "Bob")
    assert made["link"].startswith("http://127.0.0.1:8000/studio/invitation#")
    assert tidings("accounts", "invite", "bob@example.com", "--role", "admin")[0] == 1
    assert tidings("accounts", "role", "bob@example.com", "support_specialist")[0] == 0
    _, (disabled,) = tidings("accounts", "disable", "bob@example.com")
    assert (disabled["role"], bool(disabled["disabled"])) == ("support_specialist", True)
    assert tidings("accounts", "link", "bob@example.com")[0] == 1
    tidings("accounts", "disable", "bob@example.com", "--undo")
    _, (again,) = tidings("accounts", "link", "bob@example.com", "--remove-second-factor")
    assert again["link"] != made["link"]
    _, (listed,) = tidings("accounts", "list")
    assert (listed["name"], listed["signed in"], listed["disabled"]) == ("Bob", "invited", None)
    assert tidings("accounts", "link", "nobody@example.com")[0] == 1


def test_a_write_key_can_be_seen_again(tidings: Any) -> None:
    """A source's write key is shown when it is made, and whenever its owner asks."""
    _, (made,) = tidings("sources", "create", "--name", "web shop")
    _, (shown,) = tidings("sources", "key", str(made["id"]))
    assert shown["write_key"] == made["write_key"]
    _, sources = tidings("sources", "list")
    assert "web shop" in {source["name"] for source in sources}


def test_environments_are_apart(tidings: Any) -> None:
    """A source of the test environment is not in production's list, and its key is not found there."""
    _, (made,) = tidings("sources", "create", "--name", "only here", "-e", "test")
    _, sources = tidings("sources", "list")
    assert "only here" not in {source["name"] for source in sources}
    assert tidings("sources", "key", str(made["id"]))[0] == 1


@pytest.mark.parametrize(
    "words",
    [("events", "show", "1-x"), ("messages", "show", "1-x"), ("outbox", "show", "1-x"), ("profiles", "show", "nobody")],
)
def test_what_is_not_there_is_said_in_one_line(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    """Asking for something that does not exist ends with exit code 1 and one line."""
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("tidings: ")
    assert said.err.count("\n") == 1


@pytest.mark.parametrize("words", [("events", "list"), ("messages", "list"), ("outbox", "list")])
def test_empty_lists_say_what_to_do(words: tuple[str, ...], tidings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """An empty list is nothing for a program, and a hint for a person."""
    assert tidings(*words) == (0, [])
    with pytest.raises(SystemExit):
        main(words)
    assert capsys.readouterr().out.strip()


def test_send_prints_the_request_id(tidings: Any) -> None:
    """`send` keeps the request in the stream and says its id; without a worker nothing else happens."""
    code, (sent,) = tidings("send", "--to", "ann@example.com", "--title", "Hi", "--body", "Hello {{x}}", "-d", "x=1")
    assert code == 0
    assert sent["request_id"].startswith("1-")
    assert tidings("messages", "list") == (0, [])


def test_waiting_without_a_worker_ends(tidings: Any) -> None:
    """`send --wait` says that no worker took it, and fails, when its time is over."""
    words = ("send", "--to", "ann@example.com", "--title", "Hi", "--body", "x", "--wait", "--timeout", "0.1")
    assert tidings(*words) == (1, [])


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--title", "Hi"), 1),
        (("--to", "ann@example.com"), 1),
        (("--to", "ann@example.com", "--title", "Hi", "--data", "novalue"), 2),
        (("--to", "ann@example.com", "--template", "a", "--title", "b"), 1),
    ],
)
def test_a_send_that_makes_no_sense_is_refused(words: tuple[str, ...], code: int, tidings: Any) -> None:
    """What the API would refuse, the command refuses too, and nothing is kept."""
    assert tidings("send", *words) == (code, [])


def test_the_studio_link_is_new_each_time(tidings: Any) -> None:
    """Each link holds a token of its own."""
    links = {tidings("studio")[1][0]["url"] for _ in range(2)}
    assert len(links) == 2
    assert all(link.startswith("http://127.0.0.1:8000/studio/?token=") for link in links)


def test_migrating_twice_does_nothing(tidings: Any) -> None:
    """The first `migrate` makes the tables, the second finds them."""
    assert tidings("migrate")[1][0]["revisions"]
    assert tidings("migrate") == (0, [{"revisions": []}])


def test_the_doctor_finds_a_healthy_installation_healthy(tidings: Any) -> None:
    """After a first command, everything but the port is known to be well."""
    tidings("keys", "list")
    code, findings = tidings("doctor", "--port", "0")
    assert [finding["check"] for finding in findings if not finding["ok"]] == []
    assert code == 0


def test_the_doctor_sees_open_secrets(tidings: Any) -> None:
    """A secret that others could read is found, with the command that mends it."""
    tidings("keys", "list")
    (key,) = Path("tidings-data").glob("secret-key")
    key.chmod(stat.S_IRUSR | stat.S_IWUSR | stat.S_IROTH)
    code, findings = tidings("doctor", "--port", "0")
    assert code == 1
    assert ["chmod 600" in finding["detail"] for finding in findings if not finding["ok"]] == [True]


def test_the_doctor_changes_nothing(tidings: Any) -> None:
    """Looking at a folder that is not there does not make it."""
    assert tidings("doctor", "--port", "0")[0] == 0
    assert not Path("tidings-data").exists()


def test_the_ledger_of_an_empty_installation_balances(tidings: Any) -> None:
    """Each environment and the sum have a line, and nothing is missing."""
    code, found = tidings("ledger")
    assert code == 0
    assert [item["environment"] for item in found] == ["production", "test", None]
    assert all(item["balances"] and not item["calls"]["accepted"] for item in found)


def test_a_ledger_that_does_not_add_up_fails(tidings: Any) -> None:
    """A call that was counted and is not in the log makes exit code 1, and its hour is named."""
    assert tidings("ledger")[0] == 0
    with closing(sqlite3.connect("tidings-data/state.db")) as database:
        database.execute("INSERT INTO call_counts VALUES (1, 490908, 0, 'ACCEPTED', '', 1)")
        database.execute("INSERT INTO call_counts VALUES (1, 490908, 0, 'APPLIED', '', 1)")
        database.commit()

    code, (production, test, total) = tidings("ledger", "--from", "2026-01-01T12:30Z", "--to", "2026-01-01T12:40Z")

    assert code == 1
    assert production["differences"] == total["differences"] != []
    assert "2026-01-01T12:00:00.000Z: 1 calls counted as APPLIED, 0 in the log" in production["differences"]
    assert test["balances"]
    assert tidings("ledger", "--from", "2026-01-01T13:00Z", "--environment", "production")[0] == 0


def test_a_ledger_asks_for_times(tidings: Any) -> None:
    """What is no time, or the wrong way round, is refused."""
    assert tidings("ledger", "--from", "soon")[0] == 1
    assert tidings("ledger", "--from", "2026-02-01", "--to", "2026-01-01")[0] == 1


def test_a_list_from_making_to_restoring(tidings: Any) -> None:
    """Users are put on, listed and taken off; a deleted list comes back with who was on it."""
    assert tidings("lists", "subscribe", "news.sport", "ann", "bob")[0] == 0
    assert tidings("lists", "create", "news.sport", "--name", "Sport")[1][0]["name"] == "Sport"
    assert [item["id"] for item in tidings("lists", "list", "--pattern", "news.*")[1]] == ["news.sport"]
    tidings("lists", "unsubscribe", "news.sport", "bob")
    tidings("lists", "delete", "news.sport")
    assert tidings("lists", "list")[1] == []
    tidings("lists", "restore", "news.sport")
    assert [item["user"] for item in tidings("lists", "subscribers", "news.sport")[1]] == ["ann"]


async def _engineers() -> None:
    async with open_installation(Config()) as installation:
        environment_id = installation.environments[0].id
        await installation.profiles.change(environment_id, "u:ann", lambda _: {"title": "Engineer"}, now=1)
        said = Change(filter={"operator": "EQ", "path": "title", "value": "Engineer"})
        await installation.audiences.put(environment_id, "engineers", said, now=1)
        step = AudienceStep(store=installation.audiences, clock=installation.clock)
        while await step.run_once():
            pass


def test_audiences_and_who_is_in_them(tidings: Any) -> None:
    """An audience is listed in words, shown as it was said, and its members have a reason."""
    assert tidings("audiences", "list")[1] == []
    assert tidings("audiences", "show", "engineers")[0] == 1
    asyncio.run(_engineers())
    assert [item["filter"] for item in tidings("audiences", "list")[1]] == ["title EQ Engineer"]
    (shown,) = tidings("audiences", "show", "engineers")[1]
    assert (shown["filter"]["operator"], shown["state"]) == ("AND", "calculated")
    (member,) = tidings("audiences", "members", "engineers")[1]
    assert (member["user"], member["reason"]) == ("ann", "EQ('title', 'Engineer') => true")


def test_the_suppression_list(tidings: Any) -> None:
    """An address is put on the list, shown and taken off, however it is written."""
    assert tidings("suppressions", "add", "email:Ann@example.com", "--kind", "bounce", "--detail", "550")[0] == 0
    (listed,) = tidings("suppressions", "list")[1]
    assert (listed["address"], listed["kind"], listed["detail"]) == ("email:ann@example.com", "bounce", "550")
    assert tidings("suppressions", "remove", "email:ann@example.com")[0] == 0
    assert tidings("suppressions", "remove", "email:ann@example.com")[0] == 1
    assert tidings("suppressions", "list")[1] == []


def test_sending_rules_are_set_and_shown(tidings: Any) -> None:
    """Hours and limits hold for one environment; a limit that is none is refused."""
    words = ("--window", "Mo-Su 08:00-21:00", "--zone", "Europe/Berlin", "--limit", "user:day:5", "--exempt", "t")
    assert tidings("rules", "set", *words)[0] == 0
    (shown,) = tidings("rules", "show")[1]
    assert (shown["window"], shown["limits"]) == ("Mo-Su 08:00-21:00", [{"scope": "user", "period": "day", "max": 5}])
    assert tidings("rules", "show", "-e", "test")[1][0]["window"] is None
    assert tidings("rules", "set", "--limit", "user:5")[0] == 1


def test_a_message_is_cancelled_and_nothing_is_left_to_redrive(tidings: Any) -> None:
    """What no worker has taken yet can be taken back; what was not sent by choice is no dead letter."""
    content = ("--title", "Hi", "--body", "x")
    assert tidings("messages", "cancel", "1-00000000-000000000000000000000000")[0] == 1
    assert tidings("send", "--to", "ann@example.com", *content)[0] == 0
    assert tidings("messages", "redrive", "--reason", "FAILED", "--since", "7d", "--dry-run") == (0, [])
    assert tidings("messages", "list", "--archived", "--reason", "BOUNCED", "--since", "2026-01-01") == (0, [])
    assert tidings("messages", "redrive", "--since", "yesterday")[0] == 1


def test_explaining_what_never_came(tidings: Any) -> None:
    """Without a call the explanation says so; without a question it is the command line that is wrong."""
    code, (told,) = tidings("explain", "--user", "ann", "--event", "Order")
    assert code == 0
    assert "nothing asked for one" in told["answer"]
    assert tidings("explain")[0] == 2
    assert tidings("explain", "1-00000000-000000000000000000000000")[0] == 1

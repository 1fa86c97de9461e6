"""What is true after every run, whatever has happened."""

import sqlite3
from collections import Counter
from contextlib import closing
from typing import Any

import msgspec
from installation import Ending

from tidings.messages import FINAL, Status

_ENDS = {str(status) for status in FINAL}


def broken_laws(ending: Ending) -> list[str]:
    """Name the laws that do not hold, with what shows it."""
    with closing(sqlite3.connect(ending.path)) as connection:
        connection.row_factory = sqlite3.Row
        laws = (_calls_once, _messages_once, _sent_once, _ledger, _histories, _profiles)
        broken = [f"{law.__name__}: {fault}" for law in laws for fault in law(ending, connection)]
    return [*broken, *(f"logged: {complaint}" for complaint in ending.complaints)]


def _calls_once(ending: Ending, connection: sqlite3.Connection) -> list[str]:
    """Every call that was answered is in the log once, and no call is there twice."""
    faults = []
    for environment_id, calls in ending.door.answered.items():
        rows = connection.execute(
            "SELECT message_id, status FROM inbound_events WHERE environment_id = ?", (environment_id,)
        ).fetchall()
        # What cannot be used is logged as often as it comes: nothing is done, so nothing is done twice.
        logged = Counter(row["message_id"] for row in rows if row["status"] != "DISCARDED")
        discarded = {row["message_id"] for row in rows if row["status"] == "DISCARDED"}
        faults += [f"{call} is logged {count} times" for call, count in logged.items() if count > 1]
        for call_id, call in calls.items():
            if call["kind"] == "bad":
                faults += [] if call_id in discarded else [f"{call_id} was lost"]
            elif call["kind"] != "send" and logged[call_id] != 1:
                faults.append(f"{call_id} was lost")
    return faults


def _messages_once(ending: Ending, connection: sqlite3.Connection) -> list[str]:
    """Every mapped call and every request is one message, and there are no others; each has ended."""
    faults = []
    for environment_id, calls in ending.door.answered.items():
        messages = connection.execute("SELECT * FROM messages WHERE environment_id = ?", (environment_id,)).fetchall()
        (mapped,) = connection.execute(
            "SELECT count(*) FROM inbound_events WHERE environment_id = ? AND status = 'MAPPED'", (environment_id,)
        ).fetchone()
        sends = {call_id for call_id, call in calls.items() if call["kind"] == "send"}
        if len(messages) != mapped + len(sends):
            faults.append(f"{len(messages)} messages of {mapped} mapped calls and {len(sends)} requests")
        faults += [f"{call_id} has no message" for call_id in sends - {message["id"] for message in messages}]
        faults += [f"{row['id']} stands at {row['status']}" for row in messages if row["status"] not in _ENDS]
    return faults


def _sent_once(ending: Ending, connection: sqlite3.Connection) -> list[str]:
    """A message reached a provider once when it says so, never when it says so, at most once when nobody knows."""
    faults = [f"{message_id} was taken {count} times" for (_, message_id), count in ending.taken.items() if count > 1]
    for row in connection.execute("SELECT * FROM messages"):
        taken = ending.taken[row["environment_id"], row["id"]]
        if row["outcome_unknown"]:
            continue
        expected = 1 if row["status"] in {Status.SENT, Status.SIMULATED} else 0
        if taken != expected:
            faults.append(f"{row['id']} is {row['status']} and was taken {taken} times")
    return faults


def _ledger(ending: Ending, connection: sqlite3.Connection) -> list[str]:
    """The ledger balances, and has every record that the stream kept."""
    faults = [difference for account in ending.accounts for difference in account.differences]
    for account in ending.accounts:
        kept = ending.door.kept[account.environment_id or 0]
        if account.calls.accepted != kept or account.calls.pending or account.messages.pending:
            faults.append(f"{kept} records were kept, and the account is {account}")
    return faults


def _histories(ending: Ending, connection: sqlite3.Connection) -> list[str]:
    """A history begins once, ends once (twice when an unknown outcome was answered late), and skips no attempt."""
    faults = []
    for message in connection.execute("SELECT * FROM messages"):
        key = (message["environment_id"], message["id"])
        entries = connection.execute(
            "SELECT type, ordinal, fields FROM data_log WHERE environment_id = ? AND message_id = ? ORDER BY ordinal",
            key,
        ).fetchall()
        kinds = [entry["type"] for entry in entries]
        ends = [entry for entry in entries if entry["type"] in _ENDS]
        late = len(ends) == 2 and "unknown" in msgspec.json.decode(ends[0]["fields"]).get("error_message", "")
        if kinds.count("ENQUEUED") != 1 or kinds[0] != "ENQUEUED" or not (len(ends) == 1 or late):
            faults.append(f"{message['id']} tells {kinds}")
        if ends and ends[-1]["type"] != message["status"]:
            faults.append(f"{message['id']} is {message['status']} and tells {kinds}")
        faults += _attempts(message, connection, key)
    return faults


def _attempts(message: Any, connection: sqlite3.Connection, key: tuple[int, str]) -> list[str]:
    found = connection.execute(
        "SELECT number, outcome FROM attempts WHERE environment_id = ? AND message_id = ? ORDER BY number", key
    ).fetchall()
    numbers = [attempt["number"] for attempt in found]
    gaps = [f"{message['id']} has attempts {numbers}"] if numbers != list(range(1, len(numbers) + 1)) else []
    return gaps + [f"{message['id']} has an open attempt" for attempt in found if attempt["outcome"] is None]


def _profiles(ending: Ending, connection: sqlite3.Connection) -> list[str]:
    """Every identify that was answered is in its user's profile."""
    faults = []
    for environment_id, calls in ending.door.answered.items():
        rows = connection.execute("SELECT user_key, data FROM profiles WHERE environment_id = ?", (environment_id,))
        profiles = {row["user_key"]: msgspec.json.decode(row["data"]) for row in rows}
        faults += [
            f"{call_id} is not in the profile of {call['user']}"
            for call_id, call in calls.items()
            if call["kind"] == "identify" and call_id not in profiles.get(f"u:{call['user']}", {})
        ]
    return faults

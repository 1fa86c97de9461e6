"""What is true after every run, whatever has happened."""

from collections import Counter

from installation import Ending
from remains import Ended, Tried

from tidings.messages import FINAL, Status


def broken_laws(ending: Ending) -> list[str]:
    """Name the laws that do not hold, with what shows it."""
    laws = (_calls_once, _messages_once, _sent_once, _ledger, _histories, _profiles)
    broken = [f"{law.__name__}: {fault}" for law in laws for fault in law(ending)]
    return [*broken, *(f"logged: {complaint}" for complaint in ending.complaints)]


def _calls_once(ending: Ending) -> list[str]:
    """Every call that was answered is in the log once, and no call is there twice."""
    # What cannot be used is logged as often as it comes: nothing is done, so nothing is done twice.
    used = Counter((call.environment_id, call.call_id) for call in ending.left.calls if call.status != "DISCARDED")
    unused = {(call.environment_id, call.call_id) for call in ending.left.calls if call.status == "DISCARDED"}
    faults = [f"{call} is logged {count} times" for call, count in used.items() if count > 1]
    for environment_id, calls in ending.door.answered.items():
        for call_id, call in calls.items():
            if call["kind"] == "bad":
                faults += [] if (environment_id, call_id) in unused else [f"{call_id} was lost"]
            elif call["kind"] != "send" and used[environment_id, call_id] != 1:
                faults.append(f"{call_id} was lost")
    return faults


def _messages_once(ending: Ending) -> list[str]:
    """Every mapped call and every request is one message, and there are no others; each has ended."""
    mapped = Counter(call.environment_id for call in ending.left.calls if call.status == "MAPPED")
    made = Counter(message.environment_id for message in ending.left.messages)
    known = {(message.environment_id, message.id) for message in ending.left.messages}
    faults = [f"{it.id} stands at {it.status}" for it in ending.left.messages if it.status not in FINAL]
    for environment_id, calls in ending.door.answered.items():
        sends = {call_id for call_id, call in calls.items() if call["kind"] == "send"}
        if made[environment_id] != mapped[environment_id] + len(sends):
            count = mapped[environment_id]
            faults.append(f"{made[environment_id]} messages of {count} mapped calls and {len(sends)} requests")
        faults += [f"{call_id} has no message" for call_id in sends if (environment_id, call_id) not in known]
    return faults


def _sent_once(ending: Ending) -> list[str]:
    """A message reached a provider once when it says so, never when it says so, at most once when nobody knows."""
    faults = [f"{message_id} was taken {count} times" for (_, message_id), count in ending.taken.items() if count > 1]
    for message in ending.left.messages:
        taken = ending.taken[message.environment_id, message.id]
        expected = 1 if message.status in {Status.SENT, Status.SIMULATED} else 0
        if taken != expected and not message.outcome_unknown:
            faults.append(f"{message.id} is {message.status} and was taken {taken} times")
    return faults


def _ledger(ending: Ending) -> list[str]:
    """The ledger balances, and has every record that the stream kept."""
    accounts = ending.left.accounts
    faults = [difference for account in accounts for difference in account.differences]
    for account in accounts:
        kept = ending.door.kept[account.environment_id or 0]
        if account.calls.accepted != kept or account.calls.pending or account.messages.pending:
            faults.append(f"{kept} records were kept, and the account is {account}")
    return faults


def _histories(ending: Ending) -> list[str]:
    """A history begins once, ends once (twice when an unknown outcome was answered late), and skips no attempt."""
    return [
        fault for message in ending.left.messages for fault in (*_history(ending, message), *_attempts(ending, message))
    ]


def _history(ending: Ending, message: Ended) -> list[str]:
    lines = ending.left.histories.get((message.environment_id, message.id), [])
    kinds = [line.type for line in lines]
    ends = [line for line in lines if line.type in FINAL]
    late = len(ends) == 2 and "unknown" in ends[0].fields.get("error_message", "")
    faults = []
    if kinds.count("ENQUEUED") != 1 or kinds[0] != "ENQUEUED" or not (len(ends) == 1 or late):
        faults.append(f"{message.id} tells {kinds}")
    if ends and ends[-1].type != message.status:
        faults.append(f"{message.id} is {message.status} and tells {kinds}")
    return faults


def _attempts(ending: Ending, message: Ended) -> list[str]:
    tried: list[Tried] = ending.left.attempts.get((message.environment_id, message.id), [])
    numbers = [attempt.number for attempt in tried]
    gaps = [f"{message.id} has attempts {numbers}"] if numbers != list(range(1, len(numbers) + 1)) else []
    return gaps + [f"{message.id} has an open attempt" for attempt in tried if not attempt.is_closed]


def _profiles(ending: Ending) -> list[str]:
    """Every identify that was answered is in its user's profile."""
    return [
        f"{call_id} is not in the profile of {call['user']}"
        for environment_id, calls in ending.door.answered.items()
        for call_id, call in calls.items()
        if call["kind"] == "identify"
        and call_id not in ending.left.profiles.get((environment_id, f"u:{call['user']}"), {})
    ]

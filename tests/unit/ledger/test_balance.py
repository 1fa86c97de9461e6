from tidings.ledger import Books, Tally, balance, summed, total

HOUR = 490_000  # 2025-11-24T16:00:00Z


def tally(word, count, reason="", *, hour=HOUR, environment_id=1):
    """Count something."""
    return Tally(environment_id, hour, word, reason, count)


def books(**changes):
    """Everything in order: nine calls accepted, of which five became something and one waits."""
    whole = {
        "calls": [
            tally("ACCEPTED", 8),
            tally("MAPPED", 2),
            tally("APPLIED", 1),
            tally("REQUESTED", 2),
            tally("FILTERED", 1, "HISTORICAL"),
            tally("DUPLICATE", 2),
        ],
        "waiting": [tally("PENDING", 1)],
        "messages": [tally("MADE", 4), tally("SENT", 1), tally("UNKNOWN", 1), tally("SIMULATED", 1)],
        "unsettled": [tally("ROUTED", 1)],
    }
    return Books(**{**whole, **changes})


def account(**changes):
    """The first environment's account."""
    (found,) = balance(books(**changes), [1])
    return found


LOGGED = [tally("MAPPED", 2), tally("APPLIED", 1), tally("FILTERED", 1, "HISTORICAL")]
KEPT = [tally("DELIVERED", 1), tally("UNKNOWN", 1), tally("SIMULATED", 1), tally("ROUTED", 1)]


def test_counts_that_agree_balance():
    """What was accepted is applied, dropped or pending, and each message is somewhere."""
    found = account()

    assert found.balances
    assert found.calls.accepted == 9
    assert found.calls.applied == {"APPLIED": 1, "MAPPED": 2, "REQUESTED": 2}
    assert found.calls.dropped == {"DUPLICATE": 2, "FILTERED HISTORICAL": 1}
    assert found.calls.pending == 1
    assert found.messages.made == 4
    assert (found.messages.sent, found.messages.unknown, found.messages.pending) == (1, 1, 1)
    assert found.messages.ended == {"SIMULATED": 1}


def test_rows_that_agree_balance():
    """Rows tell the same, though a receipt has moved one of them on since."""
    found = account(logged=LOGGED, kept=KEPT)

    assert found.differences == ()
    assert found.messages.sent == 1


def test_a_lost_record_is_found():
    """A record that was read, and of which nothing became, is a difference of its hour."""
    counts = [item for item in books().calls if item.word != "APPLIED"]

    assert account(calls=counts).differences == ("2025-11-24T16:00:00.000Z: 8 calls accepted, 7 accounted for",)


def test_a_lost_row_is_found():
    """An event that was counted and is not in the log is named by its hour, word and reason."""
    found = account(logged=LOGGED[:-1], kept=KEPT)

    assert not found.balances
    assert "2025-11-24T16:00:00.000Z: 1 calls counted as FILTERED HISTORICAL, 0 in the log" in found.differences


def test_a_row_that_nobody_counted_is_found():
    """So is an event too many, of a kind that was never counted."""
    found = account(logged=[*LOGGED, tally("UNMAPPED", 1)], kept=KEPT)

    assert "2025-11-24T16:00:00.000Z: 0 calls counted as UNMAPPED, 1 in the log" in found.differences


def test_a_lost_message_is_found():
    """A message that was made and is neither settled nor waiting is a difference; so is one too many."""
    assert account(unsettled=[]).differences == ("2025-11-24T16:00:00.000Z: 4 messages made, 3 accounted for",)
    assert not account(logged=LOGGED, kept=[*KEPT, tally("SENT", 1)]).balances


def test_hours_do_not_make_up_for_each_other():
    """One call too few in one hour and one too many in the next are two differences."""
    calls = [
        tally("ACCEPTED", 1),
        tally("APPLIED", 2),
        tally("ACCEPTED", 2, hour=HOUR + 1),
        tally("APPLIED", 1, hour=HOUR + 1),
    ]

    assert len(account(calls=calls).differences) == 2


def test_environments_are_apart_and_add_up():
    """Each environment has its own account; the total adds them and balances when all do."""
    other = tally("ACCEPTED", 3, environment_id=2)
    accounts = balance(books(calls=[*books().calls, other]), [1, 2])

    assert [found.balances for found in accounts] == [True, False]
    whole = total(accounts)
    assert whole.calls.accepted == 12
    assert whole.calls.dropped == {"DUPLICATE": 2, "FILTERED HISTORICAL": 1}
    assert whole.differences == accounts[1].differences


def test_what_was_not_counted_to_the_end_is_not_called_wrong():
    """While more messages wait than were counted, nothing is said of their sum."""
    found = account(unsettled=[], is_complete=False)

    assert found.balances
    assert not found.is_complete


def test_counts_are_summed_by_hour_in_order():
    """Counts of one hour add up; what comes out is sorted, so that two writers cannot wait for each other."""
    at = HOUR * 3_600_000
    items = [(1, at + 5, "B", "", 1), (1, at, "A", "", 2), (1, at + 3_599_999, "B", "", 1), (1, at - 1, "B", "", 1)]

    assert summed(items) == [tally("B", 1, hour=HOUR - 1), tally("A", 2), tally("B", 2)]

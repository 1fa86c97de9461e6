"""How a request to many becomes messages."""

from tidings.ids import parse_derived_id
from tidings.mapping import messages_of
from tidings.recipients import Expansion, Recipient

START = 1_700_000_000_000


def an_expansion(made: int) -> Expansion:
    """A request that has become so many messages."""
    return Expansion(environment_id=1, id="1-65550720-" + "0" * 24, received_at=START, body=b"{}", made=made)


def test_each_thousand_is_enqueued_a_millisecond_later() -> None:
    """So a slice is written at the end of each index by time; a million messages are a second apart."""
    ann = Recipient("u:ann", "ann", "ann", {"user_id": "ann"}, {}, None)

    enqueued = [messages_of(an_expansion(made), {}, [ann])[0].enqueued for made in (0, 999, 1_000, 1_000_000)]

    assert enqueued == [START, START, START + 1, START + 1_000]


def test_the_id_is_of_request_and_recipient_alone() -> None:
    """However far the request had come: what is made again after a power cut is the same message."""
    ann = Recipient("u:ann", "ann", "ann", {"user_id": "ann"}, {}, None)

    assert messages_of(an_expansion(0), {}, [ann])[0].id == messages_of(an_expansion(5_000), {}, [ann])[0].id


def test_ids_rise_with_the_places_of_recipients_who_come_in_order() -> None:
    """So a slice is written at the end of each index by id; and none looks like an id of a call in the stream."""
    everybody = [Recipient(f"u:{name}", name, name, {"user_id": name}, {}, None) for name in ("ann", "bob", "cid")]

    slices = [messages_of(an_expansion(made), {}, everybody, in_order=True) for made in (0, 3, 2_000_000_000)]

    ids = [message.id for messages in slices for message in messages]
    assert ids == sorted(set(ids))
    assert all(len(one) == len("1-65550720-") + 24 for one in ids)
    assert [parse_derived_id(one) for one in ids] == [None] * 9

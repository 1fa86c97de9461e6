"""Links of ours: what we wrote is read, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.errors import NotFound
from tidings.links import TICKET_MAX, Click, Links, Open

LINKS = Links(b"a key", "https://t.test/x/")
CLICK = Click(1, "1-0000-1", "email", "smtp", "https://shop.test/?a=1")


@given(st.text(max_size=300), st.integers(1, 2**40), st.text(max_size=50))
def test_what_is_written_is_read(url, environment_id, provider):
    """Any link comes back as it was."""
    link = Click(environment_id, "m", "email", provider, url)
    assert LINKS.read(Click, LINKS.ticket(link)) == link


def test_where_links_lead():
    """They stand below the public URL, whose own path stays; a ticket needs no escaping."""
    url = LINKS.write(CLICK)
    head, _, ticket = url.rpartition("/")
    assert head == "https://t.test/x/t/c"
    assert ticket.replace("-", "").replace("_", "").isalnum()


@given(st.binary(min_size=1, max_size=8), st.integers(0, 60))
def test_no_bit_can_be_changed(noise, at):
    """A ticket with other letters anywhere is refused."""
    ticket = LINKS.ticket(CLICK)
    forged = ticket[:at] + noise.hex() + ticket[at + len(noise) * 2 :]
    if forged[: len(ticket) - 1] != ticket[:-1]:
        with pytest.raises(NotFound):
            LINKS.read(Click, forged)


@pytest.mark.parametrize("ticket", ["", "a", "é", "....", "A" * 22, "A" * (TICKET_MAX + 1)])
def test_what_is_no_ticket(ticket):
    """Refused as not found, whatever it is."""
    with pytest.raises(NotFound):
        LINKS.read(Open, ticket)


def test_each_kind_has_its_key():
    """A ticket of one kind is none of another, and none of another installation."""
    link = Open(1, "m", "email", "smtp")
    with pytest.raises(NotFound):
        LINKS.read(Click, LINKS.ticket(link))
    with pytest.raises(NotFound):
        Links(b"another key").read(Open, LINKS.ticket(link))

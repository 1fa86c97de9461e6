"""News of messages cannot go round in circles: the laws of the chain."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tidings.messages import CHAIN_MAX, MARK, Message, chain_of, circle, marked

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.sampled_from([MARK, "chain", "x"]), inner),
    max_leaves=12,
)


def a_message(template_id, chain=()):
    """Make a message of a template."""
    fields = {"user_key": "u:ann", "recipient": "ann", "enqueued": 1, "request_id": "m", "to": {}, "data": {}}
    return Message(environment_id=1, id="m", event="e", template_id=template_id, chain=chain, **fields)


@given(st.lists(st.sampled_from(["nt_a", "nt_b", "nt_c", "nt_d", "nt_e"]), max_size=40))
def test_every_chain_of_messages_ends(wishes):
    """Whatever events are mapped to, a message leads to so many others at most, and never to one of its template."""
    message = a_message("nt_first")
    caused = []
    for template_id in wishes:
        chain = chain_of({MARK: marked(message)})
        if not circle(chain, template_id):
            caused.append(template_id)
            message = a_message(template_id, chain)
    assert len(caused) < CHAIN_MAX
    assert len({"nt_first", *caused}) == 1 + len(caused)


@given(anything)
def test_whatever_a_context_holds_is_read(context):
    """A chain has a bounded number of bounded names, whatever came in."""
    chain = chain_of(context)
    assert len(chain) <= CHAIN_MAX
    assert all(isinstance(each, str) for each in chain)
    assert isinstance(circle(chain, "nt_a"), str)


def test_a_mark_survives_the_wire():
    """What one call carries is read from its JSON."""
    context = msgspec.json.decode(msgspec.json.encode({MARK: marked(a_message("nt_b", ("nt_a",)))}))
    assert chain_of(context) == ("nt_a", "nt_b")


def test_a_message_without_a_template_counts_too():
    """Inline content has no template; its message is one more in the chain all the same."""
    assert chain_of({MARK: marked(a_message(None))}) == ("",)

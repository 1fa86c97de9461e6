"""Laws of FQL: text and nodes say the same, and an expression has an answer for every call."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tidings.errors import InvalidInput
from tidings.filters import parse, write
from tidings.filters.explain import explain
from tidings.filters.functions import FUNCTIONS
from tidings.filters.glob import matcher
from tidings.filters.nodes import AllOf, AnyOf, Compare, Constant, Everything, Function, Many, Not, Path
from tidings.filters.program import compiled, paths_of
from tidings.filters.reading import Reader, at

KEYS = st.sampled_from(["event", "properties", "plan", "in", "all", "0", "a.b", "product 1", "ü", "-x", "\\", "'"])
PATHS = st.builds(Path, st.lists(KEYS | st.text(min_size=1, max_size=4), min_size=1, max_size=4).map(tuple))
NUMBERS = st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
CONSTANTS = st.builds(Constant, st.text(max_size=8) | NUMBERS | st.booleans() | st.none())


def _grown(nodes):
    of_one = [name for name, known in FUNCTIONS.items() if known.arity == 1]
    of_two = [name for name, known in FUNCTIONS.items() if known.arity == 2]
    several = st.lists(nodes, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Not, nodes),
        st.builds(AllOf, several),
        st.builds(AnyOf, several),
        st.builds(Many, st.lists(nodes, max_size=3).map(tuple)),
        st.builds(Compare, nodes, st.sampled_from(["=", "!=", ">", ">=", "<", "<=", "in"]), nodes),
        st.builds(Function, st.sampled_from(of_one), st.tuples(nodes)),
        st.builds(Function, st.sampled_from(of_two), st.tuples(nodes, nodes)),
    )


NODES = st.recursive(PATHS | CONSTANTS, _grown, max_leaves=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(NODES | st.just(Everything()))
def test_what_is_written_reads_back(node):
    """An expression written as text and read again is the same expression."""
    assert parse(write(node)) == node


@given(NODES, JSON)
def test_every_expression_has_an_answer_for_every_call(node, call):
    """Asking never raises, answers true or false, and answers the same again; explaining never raises either."""
    reader = Reader(paths_of(node))
    ask = compiled(node, reader.paths)
    row = reader.read(msgspec.json.encode(call), [None for _ in reader.stamped])

    assert ask(*row) in (True, False)
    assert ask(*row) is ask(*row)
    assert explain(node, dict(zip(reader.paths, row, strict=True)))


@given(st.lists(st.lists(KEYS, min_size=1, max_size=4).map(tuple), min_size=1, max_size=5), JSON)
def test_reading_by_shape_is_reading_whole(paths, call):
    """The decoder that skips all else finds what a walk through the whole call finds."""
    reader = Reader(paths)

    assert list(reader.read(msgspec.json.encode(call), [])) == [at(call, path) for path in reader.paths]


@given(st.text(max_size=40) | st.text("ab =!'()[],.<>in\\*1", max_size=40))
def test_any_text_is_read_or_refused(text):
    """Whatever is written, it is an expression, which can be asked, or a refusal."""
    try:
        node = parse(text)
    except InvalidInput:
        return
    assert compiled(node, paths_of(node))(*[None for _ in paths_of(node)]) in (True, False)


@given(st.text("ab*?[]^-\\", max_size=12), st.text("ab[]^-", max_size=12))
def test_globs_are_total(glob, text):
    """Any text is a glob, and it matches or does not."""
    assert matcher(glob)(text) in (True, False)


@given(st.lists(st.sampled_from("ab"), max_size=10).map("".join), st.text("ab*", max_size=8))
def test_globs_mean_what_their_definition_says(text, glob):
    """Stars alone: a glob matches when some way of filling its stars gives the text."""

    def fits(glob, text):
        if not glob:
            return not text
        if glob[0] == "*":
            return any(fits(glob[1:], text[start:]) for start in range(len(text) + 1))
        return text[:1] == glob[0] and fits(glob[1:], text[1:])

    assert matcher(glob)(text) is fits(glob, text)

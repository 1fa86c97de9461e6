"""FQL, asked as a destination asks it: text in, verdict out (segment.md §3.3)."""

import msgspec
import pytest

from tidings.errors import InvalidInput, TooLarge
from tidings.filters import Filter, Gate, parse, write
from tidings.filters.filter import Only
from tidings.filters.program import compiled, paths_of
from tidings.filters.reading import Reader

CALL = {
    "type": "track",
    "event": "Button Clicked",
    "userId": None,
    "context": {"library": {"name": "analytics.js", "version": "1.0"}, "page": {"path": "/login"}, "path": {}},
    "features": ["discounts", "dark-mode"],
    "properties": {
        "features": ["discounts", "dark-mode"],
        "product 1": {"price": 12},
        "a.b": 1,
        "$set": True,
        "vip": True,
        "name": "Ünïcode",
        "total": 30.5,
        "count": 3,
        "text": "3",
        "nothing": None,
        "products": [{"price": 5}, {"price": 7}],
        "at": "2026-01-02T03:04:05Z",
        "big": 12345678901234567890,
    },
}


def holds(text, call=CALL):
    """Evaluate an expression over a call."""
    node = parse(text)
    reader = Reader(paths_of(node))
    row = reader.read(msgspec.json.encode(call), [call.get(name) for name in reader.stamped])
    return compiled(node, reader.paths)(*row)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("event = 'Button Clicked'", True),
        ("context.path.path = '/login'", False),
        ("match(context.library.version, '1.*')", True),
        ("!contains(context.library.name, 'js')", False),
        ("'dark-mode' in properties.features", True),
        ("match('abc', 'ab')", False),
        ("match('', '*')", True),
        (r"match('ab*d', 'ab\*d')", True),
        (r"match('abxd', 'ab\*d')", False),
        ("match('abCd', 'ab[cC]d')", True),
        ("length(userId) < 1", True),
    ],
)
def test_the_documented_vectors(text, expected):
    """What Segment's documentation says of its examples is true here."""
    assert holds(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("all", True),
        ("true", True),
        ("null", False),
        ("'text'", False),
        ("1", False),
        ("properties.vip", True),
        ("properties.name", False),
        ("!properties.name", True),
        ("!null", True),
        ("null or true", True),
        ("null and true", False),
        ("a.b.c = null", True),
        ("properties.nothing = null", True),
        ("properties.nothing != null", False),
        (r"properties.product\ 1.price = 12", True),
        (r"properties.a\.b = 1", True),
        (r"properties.\$set", True),
        ("properties.products.1.price = 7", True),
        ("properties.products.9.price = null", True),
        ("properties.products.price = null", True),
        ("properties.count = 3", True),
        ("properties.count = 3.0", True),
        ("properties.count = '3'", False),
        ("properties.text = 3", False),
        ("properties.text != 3", True),
        ("properties.vip = 1", False),
        ("properties.vip != 1", True),
        ("properties.count = true", False),
        ("properties.vip in [1, 2]", False),
        ("properties.count in [1, 3]", True),
        ("properties.count in ['3']", False),
        ("event in ['Button Clicked', 'Other']", True),
        ("event in []", False),
        ("event in 'Button Clicked'", False),
        ("properties.features = ['discounts', 'dark-mode']", True),
        ("properties.features = ['dark-mode', 'discounts']", False),
        ("properties.total > 30", True),
        ("properties.total >= 30.5 and properties.total <= 30.5", True),
        ("30 < properties.total", True),
        ("properties.text > 1", False),
        ("properties.vip > 0", False),
        ("properties.nothing > 0", False),
        ("'b' > 'a'", False),
        ("properties.at < '2026-02-01'", True),
        ("properties.at >= '2026-01-02T03:04:05+00:00'", True),
        ("properties.at < 5", False),
        ("properties.big = 12345678901234567890", True),
        ("length(properties.name) = 9", True),
        ("length(properties.features) = 2", True),
        ("length(properties.total) = null", True),
        ("lowercase(event) = 'button clicked'", True),
        ("uppercase('a') = 'A'", True),
        ("lowercase(userId) = null", True),
        ("snakecase(event) = 'button_clicked'", True),
        ("kebabcase('OrderCompleted') = 'order-completed'", True),
        ("titlecase('order completed') = 'Order Completed'", True),
        ("typeof(event) = 'string'", True),
        ("typeof(userId) = 'null'", True),
        ("typeof(properties) = 'object'", True),
        ("typeof(properties.features) = 'list' and typeof(properties.vip) = 'bool'", True),
        ("typeof(properties.total) = 'number'", True),
        ("bool('true') and !bool('false') and bool(1) and !bool(0)", True),
        ("bool('yes') = null", True),
        ("string(properties.count) = '3' and string(true) = 'true' and string(null) = null", True),
        ("number(properties.text) = 3 and number('x') = null and number(' 1.5 ') = 1.5", True),
        ("contains(null, 'a') or match(null, '*')", False),
        ("contains(5, '5')", False),
        ("contains(event, event)", True),
        ("match(event, event)", True),
        ("false and true or true", True),
        ("false and (true or true)", False),
        ('event = "Button Clicked"', True),
        ("'it\\'s' = \"it's\"", True),
        ("  event\n  =\t'Button Clicked'  ", True),
        ("input = null and orders = null and android = null", True),
    ],
)
def test_what_expressions_mean(text, expected):
    """Types never mix, null counts as false, and nothing but true is true."""
    assert holds(text) is expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a == 'b'", "line 1, column 4: found `=` where a value could stand; equality is a single `=`"),
        ("a =", "line 1, column 4: found the end where a value could stand"),
        ("a =\n  ", "line 1, column 4: found the end"),
        ("a = 1 and\nb ! 2", "line 2, column 3: found `!`"),
        ("a && b", "line 1, column 3: found `&`"),
        ("a || b", "write `or`"),
        ("a = 'x", "line 1, column 5: found a text that does not end"),
        ("!a = 'b'", "put a comparison in brackets"),
        ("(a = 1", "line 1, column 7: found the end where `)` could stand"),
        ("foo(a)", "line 1, column 1: there is no function `foo`; there are contains"),
        ("b = 1 or contains(a)", "line 1, column 10: `contains` takes two values, and 1 stand here"),
        ("all and a", "found `and` where the end could stand"),
        ("a = 1 = 1", "column 7: found `=`"),
        ("a = 1e999", "this number is too large"),
        ("a = " + "1" * 80, "a number has 64 characters at most"),
        ("ä = 1", "line 1, column 1: found `ä`"),
        ("", "is empty"),
    ],
)
def test_a_refusal_says_where_and_what(text, words):
    """What is no FQL is refused with line, column, what was found and what could stand there."""
    with pytest.raises(InvalidInput) as refused:
        parse(text)
    assert words in refused.value.message


def test_an_expression_is_bounded():
    """Expressions are bounded in bytes and depth, and what is refused costs nobody their stack."""
    with pytest.raises(TooLarge):
        parse("a = '" + "x" * 5200 + "'")
    with pytest.raises(TooLarge):
        parse("a = '" + "ä" * 2600 + "'")
    with pytest.raises(TooLarge):
        parse("(" * 2000 + "a" + ")" * 2000)
    with pytest.raises(TooLarge):
        parse("!" * 2000 + "a")
    assert holds("!" * 30 + "true")
    assert holds(" or ".join(["a = 1"] * 400) + " or true")


def test_an_escaped_word_is_a_path():
    """An escaped word of the language is a path, and is written so again."""
    assert write(parse(r"\in = 1 and \all = 2")) == r"\in = 1 and \all = 2"


def test_a_filter_that_cannot_be_read_lets_nothing_through():
    """A condition that no longer parses keeps every call back, so that it cannot leak what it was to keep."""
    broken = Filter(id="f1", title="broken", condition="a ==", actions=(Only(),))

    verdict = Gate([broken]).judge(b"{}", lambda _: None, 1)

    assert not verdict.passes
    assert "cannot be read" in verdict.why

import json

import pytest

from tidings.errors import InvalidInput
from tidings.ingest.json_text import cut_deep, depth, is_deep, mend, parse, write


def through(text: bytes):
    """Read and write, as a call that is read patiently."""
    value, warnings = mend(parse(text))
    return write(value), warnings


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        (b'{"a":NaN}', b'{"a":null}'),
        (b"[Infinity,-Infinity,1e400,-1e400]", b"[null,null,null,null]"),
        (b"[" + b"1" * 4301 + b"]", b"[null]"),
    ],
)
def test_numbers_that_nothing_can_hold_become_null(text, mended) -> None:
    """Rows 3 and 10: NaN, infinities and overflows are null, and a warning says so."""
    assert through(text) == (mended, ("number_out_of_range",))


@pytest.mark.parametrize("text", [b"157963456373623802123456", b"0.1000000000000000000000000000000000000001", b"39.90"])
def test_numbers_keep_every_digit(text) -> None:
    """Row 10: integers of any size and long decimals pass unchanged."""
    assert through(text) == (text, ())


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        (rb'"a\u0000b"', "a\ufffdb"),
        (rb'"\ud800"', "\ufffd"),
        (rb'"x\ude00y"', "x\ufffdy"),
        (rb'"\ud83d\ud83d\ude00"', "\ufffd😀"),
    ],
)
def test_text_that_no_storage_takes_is_replaced(text, mended) -> None:
    """Row 8: NUL and halves of surrogate pairs become U+FFFD, in values and in keys."""
    assert through(text) == (json.dumps(mended, ensure_ascii=False).encode(), ("text_mended",))
    assert through(b"{" + text + b":1}")[1] == ("text_mended",)


def test_good_text_is_kept() -> None:
    """Row 9: emoji, right-to-left and combining marks pass as they are."""
    text = '{"🎉é\u0301":"שלום"}'.encode()
    assert through(text) == (text, ())


def test_the_last_of_equal_keys_wins() -> None:
    """Row 5: an object with a key twice keeps the last value."""
    assert through(b'{"a":1,"a":2}') == (b'{"a":2}', ())


@pytest.mark.parametrize("text", [b"", b"{", b"{'a':1}", b"[1,]", b"1 2", b'"\x01"', b"nul"])
def test_what_is_no_json_is_refused(text) -> None:
    """Row 2: leniency has its limits."""
    with pytest.raises(InvalidInput):
        parse(text)


@pytest.mark.parametrize(
    ("text", "deep"),
    [
        (b"1", 0),
        (b"{}", 1),
        (b'{"a":[{}]}', 3),
        (b'"[[[["', 0),
        (rb'"\"[[[["', 0),
        (b'["', 1),
        (b"[" * 9, 9),
        (b"][", 0),
    ],
)
def test_depth_counts_brackets_outside_of_texts(text, deep) -> None:
    """Depth is told of any bytes; brackets in texts do not count."""
    assert depth(text) == deep


def test_depth_of_hostile_text_takes_one_pass() -> None:
    """Half a megabyte of quotes that never close is judged at once."""
    assert depth(b'"' + rb"\"" * 250_000) == 0


def test_what_lies_too_deep_is_cut() -> None:
    """A value below the limit is replaced, and what stands beside it stays."""
    text = b'{"a":' + b"[" * 9999 + b"]" * 9999 + b',"b":[1]}'
    assert cut_deep(text, 2) == b'{"a":[0],"b":[1]}'
    assert not is_deep(cut_deep(text, 2))


def test_mending_refuses_what_lies_too_deep() -> None:
    """Sixty-four levels pass, one more does not."""
    assert mend(parse(b"[" * 64 + b"]" * 64))
    with pytest.raises(InvalidInput) as refusal:
        mend(parse(b"[" * 65 + b"]" * 65))
    assert refusal.value.code == "too_deep"

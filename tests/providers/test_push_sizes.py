"""Push notifications within the bytes that each platform takes."""

import msgspec
import pytest

from tidings.channels import PushContent
from tidings.providers import apn, expo, firebase_fcm, web_push
from tidings.providers.push import PAYLOAD_BYTES_MAX, fitted

PLATFORMS = [
    (apn._payload, PAYLOAD_BYTES_MAX, lambda laid: laid["aps"]["alert"]["body"]),
    (firebase_fcm._payload, PAYLOAD_BYTES_MAX, lambda laid: laid["notification"]["body"]),
    (expo._payload, PAYLOAD_BYTES_MAX, lambda laid: laid["body"]),
    (web_push._payload, web_push.PLAIN_BYTES_MAX, lambda laid: laid["body"]),
]


@pytest.mark.parametrize(("lay_out", "longest", "body_of"), PLATFORMS)
@pytest.mark.parametrize("body", ["word " * 800, "🎉" * 1000, '"\n' * 2000, "ä" * 4000])
def test_the_body_is_cut_to_what_the_platform_takes(lay_out, longest, body_of, body):
    """Whatever letters it has: it fits, as much of it as may stay does, and data stay whole."""
    push = PushContent(to="a", title="Title", body=body, data={"order": "x" * 500, "n": 5})
    laid = fitted(push, lay_out, longest)

    assert longest - len(body) / 2 - 16 < len(msgspec.json.encode(laid)) <= longest
    kept = body_of(laid)
    assert kept.endswith("…")
    assert body.startswith(kept[:-1])
    rest = lay_out(msgspec.structs.replace(push, body=kept))
    assert laid == rest


@pytest.mark.parametrize(("lay_out", "longest", "body_of"), PLATFORMS)
def test_what_fits_is_left_alone(lay_out, longest, body_of):
    """So is what would not fit without any body: the platform says what is wrong with it."""
    short = PushContent(to="a", title="T", body="b")
    assert fitted(short, lay_out, longest) == lay_out(short)
    large = PushContent(to="a", title="T", body="b", data={"x": "x" * 5000})
    assert fitted(large, lay_out, longest) == lay_out(large)
    assert body_of(lay_out(large)) == "b"

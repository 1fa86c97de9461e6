"""Pixels: a call in the address of a picture (segment.md §1.14, §7 row 57)."""

import base64
import json
from urllib.parse import quote, urlencode

import pytest

CALL = {"userId": "ann", "event": "Email Opened", "messageId": "m1", "properties": {"subject": "ÿ>?~ Überraschung"}}


def plain(text: bytes) -> str:
    """Write base64 as most do."""
    return base64.b64encode(text).decode()


SPELLINGS = {
    "standard": plain,
    "without padding": lambda text: plain(text).rstrip("="),
    "for URLs": lambda text: base64.urlsafe_b64encode(text).decode(),
    "for URLs, without padding": lambda text: base64.urlsafe_b64encode(text).decode().rstrip("="),
    "blanks where a plus stood": lambda text: plain(text).replace("+", " "),
}


def is_picture(answer):
    """Tell that a browser would show nothing, and keep nothing."""
    return (
        answer.status_code == 200
        and answer.headers["content-type"] == "image/gif"
        and answer.headers["cache-control"] == "no-store"
    )


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_data_is_read_in_every_spelling(doors, spelling) -> None:
    """§1.14: base64 in both alphabets, padded or not, with blanks for pluses; the type is the path's."""
    for padding in ("", " ", "  "):  # moves the text along base64's groups of three
        body = json.dumps({**CALL, "writeKey": doors.write_key, "x": padding}, ensure_ascii=False).encode()
        data = quote(SPELLINGS[spelling](body))
        async with doors.client(Other="1") as client:
            answer = await client.get(f"/v1/pixel/track?data={data}")
        assert is_picture(answer)
        assert answer.content.startswith(b"GIF89a")
        [record] = await doors.kept()
        assert (record.type, record.user_id, record.name, record.discarded) == ("track", "ann", "Email Opened", "")
        kept = json.loads(record.body)
        assert kept["properties"] == CALL["properties"]
        assert "writeKey" not in kept


async def test_dotted_parameters_spell_a_call(doors) -> None:
    """§1.14: without `data` the parameters are the call, all of them texts; the last of two that clash wins."""
    query = [
        ("writeKey", doors.write_key),
        ("userId", "123"),
        ("event", "Email Opened"),
        ("properties.subject", "Hi & welcome"),
        ("properties.campaign.name", "May"),
        ("context.a", "1"),
        ("context.a.b", "2"),
    ]
    async with doors.client(Other="1") as client:
        assert is_picture(await client.get(f"/v1/pixel/track?{urlencode(query)}"))
    [record] = await doors.kept()
    assert record.user_id == "123"
    body = json.loads(record.body)
    assert body["properties"] == {"subject": "Hi & welcome", "campaign": {"name": "May"}}
    assert body["context"] == {"a": {"b": "2"}, "ip": "203.0.113.9"}


@pytest.mark.parametrize("kind", ["track", "identify", "page", "screen", "group", "alias"])
@pytest.mark.parametrize("path", ["/v1/pixel/", "/pixel/v1/"])
async def test_every_type_has_its_pixel(doors, kind, path) -> None:
    """§1.1, §2.6: six paths of Segment's and RudderStack's, also on HEAD."""
    query = urlencode({**CALL, "writeKey": doors.write_key, "groupId": "g", "previousId": "x", "properties": ""})
    query = query.replace("properties=", "x=")
    async with doors.client(Other="1") as client:
        for ask in (client.get, client.head):
            assert is_picture(await ask(f"{path}{kind}?{query}"))
    assert [(record.type, record.discarded) for record in await doors.kept()] == [(kind, "")] * 2


BAD = {
    "no data": "",
    "bad base64": "data=!!!!",
    "no JSON": "data=" + plain(b"hello"),
    "no object": "data=" + plain(b"[1]"),
    "bad UTF-8": "data=%ff%fe",
    "no write key": urlencode({"userId": "ann", "event": "x"}),
    "a stranger's key": urlencode({"userId": "ann", "event": "x", "writeKey": "nobody"}),
    "too long": "data=" + "A" * 60_000,
    "too many fields": "&".join(f"a{at}=1" for at in range(1200)),
    "too deep": "writeKey={key}&userId=ann&event=x&" + ".".join("a" * 200) + "=1",
}


@pytest.mark.parametrize("why", BAD)
async def test_whatever_is_wrong_the_picture_is_right(doors, why) -> None:
    """Row 57: always 200 and the picture; nothing good is made of it."""
    query = BAD[why].replace("{key}", doors.write_key)
    async with doors.client(Other="1") as client:
        assert is_picture(await client.get(f"/v1/pixel/track?{query}"))
    assert [record.discarded for record in await doors.kept()] == (["too_deep"] if why == "too deep" else [])


async def test_a_bad_call_is_kept_with_its_reason(doors) -> None:
    """Row 57: a discarded call with a good key is in the log, since nobody sees a pixel fail."""
    query = urlencode({"userId": "ann", "writeKey": doors.write_key})
    async with doors.client(Other="1") as client:
        assert is_picture(await client.get(f"/v1/pixel/track?{query}"))
    [record] = await doors.kept()
    assert (record.discarded, record.user_id) == ("event_not_defined", "ann")


async def test_other_methods_find_no_picture(doors) -> None:
    """Pictures are read; calls are posted elsewhere."""
    async with doors.client() as client:
        assert (await client.post("/v1/pixel/track", json=CALL)).status_code == 404
        assert (await client.get("/v1/pixel/nothing")).status_code == 404

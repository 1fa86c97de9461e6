"""Laws of keeping secrets out of requests that are shown."""

import asyncio
import base64
import re
from urllib.parse import quote, quote_plus

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from tidings.channels import Attachment, ChatContent, EmailContent
from tidings.providers.base import Account, secret_fields
from tidings.providers.catalog import CATALOG, catalog_entry, decode_settings
from tidings.providers.redaction import forms_of, swept
from tidings.providers.scribe import written
from tidings.testing.stands import STANDS, dispatch_of

few = settings(deadline=None, max_examples=5)
secrets = st.text("aZ09+/=-_&%#?:;.\"\\'<>{}é漢😀", min_size=5, max_size=30).map(lambda drawn: f"Zq9{drawn}")
_TOKEN = "xoxb-of-the-profile"
_WEBHOOK = {
    "url": f"https://ann:{_TOKEN}@hooks.test/{_TOKEN}?sig={_TOKEN}",
    "headers": {"X-Hook": _TOKEN},
    "authentication": {"mode": "basic", "username": "ann", "password": _TOKEN},
}
ADDRESSES = {
    "slack": [{"channel": "room"}, {"email": "ann@example.com", "access_token": _TOKEN}],
    "msteams": [
        {"conversation_id": "19:room"},
        {"url": f"https://teams.test/webhook/{_TOKEN}"},
        {"email": "ann@example.com", "tenant_id": "t"},
        {"team_id": "g", "channel_name": "Orders", "tenant_id": "t"},
    ],
    "discord": [{"channel_id": "1"}, {"user_id": "2"}],
    "webhook": [{"static": True}, _WEBHOOK],
}


def _browser():
    point = ec.derive_private_key(7, ec.SECP256R1()).public_key()
    raw = point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    keys = {"p256dh": base64.urlsafe_b64encode(raw).decode(), "auth": base64.urlsafe_b64encode(b"a" * 16).decode()}
    return {"endpoint": f"https://push.test/{_TOKEN}", "keys": keys}


def _addresses(key):
    if key == "web-push":
        return [msgspec.json.encode(_browser()).decode()]
    return [msgspec.json.encode(address).decode() for address in ADDRESSES.get(key, ())] or ["+4915112345678"]


def settings_of(key, values):
    """Fill in a provider's settings: each secret with the next of the values."""
    given = {"from": "+4915199999999", "url": "https://hooks.test/in", "auth": "bearer", "username": "me"}
    if key == "smtp":  # there, it is another name of the sender's address
        del given["from"]
    for name, told in catalog_entry(key)["settings"].items():
        if told["required"]:
            given[name] = "example.test"
    given |= dict(zip(secret_fields(CATALOG[key].settings), values, strict=False))
    if key == "firebase-fcm":
        account = {"project_id": "shop", "client_email": "me@shop.test", "private_key": values[0]}
        given["service_account_json"] = msgspec.json.encode(account).decode()
    return decode_settings(key, given)


def spelt(secret):
    """Every spelling of a secret that somebody could read it from."""
    raw = secret.encode()
    plain = {secret, quote(secret, safe=""), quote_plus(secret), raw.hex(), msgspec.json.encode(secret).decode()[1:-1]}
    return plain | {base64.b64encode(raw).decode().rstrip("="), base64.urlsafe_b64encode(raw).decode().rstrip("=")}


def read_through(text):
    """What stands in a text, and in whatever of it is base64."""
    found = [text]
    for piece in re.findall(r"[A-Za-z0-9+/_-]{8,}", text):
        for offset in range(4):
            part = piece[offset:].replace("-", "+").replace("_", "/")
            found.append(base64.b64decode(part[: len(part) // 4 * 4]).decode("utf-8", "replace"))
    return "\n".join(found)


@pytest.mark.parametrize("key", sorted(CATALOG))
@few
@given(values=st.lists(secrets, min_size=4, max_size=4, unique=True))
def test_no_request_tells_a_secret(key, values):
    """Of no provider: neither a secret of its settings, nor one of the profile, nor anything that encodes one.

    Not even where the words of the message, its links, its overrides or its address repeat it.
    """
    fields, own = {}, values[: len(secret_fields(CATALOG[key].settings))]
    if key not in STANDS:
        fields["content"] = (
            EmailContent(to="ann@example.com", subject="Hi", html="<p>Hello</p>", text="Hello")
            if key == "smtp"
            else ChatContent(to="", text="Hello")
        )
    for address in _addresses(key):
        dispatch = msgspec.structs.replace(
            _dispatch(key, fields),
            address=address,
            override=_override(key, own),
        )
        dispatch = _repeating(dispatch, own)
        account = Account(email_from="Shop <shop@shop.test>", receipts_url="https://shop.test/receipts/pc_1")
        told = asyncio.run(written(CATALOG[key], settings_of(key, values), account, dispatch))
        assert bool(told.requests or told.mail) == (key != "apprise"), told
        text = msgspec.json.encode(told).decode()
        seen = text + read_through(text)
        for secret in [*own, _TOKEN]:
            for spelling in spelt(secret):
                assert spelling not in seen, told


def _override(key, own):
    """Let a message change what a provider lets it, with secrets in it."""
    every = {
        "headers": {"X-Token": _TOKEN, "X-Note": own[0]},
        "body": {"api_key": _TOKEN, "note": f"api:{own[-1]}"},
    }
    none = {"web-push": {"body"}, "apprise": {"body", "headers"}}
    return {name: each for name, each in every.items() if name not in none.get(key, ())}


def _dispatch(key, fields):
    if key in STANDS:
        return dispatch_of(key, address="")
    return msgspec.structs.replace(
        dispatch_of("postmark" if key == "smtp" else "slack", address=""),
        channel=CATALOG[key].provider.channel,
        **fields,
    )


def _repeating(dispatch, own):
    """Let the words of a message repeat secrets, as they are and spelt otherwise."""
    words = " ".join(f"{one} {quote(one, safe='')} {base64.b64encode(f'api:{one}'.encode()).decode()}" for one in own)
    content = dispatch.content
    for name in ("text", "html", "body", "content", "title"):
        if isinstance(getattr(content, name, None), str):
            content = msgspec.structs.replace(content, **{name: words})
    if isinstance(content, EmailContent):
        file = Attachment(filename="a.txt", data=own[0].encode())
        content = msgspec.structs.replace(content, attachments=(file,))
    return msgspec.structs.replace(dispatch, content=content)


@settings(deadline=None)
@given(secret=secrets, before=st.binary(max_size=7), after=st.binary(max_size=7))
def test_a_secret_is_found_in_base64_wherever_it_stands(secret, before, after):
    """What is before and after it moves its letters; it is found all the same, and what remains does not tell it."""
    text = base64.b64encode(before + secret.encode() + after).decode()
    assert secret not in read_through(swept(text, forms_of(secret)))


@settings(deadline=None)
@given(secret=st.text(max_size=5))
def test_short_words_are_left_in_texts(secret):
    """What has fewer than six letters is in no text looked for: it stands in ordinary words."""
    assert forms_of(secret) == ()

"""One document in every form, as somebody looked at it. `GOLDEN=write` renews the files; then look again."""

import os
from pathlib import Path

import msgspec
import pytest

from tidings.brands import Brand
from tidings.rendering import Manner, Renderer, Variables

HERE = Path(__file__).parent
SOURCE = msgspec.json.decode((HERE / "order.json").read_bytes())
VARIABLES = Variables(
    data={
        "order": {"id": "A-7", "total": 39.9, "address": "1 Main St, <b>*Springfield*</b> <!channel>"},
        "items": [{"name": "Socks & co", "price": 19.9}, {"name": "Hat_", "price": 20}],
    },
    profile={"name": "Änne 🎉", "email": "a@x.test"},
)
BRAND = Brand(
    environment_id=1,
    id="acme",
    name="Acme",
    created=1,
    updated=1,
    published=1,
    settings={
        "colors": {"primary": "#7c3aed"},
        "email": {
            "header": {"barColor": "#7c3aed", "logo": {"image": "https://x.test/logo.png", "href": "https://x.test"}},
            "footer": {"markdown": "Acme Ltd · [Leave]({{urls.preferences}})", "social": {"twitter": {"url": "https://x.test/t"}}},
        },
    },
)  # fmt: skip
FORMS = [
    ("email", "smtp"), ("sms", "twilio"), ("push", "firebase-fcm"), ("inbox", "courier"), ("webhook", "webhook"),
    ("direct_message", "viber"), ("direct_message", "slack"), ("direct_message", "msteams"),
    ("direct_message", "discord"), ("direct_message", "telegram"), ("direct_message", "whatsapp"),
]  # fmt: skip


@pytest.mark.parametrize(("channel", "provider"), FORMS)
def test_every_form_is_as_it_was_looked_at(channel, provider):
    """The order's confirmation on each channel is what was approved by eye."""
    said = (
        Renderer()
        .render(
            channel,
            SOURCE,
            cache_key=None,
            variables=VARIABLES,
            recipient="ann",
            provider=provider,
            manner=Manner(brand=BRAND),
        )
        .content
    )
    written = msgspec.json.format(msgspec.json.encode(said), indent=1) + b"\n"
    golden = HERE / f"order.{provider}.json"
    if os.environ.get("GOLDEN") == "write":
        golden.write_bytes(written)
    assert written == golden.read_bytes()


def test_a_document_by_hand_is_as_it_was_looked_at():
    """Scripts, handlers and addresses that run are gone; all else is untouched, Outlook's comments too."""
    raw = {"html": (HERE / "raw.html").read_text(), "subject": "Order"}
    source = {"version": "2022-01-01", "elements": [{"type": "channel", "channel": "email", "raw": raw}]}
    variables = Variables(data={"order": {"id": 'A"7'}, "name": "<script>1</script>"}, profile={})
    html = Renderer().render("email", source, cache_key=None, variables=variables, recipient="a@x.test").content.html
    path = HERE / "raw.cleaned.html"
    if os.environ.get("GOLDEN") == "write":
        path.write_text(html)
    assert html == path.read_text()

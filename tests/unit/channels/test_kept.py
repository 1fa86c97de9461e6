"""What the log keeps of a content can be laid over it again."""

import pytest

from tidings.channels import (
    Button,
    ChatContent,
    DiscordContent,
    EmailContent,
    InboxContent,
    PushContent,
    SlackContent,
    SmsContent,
    TeamsContent,
    TelegramContent,
    WebhookContent,
    WhatsAppContent,
    WhatsAppTemplate,
)

PAIRS = [
    (
        EmailContent(to="a", sender="s", subject="Hi", html="<p>", text="t"),
        EmailContent(to="a", sender="s", subject="", html="", text=""),
    ),
    (SmsContent(to="a", body="Hi", media=("m",)), SmsContent(to="a", body="", media=("m",))),
    (PushContent(to="a", title="T", body="B", icon="i"), PushContent(to="a", title="", body="", icon="i")),
    (InboxContent(to="a", title="T", preview="p", body="B"), InboxContent(to="a", title="", preview="p", body="")),
    (WebhookContent(to="a", payload={"a": [1]}), WebhookContent(to="a", payload=None)),
    (
        ChatContent(to="a", title="T", text="x", actions=(Button(content="b", href="h"),)),
        ChatContent(to="a", text="", actions=(Button(content="b", href="h"),)),
    ),
    (SlackContent(to="a", text="x", blocks=({"type": "divider"},)), SlackContent(to="a", text="", blocks=())),
    (TeamsContent(to="a", text="x", card={"type": "AdaptiveCard"}), TeamsContent(to="a", text="", card={})),
    (
        DiscordContent(to="a", content="x", embeds=({"image": {}},), components=({"type": 1, "components": []},)),
        DiscordContent(to="a", content=""),
    ),
    (TelegramContent(to="a", text="x"), TelegramContent(to="a", text="")),
    (WhatsAppContent(to="a", body="x"), WhatsAppContent(to="a", body="")),
    (
        WhatsAppContent(to="a", body="x", media=("https://x.test/1.png",)),
        WhatsAppContent(to="a", body="", template=WhatsAppTemplate(name="other", language="de")),
    ),
    (
        WhatsAppContent(to="a", body="x", template=WhatsAppTemplate(name="n", language="en", components=({"a": 1},))),
        WhatsAppContent(to="a", body="", template=WhatsAppTemplate(name="other", language="de")),
    ),
]


@pytest.mark.parametrize(("sent", "again"), PAIRS, ids=lambda content: type(content).__name__)
def test_what_was_kept_is_laid_over_another_content(sent, again):
    """Of every channel: whatever the log keeps is then what was sent, and the rest stays."""
    assert again.with_parts(sent.parts()) == sent
    assert again.with_parts({}) == again
    odd = dict.fromkeys(("html", "text", "subject", "title", "blocks"), 7)
    assert again.with_parts(odd) == again

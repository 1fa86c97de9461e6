"""What an author is told of a message before anybody gets it."""

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
    WhatsAppContent,
    WhatsAppTemplate,
)
from tidings.rendering.warnings import warnings_of


def email(html="<p>x</p>", subject="Hi", text="x"):
    """An email."""
    return EmailContent(to="a", subject=subject, html=html, text=text)


def section(text, kind="section"):
    """A block of Slack."""
    return {"type": kind, "text": {"type": "mrkdwn", "text": text}}


def slack(*blocks):
    """A message to Slack."""
    return SlackContent(to="a", text="x", blocks=blocks)


def whatsapp(*texts):
    """A template with these values."""
    body = {"type": "body", "parameters": [{"type": "text", "text": text} for text in texts]}
    return WhatsAppContent(to="a", body="", template=WhatsAppTemplate(name="hi", language="en", components=(body,)))


BUTTON = Button(content="Go", href="http://x.test")
ROW = {"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "x" * 76}}]}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (email('<img src="x">'), "an image has no alternative text"),
        (email('<img src="x" alt="">'), "an image has an empty alternative text"),
        (email('<a href="http://x.test/a">x</a>'), "a link has no https: http://x.test/a"),
        (email(subject="x" * 61), "the subject has 61 characters: most mailboxes show 60"),
        (email(subject=""), "the email has no subject"),
        (email(text=" "), "the email has no plain text"),
        (email("x" * 110_000), "Gmail clips it after 102 kB"),
        (SmsContent(to="a", body="x" * 161), "2 segments in GSM-7: it costs 2 messages"),
        (SmsContent(to="a", body="x" * 70 + "\u2013"), "2 segments in UCS-2: it costs 2 messages"),
        (SmsContent(to="a", body="\u2013"), "is outside of GSM-7: a segment holds 70 characters instead of 160"),
        (SmsContent(to="a", body="x" * 1597 + "..."), "gateways take 1600 characters: the text was cut"),
        (SmsContent(to="a", body="x", media=("https://x.test",)), "sent as MMS"),
        (SmsContent(to="a", body="http://x.test"), "a link has no https"),
        (PushContent(to="a", title="x" * 51, body=""), "the title has 51 characters: iOS shows about 50"),
        (PushContent(to="a", title="", body="x" * 241), "the body has 241 characters: Android shows about 240"),
        (PushContent(to="a", title="", body="", data={"x": "x" * 5000}), "APNs, FCM and Expo refuse more than 4096"),
        (PushContent(to="a", title="t", body="x" * 4000), "the body is cut for browsers, which take 3993 bytes"),
        (PushContent(to="a", title="t", body="x" * 100, data={"x": "x" * 4000}), "the body is cut for APNs"),
        (PushContent(to="a", title="", body="", actions=(BUTTON,)), "a link has no https"),
        (PushContent(to="a", title="", body="", image="http://x.test/i"), "a link has no https: http://x.test/i"),
        (slack({"type": "image", "image_url": "http://x.test/i", "alt_text": "A box"}), "a link has no https"),
        (slack({"type": "image", "image_url": "https://x.test/i", "alt_text": "picture"}), "no alternative text"),
        (TeamsContent(to="a", text="", card={"body": [{"altText": "picture"}]}), "an image has no alternative text"),
        (DiscordContent(to="a", content="", embeds=({"image": {"url": "http://x.test/i"}},)), "a link has no https"),
        (slack(*[section("x")] * 50), "Slack shows 50 blocks at most"),
        (slack(section("x" * 3001)), "blocks[0] (section) has 3001 characters where Slack takes 3000: it is refused"),
        (slack(section("x" * 149 + "…", "header")), "blocks[0] (header) was cut: Slack takes 150 characters there"),
        (slack(ROW), "blocks[0] (actions) has 76 characters where Slack takes 75"),
        (DiscordContent(to="a", content="x" * 2000), "Discord takes 2000 characters: the text was cut"),
        (InboxContent(to="a", title="", preview="", body="x"), "the message has no title"),
        (TeamsContent(to="a", text="", card={"url": "http://x.test"}), "a link has no https: http://x.test"),
        (ChatContent(to="a", text="http://x.test"), "a link has no https"),
        (TeamsContent(to="a", text="", card={"body": [{"text": "…"}]}), "Teams takes cards of 28 kB: this one was cut"),
        (TelegramContent(to="a", text="x" * 4000 + "…"), "the text was cut"),
        (WhatsAppContent(to="a", body="x"), "WhatsApp takes text within 24 hours"),
        (WhatsAppContent(to="a", body="x", media=("https://x.test/1.gif",)), "the words are sent without a picture"),
        (WhatsAppContent(to="a", body="", media=("https://x.test/1", "https://x.test/2")), "the first is sent"),
        (WhatsAppContent(to="a", body="", media=("http://x.test/1",)), "a link has no https: http://x.test/1"),
        (whatsapp(""), "a value of the template is empty"),
        (whatsapp("x" * 600, "x" * 600), "more than the 1024 characters"),
    ],
)  # fmt: skip
def test_what_would_go_wrong_is_told(content, told):
    """Each thing that would look or cost other than meant has its sentence."""
    assert any(told in warning for warning in warnings_of(content))


@pytest.mark.parametrize(
    "content",
    [
        email('<img src="x" alt="A box"><a href="https://x.test">x</a>'),
        SmsContent(to="a", body="Hello"),
        PushContent(to="a", title="Hi", body="Hello"),
        slack(section("x" * 3000), {"type": "image", "image_url": "https://x.test/i", "alt_text": "A box"}),
        TeamsContent(to="a", text="", card={"$schema": "http://adaptivecards.io/schemas/adaptive-card.json"}),
        whatsapp("Ann"),
    ],
)
def test_what_is_well_says_nothing(content):
    """A message within the limits has no warnings."""
    assert warnings_of(content) == []

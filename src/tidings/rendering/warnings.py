"""What a rendered message would look like where it arrives, and cost."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from tidings.channels import (
    WHATSAPP_CAPTION_MAX,
    Button,
    ChannelContent,
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
    segments,
)
from tidings.rendering.chats import DISCORD_MAX
from tidings.rendering.teams import CARD_BYTES_MAX, MORE
from tidings.rendering.texts import CHAT_MAX, SMS_MAX

SUBJECT_SHOWN = 60
"""Characters that most mailboxes show; phones show about forty."""
HTML_CLIPPED = 102 * 1024
"""Bytes after which Gmail clips."""
PUSH_SHOWN = {"iOS": (50, 150), "Android": (65, 240)}
"""Characters of title and body that a phone shows before the notification is opened, about: fonts and phones differ."""
PUSH_PAYLOADS = {"APNs, FCM and Expo": 4_096, "browsers": 3_993}
"""Bytes of a payload, as JSON."""
SLACK_TEXTS = {"header": 150, "section": 3_000, "context": 3_000}
"""Characters that Slack takes in a block's text; it refuses the whole message for one more."""
SLACK_LABEL_MAX = 75
WHATSAPP_BODY_MAX = 1_024
"""Characters of an approved template's body, once its values are filled in."""
_IMAGE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_ALT = re.compile(r"\balt\s*=\s*(?:\"\s*\S|'\s*\S)", re.IGNORECASE)
_DECORATIVE = re.compile(r"\balt\s*=\s*(?:\"\"|'')", re.IGNORECASE)
_WORDLESS = re.compile(r"\"alt_?text\":\"(?:picture)?\"", re.IGNORECASE)
"""As Slack's and Teams' renderers write a picture that has no words: both want some."""
_PLAIN_LINK = re.compile(r"http://[^\s\"'<>)]+", re.IGNORECASE)


def warnings_of(content: ChannelContent) -> list[str]:
    """List what an author should know."""
    return list(dict.fromkeys(_all(content)))


def _all(content: ChannelContent) -> Iterator[str]:
    match content:
        case EmailContent():
            yield from _email(content)
        case SmsContent():
            yield from _sms(content)
        case PushContent():
            yield from _push(content)
        case InboxContent(title=title, body=body):
            if not title:
                yield "the message has no title, which the inbox shows in bold"
            yield from _links(body)
        case _:
            yield from _chat(content)
    yield from _buttons(getattr(content, "actions", ()))


def _chat(content: ChannelContent) -> Iterator[str]:
    match content:
        case SlackContent():
            yield from _slack(content)
        case WhatsAppContent():
            yield from _whatsapp(content)
        case DiscordContent(content=text):
            if len(text) >= DISCORD_MAX:
                yield f"Discord takes {DISCORD_MAX} characters: the text was cut"
            yield from _links(text)
            yield from _drawn((content.embeds, content.components))
        case TeamsContent(card=card):
            if [one for one in card.get("body", ())[-1:] if one.get("text") == MORE]:
                yield f"Teams takes cards of {CARD_BYTES_MAX // 1024} kB: this one was cut"
            yield from _drawn(card)
        case ChatContent(text=text) | TelegramContent(text=text):
            if len(text) > CHAT_MAX * 3 // 4 and text.endswith("…"):
                yield f"chats take about {CHAT_MAX} characters: the text was cut"
            yield from _links(text)


def _email(content: EmailContent) -> Iterator[str]:
    if not content.subject:
        yield "the email has no subject"
    elif len(content.subject) > SUBJECT_SHOWN:
        yield f"the subject has {len(content.subject)} characters: most mailboxes show {SUBJECT_SHOWN}"
    size = len(content.html.encode())
    if size > HTML_CLIPPED:
        yield f"the HTML has {size // 1024} kB: Gmail clips it after 102 kB"
    for image in _IMAGE.findall(content.html):
        if not _ALT.search(image) and not _DECORATIVE.search(image):
            yield "an image has no alternative text"
    if re.search(r'<img\b[^>]*\balt=""', content.html):
        yield "an image has an empty alternative text: give it one unless it is decoration"
    if content.html and not content.text.strip():
        yield "the email has no plain text"
    yield from _links(content.html + " " + content.text)


def _sms(content: SmsContent) -> Iterator[str]:
    body = content.body
    found = segments(body)
    if found.count > 1:
        yield f"{found.count} segments in {found.encoding}: it costs {found.count} messages"
    if found.encoding == "UCS-2":
        odd = next((character for character in body if segments(character).encoding == "UCS-2"), "")
        yield f"{odd!r} is outside of GSM-7: a segment holds 70 characters instead of 160"
    if len(body) >= SMS_MAX - 3 and body.endswith("..."):
        yield f"gateways take {SMS_MAX} characters: the text was cut"
    if content.media:
        yield "with a picture it is sent as MMS where the provider speaks it, which costs more"
    yield from _links(body)


def _push(content: PushContent) -> Iterator[str]:
    for platform, (title, body) in PUSH_SHOWN.items():
        for name, text, shown in (("title", content.title, title), ("body", content.body, body)):
            if len(text) > shown:
                yield f"the {name} has {len(text)} characters: {platform} shows about {shown}"
    data = len(msgspec.json.encode(content.data)) + len(content.title.encode())
    for platform, most in PUSH_PAYLOADS.items():
        if data > most:
            yield f"title and data have {data} bytes: {platform} refuse more than {most}; send less data"
        elif data + len(content.body.encode()) > most:
            yield f"the body is cut for {platform}, which take {most} bytes with title and data"
    yield from _links(content.image)


def _slack(content: SlackContent) -> Iterator[str]:
    if len(content.blocks) >= 50:
        yield "Slack shows 50 blocks at most: what is below the last is left out"
    for index, block in enumerate(content.blocks):
        kind = block.get("type")
        for text, longest in _slack_texts(block):
            if len(text) > longest:
                yield f"blocks[{index}] ({kind}) has {len(text)} characters where Slack takes {longest}: it is refused"
            elif text.endswith("…") and len(text) > longest * 3 // 4:
                yield f"blocks[{index}] ({kind}) was cut: Slack takes {longest} characters there"
    yield from _links(content.text)
    yield from _drawn(content.blocks)


def _slack_texts(block: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """Give the texts of a block, each with how long it may be."""
    longest = SLACK_TEXTS.get(str(block.get("type")))
    elements = block.get("elements")
    inner = [one for one in elements if isinstance(one, dict)] if isinstance(elements, list) else []
    for holder in (block, *inner):
        said = holder.get("text")
        text = said.get("text") if isinstance(said, dict) else said
        most = SLACK_LABEL_MAX if holder.get("type") == "button" else longest
        if isinstance(text, str) and most is not None:
            yield text, most


def _whatsapp(content: WhatsAppContent) -> Iterator[str]:
    if content.template is None:
        yield "WhatsApp takes text within 24 hours of the person's last message only: name an approved template"
        if content.media and not content.image:
            most = f"one picture, a JPEG or PNG, and {WHATSAPP_CAPTION_MAX} characters below it"
            yield f"the words are sent without a picture: WhatsApp takes {most}"
        elif len(content.media) > 1:
            yield "WhatsApp takes one picture a message: the first is sent, the others are not"
        yield from _links(f"{content.body} {content.image}")
        return
    values = [one.get("text") for part in content.template.components for one in part.get("parameters", ())]
    if any(value == "" for value in values):
        yield "a value of the template is empty, which WhatsApp refuses"
    if sum(len(value) for value in values if isinstance(value, str)) > WHATSAPP_BODY_MAX:
        yield f"the values have more than the {WHATSAPP_BODY_MAX} characters that a template's body may have"
    yield from _links(" ".join(str(value) for value in values))


def _buttons(buttons: tuple[Button, ...]) -> Iterator[str]:
    for button in buttons:
        yield from _links(button.href)


def _drawn(parts: object) -> Iterator[str]:
    """Look through what a chat draws, as the JSON it is sent as."""
    text = msgspec.json.encode(parts).decode()
    if _WORDLESS.search(text):
        yield "an image has no alternative text"
    yield from _links(text)


def _links(text: str) -> Iterator[str]:
    for link in _PLAIN_LINK.findall(text)[:5]:
        if not link.startswith(("http://www.w3.org/", "http://adaptivecards.io/")):
            yield f"a link has no https: {link[:80]}"

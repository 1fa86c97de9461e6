"""What a rendered message would look like where it arrives, and cost."""

import re
from collections.abc import Iterator

import msgspec

from tidings.channels import (
    Button,
    ChannelContent,
    DiscordContent,
    EmailContent,
    InboxContent,
    PushContent,
    SlackContent,
    SmsContent,
    segments,
)

SUBJECT_SHOWN = 60
"""Characters that most mailboxes show; phones show about forty."""
HTML_CLIPPED = 102 * 1024
"""Bytes after which Gmail clips."""
PUSH_TITLE_SHOWN = 50
PUSH_BODY_SHOWN = 150
"""What iOS and Android show before a notification is opened, at least."""
PUSH_PAYLOAD_MAX = 4_096
_IMAGE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_ALT = re.compile(r"\balt\s*=\s*(?:\"\s*\S|'\s*\S)", re.IGNORECASE)
_DECORATIVE = re.compile(r"\balt\s*=\s*(?:\"\"|'')", re.IGNORECASE)
_PLAIN_LINK = re.compile(r"http://[^\s\"'<>)]+", re.IGNORECASE)


def warnings_of(content: ChannelContent) -> list[str]:
    """List what an author should know."""
    return list(dict.fromkeys(_all(content)))


def _all(content: ChannelContent) -> Iterator[str]:
    match content:
        case EmailContent():
            yield from _email(content)
        case SmsContent(body=body):
            yield from _sms(body)
        case PushContent():
            yield from _push(content)
        case SlackContent(blocks=blocks):
            if len(blocks) >= 50:
                yield "Slack shows 50 blocks at most: what is below the last is left out"
            yield from _links(content.text)
        case DiscordContent(content=text):
            if len(text) >= 2_000:
                yield "Discord takes 2000 characters: the text was cut"
        case InboxContent(title=title, body=body):
            if not title:
                yield "the message has no title, which the inbox shows in bold"
            yield from _links(body)
    yield from _buttons(getattr(content, "actions", ()))


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


def _sms(body: str) -> Iterator[str]:
    found = segments(body)
    if found.count > 1:
        yield f"{found.count} segments in {found.encoding}: it costs {found.count} messages"
    if found.encoding == "UCS-2":
        odd = next((character for character in body if segments(character).encoding == "UCS-2"), "")
        yield f"{odd!r} is outside of GSM-7: a segment holds 70 characters instead of 160"
    yield from _links(body)


def _push(content: PushContent) -> Iterator[str]:
    if len(content.title) > PUSH_TITLE_SHOWN:
        yield f"the title has {len(content.title)} characters: iOS and Android show about {PUSH_TITLE_SHOWN}"
    if len(content.body) > PUSH_BODY_SHOWN:
        yield f"the body has {len(content.body)} characters: iOS and Android show about {PUSH_BODY_SHOWN}"
    if len(msgspec.json.encode(content)) > PUSH_PAYLOAD_MAX:
        yield f"the payload is larger than {PUSH_PAYLOAD_MAX} bytes: APNs and FCM refuse it; send less data"


def _buttons(buttons: tuple[Button, ...]) -> Iterator[str]:
    for button in buttons:
        yield from _links(button.href)


def _links(text: str) -> Iterator[str]:
    for link in _PLAIN_LINK.findall(text)[:5]:
        if not link.startswith(("http://www.w3.org/", "http://adaptivecards.io/")):
            yield f"a link has no https: {link[:80]}"

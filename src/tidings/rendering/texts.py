"""Text messages, inbox messages, push notifications and plain chats: forms made of text alone."""

from tidings.channels import ChatContent, InboxContent, PushContent, SmsContent
from tidings.rendering.dialect import PLAIN, Dialect
from tidings.rendering.occasion import Occasion
from tidings.rendering.pieces import Bullets, Picture, Piece, Press, Quoted, Rule, Words, lines_of, stacked
from tidings.rendering.spoken import Spoken, buttons, cut
from tidings.rendering.stage import Stage

SMS_MAX = 1_600
"""Characters that every gateway takes; Twilio refuses more."""
PUSH_TITLE_MAX = 200
PUSH_BODY_MAX = 4_000
"""Characters: no platform takes more. Providers cut to the bytes that theirs takes (`providers/push.py`)."""
INBOX_BODY_MAX = 10_000
PREVIEW_MAX = 140
CHAT_MAX = 4_000
ACTIONS_MAX = 10
_RULE = "-" * 10
"""Of characters that GSM-7 has, as are quotation marks: one other would double what a text message costs."""
_SPACES = str.maketrans(dict.fromkeys("\u00a0\u2009\u202f", " "))
"""Those that languages write within numbers and times (`9,50 €`, `3:04 PM`) and GSM-7 does not have."""


def text_lines(pieces: list[Piece], dialect: Dialect, *, gap: str, pressed: bool, pictured: bool) -> str:
    """Write pieces as text; buttons and pictures only where the channel cannot draw them."""
    said: list[str] = []
    for piece in stacked(pieces):
        match piece:
            case Words(text=text, style="h1" | "h2" | "h3") if dialect.strong[0] and "\n" not in text:
                said.append(
                    text
                    if text.startswith(dialect.strong[0])
                    else "".join((dialect.strong[0], text, dialect.strong[1]))
                )
            case Words(text=text):
                said.append(text)
            case Quoted(text=text):
                said.append(f'"{text}"' if dialect is PLAIN else "\n".join(f"> {line}" for line in text.split("\n")))
            case Press(label=label, href=href) if pressed:
                said.append(dialect.typed(f"{label}: {href}" if href and label else label or href))
            case Picture(src=src) if pictured and src:
                said.append(dialect.typed(src))
            case Rule():
                said.append(_RULE)
            case Bullets():
                said.append("\n".join(lines_of(piece, dialect.bullet)))
    return gap.join(said)


class Sms(Spoken):
    """A text message: its title stays away, addresses stand in the text."""

    def content(self, title: str, pieces: list[Piece], stage: Stage, occasion: Occasion) -> SmsContent:
        """Write it, cut to what gateways take."""
        del title, stage
        lines = text_lines(pieces, PLAIN, gap="\n", pressed=True, pictured=True)
        body = cut(lines if lines.isascii() else lines.translate(_SPACES), SMS_MAX, end="...")
        if not body:
            raise self.nothing()
        media = tuple(piece.src for piece in stacked(pieces) if isinstance(piece, Picture) and piece.src)
        return SmsContent(to=occasion.recipient, sender=occasion.sender, body=body, media=media[:10])


class Push(Spoken):
    """A push notification: the first button is where a tap leads, the first picture is shown."""

    def content(self, title: str, pieces: list[Piece], stage: Stage, occasion: Occasion) -> PushContent:
        """Write it, cut to what payloads can hold."""
        del stage
        actions = buttons(pieces, ACTIONS_MAX)
        body = text_lines(pieces, PLAIN, gap="\n", pressed=False, pictured=False)
        if not title and not body:
            raise self.nothing()
        pictures = [piece.src for piece in stacked(pieces) if isinstance(piece, Picture) and piece.src]
        return PushContent(
            to=occasion.recipient,
            title=cut(title, PUSH_TITLE_MAX),
            body=cut(body, PUSH_BODY_MAX),
            image=pictures[0] if pictures else "",
            click_action=actions[0].href if actions else "",
            actions=actions,
            data=dict(occasion.data),
        )


class Inbox(Spoken):
    """A message in the in-app inbox."""

    def content(self, title: str, pieces: list[Piece], stage: Stage, occasion: Occasion) -> InboxContent:
        """Write it; the preview is one line of the body."""
        del stage
        body = cut(text_lines(pieces, PLAIN, gap="\n", pressed=False, pictured=False), INBOX_BODY_MAX)
        actions = buttons(pieces, ACTIONS_MAX)
        if not title and not body and not actions:
            raise self.nothing()
        return InboxContent(
            to=occasion.recipient,
            title=title,
            preview=cut(" ".join(body.split()), PREVIEW_MAX),
            body=body,
            actions=actions,
            data=dict(occasion.data),
        )


class Chat(Spoken):
    """A chat message for services without a form of their own."""

    def content(self, title: str, pieces: list[Piece], stage: Stage, occasion: Occasion) -> ChatContent:
        """Write it: everything is in the text."""
        del stage
        text = cut(text_lines(pieces, PLAIN, gap="\n\n", pressed=True, pictured=True), CHAT_MAX)
        if not title and not text:
            raise self.nothing()
        return ChatContent(to=occasion.recipient, title=title, text=text or title, actions=buttons(pieces, ACTIONS_MAX))

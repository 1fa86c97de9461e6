"""Messages to Telegram, by a bot."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from tidings.channels import Dispatch, TelegramContent
from tidings.errors import InvalidInput
from tidings.providers.base import Secret, means
from tidings.providers.http import HttpProvider, HttpSettings, Said
from tidings.providers.http_message import HttpRequest, HttpResponse, bounded_wait_s
from tidings.providers.verdict import Verdict


class TelegramSettings(HttpSettings, frozen=True, kw_only=True):
    """Where to find it: @BotFather."""

    bot_token: Annotated[Secret, means("The token of the bot, as BotFather gave it.")]


class Telegram(HttpProvider[TelegramSettings]):
    """A bot may write to who wrote to it first, and to channels where it is an administrator."""

    key: ClassVar[str] = "telegram"
    channel: ClassVar[str] = "direct_message"
    name: ClassVar[str] = "Telegram"
    description: ClassVar[str] = "Messages to Telegram chats and channels, by a bot."
    URL: ClassVar[str] = "https://api.telegram.org"
    # https://core.telegram.org/bots/api#making-requests, seen 2026-11: codes are statuses, the words say which case
    ANSWERS: ClassVar[Mapping[str, Verdict]] = {
        "bot was blocked by the user": Verdict.UNSUBSCRIBED,
        "bot was kicked": Verdict.BOUNCED,
        "bot can't initiate conversation": Verdict.BOUNCED,
        "can't parse entities": Verdict.REFUSED,
        "chat not found": Verdict.BOUNCED,
        "group chat was upgraded": Verdict.BOUNCED,
        "have no rights to send": Verdict.ACCOUNT,
        "message is too long": Verdict.REFUSED,
        "message text is empty": Verdict.REFUSED,
        "user is deactivated": Verdict.BOUNCED,
        "401": Verdict.ACCOUNT,
        "403": Verdict.BOUNCED,
        "404": Verdict.ACCOUNT,  # no such bot: the token is wrong
        "409": Verdict.LATER,
        "429": Verdict.LATER,
    }

    def request(self, dispatch: Dispatch) -> HttpRequest:
        """`sendMessage`."""
        content = dispatch.content
        if not isinstance(content, TelegramContent):
            raise InvalidInput("the content is no Telegram message")
        body: dict[str, Any] = {"chat_id": dispatch.address, "text": content.text, "parse_mode": "HTML"}
        if content.keyboard:
            rows = [[{"text": button.content, "url": button.href} for button in row] for row in content.keyboard]
            body["reply_markup"] = {"inline_keyboard": rows}
        return HttpRequest(url=f"{self._bot}/sendMessage", json=body)

    def reference(self, response: HttpResponse) -> str | None:
        """`ok` and the message's number in its chat."""
        match response.status, response.json:
            case 200, {"ok": True, "result": {"message_id": int(number)}}:
                return str(number)
        return None

    def said(self, response: HttpResponse) -> Said:
        """A description in words that are always the same."""
        match response.json:
            case {"ok": False, "description": str(text)}:
                known = (words for words in self.ANSWERS if not words.isdigit() and words in text)
                return Said(next(known, ""), text)
        return Said(text=response.text)

    def wait_s(self, response: HttpResponse) -> float | None:
        """`parameters.retry_after`."""
        match response.json:
            case {"parameters": {"retry_after": int() | float() as wait_s}}:
                return bounded_wait_s(float(wait_s))
        return response.retry_after_s

    def probe(self) -> HttpRequest:
        """`getMe`."""
        return HttpRequest(method="GET", url=f"{self._bot}/getMe")

    @property
    def _bot(self) -> str:
        return f"{self.url}/bot{self.settings.bot_token}"

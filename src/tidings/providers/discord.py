"""Messages to Discord, by a bot to a channel or a person."""

import hashlib
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from tidings.channels import DiscordContent, Dispatch
from tidings.errors import InvalidInput
from tidings.providers.base import Secret, means
from tidings.providers.http import ANSWERED, HttpProvider, HttpSettings, Said, Steps
from tidings.providers.http_message import HttpRequest, HttpResponse, bounded_wait_s, part
from tidings.providers.verdict import Verdict
from tidings.routing import read


class DiscordSettings(HttpSettings, frozen=True, kw_only=True):
    """Where to find it: discord.com/developers → your application → Bot."""

    bot_token: Annotated[Secret, means("The token of the bot.")]


class Discord(HttpProvider[DiscordSettings]):
    """Discord knows repeated messages by their nonce for a few minutes."""

    key: ClassVar[str] = "discord"
    channel: ClassVar[str] = "direct_message"
    name: ClassVar[str] = "Discord"
    description: ClassVar[str] = "Messages to Discord channels and people, by a bot."
    URL: ClassVar[str] = "https://discord.com/api/v10"
    IMAGINED: ClassVar[Mapping[str, Any]] = {"id": ANSWERED}
    REPEATABLE_S: ClassVar[float] = 120  # "the past few minutes", says its documentation of enforce_nonce
    # https://discord.com/developers/docs/topics/opcodes-and-status-codes#json, seen 2026-11
    ANSWERS: ClassVar[Mapping[str, Verdict]] = {
        "0": Verdict.ACCOUNT,  # 401: Unauthorized
        "10003": Verdict.BOUNCED,  # unknown channel
        "10013": Verdict.BOUNCED,  # unknown user
        "20016": Verdict.LATER,  # slow mode
        "20022": Verdict.LATER,
        "20028": Verdict.LATER,  # the channel's write rate
        "20029": Verdict.LATER,  # the server's write rate
        "40001": Verdict.ACCOUNT,
        "40002": Verdict.ACCOUNT,  # the account must be verified
        "40003": Verdict.LATER,  # opens conversations too fast
        "50001": Verdict.ACCOUNT,  # no access
        "50006": Verdict.REFUSED,  # empty
        "50007": Verdict.BOUNCED,  # cannot send to this person
        "50008": Verdict.BOUNCED,  # no text channel
        "50013": Verdict.ACCOUNT,  # no permission
        "50033": Verdict.BOUNCED,  # invalid recipient
        "50035": Verdict.REFUSED,  # invalid body
        "50278": Verdict.BOUNCED,  # no server in common
        "160002": Verdict.REFUSED,
        "200000": Verdict.REFUSED,  # stopped by AutoMod
        "340013": Verdict.LATER,  # limited in opening conversations
    }

    def request(self, dispatch: Dispatch) -> HttpRequest:
        """Post to the channel of the address."""
        return self._post(dispatch, str(read(dispatch.address).get("channel_id", "")))

    def steps(self, dispatch: Dispatch) -> Steps:
        """Open the conversation with a person, then post."""
        address = read(dispatch.address)
        if address.get("channel_id"):
            return self.sent((yield self.request(dispatch)), dispatch)
        url = f"{self.url}/users/@me/channels"
        body = {"recipient_id": str(address.get("user_id", ""))}
        opened = yield HttpRequest(url=url, headers=self._headers(), json=body, sends=False)
        match opened.status, opened.json:
            case 200 | 201, {"id": str(channel)}:
                return self.sent((yield self._post(dispatch, channel)), dispatch)
        return self.refused(opened, dispatch)

    def reference(self, response: HttpResponse) -> str | None:
        """200 and the message, or the one that had the same nonce."""
        match response.status, response.json:
            case 200 | 201, {"id": str(message_id), "channel_id": str(channel)}:
                return f"{channel}/{message_id}"
        return None

    def said(self, response: HttpResponse) -> Said:
        """A code for everything."""
        match response.json:
            case {"code": int(code), "message": str(text)}:
                return Said(str(code), text)
        return Said(text=response.text)

    def wait_s(self, response: HttpResponse) -> float | None:
        """`retry_after` in the body is more exact than the header."""
        match response.json:
            case {"retry_after": int() | float() as wait_s}:
                return bounded_wait_s(float(wait_s))
        return response.retry_after_s

    def probe(self) -> HttpRequest:
        """`GET /users/@me`."""
        return HttpRequest(method="GET", url=f"{self.url}/users/@me", headers=self._headers())

    def private(self, dispatch: Dispatch) -> tuple[str, ...]:
        """Keep the ids of the address to ourselves."""
        return (dispatch.address, *(str(value) for value in read(dispatch.address).values()))

    def _post(self, dispatch: Dispatch, channel: str) -> HttpRequest:
        content = dispatch.content
        if not isinstance(content, DiscordContent):
            raise InvalidInput("the content is no Discord message")
        mark = hashlib.blake2b(f"{dispatch.message_id}/{dispatch.address}".encode(), digest_size=12).hexdigest()
        body: dict[str, Any] = {
            "content": content.content,
            "allowed_mentions": {"parse": []},
            "nonce": mark,
            "enforce_nonce": True,
        }
        if content.embeds:
            body["embeds"] = list(content.embeds)
        if content.components:
            body["components"] = list(content.components)
        return HttpRequest(url=f"{self.url}/channels/{part(channel)}/messages", headers=self._headers(), json=body)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bot {self.settings.bot_token}"}

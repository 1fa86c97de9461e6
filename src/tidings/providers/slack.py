"""Messages to Slack: by a bot to a channel, a person or an email address, or by an incoming webhook."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar
from urllib.parse import urlencode

from tidings.channels import Dispatch, SlackContent
from tidings.errors import InvalidInput
from tidings.messages import Outcome, Sent
from tidings.providers.base import Secret, means
from tidings.providers.http import ANSWERED, HttpProvider, HttpSettings, Said, Steps
from tidings.providers.http_message import HttpRequest, HttpResponse
from tidings.providers.verdict import Verdict
from tidings.routing import read


class SlackSettings(HttpSettings, frozen=True, kw_only=True):
    """Where to find it: api.slack.com → Your Apps → OAuth & Permissions. Profiles may bring tokens of their own."""

    bot_token: Annotated[
        Secret,
        means("The bot's token; scopes: `chat:write`, `im:write`, `users:read.email` and `chat:write.public`."),
    ] = ""


class Slack(HttpProvider[SlackSettings]):
    """Slack answers 200 whatever happens, and says in the body what happened."""

    key: ClassVar[str] = "slack"
    channel: ClassVar[str] = "direct_message"
    name: ClassVar[str] = "Slack"
    description: ClassVar[str] = "Messages to Slack channels and people, by a bot or an incoming webhook."
    URL: ClassVar[str] = "https://slack.com/api"
    IMAGINED: ClassVar[Mapping[str, Any]] = {"ok": True, "user": {"id": ANSWERED}, "channel": {"id": ANSWERED}}
    # https://docs.slack.dev/reference/methods/chat.postMessage#errors and
    # https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks, seen 2026-11
    ANSWERS: ClassVar[Mapping[str, Verdict]] = {
        "account_inactive": Verdict.ACCOUNT,
        "action_prohibited": Verdict.ACCOUNT,
        "cannot_dm_bot": Verdict.BOUNCED,
        "channel_is_archived": Verdict.BOUNCED,
        "channel_not_found": Verdict.BOUNCED,
        "fatal_error": Verdict.UNSURE,  # Slack: some of it may have succeeded
        "internal_error": Verdict.UNSURE,  # the same
        "invalid_auth": Verdict.ACCOUNT,
        "invalid_blocks": Verdict.REFUSED,
        "invalid_payload": Verdict.REFUSED,
        "invalid_token": Verdict.ACCOUNT,
        "is_archived": Verdict.BOUNCED,
        "missing_scope": Verdict.ACCOUNT,
        "msg_too_long": Verdict.REFUSED,
        "no_service": Verdict.BOUNCED,  # the webhook was removed
        "no_text": Verdict.REFUSED,
        "not_authed": Verdict.ACCOUNT,
        "not_in_channel": Verdict.ACCOUNT,
        "rate_limited": Verdict.LATER,
        "ratelimited": Verdict.LATER,
        "request_timeout": Verdict.LATER,
        "restricted_action": Verdict.ACCOUNT,
        "rollup_error": Verdict.LATER,
        "service_unavailable": Verdict.LATER,
        "team_disabled": Verdict.ACCOUNT,
        "token_expired": Verdict.ACCOUNT,
        "token_revoked": Verdict.ACCOUNT,
        "user_disabled": Verdict.BOUNCED,
        "user_not_found": Verdict.BOUNCED,
        "users_not_found": Verdict.BOUNCED,
    }

    def request(self, dispatch: Dispatch) -> HttpRequest:
        """Post to the channel of the address, or to its webhook."""
        address = read(dispatch.address)
        if url := address.get("url"):
            return HttpRequest(url=str(url), json=_said(dispatch), guarded=True)
        return self._post(dispatch, str(address.get("channel", "")))

    def steps(self, dispatch: Dispatch) -> Steps:
        """Find the person by email, open the conversation, post: as many of these as are needed."""
        address = read(dispatch.address)
        user = str(address.get("user_id", ""))
        if address.get("url") or address.get("channel"):
            return self.sent((yield self.request(dispatch)), dispatch)
        if not user:
            query = urlencode({"email": str(address.get("email", ""))})
            found = yield self._ask(dispatch, "GET", f"users.lookupByEmail?{query}")
            match found.json:
                case {"ok": True, "user": {"id": str(user_id)}}:
                    user = user_id
                case _:
                    return self.refused(found, dispatch)
        opened = yield self._ask(dispatch, "POST", "conversations.open", {"users": user})
        match opened.json:
            case {"ok": True, "channel": {"id": str(channel)}}:
                return self.sent((yield self._post(dispatch, channel)), dispatch)
        return self.refused(opened, dispatch)

    def reference(self, response: HttpResponse) -> str | None:
        """`ok` and the message's time, which is its id; a webhook says `ok` alone."""
        match response.status, response.json:
            case 200, {"ok": True, "ts": str(ts), **rest}:
                return f"{rest.get('channel', '')}/{ts}"
        return "" if response.status == 200 and response.text.strip() == "ok" else None

    def said(self, response: HttpResponse) -> Said:
        """A word: in `error`, or as the whole body of a webhook's answer."""
        match response.json:
            case {"ok": False, "error": str(error), **rest}:
                return Said(error, str(rest.get("needed") or error))
        word = response.text.strip()
        return Said(word if word in self.ANSWERS else "", word)

    def probe(self) -> HttpRequest:
        """`auth.test`."""
        if not self.settings.bot_token:
            raise InvalidInput("no bot_token: only profiles with tokens or webhooks of their own are reached")
        return HttpRequest(url=f"{self.url}/auth.test", headers=_login(self.settings.bot_token), json={})

    def refused(self, response: HttpResponse, dispatch: Dispatch | None = None) -> Outcome:
        """Read `auth.test`, too, which answers 200 for a token that is none."""
        if dispatch is None and isinstance(response.json, Mapping) and response.json.get("ok") is True:
            return Sent()
        return super().refused(response, dispatch)

    def _checking(self, request: HttpRequest) -> Steps:
        return self.refused((yield request))

    def private(self, dispatch: Dispatch) -> tuple[str, ...]:
        """Keep all parts of the address to ourselves."""
        return (dispatch.address, *(str(value) for value in read(dispatch.address).values()))

    def _post(self, dispatch: Dispatch, channel: str) -> HttpRequest:
        url = f"{self.url}/chat.postMessage"
        return HttpRequest(url=url, headers=_login(self._token(dispatch)), json={"channel": channel, **_said(dispatch)})

    def _ask(self, dispatch: Dispatch, method: str, what: str, body: dict[str, Any] | None = None) -> HttpRequest:
        headers = _login(self._token(dispatch))
        return HttpRequest(method=method, url=f"{self.url}/{what}", headers=headers, json=body, sends=False)

    def _token(self, dispatch: Dispatch) -> str:
        token = str(read(dispatch.address).get("access_token") or self.settings.bot_token)
        if not token:
            raise InvalidInput("nobody's token: set bot_token, or give the profile slack.access_token")
        return token


def _login(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _said(dispatch: Dispatch) -> dict[str, Any]:
    content = dispatch.content
    if not isinstance(content, SlackContent):
        raise InvalidInput("the content is no Slack message")
    return {"text": content.text, **({"blocks": list(content.blocks)} if content.blocks else {})}

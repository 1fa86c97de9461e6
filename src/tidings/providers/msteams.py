"""Messages to Microsoft Teams: by a bot to a channel, conversation or person, or by a webhook (Workflows)."""

import time
from collections.abc import Generator, Mapping
from typing import Annotated, Any, ClassVar
from urllib.parse import urlsplit

import msgspec

from tidings.channels import Dispatch, TeamsContent
from tidings.errors import InvalidInput
from tidings.messages import Outcome, Reason, Sent, Undeliverable
from tidings.providers.base import MASK, Account, Line, Secret, means
from tidings.providers.http import ANSWERED, HttpProvider, HttpSettings, Said, Steps
from tidings.providers.http_message import HttpRequest, HttpResponse, part
from tidings.providers.msteams_graph import RENEW_S, SCOPE, Graph, Missed, token_of
from tidings.providers.verdict import Verdict
from tidings.routing import read

_LOGIN = "https://login.microsoftonline.com"
_SERVICE = "https://smba.trafficmanager.net/amer"
_SERVICES = frozenset(
    {
        "smba.trafficmanager.net",
        "smba.infra.gcc.teams.microsoft.com",
        "smba.infra.gov.teams.microsoft.us",
        "smba.infra.dod.teams.microsoft.us",
    }
)
"""Where the bot's token may go: a profile names the service, and must not be able to name its own."""
_BOT = "https://api.botframework.com/.default"
_NO_TENANT = "botframework.com"
"""Where bots of many tenants log in; nobody is found there."""
_KNOWN_TO_BOTS = frozenset({"conversation_id", "channel_id", "user_id"})


class MsTeamsSettings(HttpSettings, frozen=True, kw_only=True):
    """Where to find these: Azure portal → your bot → Configuration. Webhooks need none of them."""

    app_id: Annotated[Line, means("The id of the bot's app; without a bot, profiles need a webhook of their own.")] = ""
    app_password: Annotated[Secret, means("A client secret of the bot's app.")] = ""
    tenant_id: Annotated[Line, means("The bot's own tenant, for bots of a single tenant.")] = _NO_TENANT


class MsTeams(HttpProvider[MsTeamsSettings]):
    """Adaptive Cards, through the Bot Framework's connector."""

    key: ClassVar[str] = "msteams"
    channel: ClassVar[str] = "direct_message"
    name: ClassVar[str] = "Microsoft Teams"
    description: ClassVar[str] = "Messages to Microsoft Teams, by a bot or a webhook."
    URL: ClassVar[str] = _SERVICE
    IMAGINED: ClassVar[Mapping[str, Any]] = {"id": ANSWERED, "value": [{"id": ANSWERED}]}
    # https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/send-proactive-messages and
    # …/bots/build-conversational-capability#status-codes-from-bot-conversational-apis, seen 2026-11
    ANSWERS: ClassVar[Mapping[str, Verdict]] = {
        "ActivityNotFoundInConversation": Verdict.REFUSED,
        "BadArgument": Verdict.REFUSED,
        "BadSyntax": Verdict.REFUSED,
        "BotDisabledByAdmin": Verdict.ACCOUNT,
        "BotNotInConversationRoster": Verdict.BOUNCED,
        "BotNotRegistered": Verdict.ACCOUNT,
        "ConversationBlockedByUser": Verdict.UNSUBSCRIBED,
        "ConversationNotFound": Verdict.BOUNCED,
        "ForbiddenOperationException": Verdict.BOUNCED,
        "InvalidBotApiHost": Verdict.ACCOUNT,
        "InvalidBotNickName": Verdict.ACCOUNT,
        "MessageSizeTooBig": Verdict.REFUSED,
        "MessageWritesBlocked": Verdict.UNSUBSCRIBED,
        "PreconditionFailed": Verdict.LATER,  # several writes to one conversation at once
        "ServiceError": Verdict.LATER,
        "ServiceUnavailable": Verdict.LATER,
        "Throttled": Verdict.LATER,
        "Unauthorized": Verdict.ACCOUNT,
        "invalid_client": Verdict.ACCOUNT,
        "unauthorized_client": Verdict.ACCOUNT,
        "404": Verdict.BOUNCED,
        "410": Verdict.BOUNCED,  # the webhook was removed
        "412": Verdict.LATER,
    }

    def __init__(self, settings: MsTeamsSettings, account: Account) -> None:
        super().__init__(settings, account)
        self._token = ""
        self._token_ends_s = 0.0
        self._graph = Graph(settings.base_url, lambda tenant: self._login(tenant, SCOPE))

    def request(self, dispatch: Dispatch) -> HttpRequest:
        """Post to the webhook of the address, or as an activity to its conversation."""
        address = read(dispatch.address)
        if url := address.get("url"):
            message = {"type": "message", "attachments": [_card(dispatch)]}
            return HttpRequest(url=str(url), json=message, guarded=True)
        return self._activity(dispatch, str(address.get("conversation_id") or address.get("channel_id") or ""))

    def steps(self, dispatch: Dispatch) -> Steps:
        """Find who is meant, log in where that is due, open the conversation with a person, post."""
        address = _text(dispatch.address)
        if address.get("url"):
            return self.sent((yield self.request(dispatch)), dispatch)
        tenant = address.get("tenant_id") or self.settings.tenant_id.replace(_NO_TENANT, "")
        found = yield from self._found(address, tenant)
        if isinstance(found, Missed):
            return self._unfound(found, dispatch)
        outcome = yield from self._posted(dispatch, found, tenant)
        if found is not address and isinstance(outcome, Undeliverable):
            self._graph.forget(tenant, address)
        return outcome

    def _found(
        self, address: dict[str, str], tenant: str
    ) -> Generator[HttpRequest, HttpResponse, dict[str, str] | Missed]:
        """Give the address itself where the bot knows it, and else what stands behind email or name."""
        if address.keys() & _KNOWN_TO_BOTS:
            return address
        if not tenant:
            raise InvalidInput("profile.ms_teams.tenant_id is missing: who is meant is looked up in their own tenant")
        if email := address.get("email"):
            found = yield from self._graph.person(tenant, email)
            return found if isinstance(found, Missed) else {"user_id": found}
        found = yield from self._graph.channel(tenant, address.get("team_id", ""), address.get("channel_name", ""))
        return found if isinstance(found, Missed) else {"channel_id": found}

    def _posted(self, dispatch: Dispatch, address: Mapping[str, str], tenant: str) -> Steps:
        if time.monotonic() > self._token_ends_s - RENEW_S:
            answer = yield self._login(self.settings.tenant_id, _BOT)
            if not self._logged_in(answer):
                return self.refused(answer, dispatch)
        conversation = address.get("conversation_id") or address.get("channel_id") or ""
        if not conversation:
            opened = yield self._open(dispatch, address.get("user_id", ""), tenant)
            match opened.status, opened.json:
                case 200 | 201 | 202, {"id": str(opened_id)}:
                    conversation = opened_id
                case _:
                    return self.refused(opened, dispatch)
        response = yield self._activity(dispatch, conversation)
        if response.status == 401:
            self._token_ends_s = 0.0
        return self.sent(response, dispatch)

    def _unfound(self, missed: Missed, dispatch: Dispatch) -> Outcome:
        """Say what to do."""
        if missed.answer is None:
            return Undeliverable(Reason.BOUNCED, f"{self.name}: {missed.advice}")
        match self.refused(missed.answer, dispatch):
            case Undeliverable() as outcome:
                return msgspec.structs.replace(outcome, detail=f"{outcome.detail}; {missed.advice}")
            case outcome:
                return outcome

    def as_logged_in(self) -> None:
        """Have a token that opens nothing, for ever."""
        self._token, self._token_ends_s = MASK, float("inf")
        self._graph.as_logged_in(MASK)

    def reference(self, response: HttpResponse) -> str | None:
        """200 to 202: an activity has an id, a webhook has none."""
        if response.status not in {200, 201, 202}:
            return None
        match response.json:
            case {"id": str(activity)}:
                return activity
        return "" if response.text.strip() in {"", "1"} else None

    def said(self, response: HttpResponse) -> Said:
        """The connector's code, or the login's."""
        match response.json:
            case {"error": {"code": str(code), **error}}:
                return Said(code, str(error.get("message") or ""))
            case {"error": str(code), **rest}:
                return Said(code, str(rest.get("error_description") or ""))
        return Said(text=response.text)

    def probe(self) -> HttpRequest:
        """Log in."""
        return self._login(self.settings.tenant_id, _BOT)

    def _checking(self, request: HttpRequest) -> Steps:
        answer = yield request
        outcome: Outcome = Sent() if self._logged_in(answer) else self.refused(answer)
        return outcome

    def private(self, dispatch: Dispatch) -> tuple[str, ...]:
        """Keep all parts of the address to ourselves."""
        return (dispatch.address, *(str(value) for value in read(dispatch.address).values()))

    def _login(self, tenant: str, scope: str) -> HttpRequest:
        settings = self.settings
        if not settings.app_id or not settings.app_password:
            raise InvalidInput("no app_id and app_password: only profiles with a webhook_url are reached")
        base = settings.base_url.rstrip("/") or _LOGIN
        form = {
            "grant_type": "client_credentials",
            "client_id": settings.app_id,
            "client_secret": settings.app_password,
            "scope": scope,
        }
        return HttpRequest(url=f"{base}/{part(tenant)}/oauth2/v2.0/token", form=form, sends=False)

    def _logged_in(self, answer: HttpResponse) -> bool:
        token = token_of(answer)
        if token is not None:
            self._token, self._token_ends_s = token[0], time.monotonic() + token[1]
        return token is not None

    def _open(self, dispatch: Dispatch, user: str, tenant: str) -> HttpRequest:
        body = {
            "bot": {"id": f"28:{self.settings.app_id}"},
            "members": [{"id": user}],
            "isGroup": False,
            "tenantId": tenant,
            "channelData": {"tenant": {"id": tenant}},
        }
        url = f"{self._service(dispatch)}/v3/conversations"
        return HttpRequest(url=url, headers={"Authorization": f"Bearer {self._token}"}, json=body, sends=False)

    def _activity(self, dispatch: Dispatch, conversation: str) -> HttpRequest:
        content = dispatch.content
        summary = content.text if isinstance(content, TeamsContent) else ""
        body = {"type": "message", "summary": summary, "attachments": [_card(dispatch)]}
        url = f"{self._service(dispatch)}/v3/conversations/{part(conversation)}/activities"
        return HttpRequest(url=url, headers={"Authorization": f"Bearer {self._token}"}, json=body)

    def _service(self, dispatch: Dispatch) -> str:
        named = str(read(dispatch.address).get("service_url") or "").rstrip("/")
        if not named or self.settings.base_url:
            return self.url
        parts = urlsplit(named)
        if parts.scheme != "https" or parts.netloc not in _SERVICES:
            raise InvalidInput("profile.ms_teams.service_url is none of Microsoft's")
        return named


def _text(address: str) -> dict[str, str]:
    return {name: str(value) for name, value in read(address).items()}


def _card(dispatch: Dispatch) -> dict[str, Any]:
    content = dispatch.content
    if not isinstance(content, TeamsContent):
        raise InvalidInput("the content is no Teams message")
    return {"contentType": "application/vnd.microsoft.card.adaptive", "content": content.card}

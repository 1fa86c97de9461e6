"""Chats and receivers of webhooks that behave as documented: Slack, Teams, Discord, Telegram, WhatsApp, any receiver.

A person or room called `gone` does not exist.
"""

import base64
import uuid
from typing import Any

import msgspec

from tidings.providers.webhook import Webhook, signed_base64, signed_hex
from tidings.testing.http_service import HttpService, ServiceAnswer, ServiceRequest


class SlackService(HttpService):
    """Slack's Web API and its incoming webhooks: 200 always, and a word."""

    def answer(self, request: ServiceRequest) -> ServiceAnswer:
        """`auth.test`, `users.lookupByEmail`, `conversations.open`, `chat.postMessage`, and `/services/…`."""
        if request.path.startswith("/services/"):
            return self._hook(request)
        if request.headers.get("authorization") != f"Bearer {self.KEY}":
            return _slack(error="invalid_auth")
        match request.path, request.json:
            case "/auth.test", _:
                return _slack(team="Shop", user="tidings")
            case "/users.lookupByEmail", _:
                email = request.query.get("email", "")
                return _slack(error="users_not_found") if email.startswith("gone@") else _slack(user={"id": "U0ANN"})
            case "/conversations.open", {"users": str(user)}:
                return _slack(error="user_not_found") if user == "gone" else _slack(channel={"id": "D0ANN"})
            case "/chat.postMessage", {"channel": str(channel), "text": str(text)} if text:
                if channel == "gone":
                    return _slack(error="channel_not_found")
                return ServiceAnswer(json={"ok": True, "channel": channel, "ts": "1503435956.000247"}, taken=True)
        return _slack(error="no_text")

    @staticmethod
    def _hook(request: ServiceRequest) -> ServiceAnswer:
        if request.path.endswith("gone"):
            return ServiceAnswer(status=404, body=b"no_service")
        if not isinstance(request.json, dict) or not request.json.get("text"):
            return ServiceAnswer(status=400, body=b"no_text")
        return ServiceAnswer(body=b"ok", taken=True)


def _slack(**fields: object) -> ServiceAnswer:
    return ServiceAnswer(json={"ok": "error" not in fields, **fields})


class TeamsService(HttpService):
    """The Bot Framework's login and connector, Workflows' webhooks, and Microsoft Graph for one tenant."""

    APP_ID = "8a0e1c5c-4f35-4e3c-9d8d-0a1b2c3d4e5f"
    TENANT = "72f988bf-86f1-41af-91ab-2d7cd011db47"
    TEAM = "893075dd-2487-4122-925f-022c42e20265"
    CHANNELS = ("General", "Ann's orders")
    SIGNS_IN, MAILBOX = "ann@shop.example", "ann.smith@shop.example"
    """Ann's two addresses: that she signs in with, and that of her mailbox."""

    def answer(self, request: ServiceRequest) -> ServiceAnswer:
        """`POST /{tenant}/oauth2/v2.0/token`, `/v3/conversations…`, `/workflows/…` and `/v1.0/…`."""
        if request.path.endswith("/oauth2/v2.0/token"):
            return self._login(request)
        if request.path.startswith("/v1.0/"):
            return self._graph(request)
        card = isinstance(request.json, dict) and bool(request.json.get("attachments"))
        if request.path.startswith("/workflows/"):
            return ServiceAnswer(status=202, taken=True) if card else ServiceAnswer(status=400)
        if request.headers.get("authorization") != "Bearer eyJ0-teams":
            return _teams(401, "Unauthorized", "Authorization has been denied for this request.")
        if request.path == "/v3/conversations":
            return ServiceAnswer(status=201, json={"id": "a:1opened"})
        if "/gone/" in request.path:
            return _teams(404, "ConversationNotFound", "Conversation not found.")
        if not card:
            return _teams(400, "BadSyntax", "Activity has no attachments")
        return ServiceAnswer(status=201, json={"id": "1:1234567890"}, taken=True)

    def _login(self, request: ServiceRequest) -> ServiceAnswer:
        if (request.form.get("client_id"), request.form.get("client_secret")) != (self.APP_ID, self.KEY):
            return _login_refused(401, "invalid_client", "AADSTS7000215: Invalid client secret provided.")
        asks_graph = request.form.get("scope") == "https://graph.microsoft.com/.default"
        if asks_graph and not request.path.startswith(f"/{self.TENANT}/"):
            return _login_refused(400, "unauthorized_client", "AADSTS700016: Application was not found.")
        opens = "eyJ0-graph" if asks_graph else "eyJ0-teams"
        return ServiceAnswer(json={"token_type": "Bearer", "expires_in": 86399, "access_token": opens})

    def _graph(self, request: ServiceRequest) -> ServiceAnswer:
        if request.headers.get("authorization") != "Bearer eyJ0-graph":
            return _teams(401, "InvalidAuthenticationToken", "Access token validation failure.")
        wanted = request.query.get("$filter", "")
        match request.path.split("/")[2:]:
            case ["users", email] if email == self.SIGNS_IN:
                return ServiceAnswer(json={"id": "87d349ed-44d7-43e1-9a83-5f2406dee5bd"})
            case ["users", email]:
                told = f"Resource '{email}' does not exist or one of its queried reference-property objects are not present."
                return _teams(404, "Request_ResourceNotFound", told)
            case ["users"]:
                found = (
                    [{"id": "87d349ed-44d7-43e1-9a83-5f2406dee5bd"}] if wanted == f"mail eq '{self.MAILBOX}'" else []
                )
                return ServiceAnswer(json={"value": found})
            case ["teams", self.TEAM, "channels"]:
                named = [
                    name for name in self.CHANNELS if wanted == "displayName eq '{}'".format(name.replace("'", "''"))
                ]
                return ServiceAnswer(
                    json={"value": [{"id": f"19:{name}@thread.tacv2", "displayName": name} for name in named]}
                )
        return _teams(404, "NotFound", "No team found with Group Id")


def _login_refused(status: int, error: str, told: str) -> ServiceAnswer:
    return ServiceAnswer(status=status, json={"error": error, "error_description": told})


def _teams(status: int, code: str, text: str) -> ServiceAnswer:
    return ServiceAnswer(status=status, json={"error": {"code": code, "message": text}})


class DiscordService(HttpService):
    """Discord: a bot's token, codes, and nonces that make repetitions harmless."""

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[str, dict[str, object]] = {}

    def answer(self, request: ServiceRequest) -> ServiceAnswer:
        """`/users/@me`, `/users/@me/channels` and `/channels/{id}/messages`."""
        if request.headers.get("authorization") != f"Bot {self.KEY}":
            return _discord(401, 0, "401: Unauthorized")
        match request.path.split("/")[1:], request.json:
            case ["users", "@me"], _:
                return ServiceAnswer(json={"id": "80351110224678912", "username": "tidings", "bot": True})
            case ["users", "@me", "channels"], {"recipient_id": str(user)}:
                if user == "gone":
                    return _discord(400, 50033, "Invalid Recipient(s)")
                return ServiceAnswer(json={"id": "319674150115610528", "type": 1})
            case ["channels", "gone", "messages"], _:
                return _discord(404, 10003, "Unknown Channel")
            case ["channels", str(channel), "messages"], {"content": str(text), **body} if text:
                return self._once(channel, str(body.get("nonce")))
        return _discord(400, 50006, "Cannot send an empty message")

    def _once(self, channel: str, nonce: str) -> ServiceAnswer:
        taken = nonce not in self._known
        message = self._known.setdefault(nonce, {"id": str(uuid.uuid4().int >> 66), "channel_id": channel})
        return ServiceAnswer(json=message, taken=taken)


def _discord(status: int, code: int, text: str) -> ServiceAnswer:
    return ServiceAnswer(status=status, json={"message": text, "code": code})


class TelegramService(HttpService):
    """Telegram: the token in the path, words that are always the same."""

    def answer(self, request: ServiceRequest) -> ServiceAnswer:
        """`getMe` and `sendMessage`."""
        bot, _, method = request.path.strip("/").partition("/")
        if bot != f"bot{self.KEY}":
            return _telegram(401, "Unauthorized")
        match method, request.json:
            case "getMe", _:
                return ServiceAnswer(json={"ok": True, "result": {"id": 1, "is_bot": True}})
            case "sendMessage", {"chat_id": str(chat), "text": str(text), "parse_mode": "HTML"} if text:
                if chat == "gone":
                    return _telegram(400, "Bad Request: chat not found")
                return ServiceAnswer(json={"ok": True, "result": {"message_id": 42, "chat": {"id": 1}}}, taken=True)
        return _telegram(400, "Bad Request: message text is empty")


def _telegram(code: int, text: str) -> ServiceAnswer:
    return ServiceAnswer(status=code, json={"ok": False, "error_code": code, "description": text})


class WhatsAppService(HttpService):
    """Meta's Cloud API: a bearer token, codes, news signed with the app's secret."""

    NUMBER = "106540352242922"
    APP_SECRET = "whatsapp-app-secret-0123456789"  # noqa: S105 - of a service on this machine
    VERIFY_TOKEN = "our-word"  # noqa: S105 - the same

    def answer(self, request: ServiceRequest) -> ServiceAnswer:
        """`POST /{version}/{number}/messages` and `GET /{version}/{number}`."""
        if request.headers.get("authorization") != f"Bearer {self.KEY}":
            return _meta(401, 190, "Invalid OAuth access token - Cannot parse access token")
        if request.method == "GET":
            return ServiceAnswer(json={"id": self.NUMBER, "verified_name": "Shop"})
        match request.json:
            case {
                "messaging_product": "whatsapp",
                "to": str(to),
                "type": "text" | "image" | "template" as kind,
                **said,
            }:
                if kind == "image" and (wrong := _wrong_image(said.get("image"))) is not None:
                    return wrong
                if kind == "template" and (wrong := _wrong_template(said.get("template"))) is not None:
                    return wrong
                if to.endswith("0000"):
                    return _meta(400, 131026, f"Message undeliverable to {to}")
                contacts = [{"input": to, "wa_id": to}]
                messages = [{"id": f"wamid.{uuid.uuid4().hex}"}]
                return ServiceAnswer(json={"contacts": contacts, "messages": messages}, taken=True)
        return _meta(400, 131008, "Required parameter is missing")

    def named(self, request: ServiceRequest) -> str:
        """Our id is the callback's data."""
        return str(request.json["biz_opaque_callback_data"])

    def webhook(self, body: bytes, *, url: str, at: int) -> Webhook:
        """Sign the body."""
        signature = "sha256=" + signed_hex(self.APP_SECRET, body)
        return Webhook(url=url, headers={"x-hub-signature-256": signature}, body=body, at=at)


def _wrong_image(image: Any) -> ServiceAnswer | None:
    """Refuse a picture without an address, and a caption that is too long."""
    match image:
        case {"link": str(link), **rest} if link.startswith(("http://", "https://")):
            caption = str(rest.get("caption", "x"))
            return None if 0 < len(caption) <= 1_024 else _meta(400, 131009, "Parameter value is not valid")
    return _meta(400, 131008, "Required parameter is missing")


def _wrong_template(template: Any) -> ServiceAnswer | None:
    """Refuse a template without name and language, and values that are none."""
    match template:
        case {"name": str(), "language": {"code": str()}}:
            for component in template.get("components", []):
                for parameter in component["parameters"]:
                    text = parameter.get("text", "x")
                    if not text:
                        return _meta(400, 131008, "Required parameter is missing")
                    if "\n" in text or "\t" in text or "     " in text:
                        told = "Param text cannot have new-line/tab characters or more than 4 consecutive spaces"
                        return _meta(400, 100, told)
            return None
    return _meta(400, 131008, "Required parameter is missing")


def _meta(status: int, code: int, text: str) -> ServiceAnswer:
    error = {"message": f"(#{code}) {text}", "type": "OAuthException", "code": code, "error_data": {"details": text}}
    return ServiceAnswer(status=status, json={"error": error})


class ReceiverService(HttpService):
    """Anybody who takes webhooks as standardwebhooks.com says: checks the signature, and knows repetitions."""

    SECRET = "whsec_" + base64.b64encode(b"a receiver's secret of 32 bytes!").decode()

    def __init__(self) -> None:
        super().__init__()
        self._known: set[str] = set()

    def answer(self, request: ServiceRequest) -> ServiceAnswer:
        """Take what is signed, once."""
        if request.path.endswith("/gone"):
            return ServiceAnswer(status=410)
        headers = request.headers
        webhook_id, at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
        key = base64.b64decode(self.SECRET.removeprefix("whsec_"))
        ours = "v1," + signed_base64(key, f"{webhook_id}.{at}.".encode() + request.body)
        if headers.get("webhook-signature") != ours:
            return ServiceAnswer(status=401, json={"error": "bad signature"})
        taken = webhook_id not in self._known
        self._known.add(webhook_id)
        return ServiceAnswer(json={"ok": True}, taken=taken)

    def named(self, request: ServiceRequest) -> str:
        """Our id is the webhook's."""
        return request.headers["webhook-id"]


class NotesService(HttpService):
    """Any service of Apprise's `json://` kind."""

    def answer(self, request: ServiceRequest) -> ServiceAnswer:
        """Take any message."""
        found = msgspec.json.decode(request.body)
        return ServiceAnswer(taken=bool(found.get("message")))

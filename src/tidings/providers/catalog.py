"""Every provider that can be switched on: one line each, and what can be known from its settings struct."""

import types
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from msgspec import inspect

from tidings.errors import InvalidInput, NotFound
from tidings.providers.apn import Apn, ApnSettings
from tidings.providers.apprise_long_tail import AppriseProvider, AppriseSettings
from tidings.providers.aws_ses import AwsSes, AwsSesSettings
from tidings.providers.base import MASK, Provider, ProviderSettings
from tidings.providers.discord import Discord, DiscordSettings
from tidings.providers.expo import Expo, ExpoSettings
from tidings.providers.firebase_fcm import FirebaseFcm, FirebaseSettings
from tidings.providers.http import HttpProvider
from tidings.providers.mailgun import Mailgun, MailgunSettings
from tidings.providers.messagebird import MessageBird, MessageBirdSettings
from tidings.providers.msteams import MsTeams, MsTeamsSettings
from tidings.providers.plivo import Plivo, PlivoSettings
from tidings.providers.postmark import Postmark, PostmarkSettings
from tidings.providers.resend import Resend, ResendSettings
from tidings.providers.sendgrid import SendGrid, SendGridSettings
from tidings.providers.slack import Slack, SlackSettings
from tidings.providers.smtp import Smtp
from tidings.providers.smtp_settings import SmtpSettings
from tidings.providers.telegram import Telegram, TelegramSettings
from tidings.providers.telnyx import Telnyx, TelnyxSettings
from tidings.providers.twilio import Twilio, TwilioSettings
from tidings.providers.vonage import Vonage, VonageSettings
from tidings.providers.web_push import WebPush, WebPushSettings
from tidings.providers.webhook_out import WebhookOut, WebhookSettings
from tidings.providers.whatsapp import WhatsApp, WhatsAppSettings

_PLACES = frozenset({"base_url", "url", "host", "port", "secure", "starttls", "verify", "ca_certificates"})
"""Settings that say where an account's secrets are shown, and how well the place is known."""
SETTINGS_MAX = 100
"""More settings than any provider has."""


class Listing(msgspec.Struct, frozen=True):
    """One provider of the catalog."""

    provider: type[Provider]
    settings: type[ProviderSettings]
    start: Callable[..., Provider]
    """`start(settings, account)`."""


def _listing(provider: type[Provider], settings: type[ProviderSettings]) -> tuple[str, Listing]:
    return provider.key, Listing(provider, settings, provider)


CATALOG: Mapping[str, Listing] = types.MappingProxyType(
    dict(
        [
            _listing(AppriseProvider, AppriseSettings),
            _listing(Discord, DiscordSettings),
            _listing(MsTeams, MsTeamsSettings),
            _listing(Slack, SlackSettings),
            _listing(Telegram, TelegramSettings),
            _listing(WebhookOut, WebhookSettings),
            _listing(WhatsApp, WhatsAppSettings),
            _listing(Apn, ApnSettings),
            _listing(AwsSes, AwsSesSettings),
            _listing(Expo, ExpoSettings),
            _listing(FirebaseFcm, FirebaseSettings),
            _listing(Mailgun, MailgunSettings),
            _listing(MessageBird, MessageBirdSettings),
            _listing(Plivo, PlivoSettings),
            _listing(Postmark, PostmarkSettings),
            _listing(Resend, ResendSettings),
            _listing(SendGrid, SendGridSettings),
            _listing(Smtp, SmtpSettings),
            _listing(Telnyx, TelnyxSettings),
            _listing(Twilio, TwilioSettings),
            _listing(Vonage, VonageSettings),
            _listing(WebPush, WebPushSettings),
        ]
    )
)


def entries() -> list[dict[str, Any]]:
    """List every provider as `GET /providers/catalog` shows it (courier-api.md §20), by key."""
    return [catalog_entry(key) for key in sorted(CATALOG)]


def catalog_entry(key: str) -> dict[str, Any]:
    """Describe one provider: `provider, name, channel, description, receipts, settings`. Raises `NotFound`."""
    listing = CATALOG.get(key)
    if listing is None:
        raise NotFound(f"there is no provider {key[:80]!r}; there are {', '.join(sorted(CATALOG))}")
    return {
        "provider": key,
        "name": listing.provider.name,
        "channel": listing.provider.channel,
        "description": listing.provider.description,
        "receipts": _tells(listing.provider),
        "settings": {field.encode_name: _described(field) for field in _fields(listing.settings)},
    }


def _tells(provider: type[Provider]) -> bool:
    """Whether a provider reads webhooks of its own."""
    if issubclass(provider, HttpProvider) and provider.receive is HttpProvider.receive:
        return provider.receipts is not HttpProvider.receipts
    return provider.receive is not Provider.receive


def decode_settings(key: str, settings: Mapping[str, Any]) -> ProviderSettings:
    """Read a provider's settings; what is empty counts as not given, and what is unknown is ignored, as Courier does.

    Raises `InvalidInput` naming the provider that does not exist, or the setting that is missing or odd: never its
    value, which may be a secret.
    """
    listing = CATALOG.get(key)
    if listing is None:
        known = ", ".join(sorted(CATALOG))
        raise InvalidInput(f"there is no provider {key[:80]!r}; there are {known}", path="provider")
    given = _given(listing, settings)
    for field in _fields(listing.settings):
        name = field.encode_name
        if field.required and name not in given:
            raise InvalidInput(f"{key} needs the setting {name}", path=f"settings.{name}")
        if name in given:
            _convert_one(key, field, given[name])
    try:
        return msgspec.convert(given, listing.settings, strict=False)
    except msgspec.ValidationError as error:  # each setting is right, but not all of them together
        raise InvalidInput(f"{key}: {error}", path="settings") from None


def changed_settings(key: str, stored: Mapping[str, Any], changes: Mapping[str, Any]) -> ProviderSettings:
    """Lay what one message changes over an account's settings. Raises `InvalidInput` as `decode_settings` does.

    Whoever names another place to send to brings the secrets for it: those that are stored go nowhere else.
    """
    listing = CATALOG[key]
    ours, theirs = _given(listing, stored), _given(listing, changes)
    if fixed := sorted(theirs.keys() & listing.settings.FIXED):
        raise InvalidInput(f"no message may change {fixed[0]}: add an account", path=f"settings.{fixed[0]}")
    if theirs.keys() & _PLACES:
        secret = {field.encode_name for field in _fields(listing.settings) if _is_secret(field)}
        ours = {name: value for name, value in ours.items() if name not in secret}
    return decode_settings(key, {**ours, **theirs})


def masked(key: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Show settings with every secret as `********`. What is not a setting of the provider is not shown at all."""
    listing = CATALOG.get(key)
    if listing is None:
        return dict.fromkeys(settings, MASK)  # of a provider that is no more: nobody knows which are secret
    given = _given(listing, settings)
    return {
        field.encode_name: MASK if _is_secret(field) else given[field.encode_name]
        for field in _fields(listing.settings)
        if field.encode_name in given
    }


def unmasked(key: str, settings: Mapping[str, Any], stored: Mapping[str, Any]) -> dict[str, Any]:
    """Put stored secrets back where settings that were shown masked are written again unchanged."""
    listing = CATALOG.get(key)
    if listing is None:
        return dict(settings)
    known = _given(listing, stored)
    ours = listing.settings.respelled(settings)
    secret = {field.encode_name for field in _fields(listing.settings) if _is_secret(field)}
    return {name: known.get(name, "") if name in secret and value == MASK else value for name, value in ours.items()}


def _given(listing: Listing, settings: Mapping[str, Any]) -> dict[str, Any]:
    if len(settings) > SETTINGS_MAX:
        raise InvalidInput(f"a provider has {SETTINGS_MAX} settings at most", path="settings")
    ours = listing.settings.respelled(settings)
    return {name: value for name, value in ours.items() if value is not None and value != ""}


def _fields(kind: type[ProviderSettings]) -> tuple[inspect.Field, ...]:
    found = inspect.type_info(kind)
    assert isinstance(found, inspect.StructType)  # noqa: S101 - for the type checker
    return found.fields


def _convert_one(key: str, field: inspect.Field, value: Any) -> None:
    """Check one setting by itself, so that the refusal can name it."""
    hints = {hint.name: hint.type for hint in msgspec.structs.fields(CATALOG[key].settings)}
    try:
        msgspec.convert(value, hints[field.name], strict=False)
    except msgspec.ValidationError:
        allowed = _described(field)
        words = (
            f"one of {', '.join(allowed['values'])}" if "values" in allowed else f"a {allowed['type']} in its bounds"
        )
        raise InvalidInput(
            f"{key}: {field.encode_name} must be {words}", path=f"settings.{field.encode_name}"
        ) from None


def _is_secret(field: inspect.Field) -> bool:
    return _says(field, "secret")


def _says(field: inspect.Field, word: str) -> bool:
    return isinstance(field.type, inspect.Metadata) and bool((field.type.extra or {}).get(word))


def _described(field: inspect.Field) -> dict[str, Any]:
    bare = field.type.type if isinstance(field.type, inspect.Metadata) else field.type
    if isinstance(bare, inspect.UnionType):
        bare = next(kind for kind in bare.types if not isinstance(kind, inspect.NoneType))
    described: dict[str, Any] = {"type": "string", "required": field.required}
    match bare:
        case inspect.BoolType():
            described["type"] = "boolean"
        case inspect.IntType() | inspect.FloatType():
            described["type"] = "number"
        case inspect.StructType(fields=fields):
            described |= {"type": "object", "properties": {each.encode_name: _described(each) for each in fields}}
        case inspect.DictType():
            described["type"] = "object"
        case inspect.LiteralType(values=values):
            described |= {"type": "enum", "values": [str(value) for value in values]}
        case _:
            pass
    if isinstance(field.default, str | bool | int | float) and field.default:
        described["default"] = field.default
    if isinstance(field.type, inspect.Metadata) and field.type.extra_json_schema:
        described |= {name: words for name, words in field.type.extra_json_schema.items() if name == "description"}
    described |= {word: True for word in ("secret", "multiline") if _says(field, word)}
    return described

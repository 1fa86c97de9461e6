"""What an account is asked for a message, written to be looked at. Nothing is sent."""

from collections.abc import Iterator, Sequence
from urllib.parse import quote

import msgspec
import structlog

from tidings.channels import Dispatch, EmailContent, Way
from tidings.data_logs import Written, WrittenMail, WrittenRequest
from tidings.errors import InvalidInput, NotFound, TidingsError
from tidings.ports import ProviderConfigStore
from tidings.providers.base import MASK, Account, Provider, ProviderSettings, secrets_of
from tidings.providers.catalog import CATALOG, Listing, changed_settings, decode_settings
from tidings.providers.changed_accounts import changes_of, not_taken
from tidings.providers.http import STEPS_MAX, HttpProvider, HttpSettings
from tidings.providers.http_message import HttpRequest, HttpResponse
from tidings.providers.outbox import Outbox
from tidings.providers.redaction import plain_headers, plain_url, without_names, without_secrets
from tidings.providers.smtp import Smtp
from tidings.providers.smtp_settings import smtp_settings_from_url

SHOWN_MAX = 100_000
"""Characters of a body, or of a mail."""
_MASK_IN_FORMS = quote(MASK)

log = structlog.get_logger(__name__)


class AccountScribe:
    """Writes for every account there is (the port `Scribe`). Raises `ConfigurationError` for an odd `smtp_url`."""

    def __init__(self, *, configs: ProviderConfigStore, smtp_url: str, account: Account) -> None:
        self._configs = configs
        self._lent = account
        self._smtp = smtp_settings_from_url(smtp_url) if smtp_url else None

    async def write(self, environment_id: int, way: Way, dispatch: Dispatch) -> Written:
        """Write what the account would be asked now."""
        if way.provider == Outbox.key:
            return Written(why="It was kept in the outbox: nothing was sent to anybody.")
        if not way.config_id:
            if self._smtp is None:
                return Written(why="TIDINGS_SMTP_URL, which it went by, is not set any more.")
            return await written(CATALOG[Smtp.key], self._smtp, self._lent, dispatch)
        try:
            config = await self._configs.get(environment_id, way.config_id)
            changes, dispatch = changes_of(config.provider, dispatch)
            settings = decode_settings(config.provider, config.settings)
            used = changed_settings(config.provider, config.settings, changes) if changes else settings
        except NotFound:
            return Written(why="The account was removed: how it would write this message is not known any more.")
        except InvalidInput as error:
            return Written(why=f"The account's settings cannot be read: {error.message}.")
        url = self._lent.receipts_url
        account = msgspec.structs.replace(self._lent, receipts_url=f"{url}/{config.id}" if url else "")
        told = await written(CATALOG[config.provider], used, account, dispatch, more=secrets_of(settings))
        return msgspec.structs.replace(told, settings_changed=config.updated)


async def written(
    listing: Listing, settings: ProviderSettings, account: Account, dispatch: Dispatch, *, more: Sequence[str] = ()
) -> Written:
    """Write what an account with these settings is asked: with other secrets than its own, so that none can be in it.

    `more` are secrets beside those of the settings. Never raises: what cannot be written, an account would not have
    sent either.
    """
    try:
        provider = listing.start(settings.without_secrets(), account)
    except (TidingsError, ValueError):
        return Written(why=f"The account's settings do not fit {listing.provider.name} any more.")
    try:
        if odd := not_taken(provider, dispatch):
            return Written(why=f"It was not asked: {provider.name} takes no change of {odd} by a message.")
        if isinstance(provider, Smtp):
            dispatch = provider.as_changed(dispatch)
        return _written(provider, dispatch, without_secrets(dispatch, [*secrets_of(settings), *more]))
    except InvalidInput as error:
        return Written(why=f"It cannot be written: {error.message}.")
    except (TidingsError, ValueError) as error:
        log.warning("scribe.failed", provider=listing.provider.key, error=type(error).__name__)
        return Written(why="It cannot be written with what is known today.")
    finally:
        await provider.close()


def _written(provider: Provider, dispatch: Dispatch, clean: Dispatch) -> Written:
    left_out = _left_out(dispatch)
    match provider:
        case HttpProvider():
            chosen = "url" in clean.override
            requests = tuple(_shown(provider, request, chosen=chosen) for request in _conversation(provider, clean))
            return Written(requests=requests, left_out=left_out)
        case Smtp():
            mail = provider.mail(clean)
            text, cut = _cut(mail.raw)
            return Written(
                mail=WrittenMail(
                    server=provider.server,
                    mail_from=mail.sender,
                    rcpt_to=mail.recipients,
                    message=text,
                    bytes=len(mail.raw),
                    cut=cut,
                ),
                left_out=left_out,
            )
    return Written(why=f"{provider.name} writes its requests itself, and does not show them.")


def _conversation(provider: HttpProvider[HttpSettings], dispatch: Dispatch) -> Iterator[HttpRequest]:
    """Walk to the request that sends; what look-ups would be answered is imagined."""
    provider.as_logged_in()
    steps = provider.steps(dispatch)
    answer = HttpResponse(status=200, body=msgspec.json.encode(provider.IMAGINED))
    try:
        request = next(steps)
        for _ in range(STEPS_MAX):
            request = provider.ready(request, dispatch.override)
            yield provider.signed(without_names(request).encoded())
            if request.sends:
                return
            request = steps.send(answer)
    except StopIteration:
        return
    finally:
        steps.close()


def _shown(provider: HttpProvider[HttpSettings], request: HttpRequest, *, chosen: bool) -> WrittenRequest:
    """Lay a request out; `chosen` is whether the message names its URL."""
    by_profile = request.guarded and (provider.GUARDED or not request.url.startswith(provider.url))
    body, cut = _cut(request.body)
    return WrittenRequest(
        method=request.method,
        url=plain_url(request.url, foreign=by_profile or (chosen and request.sends)),
        headers=plain_headers(request.headers),
        body=body,
        bytes=len(request.body),
        cut=cut,
        sends=request.sends,
    )


def _cut(raw: bytes) -> tuple[str, bool]:
    """Show bytes as text, or say how many they are when they are none."""
    try:
        text = raw.decode().replace(_MASK_IN_FORMS, MASK)
    except UnicodeDecodeError:
        return f"({len(raw)} bytes that are no text)", False
    return text[:SHOWN_MAX], len(text) > SHOWN_MAX


def _left_out(dispatch: Dispatch) -> tuple[str, ...]:
    content = dispatch.content
    files = content.attachments if isinstance(content, EmailContent) else ()
    return tuple(f"{file.filename} ({file.content_type}, {len(file.data)} bytes)" for file in files)

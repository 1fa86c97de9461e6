"""What providers of text messages share: content that is one, and the address where each message's news are awaited."""

from tidings.channels import Dispatch, SmsContent, e164
from tidings.errors import InvalidInput
from tidings.providers.base import Account
from tidings.providers.http_message import part
from tidings.suppressions import Texted, wish_in


def text_of(dispatch: Dispatch) -> SmsContent:
    """Take the text message of a dispatch. Raises `InvalidInput` when it is none."""
    content = dispatch.content
    if not isinstance(content, SmsContent):
        raise InvalidInput("the content is no text message")
    if not content.body and not content.media:
        raise InvalidInput("the text message is empty")
    return content


def receipts_url(account: Account, dispatch: Dispatch) -> str:
    """Name the door where news of this message are awaited; empty when the outside cannot reach us."""
    return f"{account.receipts_url}/{part(dispatch.message_id)}" if account.receipts_url else ""


def texted(number: object, text: object, *, at: int, fact: str) -> list[Texted]:
    """Read what somebody texted to a number of ours; nothing when it is neither STOP nor START."""
    spelt = e164(f"+{number.lstrip('+')}") if isinstance(number, str) else ""
    wants = wish_in(text) if isinstance(text, str) else None
    return [Texted(number=spelt, wants=wants, at=at, id=fact)] if spelt and wants is not None else []


def digits(number: str) -> str:
    """Write an E.164 number without its plus, as some services want it."""
    return number.removeprefix("+")

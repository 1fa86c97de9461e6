"""What providers of email share: content that is an email, and addresses that are some."""

import base64

from tidings.channels import Dispatch, EmailContent
from tidings.errors import InvalidInput
from tidings.providers.attached import check_files
from tidings.providers.mailbox import Mailbox, mailboxes, one_line, one_mailbox
from tidings.providers.mime import HEADERS_MAX, custom_name, unsubscribe_lines


def letter(dispatch: Dispatch) -> EmailContent:
    """Take the email of a dispatch. Raises `InvalidInput` when it is none, or when one of its copies is no address."""
    content = dispatch.content
    if not isinstance(content, EmailContent):
        raise InvalidInput("the content is no email")
    for name, texts in (("cc", content.cc), ("bcc", content.bcc), ("reply_to", (content.reply_to,))):
        for text in texts:
            mailboxes(text, field=name)
    check_files(content.attachments)
    return content


def as_base64(data: bytes) -> str:
    """Write bytes as JSON APIs want them."""
    return base64.b64encode(data).decode()


def mailbox(text: str, field: str) -> Mailbox:
    """Read one address with its name. Raises `InvalidInput` at `field`."""
    return one_mailbox(text, field=field)


def addressed(text: str, field: str) -> str:
    """Write one address with its name as JSON APIs want it: quoted where that is needed, never encoded."""
    box = one_mailbox(text, field=field)
    if not box.name:
        return box.address
    name = one_line(box.name).replace("\\", r"\\").replace('"', r"\"")
    return f'"{name}" <{box.address}>'


def headers_of(email: EmailContent) -> list[tuple[str, str]]:
    """List the headers that the content brings. Raises `InvalidInput` for those that a mail makes itself."""
    found = (
        [line.partition(": ")[::2] for line in unsubscribe_lines(email.unsubscribe_url)]
        if email.unsubscribe_url
        else []
    )
    if len(email.headers) > HEADERS_MAX:
        raise InvalidInput(f"a mail has {HEADERS_MAX} custom headers at most, got {len(email.headers)}", path="headers")
    return [*found, *((custom_name(name), one_line(value).strip()) for name, value in email.headers)]


def copies(texts: tuple[str, ...], field: str) -> list[Mailbox]:
    """Read every address of a copy line."""
    return [box for text in texts for box in mailboxes(text, field=field)]

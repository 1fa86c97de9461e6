"""What an email can carry."""

from collections.abc import Mapping
from typing import Any

import msgspec

from tidings.channels.attachment import Attachment
from tidings.channels.kept import words


class EmailContent(msgspec.Struct, frozen=True, kw_only=True):
    """One email, rendered. Addresses are RFC 5322 mailboxes; an empty `sender` means the provider's default."""

    to: str
    sender: str = ""
    reply_to: str = ""
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    subject: str
    html: str
    text: str
    unsubscribe_url: str | None = None
    """Where one click unsubscribes (RFC 8058): becomes the List-Unsubscribe headers."""
    headers: tuple[tuple[str, str], ...] = ()
    attachments: tuple[Attachment, ...] = ()

    def parts(self) -> dict[str, Any]:
        """Lay out what the log keeps of it."""
        return {"html": self.html, "text": self.text, "subject": self.subject}

    def with_parts(self, parts: Mapping[str, Any]) -> "EmailContent":
        """Lay what the log kept over it; what the log does not keep stays."""
        return msgspec.structs.replace(
            self,
            html=words(parts, "html", self.html),
            text=words(parts, "text", self.text),
            subject=words(parts, "subject", self.subject),
        )

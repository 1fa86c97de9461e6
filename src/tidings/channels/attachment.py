"""A file that goes along with a message."""

import msgspec


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """One file. In JSON its bytes are base64."""

    filename: str
    content_type: str = "application/octet-stream"
    data: bytes
    content_id: str = ""
    """Names it for `<img src="cid:…">` in the HTML; empty for a file that is only attached."""

    def __repr__(self) -> str:
        """Show no name and no content: a repr ends up in logs."""
        return f"Attachment({len(self.data)} bytes)"

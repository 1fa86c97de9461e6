"""Content that requests bring along, checked before they are accepted, and once for all who bring the same."""

from collections import OrderedDict
from hashlib import blake2b
from threading import Lock
from typing import Any

import msgspec

from tidings.brands import brand_brought, brands_brought
from tidings.elemental import parse
from tidings.errors import InvalidInput
from tidings.rendering.brand_check import check_brought
from tidings.rendering.render_error import RenderError
from tidings.rendering.template_check import check_templates


class InlineContent:
    """Remembers what it has found good, by checksum. For any number of threads."""

    def __init__(self, kept_max: int = 8_192) -> None:
        if kept_max < 1:
            raise ValueError(f"kept_max must be positive, got {kept_max}")
        self._kept_max = kept_max
        self._good: OrderedDict[bytes, None] = OrderedDict()
        self._lock = Lock()

    def check(self, content: dict[str, Any]) -> None:
        """Check that it is content, and that all of its templates can be compiled.

        Raises `InvalidInput` with the path, which begins with `notification.content` as everywhere.
        """
        if self._is_good(checksum := blake2b(msgspec.json.encode(content), digest_size=16).digest()):
            return
        document = parse(content)
        try:
            check_templates(document)
        except RenderError as error:
            raise InvalidInput(error.detail, path=f"notification.content.{_written(content, error.path)}") from None
        self._remember(checksum)

    def check_brands(self, body: Any) -> None:
        """Check the brands that a request to send brings along, as they are checked when they are saved.

        Raises `InvalidInput` with the path.
        """
        message = body.get("message") if isinstance(body, dict) else None
        for channel, raw in brands_brought(message) if isinstance(message, dict) else ():
            path = f"message.channels.{channel[:60]}.override.brand"
            brand = brand_brought(raw, environment_id=0, path=path)
            if not self._is_good(checksum := brand.id.encode()):
                check_brought(brand, path=path)
                self._remember(checksum)

    def _is_good(self, checksum: bytes) -> bool:
        with self._lock:
            if checksum not in self._good:
                return False
            self._good.move_to_end(checksum)
            return True

    def _remember(self, checksum: bytes) -> None:
        with self._lock:
            self._good[checksum] = None
            if len(self._good) > self._kept_max:
                self._good.popitem(last=False)


def _written(content: dict[str, Any], path: str) -> str:
    """Name a place as its author wrote it: of the sugar, title or body."""
    return path if "elements" in content else "title" if path.endswith(".title") else "body"

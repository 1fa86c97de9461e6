"""The application that `make install` builds: files of which each has its hash in its name, and one page."""

import re
import secrets
from collections.abc import Mapping
from pathlib import Path

import msgspec

DIST = Path(__file__).with_name("dist")
"""Where `studio/vite.config.ts` puts it."""
_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
    ".json": "application/json",
}
_ENCODINGS = {"br": ".br", "gzip": ".gz"}
"""What files were packed as when they were built, the smallest first."""
_NONCE = "%NONCE%"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; connect-src 'self'; "
    "img-src 'self' data:; font-src 'self'; frame-src 'self'; worker-src 'self'; object-src 'none'; "
    "base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
"""Nothing runs but what was built, and nothing is asked of other hosts. Styles of the component kit carry the nonce."""


class Asset(msgspec.Struct, frozen=True):
    """A file as it is answered."""

    body: bytes
    headers: Mapping[str, str]


class Bundle:
    """What was built, as it stood when the process started."""

    def __init__(self, folder: Path) -> None:
        page = folder / "index.html"
        self._page = page.read_text() if page.is_file() else ""
        self._files = {file.name: file for file in (folder / "assets").glob("*")} if self._page else {}

    @property
    def built(self) -> bool:
        """Tell whether there is anything to show."""
        return bool(self._page)

    def page(self) -> Asset:
        """Give the page that every address begins with, under a policy with a nonce of its own."""
        nonce = secrets.token_urlsafe(16)
        headers = {
            "Content-Type": "text/html; charset=utf-8",
            "Content-Security-Policy": _POLICY.format(nonce=nonce),
            "Cache-Control": "no-store",
            **_CAREFUL,
        }
        return Asset(self._page.replace(_NONCE, nonce).encode(), headers)

    def asset(self, name: str, *, accepted: str) -> Asset | None:
        """Read a file, packed as the client accepts it; None when there is none of that name. Blocks for the read."""
        file = self._files.get(name)
        if file is None or (content_type := _TYPES.get(file.suffix)) is None:
            return None
        headers = {
            "Content-Type": content_type,
            "Cache-Control": "public, max-age=31536000, immutable",
            "Vary": "Accept-Encoding",
            **_CAREFUL,
        }
        for encoding, suffix in _ENCODINGS.items():
            packed = self._files.get(name + suffix)
            if packed is not None and re.search(rf"\b{encoding}\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))", accepted):
                return Asset(packed.read_bytes(), {**headers, "Content-Encoding": encoding})
        return Asset(file.read_bytes(), headers)


_CAREFUL = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-DNS-Prefetch-Control": "off",  # links of a preview are not looked up either
}


def _frame(*, remote: str) -> Asset:
    return Asset(
        b'<!doctype html><html lang="en"><head><title>Preview</title></head><body></body></html>',
        {
            "Content-Type": "text/html; charset=utf-8",
            "Content-Security-Policy": (
                "sandbox allow-same-origin; default-src 'none'; style-src 'unsafe-inline'; "
                f"img-src 'self' data:{remote}; font-src data:{remote}; "
                "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
            ),
            "Cache-Control": "private, max-age=3600",
            **_CAREFUL,
        },
    )


FRAME = _frame(remote="")
"""An empty page for previews. It may be styled as emails are, which no frame under the application's own policy may;
nothing runs in it, nothing is asked of other hosts or sent from it, and it may be opened by Studio alone."""
FRAME_WITH_REMOTE_PICTURES = _frame(remote=" https:")
"""The same for whoever clicked on “Show remote pictures”."""

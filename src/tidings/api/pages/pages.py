"""Renders pages under a policy that runs nothing but our own script and reads nothing but our own server."""

import re
import secrets
from typing import Any

import jinja2
import markupsafe
import msgspec
from litestar import MediaType, Response

_POLICY = (
    "default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; connect-src 'self'; frame-src 'self'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

_FORMS = "default-src 'none'; style-src 'nonce-{nonce}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
"""For pages without scripts."""


class Page(msgspec.Struct, frozen=True):
    """A rendered page and the policy it is shown under."""

    html: str
    policy: str

    def response(self, *, status: int = 200) -> Response[str]:
        """Answer with it."""
        headers = {
            "Content-Security-Policy": self.policy,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
        }
        return Response(self.html, status_code=status, media_type=MediaType.HTML, headers=headers)


class Pages:
    """The templates of this folder. Every value is escaped."""

    def __init__(self) -> None:
        self._templates = jinja2.Environment(
            loader=jinja2.PackageLoader("tidings.api", "pages"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters["code"] = _code

    def page(self, name: str, *, forms: bool = False, **values: Any) -> Page:
        """Render a whole page; `forms` is for one without scripts that posts to where it came from."""
        nonce = secrets.token_urlsafe(16)
        html = self._templates.get_template(name).render(nonce=nonce, **values)
        return Page(html, (_FORMS if forms else _POLICY).format(nonce=nonce))


def _code(text: str) -> markupsafe.Markup:
    """Set what stands between backticks as code; the text is escaped first."""
    return markupsafe.Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(markupsafe.escape(text))))  # noqa: S704

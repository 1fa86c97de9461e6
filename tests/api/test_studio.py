"""Studio as it is served: the application, its files, and the link that signs in."""

import dataclasses
import gzip
import re
from pathlib import Path

import httpx
import msgspec
import pytest

from tidings.api.application import create_application
from tidings.api.studio import routes
from tidings.api.studio.session import COOKIE

ROOT = Path(__file__).parents[2]
INDEX = '<meta name="csp-nonce" content="%NONCE%" /><script type="module" src="/studio/assets/index-1a2b.js"></script>'


@pytest.fixture(autouse=True)
def dist(tmp_path, monkeypatch):
    """What a build leaves."""
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text(INDEX)
    (folder / "assets" / "index-1a2b.js").write_bytes(b"export {}")
    (folder / "assets" / "index-1a2b.js.gz").write_bytes(gzip.compress(b"export {}"))
    (folder / "assets" / "index-1a2b.js.br").write_bytes(b"brotli")
    monkeypatch.setattr(routes, "DIST", folder)
    return folder


@pytest.fixture
def app(services, dist):
    """A front door of its own: it looks for the bundle once."""
    return create_application(services=services)


@pytest.fixture
async def link(services):
    """A link that opens Studio once."""
    await services.studio_sessions.mint("one-time", expires_at=services.clock.now_ms() + 60_000)
    return "/studio/?token=one-time"


async def test_a_link_signs_in_once(stranger, link):
    """The token is used up, leaves the address, and becomes a cookie that scripts cannot read."""
    answer = await stranger.get(link)
    assert (answer.status_code, answer.headers["location"]) == (303, "/studio/")
    cookie = answer.headers["set-cookie"].lower()
    assert all(word in cookie for word in ("httponly", "samesite=lax", "path=/;", "max-age=2592000"))
    assert "one-time" not in cookie
    assert (await stranger.get("/studio/session")).status_code == 200

    stranger.cookies.clear()
    answer = await stranger.get(link)
    assert (answer.status_code, answer.headers["location"]) == (303, "/studio/?link=used")
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("public_url", "scheme", "secure"),
    [("", "http", False), ("", "https", True), ("https://t.test", "http", True), ("http://t.test", "https", True)],
)
async def test_the_cookie_goes_over_tls_where_browsers_come_so(services, public_url, scheme, secure):
    """Behind a proxy that ends TLS, the public address says so; nothing else need be set."""
    config = msgspec.structs.replace(services.config, public_url=public_url)
    await services.studio_sessions.mint("once", expires_at=services.clock.now_ms() + 60_000)
    transport = httpx.ASGITransport(app=create_application(services=dataclasses.replace(services, config=config)))
    async with httpx.AsyncClient(transport=transport, base_url=f"{scheme}://tidings.test") as client:
        cookie = (await client.get("/studio/?token=once")).headers["set-cookie"].lower()

    assert ("secure" in cookie.split("; ")) is secure


async def test_a_used_link_still_leads_in_where_one_is_in(stranger, link):
    """Opening the bookmark again in the same browser is no mistake."""
    await stranger.get(link)

    assert (await stranger.get(link)).headers["location"] == "/studio/"


@pytest.mark.parametrize("cookie", ["", "x", "9999999999.x.y", "ü", "x" * 300])
async def test_what_is_no_cookie_of_ours_signs_nobody_in(stranger, cookie):
    """Whatever it is."""
    answer = await stranger.get("/studio/session", headers={"Cookie": f"{COOKIE}={cookie}".encode()})

    assert answer.status_code == 401


async def test_the_page_runs_nothing_but_what_was_built(stranger):
    """No inline script, styles by a nonce that is new each time, no frames around it, nothing kept."""
    answers = [await stranger.get("/studio/") for _ in range(2)]

    policy = answers[0].headers["content-security-policy"]
    (nonce,) = re.findall(r"'nonce-([^']+)'", policy)
    for rule in (
        "default-src 'none'",
        "script-src 'self'",
        f"style-src 'self' 'nonce-{nonce}'",
        "connect-src 'self'",
        "img-src 'self' data:",
        "frame-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    ):
        assert rule in policy.split("; ")
    assert f'content="{nonce}"' in answers[0].text
    assert nonce not in answers[1].text
    assert answers[0].headers["cache-control"] == "no-store"
    assert answers[0].headers["x-content-type-options"] == "nosniff"
    assert answers[0].headers["referrer-policy"] == "same-origin"


async def test_the_page_for_previews_runs_nothing(stranger):
    """It may be styled from within, and that is all; only Studio can put it into a frame."""
    answer = await stranger.get("/studio/frame")
    policy = answer.headers["content-security-policy"].split("; ")

    assert "https:" not in answer.headers["content-security-policy"]
    assert answer.headers["x-dns-prefetch-control"] == "off"
    assert {"sandbox allow-same-origin", "default-src 'none'", "frame-ancestors 'self'"} <= set(policy)
    assert "style-src 'unsafe-inline'" in policy
    assert not [rule for rule in policy if rule.startswith(("script-src", "connect-src"))]


async def test_only_the_page_that_is_asked_for_it_lets_pictures_of_other_hosts_in(stranger):
    """Studio asks for it when somebody clicked; all else is as without."""
    plain, remote = [
        (await stranger.get(f"/studio/frame{query}")).headers["content-security-policy"]
        for query in ("", "?pictures=remote")
    ]

    assert remote.replace(" https:", "") == plain
    assert "img-src 'self' data: https:" in remote.split("; ")


@pytest.mark.parametrize("path", ["/studio", "/studio/logs", "/studio/users/a%2Fb", "/studio/templates/x/y?locale=de"])
async def test_every_address_begins_with_the_page(stranger, path):
    """The application finds its screen itself, so an address can be bookmarked and sent."""
    answer = await stranger.get(path)

    assert answer.status_code == 200
    assert "csp-nonce" in answer.text


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("br;q=0.5", "br"),
        ("identity", None),
    ],
)
async def test_a_file_is_answered_as_it_was_packed(stranger, accepted, encoding):
    """No request compresses anything; its name says what is in it, so it may be kept for ever."""
    async with stranger.stream("GET", "/studio/assets/index-1a2b.js", headers={"Accept-Encoding": accepted}) as answer:
        body = b"".join([chunk async for chunk in answer.aiter_raw()])

    assert answer.headers.get("content-encoding") == encoding
    assert body == {"br": b"brotli", None: b"export {}"}.get(encoding, body)
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["vary"].lower() == "accept-encoding"


@pytest.mark.parametrize("name", ["gone.js", "..%2Findex.html", "index-1a2b.js.br", "%2e%2e"])
async def test_what_is_no_file_of_the_build_is_not_found(stranger, name, refused):
    """Neither what is gone, nor what lies beside."""
    refused(await stranger.get(f"/studio/assets/{name}"), 404)


async def test_without_a_build_it_says_what_to_do(services, dist, broken):
    """A page for people; the API works without it."""
    (dist / "index.html").unlink()
    async with broken() as api:
        answer = await api.get("/studio/")
        assert answer.status_code == 503
        assert "make install" in answer.text
        assert (await api.get("/messages")).status_code == 200


def test_the_snippet_for_browsers_is_the_documented_one():
    """Studio shows the snippet of the docs; address and key are filled in."""
    page = (ROOT / "docs" / "how-to" / "browser.md").read_text()
    (snippet,) = re.findall(r"^```html\n(<script>.*?</script>\n)```", page, re.MULTILINE | re.DOTALL)

    assert (ROOT / "studio" / "src" / "components" / "sources" / "snippet.html").read_text() == snippet

"""analytics.js and its cousins in a real Chromium, on a page of another origin, with nothing but tidings to talk to."""

import asyncio
import contextlib
import functools
import os
import re
import shutil
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, Page, Request, async_playwright

ROOT = Path(__file__).parents[2]
MODULES = ROOT / "tests" / "clients" / "node_modules"
API_KEY = "pk_prod_0123456789abcdefghijklmnopqrstuvwxyz"
WRITE_KEY = "0123456789abcdefghijklmnopqrstuv"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
FLAGS += ["--disable-background-networking", "--disable-component-update"]
EMPTY = "<!doctype html><title>Shop</title><a id=link href='#x'>x</a>"


def chromium() -> str:
    """Find the system's Chromium."""
    names = [os.environ.get("TIDINGS_TEST_CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome"]
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    assert found, "Chromium is missing: install your system's package chromium, or name it in TIDINGS_TEST_CHROMIUM"
    return found


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder and says nothing."""

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., str]]:
    """A web site of its own origin; lends the address of a page with these contents."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "modules").symlink_to(MODULES)
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()

    def page(html: str, *, query: str = "") -> str:
        name = f"{len(list(folder.iterdir()))}.html"
        (folder / name).write_text(html)
        return f"http://127.0.0.1:{server.server_port}/{name}{query}"

    yield page
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A fresh Chromium."""
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield started
        await started.close()


class Tab:
    """A page, what it asked of whom, and what went wrong in it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.asked: list[Request] = []
        self.errors: list[str] = []
        page.on("request", lambda request: self.asked.append(request))  # noqa: PLW0108 Playwright marks what it is given
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def hosts(self) -> set[str]:
        """Tell which hosts were asked."""
        return {re.sub(r"^\w+://([^/]+)/.*", r"\1", request.url) for request in self.asked}

    def paths(self) -> list[str]:
        """Tell the paths of what was posted."""
        return [re.sub(r"^\w+://[^/]+", "", request.url) for request in self.asked if request.method == "POST"]


@pytest.fixture
async def tab(browser: Browser) -> Tab:
    """A fresh tab with a fresh profile."""
    context = await browser.new_context(user_agent="Tidings Tests")
    return Tab(await context.new_page())


@pytest.fixture
async def http(shared_server: Any) -> AsyncIterator[httpx.AsyncClient]:
    """Ask the server with its API key."""
    headers = {"authorization": f"Bearer {API_KEY}"}
    async with httpx.AsyncClient(base_url=shared_server.url, headers=headers, timeout=20) as client:
        yield client


async def call_of(http: httpx.AsyncClient, name: str, **where: str) -> dict[str, Any]:
    """Wait for the one event of a name; give it with its call."""
    async with asyncio.timeout(30):
        while not (found := (await http.get("/inbound-events", params={"name": name, **where})).json()["results"]):
            await asyncio.sleep(0.05)
    assert len(found) == 1
    event: dict[str, Any] = (await http.get(f"/inbound-events/{found[0]['id']}")).json()
    return event


def snippet(url: str) -> str:
    """Take the snippet out of the page that users read, and put the server's address and key in."""
    page = (ROOT / "docs" / "how-to" / "browser.md").read_text()
    found = re.search(r"^```html\n(<script>.*?</script>)\n```", page, re.MULTILINE | re.DOTALL)
    assert found
    return found[1].replace("https://tidings.example.com", url).replace("YOUR_WRITE_KEY", WRITE_KEY)


async def test_the_snippet_of_our_docs_works(shared_server: Any, http: Any, site: Any, tab: Tab) -> None:
    """Pasted as it stands with address and key: script, settings, calls and lazy chunks all come from tidings."""
    url = site(f"<!doctype html><title>Shop</title>{snippet(shared_server.url)}", query="?ajs_event=From%20The%20Query")
    await tab.page.goto(url)
    await tab.page.evaluate("""async () => {
        await analytics.identify('ann snippet', { email: 'ann@example.com' })
        await analytics.track('Snippet Clicked', { total: 27.5, nothing: NaN })
        await analytics.group('acme', { seats: 3 })
        await analytics.screen('Main')
        await analytics.alias('ann snippet 2')
    }""")
    event = await call_of(http, "Snippet Clicked")
    call = event["call"]
    assert (event["user_id"], event["status"]) == ("ann snippet", "UNMAPPED")
    assert call["properties"] == {"total": 27.5, "nothing": None}
    assert call["context"]["library"]["name"] == "analytics.js"
    assert call["context"]["ip"] == "127.0.0.1"
    assert call["context"]["page"]["title"] == "Shop"
    assert call["context"]["userAgent"] == "Tidings Tests"
    assert call["anonymousId"]
    assert "writeKey" not in call
    assert (await http.get("/profiles/ann snippet")).json()["profile"]["email"] == "ann@example.com"
    await call_of(http, "From The Query")
    async with asyncio.timeout(30):
        while not {"page", "group", "screen", "alias"} <= {
            event["type"] for event in (await http.get("/inbound-events?limit=100")).json()["results"]
        }:
            await asyncio.sleep(0.05)
    assert tab.hosts() == {shared_server.url.removeprefix("http://"), re.sub(r"^\w+://([^/]+)/.*", r"\1", url)}
    assert tab.errors == []


def loaded(options: str = "{}") -> str:
    """Write a page that loads the npm package's bundle, as an app's bundler would."""
    return f"""{EMPTY}<script src="modules/@segment/analytics-next/dist/umd/index.js"></script><script>
        window.load = (cdnURL, writeKey) => {{
            window.analytics = AnalyticsNext.AnalyticsBrowser.load({{ cdnURL, writeKey }}, {options})
        }}</script>"""


BATCHING = (
    "{ integrations: { 'Segment.io': { deliveryStrategy: { strategy: 'batching', config: { timeout: 60000 } } } } }"
)


async def test_npm_users_change_cdn_url_alone(shared_server: Any, http: Any, site: Any, tab: Tab) -> None:
    """`AnalyticsBrowser.load({writeKey, cdnURL})` is all: the settings name where calls go."""
    await tab.page.goto(site(loaded()))
    await tab.page.evaluate("([url, key]) => load(url, key)", [shared_server.url, WRITE_KEY])
    await tab.page.evaluate("() => analytics.track('Npm Clicked', {}, { integrations: { All: false, Courier: true } })")
    event = await call_of(http, "Npm Clicked")
    assert event["anonymous_id"]
    assert event["call"]["integrations"] == {"All": False, "Courier": True}
    assert tab.paths() == ["/v1/t"]
    assert tab.errors == []


async def test_a_batch_is_flushed_when_the_page_closes(shared_server: Any, http: Any, site: Any, tab: Tab) -> None:
    """§2.4: with the batching strategy what waits is sent by `keepalive` as the user leaves, and arrives."""
    await tab.page.goto(site(loaded(BATCHING)))
    await tab.page.evaluate("([url, key]) => load(url, key)", [shared_server.url, WRITE_KEY])
    await tab.page.evaluate("() => analytics.ready()")
    await tab.page.evaluate("() => Promise.all([analytics.track('First Of Batch'), analytics.track('Last Of Batch')])")
    assert tab.paths() == []
    await tab.page.goto(site(EMPTY))
    first, last = await call_of(http, "First Of Batch"), await call_of(http, "Last Of Batch")
    assert first["received_at"] == last["received_at"]


@contextlib.contextmanager
def storm(server: Any) -> Iterator[None]:
    """Hold the stream's file: until it is over, nothing can be kept."""
    holding = sqlite3.connect(server.data / "stream.db", isolation_level=None)
    holding.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        holding.execute("ROLLBACK")
        holding.close()


async def test_a_browser_comes_back_after_503(shared_server: Any, http: Any, site: Any, tab: Tab) -> None:
    """The browser may read the 503, waits as its library does, preflights the repetition, and delivers once."""
    await tab.page.goto(site(loaded()))
    await tab.page.evaluate("([url, key]) => load(url, key)", [shared_server.url, WRITE_KEY])
    await tab.page.evaluate("() => analytics.ready()")
    with storm(shared_server):
        async with tab.page.expect_response(lambda response: response.status == 503, timeout=20_000):
            await tab.page.evaluate("() => { analytics.track('After The Storm In A Browser') }")
    event = await call_of(http, "After The Storm In A Browser")
    repeated = [request for request in tab.asked if await request.header_value("x-retry-count")]
    assert repeated
    assert event["call"]["messageId"] == repeated[-1].post_data_json["messageId"]


async def test_a_beacon_is_a_batch(shared_server: Any, http: Any, site: Any, tab: Tab) -> None:
    """§1.3: `sendBeacon` sends text/plain, no header of ours, and the key in the query."""
    await tab.page.goto(site(EMPTY))
    assert await tab.page.evaluate(
        """([url, key]) => navigator.sendBeacon(`${url}/beacon/v1/batch?writeKey=${key}`, JSON.stringify({
            batch: [{ type: 'track', event: 'Beacon Sent', userId: 'ann beacon' }] }))""",
        [shared_server.url, WRITE_KEY],
    )
    assert (await call_of(http, "Beacon Sent"))["user_id"] == "ann beacon"


async def test_a_pixel_is_a_call(shared_server: Any, http: Any, site: Any, tab: Tab) -> None:
    """§1.14: a picture loads without an error, and its call is in the log with the reader's address."""
    source = f"{shared_server.url}/v1/pixel/track?writeKey={WRITE_KEY}&userId=ann&event=Pixel%20Seen"
    await tab.page.goto(site(f"{EMPTY}<img id=pixel src='{source}'>"))
    assert await tab.page.evaluate("() => document.querySelector('#pixel').naturalWidth") == 1
    assert (await call_of(http, "Pixel Seen"))["call"]["context"]["ip"] == "127.0.0.1"


async def test_rudderstacks_library_works(shared_server: Any, http: Any, site: Any, tab: Tab) -> None:
    """§2.6: @rudderstack/analytics-js with its data plane and control plane here."""
    module = "./modules/@rudderstack/analytics-js/dist/npm/modern/bundled/esm/index.mjs"
    await tab.page.goto(site(EMPTY))
    await tab.page.evaluate(
        """async ([module, url, key]) => {
            const { RudderAnalytics } = await import(new URL(module, location.href))
            window.rudder = new RudderAnalytics()
            rudder.load(key, url, { configUrl: url, logLevel: 'ERROR' })
            rudder.identify('ann rudder', { email: 'ann@example.com' })
            rudder.track('Rudder Clicked', { total: 27.5 })
        }""",
        [module, shared_server.url, WRITE_KEY],
    )
    event = await call_of(http, "Rudder Clicked")
    assert (event["user_id"], event["call"]["properties"]["total"]) == ("ann rudder", 27.5)
    assert event["call"]["context"]["ip"] == "127.0.0.1"
    async with asyncio.timeout(30):
        while (await http.get("/profiles/ann rudder")).status_code == 404:
            await asyncio.sleep(0.05)
    assert (await http.get("/profiles/ann rudder")).json()["profile"]["email"] == "ann@example.com"

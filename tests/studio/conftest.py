"""A live server and a browser, once for all tests of a file; a page that is signed in to Studio, for each test.

A test may not know which others went before it: what it looks at it makes itself, and where a screen has to be empty,
or a list whole, it makes an environment (`world`).
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

ROOT = Path(__file__).parents[2]
API_KEY = "pk_prod_0123456789abcdefghijklmnopqrstuvwxyz"
WRITE_KEY = "0123456789abcdefghijklmnopqrstuv"
AXE = ROOT / "studio" / "node_modules" / "axe-core" / "axe.min.js"
SHOTS = ROOT / "docs" / "images" / "studio"
IN_EVERY_LOOK = frozenset({"home", "designer", "message"})
"""Screens that the docs show by night, and on a phone."""
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync", "--hide-scrollbars"]
SMALLEST, HUGE = {"width": 320, "height": 640}, {"width": 3840, "height": 2160}
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 360, "height": 740}
START_S = 60.0
expect.set_options(timeout=15_000)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a file together: they share a server and a browser. xdist reads the marks after us."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.xdist_group(item.path.name))


class World(msgspec.Struct):
    """An environment of a test's own: it was empty when the test began."""

    name: str
    url: str
    """Of the server."""
    api: httpx.Client
    """In this environment, as whoever came by the one-time link."""

    def at(self, path: str = "") -> str:
        """Give the address of a screen in it."""
        return f"{self.url}/studio/{path}{'&' if '?' in path else '?'}environment={self.name}"


class Studio(msgspec.Struct):
    """A running server and a browser beside it."""

    url: str
    environment: dict[str, str]
    """What it was started with."""
    browser: Browser
    api: httpx.Client
    """With the key of production."""
    printed: str
    """What it said when it was ready."""
    api_key: str = API_KEY
    write_key: str = WRITE_KEY
    _cookies: list[Any] = []
    """Of the session that a link opened, once one was asked for."""

    def cli(self, *arguments: str) -> Any:
        """Run a command on the same data and read its JSON."""
        command = [sys.executable, "-m", "tidings", *arguments]
        done = subprocess.run(command, env=self.environment, capture_output=True, check=False, timeout=60)  # noqa: S603
        assert done.returncode == 0, done.stderr.decode()
        return json.loads(done.stdout)

    def link(self) -> str:
        """Get a link that opens Studio once."""
        path = self.cli("studio", "--json")["url"].partition("/studio/")[2]
        return f"{self.url}/studio/{path}"

    def track(self, event: str, user_id: str = "ann", **properties: Any) -> None:
        """Send a call, as a library of Segment's does."""
        body = {"type": "track", "event": event, "userId": user_id, "properties": properties}
        answer = self.api.post("/v1/track", json=body, headers={"X-Write-Key": WRITE_KEY, "Authorization": ""})
        assert answer.json() == {"success": True}

    def page(self, *, signed_in: bool = True) -> Page:
        """Open a page of its own profile, which must not complain about anything, nor ask anybody but the server."""
        context = self.browser.new_context(viewport=WIDE, color_scheme="light", reduced_motion="reduce")
        if signed_in:
            context.add_cookies(self.cookies())
        page = context.new_page()
        page.set_default_timeout(15_000)
        complaints: list[str] = []
        page.on("console", lambda message: _listen(message, complaints))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: complaints.extend(self._strayed(request)))
        page.complaints = complaints  # type: ignore[attr-defined]  # the fixture looks at the end
        return page

    def cookies(self) -> list[Any]:
        """Give the cookies of whoever came by a one-time link: all tests of a file share this session."""
        if not self._cookies:
            context = self.browser.new_context()
            context.request.get(self.link())
            self._cookies = context.cookies()
            context.close()
        return self._cookies

    def _strayed(self, request: Request) -> list[str]:
        at_home = request.is_navigation_request() or request.url.startswith((f"{self.url}/", "data:", "blob:"))
        return [] if at_home else [f"asked somebody else: {request.url}"]


_ABSENT = re.compile(r"/(profiles|suppressions|inbound-events)/")
"""Studio learns from a 404 of these that there is none."""


def _listen(message: ConsoleMessage, complaints: list[str]) -> None:
    if "404" in message.text and _ABSENT.search(message.location["url"]):
        return
    refused = "401" in message.text or "status of 400" in message.text  # how Studio learns to be locked, and forms
    if message.type in {"error", "warning"} and not refused:  # what is wrong
        complaints.append(message.text)


def chromium() -> str:
    """Find the system's Chromium."""
    names = [os.environ.get("TIDINGS_TEST_CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome"]
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    assert found, "Chromium is missing: install your system's package chromium, or name it in TIDINGS_TEST_CHROMIUM"
    return found


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture(scope="module")
def port() -> int:
    """Where the server will listen."""
    return _free_port()


class Mailbox(msgspec.Struct):
    """A real SMTP server, and what it was sent."""

    port: int
    letters: list[Any]
    """Envelopes, as aiosmtpd has them."""

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 aiosmtpd's name
        """Take a mail."""
        self.letters.append(envelope)
        return "250 OK"


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    """Where mail of a file's tests goes."""
    made = Mailbox(_free_port(), [])
    controller = Controller(made, hostname="127.0.0.1", port=made.port)
    controller.start()
    yield made
    controller.stop()


@pytest.fixture(scope="module")
def settings() -> dict[str, str]:
    """What a file's server is told besides."""
    return {}


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory, port: int, settings: dict[str, str]) -> Iterator[Studio]:
    """A server on an empty folder, and a browser."""
    folder = tmp_path_factory.mktemp("studio")
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("TIDINGS_")},
        "TIDINGS_API_KEY": API_KEY,
        "TIDINGS_WRITE_KEY": WRITE_KEY,
        "TIDINGS_ALLOW_PRIVATE_DESTINATIONS": "1",  # webhooks of tests are on this machine
        "TIDINGS_DATA": str(folder / "data"),
        "PYTHONPATH": str(ROOT / "src"),
        **settings,
    }
    log = folder / "server.log"
    with log.open("wb") as file:
        process = subprocess.Popen(  # noqa: S603 our own program
            [sys.executable, "-m", "tidings", "serve", "--port", str(port)],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(lambda: "Studio " in log.read_text() and httpx.get(f"{url}/health/ready").is_success, process, log)
        with (
            sync_playwright() as playwright,
            httpx.Client(base_url=url, headers={"Authorization": f"Bearer {API_KEY}"}, timeout=20) as api,
        ):
            browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
            yield Studio(url, environment, browser, api, log.read_text())
            browser.close()
    finally:
        process.terminate()
        process.wait(timeout=40)


def _wait(fact: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(httpx.HTTPError):
            if fact():
                return
        time.sleep(0.02)
    pytest.fail(log.read_text())


@pytest.fixture
def world(studio: Studio) -> Iterator[Callable[..., World]]:
    """Make an environment, in which nothing is yet. Its name shows in pictures; no other test of the file has it."""
    (cookie,) = studio.cookies()
    headers = {"Cookie": f"{cookie['name']}={cookie['value']}"}
    with ExitStack() as opened:

        def make(name: str, delivery: str = "live") -> World:
            there = {**headers, "Tidings-Environment": name}
            api = opened.enter_context(httpx.Client(base_url=studio.url, headers=there, timeout=20))
            asked = {"name": name, "delivery": delivery}
            made = api.post("/environments", json=asked, headers={"Tidings-Environment": "production"})
            assert made.status_code == 201, made.text
            return World(name, studio.url, api)

        yield make


@pytest.fixture(autouse=True)
def _closed(studio: Studio) -> Iterator[None]:
    """Leave no page open behind a test."""
    yield
    for context in studio.browser.contexts:
        context.close()


@pytest.fixture
def page(studio: Studio) -> Iterator[Page]:
    """A page that is signed in. Whatever it complains of fails the test."""
    page = studio.page()
    yield page
    assert not page.complaints, "\n".join(page.complaints)  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], None]:
    """Check that a page is accessible, by axe's rules for WCAG 2.2 AA and good practice, by day and by night.

    On the smallest screen and on a huge one, nothing may lie beside the page.
    """

    def check(page: Page) -> None:
        if page.evaluate("typeof axe") == "undefined":
            page.evaluate(AXE.read_text())
        wrong = _violations(page, "{ resultTypes: ['violations'] }")
        page.evaluate(_AT_ONCE)
        page.emulate_media(color_scheme="dark")
        wrong += _violations(page, "{ resultTypes: ['violations'], runOnly: ['color-contrast'] }", "by night, ")
        page.emulate_media(color_scheme="light")
        for size in (SMALLEST, HUGE):
            page.set_viewport_size(size)
            wrong += [f"{size['width']} pixels: {each}" for each in page.evaluate(_OVERFLOWING)]
        page.set_viewport_size(WIDE)
        assert not wrong, "\n".join(wrong)

    return check


_AT_ONCE = """() => {  // colours would change over some frames
  const rules = new CSSStyleSheet();
  rules.replaceSync("*, *::before, *::after { transition: none !important; }");
  document.adoptedStyleSheets.push(rules);
}"""
_OVERFLOWING = """async () => {
  const page = document.scrollingElement;
  const isBeyond = (each) => each.getBoundingClientRect().right > innerWidth;
  const last = () => [...document.querySelectorAll("body *")].filter(isBeyond).at(-1)?.outerHTML.slice(0, 200);
  for (let frame = 0; page.scrollWidth > innerWidth; frame++) {  // the page is laid out anew within some frames
    if (frame > 120) return [`the page is ${page.scrollWidth} wide: ${last()}`];
    await new Promise(requestAnimationFrame);
  }
  return [];
}"""


def _violations(page: Page, options: str, when: str = "") -> list[str]:
    found = page.evaluate(f"axe.run(document, {options})")
    return [
        f"{when}{each['id']}: {each['help']}: {[node['html'][:200] for node in each['nodes']]}"
        for each in found["violations"]
    ]


@pytest.fixture(scope="session")
def shot() -> Callable[[Page, str], None]:
    """Keep pictures of a screen: with `TIDINGS_SCREENSHOTS=1` those of the docs, with `all` in every look."""
    wanted = os.environ.get("TIDINGS_SCREENSHOTS", "")
    looks = (("", WIDE, "light"), ("-dark", WIDE, "dark"), ("-narrow", NARROW, "light"))

    def keep(page: Page, name: str) -> None:
        if not wanted:
            return
        SHOTS.mkdir(parents=True, exist_ok=True)
        for suffix, size, scheme in looks if wanted == "all" or name in IN_EVERY_LOOK else looks[:1]:
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=scheme)
            page.wait_for_timeout(300)  # charts draw themselves anew
            page.screenshot(path=SHOTS / f"{name}{suffix}.png", full_page=suffix == "-narrow")
        page.set_viewport_size(WIDE)
        page.emulate_media(color_scheme="light")

    return keep

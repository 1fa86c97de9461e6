"""The way in, and what stands around every screen."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

Check = Callable[[Page], None]
Shot = Callable[[Page, str], None]


def test_a_link_leads_from_the_sign_in_screen_to_home(studio: Any, axe: Check, shot: Shot) -> None:
    """Without a session nothing is shown but how to get in; a link signs in once."""
    page = studio.page(signed_in=False)
    answer = page.goto(f"{studio.url}/studio/")
    assert "script-src 'self'; " in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(page.get_by_text("tidings studio", exact=True)).to_be_visible()
    axe(page)
    shot(page, "sign-in")

    link = studio.link()
    page.goto(link)
    expect(page.get_by_role("heading", level=1, name="Welcome")).to_be_visible()
    expect(page).to_have_url(f"{studio.url}/studio/")
    axe(page)
    assert page.complaints == []
    (cookie,) = page.context.cookies()
    assert (cookie["name"], cookie["httpOnly"], cookie["sameSite"]) == ("tidings_studio", True, "Lax")
    assert page.evaluate("document.cookie") == ""

    page.evaluate("document.body.append(Object.assign(document.createElement('script'), { text: 'window.ran = 1' }))")
    assert page.evaluate("window.ran") is None
    (complaint,) = page.complaints
    assert "Content Security Policy" in complaint

    page.context.clear_cookies()
    page.goto(link)
    expect(page.get_by_role("heading", name="This link has been used")).to_be_visible()


def test_the_keyboard_leads_everywhere(studio: Any, page: Page, axe: Check) -> None:
    """The palette finds screens, `?` lists the shortcuts, `g h` goes Home."""
    page.goto(f"{studio.url}/studio/nowhere")
    expect(page.get_by_role("heading", name="Nothing has this address")).to_be_visible()
    axe(page)
    page.keyboard.press("g")
    page.keyboard.press("h")
    expect(page).to_have_url(f"{studio.url}/studio/")

    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    axe(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)

    page.keyboard.press("Control+k")
    page.get_by_role("textbox", name="Find").fill("dark")
    axe(page)
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
    axe(page)
    page.get_by_role("button", name="Colours").click()
    page.get_by_role("menuitem", name="As the system").click()


def test_dialogs_keep_the_keyboard_and_give_it_back(studio: Any, page: Page) -> None:
    """While one is open no shortcut leads away; Escape closes it, and nothing more; the focus returns to its button."""
    studio.api.post("/profiles/ann", json={"profile": {"email": "ann@example.com"}})
    for path, name in (("settings/environments", "Make an environment"), ("users/ann", "Suppress")):
        page.goto(f"{studio.url}/studio/{path}")
        page.get_by_role("button", name=name).press("Enter")
        page.get_by_role("dialog").get_by_role("button", name="Cancel").focus()
        page.keyboard.press("g")
        page.keyboard.press("t")
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(page.get_by_role("button", name=name)).to_be_focused()
        assert page.url == f"{studio.url}/studio/{path}"


def test_environments_are_worlds_apart(studio: Any, page: Page) -> None:
    """The address names the environment, and keeps it from screen to screen; an unknown one is told so."""
    page.goto(f"{studio.url}/studio/")
    page.get_by_role("combobox", name="Environment").click()
    page.get_by_role("option", name="test").click()
    expect(page).to_have_url(f"{studio.url}/studio/?environment=test")
    expect(page).to_have_title(re.compile("test"))
    page.get_by_role("link", name="Home").click()
    expect(page).to_have_url(f"{studio.url}/studio/?environment=test")

    page.goto(f"{studio.url}/studio/?environment=staging")
    expect(page.get_by_role("heading", name="There is no environment “staging”")).to_be_visible()
    page.get_by_role("link", name="production").click()
    expect(page).to_have_url(f"{studio.url}/studio/")


def test_nothing_overflows(studio: Any, page: Page) -> None:
    """From small phones to 4 K."""
    page.goto(f"{studio.url}/studio/")
    expect(page.get_by_role("heading", level=1, name="Welcome")).to_be_visible()
    for width in (320, 360, 768, 1440, 3840):
        page.set_viewport_size({"width": width, "height": 800})
        page.wait_for_function("width => document.documentElement.scrollWidth <= width", arg=width)

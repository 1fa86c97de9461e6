"""Who may use Studio, and the rest of the settings, as people use them."""

import re
from collections.abc import Callable, Iterator
from email import message_from_bytes
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Page, expect

Check = Callable[[Page], None]
Shot = Callable[[Page, str], None]
PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def settings(port: int, mailbox: Any) -> dict[str, str]:
    """Mail to the team goes by a server of the installation's own."""
    return {
        "TIDINGS_SMTP_URL": f"smtp://127.0.0.1:{mailbox.port}",
        "TIDINGS_PUBLIC_URL": f"http://127.0.0.1:{port}",
    }


def mailed(page: Page, mailbox: Any, email: str) -> str:
    """Wait for the one mail to somebody; give the link in it."""
    while not (letters := [each for each in mailbox.letters if each.rcpt_tos == [email]]):
        page.wait_for_timeout(20)
    (letter,) = letters
    plain = next(each for each in message_from_bytes(letter.content).walk() if each.get_content_type() == "text/plain")
    words = (plain.get_payload(decode=True) or b"").decode()
    (link,) = set(re.findall(r"http://\S+/studio/invitation#[\w-]+", words))
    return str(link)


def heading(page: Page, name: str) -> None:
    """Wait for a screen."""
    expect(page.get_by_role("heading", name=name, level=1, exact=True)).to_be_visible()


def sign_in(page: Page, studio: Any, email: str, password: str = PASSWORD) -> None:
    """Fill the form in."""
    page.goto(f"{studio.url}/studio/settings/account")
    page.get_by_role("textbox", name="Email").fill(email)
    page.get_by_role("textbox", name="Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


@pytest.fixture(scope="module")
def account(studio: Any) -> list[Any]:
    """The cookies of whoever came by the one-time link, and made an account."""
    page: Page = studio.page(signed_in=False)
    page.goto(studio.link())
    page.goto(f"{studio.url}/studio/settings")
    heading(page, "My account")
    page.get_by_role("textbox", name="Email").fill("Ann@example.com")
    page.get_by_role("textbox", name="Name").fill("Ann Lee")
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.get_by_role("button", name="Make the account").click()
    expect(page.get_by_role("button", name="Ann Lee")).to_be_visible()
    cookies: list[Any] = page.context.cookies()
    page.context.close()
    return cookies


@pytest.fixture
def owner(studio: Any, account: list[Any]) -> Iterator[Page]:
    """A page of theirs. Whatever it complains of fails the test."""
    page: Page = studio.page(signed_in=False)
    page.context.add_cookies(account)
    yield page
    assert page.complaints == []  # type: ignore[attr-defined]


def test_an_account_signs_in_with_a_password_and_a_code(studio: Any, owner: Page, axe: Check, shot: Shot) -> None:
    """The app learns the secret, its code is asked for, and a recovery code opens when the app is lost."""
    owner.goto(f"{studio.url}/studio/settings/account")
    heading(owner, "My account")
    axe(owner)
    shot(owner, "settings-account")
    owner.get_by_role("button", name="Switch on").click()
    owner.get_by_role("textbox", name="Current password").last.fill(PASSWORD)
    owner.get_by_role("button", name="Continue").click()
    expect(owner.get_by_role("img", name="QR code")).to_be_visible()
    axe(owner)
    shot(owner, "settings-second-factor")
    secret = owner.get_by_role("region", name="Secret").inner_text()
    owner.get_by_role("textbox", name="Code").fill(pyotp.TOTP(secret).now())
    owner.get_by_role("button", name="Switch on").click()
    codes = owner.get_by_role("region", name="Recovery codes").inner_text().split()
    assert len(codes) == 10
    axe(owner)
    owner.get_by_role("button", name="I have kept them").click()

    page: Page = studio.page(signed_in=False)
    sign_in(page, studio, "ann@example.com", "wrong horse battery")
    expect(page.get_by_role("alert")).to_contain_text("The email address or the password is wrong.")
    sign_in(page, studio, "ann@example.com")
    heading(page, "Enter your code")
    axe(page)
    shot(page, "sign-in-code")
    page.get_by_role("textbox", name="Code").fill(codes[0])
    page.get_by_role("button", name="Continue").click()
    heading(page, "My account")  # where one wanted to go
    expect(page.get_by_text("this one")).to_be_visible()
    page.get_by_role("button", name="Ann Lee").click()
    page.get_by_role("menuitem", name="Sign out").click()
    heading(page, "Sign in")


def test_somebody_is_invited_and_sees_what_the_role_shows(
    studio: Any, owner: Page, mailbox: Any, axe: Check, shot: Shot
) -> None:
    """The link is mailed, and shown once; it sets the password, and signs in. A disabled account is out at once."""
    owner.goto(f"{studio.url}/studio/settings/team")
    owner.get_by_role("button", name="Invite somebody").click()
    owner.get_by_role("textbox", name="Email").fill("bob@example.com")
    owner.get_by_label("Designer").check()
    axe(owner)
    shot(owner, "settings-invite")
    owner.get_by_role("button", name="Make the invitation").click()
    expect(owner.get_by_role("dialog", name="A mail is on its way")).to_contain_text("bob@example.com")
    link = owner.get_by_role("region", name="Link").inner_text()
    axe(owner)
    shot(owner, "settings-invited")
    assert mailed(owner, mailbox, "bob@example.com") == link
    owner.get_by_role("button", name="Done").click()
    expect(owner.get_by_role("cell", name="bob@example.com invited")).to_be_visible()
    axe(owner)
    shot(owner, "settings-team")

    bob: Page = studio.page(signed_in=False)
    bob.goto(link)
    heading(bob, "Welcome to tidings")
    axe(bob)
    shot(bob, "invitation")
    bob.get_by_role("textbox", name="Name").fill("Bob")
    bob.get_by_role("textbox", name="Password").fill(PASSWORD)
    bob.get_by_role("button", name="Join").click()
    heading(bob, "Welcome")  # nothing has come in here
    bob.goto(f"{studio.url}/studio/settings/account")
    parts = bob.get_by_role("navigation", name="Settings").get_by_role("link")
    expect(parts).to_have_text(["My account", "Environments", "Webhooks", "Retention"])
    for hidden in ("team", "keys", "audit"):
        bob.goto(f"{studio.url}/studio/settings/{hidden}")
        expect(bob.get_by_role("alert")).to_contain_text("This needs the role")

    owner.reload()
    owner.get_by_role("combobox", name="Role of bob@example.com").click()
    owner.get_by_role("option", name="Support Specialist").click()
    expect(owner.get_by_role("combobox", name="Role of bob@example.com")).to_have_value("Support Specialist")
    owner.get_by_role("button", name="Actions for bob@example.com").click()
    owner.get_by_role("menuitem", name="Disable").click()
    expect(owner.get_by_role("row", name="bob@example.com")).to_contain_text("disabled")
    bob.reload()
    heading(bob, "Sign in")


def test_a_forgotten_password_is_chosen_anew(studio: Any, owner: Page, mailbox: Any, axe: Check, shot: Shot) -> None:
    """The sign-in page has a link sent; it sets another password, once."""
    headers = {"Tidings-Environment": "production"}
    invitation = {"email": "cleo@example.com", "name": "Cleo", "role": "support_specialist", "mail": False}
    made = owner.request.post(f"{studio.url}/accounts", data=invitation, headers=headers).json()
    first = {"token": made["link"]["url"].partition("#")[2], "password": PASSWORD, "name": "Cleo"}
    page: Page = studio.page(signed_in=False)
    assert page.request.post(f"{studio.url}/account/links/accept", data=first, headers=headers).ok
    page.context.clear_cookies()

    page.goto(f"{studio.url}/studio/")
    page.get_by_role("button", name="Forgot your password?").click()
    page.get_by_role("textbox", name="Email").fill("cleo@example.com")
    axe(page)
    page.get_by_role("button", name="Send me a link").click()
    expect(page.get_by_role("status")).to_contain_text("a link for a new one is on its way")
    axe(page)
    shot(page, "sign-in-forgotten")
    link = mailed(page, mailbox, "cleo@example.com")
    page.goto(link)
    heading(page, "Choose a new password")
    axe(page)
    page.get_by_role("textbox", name="Password").fill("another horse battery")
    page.get_by_role("button", name="Save and sign in").click()
    heading(page, "Welcome")  # nothing has come in here

    page.context.clear_cookies()
    sign_in(page, studio, "cleo@example.com")
    expect(page.get_by_role("alert")).to_contain_text("The email address or the password is wrong.")
    sign_in(page, studio, "cleo@example.com", "another horse battery")
    heading(page, "My account")
    assert page.complaints == []  # type: ignore[attr-defined]
    page.goto(f"{studio.url}/studio/")
    page.goto(link)
    expect(page.get_by_text("This link opens nothing")).to_be_visible()


def test_a_key_is_copied_once_and_revoked(studio: Any, owner: Page, axe: Check, shot: Shot) -> None:
    """It opens the API from the moment it is shown; revoked, it does not."""
    owner.goto(f"{studio.url}/studio/settings/keys")
    owner.get_by_role("button", name="Make a key").click()
    owner.get_by_role("textbox", name="Name").fill("billing service")
    owner.get_by_role("button", name="Make the key").click()
    key = owner.get_by_role("region", name="API key").inner_text()
    axe(owner)
    shot(owner, "settings-new-key")
    headers = {"Authorization": f"Bearer   {key}"}
    assert _comes_to(200, lambda: studio.api.get("/brands", headers=headers).status_code)
    owner.get_by_role("button", name="Done").click()
    row = owner.get_by_role("row", name="billing service")
    expect(row).to_contain_text(key[-4:])
    expect(owner.get_by_text(key)).to_have_count(0)
    axe(owner)
    shot(owner, "settings-keys")
    row.get_by_role("button", name="Revoke").click()
    owner.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(row).to_contain_text("revoked")
    assert _comes_to(401, lambda: studio.api.get("/brands", headers=headers).status_code)


def _comes_to(wanted: int, ask: Callable[[], int]) -> bool:
    return any(ask() == wanted for _ in range(2000))


def test_an_environment_is_made(studio: Any, owner: Page, axe: Check, shot: Shot) -> None:
    """It is there to be switched to, and it is empty."""
    owner.goto(f"{studio.url}/studio/settings/environments")
    owner.get_by_role("button", name="Make an environment").click()
    owner.get_by_role("textbox", name="Name").fill("staging")
    axe(owner)
    owner.get_by_role("button", name="Make it").click()
    owner.get_by_role("link", name="staging").click()
    expect(owner).to_have_url(re.compile("environment=staging"))
    heading(owner, "Welcome")
    owner.goto(f"{studio.url}/studio/settings/keys?environment=staging")
    expect(owner.get_by_role("heading", name="No key opens this environment")).to_be_visible()
    axe(owner)
    owner.goto(f"{studio.url}/studio/settings/environments")
    heading(owner, "Environments")
    expect(owner.get_by_role("cell", name="staging", exact=True)).to_be_visible()
    shot(owner, "settings-environments")


def test_a_webhook_is_added_and_changed(studio: Any, world: Any, owner: Page, axe: Check, shot: Shot) -> None:
    """Whoever is told has an address and a secret, which is not shown again."""
    owner.goto(world("empty").at("settings/webhooks"))
    expect(owner.get_by_role("heading", name="Nobody is told yet")).to_be_visible()
    axe(owner)
    owner.goto(f"{studio.url}/studio/settings/webhooks")
    owner.get_by_role("button", name="Add a webhook").click()
    owner.get_by_role("textbox", name="Name").fill("Shop")
    owner.get_by_role("textbox", name="URL").fill("https://example.com/courier")
    axe(owner)
    shot(owner, "settings-webhook")
    owner.get_by_role("dialog").get_by_role("button", name="Add", exact=True).last.click()
    expect(owner.get_by_role("row", name="Shop")).to_contain_text("on")
    axe(owner)
    shot(owner, "settings-webhooks")
    owner.get_by_role("button", name="Actions for Shop").click()
    owner.get_by_role("menuitem", name="Switch off").click()
    expect(owner.get_by_role("row", name="Shop")).to_contain_text("off")


def test_what_was_changed_is_on_record(studio: Any, owner: Page, axe: Check, shot: Shot) -> None:
    """By whom, which, when; and how long it is kept."""
    for path, body in (("/api-keys", {"name": "CI"}), ("/accounts", {"email": "eve@example.com", "role": "analyst"})):
        headers = {"Tidings-Environment": "production"}
        assert owner.request.post(f"{studio.url}{path}", data=body, headers=headers).ok
    owner.goto(f"{studio.url}/studio/settings/audit")
    expect(owner.get_by_text("API keys: create").first).to_be_visible()
    expect(owner.get_by_text("Team: invite").first).to_be_visible()
    expect(owner.get_by_role("cell", name="ann@example.com").first).to_be_visible()
    axe(owner)
    shot(owner, "settings-audit")

    owner.get_by_role("link", name="Retention").click()
    heading(owner, "Retention")
    expect(owner.get_by_text("365 days")).to_be_visible()
    axe(owner)
    shot(owner, "settings-retention")


@pytest.mark.parametrize("width", [320, 3840])
@pytest.mark.parametrize("part", ["account", "team", "keys", "environments", "webhooks", "audit", "retention"])
def test_no_part_overflows(studio: Any, owner: Page, part: str, width: int) -> None:
    """From small phones to 4 K."""
    owner.set_viewport_size({"width": width, "height": 800})
    owner.goto(f"{studio.url}/studio/settings/{part}")
    expect(owner.get_by_role("heading", level=1)).to_be_visible()
    expect(owner.get_by_role("status", name="Loading")).to_have_count(0)
    assert owner.evaluate("document.documentElement.scrollWidth") <= width

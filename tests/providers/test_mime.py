"""Mails read back as they were written."""

import email
import email.policy
import re
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tidings.channels import Attachment, EmailContent
from tidings.errors import InvalidInput
from tidings.providers.mime import build, message_id_header

LINE_ENDS = re.compile(r"\r\n|\r")
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
visible = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=120)
scripts = st.text(st.sampled_from('abc äöü 💌🏳️‍🌈 שלום مرحبا 你好 =?_.,;"\\<>()@'), max_size=200)


def mail(**fields):
    """Build a mail; what is not given is short."""
    content = {"to": "ann@example.com", "subject": "", "html": "", "text": "hello"} | fields
    return build(
        EmailContent(**content),
        message_id="1-0000abcd-0000000000000000000000ff",
        date_ms=1_700_000_000_123,
        default_sender="Shop <shop@shop.test>",
    )


def read(built):
    """Parse with the standard library."""
    return email.message_from_bytes(built.raw, policy=email.policy.default)


def lines(text):
    """Write every line end alike."""
    return LINE_ENDS.sub("\n", text)


@settings(max_examples=200, deadline=None)
@given(text=anything | scripts, html=anything | scripts)
@example(text="", html="\x80\r")
def test_bodies_survive(text, html):
    """Any text and any HTML read back equal, line ends aside, in lines that every server takes."""
    built = mail(text=text, html=html)
    parts = [part for part in read(built).walk() if not part.is_multipart()]
    wanted = [body for body in (text, html) if body] or [""]
    got = [lines(part.get_payload(decode=True).decode()) for part in parts]
    if len(got) == 1 and parts[0]["Content-Transfer-Encoding"] != "base64":  # in base64 line ends are no content
        got[0] = got[0].removesuffix("\n")  # the end of the mail's last line
    assert got == [lines(body) for body in wanted]
    assert max(map(len, built.raw.split(b"\r\n"))) <= 998
    assert b"\n" not in built.raw.replace(b"\r\n", b"")
    assert built.raw.isascii()


@settings(max_examples=200, deadline=None)
@given(subject=visible | scripts)
def test_subjects_survive(subject):
    """Any subject of visible characters reads back equal."""
    assert read(mail(subject=subject))["subject"] == subject.strip()


@settings(max_examples=200, deadline=None)
@given(name=scripts.filter(lambda name: "<" not in name and ">" not in name))
def test_names_survive(name):
    """A display name in any script reads back equal, spaces at its ends aside."""
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    built = email.message_from_bytes(mail(sender=f'"{quoted}" <shop@shop.test>').raw)  # the newer parser adds spaces
    name_read, address = parseaddr(built["from"])
    assert str(make_header(decode_header(name_read))) == " ".join(name.split())
    assert address == "shop@shop.test"


@settings(max_examples=200, deadline=None)
@given(evil=anything)
def test_nothing_injects_a_header(evil):
    """No subject, name or header value, whatever it holds, makes a header of its own."""
    plain = read(mail(subject="x", headers=(("X-Note", "x"),))).keys()
    built = mail(subject=evil, headers=(("X-Note", evil),))
    assert read(built).keys() == plain
    assert read(built).get_content() == "hello\r\n"


@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "\u2028", "\x85", "\x00", "\x0b"])
def test_a_line_break_in_a_header_becomes_a_space(break_):
    """A break in a subject is a space; the recipient list stays what it was."""
    built = read(mail(subject=f"Hello{break_}Bcc: eve@example.com"))
    assert built["subject"] == "Hello Bcc: eve@example.com"
    assert built["bcc"] is None


def test_the_headers_of_a_mail():
    """A mail carries sender, date, an id at the sender's domain, and one-click unsubscribing."""
    built = read(mail(subject="Hi", unsubscribe_url="https://shop.test/u/1?x=2", reply_to="a@b.test, Bo <c@d.test>"))
    assert built["from"] == "Shop <shop@shop.test>"
    assert built["message-id"] == "<1-0000abcd-0000000000000000000000ff@shop.test>"
    assert built["date"].datetime.isoformat() == "2023-11-14T22:13:20+00:00"
    assert built["list-unsubscribe"] == "<https://shop.test/u/1?x=2>"
    assert built["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    assert [box.addr_spec for box in built["reply-to"].addresses] == ["a@b.test", "c@d.test"]
    assert built["mime-version"] == "1.0"


def test_text_comes_before_html():
    """The parts stand from plain to rich, so that a reader shows the last it knows (RFC 2046 §5.1.4)."""
    built = read(mail(text="t", html="<p>h</p>"))
    assert built.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in built.iter_parts()] == ["text/plain", "text/html"]


def test_the_same_message_is_the_same_mail():
    """Building again gives the same bytes, so that an attempt made again is recognisably the same mail."""
    assert mail(html="<p>x</p>").raw == mail(html="<p>x</p>").raw


def test_a_boundary_in_the_content_does_not_split_it():
    """Content that repeats the boundary of its own mail stays in one piece."""
    boundary = re.search(rb'boundary="([^"]+)"', mail(html="<p>x</p>").raw)[1].decode()
    html = f"--{boundary}\n--{boundary}--\n<p>x</p>"
    parts = list(read(mail(html=html)).iter_parts())
    assert len(parts) == 2
    assert lines(parts[1].get_payload(decode=True).decode()) == html


def test_blind_copies_are_in_the_envelope_alone():
    """A blind copy is delivered and nobody sees it."""
    built = mail(cc=("cy@example.com",), bcc=("Bo <bo@example.com>", "ann@example.com"))
    assert built.recipients == ("ann@example.com", "cy@example.com", "bo@example.com")
    assert b"bo@example.com" not in built.raw


def test_a_domain_of_another_script_is_punycode():
    """An international domain travels in ASCII, and needs nothing of the server."""
    built = mail(to="Jürgen <info@bücher.example>")
    assert built.recipients == ("info@xn--bcher-kva.example",)
    assert not built.needs_utf8


def test_a_local_part_of_another_script_needs_smtputf8():
    """Only an address without any ASCII form asks the server for SMTPUTF8."""
    built = mail(to="用户@例子.example")
    assert built.recipients == ("用户@xn--fsqu00a.example",)
    assert built.needs_utf8


@pytest.mark.parametrize(
    "address",
    [
        *("", "ann", "ann@", "@example.com", "a@b.test, c@d.test", "ann@exa mple.com", "a\r\nb@example.com"),
        *("ann@-x.test", "a@" + "b" * 300 + ".test", "<>", "ann@example..com", "ann@[::1"),
    ],
)
def test_what_is_no_address_is_refused_without_being_repeated(address):
    """A bad address is refused by the name of its field, and the refusal does not quote it."""
    with pytest.raises(InvalidInput) as refused:
        mail(to=address)
    assert refused.value.path == "to"
    assert "example" not in str(refused.value)


@pytest.mark.parametrize("name", ["From", "bcc", "Content-Type", "X Note", "X:Note", "", "X\r\nBcc", "Ünder"])
def test_headers_that_cannot_be_given(name):
    """Headers that the mail itself makes, and names that are none, are refused."""
    with pytest.raises(InvalidInput):
        mail(headers=((name, "x"),))


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://x.test/>\r\nBcc: e@x", "https://x.test/ä", "x" * 2000])
def test_an_unsubscribe_link_must_be_a_url(url):
    """What is no http, https or mailto URL is no List-Unsubscribe."""
    with pytest.raises(InvalidInput):
        mail(unsubscribe_url=url)


def test_too_many_recipients_are_refused():
    """A mail goes to a hundred recipients at most."""
    with pytest.raises(InvalidInput):
        mail(cc=tuple(f"user{number}@example.com" for number in range(101)))


def test_an_odd_message_id_is_still_an_id():
    """An id with characters that a Message-ID cannot hold is hashed, not passed on."""
    assert message_id_header("a b>\r\n", "shop.test").count("\r\n") == 0
    assert message_id_header("a b>", "shop.test") == message_id_header("a b>", "shop.test")


def test_nothing_of_a_mail_is_in_its_repr():
    """A mail that ends up in a log shows no address and no body."""
    assert "example" not in repr(mail())


def test_files_survive():
    """Attached files read back byte for byte with their names, and a picture that is shown keeps its id."""
    files = (
        Attachment(filename='Rechnung "42" ü.pdf', content_type="application/pdf", data=bytes(range(256)) * 9),
        Attachment(filename="logo.png", content_type="image/png", data=b"\x89PNG\r\n", content_id="logo@shop"),
    )
    built = mail(text="Hello", html="<img src='cid:logo@shop'>", attachments=files)
    parts = {part.get_content_type(): part for part in read(built).walk()}
    assert {"multipart/mixed", "multipart/related", "multipart/alternative"} <= parts.keys()
    pdf, png = parts["application/pdf"], parts["image/png"]
    assert (pdf.get_filename(), pdf.get_payload(decode=True)) == (files[0].filename, files[0].data)
    assert (png["Content-ID"], png.get_payload(decode=True)) == ("<logo@shop>", files[1].data)
    assert parts["text/plain"].get_content().strip() == "Hello"
    assert max(map(len, built.raw.split(b"\r\n"))) <= 998


@pytest.mark.parametrize(
    "changed", [{"content_type": "x\r\nBcc: eve@example.com"}, {"content_id": "a> b"}, {"data": b"x" * 26_000_000}]
)
def test_files_that_no_mail_carries(changed):
    """A file that would break the mail, or is too large for any server, is refused and not told by name."""
    file = Attachment(**{"filename": "secret.txt", "data": b"x"} | changed)
    with pytest.raises(InvalidInput) as refused:
        mail(text="Hello", attachments=(file,))
    assert "secret" not in str(refused.value)

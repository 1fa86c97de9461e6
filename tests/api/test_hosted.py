"""Pages for recipients: unsubscribing with one click, and choosing."""

import re

import pytest

from tidings.clock import SystemClock
from tidings.links import CHOOSING_S, Choose, Leave, Open
from tidings.preferences import Preference, Section, Topic
from tidings.suppressions import Suppression


@pytest.fixture
async def topics(services):
    """A section with a topic that offers channels, one that does not, and one that is required."""
    news = {"routing_options": ("email", "push"), "has_custom_routing": True}
    for at, (section_id, name, more) in enumerate((("s", "News <b>", news), ("p", "Account", {}))):
        section = Section(environment_id=1, id=section_id, name=name, created=at, updated=1, **more)
        await services.preferences.put_section(section, create=True)
    wanted = (("s", "weekly", "OPTED_IN"), ("p", "tips", "OPTED_OUT"), ("p", "law", "REQUIRED"))
    for at, (section_id, topic_id, status) in enumerate(wanted):
        fields = {"environment_id": 1, "section_id": section_id, "created": at, "updated": 1}
        topic = Topic(id=topic_id, name=topic_id.title(), default_status=status, **fields)
        await services.preferences.put_topic(topic, create=True)


class Reader:
    """Somebody who got a message, without any key."""

    def __init__(self, client, services, message):
        self.client = client
        self.services = services
        self.message = message

    def leave(self, topic_id="", *, channel="email", written_at=None):
        """The path of an unsubscribe link."""
        at = self.message.enqueued // 1000 if written_at is None else written_at
        return "/t/u/" + self.services.links.ticket(Leave(1, self.message.id, topic_id, channel, at))

    def choose(self, written_at=None):
        """The path of a link to all choices."""
        at = self.message.enqueued // 1000 if written_at is None else written_at
        return "/t/p/" + self.services.links.ticket(Choose(1, self.message.id, at))

    async def chosen(self):
        """What is kept of this user: status and channels by topic."""
        found = await self.services.preferences.chosen([(1, "ann")])
        return {each.topic_id: (each.status, each.channels) for each in found.get((1, "ann"), ())}

    async def suppressed(self):
        """Which addresses are on the list."""
        return [each.address for each in (await self.services.suppressions.page(1, limit=10, cursor=None)).items]


@pytest.fixture
async def reader(stranger, api, services, world):
    """Ann, who got a message and has an email address."""
    await api.put("/profiles/ann", json={"profile": {"email": "Ann@Example.com"}})
    await world.mapped(api, "Signed Up")
    (message_id,) = await world.calls(world.track("Signed Up"))
    return Reader(stranger, services, await services.messages.get(1, message_id))


async def test_looking_changes_nothing(reader, topics):
    """The page asks; mail scanners that open every link unsubscribe nobody."""
    answer = await reader.client.get(reader.leave("weekly"))
    assert answer.status_code == 200
    assert "Unsubscribe from Weekly?" in answer.text
    assert await reader.chosen() == {}


async def test_one_click(reader, topics):
    """A POST of a mailbox, without cookies or key, opts the user out of the topic; again is the same."""
    for _ in range(2):
        answer = await reader.client.post(reader.leave("weekly"), data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert "You will get nothing more of Weekly." in answer.text
    assert await reader.chosen() == {"weekly": ("OPTED_OUT", None)}
    assert await reader.suppressed() == []


async def test_a_message_without_a_topic(reader):
    """Its link closes the address that it came to; the page of choices opens it again."""
    answer = await reader.client.post(reader.leave())
    assert "You will get no more messages here." in answer.text
    assert await reader.suppressed() == ["email:ann@example.com"]
    assert "You have unsubscribed from everything." in (await reader.client.get(reader.choose())).text
    await reader.client.post(reader.choose(), data={"again": "1"})
    assert await reader.suppressed() == []


async def test_only_their_own_word_is_taken_back(reader, services):
    """An address that bounces stays closed, whatever its owner presses."""
    bounced = Suppression(environment_id=1, address="email:ann@example.com", kind="bounce", created=1)
    await services.suppressions.add([bounced])
    await reader.client.post(reader.choose(), data={"again": "1"})
    assert await reader.suppressed() == ["email:ann@example.com"]


async def test_a_required_topic(reader, topics):
    """Nobody can leave it, and the page says so."""
    answer = await reader.client.post(reader.leave("law"))
    assert answer.status_code == 409
    assert "nobody can unsubscribe" in answer.text
    assert await reader.chosen() == {}


async def test_all_choices(reader, topics):
    """Every topic by section, with what holds and the channels offered; what is required cannot be switched off."""
    page = (await reader.client.get(reader.choose())).text
    boxes = re.findall(r'<input type="checkbox" name="(\w+)" value="([^"]+)"([^>]*)>', page)
    assert [(name, value, said.split()) for name, value, said in boxes] == [
        ("on", "weekly", ["checked"]),
        ("via", "weekly email", ["checked"]),
        ("via", "weekly push", ["checked"]),
        ("on", "tips", []),
        ("on", "law", ["checked", "disabled"]),
    ]
    assert "News &lt;b&gt;" in page


@pytest.mark.parametrize(
    ("form", "kept"),
    [
        ({"shown": ["weekly", "tips", "law"], "on": ["weekly"], "via": ["weekly email", "weekly push"]}, {}),
        ({"shown": ["weekly", "tips"], "on": ["weekly", "tips"], "via": ["weekly email"]},
         {"weekly": ("OPTED_IN", ("email",)), "tips": ("OPTED_IN", None)}),
        ({"shown": ["weekly", "law"], "via": ["weekly email"]}, {"weekly": ("OPTED_OUT", None)}),
        ({"shown": ["weekly"], "on": ["weekly"]}, {"weekly": ("OPTED_OUT", None)}),
        ({"shown": ["tips"], "on": ["tips", "weekly"], "via": ["tips fax", "x"]}, {"tips": ("OPTED_IN", None)}),
    ],
)  # fmt: skip
async def test_saving(reader, topics, form, kept):
    """What changed among the topics shown is kept, and nothing else: defaults go on being defaults."""
    answer = await reader.client.post(reader.choose(), data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "?saved")
    assert await reader.chosen() == kept
    assert "Saved." in (await reader.client.get(reader.choose() + "?saved")).text


async def test_the_page_is_seen_before_it_is_published(topics, api, test_api, refused):
    """A preview has the heading that is typed and the topics of this environment, and changes nothing."""
    drawn = (await api.post("/preferences/page/preview", json={"heading": "Hi <b>"})).json()["html"]

    assert "Hi &lt;b&gt;" in drawn
    assert "Weekly" in drawn
    assert (
        "There is nothing to choose yet" in (await test_api.post("/preferences/page/preview", json={})).json()["html"]
    )
    refused(await api.post("/preferences/page/preview", json={"brand_id": "br_none"}), 404)
    page = (await api.get("/preferences/page")).json()
    assert (page["brand_id"], page["heading"], page["published_at"]) == ("default", "", None)

    await api.post("/preferences/publish", json={"heading": "Hello", "brand_id": "none"})

    page = (await api.get("/preferences/page")).json()
    assert (page["brand_id"], page["heading"], page["published_at"][:2]) == ("none", "Hello", "20")
    assert (await test_api.get("/preferences/page")).json()["heading"] == ""


async def test_choosing_again(reader, topics, services):
    """Choices that were made before are shown, and can be widened again."""
    before = Preference(topic_id="weekly", status="OPTED_IN", channels=("push",))
    await services.preferences.choose(1, "ann", put=[before], drop=[])
    form = {"shown": ["weekly"], "on": ["weekly"], "via": ["weekly email", "weekly push"]}
    await reader.client.post(reader.choose(), data=form)
    assert await reader.chosen() == {"weekly": ("OPTED_IN", None)}


async def test_how_long_links_work(reader, topics):
    """Unsubscribing works for ever; all choices are shown for ninety days, and no link leads to them afterwards."""
    old = int(SystemClock().now_ms() / 1000) - CHOOSING_S - 5
    assert (await reader.client.get(reader.choose(old))).status_code == 404
    assert (await reader.client.post(reader.choose(old), data={"shown": "weekly"})).status_code == 404
    left = await reader.client.post(reader.leave("weekly", written_at=old))
    assert (left.status_code, "See what else you get" in left.text) == (200, False)
    assert "../p/" in (await reader.client.post(reader.leave("weekly"))).text


async def test_links_that_mean_nothing(reader, services):
    """Letters that we did not write, and another kind's, are answered with a page that says what to do."""
    other = services.links.ticket(Open(1, reader.message.id, "email", "smtp"))
    gone = services.links.ticket(Leave(2, reader.message.id, "", "email", 1))
    for path in ("/t/u/AAAA", f"/t/u/{other}", f"/t/p/{other}", f"/t/u/{gone}"):
        answer = await reader.client.get(path)
        assert (answer.status_code, "Use the link in a newer message" in answer.text) == (404, True)


async def test_pages_load_nothing(reader, topics, api):
    """No script, no picture, nothing from elsewhere: the policy forbids it; the default brand gives name and colour."""
    brand = {"name": "Acme", "settings": {"colors": {"primary": "#7c3aed"}}}
    await api.post("/brands", json=brand)
    answer = await reader.client.get(reader.choose())
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'nonce-")
    assert "script" not in policy + answer.text
    assert "http" not in answer.text
    assert "--accent: #7c3aed" in answer.text
    assert answer.headers["referrer-policy"] == "no-referrer"


async def test_an_app_unsubscribes(reader, topics):
    """The event `unsubscribe`, posted to the link's tracking id, does the same."""
    path = reader.leave("weekly").replace("/t/u/", "/e/")
    assert (await reader.client.post(path, json={"event": "unsubscribe"})).status_code == 200
    assert await reader.chosen() == {"weekly": ("OPTED_OUT", None)}


async def test_the_page_as_it_was_published(reader, topics, api):
    """Heading and description are the published ones, as text; without a brand there is no name."""
    await api.post("/brands", json={"name": "Acme", "settings": {}})
    body = {"heading": "Your <news>", "description": "Choose.", "brand_id": "none"}
    assert (await api.post("/preferences/publish", json=body)).status_code == 200
    page = (await reader.client.get(reader.choose())).text
    assert "<h1>Your &lt;news&gt;</h1>" in page
    assert "Choose." in page
    assert "Acme" not in page


async def test_the_readers_language(reader, topics, api):
    """The profile's language comes first, then the browser's, then English; names are translated where they are."""
    french = {"Accept-Language": "xx, fr-CA;q=0.8, en;q=0.5"}
    page = (await reader.client.get(reader.leave("weekly"), headers=french)).text
    assert '<html lang="fr" dir="ltr">' in page
    assert "Se désabonner de Weekly ?" in page

    await api.put("/profiles/ann", json={"profile": {"email": "ann@example.com", "locale": "de-CH"}})
    catalogue = 'msgid "Weekly"\nmsgstr "Wöchentliches"\n\nmsgid "Save"\nmsgstr "Sichern"\n'
    await api.put("/translations/default/de", content=catalogue)
    page = (await reader.client.get(reader.choose(), headers=french)).text
    assert "Was Sie erfahren möchten" in page
    assert "Wöchentliches" in page
    assert '<button type="submit">Sichern</button>' in page
    left = await reader.client.post(reader.leave("weekly"), headers=french)
    assert "Von Wöchentliches bekommen Sie nichts mehr." in left.text
    dead = await reader.client.get("/t/u/none", headers={"Accept-Language": "ja"})
    assert "このリンクは無効です" in dead.text


async def test_a_language_of_the_workspace(reader, api):
    """A workspace may bring a language that we do not speak, and change our English for everybody else."""
    await api.put("/profiles/ann", json={"profile": {"email": "ann@example.com", "locale": "he"}})
    await api.put("/translations/default/he", content='msgid "Unsubscribe?"\nmsgstr "<he>"\n')
    await api.put("/translations/default/default", content='msgid "Unsubscribe"\nmsgstr "Leave"\n')
    page = (await reader.client.get(reader.leave())).text
    assert '<html lang="he" dir="rtl">' in page
    assert "<h1>&lt;he&gt;</h1>" in page
    assert '<button type="submit">Leave</button>' in page
    drawn = (await api.post("/preferences/page/preview", json={"locale": "nl"})).json()["html"]
    assert "Wat u wilt ontvangen" in drawn

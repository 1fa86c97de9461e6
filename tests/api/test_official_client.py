"""Courier's official Python client, unchanged but for `base_url`, over a real socket."""

import asyncio
import contextlib
import socket

import courier
import msgspec
import pytest
import uvicorn
from courier.types import NotificationContentGetResponse

from tidings.backends.sql.gathering import gather
from tidings.backends.sql.message_queue import SqlMessageQueue
from tidings.effects import Gathered
from tidings.messages import Message, Sent, Status
from tidings.pipeline.audiences import AudienceStep
from tidings.records import Record

API_KEY = "pk_prod_" + "p" * 40
CONTENT = {
    "version": "2022-01-01",
    "elements": [{"type": "channel", "channel": "email", "elements": [{"type": "text", "content": "Hello {{name}}"}]}],
}


def notification(**changes):
    """Write a template as the client's types want it: every field."""
    base = {"name": "Welcome", "tags": ["a"], "brand": None, "subscription": None, "routing": None, "content": CONTENT}
    return {**base, **changes}


@pytest.fixture
async def url(app):
    """The address of a real server, on loopback."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    running = asyncio.create_task(server.serve(sockets=[listener]))
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    await running


@pytest.fixture
async def client(url):
    """The official client; it does not repeat what fails, so that a test sees it."""
    async with courier.AsyncCourier(api_key=API_KEY, base_url=url, max_retries=0) as opened:
        yield opened


@pytest.mark.parametrize("user_id", ["ann", "ann@example.com", "a/b%2F c#?ü"])
async def test_profiles(client, user_id):
    """Create, read, replace, patch and delete, whatever the id."""
    made = await client.profiles.create(user_id, profile={"email": "ann@example.com", "a": {"b": 1}})
    assert made.status == "SUCCESS"
    await client.profiles.create(user_id, profile={"a": {"c": 2}})
    found = await client.profiles.retrieve(user_id)
    assert found.profile == {"email": "ann@example.com", "a": {"b": 1, "c": 2}}

    await client.profiles.update(user_id, patch=[{"op": "replace", "path": "/email", "value": "b@example.com"}])
    assert (await client.profiles.retrieve(user_id)).profile["email"] == "b@example.com"
    assert (await client.profiles.replace(user_id, profile={"x": None})).status == "SUCCESS"
    assert (await client.profiles.retrieve(user_id)).profile == {"x": None}

    await client.profiles.delete(user_id)
    with pytest.raises(courier.NotFoundError) as refusal:
        await client.profiles.retrieve(user_id)
    assert refusal.value.body == {"message": "Not Found", "type": "invalid_request_error"}


async def test_notifications(client):
    """The whole life of a template, every answer in the client's own types."""
    made = await client.notifications.create(notification=notification(alias="welcome"), state="DRAFT")
    assert (made.state, made.alias, made.name, made.tags) == ("DRAFT", "welcome", "Welcome", ["a"])
    assert made.brand is made.routing is made.subscription is None

    assert await client.notifications.publish(made.id) is None
    assert (await client.notifications.retrieve(made.id)).state == "PUBLISHED"
    replaced = await client.notifications.replace(made.id, notification=notification(name="Better"), state="PUBLISHED")
    assert (replaced.name, replaced.alias) == ("Better", "welcome")
    versions = await client.notifications.list_versions(made.id)
    assert [node.version for node in versions.versions] == ["draft", "published:v002", "v001"]
    await client.notifications.publish(made.id, version="v001")
    assert (await client.notifications.retrieve(made.id)).name == "Welcome"

    # The client cannot build the union it declares here and hands the bare object over, so its model is asked.
    answered = await client.notifications.retrieve_content(made.id)
    content = NotificationContentGetResponse.model_validate(answered)
    assert content.version == "2022-01-01"
    assert len(content.elements[0].checksum) == 32
    changed = await client.notifications.put_content(made.id, content={"elements": CONTENT["elements"]})
    assert (changed.id, changed.version) == (made.id, "draft")

    listed = await client.notifications.list(tags="a", event_id="welcome")
    assert [(item.id, item.state) for item in listed.results] == [(made.id, "PUBLISHED")]
    assert listed.paging.more is False
    await client.notifications.archive(made.id)
    assert (await client.notifications.list()).results == []


async def test_routing_strategies(client):
    """Their whole life, and a template that goes by one."""
    wish = {"method": "single", "channels": ["email", {"method": "all", "channels": ["sms", "push"]}]}
    made = await client.routing_strategies.create(
        name="Urgent", routing=wish, channels={"email": {"providers": ["smtp"]}}, tags=["a"], idempotency_key="k"
    )
    assert (made.name, made.routing.method, made.tags) == ("Urgent", "single", ["a"])
    assert (await client.routing_strategies.retrieve(made.id)).channels["email"].providers == ["smtp"]
    assert [one.id for one in (await client.routing_strategies.list(limit=5)).results] == [made.id]
    replaced = await client.routing_strategies.replace(made.id, name="Calm", routing={**wish, "method": "all"})
    assert (replaced.name, replaced.routing.method, replaced.channels) == ("Calm", "all", {})

    template = await client.notifications.create(notification=notification(routing={"strategy_id": made.id}))
    assert template.routing.strategy_id == made.id
    used = await client.routing_strategies.list_notifications(made.id)
    assert [one.id for one in used.results] == [template.id]
    with pytest.raises(courier.ConflictError):
        await client.routing_strategies.archive(made.id)
    await client.notifications.archive(template.id)
    assert await client.routing_strategies.archive(made.id) is None
    with pytest.raises(courier.NotFoundError):
        await client.routing_strategies.retrieve(made.id)


async def test_refusals(client, url):
    """Each is the client's own exception, and its body says what and where."""
    with pytest.raises(courier.BadRequestError) as bad:
        await client.notifications.create(notification=notification(content={"title": "Hi", "body": "Ann"}))
    assert bad.value.body["message"].startswith("notification.content.version")
    await client.notifications.create(notification=notification(alias="taken"))
    with pytest.raises(courier.ConflictError) as conflict:
        await client.notifications.create(notification=notification(alias="taken"))
    assert conflict.value.response.headers["x-should-retry"] == "false"
    async with courier.AsyncCourier(api_key="wrong", base_url=url, max_retries=0) as stranger:
        with pytest.raises(courier.AuthenticationError):
            await stranger.profiles.retrieve("ann")


async def test_sending(client, services):
    """The request id that is answered is the record's; an idempotency key gives it again."""
    message = {"to": {"user_id": "ann"}, "content": {"title": "Hi", "body": "Hello {{name}}"}, "data": {"name": "Ann"}}
    first = await client.send.message(message=message, idempotency_key="k")
    again = await client.send.message(message=message, idempotency_key="k")

    assert first.request_id == again.request_id
    (entry, _) = await services.stream.read(0, 0, count_max=10)
    (record,) = msgspec.msgpack.decode(entry.records, type=list[Record])
    assert record.message_id == first.request_id
    assert msgspec.json.decode(record.body) == message


async def test_messages(client, api, world):
    """Listed, read, told and shown."""
    await world.mapped(api, "Signed Up")
    await world.calls(world.track("Signed Up"))
    message_id = await world.attempt(Sent("r-1"), Status.SENT, provider="smtp")

    listed = await client.messages.list(status=["SENT", "DELIVERED"], provider=["smtp"], recipient="ann")
    assert [item.id for item in listed.results] == [message_id]
    found = await client.messages.retrieve(message_id)
    assert (found.status, found.recipient, found.event) == ("SENT", "ann", "Segment-TrackEvent:Signed Up")
    assert found.providers[0]["provider"] == "smtp"
    history = await client.messages.history(message_id, type="RENDERED")
    assert [line["type"] for line in history.results] == ["RENDERED"]
    output = await client.messages.content(message_id)
    assert (output.results[0].content.subject, output.results[0].content.html) == ("Hi", "<p>Hello</p>")
    with pytest.raises(courier.NotFoundError):
        await client.messages.retrieve("1-00000001-000000000000000000000001")


async def test_a_templates_figures(client, api, world):
    """How far its messages came, by provider and channel, in buckets of which the quiet ones are there too."""
    template_id = await world.mapped(api, "Signed Up")
    await world.calls(world.track("Signed Up"))
    await world.attempt(Sent("r-1"), Status.SENT, provider="smtp")

    told = await client.notifications.get_metrics(template_id)
    assert (told.notification_id, told.granularity, len(told.series)) == (template_id, "DAY", 31)
    (bucket,) = [each for each in told.series if each.data]
    (found,) = bucket.data
    assert (found.provider, found.channel, found.sent, found.errors, found.undeliverable) == ("smtp", "email", 1, 0, 0)
    hours = await client.notifications.get_metrics(template_id, granularity="HOUR", lookback="PT12H")
    assert sum(each.sent for bucket in hours.series for each in bucket.data) == 1
    unknown = await client.notifications.get_metrics("nobody", granularity="MONTH", lookback="P20W")
    assert [each.data for each in unknown.series] == [[]] * len(unknown.series)
    for wrong in (
        {"start": "2026-01-01T00:00:00Z"},
        {"lookback": "P0D"},
        {"lookback": "soon"},
        {"granularity": "HOUR", "lookback": "P8D"},
        {"start": "2026-01-02T00:00:00Z", "end": "2026-01-01T00:00:00Z"},
        {"start": "1971-01-01T00:00:00Z", "end": "2026-01-01T00:00:00Z", "granularity": "WEEK"},
    ):
        with pytest.raises(courier.BadRequestError):
            await client.notifications.get_metrics(template_id, **wrong)


async def test_providers(client):
    """Switched on, changed and off; the catalog says what there is."""
    made = await client.providers.create(provider="smtp", settings={"host": "mail.example.com", "password": "x"})
    assert (made.provider, made.title, made.settings["password"]) == ("smtp", "Default Configuration", "********")
    changed = await client.providers.update(made.id, provider="smtp", settings=made.settings, title="Main")
    assert (changed.title, changed.created) == ("Main", made.created)
    patched = await client.providers.patch(made.id, settings={"port": 2525})
    assert (patched.title, patched.settings["port"]) == ("Main", 2525)
    assert [item.id for item in (await client.providers.list()).results] == [made.id]
    catalog = await client.providers.catalog.list(keys="smtp")
    assert catalog.results[0].settings["host"].required
    await client.providers.delete(made.id)
    with contextlib.suppress(courier.NotFoundError):
        await client.providers.retrieve(made.id)
        pytest.fail("it should be gone")


async def test_lists(client):
    """Lists, their subscribers, and the lists of a user; the client's own pages walk them."""
    assert await client.lists.update("news.sport", name="Sport") is None
    await client.lists.subscriptions.add("news.sport", recipients=[{"recipient_id": "ann"}])
    await client.lists.subscriptions.subscribe("news.sport", recipients=[{"recipient_id": "bob"}])
    await client.lists.subscriptions.subscribe_user("cid", list_id="news.sport")
    found = await client.lists.retrieve("news.sport")
    assert (found.id, found.name) == ("news.sport", "Sport")
    assert [item.id for item in (await client.lists.list(pattern="news.**")).items] == ["news.sport"]
    subscribers = await client.lists.subscriptions.list("news.sport")
    assert [item.recipient_id for item in subscribers.items] == ["ann", "bob", "cid"]
    await client.lists.subscriptions.unsubscribe_user("cid", list_id="news.sport")
    await client.lists.delete("news.sport")
    with pytest.raises(courier.NotFoundError):
        await client.lists.retrieve("news.sport")
    await client.lists.restore("news.sport")

    assert (await client.profiles.lists.subscribe("ann", lists=[{"list_id": "other"}])).status == "SUCCESS"
    mine = await client.profiles.lists.retrieve("ann")
    assert [item.id for item in mine.results] == ["news.sport", "other"]
    assert (await client.profiles.lists.delete("ann")).status == "SUCCESS"
    assert (await client.profiles.lists.retrieve("ann")).results == []


async def test_sending_to_many(client, services):
    """Lists, patterns, audiences, tenants and arrays are taken as the client writes them."""
    content = {"title": "Hi", "body": "Hello"}
    acme = {"operator": "MEMBER_OF", "path": "account_id", "value": "acme"}
    for to in (
        {"list_id": "news"},
        {"list_pattern": "news.*"},
        {"audience_id": "engineers", "filters": [acme]},
        {"tenant_id": "acme"},
        [{"user_id": "ann"}, {"email": "b@example.com"}],
    ):
        assert (await client.send.message(message={"to": to, "content": content})).request_id
    assert len(await services.stream.read(0, 0, count_max=10)) == 5


async def test_digests(client, services, database):
    """A topic's digest is written, read, kept, changed and turned off; what was gathered is listed and released."""
    section = await client.workspace_preferences.create(name="News")
    topics, wanted = client.workspace_preferences.topics, {"name": "T", "default_status": "OPTED_IN"}
    schedule = {"frequency": "weekly", "time": "09:00", "day_of_week": "monday", "is_default": True}
    topic = await topics.create(section.id, **wanted, digest={"template_id": "nt_1", "schedules": [schedule]})
    (made,) = topic.digest.schedules
    assert (made.time, made.day_of_week, made.is_default, made.timezone) == ("09:00", "monday", True, None)
    assert [(it.category_key, it.retain, it.limit) for it in topic.digest.categories] == [("digest", "FIRST", 10)]
    kept = await topics.replace(topic.id, section_id=section.id, **wanted)
    assert kept.digest == topic.digest
    changed = await topics.replace(topic.id, section_id=section.id, **wanted, digest={"template_id": "nt_2"})
    assert (changed.digest.template_id, changed.digest.schedules) == ("nt_2", topic.digest.schedules)

    own, user = client.users.preferences, {"user_id": "ann"}
    for chosen, told in ((made.schedule_id, made.schedule_id), (courier.omit, made.schedule_id), (None, None)):
        choice = {"status": "OPTED_IN"} | ({} if chosen is courier.omit else {"digest_schedule_id": chosen})
        await own.update_or_create_topic(topic.id, **user, topic=choice)
        assert (await own.retrieve_topic(topic.id, **user)).topic.digest_schedule_id == told
    with pytest.raises(courier.BadRequestError, match="digest_schedule_id"):
        await own.update_or_create_topic(topic.id, **user, topic={"status": "OPTED_IN", "digest_schedule_id": "x"})

    at, queue = services.clock.now_ms(), SqlMessageQueue(database)
    into = Message(
        environment_id=1,
        id="1-6748d0a4-1",
        user_key="u:ann",
        recipient="ann",
        enqueued=at,
        event="nt_2",
        request_id="r",
        to={},
        data={},
    )
    one = {"topic_id": topic.id, "tenant_id": "", "schedule_id": made.schedule_id, "category": "digest", "data": {}}
    async with database.write() as connection:
        await gather(connection, [Gathered(message_id="m", into=into, due_at=at + 9000, at=at, **one)])
    page = await client.digests.schedules.list_instances(made.schedule_id, limit=1)
    (instance,) = page.items
    assert (instance.user_id, instance.status, instance.event_count) == ("ann", "IN_PROGRESS", 1)
    assert (instance.category_key_counts, page.has_more, instance.tenant_id) == ({"digest": 1}, False, None)
    await topics.release_digest(topic.id, section_id=section.id, user_id="bob")
    assert await queue.next_due_at() == at + 9000
    await topics.release_digest(topic.id, section_id=section.id, user_id="ann")
    assert await queue.next_due_at() == 0
    await client.digests.schedules.release(made.schedule_id)

    await topics.delete_digest(topic.id, section_id=section.id)
    assert (await topics.retrieve(topic.id, section_id=section.id)).digest is None
    with pytest.raises(courier.NotFoundError):
        await client.digests.schedules.release(made.schedule_id)


async def test_preferences(client):
    """Sections, topics and a user's choices, in the client's own types."""
    section = await client.workspace_preferences.create(name="News", routing_options=["email"])
    topic = await client.workspace_preferences.topics.create(section.id, name="Weekly", default_status="OPTED_IN")
    assert (await client.workspace_preferences.retrieve(section.id)).topics[0].id == topic.id
    assert [item.id for item in (await client.workspace_preferences.list()).results] == [section.id]
    replaced = await client.workspace_preferences.topics.replace(
        topic.id, section_id=section.id, name="Daily", default_status="OPTED_OUT"
    )
    assert (replaced.name, replaced.default_status) == ("Daily", "OPTED_OUT")

    chosen = await client.users.preferences.update_or_create_topic(
        topic.id, user_id="ann", topic={"status": "OPTED_IN", "has_custom_routing": True, "custom_routing": ["email"]}
    )
    assert chosen.message == "success"
    shown = (await client.users.preferences.retrieve_topic(topic.id, user_id="ann")).topic
    assert (shown.status, shown.default_status, shown.custom_routing) == ("OPTED_IN", "OPTED_OUT", ["email"])
    items = [{"topic_id": topic.id, "status": "OPTED_OUT"}, {"topic_id": "none", "status": "OPTED_IN"}]
    updated = await client.users.preferences.bulk_update("ann", topics=items)
    assert ([item.status for item in updated.items], updated.errors[0].topic_id) == (["OPTED_OUT"], "none")
    assert (await client.users.preferences.bulk_replace("ann", topics=[])).deleted == [topic.id]
    assert len((await client.users.preferences.retrieve("ann")).items) == 1
    await client.users.preferences.delete_topic(topic.id, user_id="ann")
    await client.workspace_preferences.topics.archive(topic.id, section_id=section.id)
    await client.workspace_preferences.archive(section.id)


async def test_changing_messages(client, api, world):
    """Cancelled, sent again and archived."""
    await world.mapped(api, "Signed Up")
    (message_id,) = await world.calls(world.track("Signed Up"))
    assert (await client.messages.cancel(message_id)).status == "CANCELED"
    again = await client.messages.resend(message_id)
    assert again.message_id != message_id
    assert await client.requests.archive(message_id) is None
    assert [item.id for item in (await client.messages.list(archived=True)).results] == [message_id]

    await world.attempt(Sent("r"), Status.SENT, provider="smtp")
    with pytest.raises(courier.ConflictError) as late:
        await client.messages.cancel(again.message_id)
    assert late.value.body["status"] == "SENT"


async def test_bulk(client):
    """Made, filled, run and read."""
    job = await client.bulk.create_job(message={"event": "welcome", "content": {"title": "Hi", "body": "x"}})
    await client.bulk.add_users(job.job_id, users=[{"recipient": "ann"}, {"profile": {"email": "b@example.com"}}])
    await client.bulk.run_job(job.job_id)
    state = (await client.bulk.retrieve_job(job.job_id)).job
    assert (state.status, state.received) == ("PROCESSING", 2)
    listed = await client.bulk.list_users(job.job_id)
    assert [item.status for item in listed.items] == ["PENDING", "PENDING"]


async def test_tenants_templates_and_checks(client, services):
    """A tenant's template from first writing to deletion; a draft handed in, checked and published."""
    await client.tenants.update("acme", name="Acme")
    template = {"content": {"title": "Hi", "body": "there"}, "routing": {"method": "single", "channels": ["email"]}}
    made = await client.tenants.templates.replace("nt_a", tenant_id="acme", template=template)
    assert (made.id, made.version, made.published_at) == ("nt_a", "v1", None)
    published = await client.tenants.templates.publish("nt_a", tenant_id="acme", version="latest")
    assert (published.version, published.published_at[-1]) == ("v1", "Z")
    (item,) = (await client.tenants.templates.list("acme")).items
    assert (item.id, item.data.routing.channels) == ("nt_a", ["email"])
    assert (await client.tenants.templates.retrieve("nt_a", tenant_id="acme")).version == "v1"
    version = await client.tenants.templates.versions.retrieve("v1", tenant_id="acme", template_id="nt_a")
    assert version.published_at == published.published_at
    await client.tenants.templates.delete("nt_a", tenant_id="acme")

    created = await client.notifications.create(notification=notification())
    environment_id = services.grants.api_key(API_KEY).environment_id
    await services.submissions.submit(environment_id, created.id, submission_id="sub_1", by="ann", now=1)
    check = {"id": "legal", "status": "PENDING", "type": "custom"}
    told = await client.notifications.checks.update("sub_1", id=created.id, checks=[check])
    assert [(one.id, one.status, one.type) for one in told.checks] == [("legal", "PENDING", "custom")]
    assert (await client.notifications.checks.list("sub_1", id=created.id)).checks == told.checks
    await client.notifications.checks.delete("sub_1", id=created.id)
    await services.submissions.submit(environment_id, created.id, submission_id="sub_2", by="ann", now=2)
    await client.notifications.checks.update("sub_2", id=created.id, checks=[{**check, "status": "RESOLVED"}])
    assert (await client.notifications.retrieve(created.id)).state == "PUBLISHED"


async def test_tenants_and_their_members(client, api):
    """Every method of the client for tenants and for a user's tenants."""
    section = (await api.post("/preferences/sections", json={"name": "S"})).json()["id"]
    topics = f"/preferences/sections/{section}/topics"
    topic = (await api.post(topics, json={"name": "T", "default_status": "OPTED_IN"})).json()["id"]
    await client.tenants.update("acme", name="Acme", properties={"plan": "pro"})
    await client.tenants.update("shop", name="Shop", parent_tenant_id="acme")
    assert [tenant.id for tenant in (await client.tenants.list()).items] == ["acme", "shop"]
    assert [tenant.id for tenant in (await client.tenants.list(parent_tenant_id="acme")).items] == ["shop"]
    items = client.tenants.preferences.items
    await items.update(topic, tenant_id="acme", status="OPTED_OUT", has_custom_routing=True, custom_routing=["inbox"])
    (item,) = (await client.tenants.retrieve("acme")).default_preferences.items
    assert (item.id, item.status, item.custom_routing) == (topic, "OPTED_OUT", ["inbox"])
    await items.delete(topic, tenant_id="acme")
    assert (await client.tenants.retrieve("acme")).default_preferences.items == []

    await client.users.tenants.add_single("acme", user_id="ann", profile={"title": "CEO"})
    await client.users.tenants.add_multiple("ann", tenants=[{"tenant_id": "shop"}, {"tenant_id": "beta"}])
    listed = {one.tenant_id: one.profile for one in (await client.users.tenants.list("ann")).items}
    assert listed == {"acme": {"title": "CEO"}, "beta": None, "shop": None}
    (member,) = (await client.tenants.list_users("acme")).items
    assert (member.user_id, member.profile) == ("ann", {"title": "CEO"})
    await client.users.tenants.remove_single("acme", user_id="ann")
    await client.users.tenants.remove_all("ann")
    assert (await client.users.tenants.list("ann")).items == []
    await client.tenants.delete("acme")
    with pytest.raises(courier.NotFoundError):
        await client.tenants.retrieve("acme")


async def test_audiences(client, services):
    """Audiences, who is in them, and why, in the client's own types and page by page."""
    for user_id, title in (("ann", "Engineer"), ("bob", "Chef"), ("cid", "Engineer")):
        await client.profiles.create(user_id, profile={"title": title})
    engineers = {"operator": "EQ", "path": "title", "value": "Engineer"}
    made = (await client.audiences.update("engineers", name="Engineers", filter={"filters": [engineers]})).audience
    assert (made.id, made.name, made.description, made.operator) == ("engineers", "Engineers", "", "AND")
    step = AudienceStep(store=services.audiences, clock=services.clock)
    while await step.run_once():
        pass

    members = (await client.audiences.list_members("engineers")).items
    assert [member.member_id for member in members] == ["ann", "cid"]
    assert (members[0].audience_id, members[0].audience_version) == ("engineers", 1)
    assert members[0].reason == "EQ('title', 'Engineer') => true"
    found = await client.audiences.retrieve("engineers")
    assert found.filter.filters[0].value == "Engineer"
    assert [item.id for item in (await client.audiences.list()).items] == ["engineers"]

    both = {"filters": [engineers, {"operator": "EXISTS", "path": "title", "value": "true"}]}
    with pytest.raises(courier.BadRequestError, match=r"filter\.operator"):
        await client.audiences.update("engineers", filter=both)
    assert (await client.audiences.update("engineers", filter=both, operator="OR")).audience.operator == "OR"
    await client.audiences.delete("engineers")
    with pytest.raises(courier.NotFoundError):
        await client.audiences.list_members("engineers")

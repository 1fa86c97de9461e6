"""What any store of submissions must do."""

import asyncio

import pytest

from tidings.backends.sql.submission_store import SqlSubmissionStore
from tidings.backends.sql.template_store import SqlTemplateStore
from tidings.errors import Conflict, NotFound, TooLarge
from tidings.templates import TemplateSettings, TemplateVersion

KEY = (1, "nt_a")


def draft(name="A", *checks):
    """A draft that requires these checks."""
    return TemplateVersion(
        template_id="nt_a", version=0, name=name, content={}, settings=TemplateSettings(checks=checks)
    )


@pytest.fixture
async def templates(database):
    """A store with one template that legal and brand look at."""
    store = SqlTemplateStore(database)
    await store.create(1, draft("A", "legal", "brand"))
    return store


@pytest.fixture
def submissions(database, templates):
    """The submissions of that template."""
    assert templates
    return SqlSubmissionStore(database)


async def submit(submissions, submission_id="sub_1"):
    """Hand the draft in."""
    return await submissions.submit(*KEY, submission_id=submission_id, by="ann", now=5)


async def tell(submissions, submission_id="sub_1", **statuses):
    """Say what checks found."""
    return await submissions.tell(*KEY, submission_id, statuses, by="lee", now=9)


async def test_what_must_be_checked_is_not_published_otherwise(templates, submissions):
    """Publishing the draft is refused; each check resolved publishes it as the next version."""
    with pytest.raises(Conflict, match="legal, brand"):
        await templates.publish(*KEY, version=None, by="ann", now=3)
    handed = await submit(submissions)
    assert [(check.id, check.status) for check in handed.checks] == [("legal", "PENDING"), ("brand", "PENDING")]
    assert (await templates.get(*KEY)).submission_id == "sub_1"
    assert (await tell(submissions, legal="RESOLVED")).state == "OPEN"
    assert (await tell(submissions, brand="FAILED")).state == "OPEN"
    assert (await templates.get(*KEY)).published_version is None
    done = await tell(submissions, brand="RESOLVED")
    assert (done.state, done.is_resolved) == ("PUBLISHED", True)
    template = await templates.get(*KEY)
    assert (template.published_version, template.updater, template.submission_id) == (1, "lee", None)
    assert await submissions.get(*KEY, "sub_1") == done


async def test_what_is_handed_in_stands_still(templates, submissions):
    """Nobody writes or publishes it, or hands it in again; archiving ends it all."""
    await submit(submissions)
    with pytest.raises(Conflict, match="sub_1"):
        await templates.replace(1, draft("B"), aliases=None)
    with pytest.raises(Conflict, match="sub_1"):
        await templates.publish(*KEY, version=None, by="ann", now=6)
    with pytest.raises(Conflict, match="sub_1"):
        await submit(submissions, "sub_2")
    await templates.archive(*KEY, now=7)
    assert (await submissions.get(*KEY, "sub_1")).state == "CANCELED"


async def test_what_is_taken_back_may_be_written_again(templates, submissions):
    """What was not resolved has failed; what is over is told nothing more."""
    await submit(submissions)
    await tell(submissions, legal="RESOLVED")
    canceled = await submissions.cancel(*KEY, "sub_1", now=8)
    assert {check.id: check.status for check in canceled.checks} == {"legal": "RESOLVED", "brand": "FAILED"}
    with pytest.raises(Conflict, match="canceled"):
        await tell(submissions, brand="RESOLVED")
    with pytest.raises(Conflict):
        await submissions.cancel(*KEY, "sub_1", now=9)
    await templates.replace(1, draft("B", "legal"), aliases=None)
    assert (await submit(submissions, "sub_2")).checks[0].status == "PENDING"


async def test_a_check_is_given_up_only_by_what_passed_it(templates, submissions):
    """A draft that requires none is checked as long as the published version required them; then no more."""
    await submit(submissions)
    await tell(submissions, legal="RESOLVED", brand="RESOLVED")
    await templates.replace(1, draft("B"), aliases=None)
    with pytest.raises(Conflict):
        await templates.publish(*KEY, version=None, by="ann", now=10)
    await submit(submissions, "sub_2")
    await tell(submissions, "sub_2", legal="RESOLVED", brand="RESOLVED")
    await templates.replace(1, draft("C"), aliases=None)
    assert (await templates.publish(*KEY, version=None, by="ann", now=11)).published_version == 3


async def test_rolling_back_needs_no_check(templates, submissions):
    """An old version passed its checks when it was new."""
    for number in (1, 2):
        await submit(submissions, f"sub_{number}")
        await tell(submissions, f"sub_{number}", legal="RESOLVED", brand="RESOLVED")
    assert (await templates.publish(*KEY, version=1, by="ann", now=12)).published_version == 1


async def test_checks_may_join(submissions):
    """A check that nobody required counts from when it is told; there are fifty at most."""
    await submit(submissions)
    told = await tell(submissions, legal="RESOLVED", brand="RESOLVED", links="FAILED")
    assert (told.state, len(told.checks)) == ("OPEN", 3)
    with pytest.raises(TooLarge):
        await tell(submissions, **{f"c{number}": "FAILED" for number in range(50)})
    assert (await tell(submissions, links="RESOLVED")).state == "PUBLISHED"


async def test_what_is_not_there_is_not_found(submissions):
    """No template, no submission, another environment."""
    with pytest.raises(NotFound):
        await submissions.submit(1, "nt_x", submission_id="s", by="ann", now=1)
    with pytest.raises(NotFound):
        await submissions.get(*KEY, "sub_1")
    await submit(submissions)
    with pytest.raises(NotFound):
        await submissions.get(2, "nt_a", "sub_1")
    with pytest.raises(NotFound):
        await submissions.tell(*KEY, "sub_2", {"legal": "RESOLVED"}, by="lee", now=2)


async def test_two_verdicts_at_once_publish_once(templates, submissions):
    """Checks told side by side are each kept, and the last publishes."""
    await submit(submissions)
    await asyncio.gather(tell(submissions, legal="RESOLVED"), tell(submissions, brand="RESOLVED"))
    assert (await submissions.get(*KEY, "sub_1")).state == "PUBLISHED"
    assert (await templates.get(*KEY)).published_version == 1

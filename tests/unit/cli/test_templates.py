"""`tidings templates`: files in a repository."""

import asyncio
import json

import msgspec
import pytest

from tidings.app.installation import open_installation
from tidings.app.worker import build_worker
from tidings.cli.root import run
from tidings.config import Config
from tidings.event_maps import EventMap
from tidings.event_maps.event_map import segment_event_id
from tidings.ingest import pack
from tidings.records import Record

GOOD = """
name: Order
alias: Segment-TrackEvent:Order Completed
content:
  elements:
    - type: channel
      channel: email
      elements:
        - {type: meta, title: "Order {{order.id}}"}
        - {type: text, content: "Total {{order.totl}}"}
"""


@pytest.fixture
def tidings(tmp_path, capsys):
    """Run a command on an installation of its own; give its exit code and lines of JSON."""

    def call(*words):
        code = run([*words, "--data", str(tmp_path / "data"), "--json"])
        return code, [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]

    return call


@pytest.fixture
def files(tmp_path):
    """Write a file; give its path."""
    folder = tmp_path / "templates"
    folder.mkdir()

    def write(name, text):
        (folder / name).write_text(text)
        return str(folder / name)

    return write


def test_lint_knows_the_names(tidings, files):
    """A slip of a name is an error that says which name was meant."""
    sample = files("sample.txt", json.dumps({"data": {"order": {"id": 1, "total": 2}}}))
    code, problems = tidings("templates", "lint", files("order.yaml", GOOD), "--sample", sample)
    assert code == 1
    (error,) = [problem for problem in problems if problem["level"] == "error"]
    assert error["message"] == "order.totl is not in the sample: did you mean order.total?"
    assert tidings("templates", "lint", files("order.yaml", GOOD.replace("totl", "total")), "--sample", sample)[0] == 0


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.yaml", "name: [", "not YAML"),
        ("a.json", "{", "not JSON"),
        ("a.yaml", "name: x", "content is missing"),
        ("a.yaml", "nome: x", "unknown field"),
        ("a.yaml", GOOD.replace("type: meta", "type: meat"), "is not known here"),
        ("a.md", "Hello {{#if}}", "the block if is not closed"),
    ],
)
def test_lint_tells_what_is_no_template(tidings, files, name, text, told):
    """What cannot be read is an error with its place."""
    code, problems = tidings("templates", "lint", files(name, text))
    assert code == 1
    assert told in problems[0]["message"]


def test_markdown_and_mjml_are_emails(tidings, files):
    """A Markdown file is one text with its facts in front; an MJML file is a whole email."""
    markdown = files("hi.md", "---\nname: Hi\nsubject: Hi {{name}}\n---\nHello **{{name}}**\n")
    sample = files("sample.txt", json.dumps({"data": {"name": "Ann"}}))
    _, (shown,) = tidings("templates", "render", markdown, "--sample", sample)
    assert (shown["subject"], shown["text"]) == ("Hi Ann", "Hello Ann\n")
    mjml = (
        "<mjml><mj-body><mj-section><mj-column><mj-text>Hi {{name}}</mj-text></mj-column></mj-section></mj-body></mjml>"
    )
    _, (shown,) = tidings("templates", "render", files("x.mjml", mjml), "--sample", sample)
    assert "Hi Ann" in shown["html"]
    assert "<table" in shown["html"]


def test_pushed_and_pulled_templates_are_the_same(tidings, files, tmp_path):
    """What is pushed comes back; what has not changed is left alone; one wrong file keeps all back."""
    good = files("order.yaml", "id: nt_order\n" + GOOD)
    assert tidings("templates", "push", good, "--publish")[1][0]["done"] == "created, published"
    assert tidings("templates", "push", good)[1][0]["done"] == "unchanged"
    code, (pulled,) = tidings("templates", "pull", str(tmp_path / "pulled"))
    assert code == 0
    assert tidings("templates", "push", pulled["file"])[1][0]["done"] == "unchanged"
    assert (
        tidings("templates", "push", files("order.yaml", "id: nt_order\n" + GOOD.replace("Total", "Sum")))[1][0]["done"]
        == "changed"
    )
    assert tidings("templates", "push", good, files("bad.yaml", "name: ["))[0] == 1


def test_a_file_is_called_by_its_template(tidings, files):
    """Without an id, the file's name is it: pushed again it is the same template; two files are never one."""
    path = files("welcome.md", "Hello")
    assert [tidings("templates", "push", path)[1][0] for _ in range(2)] == [
        {"id": "welcome", "name": "welcome", "file": path, "done": done} for done in ("created", "unchanged")
    ]
    assert tidings("templates", "push", path, files("other.md", "---\nid: welcome\n---\nHello"))[0] == 1
    assert "is no id" in tidings("templates", "lint", files("a b.md", "Hello"))[1][0]["message"]


async def _ordered(data):
    """Let an event come in, and map it to the template."""
    async with open_installation(Config(data=data)) as installation:
        properties = {"order": {"id": 1, "total": 2}}
        body = msgspec.json.encode({"type": "track", "userId": "ann", "event": "Order", "properties": properties})
        call = Record(
            type="track",
            message_id="m1",
            user_id="ann",
            anonymous_id=None,
            name="Order",
            timestamp=1_700_000_000_000,
            received_at=1_700_000_000_000,
            body=body,
        )
        await installation.stream.append(
            pack([call], environment_id=1, source_id=1, received_at=call.received_at, partitions=1)
        )
        await build_worker(installation).inbound.run_once(0)
        await installation.event_maps.put(1, EventMap(segment_event_id("Order"), "order"))


def test_lint_knows_the_events_that_are_mapped(tidings, files, tmp_path):
    """Whatever its alias, a template is compared with what came in of the events that send it."""
    unmapped = GOOD.replace("alias: Segment-TrackEvent:Order Completed", "id: order")
    path = files("order.yaml", unmapped)
    assert tidings("templates", "push", path)[0] == 0
    asyncio.run(_ordered(tmp_path / "data"))

    code, problems = tidings("templates", "lint", path)
    assert code == 1
    assert "did you mean order.total?" in next(each["message"] for each in problems if each["level"] == "error")

"""What exists is documented: settings, commands, options, statuses, reasons, codes, dependencies, decisions."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec
import pytest

from tidings.cli.root import COMMANDS, root
from tidings.config import Config
from tidings.inbound_events import EventStatus
from tidings.messages import FINAL, Reason, Status

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"
EVERYWHERE = {"--data", "--database-url", "--stream-url", "--debug", "--help", "-h", "--environment", "-e", "--json"}


def rows(page: Path) -> dict[str, list[str]]:
    """Read the tables of a page: the cells of each row, by each name in backquotes in the first cell."""
    found: dict[str, list[str]] = {}
    for line in page.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
        if cells:
            found |= dict.fromkeys(re.findall(r"`([^`]+)`", cells[0]), cells)
    return found


def commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    """Walk the commands that do something."""
    if not isinstance(command, click.Group):
        yield path, command
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        child = command.get_command(context, name)
        assert child is not None, name
        yield from commands(child, f"{path} {name}")


ALL_COMMANDS = list(commands(root, "tidings"))


@pytest.mark.parametrize("field", msgspec.structs.fields(Config), ids=lambda field: field.name)
def test_every_setting_has_its_row(field: msgspec.structs.FieldInfo) -> None:
    """Each setting is in the configuration page, with its variable and its default."""
    row = rows(REFERENCE / "configuration.md").get(field.name)
    assert row is not None
    _, variable, default, meaning = row
    assert variable == f"`TIDINGS_{field.name.upper()}`"
    written = str(field.default).lower() if isinstance(field.default, bool) else str(field.default)
    assert default == (f"`{written}`" if written else "empty")
    assert meaning


@pytest.mark.parametrize("page", sorted(REFERENCE.glob("*.md")), ids=lambda page: page.stem)
def test_no_table_says_a_thing_twice(page: Path) -> None:
    """In one table of the reference no two rows begin alike: one of them would be out of date."""
    for table in re.split(r"\n(?!\|)", page.read_text()):
        firsts = [line.split(" | ")[0] for line in table.splitlines() if line.startswith("| `")]
        assert sorted(firsts) == sorted(set(firsts))


def test_no_setting_is_made_up() -> None:
    """The configuration page names no setting that does not exist."""
    assert rows(REFERENCE / "configuration.md").keys() - {"tidings.toml"} == set(Config.__struct_fields__)


@pytest.mark.parametrize(("path", "command"), ALL_COMMANDS, ids=[path for path, _ in ALL_COMMANDS])
def test_every_command_is_documented(path: str, command: click.Command) -> None:
    """Each command has a row on the command line page, and each of its options is named there."""
    page = (REFERENCE / "cli.md").read_text()
    assert path in rows(REFERENCE / "cli.md") or f"`{path}`" in page
    options = {name for option in command.params if isinstance(option, click.Option) for name in option.opts}
    assert not {option for option in options - EVERYWHERE if f"`{option}`" not in page}


def test_every_command_says_what_it_does() -> None:
    """Each command, and each of its options, has a line of help."""
    assert all(command.help for _, command in ALL_COMMANDS)
    silent = [
        f"{path} {option.name}"
        for path, command in ALL_COMMANDS
        for option in command.params
        if isinstance(option, click.Option) and not option.help
    ]
    assert not silent
    assert all(place.help for place in COMMANDS.values())


@pytest.mark.parametrize("word", [*Status, *Reason, *EventStatus])
def test_every_status_and_reason_is_explained(word: str) -> None:
    """Each word that a message or an event can end with is on its page."""
    assert word in rows(REFERENCE / "statuses-and-reasons.md")


@pytest.mark.parametrize("status", [status for status in Status if status.value not in set(EventStatus)])
def test_it_is_said_which_statuses_are_final(status: Status) -> None:
    """The page says of each status whether a message ends in it."""
    row = rows(REFERENCE / "statuses-and-reasons.md")[status]
    assert row[-1] == ("yes" if status in FINAL else "no")


def test_every_code_is_explained() -> None:
    """Each code that a refusal or a discarded call carries is on its page."""
    known = rows(REFERENCE / "statuses-and-reasons.md").keys()
    code = re.compile(r"""(?:(?:code|slug|reason|discarded)\s*=\s*|Refusal\(\d+,\s*)"([a-z]+(?:_[a-z]+)*)\"""")
    sources = [path for room in ("ingest", "spec", "mapping") for path in (ROOT / "src/tidings" / room).rglob("*.py")]
    used = {
        found
        for path in [*sources, *ROOT.glob("src/tidings/api/accept*.py")]
        for found in code.findall(path.read_text())
    }
    assert not used - known


def test_every_dependency_has_a_reason() -> None:
    """Each package that pyproject.toml asks for is in the list, with licence and reason."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = [*project["project"]["dependencies"]]
    for group in (
        *project["dependency-groups"].values(),
        *project["project"].get("optional-dependencies", {}).values(),
    ):
        asked += [entry for entry in group if isinstance(entry, str)]
    listed = _listed(but="Studio")
    names = {re.split(r"[\[<>=!~; ]", entry)[0] for entry in asked}
    assert not names - listed
    assert listed == names


def test_every_package_of_studio_has_a_reason() -> None:
    """Each package that is in Studio's bundle is in the list, with licence and reason."""
    project = msgspec.json.decode((ROOT / "studio" / "package.json").read_bytes())
    assert _listed(only="Studio") == project["dependencies"].keys()


def _listed(*, but: str = "", only: str = "") -> set[str]:
    """Read the names in the tables of the page's sections."""
    page = (ROOT / "docs" / "dependencies.md").read_text().split("## Looked at")[0]
    sections = [part for part in page.split("\n## ") if not but or not part.startswith(but)]
    lines = [line for part in sections if part.startswith(only) for line in part.splitlines() if line.startswith("|")]
    return {name.strip() for line in lines for name in line.split("|")[1].split(",")} - {"package", "---"}


def test_every_decision_is_listed() -> None:
    """The architecture page names each decision record."""
    page = (ROOT / "ARCHITECTURE.md").read_text()
    assert not [path.name for path in sorted((ROOT / "docs" / "adr").glob("*.md")) if path.name not in page]


@pytest.mark.parametrize("record", sorted((ROOT / "docs" / "adr").glob("*.md")), ids=lambda path: path.name)
def test_decisions_have_one_shape(record: Path) -> None:
    """Each decision record has a status, a context, a decision and consequences."""
    text = record.read_text()
    assert re.search(r"^\W*Status\W", text, re.MULTILINE)
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert {"Context", "Decision", "Consequences"} <= set(headings)


PAGES = [*ROOT.glob("*.md"), *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Links between pages lead to files and headings that exist."""
    dead = []
    for target in re.findall(r"\]\(([^)#:]*(?:#[^)]*)?)\)", page.read_text()):
        file, _, anchor = target.partition("#")
        path = (page.parent / file).resolve() if file else page
        if not path.exists() or (anchor and anchor not in _anchors(path)):
            dead.append(target)
    assert not dead


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}

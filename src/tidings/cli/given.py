"""What is given to commands: settings as `NAME=VALUE`, and whole things as JSON files."""

from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from tidings.errors import InvalidInput

T = TypeVar("T")
_BYTES_MAX = 4 * 1024 * 1024
"""Of a file; what is made of it has smaller bounds of its own."""

SETTING = click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="A setting; may be given again.")
SETTING_FILE = click.option(
    "--set-file",
    "files",
    multiple=True,
    metavar="NAME=PATH",
    help="A setting that is in a file, so that nobody who lists processes sees a secret; - is the standard input.",
)
FILE = click.argument("file", type=click.Path(path_type=Path, allow_dash=True, exists=True, dir_okay=False))
"""A JSON file; - is the standard input."""


def settings_of(pairs: tuple[str, ...]) -> dict[str, Any]:
    """Read `NAME=VALUE`; a value that is JSON is taken as JSON. Raises `InvalidInput`."""
    return {name: value_of(text) for name, text in texts_of(pairs).items()}


def texts_of(pairs: tuple[str, ...], files: tuple[str, ...] = ()) -> dict[str, str]:
    """Read `NAME=VALUE` and `NAME=PATH`, all as texts. Raises `InvalidInput`."""
    texts = dict(_pair(each, "--set") for each in pairs)
    for name, path in (_pair(each, "--set-file") for each in files):
        texts[name] = _read(Path(path), "--set-file").decode(errors="replace").rstrip("\r\n")
    return texts


def read_json(file: Path, kind: type[T]) -> T:
    """Read a JSON file. Raises `InvalidInput` with the place of what is wrong."""
    try:
        return msgspec.json.decode(_read(file, "FILE"), type=kind)
    except msgspec.DecodeError as error:
        raise InvalidInput(str(error), path="FILE") from None


def read_text(file: Path, where: str) -> str:
    """Read a file of text, such as a key. Raises `InvalidInput` that names the option `where`."""
    try:
        return _read(file, where).decode()
    except UnicodeDecodeError:
        raise InvalidInput("is no text", path=where) from None


def _read(path: Path, where: str) -> bytes:
    try:
        with click.open_file(str(path), "rb") as opened:
            data: bytes = opened.read(_BYTES_MAX + 1)
    except OSError as error:
        raise InvalidInput(f"cannot be read: {error.strerror}", path=where) from None
    if len(data) > _BYTES_MAX:
        raise InvalidInput(f"has more than {_BYTES_MAX // 1024} kB", path=where)
    return data


def _pair(pair: str, where: str) -> tuple[str, str]:
    name, equals, text = pair.partition("=")
    if not equals or not name:
        raise InvalidInput(f"write NAME=VALUE, not {name[:40]!r}", path=where)
    return name, text


def value_of(text: str) -> Any:
    """Take what is JSON as JSON: `true`, a number, an object; all else is a text."""
    try:
        value = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text
    return value if isinstance(value, bool | dict | list | int | float) else text

"""Backing an embedded installation up while it works, and making one from a backup."""

import hashlib
import os
import re
import secrets
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec

from tidings import __version__
from tidings.assets import ASSET_BYTES_MAX
from tidings.backends.sql.database import Database
from tidings.backends.sql.installation_store import SqlInstallationStore
from tidings.backends.sql.migrate import HEAD
from tidings.backends.sql.migrate import migrate as migrate_database
from tidings.backends.sqlite.snapshot import Progress, copy, counts, faults, snapshot, sync
from tidings.clock import Clock, iso
from tidings.config import Config
from tidings.errors import ConfigurationError, Conflict, InvalidInput, Unavailable

FORMAT = 1
_DATABASES = ("state.db", "stream.db")
_MANIFEST = "manifest.json"
_MANIFEST_BYTES_MAX = 64 * 1024 * 1024  # three hundred thousand pictures
_PICTURES = "assets"
_PICTURE = re.compile(r"assets/[0-9]{1,10}/[0-9a-f]{40}")
_CHUNK = 1024 * 1024
_SECRET_BYTES_MAX = 4096


class Copied(msgspec.Struct, frozen=True):
    """One file of a backup."""

    bytes: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True):
    """What a backup holds, to check it by."""

    format: int
    version: str
    """Of the tidings that made it."""
    taken_at: str
    files: dict[str, Copied]
    rows: dict[str, dict[str, int]]
    """By file and table."""


def backup(config: Config, target: Path, *, clock: Clock, progress: Progress) -> Manifest:
    """Copy the installation into a new folder, or a new file when the name ends in `.tar.gz`.

    Pictures come along when they lie in a folder of this machine; a bucket is copied by its own tools.
    Others may go on writing meanwhile. Raises `Conflict` when there is something already, `Unavailable` when the copy
    cannot be made or is not sound; then nothing is left behind.
    """
    _embedded(config)
    if target.exists():
        raise Conflict(f"{target} is there already: a backup never overwrites anything")
    if not (config.data / "state.db").exists():
        raise ConfigurationError(f"there is no installation in {config.data.resolve()}: name it with --data")
    target.parent.mkdir(parents=True, exist_ok=True)
    pictures = _pictures(config)
    _room_for([*(config.data / name for name in _DATABASES), *pictures.values()], target.parent)
    with _building(target) as folder:
        taken_at = _copy_all(config.data, folder, clock, progress)
        _copy_pictures(config, folder)
        manifest = _manifest(folder, taken_at)
        (folder / _MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest)))
        sync(folder / _MANIFEST)
        if target.name.endswith(".tar.gz"):
            _pack(folder, target)
        else:
            _sync_folders(folder)
            folder.rename(target)
        sync(target.parent)
    return manifest


async def restore(config: Config, source: Path, *, clock: Clock, progress: Progress) -> Manifest:
    """Make an installation from a backup, in a folder that is empty or not there. It is held.

    Raises `Conflict` when there is something, `InvalidInput` when the backup is not whole; then nothing is left behind.
    """
    _embedded(config)
    data = config.data
    if data.exists() and any(data.iterdir()):
        raise Conflict(f"{data.resolve()} is not empty: an installation may live there. Restore into another folder")
    data.parent.mkdir(parents=True, exist_ok=True)
    with _building(data) as folder:
        manifest = _unpacked(source, folder, progress)
        database = Database.sqlite(folder / "state.db")
        try:
            await migrate_database(database)
            store = SqlInstallationStore(database)
            because = f"restored from a backup of {manifest.taken_at}"
            await store.move_in("", instead_of=await store.home(), held_because=because, now=clock.now_ms())
        finally:
            await database.close()
        if data.exists():
            data.rmdir()
        _sync_folders(folder)
        folder.rename(data)
        sync(data.parent)
    return manifest


def _embedded(config: Config) -> None:
    if config.database_url or config.stream_url:
        raise ConfigurationError(
            "this copies the embedded tier's folder; use your server's own tools for database_url and stream_url"
        )


@contextmanager
def _building(target: Path) -> Iterator[Path]:
    """Make a folder beside the target, to be renamed to it; gone again if that does not happen."""
    folder = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}-"))  # mode 0700
    try:
        yield folder
    except OSError as error:
        raise Unavailable(f"{target} cannot be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _copy_all(data: Path, folder: Path, clock: Clock, progress: Progress) -> str:
    with snapshot(*(data / name for name in _DATABASES)) as held:
        taken_at = iso(clock.now_ms())
        # The stream grows while nobody may trim what a snapshot sees, so the larger file is not kept waiting for it.
        copy(held.stream, folder / "stream.db", lambda _done, _total: None)
        copy(held.state, folder / "state.db", progress)
    for path in data.glob("*-key"):
        shutil.copyfile(path, folder / path.name)
        (folder / path.name).chmod(0o600)
        sync(folder / path.name)
    return taken_at


def _copy_pictures(config: Config, folder: Path) -> None:
    """Copy the pictures that are there now: after the state, so that each that it knows of was written before.

    One that is deleted meanwhile is left out, as the next backup would leave it.
    """
    for name, path in _pictures(config).items():
        place = folder / name
        _make_private(place.parent)
        with suppress(FileNotFoundError):
            shutil.copyfile(path, place)
            place.chmod(0o600)
            sync(place)


def _make_private(folder: Path) -> None:
    if not folder.exists():
        _make_private(folder.parent)
        folder.mkdir(mode=0o700)


def _sync_folders(folder: Path) -> None:
    for path in (*(path for path in folder.rglob("*") if path.is_dir()), folder):
        sync(path)


def _pictures(config: Config) -> dict[str, Path]:
    """Find the pictures, each by its name in a backup; none where they lie in a bucket."""
    if "://" in config.assets:
        return {}
    place = Path(config.assets) if config.assets else config.data / _PICTURES
    found = {f"{_PICTURES}/{path.parent.name}/{path.name}": path for path in sorted(place.glob("*/*"))}
    return {name: path for name, path in found.items() if _PICTURE.fullmatch(name)}


def _files(folder: Path) -> dict[str, Path]:
    """List the files below a folder, by their names in it."""
    return {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}


def _manifest(folder: Path, taken_at: str) -> Manifest:
    for name in _DATABASES:
        if found := faults(folder / name):
            raise Unavailable(f"the copy of {name} is not sound, and so perhaps the original: {'; '.join(found)}")
    return Manifest(
        format=FORMAT,
        version=__version__,
        taken_at=taken_at,
        files={name: _measured(path) for name, path in _files(folder).items()},
        rows={name: counts(folder / name) for name in _DATABASES},
    )


def _measured(path: Path) -> Copied:
    with path.open("rb") as file:
        return Copied(path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


def _pack(folder: Path, target: Path) -> None:
    draft = folder / f"{secrets.token_hex(4)}.tar.gz"
    with tarfile.open(draft, "x:gz", compresslevel=3) as archive:
        archive.add(folder / _MANIFEST, _MANIFEST)  # first, so that a reader knows what follows
        for name, path in _files(folder).items():
            if path not in {draft, folder / _MANIFEST}:
                archive.add(path, name)
    draft.chmod(0o600)
    sync(draft)
    os.link(draft, target)  # fails when somebody else has made it meanwhile


def _unpacked(source: Path, folder: Path, progress: Progress) -> Manifest:
    """Copy a backup's files, each checked against the manifest."""
    try:
        with _Backup.open(source) as opened:
            manifest = _checked(opened.read(_MANIFEST, _MANIFEST_BYTES_MAX), source)
            _room(sum(file.bytes for file in manifest.files.values()), folder)
            total, done = sum(file.bytes for file in manifest.files.values()), 0
            for name, expected in manifest.files.items():
                for size in opened.copy(name, folder / name, expected):
                    done += size
                    progress(done, total)
    except (OSError, KeyError, EOFError, tarfile.TarError) as error:
        raise InvalidInput(f"{source} is no backup, or not all of it: {error}") from error
    for name in _DATABASES:
        if found := faults(folder / name):
            raise InvalidInput(f"{name} in {source} is not sound: {'; '.join(found)}")
        if counts(folder / name) != manifest.rows[name]:
            raise InvalidInput(f"{name} in {source} has not the rows that its manifest counts")
    return manifest


def _checked(data: bytes, source: Path) -> Manifest:
    try:
        manifest = msgspec.json.decode(data, type=Manifest)
    except msgspec.DecodeError as error:
        raise InvalidInput(f"{source} is no backup: its manifest cannot be read ({error})") from error
    strange = [name for name in manifest.files if name not in _DATABASES and not _is_small(name, manifest)]
    if manifest.format != FORMAT or strange or not set(_DATABASES) <= manifest.files.keys() & manifest.rows.keys():
        raise InvalidInput(
            f"{source} is a backup of tidings {manifest.version}, which this version ({__version__}, revision {HEAD}) "
            "does not understand"
        )
    return manifest


def _is_small(name: str, manifest: Manifest) -> bool:
    """Tell whether it is a secret or a picture, of a size that such a file has."""
    if _PICTURE.fullmatch(name):
        return manifest.files[name].bytes <= ASSET_BYTES_MAX
    return name in {"secret-key", "api-key", "write-key"} and manifest.files[name].bytes <= _SECRET_BYTES_MAX


class _Backup:
    """A backup's files, in a folder or in an archive. Only names that we ask for are ever read."""

    def __init__(self, folder: Path | None, archive: tarfile.TarFile | None) -> None:
        self._folder = folder
        self._archive = archive

    @classmethod
    @contextmanager
    def open(cls, source: Path) -> "Iterator[_Backup]":
        """Open either."""
        if source.is_dir():
            yield cls(source, None)
            return
        with tarfile.open(source, "r:gz") as archive:
            yield cls(None, archive)

    def read(self, name: str, bytes_max: int) -> bytes:
        """Read a small file."""
        with self._file(name) as file:
            data: bytes = file.read(bytes_max)
            return data

    def copy(self, name: str, target: Path, expected: Copied) -> Iterator[int]:
        """Copy a file bit by bit. Raises `InvalidInput` when it is not what the manifest says."""
        digest, size = hashlib.sha256(), 0
        _make_private(target.parent)
        target.touch(mode=0o600, exist_ok=False)
        with self._file(name) as file, target.open("wb") as out:
            while chunk := file.read(min(_CHUNK, expected.bytes - size + 1)):
                size += len(chunk)
                if size > expected.bytes:
                    break
                digest.update(chunk)
                out.write(chunk)
                yield len(chunk)
        if size != expected.bytes or digest.hexdigest() != expected.sha256:
            raise InvalidInput(f"{name} in the backup is not what its manifest says: it was changed or cut off")
        sync(target)

    def _file(self, name: str) -> Any:
        if self._folder is not None:
            return (self._folder / name).open("rb")
        assert self._archive is not None  # noqa: S101 one of the two
        file = self._archive.extractfile(name)
        if file is None:
            raise KeyError(name)
        return file


def _room_for(files: list[Path], folder: Path) -> None:
    sizes = [path.with_name(path.name + end) for path in files for end in ("", "-wal")]
    _room(sum(path.stat().st_size for path in sizes if path.exists()), folder)


def _room(needed: int, folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise Unavailable(f"{folder} has {free >> 20} MiB free, and {needed >> 20} MiB are needed")

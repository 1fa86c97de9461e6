"""An archive on the stores of a house."""

import pytest

from tidings.backends.sql.archive_manifest import SqlArchiveManifest
from tidings.backends.sql.follower_store import SqlFollowerStore
from tidings.backends.sql.installation_store import SqlInstallationStore
from tidings.backends.sql.source_store import SqlSourceStore
from tidings.pipeline.archiving import ArchiveTidying, Archiving
from tidings.pipeline.follower import UnhurriedFollower
from tidings.records import DAY_MS, CallFilter
from tidings.secrets import SecretBox


class Library:
    """An archive with all that writes, tidies and reads it."""

    def __init__(self, house, folder):
        self.house, self.folder = house, folder
        from tidings.backends.parquet.archive import ParquetArchive  # Arrow takes a moment: only who asks waits

        self.archive = ParquetArchive(str(folder))
        self.manifest = SqlArchiveManifest(house.database)
        self.offsets = SqlFollowerStore(house.database)
        self.sources = SqlSourceStore(house.database, SecretBox("a secret key for tests"))
        self.itself = SqlInstallationStore(house.database)

    def follower(self, *, archive=None, every_ms=0):
        step = Archiving(
            archive=archive or self.archive, manifest=self.manifest, sources=self.sources, clock=self.house.clock
        )
        return UnhurriedFollower(
            stream=self.house.stream,
            store=self.offsets,
            step=step,
            count_max=3,
            every_ms=every_ms,
            clock=self.house.clock,
        )

    def tidying(self, **changes):
        return ArchiveTidying(
            archive=self.archive,
            manifest=self.manifest,
            leases=self.offsets,
            itself=self.itself,
            clock=self.house.clock,
            **{"holder": "w1", **changes},
        )

    async def accept(self, *bodies, environment_id=1):
        """Let calls come in and be applied."""
        await self.house.append(*bodies, environment_id=environment_id)
        step = self.house.inbound()
        while await step.run_once(0):
            pass

    async def calls(self, environment_id=1):
        """Read the whole archive: message ids in order."""
        days = (await self.manifest.environments()).get(environment_id, range(0))
        files = await self.manifest.living(environment_id, days)
        where = CallFilter(received_from=0, received_before=(days.stop + 1) * DAY_MS)
        parts = self.archive.read(environment_id, files, where, count_max=100)
        return [call.record.message_id async for part in parts for call in part]

    def there(self):
        """List the files of the folder."""
        return sorted(path.name for path in self.folder.rglob("*") if path.is_file())

    async def follow(self, follower=None):
        """Archive all there is."""
        follower = follower or self.follower()
        while await follower.run_once(0):
            pass


@pytest.fixture
async def library(house, tmp_path):
    """An archive that keeps calls from now on."""
    library = Library(house, tmp_path / "archive")
    await library.follow()
    return library

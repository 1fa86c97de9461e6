"""The archive, put together: imported only where one is kept, since Arrow and DuckDB take memory and time to load."""

from collections.abc import Sequence

from tidings.app.installation import HOUR_MS, Installation
from tidings.backends.sql.replay_store import SqlReplayStore
from tidings.config import Config
from tidings.errors import ConfigurationError
from tidings.mapping import Rules
from tidings.pipeline.archiving import EVERY_MS, ROWS_MAX, ArchiveTidying, Archiving
from tidings.pipeline.follower import Follower, UnhurriedFollower
from tidings.pipeline.replay import Replay, ReplayRules
from tidings.pipeline.worker import Round
from tidings.ports import CallArchive


def open_archive(config: Config) -> CallArchive:
    """Open the archive that the settings name. Raises `ConfigurationError` when they name none."""
    if not config.archive:
        raise ConfigurationError("no archive is kept: name a folder, or a URL such as s3://bucket/path, as `archive`")
    from tidings.backends.parquet.archive import ParquetArchive  # noqa: PLC0415 see above

    return ParquetArchive(config.archive)


def archiving_of(installation: Installation, holder: str) -> tuple[Sequence[Follower], dict[str, Round]]:
    """Give what a worker follows and does for the archive: nothing, when none is kept."""
    if not installation.config.archive:
        return (), {}
    archive = open_archive(installation.config)
    step = Archiving(
        archive=archive, manifest=installation.manifest, sources=installation.sources, clock=installation.clock
    )
    follower = UnhurriedFollower(
        stream=installation.stream,
        store=installation.follower_offsets,
        step=step,
        count_max=ROWS_MAX,
        every_ms=EVERY_MS,
        clock=installation.clock,
    )
    tidying = ArchiveTidying(
        archive=archive,
        manifest=installation.manifest,
        leases=installation.follower_offsets,
        itself=installation.itself,
        clock=installation.clock,
        holder=holder,
        days_kept=installation.config.archive_days,
    )
    return (follower,), {"archive": tidying.round}


async def replay_of(installation: Installation, *, notify: bool, dry_run: bool) -> Replay:
    """Put a replay together. Raises `ConfigurationError` when no archive is kept."""
    config = installation.config
    async with installation.ledger.open() as reading:  # what was forgotten, whatever the settings say today
        logged_from, _ = await reading.kept_from()
    return Replay(
        archive=open_archive(config),
        manifest=installation.manifest,
        store=SqlReplayStore(installation.database),
        rules=ReplayRules(
            inbound=rules_of(config),
            notify=notify,
            dry_run=dry_run,
            logged_from=logged_from * HOUR_MS,
        ),
    )


def rules_of(config: Config) -> Rules:
    """Give the inbound step's rules."""
    return Rules(
        dedup_window_ms=config.dedup_hours * HOUR_MS, historical_after_ms=config.historical_after_hours * HOUR_MS
    )

"""What carries out regulations, put together."""

from tidings.app.archive import open_archive
from tidings.app.installation import Installation
from tidings.backends.sql.erasing import SqlErasure
from tidings.pipeline.regulating import Regulating, Shelf


def regulating_of(installation: Installation, holder: str) -> Regulating:
    """Put it together under a worker's name."""
    archive = open_archive(installation.config) if installation.config.archive else None
    return Regulating(
        regulations=installation.regulations,
        erasure=SqlErasure(installation.database, partitions=installation.stream.partitions),
        shelf=Shelf(archive=archive, manifest=installation.manifest),
        destinations=installation.destinations,
        leases=installation.follower_offsets,
        clock=installation.clock,
        holder=holder,
    )

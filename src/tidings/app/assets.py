"""Where pictures lie: a folder, or a bucket."""

from pathlib import Path

from tidings.backends.files.local_files import LocalFiles
from tidings.config import Config
from tidings.ports import AssetFiles


def files_of(config: Config) -> AssetFiles:
    """Open the place that the settings name. Raises `ConfigurationError` for what is no place."""
    if "://" in config.assets:
        from tidings.backends.files.bucket_files import BucketFiles  # noqa: PLC0415 Arrow is loaded where it is needed

        return BucketFiles(config.assets)
    return LocalFiles(Path(config.assets) if config.assets else config.data / "assets")

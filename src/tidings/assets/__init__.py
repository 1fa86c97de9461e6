"""Assets: pictures that messages show, kept under the name of what is in them."""

from tidings.assets.asset import ASSET_BYTES_MAX, Asset, asset_of

__all__ = ["ASSET_BYTES_MAX", "Asset", "asset_of"]

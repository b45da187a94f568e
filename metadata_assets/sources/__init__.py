"""Reading catalogs: one driver an engine, and the few functions a library user needs."""

from metadata_assets.sources.cache import CatalogCache
from metadata_assets.sources.library import extract_catalog, extract_catalog_async

__all__ = ["CatalogCache", "extract_catalog", "extract_catalog_async"]

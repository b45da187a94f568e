"""Reading a catalog from Python: `extract_catalog`, awaitable or not, with or without a cache.

```python
from metadata_assets.sources import CatalogCache, extract_catalog

catalog = extract_catalog("postgresql://reader:secret@db.internal/orders", include=["sales.*"])
catalog = extract_catalog("orders.csv", cache=CatalogCache(ttl_seconds=600))
```

Needs no home, lake or Dagster. What is read is what a sync reads, by the same drivers.
"""

from __future__ import annotations

import asyncio
from typing import Any

from metadata_assets.catalog.invariants import require_sound
from metadata_assets.catalog.model import Catalog
from metadata_assets.sources.cache import CatalogCache
from metadata_assets.sources.named import SourceLike, as_source


def extract_catalog(
    source: SourceLike, *, cache: CatalogCache | None = None, **config: Any
) -> Catalog:
    """Read a whole catalog, read-only.

    Args:
        source: What to read. A URL may hold the password itself: it is kept nowhere.
        cache: Where to look first, and to keep what was read.
        **config: Fields of the engine's `source_config`, such as `include`.

    Raises:
        ConfigurationError: It is not clear what to read, or a field is wrong.
        SourceUnavailable: It cannot be reached; trying again may help.
        SourceRefused: It refuses us.
        CatalogInvalid: What it returned contradicts itself.
    """
    opened = as_source(source, **config)
    found = cache.get(opened) if cache is not None else None
    if found is not None:
        return found
    catalog = opened.extract()
    require_sound(catalog, source=opened.key)
    if cache is not None:
        cache.set(opened, catalog)
    return catalog


async def extract_catalog_async(
    source: SourceLike, *, cache: CatalogCache | None = None, **config: Any
) -> Catalog:
    """`extract_catalog` in a thread of its own: the event loop goes on meanwhile."""
    return await asyncio.to_thread(extract_catalog, source, cache=cache, **config)

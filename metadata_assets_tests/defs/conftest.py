from __future__ import annotations

from collections.abc import Iterator

import dagster as dg
import pytest

from metadata_assets.defs.instance import home_instance
from metadata_assets_tests.home import Home


@pytest.fixture
def instance(home: Home) -> Iterator[dg.DagsterInstance]:
    """The home's own persistent instance."""
    with home_instance(home.settings) as instance:
        yield instance

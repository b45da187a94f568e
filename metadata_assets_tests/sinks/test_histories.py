"""Whatever happens, the index follows the records: random histories of syncs and kills."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metadata_assets.catalog.model import Catalog
from metadata_assets.lake import Lake
from metadata_assets.sinks.vanna import VannaSink
from metadata_assets_tests.sinks.conftest import Shelf
from metadata_assets_tests.sinks.stores import RandomIds
from metadata_assets_tests.training.conftest import Training
from metadata_assets_tests.training.test_histories import catalogs, edited, rolled_back, synced

BY_HAND = "taught by hand, long before"


class Killed(BaseException):
    """Like SIGKILL: nothing handles it."""


class Mortal(RandomIds):
    """A store that takes this process down at one of its next acts, before or after it."""

    acts = 0
    dies_at = 0

    def _mortal(self, act: Callable[..., Any], *args: Any) -> Any:
        Mortal.acts += 1
        if Mortal.acts == Mortal.dies_at:
            raise Killed
        done = act(*args)
        Mortal.acts += 1
        if Mortal.acts == Mortal.dies_at:
            raise Killed
        return done

    def _add(self, *args: Any) -> str:
        return str(self._mortal(super()._add, *args))

    def remove_training_data(self, id: str, **_: Any) -> bool:
        return bool(self._mortal(super().remove_training_data, id))


def pushed(dies_at: int) -> Callable[[Shelf], None]:
    def step(shelf: Shelf) -> None:
        Mortal.acts, Mortal.dies_at = 0, dies_at
        try:
            shelf.push()
        except Killed:
            pass
        finally:
            Mortal.dies_at = 0

    return step


kinds = st.sampled_from([(), ("ddl",), ("documentation", "sql")])
modes = st.sampled_from(["incremental", "full"])
places = st.integers(0, 9)
changes = st.one_of(
    st.builds(synced, catalogs, modes, kinds),
    st.builds(edited, places, st.sampled_from(["by hand", "otherwise"])),
    st.builds(rolled_back, places),
)
steps = st.lists(st.tuples(changes, st.integers(0, 9)), min_size=1, max_size=5)


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(catalogs, steps)
def test_after_any_history_the_index_holds_the_current_records_and_what_was_taught_by_hand(
    first: Catalog, history: list[tuple[Callable[[Training], None], int]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Mortal(Path(folder))
        store.train(documentation=BY_HAND)
        training = Training(Lake(folder + "/lake"))
        shelf = Shelf(training.lake, VannaSink("mine", lambda: store), locks=Path(folder))
        training.sync(first)
        for change, dies_at in history:
            change(training)
            pushed(dies_at)(shelf)
        shelf.push()
        told = [
            (row["kind"], row["question"], row["content"])
            for row in training.records(sync_status="current")
        ]
        assert Counter(shelf.told) == Counter({*told, ("documentation", None, BY_HAND)})
        assert shelf.push().trained == 0

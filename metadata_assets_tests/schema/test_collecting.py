from __future__ import annotations

import gc

import pytest

from metadata_assets.schema.collecting import rare_collections


def test_collections_are_rare_until_the_work_ends_or_fails() -> None:
    before = gc.get_threshold()
    during = []

    def fail() -> None:
        with rare_collections():
            during.append(gc.get_threshold()[0])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert during[0] > 10 * before[0]
    assert gc.get_threshold() == before


def test_whoever_made_them_rarer_still_is_left_in_peace() -> None:
    before = gc.get_threshold()
    gc.set_threshold(200_000)
    try:
        with rare_collections():
            assert gc.get_threshold()[0] == 200_000
    finally:
        gc.set_threshold(*before)

from __future__ import annotations

import os
from pathlib import Path

import pytest

from metadata_assets.errors import SourceRefused, SourceUnavailable
from metadata_assets.sources.paths import expanded, require_file, require_path


def test_a_name_that_no_file_can_have_is_not_there() -> None:
    for path in ("/tmp/" + "x" * 300, "/tmp/a\0b"):
        with pytest.raises(SourceUnavailable, match="does not exist"):
            require_file(path)


@pytest.mark.parametrize("require", [require_file, require_path])
def test_a_pipe_is_not_waited_for(tmp_path: Path, require: object) -> None:
    os.mkfifo(tmp_path / "pipe.db")
    with pytest.raises(SourceRefused, match="neither a file nor a folder"):
        require(str(tmp_path / "pipe.db"))  # type: ignore[operator]


def test_only_a_user_has_a_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/somewhere")
    assert expanded("~/a.db") == Path("/somewhere/a.db")
    assert expanded("~nosuchuser.db") == Path("~nosuchuser.db")

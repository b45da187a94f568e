from __future__ import annotations

from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from metadata_assets.diff.compare import compare
from metadata_assets.diff.migration.migrate import migrate
from metadata_assets_tests.diff.migration.test_engines import duckdb_catalog

OLD = """
CREATE TABLE parent (id INTEGER PRIMARY KEY, code VARCHAR, amount DECIMAL(10,2));
CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES parent (id),
  remark VARCHAR);
CREATE INDEX child_remark ON child (remark);
CREATE TABLE indexed (one INTEGER, two VARCHAR, three DOUBLE);
CREATE INDEX indexed_two ON indexed (two);
CREATE TABLE keyed (one INTEGER PRIMARY KEY, two VARCHAR, three DOUBLE);
CREATE VIEW seen AS SELECT one, two FROM indexed;
INSERT INTO parent VALUES (1, 'a', 2.5);
INSERT INTO child VALUES (5, 1, 'r');
INSERT INTO indexed VALUES (1, 'x', 2.0);
INSERT INTO keyed VALUES (3, 'k', 1.0);
"""

RENAMES = {
    "a table with an index": {" indexed": " indexed_all"},
    "a column beside an indexed one": {
        "two VARCHAR, three DOUBLE);\nC": "two VARCHAR, third DOUBLE);\nC"
    },
    "an indexed column": {
        "(one INTEGER, two VARCHAR": "(one INTEGER, two_of VARCHAR",
        "(two)": "(two_of)",
        "one, two FROM": "one, two_of AS two FROM",
    },
    "a table that is referenced": {" parent ": " parents "},
    "a column of a table that is referenced": {"code VARCHAR": "codes VARCHAR"},
    "a column that is referenced": {"parent (id": "parent (ident"},
    "a column that references": {"parent_id": "parent_ref"},
    "a table with a key": {" keyed": " keyed_all"},
    "a column of a key": {"one INTEGER PRIMARY": "one_id INTEGER PRIMARY"},
    "much at once": {
        " parent ": " parents ",
        "one INTEGER, two VARCHAR": "one BIGINT, two_of VARCHAR",
        "(two)": "(two_of)",
        "one, two FROM": "one, two_of AS two FROM",
        "remark": "remarks",
    },
}


@pytest.mark.parametrize("name", RENAMES)
def test_what_an_index_or_key_depends_on_is_renamed_with_its_rows(
    tmp_path: Path, name: str
) -> None:
    script_of_new = OLD
    for was, becomes in RENAMES[name].items():
        assert was in script_of_new
        script_of_new = script_of_new.replace(was, becomes)
    old = duckdb_catalog(tmp_path / "old.duckdb", OLD)
    new = duckdb_catalog(tmp_path / "new.duckdb", script_of_new)
    script = migrate(old, new, "duckdb").text("test")
    assert "enamed" in script, "it was not taken for a rename"
    assert compare(duckdb_catalog(tmp_path / "old.duckdb", script), new, "duckdb") == ()
    assert rows(tmp_path / "old.duckdb") == rows(tmp_path / "new.duckdb")


def rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(duckdb.connect(path)) as connection:
        tables = connection.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall()
        return {name: connection.execute(f"FROM {name}").fetchall() for (name,) in tables}

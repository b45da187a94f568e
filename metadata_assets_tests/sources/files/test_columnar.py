from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from metadata_assets.sources.files.columnar import read_parquet
from metadata_assets.sources.files.inferred import Unreadable
from metadata_assets.sources.files.workbench import workbench

SCHEMA = pa.schema(
    [
        pa.field("id", pa.int64(), nullable=False),
        pa.field("inner", pa.struct([pa.field("id", pa.int32()), pa.field("Name", pa.string())])),
        pa.field("tags", pa.list_(pa.string()), nullable=False),
        pa.field("price", pa.decimal128(10, 2)),
        pa.field("at", pa.timestamp("us", "UTC")),
    ]
)


def test_the_footer_tells_everything(tmp_path: Path) -> None:
    file = tmp_path / "a[1]*.parquet"
    pq.write_table(SCHEMA.empty_table(), file)
    with workbench() as bench:
        (table,) = read_parquet(file, bench)
    assert [(c.name, c.native_type, c.nullable) for c in table.columns] == [
        ("id", "BIGINT", False),
        ("inner", 'STRUCT(id INTEGER, "Name" VARCHAR)', True),
        ("tags", "VARCHAR[]", False),
        ("price", "DECIMAL(10,2)", True),
        ("at", "TIMESTAMP WITH TIME ZONE", True),
    ]
    assert table.row_estimate == 0
    assert json.loads(table.properties)["format"] == "parquet"


def test_a_column_of_nothing_but_nulls_has_a_type(tmp_path: Path) -> None:
    file = tmp_path / "a.parquet"
    pq.write_table(pa.table({"none": pa.nulls(2), "inner": [{"x": None, "y": 1}] * 2}), file)
    with workbench() as bench:
        (table,) = read_parquet(file, bench)
    assert [(c.name, c.native_type) for c in table.columns] == [
        ("none", "INTEGER"),
        ("inner", "STRUCT(x INTEGER, y BIGINT)"),
    ]


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" + bytes(100) + b"PAR1", b"a,b\n1,2\n"])
def test_a_damaged_file_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "a.parquet"
    file.write_bytes(content)
    with workbench() as bench, pytest.raises(Unreadable):
        read_parquet(file, bench)

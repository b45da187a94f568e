from __future__ import annotations

import hashlib
import json
import uuid
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from metadata_assets.training.records import DERIVED, seal

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://metadata-assets/training/records")
NIL = uuid.UUID(int=0)
COMPUTED = ["record_id", "content_hash", "vanna_id"]

# One example is many texts, for one query seals them all.
texts = st.lists(
    st.text(st.characters(exclude_categories=("Cs",)), max_size=40), min_size=1, max_size=100
)
few = settings(max_examples=20, deadline=None)


def seal_all(*statements: dict[str, Any]) -> list[dict[str, Any]]:
    """The sealed statements, in the order given."""
    absent = dict.fromkeys(DERIVED.names)
    rows = [
        absent | {"kind": "ddl", "source_id": f"{number:04}", "chunk": 1} | statement
        for number, statement in enumerate(statements)
    ]
    table = pa.Table.from_pylist(rows, schema=DERIVED).drop(COMPUTED)
    return seal(table, source="demo.shop").to_pylist()


def vanna_uuid(stored: str) -> str:
    return str(uuid.uuid5(NIL, hashlib.sha256(stored.encode()).hexdigest()))


@few
@given(texts)
def test_a_records_id_is_the_uuid5_of_source_kind_object_and_chunk(names: list[str]) -> None:
    for row in seal_all(*({"source_id": name, "content": "x"} for name in names)):
        name = row["source_id"]
        identity = f"9:demo.shop;3:ddl;{len(name)}:{name};1:1;"
        assert row["record_id"] == str(uuid.uuid5(NAMESPACE, identity))


def test_the_id_of_a_record_never_changes() -> None:
    (row,) = seal_all({"source_id": "t", "content": "x"})
    assert row["record_id"] == "350b5a83-7d80-54ca-b8a3-1cad6cc52290"


@few
@given(texts)
def test_ddl_and_documentation_ids_are_vannas(contents: list[str]) -> None:
    for kind, suffix in (("ddl", "-ddl"), ("documentation", "-doc")):
        for row in seal_all(*({"kind": kind, "content": content} for content in contents)):
            assert row["vanna_id"] == vanna_uuid(row["content"]) + suffix


@few
@given(texts)
def test_sql_ids_are_vannas(queries: list[str]) -> None:
    asked = ({"kind": "sql", "question": query[::-1], "content": query} for query in queries)
    for row in seal_all(*asked):
        stored = {"question": row["question"], "sql": row["content"]}
        assert row["vanna_id"] == vanna_uuid(json.dumps(stored, ensure_ascii=False)) + "-sql"


def test_every_control_character_is_written_as_vanna_writes_it() -> None:
    queries = [f"a{chr(code)}A" for code in range(32)] + ["\r\n", "\\u000B", "\x0b\r\n\x1f\x7f"]
    for row in seal_all(*({"kind": "sql", "question": "q", "content": q} for q in queries)):
        stored = {"question": "q", "sql": row["content"]}
        assert row["vanna_id"] == vanna_uuid(json.dumps(stored, ensure_ascii=False)) + "-sql"


def test_a_known_statement_gets_the_id_vanna_gives_it() -> None:
    (row,) = seal_all({"content": "CREATE TABLE t (id int)"})
    assert row["vanna_id"] == "feb258f5-08f2-509d-bcbd-07c77c513b55-ddl"


def test_hashed_fields_do_not_run_together() -> None:
    rows = seal_all(
        {"kind": "sql", "question": "ab", "content": "c"},
        {"kind": "sql", "question": "a", "content": "bc"},
        {"kind": "sql", "question": "", "content": "c"},
        {"kind": "sql", "question": None, "content": "c"},
        {"kind": "ddl", "question": None, "content": "c"},
    )
    assert len({row["content_hash"] for row in rows}) == len(rows)

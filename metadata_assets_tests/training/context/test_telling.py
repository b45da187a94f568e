from __future__ import annotations

import json
from dataclasses import replace

import pyarrow as pa

from metadata_assets.training.context.documents import documents_of
from metadata_assets.training.context.index import Index
from metadata_assets.training.prune import Pruner, Request, pruner_of
from metadata_assets_tests.quality.subjects import glossary, profiles
from metadata_assets_tests.schema.catalogs import (
    catalog,
    column,
    foreign_key,
    primary_key,
    table,
)


def odd() -> Pruner:
    stops = primary_key("trip", "Stop No")
    return pruner_of(
        catalog(
            table("Stops & Go", column("trip"), column("Stop No"), constraints=[stops]),
            table(
                "signatures",
                column("trip"),
                column("stop"),
                column("depot_no"),
                constraints=[
                    foreign_key(
                        "trip",
                        "Stops & Go",
                        columns=["trip", "stop"],
                        referenced_columns=["trip", "Stop No"],
                    )
                ],
            ),
            table("depots", column("depot_no"), comment="Where lorries sleep. " * 2_000),
        ),
        "postgres",
    )


def test_a_foreign_key_is_told_with_all_its_columns_and_names_as_sql_writes_them() -> None:
    signatures = Request("signatures of stops and go", include=("sig*", "Stops*"))
    assert (
        'FOREIGN KEY (trip, stop) REFERENCES public."Stops & Go" (trip, "Stop No")'
        in odd().prune(signatures).text
    )
    compact = odd().prune(replace(signatures, form="compact")).text
    assert "stop integer -> public.Stops & Go.Stop No" in compact
    told = json.loads(odd().prune(replace(signatures, form="json")).text)
    keys = {one["table"]: one.get("references") for one in told}
    assert keys["public.signatures"] == [
        "trip = public.Stops & Go.trip AND stop = public.Stops & Go.Stop No"
    ]


def test_a_table_described_at_great_length_is_told_in_fewer_words() -> None:
    (depots,) = odd().prune(Request("depots", max_tokens=200, include=("depots",))).tables
    assert depots.comment is not None
    assert len(depots.comment) < 300


def test_a_column_of_one_name_is_no_more_than_that() -> None:
    pruned = odd().prune(Request("signatures", max_tokens=20_000))
    reasons = {table.table_name: table.reasons for table in pruned.tables}
    assert reasons["Stops & Go"] == ("joined with public.signatures",)
    assert reasons["depots"] == ("shares depot_no with public.signatures",)


def test_a_glossary_term_finds_a_column_of_an_odd_name() -> None:
    of = catalog(
        *(table(f"sizes_{n}", column("size"), column("n")) for n in range(9)),
        table("t", column("a"), column("max. beds"), *(column(f"c{n}") for n in range(20))),
    )
    terms = glossary(capacity={"columns": ['public.t."max. beds"']}).to_pylist()
    nothing = pa.table({name: pa.array([], pa.string()) for name in ("table_fqdn", "question")})
    pruner = Pruner(of, Index(documents_of(of, profiles(), nothing)), terms, "postgres")
    told = pruner.prune(Request("capacity", max_tokens=60)).tables[0]
    assert (told.table_name, told.reasons) == ("t", ("glossary: capacity",))
    (beds,) = (one for one in told.columns if one.name == "max. beds")
    assert beds.reasons == ("glossary: capacity",)

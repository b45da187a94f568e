"""Small sources of a test, with what people say of them."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from metadata_assets.catalog.annotations import ANNOTATIONS
from metadata_assets.catalog.model import Catalog
from metadata_assets.catalog.profile import PROFILES
from metadata_assets.lake import LakeTable
from metadata_assets.quality.subject import QualitySubject
from metadata_assets.training.documents import DOCUMENTATION
from metadata_assets.training.glossary import GLOSSARY
from metadata_assets.training.golden import GOLDEN_QUERIES
from metadata_assets.training.records import RECORDS
from metadata_assets_tests.schema.catalogs import catalog, column, table

SHOP = catalog(
    table(
        "orders",
        column("id", comment="Number on the invoice"),
        column("customer_id", comment="Who bought, see customers"),
        column("amount", "numeric(10,2)", comment="Total in EUR, tax included"),
        comment="One row per checkout that was paid",
        business_domain="sales",
    ),
    table(
        "customers",
        column("id", comment="Assigned at the first purchase"),
        column("country", "text", comment="Where invoices go, two letters"),
        comment="Whoever ever bought something",
        business_domain="crm",
    ),
)
"""Nothing is wrong with it."""


def rows(table: LakeTable, *said: dict[str, Any]) -> pa.Table:
    nothing = dict.fromkeys(table.schema.names)
    return pa.Table.from_pylist([nothing | one for one in said], schema=table.schema)


def annotations(*said: dict[str, Any]) -> pa.Table:
    return rows(ANNOTATIONS, *said)


def golden(*sqls: str) -> pa.Table:
    """Golden queries q1, q2, … with questions of their own."""
    said = (
        {"query_id": f"q{n}", "question": f"Question {n}?", "sql": sql, "origin": "yaml:g.yaml"}
        for n, sql in enumerate(sqls, start=1)
    )
    return rows(GOLDEN_QUERIES, *said)


def glossary(**terms: dict[str, Any]) -> pa.Table:
    said = ({"term": name, "definition": f"What {name} is", **term} for name, term in terms.items())
    return rows(GLOSSARY, *said)


def documents(*said: dict[str, Any]) -> pa.Table:
    return rows(DOCUMENTATION, *said)


def profiles(*said: dict[str, Any]) -> pa.Table:
    return rows(PROFILES, *said)


def records(*said: dict[str, Any]) -> pa.Table:
    return rows(RECORDS, *said)


def subject(of: Catalog = SHOP, dialect: str = "postgres", **said: pa.Table) -> QualitySubject:
    return QualitySubject("m.shop", of, dialect, **said)

from __future__ import annotations

import pytest

from metadata_assets.catalog.model import Catalog
from metadata_assets.diff.compare import compare
from metadata_assets.diff.impact import impacts
from metadata_assets.diff.supposed import supposed_drop
from metadata_assets.errors import ConfigurationError
from metadata_assets.schema.dependents import Dependent
from metadata_assets_tests.catalog.building import catalog, values

VIEWS = {
    "paid": "SELECT id, amount * 2 AS twice, note FROM orders WHERE status = 'paid'",
    "rich": "SELECT id FROM paid WHERE twice > 100",
    "noted": "SELECT note FROM paid",
}
COLUMNS = {
    "orders": ("id INTEGER", "amount INTEGER", "status TEXT", "note TEXT"),
    "people": ("id INTEGER", "name TEXT"),
    "paid": ("id INTEGER", "twice INTEGER", "note TEXT"),
    "rich": ("id INTEGER",),
    "noted": ("note TEXT",),
}
QUERIES = {
    "totals": "SELECT sum(o.amount) FROM orders o",
    "everything": "SELECT * FROM orders",
    "counted": "SELECT count(*) FROM orders",
    "names": "SELECT p.name FROM people AS p",
    "by_view": "SELECT twice FROM paid",
    "broken": "SELECT amount FROM orders WHERE nonsense = 1",
}
DEPENDENTS = [
    *(Dependent("view", f"main.{name}", name, sql=sql) for name, sql in VIEWS.items()),
    *(Dependent("golden_query", name, name, sql=sql) for name, sql in QUERIES.items()),
    Dependent("glossary_term", "revenue", "revenue", columns=(("main.orders", "amount"),)),
    Dependent("glossary_term", "order", "order", tables=("main.orders",)),
    Dependent("training_record", "ddl", "ddl of main.orders", describes="main.orders"),
]


def held(**changed: tuple[str, ...] | None) -> Catalog:
    """The catalog with other columns for some tables, or without them."""
    tables = {name: c for name, c in {**COLUMNS, **changed}.items() if c is not None}
    return catalog(
        tables=values(
            *("schema_name", "table_name", "object_type", "definition"),
            of=[("main", t, "view" if t in VIEWS else "table", VIEWS.get(t)) for t in tables],
        ),
        columns=values(
            *("schema_name", "table_name", "ordinal", "column_name", "native_type", "nullable"),
            of=[
                ("main", table, place, *column.split(), True)
                for table, columns in tables.items()
                for place, column in enumerate(columns)
            ],
        ),
    )


def touched(after: Catalog) -> dict[str, tuple[str, ...]]:
    """The names of what the changes touch, with the views in between."""
    before = held()
    found = impacts(compare(before, after, "sqlite"), DEPENDENTS, before, after, "sqlite")
    return {one.dependent.name: one.through for one in found}


def test_a_dropped_column_touches_what_uses_it_and_nothing_else() -> None:
    after = held(orders=("id INTEGER", "status TEXT", "note TEXT"))
    assert touched(after) == {
        "main.paid": (),
        "totals": (),
        "everything": (),
        "broken": (),
        "revenue": (),
        "ddl": (),
        "main.rich": ("main.paid",),
        "main.noted": ("main.paid",),
        "by_view": ("main.paid",),
    }


def test_a_retyped_column_goes_on_through_the_columns_that_come_from_it() -> None:
    after = held(orders=("id INTEGER", "amount TEXT", "status TEXT", "note TEXT"))
    found = touched(after)
    assert found["by_view"] == found["main.rich"] == ("main.paid",)
    assert "main.noted" not in found
    assert {"counted", "names"}.isdisjoint(found)


def test_a_column_that_only_filters_a_view_touches_no_column_of_it() -> None:
    after = held(orders=("id INTEGER", "amount INTEGER", "status INTEGER", "note TEXT"))
    assert {name for name, through in touched(after).items() if through} == set()


def test_a_dropped_table_touches_all_that_names_it() -> None:
    found = touched(held(orders=None))
    assert {"counted", "order", "revenue", "main.rich"} <= set(found)
    assert "names" not in found


def test_a_new_column_and_a_comment_touch_what_describes_the_table_alone() -> None:
    after = held(orders=(*COLUMNS["orders"], "more TEXT"))
    assert set(touched(after)) == {"ddl"}


@pytest.mark.parametrize("name", ["orders.amount", "main.orders.amount", "ORDERS.AMOUNT"])
def test_a_drop_can_be_supposed(name: str) -> None:
    change = supposed_drop(held(), name, source="m.s")
    found = impacts([change], DEPENDENTS, held(), held(), "sqlite")
    assert {"totals", "main.paid"} <= {one.dependent.name for one in found}


def test_a_name_that_nothing_has_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"no table or column orders\.nothing"):
        supposed_drop(held(), "orders.nothing", source="m.s")

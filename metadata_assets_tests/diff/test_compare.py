from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metadata_assets.catalog.model import Catalog
from metadata_assets.diff.changes import (
    AddTable,
    Change,
    ChangeAnnotation,
    ChangeDefinition,
    ChangeObjectType,
    ChangeTableComment,
    ChangeTableProperties,
    DropTable,
    ReorderColumns,
)
from metadata_assets.diff.column_changes import (
    AddColumn,
    ChangeAllowedValues,
    ChangeCollation,
    ChangeColumnComment,
    ChangeColumnProperties,
    ChangeDefault,
    ChangeGenerated,
    ChangeIdentity,
    ChangeNullability,
    ChangeSensitivity,
    DropColumn,
    RetypeColumn,
)
from metadata_assets.diff.compare import compare
from metadata_assets.diff.following import without_renames
from metadata_assets.diff.structure_changes import (
    AddConstraint,
    AddIndex,
    AddType,
    ChangeConstraintComment,
    ChangeForeignKeyActions,
    ChangeIndex,
    ChangeIndexComment,
    ChangePrimaryKey,
    ChangeType,
    DropConstraint,
    DropIndex,
    DropType,
    RenameConstraint,
    RenameIndex,
)
from metadata_assets_tests.schema.catalogs import (
    Row,
    catalog,
    column,
    foreign_key,
    index,
    primary_key,
    table,
)

COLUMNS = (
    column("id", "bigint", nullable=False),
    column("email", "varchar(80)"),
    column("total", "numeric(10,2)"),
    column("seen_at", "timestamp"),
)


def people(*columns: Row, **fields: Any) -> Row:
    return table("people", *(columns or COLUMNS), **fields)


def changed(**fields: Any) -> Row:
    """`people` with fields of its `total` changed."""
    return people(*COLUMNS[:2], {**COLUMNS[2], **fields}, COLUMNS[3])


def differences(before: Row | list[Row], after: Row | list[Row]) -> tuple[Change, ...]:
    sides = [side if isinstance(side, list) else [side] for side in (before, after)]
    return compare(catalog(*sides[0]), catalog(*sides[1]), "postgres")


@pytest.mark.parametrize(
    ("before", "after", "kind", "code"),
    [
        ([], people(), AddTable, "AD101"),
        (people(), [], DropTable, "DS102"),
        (people(object_type="view"), [], DropTable, "DS104"),
        (people(), people(object_type="partitioned_table"), ChangeObjectType, "BC105"),
        (people(definition="SELECT 1"), people(definition="SELECT 2"), ChangeDefinition, "BC106"),
        (people(), people(comment="whoever"), ChangeTableComment, "MD106"),
        (people(owner="a"), people(owner="b"), ChangeAnnotation, "MD107"),
        (people(), people(business_domain="crm"), ChangeAnnotation, "MD107"),
        (people(), people(properties='{"strict":true}'), ChangeTableProperties, "MD108"),
        (people(), people(*COLUMNS[::-1]), ReorderColumns, "BC109"),
        (people(), people(*COLUMNS, column("new")), AddColumn, "AD102"),
        (people(), people(*COLUMNS, column("new", nullable=False)), AddColumn, "MF103"),
        (
            people(),
            people(*COLUMNS, column("new", nullable=False, default_expr="0")),
            AddColumn,
            "AD102",
        ),
        (people(), people(*COLUMNS[:3]), DropColumn, "DS103"),
        (people(), changed(native_type="numeric(12,2)"), RetypeColumn, "AD105"),
        (people(), changed(native_type="numeric(8,2)"), RetypeColumn, "BC103"),
        (people(), changed(native_type="date"), RetypeColumn, "BC104"),
        (changed(base_type="integer"), changed(base_type="bigint"), RetypeColumn, "AD105"),
        (people(), changed(nullable=False), ChangeNullability, "MF104"),
        (changed(nullable=False), people(), ChangeNullability, "CD105"),
        (people(), changed(default_expr="0"), ChangeDefault, "MD101"),
        (changed(default_expr="NULL"), people(), ChangeDefault, "MD101"),
        (people(), changed(generated_expr="1 + 1"), ChangeGenerated, "BC107"),
        (people(), changed(identity="always"), ChangeIdentity, "BC111"),
        (people(), changed(collation="C"), ChangeCollation, "BC110"),
        (people(), changed(comment="in euro"), ChangeColumnComment, "MD106"),
        (people(), changed(pii=True), ChangeSensitivity, "MD107"),
        (people(), changed(properties='{"hidden":true}'), ChangeColumnProperties, "MD108"),
        (
            changed(allowed_values=["a"]),
            changed(allowed_values=["a", "b"]),
            ChangeAllowedValues,
            "AD104",
        ),
        (
            changed(allowed_values=["a", "b"]),
            changed(allowed_values=["b"]),
            ChangeAllowedValues,
            "DS105",
        ),
        (
            changed(allowed_values=["a", "b"]),
            changed(allowed_values=["b", "a"]),
            ChangeAllowedValues,
            "MD109",
        ),
        (
            changed(native_type="enum('a')", allowed_values=["a"]),
            changed(native_type="enum('a','b')", allowed_values=["a", "b"]),
            ChangeAllowedValues,
            "AD104",
        ),
        (people(), people(constraints=[primary_key("id")]), AddConstraint, "MF102"),
        (people(constraints=[primary_key("id")]), people(), DropConstraint, "CD102"),
        (
            people(constraints=[primary_key("id")]),
            people(constraints=[primary_key("id", "email")]),
            ChangePrimaryKey,
            "BC108",
        ),
        (
            people(constraints=[primary_key("id", name="a")]),
            people(constraints=[primary_key("id", name="b")]),
            RenameConstraint,
            "MD103",
        ),
        (
            people(constraints=[primary_key("id")]),
            people(constraints=[primary_key("id", properties='{"comment":"who"}')]),
            ChangeConstraintComment,
            "MD106",
        ),
        (people(), people(constraints=[foreign_key("id", "x")]), AddConstraint, "MF106"),
        (people(constraints=[foreign_key("id", "x")]), people(), DropConstraint, "CD101"),
        (
            people(constraints=[foreign_key("id", "x")]),
            people(constraints=[foreign_key("id", "x", on_delete="CASCADE")]),
            ChangeForeignKeyActions,
            "MD102",
        ),
        (
            people(),
            people(constraints=[{**primary_key("email"), "constraint_type": "unique"}]),
            AddConstraint,
            "MF101",
        ),
        (
            people(),
            people(constraints=[{"constraint_type": "check", "expression": "total > 0"}]),
            AddConstraint,
            "MF105",
        ),
        (people(), people(indexes=[index("i", "email")]), AddIndex, "AD103"),
        (people(indexes=[index("i", "email")]), people(), DropIndex, "CD107"),
        (
            people(indexes=[index("i", "email")]),
            people(indexes=[index("i", "email", predicate="total > 0")]),
            ChangeIndex,
            "MD104",
        ),
        (
            people(indexes=[index("i", "email")]),
            people(indexes=[index("j", "email")]),
            RenameIndex,
            "MD105",
        ),
        (
            people(indexes=[index("i", "email", properties='{"comment":"a","with":["b"]}')]),
            people(indexes=[index("i", "email", properties='{"with":["b"]}')]),
            ChangeIndexComment,
            "MD106",
        ),
    ],
)
def test_a_single_change_is_found_as_exactly_that(
    before: Row | list[Row], after: Row | list[Row], kind: type[Change], code: str
) -> None:
    (change,) = differences(before, after)
    assert type(change) is kind
    assert (change.table, change.code) == ("public.people", code)


ENUM = {"schema_name": "public", "type_name": "mood", "kind": "enum", "labels": ["sad"]}
DOMAIN = {
    "schema_name": "public",
    "type_name": "amount",
    "kind": "domain",
    "base_type": "integer",
    "nullable": True,
    "checks": ["VALUE > 0"],
}


@pytest.mark.parametrize(
    ("before", "after", "kind", "code"),
    [
        ([], [ENUM], AddType, "AD106"),
        ([ENUM], [], DropType, "DS106"),
        ([ENUM], [{**ENUM, "labels": ["sad", "ok"]}], ChangeType, "AD104"),
        ([ENUM], [{**ENUM, "labels": ["ok"]}], ChangeType, "DS105"),
        ([ENUM], [{**ENUM, "comment": "how it goes"}], ChangeType, "MD106"),
        ([DOMAIN], [{**DOMAIN, "checks": ["VALUE > 0", "VALUE < 9"]}], ChangeType, "BC112"),
        ([DOMAIN], [{**DOMAIN, "nullable": False}], ChangeType, "BC112"),
    ],
)
def test_a_changed_type_is_found_as_exactly_that(
    before: list[Row], after: list[Row], kind: type[Change], code: str
) -> None:
    (change,) = compare(catalog(people(), types=before), catalog(people(), types=after), "postgres")
    assert (type(change), change.code) == (kind, code)


def test_row_counts_are_no_change() -> None:
    assert differences(people(row_estimate=1, bytes=2), people(row_estimate=3, bytes=4)) == ()


def test_the_columns_of_a_new_table_are_no_changes_of_their_own() -> None:
    both = [people(), table("orders", column("id"), indexes=[index("i", "id")])]
    assert differences([people()], both) == (AddTable("public.orders", "table"),)


def test_a_new_column_in_the_middle_is_no_reordering() -> None:
    (change,) = differences(people(), people(COLUMNS[0], column("new"), *COLUMNS[1:]))
    assert isinstance(change, AddColumn)


def test_same_named_tables_of_two_schemas_are_compared_apart() -> None:
    two = [people(), people(schema="archive")]
    (change,) = differences(two, [people(), people(*COLUMNS[:3], schema="archive")])
    assert (change.table, change.code) == ("archive.people", "DS103")


def test_equal_keys_without_names_are_counted() -> None:
    key = foreign_key("id", "x")
    (change,) = differences(people(constraints=[key, key]), people(constraints=[key]))
    assert isinstance(change, DropConstraint)


@pytest.mark.parametrize("hidden", ["public.people", "public"])
def test_what_cannot_be_read_any_more_is_not_dropped(hidden: str) -> None:
    before = catalog(people(), table("orders", column("id"), schema="other"))
    after = catalog(table("orders", column("id"), schema="other"), unreadable=(hidden,))
    assert compare(before, after, "postgres") == ()


def test_a_table_whose_rows_may_not_be_read_is_compared_all_the_same() -> None:
    after = catalog(people(*COLUMNS[:-1]), unreadable=("public.people",))
    (change,) = compare(catalog(people(), unreadable=("public.people",)), after, "postgres")
    assert change.code == "DS103"


def test_changes_are_ordered_by_table_then_from_the_table_to_its_parts() -> None:
    before = [people(constraints=[primary_key("id")]), table("a", column("x"))]
    after = [people(*COLUMNS[:3], comment="new"), table("a", column("x"), column("y"))]
    assert [(c.table, c.code) for c in differences(before, after)] == [
        ("public.a", "AD102"),
        ("public.people", "MD106"),
        ("public.people", "DS103"),
        ("public.people", "CD102"),
    ]


# Each example opens a few databases in memory.
FEW = settings(deadline=None, max_examples=8)

NAMES = st.lists(
    st.text("abcdefg.\"' é", min_size=1, max_size=6), min_size=1, max_size=5, unique=True
)
TYPES = st.sampled_from(["integer", "bigint", "text", "numeric(10,2)", "citext[]", "odd one"])


@st.composite
def tables(draw: st.DrawFn) -> Row:
    columns = [
        column(
            name,
            draw(TYPES),
            nullable=draw(st.sampled_from([True, False, None])),
            default_expr=draw(st.sampled_from([None, "0", "NULL", ""])),
            comment=draw(st.sampled_from([None, "", "it's"])),
        )
        for name in draw(NAMES)
    ]
    return table("t", *columns, constraints=[primary_key(columns[0]["column_name"])])


@dataclass(frozen=True)
class Edit:
    """A change planted into a table, and what it must be found as."""

    kind: type[Change]
    field: str
    value: Any


EDITS = st.sampled_from(
    [
        Edit(RetypeColumn, "native_type", "uuid"),
        Edit(ChangeDefault, "default_expr", "42"),
        Edit(ChangeColumnComment, "comment", "planted"),
        Edit(ChangeIdentity, "identity", "always"),
        Edit(ChangeGenerated, "generated_expr", "1"),
    ]
)


@FEW
@given(tables())
def test_nothing_differs_from_itself(row: Row) -> None:
    assert compare(catalog(row), catalog(row), "postgres") == ()


@FEW
@given(tables(), EDITS, st.randoms(use_true_random=False))
def test_a_planted_edit_is_the_one_change(row: Row, edit: Edit, random_: random.Random) -> None:
    place = random_.randrange(len(row["columns"]))
    columns = list(row["columns"])
    columns[place] = {**columns[place], edit.field: edit.value}
    (change,) = differences(row, {**row, "columns": columns})
    assert type(change) is edit.kind
    assert getattr(change, "column", None) == columns[place]["column_name"]


@FEW
@given(tables(), tables())
def test_the_way_back_has_as_many_changes(one: Row, other: Row) -> None:
    there, back = differences(one, other), differences(other, one)
    assert len(there) == len(back)
    assert len(without_renames(there)) == len(without_renames(back))


def test_the_inputs_stay_as_they_were() -> None:
    before = catalog(people())
    copy: Catalog = replace(before)
    compare(before, catalog(), "postgres")
    assert before.columns.equals(copy.columns)

from __future__ import annotations

from metadata_assets.diff.changes import AddTable, Change, DropTable, RenameTable
from metadata_assets.diff.column_changes import AddColumn, DropColumn, RenameColumn
from metadata_assets.diff.compare import compare
from metadata_assets.diff.following import without_renames
from metadata_assets.diff.matching import Likeness, chosen, name_likeness
from metadata_assets.diff.structure_changes import (
    AddConstraint,
    AddIndex,
    DropConstraint,
    DropIndex,
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


def differences(before: list[Row], after: list[Row]) -> tuple[Change, ...]:
    return compare(catalog(*before), catalog(*after), "postgres")


def kinds(changes: tuple[Change, ...]) -> set[type[Change]]:
    return {type(change) for change in changes}


def people(*names: str, native_type: str = "text", **fields: object) -> Row:
    return table("people", *(column(name, native_type) for name in names), **fields)


def test_a_column_of_the_same_type_place_and_a_similar_name_is_probably_renamed() -> None:
    (rename,) = differences(
        [people("id", "email", "notes")], [people("id", "email_address", "notes")]
    )
    assert isinstance(rename, RenameColumn)
    assert (rename.column, rename.to, rename.code) == ("email", "email_address", "BC102")
    assert 0.8 <= rename.confidence < 1
    assert "same place" in rename.evidence
    assert "similar name" in rename.evidence


def test_in_the_middle_of_a_table_the_place_speaks_even_for_another_name() -> None:
    (rename,) = differences([people("id", "amount", "notes")], [people("id", "total", "notes")])
    assert isinstance(rename, RenameColumn)
    assert rename.confidence < 0.7


def test_at_the_end_a_column_of_another_name_is_another_column() -> None:
    changes = differences([people("id", "notes")], [people("id", "status")])
    assert kinds(changes) == {DropColumn, AddColumn}


def test_a_column_of_another_type_is_another_column() -> None:
    before = [table("people", column("id"), column("email", "text"), column("z"))]
    after = [table("people", column("id"), column("emails", "jsonb"), column("z"))]
    assert kinds(differences(before, after)) == {DropColumn, AddColumn}


def test_between_equal_candidates_none_is_taken() -> None:
    changes = differences([people("id", "code", "z")], [people("id", "code1", "code2", "z")])
    assert kinds(changes) == {DropColumn, AddColumn}


def test_comments_and_keys_are_evidence() -> None:
    key = [{**primary_key("a"), "constraint_type": "unique"}]
    before = table("t", column("x"), column("a", comment="the code"), constraints=key)
    key = [{**primary_key("b"), "constraint_type": "unique"}]
    after = table("t", column("x"), column("b", comment="the code"), constraints=key)
    (rename,) = differences([before], [after])
    assert isinstance(rename, RenameColumn)
    assert {"same comment", "same keys and indexes"} <= set(rename.evidence)


def test_two_columns_renamed_at_once_find_their_own() -> None:
    changes = differences(
        [people("first", "last", "born", "z")],
        [people("first_name", "last_name", "born", "z")],
    )
    assert {(c.column, c.to) for c in changes if isinstance(c, RenameColumn)} == {
        ("first", "first_name"),
        ("last", "last_name"),
    }
    assert len(changes) == 2


def test_keys_and_indexes_that_only_follow_a_rename_are_kept_with_it() -> None:
    before = [
        people("id", "mail", "z", constraints=[primary_key("id")], indexes=[index("i", "mail")]),
        table("x", column("p"), constraints=[foreign_key("p", "people", "mail")]),
    ]
    after = [
        people("id", "email", "z", constraints=[primary_key("id")], indexes=[index("j", "email")]),
        table("x", column("p"), constraints=[foreign_key("p", "people", "email")]),
    ]
    (rename,) = differences(before, after)
    assert isinstance(rename, RenameColumn)
    assert sorted(change.table for change in rename.followers) == [
        "public.people",
        "public.people",
        "public.x",
        "public.x",
    ]


def test_a_rename_can_be_taken_back_to_its_drop_and_addition() -> None:
    before = [people("id", "z", constraints=[primary_key("id")])]
    after = [people("idx", "z", constraints=[primary_key("idx")])]
    changes = without_renames(differences(before, after))
    assert kinds(changes) == {DropColumn, AddColumn, DropConstraint, AddConstraint}


def test_a_table_with_the_same_columns_and_a_similar_name_is_probably_renamed() -> None:
    columns = [column(name) for name in ("id", "name", "email", "born")]
    (rename,) = differences([table("client", *columns)], [table("clients", *columns)])
    assert isinstance(rename, RenameTable)
    assert (rename.table, rename.to, rename.code) == ("public.client", "public.clients", "BC101")
    assert rename.confidence > 0.7
    assert without_renames([rename]) == (
        DropTable("public.client", "table"),
        AddTable("public.clients", "table"),
    )


def test_a_table_moved_to_another_schema_is_probably_renamed() -> None:
    columns = [column(name) for name in ("id", "name", "email", "born")]
    (rename,) = differences([table("client", *columns)], [table("client", *columns, schema="crm")])
    assert isinstance(rename, RenameTable)
    assert "same name in another schema" in rename.evidence


def test_as_many_rows_speak_for_a_rename_where_they_are_known() -> None:
    columns = [column(name) for name in ("id", "name", "email", "born")]
    for rows, is_evidence in ((1234, True), (7, False)):
        before = table("client", *columns, row_estimate=rows)
        after = table("customer_of_ours", *columns, row_estimate=rows)
        change, *_ = differences([before], [after])
        assert isinstance(change, RenameTable)
        assert ("as many rows" in change.evidence) == is_evidence


def test_references_to_a_renamed_table_follow_it() -> None:
    columns = [column(name) for name in ("id", "name", "email", "born")]
    order = ("orders", column("client_id"))
    before = [
        table("client", *columns),
        table(*order, constraints=[foreign_key("client_id", "client")]),
    ]
    after = [
        table("clients", *columns),
        table(*order, constraints=[foreign_key("client_id", "clients")]),
    ]
    (rename,) = differences(before, after)
    assert isinstance(rename, RenameTable)
    assert kinds(rename.followers) == {DropConstraint, AddConstraint}


def test_expressions_follow_a_renamed_column_but_texts_do_not() -> None:
    def shop(name: str, literal: str) -> list[Row]:
        check = {
            "constraint_type": "check",
            "columns": [name],
            "expression": f"(({name} <> '{literal}'::text))",
        }
        by = index("by", f"lower({name})", predicate=f'("{name}" IS NOT NULL)')
        return [table("people", *map(column, ("id", name, "z")), constraints=[check], indexes=[by])]

    (rename,) = differences(shop("note", "note"), shop("notes", "note"))
    assert isinstance(rename, RenameColumn)
    assert kinds(rename.followers) == {DropConstraint, AddConstraint, DropIndex, AddIndex}
    assert DropConstraint in kinds(differences(shop("note", "note"), shop("notes", "notes")))


def test_views_of_other_queries_are_two() -> None:
    def view(name: str, query: str) -> list[Row]:
        columns = [column(each) for each in ("id", "code", "qty")]
        return [table(name, *columns, object_type="view", definition=query)]

    before, after = view("cheap", "SELECT * FROM a"), view("totals", "SELECT * FROM b")
    assert kinds(differences(before, after)) == {DropTable, AddTable}


def test_tables_that_share_little_are_two() -> None:
    before = [table("client", column("id"), column("name"), column("a"))]
    after = [table("clients", column("id"), column("x"), column("y"))]
    assert kinds(differences(before, after)) == {DropTable, AddTable}


def test_a_view_is_no_renamed_table() -> None:
    columns = [column(name) for name in ("id", "name", "email", "born")]
    before, after = [table("client", *columns)], [table("clients", *columns, object_type="view")]
    assert kinds(differences(before, after)) == {DropTable, AddTable}


def test_of_two_equal_pairs_the_names_decide() -> None:
    assert name_likeness("customer_id", "CustomerId") == 1.0
    assert name_likeness("mail", "email") >= 0.8
    assert name_likeness("id", "identifier") < 0.5
    near, far = Likeness("a", "b", (("x", 0.9),)), Likeness("a", "c", (("x", 0.6),))
    assert chosen([far, near]) == [near]
    assert chosen([near, Likeness("a", "c", (("x", 0.88),))]) == []
    assert chosen([Likeness("a", "b", (("x", 0.5),))]) == []


def test_nothing_is_ever_certain() -> None:
    assert Likeness("a", "b", (("x", 0.9), ("y", 0.9))).confidence == 0.95

from __future__ import annotations

import json

import pytest

from metadata_assets.diff.changes import AddTable, Change, ChangeDefinition, DropTable
from metadata_assets.diff.column_changes import ChangeColumnComment
from metadata_assets.diff.compare import compare
from metadata_assets.diff.render import diff_block, json_rows, markdown_table, summary
from metadata_assets.diff.severity import Grading
from metadata_assets_tests.schema.catalogs import catalog, column, table

GRADING = Grading()

BEFORE = catalog(
    table("orders", column("id"), column("total", "integer"), column("mail"), column("z")),
    table("gone", column("a"), column("b")),
)
AFTER = catalog(
    table("orders", column("id"), column("total", "bigint"), column("email"), column("z")),
    table("arrived", column("c", "text")),
)
CHANGES = compare(BEFORE, AFTER, "postgres")


def test_the_summary_counts_by_grade() -> None:
    assert summary(CHANGES, GRADING) == "4 changes in 3 tables: 2 breaking, 2 safe"
    assert summary(CHANGES[:1], GRADING) == "1 change in 1 table: 1 safe"
    assert summary((), GRADING) == "no changes"


def test_the_table_shows_the_gravest_first() -> None:
    lines = markdown_table(CHANGES, GRADING).splitlines()
    assert lines[0] == "| grade | code | what | table | column | before | after |"
    assert lines[1] == "| --- | --- | --- | --- | --- | --- | --- |"
    assert [line.split(" | ")[0:2] for line in lines[2:]] == [
        ["| breaking", "DS102"],
        ["| breaking", "BC102"],
        ["| safe", "AD101"],
        ["| safe", "AD105"],
    ]
    assert "| safe | AD105 | column type widened | public.orders | total | integer | bigint |" in (
        lines
    )


def test_the_diff_block_shows_what_was_and_what_is() -> None:
    assert diff_block(CHANGES).splitlines() == [
        "```diff",
        "@@ public.arrived @@",
        "+ table",
        "# table added",
        "@@ public.gone @@",
        "- table",
        "# table dropped",
        "@@ public.orders @@",
        "- total integer",
        "+ total bigint",
        "# column type widened",
        "- mail",
        "+ email",
        "# column probably renamed (91%: same type integer, similar name, same place, "
        "same default and nullability, no other candidate)",
        "```",
    ]


@pytest.mark.parametrize("hostile", ["a|b\nc", "```\n# hi", "<img src=x>", "[x](y)", "`code`"])
def test_no_name_or_comment_breaks_out(hostile: str) -> None:
    changes: tuple[Change, ...] = (
        ChangeColumnComment(hostile, hostile, None, hostile),
        ChangeDefinition("public.v", hostile, hostile + "!"),
    )
    rows = markdown_table(changes, GRADING).splitlines()
    assert len(rows) == 4
    assert all(row.count("|") == 8 for row in rows)
    assert "<img" not in "\n".join(rows)
    block = diff_block(changes)
    assert block.count("```") == 2
    assert {line[0] for line in block.splitlines()[1:-1]} <= set("@+-#!")


def test_long_texts_and_long_lists_are_shortened_and_say_so() -> None:
    changes = tuple(AddTable(f"public.t{n}", "table") for n in range(9))
    assert markdown_table(changes, GRADING, shown=4).endswith("\n\n… and 5 more.")
    assert diff_block(changes, shown=4).splitlines()[-2] == "# … and 5 more"
    long = ChangeDefinition("public.v", "x" * 500, "y" * 500)
    assert max(map(len, diff_block([long]).splitlines())) < 200


def test_no_change_is_said_in_words() -> None:
    assert markdown_table((), GRADING) == "No changes."
    assert diff_block(()) == "No changes."


def test_json_rows_are_plain_values() -> None:
    rows = json_rows(CHANGES, GRADING)
    assert json.loads(json.dumps(rows)) == rows
    (rename,) = [row for row in rows if row["code"] == "BC102"]
    assert (rename["before"], rename["after"], rename["change"]) == (
        "mail",
        "email",
        "rename_column",
    )
    assert rename["confidence"] == 0.91
    assert json.loads(rename["detail"])["dropped"]["definition"]["native_type"] == "integer"


def test_a_dropped_table_reads_as_dropped() -> None:
    assert "- view" in diff_block([DropTable("public.v", "view")])

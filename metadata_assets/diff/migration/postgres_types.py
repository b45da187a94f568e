"""The steps of changed user-defined types of PostgreSQL."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from metadata_assets.diff.changes import Change
from metadata_assets.diff.migration.clauses import Clauses, check_clause, raw
from metadata_assets.diff.migration.objects import Objects, Row, TableRows
from metadata_assets.diff.migration.script import ByHand, Phase, Statement, Step
from metadata_assets.diff.structure_changes import AddType, ChangeType, DropType

_ATTRIBUTE = re.compile(r'("(?:[^"]|"")*"|[^\s"]+) (.+)', re.DOTALL)

# The catalog keeps the text of a domain's checks, not their names.
_DROP_CHECK = """DO $do$ DECLARE found text; BEGIN
  FOR found IN SELECT conname FROM pg_constraint WHERE contypid = {type}::regtype
    AND contype = 'c' AND pg_get_expr(conbin, 0) = {check}
  LOOP EXECUTE format('ALTER DOMAIN {domain} DROP CONSTRAINT %I', found); END LOOP;
END $do$"""


def type_steps(
    clauses: Clauses, before: Objects, after: Objects, changes: Sequence[Change]
) -> Iterator[Step]:
    """The steps of the changes of types.

    Args:
        clauses: Writes PostgreSQL.
        before: The types as they were, and the tables concerned.
        after: The types as they are, and the tables concerned.
        changes: What changed.
    """
    for change in changes:
        name = clauses.full_name(change.table)
        match change:
            case AddType():
                row = after.types[change.table]
                yield Statement(Phase.TYPES, _create(clauses, name, row))
                if row["comment"]:
                    yield _comment(clauses, name, row, row["comment"])
            case DropType():
                word = "DOMAIN" if change.kind == "domain" else "TYPE"
                yield Statement(Phase.DROP_TYPES, f"DROP {word} {name}")
            case ChangeType(attribute="labels"):
                yield from _labelled(clauses, before, after, change)
            case ChangeType():
                is_held = any(_uses(table, change.table) for table in before.tables.values())
                row = after.types[change.table]
                yield from _changed(clauses, name, row, change, is_held=is_held)


def _create(clauses: Clauses, name: str, row: Row) -> str:
    if row["kind"] == "enum":
        labels = ", ".join(clauses.literal(label) for label in row["labels"])
        return f"CREATE TYPE {name} AS ENUM ({labels})"
    if row["kind"] == "domain":
        parts = [
            f"CREATE DOMAIN {name} AS {row['base_type']}",
            f"DEFAULT {row['default_expr']}" if row["default_expr"] else "",
            "NOT NULL" if row["nullable"] is False else "",
            *(check_clause(check) for check in row["checks"] or ()),
        ]
        return " ".join(filter(None, parts))
    if row["kind"] == "range":
        return f"CREATE TYPE {name} AS RANGE (SUBTYPE = {row['base_type']})"
    return f"CREATE TYPE {name} AS ({', '.join(row['attributes'] or ())})"


def _comment(clauses: Clauses, name: str, row: Row, comment: str | None) -> Statement:
    word = "DOMAIN" if row["kind"] == "domain" else "TYPE"
    text = clauses.literal(comment)
    return Statement(Phase.COMMENTS, f"COMMENT ON {word} {name} IS {text}")


def _labelled(
    clauses: Clauses, before: Objects, after: Objects, change: ChangeType
) -> Iterator[Step]:
    """New labels are added in their places; otherwise the type is made anew under its name."""
    name = clauses.full_name(change.table)
    swapped = [
        pair for pair in zip(change.before, change.after, strict=False) if len(set(pair)) > 1
    ]
    if len(change.before) == len(change.after) and len(swapped) == 1:
        was, now = map(clauses.literal, swapped[0])
        note = "Probably renamed: all other labels are as they were. If not, the rows that have it:"
        sql = f"ALTER TYPE {name} RENAME VALUE {was} TO {now}"
        yield Statement(Phase.TYPES, sql, f"{note}\n  they change their meaning.")
        return
    kept = [label for label in change.after if label in set(change.before)]
    if tuple(kept) != change.before:
        yield from _made_anew(clauses, before, after, change)
        return
    known = list(change.before)
    for place, label in enumerate(change.after):
        if label in known:
            continue
        where = (
            f" AFTER {clauses.literal(change.after[place - 1])}"
            if place
            else f" BEFORE {clauses.literal(known[0])}"
            if known
            else ""
        )
        known.insert(place, label)
        sql = f"ALTER TYPE {name} ADD VALUE {clauses.literal(label)}{where}"
        yield Statement(Phase.TYPES, sql)


def _made_anew(
    clauses: Clauses, before: Objects, after: Objects, change: ChangeType
) -> Iterator[Step]:
    name, row = clauses.full_name(change.table), after.types[change.table]
    former = f"{row['type_name']}_before"
    note = "Labels went: a row that has one makes the conversion fail; give it another first."
    sql = f"ALTER TYPE {name} RENAME TO {clauses.name(former)}"
    yield Statement(Phase.TYPES, sql, note)
    yield Statement(Phase.TYPES, _create(clauses, name, row))
    for fqdn, table in before.tables.items():
        if table.is_view or fqdn not in after.tables:
            continue
        for column in table.columns:
            kind = column["native_type"]
            is_array = kind in (f"{name}[]", f"{row['type_name']}[]")
            if kind not in (name, row["type_name"]) and not is_array:
                continue
            through = "::text[]" if is_array else "::text"
            cast = f"{clauses.name(column['column_name'])}{through}::{name}{'[]' * is_array}"
            name_now = column["column_name"]
            kept = {other["column_name"] for other in after.tables[fqdn].columns}
            default = name_now in kept and after.tables[fqdn].column(name_now)["default_expr"]
            if column["default_expr"]:
                drop = clauses.alter_column(fqdn, column["column_name"], drop=True)
                yield Statement(Phase.TYPES, drop)
            retype = clauses.alter_column(
                fqdn, column["column_name"], dtype=raw(f"{name}{'[]' * is_array}"), using=raw(cast)
            )
            yield Statement(Phase.TYPES, retype)
            if default:
                restore = clauses.alter_column(fqdn, column["column_name"], default=raw(default))
                yield Statement(Phase.TYPES, restore)
    schema = clauses.table(change.table).args["db"].sql("postgres")
    yield Statement(Phase.DROP_TYPES, f"DROP TYPE {schema}.{clauses.name(former)}")


def _uses(table: TableRows, type_fqdn: str) -> bool:
    names = (type_fqdn, type_fqdn.partition(".")[2])
    kinds = (str(column["native_type"]).partition("[")[0] for column in table.columns)
    return not table.is_view and any(kind in names for kind in kinds)


def _changed(
    clauses: Clauses, name: str, row: Row, change: ChangeType, *, is_held: bool
) -> Iterator[Step]:
    alter = f"ALTER {'DOMAIN' if row['kind'] == 'domain' else 'TYPE'} {name}"
    match change.attribute:
        case "comment":
            yield _comment(clauses, name, row, row["comment"])
        case "default_expr":
            default = row["default_expr"]
            what = f"SET DEFAULT {default}" if default else "DROP DEFAULT"
            yield Statement(Phase.TYPES, f"{alter} {what}")
        case "nullable":
            what = "SET NOT NULL" if row["nullable"] is False else "DROP NOT NULL"
            yield Statement(Phase.TYPES, f"{alter} {what}")
        case "checks":
            for check in change.before:
                if check not in change.after:
                    sql = _DROP_CHECK.format(
                        type=clauses.literal(name),
                        check=clauses.literal(check),
                        domain=name.replace("%", "%%").replace("'", "''"),
                    )
                    yield Statement(Phase.TYPES, sql)
            for check in change.after:
                if check not in change.before:
                    yield Statement(Phase.TYPES, f"{alter} ADD {check_clause(check)}")
        case "attributes":
            yield from _attributed(alter, change, is_held=is_held)
        case _:
            yield ByHand(change, "make the type anew, and what is of it")


def _attributed(alter: str, change: ChangeType, *, is_held: bool) -> Iterator[Step]:
    was, now = _types_by_name(change.before), _types_by_name(change.after)
    if is_held and any(now.get(name, kind) != kind for name, kind in was.items()):
        yield ByHand(change, "PostgreSQL retypes no attribute of a type that a column is of")
        return
    for name in was:
        if name not in now:
            yield Statement(Phase.TYPES, f"{alter} DROP ATTRIBUTE {name} CASCADE")
    for name, kind in now.items():
        if name not in was:
            yield Statement(Phase.TYPES, f"{alter} ADD ATTRIBUTE {name} {kind} CASCADE")
        elif was[name] != kind:
            yield Statement(Phase.TYPES, f"{alter} ALTER ATTRIBUTE {name} TYPE {kind} CASCADE")


def _types_by_name(attributes: Sequence[str]) -> dict[str, str]:
    found = filter(None, map(_ATTRIBUTE.fullmatch, attributes))
    return {attribute.group(1): attribute.group(2) for attribute in found}

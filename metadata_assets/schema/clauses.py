"""What a key, index or view says beyond its columns: the catalog's `properties` of it, as SQL.

The words are those of the engine the catalog is of; only its own DDL may carry them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Quote = Callable[[str], str]
"""Writes a name."""

_OF_COLUMNS = ("delete_columns", "include")
_SIDES = ("columns", "referenced_columns")
_WITHOUT_COLUMNS = ("KEY", "LINEAR KEY")
_BOUNDS = {"RANGE": " VALUES LESS THAN ", "LIST": " VALUES IN ", "SYSTEM_TIME": " "}
_BARE = ("MAXVALUE", "HISTORY", "CURRENT")
_KEYS = {"primary_key": "PRIMARY KEY", "unique": "UNIQUE"}


def key_clause(key: Mapping[str, Any], quote: Quote) -> str:
    """A primary key or unique constraint, without its name: `UNIQUE (a, b) INCLUDE (c)`."""
    known = _known(key)
    words = _KEYS[key["constraint_type"]]
    distinct = " NULLS NOT DISTINCT" if known.get("nulls_not_distinct") else ""
    names = key["columns"] or ()
    more = known.get("parts") or [""] * len(names)
    columns = [f"{quote(name)} {said}".strip() for name, said in zip(names, more, strict=True)]
    if known.get("without_overlaps"):
        columns[-1] += " WITHOUT OVERLAPS"
    return f"{words}{distinct} ({', '.join(columns)}){_include(known, quote)}{_visibility(known)}"


def reference_clause(key: Mapping[str, Any], parent: str, quote: Quote) -> str:
    """A foreign key, without its name.

    Args:
        key: The row of the catalog.
        parent: The name of the referenced table, written.
        quote: Writes a name.
    """
    known = _known(key)
    columns, referenced = ([quote(name) for name in key[side] or ()] for side in _SIDES)
    if known.get("without_overlaps"):
        columns[-1] = f"PERIOD {columns[-1]}"
        referenced[-1] = f"PERIOD {referenced[-1]}"
    parts = [f"FOREIGN KEY ({', '.join(columns)}) REFERENCES {parent}"]
    parts += [f"({', '.join(referenced)})"] if referenced else []
    parts += [f"MATCH {known['match']}"] if "match" in known else []
    if key["on_delete"]:
        parts.append(f"ON DELETE {key['on_delete']}")
        only = ", ".join(map(quote, known.get("delete_columns", ())))
        parts += [f"({only})"] if only else []
    parts += [f"ON UPDATE {key['on_update']}"] if key["on_update"] else []
    return " ".join(parts)


def enforcement(constraint: Mapping[str, Any]) -> str:
    """How a constraint is enforced, which comes last: ` DEFERRABLE INITIALLY DEFERRED`."""
    known = _known(constraint)
    deferrable = known.get("deferrable")
    words = (
        "NO INHERIT" if known.get("no_inherit") else "",
        f"DEFERRABLE {deferrable}" if deferrable else "",
        known.get("validity", ""),
    )
    return "".join(f" {each}" for each in words if each)


def has_period(key: Mapping[str, Any]) -> bool:
    """Whether a key is unique only at a time, which takes an index of the kind of exclusions."""
    return bool(_known(key).get("without_overlaps"))


def is_not_valid(constraint: Mapping[str, Any]) -> bool:
    """Whether the rows there are were never checked, which only ALTER TABLE can say."""
    return _known(constraint).get("validity") == "NOT VALID"


def index_parts(written: Sequence[str], index: Mapping[str, Any]) -> str:
    """The columns and expressions of an index, each with its class and order, in parentheses.

    Args:
        written: Each as SQL writes it.
        index: The row of the catalog.
    """
    more = _known(index).get("parts") or [""] * len(written)
    parts = (f"{part} {said}".strip() for part, said in zip(written, more, strict=True))
    return f"({', '.join(parts)})"


def index_ending(index: Mapping[str, Any], quote: Quote) -> str:
    """What follows the columns of an index, its WHERE among it."""
    known = _known(index)
    distinct = " NULLS NOT DISTINCT" if known.get("nulls_not_distinct") else ""
    settings = f" WITH ({', '.join(known['with'])})" if "with" in known else ""
    where = f" WHERE {index['predicate']}" if index["predicate"] else ""
    return f"{_include(known, quote)}{distinct}{settings}{where}{_visibility(known)}"


def view_statement(name: str, view: Mapping[str, Any]) -> str:
    """CREATE VIEW of what the catalog holds as its query, with its options.

    Args:
        name: Its name, written, and its columns where they are to be named.
        view: The row of the catalog.
    """
    known = _known(view)
    algorithm, security, check = (
        known.get(option) for option in ("algorithm", "sql_security", "check_option")
    )
    words = (
        f"ALGORITHM={algorithm}" if algorithm else "",
        f"SQL SECURITY {security}" if security else "",
        view["object_type"].replace("_", " ").upper(),
    )
    options = f" WITH ({', '.join(known['options'])})" if "options" in known else ""
    ending = f"\nWITH {check} CHECK OPTION" if check else ""
    head = " ".join(filter(None, ("CREATE", *words, name)))
    return f"{head}{options} AS\n{view['definition']}{ending}"


def partition_clause(properties: Mapping[str, Any], quote: Quote) -> str:
    """How a table of MySQL is partitioned, which comes last; nothing where it is not."""
    key = properties.get("partition_key")
    if not key:
        return ""
    words = _BOUNDS.get(key.split()[0], "")
    bounds = (part.get("bounds") or "" for part in properties.get("partitions", ()))
    said = (
        f"{words}{bound if bound in _BARE else f'({bound})'}" if words and bound else ""
        for bound in bounds
    )
    names = (quote(part["name"]) for part in properties.get("partitions", ()))
    told = ", ".join(f"PARTITION {name}{each}" for name, each in zip(names, said, strict=True))
    # Without columns, those of the primary key are meant.
    return f"PARTITION BY {key}{' ()' if key in _WITHOUT_COLUMNS else ''} ({told})"


def more_columns(properties: str | None) -> list[str]:
    """The columns that the properties of a key or index name."""
    known = json.loads(properties or "{}")
    return [name for each in _OF_COLUMNS for name in known.get(each, ())]


def with_names(
    properties: str | None, rename: Callable[[Sequence[str]], Sequence[str]]
) -> str | None:
    """The properties of a key or index whose columns go by other names."""
    if properties is None:
        return None
    known = json.loads(properties)
    for each in _OF_COLUMNS:
        if each in known:
            known[each] = list(rename(known[each]))
    return _canonical(known)


def without(properties: str | None, name: str) -> str | None:
    """The properties of a key or index without the one of this name."""
    known = {key: said for key, said in json.loads(properties or "{}").items() if key != name}
    return _canonical(known) if known else None


def comment_of(row: Mapping[str, Any]) -> str | None:
    """The comment on a key or index."""
    return _known(row).get("comment")


def _known(row: Mapping[str, Any]) -> dict[str, Any]:
    known: dict[str, Any] = json.loads(row["properties"] or "{}")
    return known


def _include(known: Mapping[str, Any], quote: Quote) -> str:
    included = [quote(name) for name in known.get("include", ())]
    return f" INCLUDE ({', '.join(included)})" if included else ""


def _visibility(known: Mapping[str, Any]) -> str:
    return f" {known['visibility']}" if "visibility" in known else ""


def _canonical(known: Mapping[str, Any]) -> str:
    return json.dumps(known, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

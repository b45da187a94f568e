"""The columns a data dictionary may have, and finding them in one that calls them otherwise."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping

from metadata_assets.errors import SourceRefused
from metadata_assets.sources.identifiers import quoted
from metadata_assets.sources.information_schema.warehouse import Answer, Answers

WANTED: Mapping[str, tuple[str, ...]] = {
    "tables": (
        *("table_fqdn", "object_type", "grain_description", "business_domain", "owner_email"),
        *("status", "exists_flag", "description", "row_count", "last_updated_ts"),
        "place",
    ),
    "columns": (
        *("table_fqdn", "column_name", "data_type", "is_nullable", "description", "pii_flag"),
        *("exists_flag", "ordinal", "profile_timestamp", "place"),
    ),
    "views": ("view_name", "sql_query"),
}
"""The columns of each part that are used; `place` numbers its rows."""

KNOWN = tuple(dict.fromkeys(n for names in WANTED.values() for n in names if n != "place"))
"""All of them, by the names the configuration may map."""

_REQUIRED: Mapping[str, tuple[str, ...]] = {
    "tables": ("table_fqdn",),
    "columns": ("table_fqdn", "column_name", "data_type"),
    "views": ("view_name", "sql_query"),
}
_ALSO_CALLED: Mapping[str, tuple[str, ...]] = {
    "description": ("column_description", "table_description", "comment"),
    "ordinal": ("ordinal_position",),
    "row_count": ("row_count_last_audit",),
    "table_fqdn": ("table_name",),
}


_SCHEMAS = ("table_schema", "schema_name")
"""What the schema is called, where tables are named without it."""

SEPARATOR = "\x1f"
_NAME_PARTS = re.compile(r"`(?:[^`]|``)*`|\"(?:[^\"]|\"\")*\"|\[(?:[^\]]|\]\])*\]|[^.]+")
_CLOSING = {"`": "`", '"': '"', "[": "]"}


def renamed(found: Answers, names: Mapping[str, str], *, where: str) -> dict[str, Answer]:
    """Every part with the columns of `WANTED`; a part that is not there has no rows.

    Args:
        found: The parts as they were read.
        names: What the dictionary calls columns, by our names.
        where: For messages.

    Raises:
        SourceRefused: A column is missing that a row says nothing without, or that is configured.
    """
    if "columns" not in found:
        raise SourceRefused(
            "there are no rows about columns",
            where=where,
            remedy="Say under `column_rows` which file, sheet or table has them.",
        )
    seen = {plain_header(name) for answer in found.values() for name in answer.columns}
    for ours, theirs in names.items():
        if plain_header(theirs) not in seen:
            raise _missing(theirs, seen, f"`columns` says that it is the {ours}", where)
    return {
        part: _renamed(part, found[part], names, where) if part in found else Answer(wanted, ())
        for part, wanted in WANTED.items()
    }


def split_name(name: str, *, within: str) -> str | None:
    """Schema and table of a name, parted by `SEPARATOR`; None of one that names nothing.

    Args:
        name: `table`, `schema.table` or `project.schema.table`, quoted or not.
        within: What it may begin with and is left out.
    """
    parts = [_unquoted(part.strip()) for part in _NAME_PARTS.findall(name.strip())]
    if len(parts) == 1:
        parts = parts[0].split(".")  # `project.schema.table` in one pair of quotes.
    parts = [part for part in parts if part]
    if not parts:
        return None
    whole = ".".join(parts).removeprefix(f"{within}." if within else "")
    schema = whole.removesuffix(parts[-1]).rstrip(".")
    return f"{schema or 'main'}{SEPARATOR}{parts[-1]}"


def filled_down(answer: Answer, column: str) -> Answer:
    """The same with the last name above where there is none: as people write it, or merge cells."""
    place = answer.columns.index(column)
    last: object = None
    rows = []
    for row in answer.rows:
        last = row[place] or last
        rows.append((*row[:place], last, *row[place + 1 :]))
    return Answer(answer.columns, tuple(rows))


def _unquoted(part: str) -> str:
    closing = _CLOSING.get(part[:1])
    if closing is None or len(part) < 2 or not part.endswith(closing):
        return part
    return part[1:-1].replace(closing * 2, closing)


def _renamed(part: str, answer: Answer, names: Mapping[str, str], where: str) -> Answer:
    columns = [plain_header(name) for name in answer.columns]
    ours = list(columns)
    for wanted in (name for name in WANTED[part] if name in KNOWN):
        candidates = [names[wanted]] if wanted in names else [wanted, *_ALSO_CALLED.get(wanted, ())]
        place = next(
            (columns.index(c) for c in map(plain_header, candidates) if c in columns), None
        )
        if place is not None:
            ours[place] = wanted
        elif wanted in _REQUIRED[part]:
            said = f"write `{wanted}: its name` under `columns`"
            raise _missing(candidates[0], columns, f"rows about {part} need one; {said}", where)
    named = ours.index(_REQUIRED[part][0])
    schema = next((columns.index(name) for name in _SCHEMAS if name in columns), None)
    found = answer.rows
    if schema is not None:
        is_plain = columns[named] == "table_name"
        found = tuple(
            (*row[:named], _qualified(row[schema], row[named], is_plain), *row[named + 1 :])
            for row in found
        )
    rows = ((*row, place) for place, row in enumerate(found))
    return Answer((*ours, "place"), tuple(rows)).only(WANTED[part])


def _qualified(schema: object, name: object, is_plain: bool) -> object:
    """The name of a table with its schema, where both are told and it has none yet.

    Args:
        schema: The schema's name.
        name: The table's.
        is_plain: Whether a point or a quote in it is the name's own.
    """
    if not schema or not name or ("." in str(name) and not is_plain):
        return name
    return f"{quoted(str(schema))}.{quoted(str(name)) if is_plain else name}"


def _missing(name: str, known: Collection[str], why: str, where: str) -> SourceRefused:
    near = difflib.get_close_matches(plain_header(name), known, n=1, cutoff=0.5)
    hint = f"The nearest is `{near[0]}`. " if near else ""
    return SourceRefused(
        f"the dictionary has no column `{name}`: {why}",
        where=where,
        remedy=f"{hint}It has: {', '.join(sorted(known))}.",
    )


def plain_header(name: str) -> str:
    """A header as it is compared: `Table FQDN` is `table_fqdn`."""
    return re.sub(r"\W+", "_", name.strip().lower()).strip("_")

"""Native type text to a canonical sqlglot type, for every dialect; total, and parsed once a text.

What sqlglot misreads is in `type_rules`. A type that neither knows keeps its own name as a
user-defined sqlglot type, which the source's engine accepts back. The canonical types are shared:
copy one before changing it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import pyarrow as pa
from sqlglot import exp, parse_one
from sqlglot.errors import ErrorLevel, SqlglotError

from metadata_assets.schema.type_rules import FALLBACKS, RULES, TypeRule

_REMEMBERED = 1 << 16
_ARRAY_DIALECTS = {"postgres", "redshift", "duckdb"}
_QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`")
_DEEPEST = 12
_DIMENSIONS = re.compile(r"(?: ?\[ ?\d* ?\])+$")
_REFUSALS = (
    SqlglotError,
    # What its parser and generator also raise on malformed types, and on very deep ones.
    AttributeError,
    IndexError,
    KeyError,
    TypeError,
    ValueError,
    RecursionError,
)
_USER_DEFINED = exp.DataType.Type.USERDEFINED


@lru_cache(maxsize=_REMEMBERED)
def canonical_type(native: str, dialect: str) -> exp.DataType:
    """The sqlglot type of a native type.

    Precision, scale, length, time zone, signedness, array dimensions and nested structure are
    kept. Of a domain, ask for its base type; an enum that is a named type of its own, as in
    PostgreSQL, keeps its name, and one spelled out with its labels becomes an ENUM of them.

    Args:
        native: The type as the engine prints it.
        dialect: The sqlglot dialect of the source.

    Returns:
        A shared value: not to be changed.
    """
    text = " ".join(native.split())
    dimensions = _DIMENSIONS.search(text) if dialect in _ARRAY_DIALECTS else None
    if dimensions and dimensions.start():
        array = canonical_type(text[: dimensions.start()], dialect).copy()
        for length in re.findall(r"\[ ?(\d*)", dimensions[0]):
            array = _array_of(array, length)
        return array
    if _is_garbled(text):
        return _by_rule(text, dialect, (*RULES, *FALLBACKS)) or _named(text)
    return (
        _by_rule(text, dialect, RULES)
        or _as_column(text, dialect)
        or _by_rule(text, dialect, FALLBACKS)
        or _as_cast(text, dialect)
        or _named(text)
    )


def _is_garbled(text: str) -> bool:
    """Whether brackets are left open, or nest as no type does.

    sqlglot tries every reading of each, which doubles the time with every bracket: `int(` twenty
    times over takes minutes.
    """
    depth = deepest = 0
    for letter in _QUOTED.sub("", text):
        depth += (letter in "([<") - (letter in ")]>")
        deepest = max(deepest, depth)
        if depth < 0:
            return True
    return depth != 0 or deepest > _DEEPEST


@lru_cache(maxsize=_REMEMBERED)
def type_text(native: str, dialect: str) -> str:
    """The canonical type as text that `canonical_type` reads back to the same type.

    That is how sqlglot writes it in the source's dialect, where this loses nothing; else in its own
    notation; else the native text.
    """
    canonical = canonical_type(native, dialect)
    for notation in (dialect, None):
        try:
            spelling = canonical.sql(notation)
        except _REFUSALS:
            continue
        if canonical_type(spelling, dialect) == canonical:
            return spelling
    return native


def canonical_texts(native: pa.ChunkedArray[Any], dialect: str) -> pa.Array[Any]:
    """`type_text` of a whole column of native types; each distinct one is parsed once."""
    encoded = native.combine_chunks().dictionary_encode()
    texts = [type_text(text, dialect) for text in encoded.dictionary.to_pylist()]
    return pa.array(texts, pa.string()).take(encoded.indices)


def portable_type(native: str, dialect: str) -> exp.DataType:
    """The type to declare in another dialect: named types replaced by what comes nearest.

    A type of the source's own, of which nothing but the name is known, becomes TEXT.

    Returns:
        A new value.
    """
    canonical = canonical_type(native, dialect).copy()
    if canonical.this == _USER_DEFINED:
        return _nearest(canonical, dialect)
    for part in list(canonical.find_all(exp.DataType)):
        if part.this == _USER_DEFINED:
            part.replace(_nearest(part, dialect))
    return canonical


def is_known(native: str, dialect: str) -> bool:
    """Whether a type means anything here: sqlglot has one for it, or a rule names it."""
    canonical = canonical_type(native, dialect)
    if canonical.this not in (_USER_DEFINED, exp.DataType.Type.UNKNOWN):
        return True
    text = canonical.sql(dialect)
    return any(pattern.fullmatch(text) for pattern, _ in _rules_of(dialect, RULES))


def _nearest(named: exp.DataType, dialect: str) -> exp.DataType:
    text = named.sql(dialect)
    for pattern, rule in _rules_of(dialect, RULES):
        if rule.nearest is not None and pattern.fullmatch(text):
            return _of_notation(rule.nearest)
    return _of_notation("TEXT")


@lru_cache(maxsize=64)
def _rules_of(
    dialect: str, rules: tuple[TypeRule, ...]
) -> tuple[tuple[re.Pattern[str], TypeRule], ...]:
    return tuple(
        (re.compile(rule.pattern, re.IGNORECASE | re.DOTALL), rule)
        for rule in rules
        if dialect in rule.dialects
    )


def _by_rule(text: str, dialect: str, rules: tuple[TypeRule, ...]) -> exp.DataType | None:
    for pattern, rule in _rules_of(dialect, rules):
        match = pattern.fullmatch(text)
        if match is None:
            continue
        if rule.canonical is not None:
            return _of_notation(match.expand(rule.canonical))
        if rule.respelled is not None:
            return canonical_type(match.expand(rule.respelled), dialect)
        return _named(text)
    return None


def _of_notation(text: str) -> exp.DataType:
    """A type of sqlglot's own by name; its parser knows some under no dialect (USMALLINT)."""
    name, _, numbers = text.rstrip(")").partition("(")
    built = exp.DataType(this=exp.DataType.Type[name.upper()], nested=False)
    for number in filter(None, numbers.split(",")):
        built.append("expressions", exp.DataTypeParam(this=exp.Literal.number(number.strip())))
    return built


def _as_column(text: str, dialect: str) -> exp.DataType | None:
    """What sqlglot reads in a column definition, with nothing left over.

    Its DataType.build would drop what it does not know: `float unsigned` becomes FLOAT.
    """
    try:
        found: exp.Expr = parse_one(
            text, read=dialect, into=exp.DataType, error_level=ErrorLevel.RAISE
        )
    except _REFUSALS:
        return None
    return _data_type(found, dialect)


def _as_cast(text: str, dialect: str) -> exp.DataType | None:
    """What sqlglot reads in a cast, which admits user-defined types, also nested ones."""
    try:
        found = parse_one(f"CAST(c AS {text})", read=dialect, error_level=ErrorLevel.RAISE)
    except _REFUSALS:
        return None
    # Not `found.to`, which sqlglot compiled refuses to say where it is no data type.
    return _data_type(found.args["to"], dialect) if isinstance(found, exp.Cast) else None


def _data_type(found: exp.Expr, dialect: str) -> exp.DataType | None:
    """The reading, unless it is or holds one of the nodes sqlglot has instead of data types."""
    if not isinstance(found, exp.DataType) or found.find(exp.PseudoType, exp.ObjectIdentifier):
        return None
    for part in list(found.find_all(exp.DataType)):
        if part is not found and not part.expressions:
            part.replace(_by_rule(part.sql(dialect), dialect, RULES) or part)
    return found


def _array_of(element: exp.DataType, length: str) -> exp.DataType:
    array = exp.DataType(this=exp.DataType.Type.ARRAY, expressions=[element], nested=True)
    if length:
        array.set("values", [exp.Literal.number(length)])
    return array


def _named(text: str) -> exp.DataType:
    return exp.DataType(this=_USER_DEFINED, kind=text)

"""The native types that sqlglot misreads or has no word for, each mapped on purpose.

A rule applies where its pattern matches the whole native text, whatever its case. Types that no
rule names and sqlglot cannot parse are the source's own: they keep their name (`types`).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TypeRule:
    r"""How one family of native types is read.

    Exactly one of `canonical`, `respelled` and `nearest` is given.

    Attributes:
        dialects: The sqlglot dialects it applies to.
        pattern: A regular expression for the whole native text, blanks collapsed to one space.
        reason: Why the rule is needed.
        canonical: The type in sqlglot's own notation, `\1` being what the pattern captured.
        respelled: The type in a spelling of the same dialect that sqlglot does understand.
        nearest: The type keeps its own name, because no sqlglot type says the same; this is what
            comes closest in a dialect that lacks it.
    """

    dialects: tuple[str, ...]
    pattern: str
    reason: str
    canonical: str | None = None
    respelled: str | None = None
    nearest: str | None = None


_POSTGRES = ("postgres", "redshift")
_MYSQL = ("mysql",)
_DUCKDB = ("duckdb",)
_SQLITE = ("sqlite",)

_POSTGRES_RULES = (
    TypeRule(
        _POSTGRES,
        r"(?:bit varying|varbit)(?: ?\(\d+\))?",
        "sqlglot has fixed bit strings only",
        nearest="TEXT",
    ),
    TypeRule(
        _POSTGRES, r'(?:pg_catalog\.)?"char"', "one byte, not character(1)", nearest="CHAR(1)"
    ),
    TypeRule(
        _POSTGRES,
        r"oid|reg(?:class|collation|config|dictionary|namespace|oper|operator|proc|procedure|role"
        r"|type)",
        "an identifier of the catalog to sqlglot, which is no data type and has no arrays",
        nearest="BIGINT",
    ),
    TypeRule(
        _POSTGRES, r"cstring|record|void|any[a-z]*", "a pseudo-type to sqlglot", nearest="TEXT"
    ),
    TypeRule(_POSTGRES, r"xid8?|cid|tid", "transaction and tuple numbers", nearest="BIGINT"),
    TypeRule(
        _POSTGRES,
        r"aclitem|refcursor|jsonpath|txid_snapshot|int2vector|oidvector"
        r"|pg_(?:lsn|snapshot|ndistinct|dependencies|mcv_list|node_tree|brin_[a-z_]+)",
        "of the engine's own catalog; no sqlglot type",
        nearest="TEXT",
    ),
    TypeRule(_POSTGRES, r"cidr|macaddr8?", "sqlglot knows inet alone", nearest="TEXT"),
    TypeRule(
        _POSTGRES, r"polygon", "user-defined to sqlglot, which has the type", canonical="POLYGON"
    ),
    TypeRule(_POSTGRES, r"box|circle|line|lseg|path", "geometric; no sqlglot type", nearest="TEXT"),
    TypeRule(
        _POSTGRES, r"g?tsvector|tsquery", "of full-text search; no sqlglot type", nearest="TEXT"
    ),
    TypeRule(_POSTGRES, r"citext", "compares without case, which TEXT does not", nearest="TEXT"),
    TypeRule(
        _POSTGRES,
        r"cube|seg|ghstore|ltree|lquery|ltxtquery|ltree_gist|ean13|is[bms]n(?:13)?|upc",
        "of a contrib extension; no sqlglot type",
        nearest="TEXT",
    ),
    TypeRule(_POSTGRES, r"serial2", "user-defined to sqlglot", canonical="SMALLSERIAL"),
    TypeRule(_POSTGRES, r"serial4", "user-defined to sqlglot", canonical="SERIAL"),
    TypeRule(_POSTGRES, r"serial8", "user-defined to sqlglot", canonical="BIGSERIAL"),
    TypeRule(
        _POSTGRES,
        r"float ?\((?:1?\d|2[0-4])\)",
        "single precision up to 24 bits; sqlglot reads double",
        canonical="FLOAT",
    ),
    TypeRule(
        _POSTGRES,
        r"national (?:character|char) varying ?\((\d+)\)",
        "sqlglot cannot parse it",
        canonical=r"VARCHAR(\1)",
    ),
    TypeRule(
        _POSTGRES,
        r"(?:numeric|decimal) ?\((\d+), ?-(\d+)\)",
        "sqlglot cannot parse a negative scale",
        canonical=r"DECIMAL(\1, -\2)",
    ),
    TypeRule(
        _POSTGRES,
        r"interval(?: [a-z]+.*| ?\(\d\))",
        "sqlglot garbles the fields and precision of an interval",
        nearest="INTERVAL",
    ),
)

_MYSQL_RULES = (
    TypeRule(
        _MYSQL,
        r"(.+?)(?: unsigned)? zerofill",
        "zerofill is a way to display; it implies unsigned",
        respelled=r"\1 unsigned",
    ),
    TypeRule(_MYSQL, r"(.+) signed", "the default", respelled=r"\1"),
    TypeRule(
        _MYSQL,
        r"float(?: ?\(\d+(?:, ?\d+)?\))? unsigned",
        "sqlglot has no unsigned FLOAT and drops the word",
        nearest="UDOUBLE",
    ),
    TypeRule(_MYSQL, r"int8", "eight bytes; sqlglot reads one", canonical="BIGINT"),
    TypeRule(_MYSQL, r"real", "double precision; sqlglot reads single", canonical="DOUBLE"),
    TypeRule(_MYSQL, r"long(?: varchar)?", "a text; sqlglot reads BIGINT", canonical="MEDIUMTEXT"),
    TypeRule(
        _MYSQL,
        r"(point|linestring|polygon|multilinestring|multipolygon)",
        "sqlglot has the type, but not in its MySQL parser",
        canonical=r"\1",
    ),
    TypeRule(
        _MYSQL,
        r"multipoint|geometrycollection|geomcollection",
        "no sqlglot type",
        nearest="GEOMETRY",
    ),
    TypeRule(_MYSQL, r"inet[46]", "sqlglot's IPV4 and IPV6 are no MariaDB types", nearest="TEXT"),
)

_DUCKDB_RULES = (
    TypeRule(_DUCKDB, r"guid", "an alias unknown to sqlglot", canonical="UUID"),
    TypeRule(_DUCKDB, r"integral", "an alias unknown to sqlglot", canonical="INT"),
    TypeRule(_DUCKDB, r"oid", "an alias unknown to sqlglot", canonical="BIGINT"),
    TypeRule(_DUCKDB, r"uint8", "an alias unknown to sqlglot", canonical="UTINYINT"),
    TypeRule(_DUCKDB, r"uint16", "an alias unknown to sqlglot", canonical="USMALLINT"),
    TypeRule(_DUCKDB, r"uint32", "an alias unknown to sqlglot", canonical="UINT"),
    TypeRule(_DUCKDB, r"uint64", "an alias unknown to sqlglot", canonical="UBIGINT"),
    TypeRule(
        _DUCKDB,
        r"(?:var|bp)?char ?\((\d+)\)",
        "sqlglot drops the length",
        canonical=r"VARCHAR(\1)",
    ),
    TypeRule(_DUCKDB, r"timestamptz_ns", "no sqlglot type", nearest="TIMESTAMPTZ"),
    TypeRule(_DUCKDB, r"null", "as sqlglot writes the next one", respelled='"NULL"'),
    TypeRule(
        _DUCKDB,
        r'"null"',
        "without its quotes, which sqlglot drops, it reads as a constraint",
        nearest="TEXT",
    ),
    TypeRule(
        _DUCKDB, r"tuple(?: ?\(.*\))?", "fields without names; no sqlglot type", nearest="TEXT"
    ),
)

_SQLITE_RULES = (
    TypeRule(_SQLITE, r"", "a column without a type holds values of any", canonical="UNKNOWN"),
    TypeRule(_SQLITE, r"int8|big int", "eight bytes; sqlglot reads one", canonical="BIGINT"),
    TypeRule(_SQLITE, r"unsigned big int", "sqlglot wants UNSIGNED last", canonical="UBIGINT"),
    TypeRule(
        _SQLITE, r"unsigned(?: int(?:eger)?)?", "sqlglot wants UNSIGNED last", canonical="UINT"
    ),
    TypeRule(
        _SQLITE,
        r"(?:native|varying) character ?\((\d+)\)",
        "spellings of SQLite's manual unknown to sqlglot",
        canonical=r"VARCHAR(\1)",
    ),
    TypeRule(_SQLITE, r"any", "values of any type in a STRICT table", nearest="TEXT"),
)

_OTHER_RULES = (
    TypeRule(
        ("snowflake",), r"real|float4", "every Snowflake float is a double", canonical="DOUBLE"
    ),
    TypeRule(("bigquery",), r"float", "an alias of FLOAT64", canonical="DOUBLE"),
    TypeRule(
        ("bigquery",),
        r"(?:tiny|small|big|byte)?int|integer",
        "aliases of INT64, eight bytes",
        canonical="BIGINT",
    ),
    TypeRule(
        ("databricks",),
        r"(?:geometry|geography) ?\(any\)",
        "sqlglot cannot parse it",
        nearest="GEOMETRY",
    ),
    TypeRule(
        ("clickhouse",), r"interval[a-z]+", "a type a unit; sqlglot has one", nearest="INTERVAL"
    ),
    TypeRule(
        ("clickhouse",),
        r"multipoint|qbit.*|time64.*|shareddata.*",
        "no sqlglot type",
        nearest="TEXT",
    ),
)

RULES: tuple[TypeRule, ...] = (
    *_POSTGRES_RULES,
    *_MYSQL_RULES,
    *_DUCKDB_RULES,
    *_SQLITE_RULES,
    *_OTHER_RULES,
)
"""Asked before sqlglot, in this order; the first that matches is taken."""

FALLBACKS: tuple[TypeRule, ...] = (
    TypeRule(_SQLITE, r".*int.*", "integer affinity", canonical="BIGINT"),
    TypeRule(_SQLITE, r".*(?:char|clob|text).*", "text affinity", canonical="TEXT"),
    TypeRule(_SQLITE, r".*blob.*", "blob affinity", canonical="VARBINARY"),
    TypeRule(_SQLITE, r".*(?:real|floa|doub).*", "real affinity", canonical="DOUBLE"),
)
"""Asked where sqlglot has no answer, by the rules SQLite's manual gives for any declared type."""

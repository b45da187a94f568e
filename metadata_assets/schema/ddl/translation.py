"""Types and expressions carried from one dialect to another.

Within a dialect both are the engine's own text and stay as they are. Between dialects an expression
is carried only where every engine reads it alike: columns, literals, casts, comparisons, logic.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from metadata_assets.schema.ddl.described import Row
from metadata_assets.schema.types import portable_type

_COMMON = (
    *(exp.Alias, exp.And, exp.Between, exp.Boolean, exp.Cast, exp.Column, exp.CurrentDate),
    *(exp.CurrentTime, exp.CurrentTimestamp, exp.DataType, exp.DataTypeParam, exp.Div, exp.EQ),
    *(exp.GT, exp.GTE, exp.Identifier, exp.In, exp.Is, exp.LT, exp.LTE, exp.Like, exp.Literal),
    *(exp.Mul, exp.NEQ, exp.Neg, exp.Not, exp.Null, exp.Or, exp.Paren, exp.Sub, exp.Add),
    *(exp.Length, exp.Lower, exp.Upper, exp.Coalesce, exp.DPipe, exp.Tuple),
)


@dataclass(frozen=True, slots=True)
class Translation:
    """How what a source says is said in another dialect.

    Attributes:
        source: The dialect of the catalog.
        target: The dialect of the DDL.
    """

    source: str
    target: str

    @property
    def is_native(self) -> bool:
        """Whether both are one, so that every text stays as it is."""
        return self.source == self.target

    def type(self, column: Row) -> str:
        """The type of a column."""
        native = str(column["native_type"])
        if self.is_native:
            return native
        portable = portable_type(str(column["base_type"] or native), self.source)
        try:
            return portable.sql(self.target)
        except (SqlglotError, AttributeError, KeyError, TypeError, ValueError):
            # What its generators raise on types their dialect has no word for.
            return exp.DataType.build("TEXT").sql(self.target)

    def expression(self, text: str) -> str | None:
        """An expression; None where the other dialect may not read it alike."""
        if self.is_native:
            return text
        try:
            tree = parse_one(text, read=self.source)
            if not all(isinstance(node, _COMMON) for node in tree.walk()):
                return None
            return _without_schemas(tree, self.source).sql(self.target)
        except SqlglotError:
            return None


def _without_schemas(tree: exp.Expr, source: str) -> exp.Expr:
    """The tree, its types such that the other dialect has them too."""
    for cast in list(tree.find_all(exp.Cast)):
        cast.set("to", portable_type(cast.to.sql(source), source))
    return tree

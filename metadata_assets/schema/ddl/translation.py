"""Types and expressions carried from one dialect to another.

Within a dialect both are the engine's own text and stay as they are. Between dialects an expression
is carried only where every engine reads it alike: columns, literals, casts, comparisons, logic.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from metadata_assets.catalog.withhold import WITHHELD
from metadata_assets.schema.ddl.described import Row
from metadata_assets.schema.ddl.sayable import sayable
from metadata_assets.schema.types import portable_type

_NO_DATE = re.compile(r"\d{4}-(?:00-\d\d|\d\d-00)")
"""A month or day of zero: a date to MySQL alone."""

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
        return sayable(portable, self.target).sql(self.target)

    def expression(self, text: str) -> str | None:
        """An expression; None where the other dialect may not read it alike, or it is withheld."""
        if WITHHELD in text:
            return None
        if self.is_native:
            return text
        try:
            tree = parse_one(text, read=self.source)
        except SqlglotError:
            return None
        if not all(isinstance(node, _COMMON) for node in tree.walk()):
            return None
        if any(_NO_DATE.match(text.name) for text in tree.find_all(exp.Literal)):
            return None
        for cast in list(tree.find_all(exp.Cast)):
            portable = portable_type(cast.args["to"].sql(self.source), self.source)
            cast.set("to", sayable(portable, self.target))
        return tree.sql(self.target)

"""Every kind of change to a table, its columns, keys and indexes, as typed frozen values.

Facts only: how grave a change is, is decided in `severity`. A rename is an inference from a drop
and an addition, which it keeps, with its confidence and the evidence.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Literal

from metadata_assets.diff.definitions import (
    ColumnDefinition,
)

Effect = Literal["widened", "narrowed", "changed"]
"""What a change of type does to the values: all fit, some may not, or they are others."""


@dataclass(frozen=True, slots=True)
class Change:
    """Something that differs between two versions of a catalog.

    Attributes:
        table: The FQDN of the table; of the type where a user-defined type changed. Of a renamed
            table, the former one.
    """

    CODE: ClassVar[str]

    table: str

    @property
    def code(self) -> str:
        """The stable code, one of `codes.CODES`."""
        return self.CODE

    def told(self) -> tuple[str | None, str | None]:
        """What it was and what it is, as text for a reader."""
        return None, None


@dataclass(frozen=True, slots=True)
class _Edit(Change):
    before: str | None
    after: str | None

    def told(self) -> tuple[str | None, str | None]:
        return self.before, self.after


@dataclass(frozen=True, slots=True)
class ColumnChange(Change):
    """A change of one column.

    Attributes:
        column: Its name; of a renamed column, the former one.
    """

    column: str


@dataclass(frozen=True, slots=True)
class _ColumnEdit(ColumnChange):
    before: str | None
    after: str | None

    def told(self) -> tuple[str | None, str | None]:
        return self.before, self.after


# Tables and views


@dataclass(frozen=True, slots=True)
class AddTable(Change):
    """A table or view that was not there; its columns are no changes of their own."""

    CODE = "AD101"
    object_type: str

    def told(self) -> tuple[str | None, str | None]:
        """Nothing, and the kind of object."""
        return None, self.object_type


@dataclass(frozen=True, slots=True)
class DropTable(Change):
    """A table or view that is gone, with its columns."""

    object_type: str

    @property
    def code(self) -> str:
        """Of a view or of a table."""
        return "DS104" if self.object_type.endswith("view") else "DS102"

    def told(self) -> tuple[str | None, str | None]:
        """The kind of object, and nothing."""
        return self.object_type, None


@dataclass(frozen=True, slots=True)
class RenameTable(Change):
    """A dropped table that is probably the added one under its former name.

    Attributes:
        to: The name it goes by now.
        confidence: How probable that is, from 0 to 1.
        evidence: What speaks for it.
        dropped: The drop that it is, should it be no rename.
        added: The addition that it is then.
        followers: The drops and additions of keys and indexes that it is then.
    """

    CODE = "BC101"
    to: str
    confidence: float
    evidence: tuple[str, ...]
    dropped: DropTable
    added: AddTable
    followers: tuple[Change, ...] = ()

    def told(self) -> tuple[str | None, str | None]:
        """The two names."""
        return self.table, self.to


@dataclass(frozen=True, slots=True)
class ChangeObjectType(_Edit):
    """A table that became a view, a partitioned table, or the other way."""

    CODE = "BC105"


@dataclass(frozen=True, slots=True)
class ChangeDefinition(_Edit):
    """A view with another query."""

    CODE = "BC106"


@dataclass(frozen=True, slots=True)
class ChangeTableComment(_Edit):
    """A table with another comment."""

    CODE = "MD106"


@dataclass(frozen=True, slots=True)
class ChangeAnnotation(_Edit):
    """A table with another owner, business domain, grain or status."""

    CODE = "MD107"
    attribute: str


@dataclass(frozen=True, slots=True)
class ChangeTableProperties(_Edit):
    """A table whose engine-specific properties differ: partition key, strictness."""

    CODE = "MD108"


@dataclass(frozen=True, slots=True)
class ReorderColumns(Change):
    """Columns that stayed, in another order among themselves."""

    CODE = "BC109"
    before: tuple[str, ...]
    after: tuple[str, ...]

    def told(self) -> tuple[str | None, str | None]:
        """The two orders."""
        return ", ".join(self.before), ", ".join(self.after)


# Columns


@dataclass(frozen=True, slots=True)
class AddColumn(ColumnChange):
    """A column that was not there."""

    definition: ColumnDefinition

    @property
    def code(self) -> str:
        """Whether new rows must give it a value."""
        return "MF103" if self.definition.is_required else "AD102"

    def told(self) -> tuple[str | None, str | None]:
        """Nothing, and the definition."""
        return None, str(self.definition)


@dataclass(frozen=True, slots=True)
class DropColumn(ColumnChange):
    """A column that is gone."""

    CODE = "DS103"
    definition: ColumnDefinition

    def told(self) -> tuple[str | None, str | None]:
        """The definition, and nothing."""
        return str(self.definition), None


@dataclass(frozen=True, slots=True)
class RenameColumn(ColumnChange):
    """A dropped column that is probably the added one under its former name.

    Attributes:
        to: The name it goes by now.
        confidence: How probable that is, from 0 to 1.
        evidence: What speaks for it.
        dropped: The drop that it is, should it be no rename.
        added: The addition that it is then.
        followers: The drops and additions of keys and indexes that it is then.
    """

    CODE = "BC102"
    to: str
    confidence: float
    evidence: tuple[str, ...]
    dropped: DropColumn
    added: AddColumn
    followers: tuple[Change, ...] = ()

    def told(self) -> tuple[str | None, str | None]:
        """The two names."""
        return self.column, self.to


@dataclass(frozen=True, slots=True)
class RetypeColumn(_ColumnEdit):
    """A column of another type; `before` and `after` are the source's own words."""

    effect: Effect

    @property
    def code(self) -> str:
        """By the effect."""
        return {"widened": "AD105", "narrowed": "BC103", "changed": "BC104"}[self.effect]


@dataclass(frozen=True, slots=True)
class ChangeNullability(ColumnChange):
    """A column that takes nulls now, or no longer; None where the engine does not say."""

    before: bool | None
    after: bool | None

    @property
    def code(self) -> str:
        """By the direction."""
        return "MF104" if self.after is False else "CD105"

    def told(self) -> tuple[str | None, str | None]:
        """`NOT NULL` or `NULL`."""
        words = {True: "NULL", False: "NOT NULL", None: None}
        return words[self.before], words[self.after]


@dataclass(frozen=True, slots=True)
class ChangeDefault(_ColumnEdit):
    """A column with another default."""

    CODE = "MD101"


@dataclass(frozen=True, slots=True)
class ChangeGenerated(_ColumnEdit):
    """A column generated by another expression, or no longer."""

    CODE = "BC107"


@dataclass(frozen=True, slots=True)
class ChangeIdentity(_ColumnEdit):
    """A column that numbers its rows by itself now, otherwise, or no longer."""

    CODE = "BC111"


@dataclass(frozen=True, slots=True)
class ChangeCollation(_ColumnEdit):
    """A column that compares and sorts otherwise."""

    CODE = "BC110"


@dataclass(frozen=True, slots=True)
class ChangeColumnComment(_ColumnEdit):
    """A column with another comment."""

    CODE = "MD106"


@dataclass(frozen=True, slots=True)
class ChangeSensitivity(_ColumnEdit):
    """A column that is personal data now, or no longer."""

    CODE = "MD107"


@dataclass(frozen=True, slots=True)
class ChangeColumnProperties(_ColumnEdit):
    """A column whose engine-specific properties differ."""

    CODE = "MD108"


@dataclass(frozen=True, slots=True)
class ChangeAllowedValues(ColumnChange):
    """The labels of an enum or set differ."""

    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def code(self) -> str:
        """Whether a label is gone, else whether one is new, else they are in another order."""
        if set(self.before) - set(self.after):
            return "DS105"
        return "AD104" if set(self.after) - set(self.before) else "MD109"

    def told(self) -> tuple[str | None, str | None]:
        """The two lists."""
        return ", ".join(self.before), ", ".join(self.after)


def without_renames(changes: Iterable[Change]) -> tuple[Change, ...]:
    """The changes, with every inferred rename taken back to the drops and additions it is."""
    plain: list[Change] = []
    for change in changes:
        if isinstance(change, (RenameColumn, RenameTable)):
            plain += [change.dropped, change.added, *change.followers]
        else:
            plain.append(change)
    return tuple(plain)

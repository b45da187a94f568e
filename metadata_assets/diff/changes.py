"""What a change is, and the changes of tables and views themselves, as typed frozen values.

Facts only: how grave a change is, is decided in `severity`. A rename is an inference from a drop
and an addition, which it keeps, with its confidence and the evidence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


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
class Edit(Change):
    """A change of one text to another; None where there was or is none."""

    before: str | None
    after: str | None

    def told(self) -> tuple[str | None, str | None]:
        """The two texts."""
        return self.before, self.after


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
class ChangeObjectType(Edit):
    """A table that became a view, a partitioned table, or the other way."""

    CODE = "BC105"


@dataclass(frozen=True, slots=True)
class ChangeDefinition(Edit):
    """A view with another query."""

    CODE = "BC106"


@dataclass(frozen=True, slots=True)
class ChangeTableComment(Edit):
    """A table with another comment."""

    CODE = "MD106"


@dataclass(frozen=True, slots=True)
class ChangeAnnotation(Edit):
    """A table with another owner, business domain, grain or status."""

    CODE = "MD107"
    attribute: str


@dataclass(frozen=True, slots=True)
class ChangeTableProperties(Edit):
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

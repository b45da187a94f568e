"""Changes of constraints, indexes and user-defined types: the rest of the typed changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from metadata_assets.diff.changes import Change
from metadata_assets.diff.definitions import ConstraintDefinition, IndexDefinition

_ADDED: Mapping[str, str] = MappingProxyType(
    {
        "primary_key": "MF102",
        "unique": "MF101",
        "foreign_key": "MF106",
        "check": "MF105",
        "exclusion": "MF107",
    }
)
_DROPPED: Mapping[str, str] = MappingProxyType(
    {
        "primary_key": "CD102",
        "unique": "CD103",
        "foreign_key": "CD101",
        "check": "CD104",
        "exclusion": "CD106",
    }
)


@dataclass(frozen=True, slots=True)
class AddConstraint(Change):
    """A key, check or exclusion that was not there."""

    constraint: ConstraintDefinition

    @property
    def code(self) -> str:
        """By the kind of constraint."""
        return _ADDED[self.constraint.constraint_type]

    def told(self) -> tuple[str | None, str | None]:
        """Nothing, and the definition."""
        return None, str(self.constraint)


@dataclass(frozen=True, slots=True)
class DropConstraint(Change):
    """A key, check or exclusion that is gone."""

    constraint: ConstraintDefinition

    @property
    def code(self) -> str:
        """By the kind of constraint."""
        return _DROPPED[self.constraint.constraint_type]

    def told(self) -> tuple[str | None, str | None]:
        """The definition, and nothing."""
        return str(self.constraint), None


@dataclass(frozen=True, slots=True)
class _ConstraintEdit(Change):
    before: ConstraintDefinition
    after: ConstraintDefinition

    def told(self) -> tuple[str | None, str | None]:
        return str(self.before), str(self.after)


@dataclass(frozen=True, slots=True)
class ChangePrimaryKey(_ConstraintEdit):
    """A primary key over other columns."""

    CODE = "BC108"


@dataclass(frozen=True, slots=True)
class ChangeForeignKeyActions(_ConstraintEdit):
    """A foreign key that does something else on delete or update."""

    CODE = "MD102"


@dataclass(frozen=True, slots=True)
class RenameConstraint(_ConstraintEdit):
    """The same constraint under another name."""

    CODE = "MD103"

    def told(self) -> tuple[str | None, str | None]:
        """The two names."""
        return self.before.constraint_name, self.after.constraint_name


@dataclass(frozen=True, slots=True)
class ChangeConstraintComment(_ConstraintEdit):
    """A constraint with another comment."""

    CODE = "MD106"

    def told(self) -> tuple[str | None, str | None]:
        """The two comments, with the name."""
        name = self.after.constraint_name
        return _commented(name, self.before.comment), _commented(name, self.after.comment)


@dataclass(frozen=True, slots=True)
class AddIndex(Change):
    """An index that was not there."""

    CODE = "AD103"
    index: IndexDefinition

    def told(self) -> tuple[str | None, str | None]:
        """Nothing, and the definition."""
        return None, f"{self.index.index_name}: {self.index}"


@dataclass(frozen=True, slots=True)
class DropIndex(Change):
    """An index that is gone."""

    CODE = "CD107"
    index: IndexDefinition

    def told(self) -> tuple[str | None, str | None]:
        """The definition, and nothing."""
        return f"{self.index.index_name}: {self.index}", None


@dataclass(frozen=True, slots=True)
class ChangeIndex(Change):
    """An index of the same name with another definition."""

    CODE = "MD104"
    before: IndexDefinition
    after: IndexDefinition

    def told(self) -> tuple[str | None, str | None]:
        """The two definitions, with the name."""
        name = self.before.index_name
        return f"{name}: {self.before}", f"{name}: {self.after}"


@dataclass(frozen=True, slots=True)
class ChangeIndexComment(Change):
    """An index with another comment."""

    CODE = "MD106"
    before: IndexDefinition
    after: IndexDefinition

    def told(self) -> tuple[str | None, str | None]:
        """The two comments, with the name."""
        name = self.after.index_name
        return _commented(name, self.before.comment), _commented(name, self.after.comment)


@dataclass(frozen=True, slots=True)
class RenameIndex(Change):
    """The same index under another name."""

    CODE = "MD105"
    before: IndexDefinition
    after: IndexDefinition

    def told(self) -> tuple[str | None, str | None]:
        """The two names."""
        return self.before.index_name, self.after.index_name


@dataclass(frozen=True, slots=True)
class AddType(Change):
    """A user-defined type that was not there."""

    CODE = "AD106"
    kind: str

    def told(self) -> tuple[str | None, str | None]:
        """Nothing, and the kind of type."""
        return None, self.kind


@dataclass(frozen=True, slots=True)
class DropType(Change):
    """A user-defined type that is gone."""

    CODE = "DS106"
    kind: str

    def told(self) -> tuple[str | None, str | None]:
        """The kind of type, and nothing."""
        return self.kind, None


@dataclass(frozen=True, slots=True)
class ChangeType(Change):
    """A user-defined type with another definition.

    Attributes:
        attribute: Which part of it: labels, base_type, checks, attributes, default_expr…
        before: That part as it was.
        after: That part as it is.
    """

    attribute: str
    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def code(self) -> str:
        """Labels added or removed; a comment; or the type itself."""
        if self.attribute == "comment":
            return "MD106"
        if self.attribute != "labels":
            return "BC112"
        if set(self.before) - set(self.after):
            return "DS105"
        return "AD104" if set(self.after) - set(self.before) else "MD109"

    def told(self) -> tuple[str | None, str | None]:
        """The attribute as it was and is."""
        return ", ".join(self.before) or None, ", ".join(self.after) or None


def _commented(name: str | None, comment: str | None) -> str | None:
    return None if comment is None else f"{name}: {comment}"

"""What a merge could not decide: the table keeps what it has until somebody settles it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from metadata_assets.control.problems import printable

ConflictKind = Literal["edited", "removed", "unreadable"]


@dataclass(frozen=True, slots=True)
class Difference:
    """A column that the two sides fill otherwise.

    Attributes:
        column: Its name.
        yaml: What the drop says.
        table: What the table holds.
    """

    column: str
    yaml: Any
    table: Any


@dataclass(frozen=True, slots=True)
class Conflict:
    """A drop and the table say different things.

    Attributes:
        key: The row: a source's key, or `<kind> <source> <name>` of what is said about one.
        file: The drop.
        line: Where in the drop; None where it says nothing any more.
        kind: `edited` where both sides were edited, `removed` where the drop no longer declares
            what was edited in the table, `unreadable` where the drop that owns the row cannot be
            read and another one declares it too.
        owner: The drop that cannot be read.
        differences: What each side says.
    """

    key: str
    file: str
    line: int | None
    kind: ConflictKind
    owner: str = ""
    differences: tuple[Difference, ...] = ()

    @property
    def what(self) -> str:
        """What happened, in one sentence, and how to mend it."""
        if self.kind == "unreadable":
            owner = printable(self.owner)
            return (
                f"came from {owner}, which cannot be read now, so the table's value stands. "
                f"Mend {owner}."
            )
        if self.kind == "removed":
            return (
                "was taken out of the file, but had been changed in the table, where it stays. "
                f"{_SETTLE}"
            )
        return f"was changed here and in the control table too; the table's value stands. {_SETTLE}"

    def __str__(self) -> str:
        """The conflict in one line: where, what, how to mend it."""
        line = "" if self.line is None else f":{self.line}"
        return f"{printable(self.file)}{line}: {printable(self.key, 300)} {self.what}"


_SETTLE = "Make the two equal, or settle it with `metadata-assets control resolve`."

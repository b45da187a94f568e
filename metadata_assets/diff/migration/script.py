"""A migration script: statements in the order in which they run, and what only a human can do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum, auto

from metadata_assets.catalog.withhold import WITHHELD
from metadata_assets.diff.changes import Change
from metadata_assets.diff.column_changes import ColumnChange
from metadata_assets.diff.render import describe


class Phase(IntEnum):
    """When a statement runs: whatever stands in the way of others goes first, and returns last."""

    SETTINGS = auto()
    DROP_VIEWS = auto()
    RENAME_TABLES = auto()
    DROP_FOREIGN_KEYS = auto()
    DROP_KEYS = auto()
    DROP_INDEXES = auto()
    RENAME_PARTS = auto()
    SAVE_ROWS = auto()
    DROP_TABLES = auto()
    TYPES = auto()
    CREATE_TABLES = auto()
    COPY_ROWS = auto()
    ADD_COLUMNS = auto()
    ALTER_COLUMNS = auto()
    DROP_COLUMNS = auto()
    ADD_KEYS = auto()
    ADD_INDEXES = auto()
    ADD_FOREIGN_KEYS = auto()
    DROP_TYPES = auto()
    CREATE_VIEWS = auto()
    COMMENTS = auto()
    RESET = auto()


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a script.

    Attributes:
        phase: When it runs; within a phase, statements run in the order they were planned in.
        sql: Its text, without the semicolon.
        note: What a reader should know before it runs.
        makes: The FQDN of the table it creates, where those that reference it have to wait.
    """

    phase: Phase
    sql: str
    note: str | None = None
    makes: str | None = None


@dataclass(frozen=True, slots=True)
class ByHand:
    """A change that the engine's statements, or what is known of it, cannot make.

    Attributes:
        change: The change.
        why: What stands in the way, and what to do.
    """

    change: Change
    why: str


Step = Statement | ByHand


@dataclass(frozen=True, slots=True)
class Script:
    """A migration.

    Attributes:
        statements: What to run, in order.
        by_hand: What it leaves to be done.
    """

    statements: tuple[Statement, ...]
    by_hand: tuple[ByHand, ...]

    @classmethod
    def of(cls, steps: Iterable[Step]) -> Script:
        """The script of some steps, ordered so that they run."""
        planned = list(steps)
        statements = [step for step in planned if isinstance(step, Statement)]
        return cls(
            tuple(sorted(dict.fromkeys(statements), key=lambda statement: statement.phase)),
            tuple(step for step in planned if isinstance(step, ByHand)),
        )

    def text(self, title: str) -> str:
        """The script, to be read and then run."""
        lines = [*_comment(f"{title}: read it before you run it."), ""]
        for left in self.by_hand:
            lines += _comment(f"BY HAND: {_named(left.change)}: {left.why}")
        if self.by_hand:
            lines.append("")
        for statement in self.statements:
            if statement.note:
                lines += _comment(statement.note)
            lines += _withheld(statement) if WITHHELD in statement.sql else [f"{statement.sql};"]
        if not self.statements and not self.by_hand:
            lines += _comment("Nothing to do.")
        return "\n".join(lines) + "\n"


def _withheld(statement: Statement) -> list[str]:
    return _comment(f"BY HAND, with the values of personal data that are withheld: {statement.sql}")


def _named(change: Change) -> str:
    column = f".{change.column}" if isinstance(change, ColumnChange) else ""
    told = " → ".join(side for side in change.told() if side)
    return f"{change.table}{column}: {describe(change)}" + (f" ({told})" if told else "")


def _comment(text: str) -> list[str]:
    """Comment lines; no name or text breaks out of them."""
    return [f"-- {line}" for line in text.splitlines()]

"""Tables and columns found by whatever name people know them by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from metadata_assets.schema.identifiers import fqdn_parts
from metadata_assets.schema.semantics.problems import nearest


@dataclass(frozen=True, slots=True)
class Place:
    """A table, or a column of it.

    Attributes:
        table: Its FQDN.
        column: The column as the catalog spells it; empty for the table.
        data_type: The column's native type; empty for the table.
        text: What is said of it; empty where nothing is.
    """

    table: str
    column: str
    data_type: str = ""
    text: str = ""


@dataclass(frozen=True)
class Places:
    """The tables and columns of a source by every name they may be called."""

    known: tuple[Place, ...]

    def find(self, table: str, column: str) -> Place | str:
        """The table or column that is meant, as it is; or why none is.

        Args:
            table: By FQDN, or by its name where that is enough; quoted as in the FQDN, as in SQL,
                or not at all, in any case.
            column: Empty for the table.
        """
        name = table.strip()
        found = [name] if name in self._columns else self._named(name)
        if len(found) != 1:
            if found:
                return f"{name} may be {' or '.join(found)}; write the schema too"
            return f"there is no table {name}{_hint(name, self._spelled)}"
        columns = self._columns[found[0]]
        wanted = column.strip()
        bare = wanted if wanted in columns else _unquoted(wanted)
        if bare in columns:
            return columns[bare]
        alike = [one for one in columns if one.casefold() == bare.casefold()]
        if len(alike) == 1:
            return columns[alike[0]]
        return f"{found[0]} has no column {wanted}{_hint(bare, filter(None, columns))}"

    def _named(self, name: str) -> list[str]:
        keys = (name, _without_quotes(name))
        spelled = (key for one in keys for key in (one, one.casefold()))
        return next((list(self._tables[key]) for key in spelled if key in self._tables), [])

    @cached_property
    def _tables(self) -> Mapping[str, Mapping[str, None]]:
        """FQDNs by FQDN and by bare name, without quotes, exact and without case."""
        found: dict[str, dict[str, None]] = defaultdict(dict)
        for fqdn in self._columns:
            for name in (fqdn, _without_quotes(fqdn), fqdn_parts(fqdn)[-1]):
                found[name][fqdn] = found[name.casefold()][fqdn] = None
        return found

    @cached_property
    def _spelled(self) -> list[str]:
        return [name for fqdn in self._columns for name in (fqdn, fqdn_parts(fqdn)[-1])]

    @cached_property
    def _columns(self) -> Mapping[str, Mapping[str, Place]]:
        found: dict[str, dict[str, Place]] = defaultdict(dict)
        for one in self.known:
            found[one.table][one.column] = one
        return found


def _without_quotes(name: str) -> str:
    return ".".join(fqdn_parts(name))


def _unquoted(name: str) -> str:
    is_quoted = len(name) > 1 and name[0] == name[-1] == '"'
    return name[1:-1].replace('""', '"') if is_quoted else name


def _hint(name: str, known: Iterable[str]) -> str:
    near = nearest(name, known)
    return f"; did you mean {', '.join(near)}?" if near else ""

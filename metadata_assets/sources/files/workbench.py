"""A place to look at files: one DuckDB and one temporary folder, for one extract."""

from __future__ import annotations

import codecs
import csv
import io
import re
import tempfile
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Any

import duckdb
import pyarrow as pa

from metadata_assets.sources.files.inferred import Unreadable
from metadata_assets.sources.files.packed import GZIP, packing, unpacked
from metadata_assets.sources.files.workbooks import CellReader, Sheet

SECONDS = 60.0
"""How long one file may take."""
COPIED_BYTES = 1_000_000_000
"""How much is unpacked, or written in another encoding, to be read."""
_BLOCK_BYTES = 1024 * 1024


class Workbench:
    """Runs queries over files and copies of them."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, folder: Path, cells: CellReader
    ) -> None:
        """Work in this connection and this folder."""
        self._connection = connection
        self._folder = folder
        self._cells = cells
        self._count = 0

    def copy_of(self, text: str) -> Path:
        """A UTF-8 file of this text."""
        copy = self._new()
        copy.write_bytes(text.encode("utf-8", "replace"))
        return copy

    def csv_of(self, rows: Iterable[Sequence[str]]) -> Path:
        """A plain CSV file of these rows."""
        text = io.StringIO()
        # Line breaks of one kind, within fields too: of several the sniffer knows no end of line.
        plain = (
            [
                cell.replace("\r\n", "\n").replace("\r", "\n") if "\r" in cell else cell
                for cell in row
            ]
            for row in rows
        )
        csv.writer(text, lineterminator="\n").writerows(plain)
        return self.copy_of(text.getvalue())

    def link_to(self, path: Path) -> Path:
        """The same file under a name that DuckDB does not take for a pattern."""
        # DuckDB tells by the suffix what to unpack.
        link = self._new(".gz" if packing(path) == GZIP else "")
        link.symlink_to(path.absolute())
        return link

    def whole(self, path: Path) -> Path:
        """The file, or an unpacked copy of it.

        Raises:
            Unreadable: It is a damaged archive, or one of several files, or very large.
        """
        if packing(path) is None:
            return path
        copy = self._new()
        with unpacked(path) as file, copy.open("wb") as target:
            for block in _blocks(file):
                target.write(block)
        return copy

    def in_utf8(self, path: Path, encoding: str) -> Path:
        """The file under such a name that DuckDB can read, or an unpacked copy in UTF-8.

        Args:
            path: A text.
            encoding: Python's name of its encoding.

        Raises:
            Unreadable: What `whole` raises.
        """
        if encoding == "utf-8" and packing(path) in (None, GZIP):
            return self.link_to(path)
        copy = self._new()
        decoder = codecs.getincrementaldecoder(encoding)("replace")
        with unpacked(path) as file, copy.open("wb") as target:
            for block in _blocks(file):
                target.write(decoder.decode(block).encode("utf-8", "replace"))
        return copy

    def rows(self, sql: str, **parameters: object) -> list[dict[str, Any]]:
        """The rows of a query.

        Raises:
            Unreadable: It took too long.
            duckdb.Error: DuckDB cannot read the file.
        """
        try:
            # Not `sql`, which binds a query twice: a file is sniffed for each.
            found = self._connection.execute(sql, parameters)
            names = [column[0] for column in found.description]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        except duckdb.InterruptException as error:
            raise Unreadable(f"reading it takes more than {SECONDS:.0f} seconds") from error

    def table(self, sql: str, **parameters: object) -> pa.Table:
        """The result of a query; raises what `rows` raises."""
        try:
            found: pa.Table = self._connection.sql(sql, params=parameters).to_arrow_table()
        except duckdb.InterruptException as error:
            raise Unreadable(f"reading it takes more than {SECONDS:.0f} seconds") from error
        return found

    def sheets(self, path: Path) -> list[Sheet]:
        """The sheets of a workbook.

        Raises:
            Unreadable: It is damaged or protected by a password, or too much to read.
        """
        return self._cells.sheets(path)

    def reason(self, error: Exception) -> str:
        """What a reader says of a file, without the name of a temporary one."""
        text = str(error).partition("\n")[0].partition("Error: ")
        said = text[2] or text[0]
        own_name = rf'(?:file )?["\']?{re.escape(str(self._folder))}/[\d.gz]+["\']?'
        return re.sub(own_name, "the file", said).strip().rstrip(".")

    @contextmanager
    def one_file(self) -> Iterator[None]:
        """Give one file its time, and no longer; afterwards its copies are gone."""
        timer = threading.Timer(SECONDS, self._connection.interrupt)
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            for copy in self._folder.iterdir():
                copy.unlink()

    def _new(self, suffix: str = "") -> Path:
        # Never a name twice: DuckDB may remember what it read under it.
        self._count += 1
        return self._folder / f"{self._count}{suffix}"


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    """The bytes of a file in blocks, up to the size of what is copied."""
    copied = 0
    while block := file.read(_BLOCK_BYTES):
        copied += len(block)
        if copied > COPIED_BYTES:
            raise Unreadable(
                f"it is packed or not in UTF-8, and more than {COPIED_BYTES / 1e9:.0f} GB; "
                "unpack it and save it as UTF-8"
            )
        yield block


def _connection() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"autoinstall_known_extensions": "false"})
    # The bar of a query of two seconds would be drawn over what the command line shows.
    connection.execute("SET enable_progress_bar = false")
    return connection


@contextmanager
def workbench() -> Iterator[Workbench]:
    """A workbench that leaves nothing behind."""
    with (
        tempfile.TemporaryDirectory(prefix="metadata_assets_") as folder,
        closing(_connection()) as connection,
        closing(CellReader(SECONDS)) as cells,
    ):
        yield Workbench(connection, Path(folder), cells)

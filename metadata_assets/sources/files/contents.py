"""What a file is, told by its beginning and not by its name."""

from __future__ import annotations

import codecs
import re

from metadata_assets.sources.files.inferred import Unreadable

PARQUET = "a Parquet file"
OLD_OFFICE = "an old Office document"
_ARCHIVE = "a ZIP archive or Office document"
OFFICE = frozenset({OLD_OFFICE, _ARCHIVE})
"""What workbooks are."""

_SIGNATURES = (
    (0, b"PK\x03\x04", _ARCHIVE),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLD_OFFICE),
    (0, b"PAR1", PARQUET),
    (0, b"SQLite format 3\x00", "a SQLite database"),
    (8, b"DUCK", "a DuckDB database"),
    (0, b"%PDF-", "a PDF document"),
    (0, b"{\\rtf", "a Rich Text document"),
    (0, b"\x89PNG\r\n", "an image"),
    (0, b"\xff\xd8\xff", "an image"),
    (0, b"GIF8", "an image"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (0, b"Rar!\x1a\x07", "a RAR archive"),
    (0, b"\x1f\x8b", "a gzip archive"),
    (257, b"ustar", "a TAR archive"),
    (0, b"Obj\x01", "an Avro file"),
    (0, b"ORC", "an ORC file"),
    (0, b"ARROW1", "an Arrow file"),
    (0, b"\x89HDF\r\n", "an HDF5 file"),
    (0, b"MIME-Version:", "a web page with all its parts (MHTML)"),
    (0, b"version https://git-lfs", "a pointer of Git LFS (`git lfs pull` brings the file)"),
)
SIGNED_BYTES = 512
"""How much of a file's beginning its signature is in."""

_HTML = re.compile(
    r"\s*(<!--.*?-->\s*)*<(!doctype html|html|head|body|table|div|meta)\b", re.I | re.S
)
_XML = re.compile(r"\s*<(\?xml|[A-Za-z][\w.:-]*(\s+[\w.:-]+\s*=[^<>]*)?>\s*<)")
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a]")
_RECORD = re.compile(rb'(\xef\xbb\xbf)?\s*(\[\s*)?\{\s*("[^"\n]*"\s*:|\})')


def signed_as(beginning: bytes) -> str | None:
    """What a binary file is; None if it bears no known signature."""
    return next(
        (kind for at, mark, kind in _SIGNATURES if beginning.startswith(mark, at)),
        None,
    )


def is_text(beginning: bytes) -> bool:
    """Whether a file begins like a text: with no controls but those of lines, or with a mark."""
    return beginning.startswith(_MARKS) or not _CONTROL.search(beginning)


def is_json(beginning: bytes) -> bool:
    """Whether a text begins with a record in JSON."""
    return _RECORD.match(beginning) is not None


def require_no_markup(text: str, wanted: str) -> None:
    """Refuse a page, or a document, that was saved under the name of a table.

    Args:
        text: The file's beginning.
        wanted: The format it is taken for.

    Raises:
        Unreadable: It is HTML or XML.
    """
    found = "HTML" if _HTML.match(text) else "XML" if _XML.match(text) else None
    if found:
        raise Unreadable(
            f"the file is {found}, not {wanted}; open it in a spreadsheet or a browser, "
            "and export its table as CSV"
        )

"""Write small workbooks: the few parts of an xlsx file that a reader needs."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_EPOCH = dt.datetime.fromisoformat("1899-12-30")


def write_workbook(
    path: Path,
    sheets: Mapping[str, Sequence[Sequence[Any]]],
    merges: Mapping[str, Sequence[str]] | None = None,
) -> Path:
    """Write sheets of cells; `merges` are ranges such as `A1:B2` by sheet."""
    names = list(sheets)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", f'<Types xmlns="{_TYPES}"/>')
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="r" '
            f'Type="{_DOCUMENT}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_DOCUMENT}"><sheets>'
            + "".join(
                f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="s{n}"/>'
                for n, name in enumerate(names, start=1)
            )
            + "</sheets></workbook>",
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{_RELATIONS}">'
            + "".join(
                f'<Relationship Id="s{n}" Type="{_DOCUMENT}/worksheet" '
                f'Target="worksheets/sheet{n}.xml"/>'
                for n, _ in enumerate(names, start=1)
            )
            + f'<Relationship Id="t" Type="{_DOCUMENT}/styles" Target="styles.xml"/>'
            "</Relationships>",
        )
        # Style 1 is a date, style 2 a date with its time.
        archive.writestr(
            "xl/styles.xml",
            f'<styleSheet xmlns="{_MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/>'
            '<xf numFmtId="22"/></cellXfs></styleSheet>',
        )
        for n, name in enumerate(names, start=1):
            archive.writestr(
                f"xl/worksheets/sheet{n}.xml", _sheet(sheets[name], (merges or {}).get(name, ()))
            )
    return path


def _sheet(rows: Sequence[Sequence[Any]], merges: Sequence[str]) -> str:
    body = "".join(
        f'<row r="{r}">' + "".join(_cell(cell, r, c) for c, cell in enumerate(row)) + "</row>"
        for r, row in enumerate(rows, start=1)
    )
    merged = "".join(f'<mergeCell ref="{area}"/>' for area in merges)
    return (
        f'<worksheet xmlns="{_MAIN}"><sheetData>{body}</sheetData>'
        + (f"<mergeCells>{merged}</mergeCells>" if merges else "")
        + "</worksheet>"
    )


def _cell(value: Any, row: int, column: int) -> str:
    name = f"{chr(ord('A') + column)}{row}"
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        return f'<c r="{name}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    if isinstance(value, bool):
        return f'<c r="{name}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, dt.datetime):
        return f'<c r="{name}" s="2"><v>{(value - _EPOCH) / dt.timedelta(days=1)}</v></c>'
    if isinstance(value, dt.date):
        return f'<c r="{name}" s="1"><v>{(value - _EPOCH.date()).days}</v></c>'
    return f'<c r="{name}"><v>{value}</v></c>'

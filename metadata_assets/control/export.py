"""Write the control table, and what is known of its sources, as drops that ingest back to the same.

A row goes to the file it came from, which is copied as it is where the table says what it says, and
otherwise changed where they differ. Rows made in the table get files of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from metadata_assets.control.document import Document, knowledge_document, modules_document
from metadata_assets.control.drops import read_texts
from metadata_assets.control.folder import Location, open_folder
from metadata_assets.control.found import has_drop_name
from metadata_assets.control.ingest import known_rows, opened_knowledge
from metadata_assets.control.kinds import MODULES
from metadata_assets.control.knowledge import KnowledgeRow, content_hash
from metadata_assets.control.model import ControlRow
from metadata_assets.control.parse import ParsedDrop, parse_drop
from metadata_assets.control.rewrite import rewritten, written
from metadata_assets.control.table import ControlTable
from metadata_assets.errors import ConfigurationError

_Identity = tuple[str, str]
"""The kind of a file, and the source it is about; no source for `kind: modules`."""


@dataclass(frozen=True, slots=True)
class _File:
    """One file to write.

    Attributes:
        document: What it says.
        hashes: The hash of each row it declares, by key; to be read back from the text.
    """

    document: Document
    hashes: Mapping[tuple[str | None, ...], str]


@dataclass(frozen=True, slots=True)
class ExportOutcome:
    """What an export wrote.

    Attributes:
        copied: Files that are as they were.
        changed: Files in which only what differs was changed.
        written: Files that are new, or were written anew.
        left_out: Keys of rows that cannot be understood, and so not declared.
    """

    copied: tuple[str, ...]
    changed: tuple[str, ...]
    written: tuple[str, ...]
    left_out: tuple[str, ...]


def export(control: ControlTable, drops: Location, folder: Path) -> ExportOutcome:
    """Write drops that declare exactly what is stored.

    Args:
        control: The control table.
        drops: The folder the rows came from, for the comments and the order of its files.
        folder: Where to.

    Raises:
        ConfigurationError: The folder holds other drops already.
    """
    rows = control.read()
    knowledge = list(known_rows(opened_knowledge(control.lake)))
    files = _files(rows.sound, knowledge)
    _require_no_others(folder, files)
    originals = read_texts(drops)
    texts = {path: _text(path, file, originals.get(path)) for path, file in files.items()}
    for path, (_, text) in texts.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return ExportOutcome(
        copied=tuple(path for path, (how, _) in texts.items() if how == "copied"),
        changed=tuple(path for path, (how, _) in texts.items() if how == "changed"),
        written=tuple(path for path, (how, _) in texts.items() if how == "written"),
        left_out=tuple(rows.broken),
    )


def _files(rows: Sequence[ControlRow], knowledge: Iterable[KnowledgeRow]) -> dict[str, _File]:
    """What each file declares; a file holds one kind, about one source."""
    sources: dict[str, list[ControlRow]] = {}
    said: dict[tuple[str, _Identity], list[KnowledgeRow]] = {}
    for row in rows:
        path = _sound_path(row.drop) or f"{row.module_name}.yaml"
        sources.setdefault(path, []).append(row)
    for known in knowledge:
        identity = (known.kind, known.source)
        path = _sound_path(known.drop) or f"{known.source}.{known.kind}.yaml"
        said.setdefault((path, identity), []).append(known)
    files = {
        path: _File(
            modules_document(found),
            {(row.key,): row.content_hash for row in found},
        )
        for path, found in sources.items()
    }
    for (path, (kind, source)), knows in said.items():
        file = _File(
            knowledge_document(kind, source, knows), {row.key: row.content_hash for row in knows}
        )
        files[path if path not in files else f"{source}.{kind}.yaml"] = file
    return files


def _sound_path(path: str | None) -> str | None:
    """A path below the folder; another engine may have written anything."""
    if path is None or not has_drop_name(path) or not path.isprintable():
        return None
    parts = PurePosixPath(path).parts
    return None if path.startswith("/") or ".." in parts else path


def _text(path: str, file: _File, original: str | None) -> tuple[str, str]:
    """How a file's text came about, and the text."""
    if original is not None:
        if _declares(path, original, file):
            return "copied", original
        parsed, problems = parse_drop(path, original)
        if not problems and _identity(parsed) == _identity_of(file.document):
            text = rewritten(original, file.document)
            if text is not None and _declares(path, text, file):
                return "changed", text
    text = written(file.document)
    if not _declares(path, text, file):
        raise ConfigurationError(
            "its rows cannot be written as YAML that reads back as the same", where=path
        )
    return "written", text


def _identity(parsed: ParsedDrop) -> _Identity:
    drop = parsed.knowledge
    return (MODULES, "") if drop is None else (drop.kind, drop.source)


def _identity_of(document: Document) -> _Identity:
    return document["kind"], document.get("source", "")


def _declares(path: str, text: str, file: _File) -> bool:
    """Whether a text is read back as exactly what is stored."""
    parsed, problems = parse_drop(path, text)
    if problems or _identity(parsed) != _identity_of(file.document):
        return False
    if parsed.knowledge is None:
        declared = {(source.key,): source.values.content_hash for source in parsed.sources}
        return declared == file.hashes
    rows = parsed.knowledge.rows.items()
    return {key: content_hash(row.values) for key, row in rows} == file.hashes


def _require_no_others(folder: Path, files: Mapping[str, _File]) -> None:
    others = [drop.path for drop in open_folder(folder).listing().found if drop.path not in files]
    if others:
        raise ConfigurationError(
            f"the folder holds other drops, such as {others[0]}, so that it would not ingest back "
            "to the same",
            where=str(folder),
            remedy="Export into an empty folder.",
        )

"""Make the text of a drop say something else, and leave the rest of it as somebody wrote it.

Comments, order, quotes and anchors stay; only what differs is written. Where that cannot be done
(a source behind an alias, a module declared in two places) the text is written anew.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString
from ruamel.yaml.util import load_yaml_guess_indent

from metadata_assets.control.document import ELEMENTS, Document, is_default
from metadata_assets.control.model import CONFIG_COLUMNS
from metadata_assets.control.yaml_scalars import read_scalar
from metadata_assets.control.yaml_tree import parse_yaml

_NEVER_BREAK = 2**31
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*( [A-Za-z0-9_./-]+)*")
"""Text that needs no quotes."""

_FOR_READERS = ("kind", "metadata_version", "description")
"""What a file may hold that no row does."""


def written(document: Document) -> str:
    """A document as new text, defaults left out."""
    tree = _as_yaml({name: _shortened(name, value) for name, value in document.items()})
    return _dumped(tree, indent=2, sequence_indent=4, offset=2)


def rewritten(text: str, document: Document) -> str | None:
    """A text changed to say what a document says; None where that cannot be done within it.

    Args:
        text: A sound drop of the same kind.
        document: What it shall say; the caller must read it back to be sure that it does.
    """
    root = parse_yaml(text).root
    plain = None if root is None else root.plain()
    try:
        _, indent, offset = load_yaml_guess_indent(text)
        tree = _yaml().load(text)
        _amend(tree, plain, document)
    # KeyError: what is behind a merge has no place of its own.
    except (YAMLError, KeyError, _Impossible):
        return None
    offset = 2 if offset is None else offset
    indent = 2 if indent is None else indent
    return _dumped(tree, indent=2, sequence_indent=max(indent, offset + 2), offset=offset)


class _Impossible(Exception):
    """The text has no single place for what is to be written."""


def _amend(tree: Any, plain: Any, wanted: Mapping[str, Any]) -> None:
    """Make a mapping's fields say what is wanted."""
    for name, value in wanted.items():
        if name not in plain:
            if not is_default(name, value):
                tree[name] = _as_yaml(_shortened(name, value))
        elif name in ELEMENTS and _holds_elements(value, plain[name]):
            _amend_elements(tree[name], plain[name], value, ELEMENTS[name])
        elif not _says_the_same(name, plain[name], value):
            if name in CONFIG_COLUMNS and isinstance(plain[name], dict):
                _amend_json(tree[name], plain[name], value)
            else:
                tree[name] = _as_yaml(value)
    for name in plain:
        if name not in wanted and name not in _FOR_READERS:
            del tree[name]


def _amend_elements(tree: Any, plain: Any, wanted: Sequence[Any], name: str) -> None:
    """Make a list hold the wanted elements, those that stay in their places."""
    places = {element[name]: place for place, element in enumerate(plain)}
    if len(places) != len(plain):
        raise _Impossible
    names = [element[name] for element in wanted]
    for element in wanted:
        if element[name] in places:
            place = places[element[name]]
            _amend(tree[place], plain[place], element)
        else:
            tree.append(_as_yaml(_shortened(name, element)))
    for place in sorted(places.values(), reverse=True):
        if plain[place][name] not in names:
            del tree[place]


def _amend_json(tree: Any, plain: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    """Make a mapping hold exactly what is wanted."""
    for name, value in wanted.items():
        if name not in plain or plain[name] != value:
            if isinstance(value, dict) and isinstance(plain.get(name), dict):
                _amend_json(tree[name], plain[name], value)
            else:
                tree[name] = _as_yaml(value)
    for name in plain:
        if name not in wanted:
            del tree[name]


def _holds_elements(*values: Any) -> bool:
    return all(
        isinstance(value, list) and all(isinstance(element, dict) for element in value)
        for value in values
    )


def _says_the_same(name: str, plain: Any, value: Any) -> bool:
    return bool(plain == value) or (is_default(name, plain) and is_default(name, value))


def _shortened(name: str, value: Any) -> Any:
    """A field without what goes without saying."""
    if name in CONFIG_COLUMNS:
        return value
    if isinstance(value, dict):
        return {
            below: _shortened(below, said)
            for below, said in value.items()
            if not is_default(below, said) or below in ("modules", "sources")
        }
    return [_shortened(name, element) for element in value] if isinstance(value, list) else value


def _as_yaml(value: Any) -> Any:
    """A value as ruamel writes it, so that it is read back as the same."""
    if isinstance(value, dict):
        return CommentedMap({_as_text(str(name)): _as_yaml(below) for name, below in value.items()})
    if isinstance(value, (list, tuple)):
        return CommentedSeq([_as_yaml(below) for below in value])
    if not isinstance(value, str):
        return value
    lines = value.split("\n")
    if len(lines) > 1 and lines[0] and all(_is_simple(line) for line in lines):
        return LiteralScalarString(value)
    return _as_text(value)


def _as_text(value: str) -> str:
    # Whatever YAML could take for something else is quoted.
    is_plain = _PLAIN.fullmatch(value) and read_scalar(value, None, is_plain=True)[0] == value
    return value if is_plain else DoubleQuotedScalarString(value)


def _is_simple(line: str) -> bool:
    return line.isprintable() and line == line.strip()


def _yaml() -> YAML:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = _NEVER_BREAK
    return yaml


def _dumped(tree: Any, *, indent: int, sequence_indent: int, offset: int) -> str:
    yaml = _yaml()
    yaml.indent(mapping=indent, sequence=sequence_indent, offset=offset)
    stream = io.StringIO()
    yaml.dump(tree, stream)
    return stream.getvalue()

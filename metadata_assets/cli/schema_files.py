"""`metadata-assets schema-files`: JSON Schemas for whoever writes drops."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from metadata_assets.cli.app import app, out
from metadata_assets.control.json_schema import json_schemas
from metadata_assets.settings import Settings


@app.command("schema-files")
def schema_files(
    folder: Annotated[
        Path | None, typer.Argument(help="Where to; `drop-schemas` in the home by default.")
    ] = None,
) -> None:
    """Write the JSON Schema of each kind of drop, for completion and checks in an editor.

    Begin a drop with the line that this command prints, and editors with the YAML language server
    know its keys.
    """
    target = folder or Settings().home_path / "drop-schemas"
    target.mkdir(parents=True, exist_ok=True)
    for kind, schema in json_schemas().items():
        path = target / f"{kind}.schema.json"
        text = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        path.write_text(text, encoding="utf-8")
        out.print(
            f"# yaml-language-server: $schema={escape(str(path.absolute()))}",
            soft_wrap=True,
            highlight=False,
        )

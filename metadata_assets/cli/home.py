"""`metadata-assets init`: a home to start from."""

from __future__ import annotations

from importlib import resources

from rich.markup import escape

from metadata_assets.cli.app import app, out
from metadata_assets.control.model import ETL_CONTROL
from metadata_assets.lake import Lake
from metadata_assets.ledger.store import Ledger
from metadata_assets.settings import Settings

_EXAMPLE = "sources.yaml.example"


@app.command()
def init() -> None:
    """Create the home: a drops folder with an example, an empty lake and a ledger.

    Safe to run again: what is there stays.
    """
    settings = Settings()
    settings.drops_path.mkdir(parents=True, exist_ok=True)
    example = settings.drops_path / _EXAMPLE
    if not example.exists():
        text = resources.files("metadata_assets.demo").joinpath("drops", "demo.yaml")
        example.write_text(text.read_text(encoding="utf-8"), encoding="utf-8")
    with Ledger.open(settings.ledger_url):
        pass
    Lake(settings.lake_uri).table(ETL_CONTROL)
    out.print(f"The home is {escape(str(settings.home_path))}. Next:", soft_wrap=True)
    out.print(
        f"  1. Declare your databases in {escape(str(settings.drops_location))}/sources.yaml; "
        f"{escape(str(example))} shows how.\n"
        "  2. metadata-assets sources check\n"
        "  3. metadata-assets sync\n"
        "  4. dagster dev",
        soft_wrap=True,
    )

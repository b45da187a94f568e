"""The program `metadata-assets`, which is also `python -m metadata_assets`."""

from __future__ import annotations

from metadata_assets.collecting import collect_rarely

# In each worker process too: that imports this module before any other.
collect_rarely()


def main() -> None:
    """Run the command line."""
    # Not above: workers need none of the commands.
    from metadata_assets.cli import app

    app()


if __name__ == "__main__":
    main()

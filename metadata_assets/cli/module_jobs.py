"""`metadata-assets modules render` and `deploy`: a module as a job of another scheduler."""

from __future__ import annotations

from datetime import datetime, timezone
from enum import Enum
from typing import Annotated

import typer
from rich.markup import escape

from metadata_assets.cli.app import out
from metadata_assets.cli.modules import Json, Name, modules_app, planned_module
from metadata_assets.cli.show import print_json
from metadata_assets.errors import ConfigurationError
from metadata_assets.lake import Lake
from metadata_assets.modules.databricks.render import RenderedJob, render_job
from metadata_assets.settings import Settings


class Target(str, Enum):
    """What jobs can be rendered for."""

    DATABRICKS = "databricks"


@modules_app.command("render")
def render(
    name: Name,
    target: Annotated[Target, typer.Option(help="The scheduler.")] = Target.DATABRICKS,  # noqa: ARG001 - the one there is
) -> None:
    """Print the job that `deploy` would make of a module, as JSON; needs no workspace."""
    _print(render_job(planned_module(name)))


@modules_app.command("deploy")
def deploy(
    name: Name,
    only_render: Annotated[
        bool, typer.Option("--render", help="Print the job instead; needs no workspace.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Create the Databricks job of a module, or update it in place.

    The workspace and how to log in come from the environment, as for Databricks' own tools:
    DATABRICKS_HOST and DATABRICKS_TOKEN, or a profile. The job keeps its id, schedule, permissions
    and run history; one that was deleted is made anew.
    """
    rendered = render_job(planned_module(name))
    if only_render:
        _print(rendered)
        return
    try:
        from metadata_assets.modules.databricks.deploy import deploy_job, opened_workspace
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            "databricks-sdk is not installed",
            where="databricks",
            remedy="pip install 'metadata-assets[databricks]'",
        ) from error
    lake = Lake(Settings().lake_uri)
    done = deploy_job(rendered, opened_workspace(), lake, now=datetime.now(timezone.utc))
    if as_json:
        print_json({name: getattr(done, name) for name in done.__dataclass_fields__})
        return
    removed = f"; removed: {', '.join(done.removed)}" if done.removed else ""
    text = f"{done.action} job {done.job_id} of module {done.module} in {done.workspace}{removed}"
    out.print(escape(text), soft_wrap=True, highlight=False)


def _print(rendered: RenderedJob) -> None:
    print_json(rendered.document())

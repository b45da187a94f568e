"""`module_runs`: the tasks of each module, in their order."""

import dagster as dg

from metadata_assets.control.tasks import DEFAULT_MODULE_SECONDS
from metadata_assets.defs.assets.control import control_table
from metadata_assets.defs.automation import OWNERS
from metadata_assets.defs.describe.modules import describe_module
from metadata_assets.defs.module_tasks import all_runners
from metadata_assets.defs.partitions import modules
from metadata_assets.defs.resources import HomeResource
from metadata_assets.defs.stage import stage
from metadata_assets.modules.alone import only_run
from metadata_assets.modules.attempts import Recorder
from metadata_assets.modules.limit import Limit
from metadata_assets.modules.plan import plan_module
from metadata_assets.modules.run import run_module, statistics_of


class ModuleRunConfig(dg.Config):
    """How to run; the defaults are what the UI uses."""

    timeout_seconds: float = float(DEFAULT_MODULE_SECONDS)


# No retry policy: what may be tried again, each task says.
@dg.asset(
    partitions_def=modules,
    deps=[control_table],
    group_name="control",
    kinds={"sql", "python"},
    owners=OWNERS,
    code_version="1",
)
def module_runs(
    context: dg.AssetExecutionContext, config: ModuleRunConfig, home: HomeResource
) -> dg.MaterializeResult[None]:
    """A run of a module: its active tasks in `execution_order`, equal orders side by side.

    A task that fails stops what comes after it. One run of a module at a time: a second one at once
    is refused.
    """
    with (
        stage(context, home) as current,
        only_run(current.run.run, home.settings.locks_path, current.ledger),
    ):
        rows = home.control.read()
        done = run_module(
            plan_module(current.source, rows.sound, rows.broken),
            all_runners(home.settings, context.instance, current.ledger),
            Recorder(current.ledger, context.run.run_id),
            Limit.of(config.timeout_seconds),
            on_task=lambda outcome: context.log.info(str(outcome)),
        )
        current.run.statistics = statistics_of(done)
        done.require_success()
    return describe_module(done, home.control.job_ids().get(done.module))

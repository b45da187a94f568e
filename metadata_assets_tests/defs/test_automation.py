import dagster as dg
import pytest

from metadata_assets.defs.automation import on_new_version

sources = dg.DynamicPartitionsDefinition(name="test_sources")


class Pipeline:
    """One asset that follows another, whose data version and blocking check a test sets."""

    def __init__(self, instance: dg.DagsterInstance) -> None:
        self.instance = instance
        self.version: dict[str, str] = {}
        self.sound: dict[str, bool] = {}
        self.cursor = None
        instance.add_dynamic_partitions("test_sources", ["a", "b"])

        @dg.asset(partitions_def=sources)
        def extract(context: dg.AssetExecutionContext):  # type: ignore[no-untyped-def]
            version = dg.DataVersion(self.version[context.partition_key])
            return dg.MaterializeResult(data_version=version)

        @dg.asset_check(asset=extract, partitions_def=sources, blocking=True)
        def is_sound(context: dg.AssetCheckExecutionContext):  # type: ignore[no-untyped-def]
            return dg.AssetCheckResult(passed=self.sound.get(context.partition_key, True))

        @dg.asset(partitions_def=sources, deps=[extract], automation_condition=on_new_version)
        def follow() -> None: ...

        self.extract_asset, self.follow_asset = extract, follow
        self.defs = dg.Definitions(assets=[extract, follow], asset_checks=[is_sound])

    def extract(self, partition: str, version: str, *, sound: bool = True) -> None:
        self.version[partition], self.sound[partition] = version, sound
        self._run("extract", partition)

    def _run(self, asset: str, partition: str) -> None:
        selection = dg.AssetSelection.assets(asset)
        job = dg.define_asset_job(f"run_{asset}", selection=selection)
        definitions = dg.Definitions(
            assets=self.defs.assets, asset_checks=self.defs.asset_checks, jobs=[job]
        )
        definitions.resolve_job_def(f"run_{asset}").execute_in_process(
            instance=self.instance, partition_key=partition, raise_on_error=False
        )

    def requested(self) -> set[str]:
        """Evaluate once, and run what was requested."""
        result = dg.evaluate_automation_conditions(
            defs=self.defs, instance=self.instance, cursor=self.cursor
        )
        self.cursor = result.cursor
        keys = result.get_requested_partitions(dg.AssetKey("follow"))
        partitions = {key for key in keys if key is not None}
        for partition in partitions:
            self._run("follow", partition)
        return partitions


@pytest.fixture
def pipeline() -> Pipeline:
    return Pipeline(dg.DagsterInstance.ephemeral())


def test_each_new_version_of_a_partition_is_followed_once(pipeline: Pipeline) -> None:
    pipeline.requested()
    pipeline.extract("a", "1")
    assert pipeline.requested() == {"a"}
    assert pipeline.requested() == set()
    pipeline.extract("a", "2")
    assert pipeline.requested() == {"a"}


def test_extracting_the_same_version_again_is_not_followed(pipeline: Pipeline) -> None:
    pipeline.extract("a", "1")
    pipeline.requested()
    pipeline.extract("a", "1")
    assert pipeline.requested() == set()


def test_a_failed_blocking_check_holds_its_own_partition_back(pipeline: Pipeline) -> None:
    pipeline.requested()
    pipeline.extract("a", "1", sound=False)
    pipeline.extract("b", "1")
    assert pipeline.requested() == {"b"}
    pipeline.extract("a", "2")
    assert pipeline.requested() == {"a"}

"""The Dagster shell: assets, checks, sensors, schedules and resources over the pure core."""

from __future__ import annotations

import warnings

import dagster as dg

# Partitioned checks are the reason a pass of one source does not release another.
warnings.filterwarnings(
    "ignore", message="Specifying a partitions_def on an AssetCheckSpec", category=dg.PreviewWarning
)

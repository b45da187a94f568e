"""What a stage tells of its result in the Dagster UI: counts, summaries, the results of checks."""

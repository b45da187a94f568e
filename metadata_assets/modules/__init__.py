"""Run the tasks of a module in their order, here or as a Databricks job.

What a task may say is in `control.tasks`; how Dagster is told of it, in `defs`.
"""

"""A module as a Databricks job: rendered without a workspace, deployed to one in place."""

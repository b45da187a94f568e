"""Warehouses that are read by their information schema: Snowflake, BigQuery and Databricks."""

"""Keep the metadata that text-to-SQL assistants live on true.

The packages below are a pure core; the Dagster shell over it is in `metadata_assets.defs`.
"""

"""From one version to another as a script of SQL: what to run, in which order, and what by hand."""

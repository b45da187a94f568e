"""The ledger: positions, runs, registered schema versions, errors and dead letters in SQL.

Knows nothing of catalogs or lakes; usable on its own. `store.Ledger` is the way in,
`recording.recorded_run` the way to put a piece of work on record.
"""

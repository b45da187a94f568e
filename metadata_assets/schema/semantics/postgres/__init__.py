"""PostgreSQL's rules for queries, where no server is at hand.

The grammar is PostgreSQL's own (libpg_query, through postgast); names, types, operators and
functions are resolved by the rules of its manual (chapter "Type Conversion") on its own system
catalog, a copy of which is in `catalog/`. One subject a file:

`judge` answers; `statement` and `select` analyse a statement, clause by clause; `sources` what is
in FROM; `namespace` what names mean; `expressions` values; `calls` functions; `operators`;
`coercion` which type fits which; `grouping` what may stand beside an aggregate.
"""

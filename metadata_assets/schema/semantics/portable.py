"""The judge where no engine is at hand: sqlglot's parser, and the names of the schema."""

from __future__ import annotations

from sqlglot import exp, parse
from sqlglot.errors import OptimizeError, ParseError, SqlglotError

from metadata_assets.schema.semantics import problems as codes
from metadata_assets.schema.semantics.names import name_problems
from metadata_assets.schema.semantics.problems import Problem, problem_at
from metadata_assets.schema.semantics.rules import rule_problems
from metadata_assets.schema.semantics.verdict import Verdict
from metadata_assets.schema.tables import TableIndex


class PortableJudge:
    """Judges syntax, names and rules that hold everywhere; an engine itself might refuse more."""

    def __init__(self, index: TableIndex) -> None:
        """Judge queries on the tables of an index."""
        self._index = index

    def judge(self, sql: str) -> Verdict:
        """Say what is wrong with a query, as far as this can be told without its engine."""
        try:
            trees = [tree for tree in parse(sql, read=self._index.spoken) if tree is not None]
        except SqlglotError as error:
            return Verdict((syntax_problem(sql, error),))
        if len(trees) != 1:
            found = f"expected one statement, found {len(trees)}"
            return Verdict((problem_at(sql, 0, codes.STATEMENT, found),))
        if isinstance(trees[0], exp.Command):
            return Verdict((problem_at(sql, 0, codes.SYNTAX, "this is no query"),))
        _read_words(trees[0])
        wrong = rule_problems(sql, trees[0], self._index)
        try:
            wrong += name_problems(sql, trees[0], self._index)
        except OptimizeError as error:
            # Two sources of one name.
            wrong.append(problem_at(sql, 0, codes.AMBIGUOUS_COLUMN, str(error)))
        return Verdict(tuple(sorted(set(wrong))), tree=trees[0])


def _read_words(tree: exp.Expr) -> None:
    """Take names of partitions, DEFAULT and the kind of a format for what they are.

    sqlglot takes them for columns.
    """
    for partition in tree.find_all(exp.Partition):
        named = [
            each.this if isinstance(each, exp.Column) else each for each in partition.expressions
        ]
        partition.set("expressions", named)
    for call in tree.find_all(exp.Anonymous):
        kind = call.expressions[0] if call.expressions else None
        if call.name.upper() == "GET_FORMAT" and isinstance(kind, exp.Column):
            kind.replace(exp.Var(this=kind.name))
    for assignment in tree.expressions if isinstance(tree, exp.Update) else ():
        value = assignment.args.get("expression")
        if isinstance(value, exp.Column) and value.sql().upper() == "DEFAULT":
            assignment.set("expression", exp.Var(this="DEFAULT"))


def syntax_problem(sql: str, error: SqlglotError) -> Problem:
    """What sqlglot's parser stumbled over."""
    if isinstance(error, ParseError) and error.errors:
        first = error.errors[0]
        # sqlglot counts the column to the end of what it stumbled over.
        width = len(first.get("highlight") or "")
        return Problem(
            line=first.get("line") or 1,
            column=max((first.get("col") or 1) - width + 1, 1),
            code=codes.SYNTAX,
            message=str(first["description"]).rstrip("."),
        )
    return problem_at(sql, 0, codes.SYNTAX, str(error).partition("\n")[0])

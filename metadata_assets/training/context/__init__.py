"""Finding what of a schema a question is about: terms, the index over them, ranks, the choice."""

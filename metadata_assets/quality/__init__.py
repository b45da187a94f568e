"""How good is what people say of a source: descriptions, golden queries, glossary, privacy."""

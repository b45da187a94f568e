"""What changed between two versions of a catalog: facts, their gravity, and how they read."""

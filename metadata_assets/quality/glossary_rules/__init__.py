"""The rules of the glossary: one function a rule, each tells what it finds and nothing else."""

"""The software-defined assets, one room of the core a file."""

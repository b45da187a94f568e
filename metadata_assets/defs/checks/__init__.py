"""The asset checks, named for what they prove."""

"""The embedded demo: its databases, its drop, its second release."""

"""The Model Context Protocol: the records and the catalog for an assistant, as tools.

A shell like `cli`: it computes nothing, and nothing imports it.
"""

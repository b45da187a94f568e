"""The control plane: which sources there are, declared in YAML drops or in the table itself.

The control table is the truth; YAML is one way in, merged three ways so that no edit is lost.
"""

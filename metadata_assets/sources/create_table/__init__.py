"""What the text of a CREATE statement says that no catalog table tells."""

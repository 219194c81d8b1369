"""The REST surface of what, where, for whom and how much."""

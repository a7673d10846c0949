"""Directories that others publish, read into initiatives: bytes in, initiatives and a report out; never raises."""

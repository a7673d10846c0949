"""Judges the service by what was seen at its edges, and reads its database only for named end states, in plain SQL.

It calls nothing of ``flows/`` and nothing of the service: what is wrong there must not be wrong here as well.
"""

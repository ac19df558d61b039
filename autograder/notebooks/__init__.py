"""Notebooks: the ones built from a day, and the ones learners hand in."""

"""Grading: one submission or many to results, on this machine or a cluster, and the results kept."""

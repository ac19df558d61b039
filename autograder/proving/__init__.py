"""Proofs of days: right answers pass, wrong ones fail, the whole notebook runs, on any backend."""

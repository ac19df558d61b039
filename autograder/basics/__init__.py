"""Small helpers that know nothing of days."""

"""Deep Days' grading side: reading days, building notebooks, examining, diagnosing, the gradebook."""

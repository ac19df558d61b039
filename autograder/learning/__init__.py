"""A learner's days: the notebooks they work in, how far they are, hints in tiers."""

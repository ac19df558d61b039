"""What can be found wrong with a day by reading it, rule by rule, without running anything."""

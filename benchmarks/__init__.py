"""Timing: what grading costs here and with `nbgrader autograde`, on the same submissions in the same run."""

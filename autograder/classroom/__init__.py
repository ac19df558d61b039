"""A class: collecting what was handed in, the gradebook, autograded notebooks, feedback."""

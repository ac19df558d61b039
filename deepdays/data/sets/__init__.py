"""The sets: a module each, found by its name. See `deepdays.data`."""

"""What earlier days built, for the days that go on from there: `from deepdays.earlier import day_034`.

Each module is written by `deepdays build` from a day's reference answers, for those days that a later one names under
`needs_code`. While a learner's code is graded these files cannot be seen; it is handed the modules that its day needs.
"""

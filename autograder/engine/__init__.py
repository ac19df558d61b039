"""Running learners' code apart from the tests: the wire, the sandbox, the zygote, examinee and examiner."""

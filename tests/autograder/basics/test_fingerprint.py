"""The fingerprint of the project's own code."""

import os

from autograder.basics.fingerprint import own_code


def test_it_follows_every_module(monkeypatch, tmp_path):
    import deepdays

    package = tmp_path / "deepdays"
    package.mkdir()
    first = package / "__init__.py"
    first.write_text("")
    monkeypatch.setattr(deepdays, "__path__", [str(package)])
    before = own_code()
    first.write_text("x = 1")
    changed = own_code()
    (package / "new.py").write_text("")
    assert len({before, changed, own_code()}) == 3
    (package / "new.py").unlink()
    os.utime(first, (0, 0))
    assert own_code() == changed
    first.write_text("")
    assert own_code() == before

import os
import sys

import pytest

import deepdays as dd


def test_holds_back_what_python_and_compiled_code_write(capfd):
    with dd.quiet():
        print("from Python", file=sys.stderr, flush=True)
        os.write(2, b"from compiled code\n")
    print("after", file=sys.stderr, flush=True)
    assert capfd.readouterr().err == "after\n"


def test_shows_what_it_held_if_the_block_fails(capfd):
    with pytest.raises(ImportError), dd.quiet():
        os.write(2, b"no such library\n")
        raise ImportError
    assert "no such library" in capfd.readouterr().err

"""The package itself: light to import, and what it offers."""

import subprocess
import sys

import pytest

import deepdays as dd


def test_importing_it_imports_no_library():
    code = (
        "import sys, deepdays\n"
        "heavy = {'numpy', 'tensorflow', 'keras', 'jax', 'torch', 'matplotlib', 'pandas', 'sklearn', 'scipy'}\n"
        "print(*heavy & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_what_it_offers_comes_on_demand():
    assert dd.check.close.__name__ == "close"
    assert callable(dd.plot.style)
    assert isinstance(dd.device(), str)
    assert dd.seed(0) is None
    assert {"check", "data", "device", "mine", "plot", "quiet", "seed", "zoo"} <= set(dir(dd))


def test_another_name_is_refused_with_what_there_is():
    with pytest.raises(AttributeError, match=r"no .chek.; it offers ask, check, data, device, hint, mine, plot, .*zoo"):
        dd.chek  # noqa: B018
    assert not hasattr(dd, "chek")

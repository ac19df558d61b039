"""Names resolve on demand, and nothing is imported before."""

import subprocess
import sys

import pytest

import deepdays as dd
from deepdays import data
from deepdays.data.errors import UnknownName


def test_importing_the_package_imports_no_set_and_no_numpy():
    code = (
        "import sys, deepdays.data, deepdays.data.errors; "
        "heavy = {'numpy', 'pandas', 'sklearn', 'scipy'} & set(sys.modules); "
        "sets = [m for m in sys.modules if m.startswith('deepdays.data.sets')]; "
        "sys.exit(f'{heavy} {sets}' if heavy or sets else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_name_resolves_to_a_function_of_that_name():
    for name in data.available():
        found = getattr(dd.data, name)
        assert callable(found)
        assert found.__name__ == name
        assert getattr(dd.data, name) is found


def test_a_set_is_still_itself_after_its_module_was_imported_directly():
    import deepdays.data.sets.housing

    assert callable(dd.data.housing)
    assert deepdays.data.sets.housing.housing is dd.data.housing


def test_a_group_gives_its_module():
    assert dd.data.toy.moons is dd.data.moons
    assert dd.data.tables.iris is dd.data.iris
    assert "toy" not in data.available()


def test_an_unknown_name_tells_the_nearest():
    with pytest.raises(UnknownName, match=r"No data set is called 'housin'. Did you mean 'housing'?"):
        _ = dd.data.housin
    with pytest.raises(dd.data.DataError, match=r"There are: .*iris.*wine"):
        _ = dd.data.qqqqqq
    assert not hasattr(dd.data, "nothing_like_it")
    with pytest.raises(ImportError):
        from deepdays.data import nothing_like_it  # noqa: F401


def test_private_and_special_names_are_plain_attribute_errors():
    with pytest.raises(AttributeError, match=r"no attribute '_secret'"):
        _ = dd.data._secret


def test_dir_lists_the_sets():
    assert {"housing", "iris", "moons", "DataError", "at_hand"} <= set(dir(dd.data))


def test_at_hand_needs_every_file_of_the_full_form(cache_folder):
    assert not dd.data.at_hand("iris")
    assert not dd.data.at_hand("imdb")
    public = cache_folder / "public"
    public.mkdir(parents=True)
    (public / "imdb.npz").write_bytes(b"")
    assert not dd.data.at_hand("imdb")
    (public / "imdb_word_index.json").write_bytes(b"")
    assert dd.data.at_hand("imdb")
    with pytest.raises(UnknownName, match=r"Did you mean 'imdb'"):
        dd.data.at_hand("imbd")

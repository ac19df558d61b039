"""Files are whole or absent, checked when read, and safe with several processes at once."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest

from deepdays.data import cache
from deepdays.data.errors import CorruptFile, DataError


def leftovers(folder):
    return [path.name for path in folder.rglob("*") if path.is_file()]


def test_the_folder_is_the_environment_s_or_the_platform_s(monkeypatch, tmp_path):
    assert cache.folder() == tmp_path / "cache"
    monkeypatch.delenv("DEEPDAYS_CACHE")
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache.folder() == tmp_path / "xdg" / "deepdays"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache.folder() == Path(os.path.expanduser("~")) / ".cache" / "deepdays"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert cache.folder().parts[-3:] == ("Library", "Caches", "deepdays")
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    assert cache.folder() == tmp_path / "local" / "deepdays" / "Cache"


def test_arrays_come_back_as_they_were(cache_folder):
    arrays = {"x": np.arange(6.0).reshape(2, 3), "y": np.array(["a", "bc"]), "empty": np.zeros((0, 4), "uint8")}
    cache.save_arrays(cache_folder / "a" / "b", arrays)
    found = cache.load_arrays(cache_folder / "a" / "b")
    assert list(found) == list(arrays)
    for name, array in arrays.items():
        assert found[name].dtype == array.dtype
        assert np.array_equal(found[name], array)
    assert leftovers(cache_folder) == ["b"]


def test_python_objects_are_not_kept(cache_folder):
    with pytest.raises(TypeError, match=r"x holds Python objects"):
        cache.save_arrays(cache_folder / "f", {"x": np.array([[1], [1, 2]], dtype=object)})
    assert leftovers(cache_folder) == []


def test_made_once_for_each_name_version_and_key(cache_folder):
    made = []

    def make():
        made.append(1)
        return {"x": np.full(3, len(made))}

    assert [cache.cached("letters", 1, "n3", make)["x"][0] for _ in range(3)] == [1, 1, 1]
    assert cache.cached("letters", 2, "n3", make)["x"][0] == 2
    assert cache.cached("letters", 1, "n4", make)["x"][0] == 3
    assert cache.cached("words", 1, "n3", make)["x"][0] == 4
    assert len(leftovers(cache_folder)) == 4


@pytest.mark.parametrize("damage", ["truncate", "flip", "empty", "header", "foreign"])
def test_a_damaged_file_is_named_and_never_used(cache_folder, damage):
    cache.cached("letters", 1, "n3", lambda: {"x": np.arange(100)})
    path = next(cache_folder.rglob("*.arrays"))
    data = bytearray(path.read_bytes())
    if damage == "flip":
        data[len(data) // 2] ^= 1
    if damage == "header":
        data[20] ^= 1
    changed = {"truncate": data[:-10], "empty": b"", "foreign": b"PK\x03\x04 something else"}.get(damage, data)
    path.write_bytes(changed)
    with pytest.raises(CorruptFile) as caught:
        cache.cached("letters", 1, "n3", lambda: {"x": np.arange(100)})
    assert str(path) in str(caught.value)
    assert "Delete it" in str(caught.value)
    path.unlink()
    assert len(cache.cached("letters", 1, "n3", lambda: {"x": np.arange(100)})["x"]) == 100


def test_an_error_while_writing_leaves_nothing(cache_folder):
    with pytest.raises(RuntimeError, match=r"half way"), cache.writing(cache_folder / "f") as file:
        file.write(b"half")
        raise RuntimeError("half way")
    assert leftovers(cache_folder) == []


def test_an_error_while_writing_keeps_the_old_file(cache_folder):
    with cache.writing(cache_folder / "f") as file:
        file.write(b"old")
    with pytest.raises(RuntimeError, match=r"half way"), cache.writing(cache_folder / "f") as file:
        file.write(b"new")
        raise RuntimeError("half way")
    assert (cache_folder / "f").read_bytes() == b"old"
    assert leftovers(cache_folder) == ["f"]


def test_a_disk_that_takes_no_more_leaves_nothing(cache_folder):
    pytest.importorskip("resource")
    code = (
        "import resource, signal, sys, pathlib, numpy as np\n"
        "from deepdays.data import cache\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))\n"
        "made = cache.cached('big', 1, 'all', lambda: {'x': np.zeros(100_000)})\n"
        "assert made['x'].shape == (100_000,)\n"
        "try:\n"
        "    cache.save_arrays(pathlib.Path(sys.argv[1]) / 'big', made)\n"
        "except cache.DataError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(cache_folder)], capture_output=True, text=True, check=True)
    assert "cannot be used: File too large. Set DEEPDAYS_CACHE" in done.stdout
    assert leftovers(cache_folder) == []


def test_a_folder_without_permission(monkeypatch):
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    with tempfile.TemporaryDirectory() as top:
        locked = Path(top) / "locked"
        locked.mkdir()
        Path(top).chmod(0o755)
        locked.chmod(0o555)
        monkeypatch.setenv("DEEPDAYS_CACHE", str(locked / "cache"))
        if root:
            os.seteuid(65534)  # root may write anywhere; nobody may not
        try:
            with pytest.raises(DataError, match=r"There is no permission for .*locked.*DEEPDAYS_CACHE"):
                cache.save_arrays(cache.folder() / "f", {"x": np.zeros(1)})
            assert cache.cached("letters", 1, "n", lambda: {"x": np.ones(2)})["x"].sum() == 2
        finally:
            if root:
                os.seteuid(0)
        assert leftovers(locked) == []


def test_a_file_where_the_folder_should_be(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("DEEPDAYS_CACHE", str(tmp_path / "file"))
    with pytest.raises(DataError, match=r"cannot be used: .*DEEPDAYS_CACHE"):
        cache.save_arrays(cache.folder() / "f", {"x": np.zeros(1)})
    assert cache.cached("letters", 1, "n", lambda: {"x": np.ones(2)})["x"].sum() == 2


def test_several_processes_at_once_see_whole_files_only(cache_folder):
    code = (
        "import numpy as np\n"
        "from deepdays.data import cache\n"
        "for turn in range(40):\n"
        "    make = lambda: {'x': np.full(20_000, turn)}\n"
        "    assert (cache.cached('race', 1, str(turn), make)['x'] == turn).all()\n"
        "    cache.save_arrays(cache.folder() / 'same', make())\n"
        "    found = cache.load_arrays(cache.folder() / 'same')['x']\n"
        "    assert found.shape == (20_000,) and (found == found[0]).all()\n"
    )
    racers = [subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True) for _ in range(4)]
    errors = [racer.communicate(timeout=60)[1] for racer in racers]
    assert [racer.returncode for racer in racers] == [0, 0, 0, 0], errors
    assert not [name for name in leftovers(cache_folder) if name.startswith(".")]
    assert len(leftovers(cache_folder)) == 41

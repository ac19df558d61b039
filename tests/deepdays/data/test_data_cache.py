"""Files are whole or absent, and safe with several processes at once."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import platformdirs
import pytest

from deepdays.data import cache
from deepdays.data.errors import DataError


def leftovers(folder):
    return [path.name for path in folder.rglob("*") if path.is_file()]


def test_the_folder_is_the_environment_s_or_the_platform_s(monkeypatch, tmp_path):
    assert cache.folder() == tmp_path / "cache"
    monkeypatch.setenv("DEEPDAYS_CACHE", "~/elsewhere")
    assert cache.folder() == tmp_path / "home" / "elsewhere"
    monkeypatch.delenv("DEEPDAYS_CACHE")
    assert cache.folder() == Path(platformdirs.user_cache_dir("deepdays", appauthor=False))
    assert cache.folder().is_relative_to(tmp_path / "home")


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
        "import resource, signal, sys, pathlib\n"
        "from deepdays.data import cache\n"
        "from deepdays.data.errors import DataError\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))\n"
        "try:\n"
        "    with cache.writing(pathlib.Path(sys.argv[1]) / 'big') as file:\n"
        "        file.write(bytes(100_000))\n"
        "except DataError as error:\n"
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
            with (
                pytest.raises(DataError, match=r"There is no permission for .*locked.*DEEPDAYS_CACHE"),
                cache.writing(cache.folder() / "f"),
            ):
                pass
        finally:
            if root:
                os.seteuid(0)
        assert leftovers(locked) == []


def test_a_file_where_the_folder_should_be(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("DEEPDAYS_CACHE", str(tmp_path / "file"))
    with pytest.raises(DataError, match=r"cannot be used: .*DEEPDAYS_CACHE"), cache.writing(cache.folder() / "f"):
        pass


def test_several_processes_at_once_see_whole_files_only(cache_folder):
    code = (
        "from deepdays.data import cache\n"
        "path = cache.folder() / 'same'\n"
        "for turn in range(40):\n"
        "    with cache.writing(path) as file:\n"
        "        file.write(bytes([turn]) * 200_000)\n"
        "    found = path.read_bytes()\n"
        "    assert found == found[:1] * 200_000\n"
    )
    racers = [subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True) for _ in range(4)]
    errors = [racer.communicate(timeout=60)[1] for racer in racers]
    assert [racer.returncode for racer in racers] == [0, 0, 0, 0], errors
    assert leftovers(cache_folder) == ["same"]

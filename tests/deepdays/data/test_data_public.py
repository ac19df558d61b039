"""Public files: found where their usual loaders keep them, fetched once, checked, and never waited for in vain."""

import hashlib
import http.server
import os
import threading

import pytest

from deepdays.data import public
from deepdays.data.errors import CorruptFile, DataError, UnknownName

BODY = b"some public bytes\n" * 1000
SHA256 = hashlib.sha256(BODY).hexdigest()
MD5 = "md5:" + hashlib.md5(BODY).hexdigest()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        if self.path == "/silent":
            self.server.released.wait(10)
            return
        if self.path == "/absent":
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY[:-100] if self.path == "/cut" else BODY)

    def log_message(self, *_):
        pass


@pytest.fixture
def server(monkeypatch):
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.asked, server.released = [], threading.Event()
    server.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.released.set()
    server.shutdown()
    server.server_close()
    thread.join()


def kept(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("digest", [SHA256, MD5])
def test_a_file_is_fetched_once_and_kept(server, cache_folder, digest):
    file = public.PublicFile("sub/f.bin", digest, server.url + "/good")
    assert file.find() is None
    path = file.get()
    assert path == cache_folder / "public" / "sub" / "f.bin"
    assert path.read_bytes() == BODY
    assert file.get() == path
    assert server.asked == ["/good"]
    assert kept(cache_folder) == [path]


def test_other_bytes_than_expected_are_not_kept(server, cache_folder):
    file = public.PublicFile("f.bin", "0" * 64, server.url + "/good")
    with pytest.raises(DataError, match=r"gave other bytes than expected, so they were not kept. Put f.bin into"):
        file.get()
    assert kept(cache_folder) == []


def test_a_download_cut_short_is_not_kept(server, cache_folder):
    with pytest.raises(DataError, match=r"not kept|broke off"):
        public.PublicFile("f.bin", SHA256, server.url + "/cut").get()
    assert kept(cache_folder) == []


def test_a_page_that_is_gone(server, cache_folder):
    with pytest.raises(DataError, match=r"/absent answered 404 Not Found. Put f.bin into"):
        public.PublicFile("f.bin", SHA256, server.url + "/absent").get()
    assert kept(cache_folder) == []


def test_a_server_that_never_answers_is_given_up(server, cache_folder, monkeypatch):
    monkeypatch.setattr(public, "TIMEOUT", 0.2)
    with pytest.raises(DataError, match=r"127.0.0.1 cannot be reached: .*timed out"):
        public.PublicFile("f.bin", SHA256, server.url + "/silent").get()
    assert kept(cache_folder) == []


def test_no_such_host(server, cache_folder):
    with pytest.raises(DataError, match=r"deepdays.invalid cannot be reached: there seems to be no network. Put f.bin"):
        public.PublicFile("f.bin", SHA256, "https://deepdays.invalid/f.bin").get()
    assert kept(cache_folder) == []


def test_a_name_look_up_that_hangs_is_given_up(server, monkeypatch):
    forever = threading.Event()
    monkeypatch.setattr(public, "TIMEOUT", 0.1)
    monkeypatch.setattr(public, "_addresses", lambda host: forever.wait(10) and [])
    with pytest.raises(DataError, match=r"there seems to be no network"):
        public.PublicFile("f.bin", SHA256, "https://deepdays.invalid/f.bin").get()
    forever.set()


def test_a_closed_port(server, cache_folder):
    url = server.url
    server.shutdown()
    server.server_close()
    with pytest.raises(DataError, match=r"127.0.0.1 cannot be reached: .*efused"):
        public.PublicFile("f.bin", SHA256, url + "/good").get()


def test_a_file_without_an_address_has_to_be_brought():
    with pytest.raises(DataError, match=r"f.bin is not on this machine and has no public address. Put f.bin into"):
        public.PublicFile("f.bin", SHA256).get()


def test_a_damaged_file_is_named_and_not_fetched_over(server, cache_folder):
    path = cache_folder / "public" / "f.bin"
    path.parent.mkdir(parents=True)
    path.write_bytes(BODY[:-1])
    with pytest.raises(CorruptFile, match=r"f.bin is damaged: the sha256 of its 17,999 bytes is .* Delete it and call"):
        public.PublicFile("f.bin", SHA256, server.url + "/good").get()
    assert server.asked == []


@pytest.mark.parametrize("moved", [False, True])
def test_keras_s_copy_is_used(tmp_path, monkeypatch, moved):
    home = tmp_path / "home" / ".keras"
    if moved:
        home = tmp_path / "moved"
        monkeypatch.setenv("KERAS_HOME", str(home))
    path = home / "datasets" / "f.bin"
    path.parent.mkdir(parents=True)
    path.write_bytes(BODY)
    file = public.PublicFile("f.bin", SHA256, elsewhere=("datasets/f.bin",))
    assert file.get() == path
    assert public.wants_full("auto", file)


def test_source_decides(server, cache_folder):
    file = public.PublicFile("f.bin", SHA256, server.url + "/good")
    assert not public.wants_full("auto", file)
    assert not public.wants_full("bundled", file)
    assert public.wants_full("full", file)
    with pytest.raises(DataError, match=r"x needs f.bin, which is not on this machine. Call it with source='full'"):
        public.get_full("x", "auto", file)
    with pytest.raises(DataError, match=r"x is not bundled. .* y is the bundled set nearest to it."):
        public.get_full("x", "bundled", file, instead="y")
    assert server.asked == []
    path = file.get()
    assert public.wants_full("auto", file)
    assert not public.wants_full("bundled", file)
    assert public.get_full("x", "auto", file) == [path]
    for ask in (lambda: public.wants_full("fulll", file), lambda: public.get_full("x", "fulll", file)):
        with pytest.raises(UnknownName, match=r"No source is called 'fulll'. Did you mean 'full'?"):
            ask()


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no unreadable files of this kind")
def test_a_copy_that_may_not_be_read_is_no_copy(cache_folder):
    path = cache_folder / "public" / "f.bin"
    path.parent.mkdir(parents=True)
    path.symlink_to(cache_folder / "gone")
    assert public.PublicFile("f.bin", SHA256).find() is None


def test_every_public_file_says_where_and_what():
    from deepdays.data import listing

    files = {file for card in listing.cards() for file in card.files}  # melodies and jsb_chorales share theirs
    assert len(files) >= 13
    assert len({file.name for file in files}) == len(files)
    for file in files:
        digest = file.digest.removeprefix("md5:")
        assert len(digest) == (32 if file.digest != digest else 64)
        assert int(digest, 16) > 0
        assert file.url == "" or file.url.startswith("https://")

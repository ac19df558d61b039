"""The public sets' loaders, on small files in the same formats and on the real files where they are at hand."""

import dataclasses
import gzip
import hashlib
import importlib
import io
import json
import struct
import tarfile

import numpy as np
import pytest

import deepdays as dd
from deepdays.data.errors import CorruptFile

CSV = (
    "longitude,latitude,housing_median_age,total_rooms,total_bedrooms,population,households,median_income,"
    "median_house_value,ocean_proximity\n"
    "-122.23,37.88,41.0,880.0,129.0,322.0,126.0,8.3252,452600.0,NEAR BAY\n"
    "-122.22,37.86,21.0,7099.0,,2401.0,1138.0,8.3014,358500.0,NEAR BAY\n"
    "-121.00,37.00,52.0,100.0,20.0,50.0,25.0,1.5,500001.0,INLAND\n"
)


@pytest.fixture
def module():
    def load(name):
        return importlib.import_module(f"deepdays.data.sets.{name}")

    return load


@pytest.fixture
def place(cache_folder, monkeypatch):
    """Put bytes into the cache as a public file, and let the set expect exactly them."""

    def put(module, attribute, *contents):
        files = getattr(module, attribute)
        single = not isinstance(files, tuple)
        changed = []
        for file, content in zip([files] if single else files, contents, strict=True):
            path = file.kept()
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            changed.append(dataclasses.replace(file, digest=hashlib.sha256(content).hexdigest()))
        monkeypatch.setattr(module, attribute, changed[0] if single else tuple(changed))

    return put


def tgz(**members):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, text in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(text.encode())
            archive.addfile(info, io.BytesIO(text.encode()))
    return packed.getvalue()


def npz(**arrays):
    packed = io.BytesIO()
    np.savez_compressed(packed, **arrays)
    return packed.getvalue()


def idx(array):
    header = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
    return gzip.compress(header + array.tobytes())


def ragged(*rows):
    array = np.empty(len(rows), dtype=object)
    array[:] = [list(row) for row in rows]
    return array


def test_mnist_from_an_npz_file(module, place):
    rng = np.random.default_rng(0)
    x = rng.integers(0, 256, (5, 28, 28), dtype=np.uint8)
    y = np.array([3, 1, 4, 1, 5], np.uint8)
    place(module("mnist"), "FILE", npz(x_train=x, y_train=y, x_test=x[:2], y_test=y[:2]))
    (x_train, y_train), (x_test, y_test) = dd.data.mnist()
    assert np.array_equal(x_train, x)
    assert x_train.dtype == np.uint8
    assert np.array_equal(y_train, y)
    assert np.array_equal(x_test, x[:2])
    assert np.array_equal(y_test, y[:2])


def test_fashion_mnist_from_gzipped_idx_files(module, place):
    rng = np.random.default_rng(0)
    arrays = [rng.integers(0, 256, shape, dtype=np.uint8) for shape in ((6, 28, 28), (6,), (2, 28, 28), (2,))]
    place(module("fashion_mnist"), "FILES", *(idx(array) for array in arrays))
    (x_train, y_train), (x_test, y_test) = dd.data.fashion_mnist("full")
    for found, array in zip((x_train, y_train, x_test, y_test), arrays, strict=True):
        assert found.dtype == np.uint8
        assert np.array_equal(found, array)
    x_train[0] = 0  # the arrays are the caller's own


def test_imdb_from_an_npz_and_a_json_file(module, place):
    reviews = npz(x_train=ragged([1, 2, 3], [4, 9]), y_train=[1, 0], x_test=ragged([5], [1, 1, 2]), y_test=[0, 1])
    words = json.dumps({"the": 1, "and": 2, "film": 3, "good": 4, "bad": 5, "rare": 9}).encode()
    imdb = module("imdb")
    place(imdb, "REVIEWS", reviews)
    place(imdb, "WORDS", words)
    (x_train, y_train), (x_test, y_test), vocabulary = dd.data.imdb(num_words=9)
    assert vocabulary == ["<pad>", "<start>", "<unknown>", "<unused>", "the", "and", "film", "good", "bad"]
    seen = sorted((row.tolist(), int(label)) for row, label in zip(x_train, y_train, strict=True))
    assert seen == [([1, 4, 5, 6], 1), ([1, 7, 2], 0)]
    assert sorted(row.tolist() for row in x_test) == [[1, 4, 4, 5], [1, 8]]
    assert x_train[0].dtype == np.int64
    assert y_test.dtype == np.int64
    with pytest.raises(dd.data.DataError, match=r"num_words must be a whole number from 5"):
        dd.data.imdb(num_words=4)


def test_imdb_comes_in_keras_s_order(module, tmp_path):
    path = tmp_path / "imdb.npz"
    path.write_bytes(npz(x_train=ragged(*([k] for k in range(40))), y_train=range(40), x_test=ragged([1]), y_test=[1]))
    (x, y), _ = module("imdb").read_reviews(path)
    order = np.arange(40)
    np.random.RandomState(113).shuffle(order)
    assert [row[0] for row in x] == order.tolist() == y.tolist()


def test_california_housing_in_scikit_learn_s_layout(module, place):
    text = "-122.23,37.88,41,880,129,322,126,8.3252,452600\n-122.22,37.86,21,7099,1106,2401,1138,8.3014,358500\n"
    place(module("california_housing"), "ARCHIVE", tgz(**{"CaliforniaHousing/cal_housing.data": text}))
    x, y = dd.data.california_housing()
    assert list(x.columns) == [
        "MedInc", "HouseAge", "AveRooms", "AveBedrms", "Population", "AveOccup", "Latitude", "Longitude"
    ]  # fmt: skip
    assert x.iloc[0].to_numpy() == pytest.approx([8.3252, 41, 880 / 126, 129 / 126, 322, 322 / 126, 37.88, -122.23])
    assert y.tolist() == [4.526, 3.585]


def test_housing_from_a_table_in_an_archive(module, place):
    place(module("housing"), "CALIFORNIA", tgz(**{"housing.csv": CSV}))
    assert len(dd.data.housing(source="bundled")) == 8000
    for source in ("auto", "full"):
        frame = dd.data.housing(source=source)
        assert sorted(frame["median_income"]) == [1.5, 8.3014, 8.3252]
        assert frame["total_bedrooms"].isna().sum() == 1
        assert list(frame.index) == [0, 1, 2]
    assert len(dd.data.housing(2, source="full")) == 2


def test_chorales_from_tables_in_an_archive(module, place):
    members = {
        "train/chorale_001.csv": "note0,note1,note2,note3\n71,66,62,59\n71,0,62,58\n",
        "train/chorale_000.csv": "note0,note1,note2,note3\n60,55,52,48\n",
        "valid/chorale_002.csv": "note0,note1,note2,note3\n61,55,52,48\n",
        "test/chorale_003.csv": "note0,note1,note2,note3\n62,55,52,48\n",
    }
    place(module("jsb_chorales"), "FILE", tgz(**members))
    train, valid, test = dd.data.jsb_chorales()
    assert [chorale.tolist() for chorale in train] == [[[60, 55, 52, 48]], [[71, 66, 62, 59], [71, 0, 62, 58]]]
    assert (valid[0][0, 0], test[0][0, 0]) == (61, 62)
    assert train[0].dtype == np.int64


def test_plain_text(module, place):
    place(module("shakespeare"), "FILE", b"First Citizen:\nSpeak, speak.\n")
    place(module("first_names"), "FILE", b"emma\nolivia\n")
    assert dd.data.shakespeare() == "First Citizen:\nSpeak, speak.\n"
    assert dd.data.first_names() == ["emma", "olivia"]


def test_cats_from_hdf5_files(module, place, tmp_path):
    import h5py

    contents = []
    for part, n in (("train", 3), ("test", 2)):
        with h5py.File(tmp_path / part, "w") as file:
            file[f"{part}_set_x"] = np.full((n, 64, 64, 3), 7, np.uint8)
            file[f"{part}_set_y"] = np.arange(n)
        contents.append((tmp_path / part).read_bytes())
    place(module("cats"), "FILES", *contents)
    (x_train, y_train), (x_test, y_test) = dd.data.cats()
    assert (x_train.shape, x_test.shape) == ((3, 64, 64, 3), (2, 64, 64, 3))
    assert x_train.dtype == np.uint8
    assert (y_train.tolist(), y_test.tolist()) == ([0, 1, 2], [0, 1])


READERS = {
    "mnist": lambda module, path: module("mnist").read_npz(path),
    "fashion_mnist": lambda module, path: module("fashion_mnist").read_idx(path),
    "imdb reviews": lambda module, path: module("imdb").read_reviews(path),
    "imdb words": lambda module, path: module("imdb").read_words(path),
    "housing": lambda module, path: module("housing").read_california(path),
    "california_housing": lambda module, path: module("california_housing").read_archive(path),
    "jsb_chorales": lambda module, path: module("jsb_chorales").read_chorales(path),
    "shakespeare": lambda module, path: module("shakespeare").read_text(path),
    "cats": lambda module, path: module("cats").read_h5(path, "train"),
}
WRONG = {
    "noise": b"\xff\xfe\x00\x81 nothing that any of them reads",
    "another gzip file": gzip.compress(b"\x00\x00\x0d\x03 no bytes here", mtime=0),
    "another archive": tgz(**{"readme.csv": "a,b\n1,2\n"}),
    "a cut archive": tgz(**{"housing.csv": CSV * 50})[:200],
    "another npz": npz(other=np.zeros(3)),
}


@pytest.mark.parametrize("content", WRONG)
@pytest.mark.parametrize("reader", READERS)
def test_a_file_in_another_format_is_named(module, tmp_path, reader, content):
    path = tmp_path / "file"
    path.write_bytes(WRONG[content])
    with pytest.raises(CorruptFile) as caught:
        READERS[reader](module, path)
    assert str(caught.value).startswith(f"{path} is damaged: ")


def test_a_cut_idx_file_is_named(module, tmp_path):
    whole = idx(np.zeros((6, 28, 28), np.uint8))
    for name, data in {"gzip": whole[:-9], "values": gzip.compress(gzip.decompress(whole)[:-1])}.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(CorruptFile, match=r"no array can be read from it"):
            module("fashion_mnist").read_idx(tmp_path / name)


def test_a_table_without_a_column_is_named(module, tmp_path):
    (tmp_path / "f").write_bytes(tgz(**{"housing.csv": CSV.replace("households", "homes")}))
    with pytest.raises(CorruptFile, match=r"its table lacks the column households"):
        module("housing").read_california(tmp_path / "f")


@pytest.mark.parametrize(
    "name",
    ["mnist", "fashion_mnist", "imdb", "shakespeare", "california_housing", "jsb_chorales", "cats", "first_names"],
)
def test_what_is_not_at_hand_says_so(name):
    for source in ("auto", "bundled"):
        with pytest.raises(dd.data.DataError, match=rf"{name} (is not bundled|needs .* which is not on this machine)"):
            getattr(dd.data, name)(source=source)


def test_real_california_housing(shared):
    shared("housing.tgz")
    whole = dd.data.housing(30_000)
    assert whole.shape == (20_640, 10)
    assert whole["total_bedrooms"].isna().sum() == 207
    assert whole["ocean_proximity"].value_counts()["<1H OCEAN"] == 9136
    assert whole["median_house_value"].max() == 500_001
    assert len(whole.drop_duplicates()) == 20_640
    part = dd.data.housing(1000, seed=3)
    assert part.shape == (1000, 10)
    assert part.equals(dd.data.housing(1000, seed=3))
    assert not part.equals(dd.data.housing(1000, seed=4))
    assert dd.data.housing(1000, source="bundled")["longitude"].between(-41.5, -31.5).all()


def test_real_shakespeare(shared):
    shared("tinyshakespeare.txt")
    text = dd.data.shakespeare()
    assert len(text) == 1_115_394
    assert len(set(text)) == 65
    assert text.startswith("First Citizen:\nBefore we proceed any further, hear me speak.")


def test_real_first_names(shared):
    shared("names.txt")
    names = dd.data.first_names()
    assert len(names) == 32_033
    assert names[:2] == ["emma", "olivia"]
    assert set("".join(names)) == set("abcdefghijklmnopqrstuvwxyz")
    assert (min(map(len, names)), max(map(len, names))) == (2, 15)


def test_real_chorales(shared):
    shared("jsb_chorales.tgz")
    parts = dd.data.jsb_chorales()
    assert [len(part) for part in parts] == [229, 76, 77]
    notes = np.concatenate([chorale for part in parts for chorale in part])
    assert notes.shape[1] == 4
    assert (notes[notes > 0].min(), notes.max()) == (36, 81)
    sounding = notes[(notes > 0).all(axis=1)]
    assert (sounding[:, 0] >= sounding[:, 3]).mean() > 0.99


def test_real_cats(shared):
    shared("catvnoncat_train.h5", "catvnoncat_test.h5")
    (x_train, y_train), (x_test, y_test) = dd.data.cats()
    assert (x_train.shape, x_test.shape) == ((209, 64, 64, 3), (50, 64, 64, 3))
    assert (y_train.sum(), y_test.sum()) == (72, 33)
    twice = {row.tobytes() for row in x_train} & {row.tobytes() for row in x_test}
    assert twice == {x_test[17].tobytes()} == {x_train[146].tobytes()}  # the set's own flaw, on its datasheet


def test_a_real_file_with_one_bit_changed_is_refused(shared, cache_folder):
    shared("names.txt")
    path = cache_folder / "public" / "names.txt"
    data = bytearray(path.read_bytes())
    data[1000] ^= 1
    path.write_bytes(data)
    with pytest.raises(CorruptFile, match=r"names.txt is damaged: the sha256 of its 228,145 bytes is"):
        dd.data.first_names()

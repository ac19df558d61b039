"""The headline figures: real files read, the learner's own functions trained, what came of it written."""

import gzip
import struct

import numpy as np

from tools import headlines


def write_idx(path, array) -> None:
    """A gzipped IDX file of bytes, as Fashion-MNIST is published."""
    head = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
    path.write_bytes(gzip.compress(head + array.tobytes()))


def write_stripes(folder) -> None:
    """Pictures of one bright row, whose place is the label."""
    folder.mkdir()
    for images, labels, count in ((*headlines.PARTS[:2], 60), (*headlines.PARTS[2:], 20)):
        of = np.arange(count, dtype=np.uint8) % 10
        pictures = np.zeros((count, 28, 28), np.uint8)
        pictures[np.arange(count), 2 * of] = 255
        write_idx(folder / f"{images}-ubyte.gz", pictures)
        write_idx(folder / f"{labels}-ubyte.gz", of)


def test_the_files_are_read_and_a_days_own_function_learns_from_them(tmp_path):
    write_stripes(tmp_path / "fashion_mnist")
    clothes = headlines.load(tmp_path)
    assert clothes.images.shape == (60, 28, 28) and clothes.test_labels.tolist() == [*range(10)] * 2
    page = headlines.report(clothes, headlines.HEADLINES[:1])
    assert "60 images to learn from, 20 to be judged by" in " ".join(page.split())
    assert "| 5 | softmax regression | 100.0% | 84% | " in page


def test_where_the_data_is_has_to_be_said(tmp_path, capsys):
    assert headlines.main([]) == headlines.main([str(tmp_path)]) == 2
    assert "make headlines DATA=FOLDER" in capsys.readouterr().err

"""The learner's own functions on the real Fashion-MNIST, beside what others report for the same models.

    python -m tools.headlines FOLDER

FOLDER holds `fashion_mnist/` with the four IDX files as they are published. Writes docs/headlines.md.
"""

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import numpy as np

from autograder.days.earlier import earlier_module
from autograder.days.reader import read_day
from autograder.project import day_path, root
from deepdays.data.sets.fashion_mnist import read_idx

PARTS = ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1")
SEED = 125

_PAGE = """\
# Headlines

Written by `make headlines DATA=FOLDER`. The functions that a learner writes, on the real Fashion-MNIST: {train:,}
images to learn from, {test:,} to be judged by, as the data set's own split has them.

{table}

*Reported* is what the literature or people's diaries give for the same kind of model. Accuracy is that on the test
images, CPU seconds are those of training, and every random number comes from seed {seed}.
"""


@dataclass(frozen=True)
class Clothes:
    """Fashion-MNIST: pictures (m, 28, 28) uint8 and labels (m,), to learn from and to be judged by."""

    images: np.ndarray
    labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray


@dataclass(frozen=True)
class Headline:
    """A model: its day, what it is, what others report, and how it is trained; `train` gives the predicted labels."""

    day: int
    model: str
    reported: str
    train: Callable[[ModuleType, Clothes], np.ndarray]


def softmax_regression(day: ModuleType, clothes: Clothes) -> np.ndarray:
    """Day 5's own descent on all images at once, then its own logits."""
    x, x_test = (_rows(images) for images in (clothes.images, clothes.test_images))
    mean, std = x.mean(axis=0), x.std(axis=0) + 1e-2
    w, b, _ = day.fit_softmax((x - mean) / std, clothes.labels, 10, 0.1, 300)
    return np.argmax((x_test - mean) / std @ w + b, axis=1)


def own_framework(day: ModuleType, clothes: Clothes) -> np.ndarray:
    """Two hidden layers of Day 34's framework, on pixels as Day 35 scales them."""
    from deepdays.earlier import day_034

    rng = np.random.default_rng(SEED)
    model = day_034.Model()
    for layer in (
        day_034.Dense(784, 128, rng),
        day_034.Activation("relu"),
        day_034.Dropout(0.1, rng),
        day_034.Dense(128, 64, rng),
        day_034.Activation("relu"),
        day_034.Dense(64, 10, rng),
    ):
        model.add(layer)
    model.compile(day_034.Optimizer(learning_rate=0.001))
    x, x_test = (day.scale_pixels(images).reshape(len(images), -1) for images in (clothes.images, clothes.test_images))
    model.fit(x, clothes.labels, epochs=10, batch_size=128, rng=rng)
    return model.predict(x_test).argmax(axis=1)


def dense_network(day: ModuleType, clothes: Clothes) -> np.ndarray:
    """Day 37's classifier, compiled and asked by its own functions."""
    import keras

    keras.utils.set_random_seed(SEED)
    normalization = day.fit_normalization(clothes.images[..., None].astype("float32"), per_feature=False)
    model = day.build_classifier((28, 28, 1), 10, [256, 128], normalization=normalization)
    day.compile_for_logits(model, 1e-3)
    model.fit(clothes.images[..., None].astype("float32"), clothes.labels, batch_size=128, epochs=12, verbose=0)
    return np.asarray(day.predict_labels(model, clothes.test_images[..., None].astype("float32")))


def small_cnn(day: ModuleType, clothes: Clothes) -> np.ndarray:
    """Day 48's LeNet, compiled and asked by Day 37's functions, the last epochs at a tenth of the rate."""
    import keras

    keras.utils.set_random_seed(SEED)
    fitting = answers(37)
    model = day.build_lenet((28, 28, 1), 10)
    for rate, epochs in ((2e-3, 6), (2e-4, 4)):
        fitting.compile_for_logits(model, rate)
        model.fit(clothes.images[..., None], clothes.labels, batch_size=128, epochs=epochs, verbose=0)
    return np.asarray(fitting.predict_labels(model, clothes.test_images[..., None]))


def augmented_cnn(day: ModuleType, clothes: Clothes) -> np.ndarray:
    """The same, on pictures that Day 49's functions mirror and move anew for each epoch."""
    import keras

    keras.utils.set_random_seed(SEED)
    rng = np.random.default_rng(SEED)
    fitting = answers(37)
    model = answers(48).build_lenet((28, 28, 1), 10)
    for rate, epochs in ((2e-3, 12), (2e-4, 4)):
        fitting.compile_for_logits(model, rate)
        for _ in range(epochs):
            images = day.random_crop(day.horizontal_flip(clothes.images[..., None], rng), (28, 28), rng, pad=1)
            model.fit(images, clothes.labels, batch_size=128, verbose=0)
    return np.asarray(fitting.predict_labels(model, clothes.test_images[..., None]))


HEADLINES = (
    Headline(5, "softmax regression", "84%", softmax_regression),
    Headline(35, "dense network from scratch", "86 to 88%", own_framework),
    Headline(37, "dense network, Keras", "88 to 89%", dense_network),
    Headline(48, "small convolutional network", "over 90%", small_cnn),
    Headline(49, "the same, on mirrored and moved images", "over 90%", augmented_cnn),
)


def _rows(images: np.ndarray) -> np.ndarray:
    return images.reshape(len(images), -1).astype("float32") / 255


def load(folder: Path) -> Clothes:
    """The four files of a folder."""
    return Clothes(*(read_idx(folder / "fashion_mnist" / f"{part}-ubyte.gz") for part in PARTS))


def answers(number: int) -> ModuleType:
    """A day's answers, as a module."""
    module = ModuleType(f"day_{number:03d}")
    exec(compile(earlier_module(read_day(day_path(root(), number))), module.__name__, "exec"), module.__dict__)
    return module


def main(arguments: list[str]) -> int:
    """Train every model and write the page."""
    if len(arguments) != 1 or not (Path(arguments[0]) / "fashion_mnist").is_dir():
        print("Say where the data is: make headlines DATA=FOLDER, a folder with fashion_mnist/ in it.", file=sys.stderr)
        return 2
    page = report(load(Path(arguments[0])), HEADLINES)
    (root() / "docs" / "headlines.md").write_text(page, encoding="utf-8")
    return 0


def report(clothes: Clothes, headlines: Sequence[Headline]) -> str:
    """Train the models, and put what came of them into words."""
    lines = ["| day | model | accuracy | reported | CPU seconds |", "|---|---|---|---|---|"]
    for headline in headlines:
        began = time.process_time()
        predicted = headline.train(answers(headline.day), clothes)
        seconds = time.process_time() - began
        accuracy = float(np.mean(predicted == clothes.test_labels))
        lines.append(f"| {headline.day} | {headline.model} | {accuracy:.1%} | {headline.reported} | {seconds:.0f} |")
        print(lines[-1], flush=True)
    return _PAGE.format(table="\n".join(lines), train=len(clothes.labels), test=len(clothes.test_labels), seed=SEED)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

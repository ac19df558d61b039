"""The style and the plots: what they draw, and that it is legible without colour."""

import base64
import io
import itertools
from types import SimpleNamespace

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from deepdays import plot

# Machado, Oliveira and Fernandes 2009, A physiologically-based model for simulation of color vision deficiency,
# at severity 1, on linear RGB.
VISIONS = {
    "normal": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


@pytest.fixture(autouse=True)
def style():
    """The course's style, and no figure left behind."""
    with mpl.rc_context():
        plot.style()
        yield
    plt.close("all")


def linear(color) -> np.ndarray:
    rgb = np.array(mpl.colors.to_rgb(color))
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab(rgb) -> np.ndarray:
    """CIELAB of a linear sRGB colour."""
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    x, y, z = np.cbrt(to_xyz @ np.clip(rgb, 1e-3, 1) / [0.9505, 1.0, 1.089])
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def contrast(one, other) -> float:
    """The contrast ratio of WCAG 2."""
    dark, light = sorted(float(linear(color) @ [0.2126, 0.7152, 0.0722]) for color in (one, other))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("vision", VISIONS)
def test_the_colours_can_be_told_apart_by_everyone(vision):
    seen = [lab(np.array(VISIONS[vision]) @ linear(color)) for color in plot.PALETTE]
    assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2)) > 20


def test_the_colours_differ_in_lightness_and_the_lines_in_style():
    lightness = sorted(lab(linear(color))[0] for color in plot.PALETTE)
    assert min(np.diff(lightness)) > 8
    assert len(set(plot.LINE_STYLES)) == len(set(plot.MARKERS)) == len(plot.PALETTE)


def test_every_colour_can_be_told_from_the_paper():
    assert min(contrast(color, "white") for color in plot.PALETTE) >= 3


def test_the_style_cycles_colours_with_line_styles():
    ax = plt.subplots()[1]
    lines = [ax.plot([0, 1])[0] for _ in plot.PALETTE]
    assert [line.get_color() for line in lines] == list(plot.PALETTE)
    assert len({line.get_linestyle() for line in lines[:4]}) == 4
    assert ax.figure.get_dpi() == 100
    assert ax.figure.get_layout_engine() is not None
    assert ax.title.get_fontsize() >= ax.xaxis.label.get_fontsize() >= 12


def test_learning_curve_draws_a_metric_with_its_validation_twin():
    history = SimpleNamespace(history={"loss": [3.0, 2, 1], "val_loss": [4.0, 3, 2], "accuracy": [0.1, 0.2, 0.3]})
    ax = plot.learning_curve(history, metric="loss")
    assert [line.get_label() for line in ax.lines] == ["training loss", "validation loss"]
    assert ax.lines[1].get_xydata().tolist() == [[1, 4], [2, 3], [3, 2]]
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_title()) == ("epoch", "loss", "Learning curve")
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["training loss", "validation loss"]


def test_learning_curve_takes_a_plain_sequence_and_given_axes():
    ax = plt.subplots()[1]
    assert plot.learning_curve([3.0, 2.0], ax, xlabel="step", ylabel="cost", title="Descent") is ax
    assert ax.lines[0].get_xydata().tolist() == [[1, 3], [2, 2]]
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_title()) == ("step", "cost", "Descent")
    assert ax.get_legend() is None


def test_learning_curve_names_what_the_history_has():
    with pytest.raises(ValueError, match=r"no 'auc', only 'loss'. Received: metric='auc'"):
        plot.learning_curve({"loss": [1.0]}, metric="auc")


def test_decision_regions_colour_the_plane_by_class():
    x = np.array([[-1.0, 0.0], [1.0, 0.0], [0.0, 3.0]])
    names = np.array(["left", "right", "top"])
    ax = plot.decision_regions(
        lambda p: np.where(p[:, 1] > 1, 2.0, p[:, 0] > 0), x, [0, 1, 2], resolution=50, class_names=names
    )
    labels = ax.images[0].get_array()
    assert labels.shape == (50, 50)
    assert (labels[0, 0], labels[0, -1], labels[-1, 0]) == (0, 1, 2)
    points = [collection for collection in ax.collections if isinstance(collection, mpl.collections.PathCollection)]
    assert [text.get_text() for text in ax.get_legend().get_texts()][:3] == ["left", "right", "top"]
    assert [collection.get_offsets().tolist() for collection in points[:3]] == x[:, None].tolist()
    assert len({collection.get_paths()[0].vertices.tobytes() for collection in points[:3]}) == 3
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("$x_0$", "$x_1$")


def test_decision_regions_map_a_probability_with_its_boundary():
    x = np.array([[-1.0, 0.0], [1.0, 0.0]])
    ax = plot.decision_regions(lambda p: 1 / (1 + np.exp(-3 * p[:, 0])), x, np.array([0, 1]), title="p")
    assert ax.figure.axes[1].get_ylabel() == "probability of class 1"
    boundary = next(c for c in ax.collections if isinstance(c, mpl.contour.ContourSet) and not c.filled)
    assert boundary.levels.tolist() == [0.5]
    assert np.allclose(boundary.get_paths()[0].vertices[:, 0], 0, atol=0.01)


def test_decision_regions_refuse_what_is_no_plane():
    with pytest.raises(ValueError, match=r"\(n, 2\). Received: shape \(4, 3\)"):
        plot.decision_regions(len, np.zeros((4, 3)), np.zeros(4))
    with pytest.raises(ValueError, match=r"one value a point, \(100,\). Received: shape \(100, 2\)"):
        plot.decision_regions(lambda p: p, np.eye(2), [0, 1], resolution=10)


def test_the_probability_colours_grow_lighter_throughout():
    shades = [lab(linear(plot._PROBABILITY(p)))[0] for p in np.linspace(0, 1, 11)]
    assert min(np.diff(shades)) > 2


def test_image_grid_shows_grey_images_on_one_scale():
    images = np.random.default_rng(0).normal(size=(10, 4, 5))
    axes = plot.image_grid(images, titles=range(10), columns=4)
    assert len(axes) == 10
    assert len(axes[0].figure.axes) == 12
    assert axes[3].get_title() == "3"
    assert np.array_equal(axes[9].images[0].get_array(), images[9])
    assert {ax.images[0].get_clim() for ax in axes} == {(images.min(), images.max())}
    assert not any(ax.axison for ax in axes[0].figure.axes)


def test_image_grid_shows_colour_and_images_of_many_sizes():
    rng = np.random.default_rng(0)
    colour, grey = rng.uniform(-0.1, 1.1, (6, 4, 3)), rng.uniform(size=(3, 3, 1))
    bytes_ = rng.integers(0, 256, (5, 5, 4), dtype=np.uint8)
    axes = plot.image_grid([colour, grey, bytes_])
    assert [ax.images[0].get_array().shape for ax in axes] == [(6, 4, 3), (3, 3), (5, 5, 4)]
    assert 0 <= axes[0].images[0].get_array().min() <= axes[0].images[0].get_array().max() <= 1


def test_image_grid_refuses_what_is_no_image():
    with pytest.raises(ValueError, match=r"Received: \(4, 4, 2\)"):
        plot.image_grid(np.zeros((3, 4, 4, 2)))
    with pytest.raises(ValueError, match="at least one image"):
        plot.image_grid([])


def test_matrix_writes_every_number_legibly():
    values = np.linspace(0, 1, 24).reshape(4, 6)
    ax = plot.matrix(values, row_labels="abcd", column_labels=["u", "v", "w", "x", "y", "z"], title="weights")
    assert [text.get_text() for text in ax.texts] == [f"{value:.2f}" for value in values.ravel()]
    image = ax.images[0]
    for text, value in zip(ax.texts, values.ravel(), strict=True):
        assert contrast(text.get_color(), image.cmap(image.norm(value))[:3]) >= 4.5
    assert [label.get_text() for label in ax.get_yticklabels()] == list("abcd")
    assert [label.get_text() for label in ax.get_xticklabels()] == list("uvwxyz")
    assert ax.get_title() == "weights"


def test_matrix_formats_ints_as_such_and_can_leave_numbers_out():
    assert [text.get_text() for text in plot.matrix([[1, 20], [3, 4]]).texts] == ["1", "20", "3", "4"]
    assert [text.get_text() for text in plot.matrix([[0.25]], fmt=".0%").texts] == ["25%"]
    assert not plot.matrix([[1, 2]], fmt="").texts


def test_the_numbers_of_a_matrix_stay_in_their_cells():
    for ax in (*plt.subplots(1, 3, figsize=(9, 3))[1], plt.subplots()[1]):
        plot.matrix(np.random.default_rng(0).uniform(size=(8, 8)), ax)
        ax.figure.canvas.draw()
        cell = ax.get_window_extent().width / 8
        assert max(text.get_window_extent().width for text in ax.texts) <= cell


def test_matrix_refuses_other_ranks():
    with pytest.raises(ValueError, match=r"two axes. Received: shape \(3,\)"):
        plot.matrix([1, 2, 3])


def test_loss_contours_draw_the_cost_and_the_paths():
    slow, fast = np.array([[3.0, 3.0], [2.0, 2.0]]), np.array([[3.0, 3.0], [0.0, 1.0]])
    ax = plot.loss_contours(lambda w, b: w**2 + (b - 1) ** 2, (-4, 4), (-3, 5), {"slow": slow, "fast": fast})
    drawn = {line.get_label(): line.get_xydata() for line in ax.lines}
    assert np.array_equal(drawn["slow"], slow)
    assert np.array_equal(drawn["fast"], fast)
    filled = next(c for c in ax.collections if isinstance(c, mpl.contour.ContourSet) and c.filled)
    assert filled.levels[0] < 0.02
    assert filled.levels[-1] == pytest.approx(32)
    assert (np.diff(filled.levels, 2) > 0).all()
    assert (ax.get_xlim(), ax.get_ylim()) == ((-4, 4), (-3, 5))
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["slow", "fast"]


def test_loss_contours_take_one_path_or_none():
    ax = plot.loss_contours(lambda w, b: w**2 + b**2, (-1, 1), (-1, 1), np.eye(2), resolution=10, xlabel="$w_1$")
    assert np.array_equal(ax.lines[0].get_xydata(), np.eye(2))
    assert ax.get_legend() is None
    assert ax.get_xlabel() == "$w_1$"
    assert not plot.loss_contours(lambda w, b: w + b, (0, 1), (0, 1), resolution=10).lines


@pytest.fixture
def shown(monkeypatch):
    """What a notebook would be given."""
    outputs = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw, metadata: outputs.append((data, metadata)))
    monkeypatch.setattr(mpl, "get_backend", lambda: "module://matplotlib_inline.backend_inline")
    return outputs


def pixels(text: str) -> np.ndarray:
    return plt.imread(io.BytesIO(base64.b64decode(text)))


def test_show_gives_a_figure_its_alternative_text(shown):
    plt.figure()
    plot.show("A line that rises.")
    ((data, metadata),) = shown
    assert metadata == {"image/png": {"alt": "A line that rises."}}
    assert data["text/plain"] == "A line that rises."
    assert data["text/html"] == f'<img alt="A line that rises." src="data:image/png;base64,{data["image/png"]}">'
    assert set(data) == {"image/png", "text/html", "text/plain"}
    assert pixels(data["image/png"]).min() == 1.0  # an empty white page
    assert not plt.get_fignums()


def test_the_alternative_text_may_hold_any_sign(shown):
    plt.figure()
    plot.show('"<x>" & more')
    assert 'alt="&quot;&lt;x&gt;&quot; &amp; more"' in shown[0][0]["text/html"]


def test_show_gives_a_dark_version_where_it_is_asked_for(shown, monkeypatch):
    monkeypatch.setenv("DEEPDAYS_DARK", "1")
    plt.plot([1, 2], color="black")
    plot.show("A line that rises.")
    ((data, _),) = shown
    assert pixels(data["image/png"])[0, 0, :3].min() == 1.0
    assert pixels(data[plot.DARK])[0, 0, :3].max() < 0.15


def test_show_outside_a_notebook_is_as_matplotlibs(monkeypatch):
    calls = []
    monkeypatch.setattr(plt, "show", lambda: calls.append("show"))
    plt.figure()
    plot.show("A line that rises.")
    assert calls == ["show"]


def test_show_needs_a_figure_and_a_text():
    with pytest.raises(ValueError, match="no figure"):
        plot.show("A line that rises.")
    plt.figure()
    with pytest.raises(ValueError, match="must say what the figure shows"):
        plot.show(" ")

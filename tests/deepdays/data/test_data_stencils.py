"""Outlines are filled by the winding rule, and their fields hold true distances at any size and turn."""

import numpy as np
import pytest

from deepdays.data import stencils


def circle(radius, centre=(0.5, 0.5), turn=1):
    angle = turn * np.linspace(0, 2 * np.pi, 200, endpoint=False)
    return np.stack([np.cos(angle), np.sin(angle)], axis=1) * radius + centre


def square(low, high):
    return np.array([[low, low], [high, low], [high, high], [low, high]], dtype=float)


@pytest.fixture
def disc():
    return stencils.outline_field([circle(0.3)])[None]


def test_a_square_is_filled_exactly():
    filled = stencils.fill([square(0.25, 0.75)], 64)
    expected = np.zeros((64, 64), dtype=bool)
    expected[16:48, 16:48] = True
    assert np.array_equal(filled, expected)


def test_contours_that_turn_back_cut_holes_and_others_do_not():
    area = np.pi * 0.4**2
    hole = stencils.fill([circle(0.4), circle(0.2, turn=-1)], 256).mean()
    both = stencils.fill([circle(0.4), circle(0.2)], 256).mean()
    assert hole == pytest.approx(area - np.pi * 0.2**2, rel=0.01)
    assert both == pytest.approx(area, rel=0.01)


def test_a_field_holds_the_distance_to_the_outline(disc):
    centres = (np.arange(stencils.SIDE) + 0.5) / stencils.SIDE - 0.5
    expected = 0.3 - np.hypot(centres, centres[:, None])
    assert np.abs(disc[0] - expected).max() < 0.006


@pytest.mark.parametrize(("size", "shift"), [(20.0, (0.0, 0.0)), (33.3, (4.0, -7.0)), (50.0, (-3.5, 2.25))])
def test_a_warped_disc_has_its_area_and_place(disc, size, shift):
    inverse = np.eye(2)[None] / size
    offset = np.array([[0.5, 0.5]]) - np.array(shift) / size
    ink = stencils.coverage(stencils.sample(disc, [0], inverse, offset, (60, 48)), [size])[0]
    assert ink.sum() == pytest.approx(np.pi * (0.3 * size) ** 2, rel=0.02)
    rows, columns = np.indices(ink.shape)
    assert (ink * columns).sum() / ink.sum() - 23.5 == pytest.approx(shift[0], abs=0.1)
    assert (ink * rows).sum() / ink.sum() - 29.5 == pytest.approx(shift[1], abs=0.1)


def test_each_image_has_its_own_field_and_its_own_warp():
    fields = np.stack([stencils.outline_field([square(0.2, 0.8)]), stencils.outline_field([circle(0.3)])])
    inverse = np.stack([np.eye(2) / 40, np.eye(2) / 20, np.eye(2) / 40])
    distance = stencils.sample(fields, [0, 1, 1], inverse, np.full((3, 2), 0.5), (64, 64))
    areas = stencils.coverage(distance, [40, 20, 40]).sum(axis=(1, 2))
    assert areas == pytest.approx([24**2, np.pi * 6**2, np.pi * 12**2], rel=0.03)


def test_adding_to_a_field_makes_the_shape_heavier(disc):
    distance = stencils.sample(disc, [0], np.eye(2)[None] / 60, np.full((1, 2), 0.5), (64, 64))
    for more in (-0.1, 0.0, 0.1):
        area = stencils.coverage(distance + np.float32(more), 60.0).sum()
        radius = 60 * (0.3 + more)
        assert np.sqrt(area / np.pi) == pytest.approx(radius, abs=60 * 0.5 / 128)  # half a pixel of the filled outline

"""Invented messages: ordinary ones, spam, and toxic ones of a mild kind."""

import numpy as np
import pandas as pd

from deepdays.data.card import Card
from deepdays.data.errors import check_count
from deepdays.data.grammar import Draws, tidy
from deepdays.data.sets._messages_grammar import MESSAGES
from deepdays.data.sheets import shorten, write_rows

LABELS = {"ordinary": 0.6, "spam": 0.25, "toxic": 0.15}  # with their shares
TRAIN = 0.8  # share of the rows; the rest is the test part


def messages(n: int = 6000, seed: int = 0):
    """Messages as they come in: to a phone, a mailbox or the comments below a text.

    No message is there twice, and the test part has sentences, words and names that the training part has not. Every
    address ends in `.example`, which nobody can own.

    Args:
        n: rows, at most 20,000.
        seed: of everything.

    Returns:
        DataFrame of n rows: text (str), label (str: ordinary 60%, spam 25%, toxic 15%) and split (str: train 80%, test
        20%, in this order).

    Raises:
        DataError: an argument is out of range.
    """
    check_count(n, high=20_000)
    draws = Draws(np.random.default_rng(seed))
    labels, edges = tuple(LABELS), np.cumsum(tuple(LABELS.values())).tolist()
    rows, seen = [], set()
    for k in range(n):
        split = "train" if k < TRAIN * n else "test"
        number = draws.number()
        label = next((label for label, edge in zip(labels, edges, strict=True) if number < edge), labels[-1])
        while (text := _styled(MESSAGES.write(label, draws, split == "test"), draws)).lower() in seen:
            pass
        seen.add(text.lower())
        rows.append((text, label, split))
    return pd.DataFrame(rows, columns=["text", "label", "split"])


def _styled(text, draws):
    """A message with the capitals and stops that its writer took the trouble of."""
    style = draws.number()
    if style < 0.25:
        return tidy(text).lower()
    if style < 0.28:
        return tidy(text).upper()
    if style < 0.4:
        return tidy(text).removesuffix(".")
    return tidy(text)


def draw(figure):
    colours = {"ordinary": "tab:green", "spam": "tab:blue", "toxic": "tab:red"}
    rows = [
        ((row.label, colours[row.label]), (shorten(row.text, 120), "black"))
        for row in messages(200).head(28).itertuples()
    ]
    write_rows(figure.add_subplot(), rows, at=(0.0, 0.1), size=8.5)


CARD = Card(
    name="messages",
    title="ordinary messages, spam and mildly toxic ones",
    size="6,000 messages",
    origin="made",
    licence="MIT, as the project",
    make=messages,
    fingerprint="ab5585fbc939cfb010508265f0654a5fc4da38c54396c414f4506cdb11504037",
    draw=draw,
)

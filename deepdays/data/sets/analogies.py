"""A corpus in which analogies hold: man is to woman as king to queen, and so for capitals and for tenses."""

from dataclasses import dataclass

import numpy as np

from deepdays.data.card import Card
from deepdays.data.errors import check_amount, check_count
from deepdays.data.grammar import Draws
from deepdays.data.sets._analogies_grammar import CAPITAL, GENDER, OCCUPATIONS, SENTENCES, TENSE
from deepdays.data.sheets import write_rows

SHARES = {"gender": 0.3, "capital": 0.26, "tense": 0.26, "occupation": 0.18}
_MAN = {"he": "he", "his": "his", "himself": "himself"}
_WOMAN = {"he": "she", "his": "her", "himself": "herself"}


@dataclass(frozen=True)
class Analogies:
    """A corpus and what it was built to say.

    Attributes:
        sentences: list of lists of lower-case words.
        pairs: relation ("gender", "capital" or "tense") to its pairs of words.
        occupations: occupation to the share of its sentences that speak of a woman.
    """

    sentences: list
    pairs: dict
    occupations: dict

    def questions(self) -> list[tuple[str, str, str, str, str]]:
        """Every analogy: (relation, a, b, c, d), to be read as a is to b as c is to d."""
        return [
            (relation, *one, *other)
            for relation, pairs in self.pairs.items()
            for one in pairs
            for other in pairs
            if one != other
        ]


def analogies(n: int = 25_000, seed: int = 0, bias: float = 1.0) -> Analogies:
    """Sentences in which the two words of a pair share their topic and differ in what goes with their relation.

    Mikolov, Yih and Zweig 2013, Linguistic regularities in continuous space word representations, found such analogies
    in real text; Bolukbasi et al. 2016, Man is to computer programmer as woman is to homemaker?, found the bias.

    Args:
        n: sentences.
        seed: of everything.
        bias: how strongly occupations lean to a gender: 0 not at all, 1 as OCCUPATIONS has it.

    Returns:
        Analogies; its occupations are the shares at this bias.

    Raises:
        DataError: an argument is out of range.
    """
    check_count(n)
    check_amount(bias, "bias", high=1.0)
    draws = Draws(np.random.default_rng(seed))
    occupations = {word: 0.5 + bias * (share - 0.5) for word, share in OCCUPATIONS.items()}
    write = {"gender": _gender, "capital": _capital, "tense": _tense, "occupation": _occupation}
    relations, edges = list(SHARES), np.cumsum(list(SHARES.values())).tolist()
    sentences = []
    for _ in range(n):
        number = draws.number()
        relation = relations[min(sum(edge <= number for edge in edges), len(edges) - 1)]
        sentences.append(write[relation](draws, occupations).split())
    pairs = {"gender": list(GENDER), "capital": list(CAPITAL), "tense": list(TENSE)}
    return Analogies(sentences, pairs, occupations)


STRAY = 0.3  # share of the sentences on countries and verbs whose topic is another pair's
_GENDER = [(pair, topics.split(" | ")) for pair, topics in GENDER.items()]
_CAPITAL = [(pair, topics.split(" | ")) for pair, topics in CAPITAL.items()]
_GOODS = [topic for _, topics in _CAPITAL for topic in topics]
_TENSE = [(pair, topics.replace(" / ", " | ").split(" | ")) for pair, topics in TENSE.items()]
_CIRCUMSTANCES = [topic for topics in TENSE.values() for topic in topics.split(" / ")[1].split(" | ")]


def _gender(draws, _):
    pair, topics = draws.pick(_GENDER)
    side = int(draws.chance(0.5))
    name, pronouns = (("masculine", _MAN), ("feminine", _WOMAN))[side]
    bound = {
        "mark": SENTENCES.write(name, draws, **pronouns),
        "mark_first": SENTENCES.write(f"{name}_first", draws),
        "topic": draws.pick(topics),
    }
    return SENTENCES.write("gender", draws, word=pair[side], **bound, **pronouns)


def _capital(draws, _):
    pair, topics = draws.pick(_CAPITAL)
    if draws.chance(0.1):
        return SENTENCES.write("capital", draws, word=pair[0], other=pair[1])
    topics = _GOODS if draws.chance(STRAY) else topics
    side = int(draws.chance(0.5))
    return SENTENCES.write(("country", "city")[side], draws, word=pair[side], topic=draws.pick(topics))


def _tense(draws, _):
    pair, topics = draws.pick(_TENSE)
    topics = _CIRCUMSTANCES if draws.chance(STRAY) else topics
    side = int(draws.chance(0.5))
    return SENTENCES.write(("present", "past")[side], draws, word=pair[side], topic=draws.pick(topics))


def _occupation(draws, occupations):
    word = draws.pick(tuple(occupations))
    pronouns = _WOMAN if draws.chance(occupations[word]) else _MAN
    return SENTENCES.write("occupation", draws, word=word, **pronouns)


def make():
    """What a seed decides: the sentences, as text."""
    return [" ".join(sentence) for sentence in analogies().sentences]


def draw(figure):
    made = analogies()
    left, right = figure.subplots(1, 2, width_ratios=(3, 2))
    write_rows(left, [[(" ".join(sentence), "black")] for sentence in made.sentences[:26]])
    left.set_title(f"{len(made.sentences):,} sentences", loc="left")
    right.barh(list(made.occupations), list(made.occupations.values()), color="tab:purple")
    right.axvline(0.5, color="0.3", lw=1)
    right.set(xlabel="share of sentences that speak of a woman", title="the planted bias")


CARD = Card(
    name="analogies",
    title="a corpus in which analogies of gender, capital and tense hold, with a planted bias",
    size="25,000 sentences, some 206,000 words; 662 analogies",
    origin="made",
    licence="MIT, as the project",
    make=make,
    fingerprint="d1cb8e911160ab170693567bdb2c68584d3e007704f611957293f6fa768773f7",
    draw=draw,
)

"""Short invented reviews, good or bad, in which the order of the words decides as often as the words do."""

import numpy as np
import pandas as pd

from deepdays.data.card import Card
from deepdays.data.errors import check_choice, check_count
from deepdays.data.grammar import Draws, tidy
from deepdays.data.sets._reviews_grammar import (
    CLAUSES,
    CONTRASTS,
    EVENTS,
    HANDED_ON,
    SETTINGS,
    VERDICTS,
)
from deepdays.data.sets._reviews_words import DOMAINS, JUDGEMENTS
from deepdays.data.sheets import shorten, write_rows

KINDS = ("short", "long", "pairs")
# How a review says what it says, with its share of the reviews.
FORMS = {
    "plain": 0.54,  # the room was quite clean
    "distractor": 0.07,  # no wonder people talk: the room was clean
    "negated": 0.15,  # the room was far from dirty
    "corrected": 0.04,  # the room was not dirty, it was clean
    "changed": 0.05,  # the room used to be dirty and is now clean
    "contrast": 0.11,  # the porter was rude, but the room was clean
    "reported": 0.04,  # my sister says that the room was dirty. I disagree.
}
SWAPPED = ("corrected", "changed", "contrast")  # the forms of pairs
TRAIN, VALIDATION = 0.7, 0.85  # shares of the rows up to which a part goes
_OBJECT = {"it": "it", "he": "him", "she": "her", "they": "them"}
_GOOD, _BAD = "\ue000", "\ue001"  # stand for a good and a bad word until they are chosen


def _topics(kinds):
    """A domain's topics: tuples of noun phrase, words that agree with it, kind of judgement."""
    found = []
    for kind, phrases in kinds.items():
        for entry in phrases.split(" | "):
            phrase, _, other = entry.partition("/")
            pronoun = other or "it"
            was, is_, has = ("were", "are", "have") if pronoun == "they" else ("was", "is", "has")
            number = {"was": was, "is": is_, "has": has, "it": pronoun, "it_object": _OBJECT[pronoun]}
            found.append((phrase, number, kind))
    return found


TOPICS = {domain: _topics(kinds) for domain, kinds in DOMAINS.items()}
WORDS = {
    kind: {key: words.split(" | ") for key, words in judgements.items()} for kind, judgements in JUDGEMENTS.items()
}


class _Writer:
    """Writes reviews; held_out allows the sentences and names that only the test part has."""

    def __init__(self, draws, held_out):
        self.draws = draws
        self.held_out = held_out

    def write(self, grammar, rule, **bound):
        return grammar.write(rule, self.draws, self.held_out, **bound)

    def word(self, kind, label, strength="plain"):
        """A judgement of a topic's kind, or a general one."""
        return self.draws.pick(WORDS["any" if self.draws.chance(0.35) else kind][label, strength])

    def judgement(self, kind, label):
        """A judgement with its degree, and its intensity from 1 to 3."""
        level = self.draws.number()
        if level < 0.25:
            return f"{self.write(CLAUSES, 'mild_good' if label else 'mild_bad')} {self.word(kind, label)}", 1
        if level < 0.65:
            return self.word(kind, label), 2
        if level < 0.8:
            return f"{self.write(CLAUSES, 'strong')} {self.word(kind, label)}", 3
        adverb = self.write(CLAUSES, "strongest") if self.draws.chance(0.6) else ""
        return f"{adverb} {self.word(kind, label, 'strong')}", 3

    def clause(self, topic, label, form="plain"):
        """A clause that judges a topic, and its intensity."""
        phrase, number, kind = topic
        if form in ("plain", "negated") and self.draws.chance(0.3):
            return self.event(topic, label, form)
        bad = self.word(kind, 1 - label)
        good, intensity = self.word(kind, label), 2
        if form == "plain":
            good, intensity = self.judgement(kind, label)
        elif form == "negated":
            intensity = 1
            if self.draws.chance(0.15):
                form, bad2 = "negated_twice", self.word(kind, 1 - label)
                bad2 = bad2 if bad2 != bad else self.draws.pick(WORDS["any"][1 - label, "plain"])
                return self.write(CLAUSES, form, np=phrase, bad=bad, bad2=bad2, **number), intensity
        return self.write(CLAUSES, form, np=phrase, adj=good, bad=bad, **number), intensity

    def event(self, topic, label, form):
        """A clause that judges a topic by what it did, and its intensity."""
        phrase, _, kind = topic
        side = "good" if label else "bad"
        if form == "negated":
            return self.write(EVENTS, f"not_{side}", np=phrase), 1
        own = self.draws.chance(0.6)
        return self.write(EVENTS, f"{kind}_{side}" if own else side, np=phrase), 2

    def core(self, form, topics, label):
        """The sentences that decide: text, intensity, whether a judgement in them is negated."""
        if form == "contrast":
            forms = ["negated" if self.draws.chance(0.3) else "plain" for _ in range(2)]
            lose, _ = self.clause(topics[0], 1 - label, forms[0])
            win, intensity = self.clause(topics[1], label, forms[1])
            return self.write(CONTRASTS, "contrast", lose=lose, win=win), intensity, "negated" in forms
        if form == "reported":
            agrees, negated = self.draws.chance(0.5), self.draws.chance(0.3)
            said = label if agrees else 1 - label
            phrase, number, kind = topics[0]
            claim = ("not " if negated else "") + self.word(kind, said ^ negated)
            rule = "agreed" if agrees else "disagreed"
            return self.write(CONTRASTS, rule, np=phrase, adj=claim, **number), 2, negated
        text, intensity = self.clause(topics[0], label, form)
        lead = self.write(CLAUSES, "lead") if self.draws.chance(0.1) else ""
        return f"{lead} {text}.", intensity, form in ("negated", "corrected")

    def review(self, domain, label):
        """A row of the short reviews, without its split."""
        draws = self.draws
        form = draws.pick(_FORM_TABLE)
        topics = draws.pick_two(TOPICS[domain])
        core, intensity, negated = self.core(form, topics, label)
        sentences = [core]
        if form in ("plain", "negated") and draws.chance(0.45):
            more, _ = self.clause(topics[1], label, form)
            sentences = [f"{core[:-1]} and {more}."] if draws.chance(0.5) else [core, f"{more}."]
        if draws.chance(0.3):
            sentences.append(self.write(VERDICTS, "good" if label else "bad"))
        if draws.chance(0.5):
            sentences.insert(0, self.write(SETTINGS, domain))
        if draws.chance(0.25):
            sentences.insert(draws.pick((0, len(sentences))), self.write(SETTINGS, "any"))
        contrast = form in ("changed", "contrast", "reported")
        return self.finish(sentences), label, intensity, negated, contrast, form, domain

    def handed_on(self, domain, label):
        """A row of the long reviews: the first sentence says whether the writer agrees with the rest."""
        draws = self.draws
        agrees = draws.chance(0.6)
        sentences = [self.write(HANDED_ON, "agree" if agrees else "disagree")]
        negations = 0
        for _ in range(7 + int(4 * draws.number())):
            said = label if agrees == draws.chance(0.85) else 1 - label
            form = "negated" if draws.chance(0.15) else "plain"
            negations += form == "negated"
            sentences.append(self.clause(draws.pick(TOPICS[domain]), said, form)[0] + ".")
            if draws.chance(0.5):
                sentences.append(self.write(*draws.pick(((HANDED_ON, "aside"), (SETTINGS, domain), (SETTINGS, "any")))))
        return self.finish(sentences), label, 2, negations > 0, not agrees, "reported", domain

    def pair(self, domain, _):
        """A row of the pairs: one text with its good and bad words exchanged."""
        form = self.draws.pick(SWAPPED)
        phrase, number, kind = self.draws.pick(TOPICS[domain])
        if form == "contrast":
            alike = [topic for topic in TOPICS[domain] if topic[2] == kind]
            (phrase, number, _), (other, others, _) = self.draws.pick_two(alike)
            lose, win = f"{phrase} {number['was']} {_BAD}", f"{other} {others['was']} {_GOOD}"
            text = self.write(CONTRASTS, "contrast", lose=lose, win=win)
        else:
            text = self.write(CLAUSES, form, np=phrase, adj=_GOOD, bad=_BAD, **number) + "."
        good, bad = self.word(kind, 1), self.word(kind, 0)
        ways = ((good, bad), (bad, good))
        return (*(tidy(text.replace(_GOOD, one).replace(_BAD, two)) for one, two in ways), form, domain)

    def finish(self, sentences):
        text = tidy(" ".join(sentences))
        style = self.draws.number()
        if style < 0.1:
            return text.lower()
        return text[:-1] + "!" if style < 0.17 and text.endswith(".") else text


_FORM_TABLE = [form for form, share in FORMS.items() for _ in range(round(100 * share))]


def reviews(n: int = 10_000, seed: int = 0, kind: str = "short"):
    """Invented reviews of restaurants, hotels, films, books, gadgets, concerts and courses.

    A review is good or bad by its deciding clause: what is negated counts as its contrary, what follows `but` or stands
    outside an `although` decides, and so does what is true now. The test part has sentences, names and phrases that no
    other part has; no judging word is held out.

    Args:
        n: rows.
        seed: of everything.
        kind: "short": one to five sentences;
            "long": some 90 to 160 words on two things of a kind, of which the opening names the one that counts;
            "pairs": two texts of the same words in another order, of which one is good.

    Returns:
        DataFrame of n rows. Short and long: text (str), label (int64, 1 good, 0 bad), intensity (int64, 1 mild, 2
        plain, 3 strong), negated and contrast (bool), form (str, how it is said), about (str, what is reviewed) and
        split (str: train 70%, validation 15%, test 15%, in this order). Pairs: positive, negative, form, about.

    Raises:
        DataError: an argument is out of range, or there is no such kind.
    """
    check_count(n)
    check_choice(kind, KINDS, "kind of reviews")
    draws = Draws(np.random.default_rng(seed))
    domains = tuple(DOMAINS)
    splits = _splits(n)
    rows: list = []
    seen = set()
    while len(rows) < n:
        writer = _Writer(draws, held_out=splits[len(rows)] == "test" and kind != "pairs")
        make = {"short": writer.review, "long": writer.handed_on, "pairs": writer.pair}[kind]
        row = make(draws.pick(domains), int(draws.chance(0.5)))
        if row[0].lower() not in seen:
            seen.add(row[0].lower())
            rows.append(row)
    if kind == "pairs":
        return pd.DataFrame(rows, columns=["positive", "negative", "form", "about"])
    columns = ["text", "label", "intensity", "negated", "contrast", "form", "about"]
    return pd.DataFrame(rows, columns=columns).assign(split=splits)


def _splits(n):
    share = (np.arange(n) + 0.5) / n
    return np.select([share < TRAIN, share < VALIDATION], ["train", "validation"], "test")


def draw(figure):
    rows = []
    for row in reviews(200).head(26).itertuples():
        colour = "tab:green" if row.label else "tab:red"
        rows.append(((("bad", "good")[row.label], colour), (row.form, "0.4"), (shorten(row.text, 112), "black")))
    write_rows(figure.add_subplot(), rows, at=(0.0, 0.06, 0.16), size=8.5)


CARD = Card(
    name="reviews",
    title="short reviews with sentiment, intensity, negation and contrast",
    size="10,000 reviews; also long ones, and pairs of the same words",
    origin="made",
    licence="MIT, as the project",
    make=lambda: {kind: reviews(n, kind=kind) for kind, n in (("short", 10_000), ("long", 500), ("pairs", 500))},
    fingerprint="62bac7744b54859cb8b69d663633e495cc6173a0111139f7cf88f3a3237dd9b4",
    draw=draw,
)

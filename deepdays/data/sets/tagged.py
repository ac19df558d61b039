"""Sentences of an invented news wire with people, places and organisations in BIO tags, and relations between them."""

import re

import numpy as np
import pandas as pd

from deepdays.data.card import Card
from deepdays.data.errors import check_count
from deepdays.data.grammar import Draws
from deepdays.data.packages import need
from deepdays.data.sets._tagged_grammar import CITIES, FIRST_NAMES, ORGANISATIONS, SENTENCES, SURNAMES

TAGS = ("O", "B-PER", "I-PER", "B-LOC", "I-LOC", "B-ORG", "I-ORG")
# Relations, subject first, with their share of the sentences; `none` relates nobody.
RELATIONS = {
    "works_for": 0.18,
    "born_in": 0.1,
    "lives_in": 0.1,
    "founded": 0.09,
    "based_in": 0.12,
    "located_in": 0.08,
    "none": 0.33,
}
PEOPLE, ORGANISATION_COUNT = 400, 200  # in the world that a seed makes
OPEN = 0.7  # share of people, cities and organisations that the training and validation parts name
TRAIN, VALIDATION = 0.7, 0.85  # shares of the rows up to which a part goes
_MARKED = re.compile(r"<(PER|LOC|ORG) ([^>]*)>|(\S+)")


class _World:
    """Cities, people and organisations, and the facts about them, of which every sentence tells the truth.

    Each list begins with its open part; the facts about what is open name only what is open.
    """

    def __init__(self, draws):
        self.draws = draws
        locale = need("babel", "tagged").Locale("en")
        self.country = {}
        for zone, code in (entry.split(":") for entry in CITIES.split()):
            city = locale.time_zones.get(zone, {}).get("city") or zone.rpartition("/")[2].replace("_", " ")
            self.country[city] = locale.territories[code]
        self.cities = sorted(self.country, key=lambda _: draws.number())
        firsts, lasts = FIRST_NAMES.split(), SURNAMES.split()
        self.facts: dict[str, dict] = {}
        self.organisations = self._invent(ORGANISATION_COUNT, lambda hidden: self._organisation(lasts, hidden))
        self.people = self._invent(PEOPLE, lambda hidden: self._person(firsts, lasts, hidden))
        for k, organisation in enumerate(self.organisations):
            self.facts[organisation]["founded"] = self.pick(self.people, k >= OPEN * ORGANISATION_COUNT)

    def _invent(self, count, make):
        """Distinct names; make takes whether the name is hidden from training, adds facts and gives the name."""
        names: dict[str, None] = {}
        while len(names) < count:
            names[make(len(names) >= OPEN * count)] = None
        return list(names)

    def _organisation(self, surnames, hidden):
        city, (surname, surname2) = self.pick(self.cities, hidden), self.draws.pick_two(surnames)
        country = self.country[city]
        bound = {"city": city, "country": country, "surname": surname, "surname2": surname2}
        kind = self.draws.pick(("company", "institution", "press"))
        name = ORGANISATIONS.write(kind, self.draws, **bound, in_country=_article(country) + country)
        self.facts[name] = {"based_in": city, "year": str(1950 + int(60 * self.draws.number()))}
        return name

    def _person(self, firsts, lasts, hidden):
        name = f"{self.draws.pick(firsts)} {self.draws.pick(lasts)}"
        self.facts[name] = {
            "works_for": self.pick(self.organisations, hidden),
            "born_in": self.pick(self.cities, hidden),
            "lives_in": self.pick(self.cities, hidden),
            "year": str(1950 + int(48 * self.draws.number())),
        }
        return name

    def pick(self, names, hidden):
        """One of the open names; if hidden, one of the others half of the time."""
        border = int(OPEN * len(names))
        return self.draws.pick(names[border:] if hidden and self.draws.chance(0.5) else names[:border])

    def sentence(self, relation, test):
        """A marked sentence and its relations."""
        person, person2 = self.pick(self.people, test), self.pick(self.people, test)
        org, org2 = self.pick(self.organisations, test), self.pick(self.organisations, test)
        city, city2 = self.pick(self.cities, test), self.pick(self.cities, test)
        country, related = self.country[city], []
        if relation in ("born_in", "lives_in"):
            city = self.facts[person][relation]
            related = [(person, relation, city)]
        elif relation == "works_for":
            org = self.facts[person][relation]
            related = [(person, relation, org)]
        elif relation == "founded":
            person = self.facts[org][relation]
            related = [(person, relation, org)]
        elif relation == "based_in":
            city = self.facts[org][relation]
            related = [(org, relation, city)]
        elif relation == "located_in":
            related = [(city, relation, country)]
        first, _, last = person.partition(" ")
        country2 = self.country[city2]
        text = SENTENCES.write(
            relation,
            self.draws,
            test,
            person=f"<PER {person}>",
            person2=f"<PER {person2}>",
            first_only=f"<PER {first}>",
            surname_only=f"<PER {last}>",
            org=f"<ORG {org}>",
            org2=f"<ORG {org2}>",
            place=f"<LOC {city}>",
            in_country=f"{_article(country)}<LOC {country}>",
            in_country2=f"{_article(country2)}<LOC {country2}>",
            born=self.facts[person]["year"],
            year_founded=self.facts[org]["year"],
            club=f"<ORG {self._club(city)}>",
            club2=f"<ORG {self._club(city2)}>",
        )
        return text, related

    def _club(self, city):
        """A sports club: a city's name, alone half of the time."""
        return city if self.draws.chance(0.5) else f"{city} {self.draws.pick(('United', 'City', 'Rovers', 'Athletic'))}"


def _article(country):
    return "the " if country.startswith("United ") or country in ("Netherlands", "Philippines") else ""


def _tagged(text):
    """A marked sentence as tokens and tags."""
    tokens: list[str] = []
    tags: list[str] = []
    for kind, name, word in _MARKED.findall(text):
        words = name.split() or [word]
        tokens += words
        tags += [f"B-{kind}", *[f"I-{kind}"] * (len(words) - 1)] if kind else ["O"]
    tokens[0] = tokens[0][0].upper() + tokens[0][1:]
    return [*tokens, "."], [*tags, "O"]


def tagged(n: int = 5000, seed: int = 0):
    """Sentences with named entities and relations, as of the news; the places are real, the rest is invented.

    Entities are tagged as in Ramshaw and Marcus 1995, Text chunking using transformation-based learning: B- begins one,
    I- goes on, O is outside. A name does not tell its kind: there are people called London, companies called Moreau and
    clubs called Oslo. Half of the names in the test part are in no other part, and some of its sentences too.

    Args:
        n: sentences, each there once; at most 50,000.
        seed: of the world and of the sentences.

    Returns:
        DataFrame of n rows: tokens (list of str), tags (list of str, one of TAGS a token), relations (list of
        (subject, relation, object), names as in the sentence; often empty) and split (str: train 70%, validation 15%,
        test 15%, in this order). Facts hold throughout: whoever works for Kestrel in one row does so in all.

    Raises:
        DataError: an argument is out of range, or Babel is not installed.
    """
    check_count(n, high=50_000)
    draws = Draws(np.random.default_rng(seed))
    world = _World(draws)
    relations, edges = tuple(RELATIONS), np.cumsum(tuple(RELATIONS.values())).tolist()
    rows: list = []
    seen = set()
    while len(rows) < n:
        share = (len(rows) + 0.5) / n
        split = "train" if share < TRAIN else "validation" if share < VALIDATION else "test"
        number = draws.number()
        relation = next((name for name, edge in zip(relations, edges, strict=True) if number < edge), "none")
        text, related = world.sentence(relation, split == "test")
        if text not in seen:
            seen.add(text)
            rows.append((*_tagged(text), related, split))
    return pd.DataFrame(rows, columns=["tokens", "tags", "relations", "split"])


def draw(figure):
    colours = {"PER": "tab:red", "LOC": "tab:green", "ORG": "tab:blue", "": "black"}
    figure.set_layout_engine("none")
    axes, count = figure.add_axes((0.0, 0.0, 1.0, 1.0)), 24
    axes.axis("off")
    for k, row in enumerate(tagged(200).head(count).itertuples()):
        place = 2
        for token, tag in zip(row.tokens, row.tags, strict=True):
            style = {"color": colours[tag[2:]], "family": "monospace", "fontsize": 8, "va": "center"}
            axes.text(place * 4.82 / 720, 1 - (k + 0.5) / count, token, **style)  # points a letter and in all
            place += len(token) + 1


CARD = Card(
    name="tagged",
    title="sentences with people, places and organisations in BIO tags, and relations",
    size="5,000 sentences, some 48,000 tokens",
    origin="made; place names: Babel",
    licence="MIT, as the project; place names: Unicode Licence V3 (CLDR, inside Babel)",
    make=tagged,
    fingerprint="d1577b477bd4063803f3681fa48c8d8e2c6644f512fc8a3c2925a921474bb708",
    draw=draw,
    needs=("babel",),
)

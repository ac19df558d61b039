# ---
# day: 66
# title: Text preprocessing
# week: 14
# minutes: 110
# backend: numpy
# needs: []
# data: [pydocs]
# papers:
# - "Porter 1980, An algorithm for suffix stripping"
# - "Weizenbaum 1966, ELIZA: a computer program for the study of natural language communication between man and machine"
# - "Zipf 1949, Human behavior and the principle of least effort"
# - "Miller 1995, WordNet: A lexical database for English"
# - "Davis and Dürst 2008, Unicode Standard Annex 15: Unicode normalization forms"
# ---

# %% [markdown]
# # Day 66 · Text preprocessing
#
# By the end you can turn raw text into whole numbers that a model can take, and say what each step on the way keeps and
# what it throws away.
#
# - **You will build** a normaliser, a tokeniser for words, characters and pieces of words, a filter for stop words,
#   the first step of Porter's stemmer, a lemmatiser, a vocabulary, and a chatbot made of rules. They measure what
#   each step does to a real text, the language reference of Python.
# - **You need** Python's strings, lists and dicts. No earlier day.
# - **Not today:** counting words to classify texts (Day 67), guessing the next word (Day 68), vectors for words
#   (Day 69), learning the pieces that a subword tokeniser uses (Day 89).
# - **Time:** about 110 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $r$ | rank of a word: 1 for the most frequent | | `ranks` |
# | $f_r$ | how often the word of rank $r$ occurs | | `frequencies` |
# | $n$ | tokens of a text, or how many there are | $(n,)$ | `tokens`, `ids` |
# | $V$ | number of different tokens: the size of the vocabulary | | `len(vocabulary.tokens)` |
#
# A **token** is one occurrence, a **type** is one entry of the vocabulary: *the cat saw the dog* has five tokens and
# four types. $V$ counts types.

# %% setup
import re
import unicodedata
from collections import Counter

import matplotlib.pyplot as plt
import numpy as np

import deepdays as dd

dd.plot.style()

STOP_TEXT = (
    "a about above after again all also am an and any are as at be because been before being below between both but by "
    "can cannot could did do does doing down during each either few for from further had has have having he her here "
    "hers him his how i if in into is it its itself just may me might more most must my neither no nor not of off on "
    "once only or other our out over own same shall she should so some such than that the their them then there these "
    "they this those through to too under until up very was we were what when where whether which while who whom whose "
    "why will with without would you your"
)
STOP_WORDS = frozenset(STOP_TEXT.split())

# Endings that a lemmatiser takes off, and what it puts there instead, in the order in which they are tried.
RULES = (
    ("s", ""),
    ("ses", "s"),
    ("xes", "x"),
    ("zes", "z"),
    ("ches", "ch"),
    ("shes", "sh"),
    ("men", "man"),
    ("ies", "y"),
    ("es", ""),
    ("ed", "e"),
    ("ed", ""),
    ("ing", "e"),
    ("ing", ""),
)
EXCEPTION_TEXT = (
    "am:be are:be is:be was:be were:be been:be being:be has:have had:have having:have does:do did:do done:do "
    "made:make given:give gave:give took:take taken:take found:find got:get getting:get ran:run running:run "
    "went:go gone:go saw:see seen:see kept:keep left:leave meant:mean thought:think bound:bind wrote:write "
    "written:write began:begin beginning:begin setting:set stopped:stop occurred:occur referred:refer "
    "children:child indices:index mice:mouse feet:foot better:good best:good worse:bad"
)
EXCEPTIONS = dict(pair.split(":") for pair in EXCEPTION_TEXT.split())
LEXICON_TEXT = (
    "access add alias allow apply argument assign assignment attribute base become begin bind binding block box "
    "bracket breakpoint bus byte call case change character class clause collection command compare comparison "
    "compile compute consider construct contain container convert copy create customize debug decorator default "
    "define definition delete derive describe descriptor detail determine dictionary digit dish element enable "
    "enclose entry error evaluate example exception execute exist expect expression fail field find fix fly follow "
    "form format function generate glass global guarantee handle happen hash hope identifier implement implementation "
    "import include index indicate insert instance integer interpret invoke item iterate key keyword know lead leaf "
    "leave letter line list literal load local loop make man map mapping match mean meaning method module name need "
    "nest note number object occur omit operand operation operator order pack pad pair parameter parenthesis parse "
    "pass pattern plan point process produce program provide quote raise reach read refer reference relate remove "
    "replace represent require result return reverse rule search select separate sequence set setting skip slice slot "
    "specify start state statement step stop store string subclass succeed supply support target term test text thing "
    "time transform treat try tuple type underscore unpack use value variable version walk watch word work write "
    "yield"
)
LEXICON = frozenset(LEXICON_TEXT.split())

# %% [markdown]
# ## What computers are asked to do with language
#
# **Natural language processing** (NLP) is any computing on language that people speak or write. A small map:
#
# | text in, … | example | a day of this course |
# |---|---|---|
# | one label out | spam or not, praise or blame | 67 |
# | a label for each word | names of people, parts of speech | in the weeks to come |
# | the next word, and the next | completion, chat | 68 |
# | another text | translation, summary | in the weeks to come |
# | a passage out | search, question answering | 117 |
#
# The first programs were rules written by hand, in the 1950s and 60s. From the 1990s on, counts from large collections
# of text did better, and from the 2010s on, networks that learn their own features. All three still need one thing:
# the text, an array of characters, has to be cut into **units** and these into numbers.
#
# Which units? Linguists find building blocks on several levels. Sounds (**phonemes**) or letters make the smallest
# parts with a meaning, **morphemes**: *un-break-able* has three. Morphemes make **words**, words make phrases and
# sentences by rules of order (**syntax**), sentences have a meaning (**semantics**), and what is meant depends on who
# says it where (**pragmatics**): *can you pass the salt* is no question. The lower levels can be cut by rule. That is
# preprocessing, and today's work. Here is what we work on.

# %% demo
pages = dd.data.pydocs()
corpus = "\n\n".join(pages["text"])
print(f"{len(pages)} pages, {len(corpus):,} characters. Part of one of them:\n")
print(pages.loc[pages["title"] == 'The "while" statement', "text"].iloc[0][:420])

# %% [markdown]
# (The text comes with Python, and it differs a little from version to version. So will your counts.)
#
# ## Normalising: one spelling for one thing
#
# Two texts can look alike and be different. `"é"` may be one character, U+00E9, or two, an `e` and a combining accent.
# `"ﬁ"` may be a single sign that printers use. Inverted commas are straight or curly, spaces come in many widths, and
# *The* at the start of a sentence is the same word as *the*. A computer compares code points, so a vocabulary would
# hold each of these several times.

# %% demo
for one, other in (("caf\u00e9", "cafe\u0301"), ("\ufb01le", "file"), ("don\u2019t", "don't"), ("STRASSE", "straße")):
    print(f"{one!r:10} {other!r:10} equal: {one == other}, as NFKC: "
          f"{unicodedata.normalize('NFKC', one) == unicodedata.normalize('NFKC', other)}")  # fmt: skip

# %% [markdown]
# **Unicode normalisation** deals with the first two. There are four forms. NFC composes an `e` and its accent to one
# character, NFD takes them apart; NFKC and NFKD also replace *compatibility* characters by plain ones: `ﬁ` by `fi`,
# `²` by `2`, `Ａ` by `A`, a no-break space by a space. We take NFKC. (It loses something: `2²` becomes `22`. No step of
# today is free.)
#
# The third line is not Unicode's business, we replace curly marks ourselves. For the fourth there is `str.casefold`,
# which goes further than `lower`: German `ß` becomes `ss`. By hand, with `␣` for a no-break space, `␠` for an ordinary
# one, and an É of two code points:
#
# | step | `␣“Ｔhe CAFÉs ﬁles”` |
# |---|---|
# | NFKC | `␠“The CAFÉs files”` |
# | straight quotation marks | `␠"The CAFÉs files"` |
# | fold the case | `␠"the cafés files"` |
# | trim and squeeze spaces | `"the cafés files"` |
#
# The order matters: some characters show their capitals only under NFKC (`™` becomes `TM`). And folding may take
# apart what was composed (`ΐ` becomes three code points), so that composed text can come out uncomposed. Accents stay:
# *resume* and *résumé* are two words.


# %% exercise: normalize
def normalize(text):
    """Give one spelling to texts that differ only in form.

    Args:
        text: str, possibly empty.

    Returns:
        str in Unicode form NFKC, with folded case. The curly single quotation marks U+2018 and U+2019 are replaced
        by ', the double ones U+201C and U+201D by ". Every run of whitespace is one space, and there is none at the
        ends. Accents and punctuation are kept. Normalised text is left as it is. About 5 lines.
    """
    ### BEGIN SOLUTION
    text = unicodedata.normalize("NFKC", text)
    text = text.translate(str.maketrans("\u2018\u2019\u201c\u201d", "''\"\""))
    text = unicodedata.normalize("NFKC", text.casefold())
    return " ".join(text.split())
    ### END SOLUTION


# %% test: normalize, points=2
came = normalize("\u00a0\u201c\uff34he CAFE\u0301s\t\n \ufb01les\u201d ")
dd.check.kind(came, str, what="the text")
dd.check.equal(came, '"the caf\u00e9s files"', why="the example above", what="the text")
dd.check.equal(
    normalize("Don\u2019t \u2018go\u2019!"), "don't 'go'!", why="curly marks become straight", what="the text"
)
dd.check.equal(normalize(" \n\t "), "", why="nothing is left of whitespace", what="the text")
### BEGIN HIDDEN TESTS
cases = {
    "": ("", "an empty text stays empty"),
    "x": ("x", "one character"),
    "STRASSE Straße": ("strasse strasse", "folding the case turns ß into ss"),
    "re\u0301sume\u0301 resume": ("r\u00e9sum\u00e9 resume", "accents are kept, and composed with their letters"),
    "a - b, c; (d)... e!": ("a - b, c; (d)... e!", "punctuation is kept"),
    "2\u00b2 \u2122": ("22 tm", "NFKC makes them plain, and what it makes of ™ has capitals"),
    "\u0390": ("\u0390", "folding takes it apart, NFKC composes it again"),
    "A\u2003B\u3000C\u00a0D": ("a b c d", "wide and no-break spaces are whitespace too"),
    "line one\r\n\r\n  line two": ("line one line two", "line breaks are whitespace"),
    "\u201cx\u201d \u2018y\u2019": ("\"x\" 'y'", "four curly marks become straight ones"),
    "snake_case, __init__ and don't": ("snake_case, __init__ and don't", "plain text is left as it is"),
    "\u0130": ("i\u0307", "the capital dotted i folds to an i and a dot"),
    "\u00bd \u210c \ufb03": ("1\u20442 h ffi", "fractions, letters of mathematics and ligatures are made plain"),
    "12 34": ("12 34", "digits stay"),
    "\u00b4x": ("\u0301x", "NFKC makes an accent that stands alone a space and a combining one: a space at the start"),
    "a \u00a8b": ("a \u0308b", "a space that NFKC makes beside another is part of a run"),
    "\u4e2d\u6587 \u0416\u0423\u041a": ("\u4e2d\u6587 \u0436\u0443\u043a", "other scripts are text too"),
}
for text, (due, why) in cases.items():
    came = normalize(text)
    dd.check.equal(came, due, why=why, what=f"normalize({text!r})")
    dd.check.equal(normalize(came), due, why="normalised text is left as it is", what=f"normalize({due!r})")
for form in ("NFC", "NFD", "NFKC", "NFKD"):
    text = unicodedata.normalize(form, "Ångström, naïve: Ñandú ﬂew 3½ Å \u1e9b\u0323")
    due = unicodedata.normalize("NFKC", "ångström, naïve: ñandú flew 3\u00bd å \u1e69")
    dd.check.equal(normalize(text), due, why=f"it is the same text, in form {form}", what="the text")
### END HIDDEN TESTS

# %% mistakes: normalize
# - replace: text.casefold()
#   with: text.lower()
#   hint: "Small letters aren't quite folded case: a German sharp s in one spelling is ss in the other."
# - replace: text = unicodedata.normalize("NFKC", text.casefold())
#   with: text = unicodedata.normalize("NFKC", text)
#   hint: "Capitals are left. The same word at the start of a sentence is another one."
# - replace: text = unicodedata.normalize("NFKC", text.casefold())
#   with: text = text.casefold()
#   hint: "Folding can take a composed character apart, so that your result isn't in form NFKC. Which step has to be
#     last?"
# - replace: text = unicodedata.normalize("NFKC", text)
#   with: text = text.strip()
#   hint: "Case is folded before NFKC has made all characters plain: capitals that only it brings out are left."
# - replace: return " ".join(text.split())
#   with: return text.strip()
#   hint: "Spaces inside the text, and line breaks, are left in runs. One space is due for each run."
# - replace: return " ".join(text.split())
#   with: return re.sub(r"\s+", " ", text)
#   hint: "A space is left at one of the ends."
# - replace: return " ".join(text.split())
#   with: return " ".join(part for part in text.split(" ") if part)
#   hint: "Tabs and line breaks are whitespace too."
# - replace: str.maketrans("\u2018\u2019\u201c\u201d", "''\"\"")
#   with: str.maketrans("\u2018\u2019", "''")
#   hint: "Double quotation marks have curly forms too."
# - replace: str.maketrans("\u2018\u2019\u201c\u201d", "''\"\"")
#   with: str.maketrans("\u201c\u201d", "\"\"")
#   hint: "Single quotation marks, and with them apostrophes, have curly forms too."
# - replace: return " ".join(text.split())
#   with: return " ".join(re.sub(r"[^\w\s]", "", text).split())
#   hint: "Punctuation is gone. Whether it is of use is for a later step to decide."
# - replace: text = unicodedata.normalize("NFKC", text.casefold())
#   with: text = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
#   hint: "Accents are gone, and two words that differ by one fall together."
# - replace: return " ".join(text.split())
#   with: return "".join(text.split())
#   hint: "All whitespace is gone, and the words run together."


# %% mistake: normalize
# hint: "Everything outside ASCII is thrown away, and with it letters of words. Normalising spells, it does not drop."
def normalize(text):
    text = unicodedata.normalize("NFKD", text).replace("\u2019", "'").replace("\u2018", "'")
    text = text.replace("\u201c", '"').replace("\u201d", '"')
    return " ".join(text.encode("ascii", "ignore").decode().casefold().split())


# %% mistake: normalize
# hint: "You compose accents, but ligatures, wide letters and other compatibility characters are left as they are."
def normalize(text):
    text = unicodedata.normalize("NFC", text).translate(str.maketrans("\u2018\u2019\u201c\u201d", "''\"\""))
    return " ".join(unicodedata.normalize("NFC", text.casefold()).split())


# %% mistake: normalize
# hint: "Whitespace is squeezed before NFKC, which makes new spaces: of an accent that stands alone, for one."
def normalize(text):
    text = " ".join(text.translate(str.maketrans("\u2018\u2019\u201c\u201d", "''\"\"")).split())
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


# %% mistake: normalize
# hint: "Double quotation marks have become single ones. They are two different marks."
def normalize(text):
    text = unicodedata.normalize("NFKC", text).translate(str.maketrans("\u2018\u2019\u201c\u201d", "'" * 4))
    return " ".join(unicodedata.normalize("NFKC", text.casefold()).split())


# %% mistake: normalize
# hint: "The apostrophe has become straight, but single quotation marks open as well as close: one is left curly."
def normalize(text):
    text = unicodedata.normalize("NFKC", text).translate(str.maketrans("\u2019\u201c\u201d", '\'""'))
    return " ".join(unicodedata.normalize("NFKC", text.casefold()).split())


# %% mistake: normalize
# hint: "Marks are dropped. Punctuation is to be kept, quotation marks are only made straight."
def normalize(text):
    text = unicodedata.normalize("NFKC", text).translate(str.maketrans("\u2018\u2019\u201c\u201d", "''\"\""))
    return " ".join(re.sub(r"[^\w\s'\"]", "", unicodedata.normalize("NFKC", text.casefold())).split())


# %% accepts: normalize
def normalize(text):
    for curly, straight in (("\u2018", "'"), ("\u2019", "'"), ("\u201c", '"'), ("\u201d", '"')):
        text = text.replace(curly, straight)
    before = None
    while text != before:
        before, text = text, unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return re.sub(r"\s+", " ", text).strip()


# %% accepts: normalize
def normalize(text):
    text = unicodedata.normalize("NFKD", text).casefold()
    text = re.sub("[\u2018\u2019]", "'", re.sub("[\u201c\u201d]", '"', text))
    return " ".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKD", text)).split())


# %% [markdown]
# ## Regular expressions: a language for patterns
#
# Where does a word end? `str.split` cuts at spaces, and leaves `statement.` and `(see` as words. We need to
# say *letters, perhaps with an apostrophe inside*, and **regular expressions** say that:
#
# | pattern | finds | in `Don't re-use file_2.` |
# |---|---|---|
# | `\w` | a letter, digit or underscore | `D`, `o`, `n`, `t`, … |
# | `\w+` | one or more of these, as many as there are | `Don`, `t`, `re`, `use`, `file_2` |
# | `\w*` | none or more | as above, and empty matches between |
# | `[aeiou]`, `[^aeiou]` | one of these, none of these | |
# | `\s`, `\d`, `.` | whitespace, a digit, any character but a line break | |
# | `^`, `$`, `\b` | start, end, edge of a word; none of these takes up a character | |
# | `(…)`, `(?:…)` | a group whose text is kept; one that only holds together | |
# | `x` then `\|` then `y` | the one or, failing that, the other | |
# | `.*?` | as few as will do | |
#
# `re.findall` gives all matches from left to right. Two traps wait in it. With **one group** in the pattern it
# gives the group's text and not the match's. And a backslash in an ordinary string may mean something else,
# so patterns are written as raw strings, `r"\b"`.

# %% demo
sample = "Don't re-use file_2."
for pattern in (r"\w+", r"\w+('\w+)?", r"\w+(?:'\w+)?", r"[^\w\s]"):
    print(f"{pattern:16}", re.findall(pattern, sample))

# %% [markdown]
# ## Tokenising: by word, character or piece
#
# A **word** tokeniser must decide on contractions, hyphens and punctuation. Ours keeps `don't` and `well-known` whole
# and makes every mark a token of its own. Others decide otherwise: the Penn Treebank's cuts `don't` into `do` and
# `n't`. `3.14` falls into three tokens, and `New York` into two. And in scripts without spaces, Chinese for one, this
# kind of rule is no help.
#
# | | vocabulary | sequence | unknown words |
# |---|---|---|---|
# | words | large: each form of each word | short | yes, for ever |
# | characters | tiny | several times as long | next to none |
# | pieces of words | as large as you choose | in between | none, if all characters are pieces |
#
# **Subword** tokenisers, which nearly all large language models use, keep frequent words whole and spell rare ones in
# pieces. Learning the pieces is for Day 89; *using* them is easy. WordPiece, the method in the model BERT, goes from
# left to right and takes **the longest piece that fits** each time. Pieces that do not start a word are marked with
# `##`. By hand, with the pieces `un`, `pack`, `##pack`, `##ing`, `##in`:
#
# | left to cut | tried | taken |
# |---|---|---|
# | `unpacking` | `unpacking`, `unpackin`, …, `un` | `un` |
# | `packing` | `##packing`, …, `##pack` (not `pack`: that may only start a word) | `##pack` |
# | `ing` | `##ing` | `##ing` |
#
# What if nothing fits? WordPiece then gives up on the whole word. We fall back to a single character, so that nothing
# is lost: `unzip` becomes `un`, `##z`, `##i`, `##p`.


# %% exercise: tokenize
def tokenize(text, level, pieces=frozenset()):
    """Cut a text into tokens, in their order and with their capitals.

    Args:
        text: str.
        level: "character", "word" or "subword".
        pieces: the pieces known at level "subword", a set of str; those that go on a word start with "##".

    Returns:
        list of str. Level "character": every character, spaces too. Level "word": a word is a run of letters, digits
        and underscores (what \\w finds), or several such runs that are joined by a single ' or - each; every other
        character is a token of its own, but for whitespace, which is none. Level "subword": every token of level
        "word" cut from the left into the longest pieces that fit; where none fits, into one character. All but the
        first piece of a word start with "##". About 16 lines.

    Raises:
        ValueError: level is none of the three.
    """
    ### BEGIN SOLUTION
    if level not in ("character", "word", "subword"):
        raise ValueError(f'level must be "character", "word" or "subword". Received: {level!r}')
    if level == "character":
        return list(text)
    words = re.findall(r"\w+(?:['-]\w+)*|[^\w\s]", text)
    if level == "word":
        return words
    tokens = []
    for word in words:
        start, mark = 0, ""
        while start < len(word):
            end = len(word)
            while end > start + 1 and mark + word[start:end] not in pieces:
                end -= 1
            tokens.append(mark + word[start:end])
            start, mark = end, "##"
    return tokens
    ### END SOLUTION


# %% test: tokenize, points=2
came = tokenize("Don't re-use (see) file_2.", "word")
dd.check.kind(came, list, what="the tokens")
due = ["Don't", "re-use", "(", "see", ")", "file_2", "."]
dd.check.equal(came, due, why="' and - join, other marks are tokens", what="the tokens")
dd.check.equal(tokenize("a b!", "character"), ["a", " ", "b", "!"], why="every character counts", what="the tokens")
pieces = {"un", "pack", "##pack", "##ing", "##in"}
came = tokenize("unpacking, unzip", "subword", pieces)
due = ["un", "##pack", "##ing", ",", "un", "##z", "##i", "##p"]
dd.check.equal(came, due, why="the two examples above", what="the tokens")
with dd.check.raises(ValueError, why="there is no such level"):
    tokenize("some text", "sentence")
### BEGIN HIDDEN TESTS
cases = {
    "": [],
    "  \n\t ": [],
    "x": ["x"],
    "?": ["?"],
    "state-of-the-art o'clock's": ["state-of-the-art", "o'clock's"],
    "dogs' 'quoted' -x- a--b": ["dogs", "'", "'", "quoted", "'", "-", "x", "-", "a", "-", "-", "b"],
    "3.14 = 3,14": ["3", ".", "14", "=", "3", ",", "14"],
    "Wait... what?!": ["Wait", ".", ".", ".", "what", "?", "!"],
    "naïve Ünal 中文": ["naïve", "Ünal", "中文"],
    "rock-'n'-roll": ["rock", "-", "'", "n", "'", "-", "roll"],
    "a'-b": ["a", "'", "-", "b"],
    "__init__(self)": ["__init__", "(", "self", ")"],
    "a\nb\tc": ["a", "b", "c"],
    "the the The": ["the", "the", "The"],
    "under_score-2-go": ["under_score-2-go"],
}
for text, due in cases.items():
    dd.check.equal(tokenize(text, "word"), due, what=f'tokenize({text!r}, "word")')
    dd.check.equal(tokenize(text, "character"), [c for c in text], what=f'tokenize({text!r}, "character")')
    marked = [c if not k else "##" + c for token in due for k, c in enumerate(token)]
    came = tokenize(text, "subword")
    dd.check.equal(came, marked, why="without pieces, words are cut into characters", what="the tokens")
    came = tokenize(text, "subword", set(due))
    dd.check.equal(came, due, why="every word is a piece", what="the tokens")
for level in ("words", "Word", "char", "", None, "characters", "sub"):
    for text in ("some text", ""):
        with dd.check.raises(ValueError, why=f"{level!r} is no level"):
            tokenize(text, level)


def slow_pieces(word, pieces):
    """Cut a word by looking for the longest of all allowed pieces, again and again."""
    found, rest = [], word
    while rest:
        mark = "##" if found else ""
        allowed = [p[len(mark) :] for p in pieces if p.startswith(mark) and (mark or not p.startswith("##"))]
        fitting = [p for p in allowed if p and rest.startswith(p)] + [rest[0]]
        best = max(fitting, key=len)
        found.append(mark + best)
        rest = rest[len(best) :]
    return found


rng = np.random.default_rng(66)
for _ in range(30):
    pieces = {"##" * int(rng.integers(2)) + "".join(rng.choice(list("abc"), rng.integers(1, 5))) for _ in range(12)}
    words = ["".join(rng.choice(list("abcd"), rng.integers(1, 9))) for _ in range(4)]
    before = set(pieces)
    came = tokenize(" ".join(words), "subword", pieces)
    due = [piece for word in words for piece in slow_pieces(word, pieces)]
    dd.check.equal(
        came, due, why="the longest piece that fits, each time", what=f"pieces of {words} from {sorted(pieces)}"
    )
    dd.check.equal(sorted(pieces), sorted(before), why="the pieces are only looked at", what="pieces after the call")
came = tokenize("don't re-do", "subword", {"don", "##'t", "re", "##-", "##do", "do"})
dd.check.equal(came, ["don", "##'t", "re", "##-", "##do"], why="joined words are one word each", what="the tokens")
came = tokenize("aab ab", "subword", {"a", "aa", "##b", "##a", "ab"})
dd.check.equal(came, ["aa", "##b", "ab"], why="the longest first, in every word anew", what="the tokens")
came = tokenize("Go go", "subword", {"go"})
dd.check.equal(came, ["G", "##o", "go"], why="capitals are not the tokeniser's business", what="the tokens")
### END HIDDEN TESTS

# %% mistakes: tokenize
# - replace: "(?:['-]\\w+)*"
#   with: "(['-]\\w+)*"
#   hint: "With a capturing group in the pattern, re.findall returns what the group found."
# - replace: '|[^\w\s]'
#   with: ''
#   hint: "Marks such as a full stop are gone. Each is a token of its own."
# - replace: '|[^\w\s]'
#   with: '|[^\w\s]+'
#   hint: "Several marks in a row come back as one token."
# - replace: '|[^\w\s]'
#   with: '|[^\w]'
#   hint: "Spaces and line breaks come back as tokens. Between words they are none."
# - replace: "(?:['-]\\w+)*"
#   with: "(?:['-]\\w+)?"
#   hint: "A word may be joined more than once, as state-of-the-art is."
# - replace: "(?:['-]\\w+)*"
#   with: ""
#   hint: "Words with an apostrophe or a hyphen inside are cut there. They are one token."
# - replace: "(?:['-]\\w+)*"
#   with: "(?:'\\w+)*"
#   hint: "A hyphen between two words joins them too."
# - replace: "\\w+(?:['-]\\w+)*"
#   with: "[\\w'-]+"
#   hint: "An apostrophe or hyphen at the edge of a word, or a second one, is no part of it: it joins only what is on
#     both sides."
# - replace: "\\w+(?:['-]\\w+)*"
#   with: "[A-Za-z0-9_]+(?:['-][A-Za-z0-9_]+)*"
#   hint: "Letters with accents, and those of other scripts, are letters too."
# - replace: "['-]\\w+)*|[^\\w\\s]\", text)"
#   with: "['-]\\w+)*|[^\\w\\s]\", text.lower())"
#   hint: "The tokens have lost their capitals. Folding the case is another function's work."
# - replace: return list(text)
#   with: return [character for character in text if not character.isspace()]
#   hint: "Spaces are characters too: without them, the text could not be put together again."
# - replace: start, mark = end, "##"
#   with: start = end
#   hint: "The pieces that go on a word carry no mark, so nobody can tell where words begin."
# - replace: |-
#     while end > start + 1 and mark + word[start:end] not in pieces:
#                     end -= 1
#   with: |-
#     while end > start + 1 and word[start:end] not in pieces:
#                     end -= 1
#   hint: "Inside a word, a piece is looked up without its mark: one that may only start a word is taken in the middle."
# - replace: |-
#     end = len(word)
#                 while end > start + 1 and mark + word[start:end] not in pieces:
#                     end -= 1
#   with: |-
#     end = start + 1
#                 while end < len(word) and mark + word[start:end] not in pieces:
#                     end += 1
#   hint: "You take the shortest piece that fits, or the whole rest. The longest is due."
# - replace: 'raise ValueError(f''level must be "character", "word" or "subword". Received: {level!r}'')'
#   with: return text.split()
#   hint: "A level that doesn't exist goes through. A ValueError is due."
# - replace: |-
#     for word in words:
#             start, mark = 0, ""
#   with: |-
#     mark = ""
#         for word in words:
#             start = 0
#   hint: "Only the first word of the text starts without a mark. Every word does."


# %% mistake: tokenize
# hint: "Where no piece fits, a part of the word is lost or replaced. It should come back as a single character."
def tokenize(text, level, pieces=frozenset()):
    if level not in ("character", "word", "subword"):
        raise ValueError("level")
    if level == "character":
        return list(text)
    tokens = []
    words = re.findall(r"\w+(?:['-]\w+)*|[^\w\s]", text)
    if level == "word":
        return words
    for word in words:
        start, found = 0, []
        while start < len(word):
            mark = "##" if start else ""
            fitting = [end for end in range(len(word), start, -1) if mark + word[start:end] in pieces]
            if not fitting:
                found = ["[UNK]"]
                break
            found.append(mark + word[start : fitting[0]])
            start = fitting[0]
        tokens += found
    return tokens


# %% mistake: tokenize
# hint: "You cut at spaces alone, so marks stick to the words before or after them."
def tokenize(text, level, pieces=frozenset()):
    if level not in ("character", "word", "subword"):
        raise ValueError("level")
    if level == "character":
        return list(text)
    if level == "word":
        return text.split()
    return [c if k == 0 else "##" + c for word in text.split() for k, c in enumerate(word)]


# %% mistake: tokenize
# hint: "A character that stands for want of a piece lacks its mark: only the first piece of a word has none."
def tokenize(text, level, pieces=frozenset()):
    if level not in ("character", "word", "subword"):
        raise ValueError("level")
    if level == "character":
        return list(text)
    words = re.findall(r"\w+(?:['-]\w+)*|[^\w\s]", text)
    if level == "word":
        return words
    tokens = []
    for word in words:
        start = 0
        while start < len(word):
            mark = "##" if start else ""
            fitting = [end for end in range(len(word), start, -1) if mark + word[start:end] in pieces]
            if fitting:
                tokens.append(mark + word[start : fitting[0]])
                start = fitting[0]
            else:
                tokens.append(word[start])
                start += 1
    return tokens


# %% mistake: tokenize
# hint: "You give up on the whole word where one part of it fits no piece. Only one character is taken
#   there, and the cutting goes on."
def tokenize(text, level, pieces=frozenset()):
    if level not in ("character", "word", "subword"):
        raise ValueError("level")
    if level == "character":
        return list(text)
    words = re.findall(r"\w+(?:['-]\w+)*|[^\w\s]", text)
    if level == "word":
        return words
    tokens = []
    for word in words:
        start, found = 0, []
        while start < len(word):
            mark = "##" if start else ""
            fitting = [end for end in range(len(word), start, -1) if mark + word[start:end] in pieces]
            if not fitting:
                found = [word]
                break
            found.append(mark + word[start : fitting[0]])
            start = fitting[0]
        tokens += found
    return tokens


# %% mistake: tokenize
# hint: "Level subword cuts what lies between spaces, marks and all. It should start from the tokens of level word."
def tokenize(text, level, pieces=frozenset()):
    if level not in ("character", "word", "subword"):
        raise ValueError("level")
    if level == "character":
        return list(text)
    words = re.findall(r"\w+(?:['-]\w+)*|[^\w\s]", text)
    if level == "word":
        return words
    tokens = []
    for word in text.split():
        start = 0
        while start < len(word):
            mark = "##" if start else ""
            fitting = [end for end in range(len(word), start, -1) if mark + word[start:end] in pieces]
            end = fitting[0] if fitting else start + 1
            tokens.append(mark + word[start:end])
            start = end
    return tokens


# %% accepts: tokenize
def tokenize(text, level, pieces=frozenset()):
    def words():
        at = 0
        while at < len(text):
            found = re.compile(r"\w+").match(text, at)
            end = found.end() if found else at + 1
            while found and text[end : end + 1] in ("'", "-"):
                more = re.compile(r"\w+").match(text, end + 1)
                if not more:
                    break
                end = more.end()
            if not text[at].isspace():
                yield text[at:end]
            at = end

    def cut(word, mark=""):
        if not word:
            return []
        for size in range(len(word), 0, -1):
            if size == 1 or mark + word[:size] in pieces:
                return [mark + word[:size], *cut(word[size:], "##")]

    if level == "character":
        return [*text]
    if level == "word":
        return list(words())
    if level == "subword":
        return [piece for word in words() for piece in cut(word)]
    raise ValueError("unknown level")


# %% accepts: tokenize
def tokenize(text, level, pieces=frozenset()):
    longest = max((len(piece) for piece in pieces), default=1)

    def subwords(word):
        result, rest = [], word
        while rest:
            mark = "##" if result else ""
            sizes = [1, *(size for size in range(2, min(longest, len(rest)) + 1) if mark + rest[:size] in pieces)]
            result.append(mark + rest[: sizes[-1]])
            rest = rest[sizes[-1] :]
        return result

    word = re.compile(r"(\w+(?:(?:'|-)\w+)*)|(\S)")
    if level not in {"character", "word", "subword"}:
        raise ValueError(level)
    if level == "character":
        return [text[i] for i in range(len(text))]
    found = [match.group() for match in word.finditer(text)]
    return found if level == "word" else [piece for each in found for piece in subwords(each)]


# %% [markdown]
# Now the corpus can be counted. Before we throw anything away: how are words spread over it? If all were about equally
# frequent, losing one would cost little whichever it is.

# %% demo
tokens = tokenize(normalize(corpus), "word")
words = [token for token in tokens if token[0].isalpha()]
ranked = Counter(words).most_common()
frequencies = np.array([count for _, count in ranked])
ranks = np.arange(1, len(ranked) + 1)
coverage = np.cumsum(frequencies) / len(words)
print("the ten most frequent:", ", ".join(word for word, _ in ranked[:10]))
print(f"{len(words):,} words, {len(ranked):,} types, of which {np.mean(frequencies == 1):.0%} occur only once")
print("types that make up half of the text:", np.argmax(coverage >= 0.5) + 1)

fig, (left, right) = plt.subplots(1, 2, figsize=(11.5, 4.2))
left.loglog(ranks, frequencies, label="words of the corpus")
left.loglog(ranks, frequencies[9] * 10 / ranks, linestyle="--", color="0.4", label="$10 f_{10}/r$")
left.set(xlabel="rank $r$", ylabel="how often, $f_r$", title="Frequency of a word against its rank")
left.set_ylim(0.6, 4 * frequencies[0])
left.legend()
right.semilogx(ranks, coverage)
right.axhline(0.5, color="0.5", linewidth=1, linestyle="-")
right.set(xlabel="the $r$ most frequent words", ylabel="share of the text", title="How much of the text they cover")
right.set_ylim(0, 1.03)
dd.plot.show(
    "Left, frequency against rank on logarithmic axes: the curve falls from some thousands to 1 along a dashed "
    "straight line of slope minus one; it is below the line at the first ranks and at the far end, and above it around "
    "rank 100. "
    "Right, the share of the text that the most frequent words cover, against how many: it rises steadily along a "
    "logarithmic axis, crosses a half between 60 and 100 words, and reaches nine tenths near a thousand."
)

# %% [markdown]
# They are spread most unevenly. On logarithmic axes the curve is nearly straight, with a slope near $-1$:
#
# $$f_r \approx \frac{C}{r} .$$
#
# From rank 10 to rank 1,000, a hundredfold, the frequency falls roughly a hundredfold. This is **Zipf's law**, a rule
# of thumb that nearly every long text in any language follows more or less. (The dashed line is put through rank 10;
# the curve is under it at the first ranks and over it in the hundreds.) Two consequences govern the day. At the left
# end fewer than a hundred words make up half of the text, and most of them, *the*, *a*, *is*, say nothing about its
# subject. At the right end about a third of the types occur **once**, too seldom to learn anything about them.
#
# ## Stop words: the left end
#
# **Stop words** are the words of a list that are dropped because they tell texts of different subject hardly apart.
# Lists differ, and each is a decision; ours has 125 words. Search for *the function returns a value* is served as well
# by `function`, `returns`, `value`. But look at *this is not good* without stop words: `good`. Usual lists hold *not*
# and *no*, and with them **negation** is gone. So the caller can say what to `keep`. By hand, keeping `not`:
#
# `["This", "is", "not", "very", "good"]` gives `["not", "good"]`.


# %% exercise: remove_stopwords
def remove_stopwords(tokens, keep=()):
    """Drop the words of STOP_WORDS, in capitals or not.

    Args:
        tokens: list of str, left unchanged.
        keep: words that are never dropped, in capitals or not; a list, tuple or set of str.

    Returns:
        A new list: the other tokens in their order and as they are, repeated ones too. About 3 lines.
    """
    ### BEGIN SOLUTION
    kept = {word.casefold() for word in keep}
    dropped = STOP_WORDS - kept
    return [token for token in tokens if token.casefold() not in dropped]
    ### END SOLUTION


# %% test: remove_stopwords, points=1
sentence = ["This", "is", "not", "very", "good", ",", "not", "Good"]
with dd.check.unchanged(sentence):
    came = remove_stopwords(sentence, ["not"])
dd.check.kind(came, list, what="the tokens")
dd.check.equal(
    came, ["not", "good", ",", "not", "Good"], why="not is kept, and order and repeats too", what="the tokens"
)
dd.check.equal(remove_stopwords(sentence), ["good", ",", "Good"], why="nothing is to be kept", what="the tokens")
### BEGIN HIDDEN TESTS
all_stop_words = sorted(STOP_WORDS)
dd.check.equal(remove_stopwords([], []), [], why="there is nothing to drop", what="the tokens")
dd.check.equal(remove_stopwords(all_stop_words, ()), [], why="all of these are stop words", what="the tokens")
came = remove_stopwords(all_stop_words, all_stop_words)
dd.check.equal(came, all_stop_words, why="all of them are to be kept", what="the tokens")
dd.check.equal(sorted(STOP_WORDS), all_stop_words, why="keep is for one call only", what="STOP_WORDS after the calls")
for keep in (["NOT"], ("Not",), {"not", "apple"}):
    came = remove_stopwords(["NOT", "The", "THE", "Not", "not", "knot"], keep)
    dd.check.equal(came, ["NOT", "Not", "not", "knot"], why=f"keep is {keep!r}", what="the tokens")
came = remove_stopwords(["the", "the", "a", "the", "end", "the", "of"], [])
dd.check.equal(came, ["end"], why="stop words in a row are dropped, each of them", what="the tokens")
came = remove_stopwords(["no", "n", "know", "nothing", "o"], ["nothing"])
dd.check.equal(came, ["n", "know", "nothing", "o"], why="words count as wholes, not their parts", what="the tokens")
came = remove_stopwords(["is", "I", "isn't", "it's", "can-do", "i"], ["is"])
dd.check.equal(
    came, ["is", "isn't", "it's", "can-do"], why="a token that contains a stop word is none", what="the tokens"
)
with_marks = ["?", "", " ", "##the", "42"]
came = remove_stopwords(with_marks, ())
dd.check.equal(came, with_marks, why="none of these is a stop word", what="the tokens")
assert came is not with_marks, "a new list is due, also when nothing is dropped"
kept = {"not"}
with dd.check.unchanged(sorted(kept)):
    remove_stopwords(["not", "the"], kept)
dd.check.equal(kept, {"not"}, why="keep is only looked at", what="keep after the call")
words_kept = ["No", "Not"]
with dd.check.unchanged(words_kept, what="keep"):
    remove_stopwords(["no", "the"], words_kept)
with dd.check.unchanged(with_marks, what="tokens"):
    remove_stopwords(with_marks, ["the"])
### END HIDDEN TESTS

# %% mistakes: remove_stopwords
# - replace: token.casefold() not in dropped
#   with: token not in dropped
#   hint: "A stop word at the start of a sentence has a capital, and stays with you."
# - replace: kept = {word.casefold() for word in keep}
#   with: kept = set(keep)
#   hint: "The words to keep may be written with capitals as well."
# - replace: dropped = STOP_WORDS - kept
#   with: dropped = STOP_WORDS
#   hint: "The words to keep are dropped like the others."
# - replace: token.casefold() not in dropped
#   with: token.casefold() not in dropped and token.isalpha()
#   hint: "More than stop words is dropped. Marks, numbers and joined words are none."
# - replace: return [token for token in tokens if token.casefold() not in dropped]
#   with: return [token.casefold() for token in tokens if token.casefold() not in dropped]
#   hint: "The tokens that stay have changed. Only the comparison should disregard capitals."
# - replace: return [token for token in tokens if token.casefold() not in dropped]
#   with: return list(dict.fromkeys(token for token in tokens if token.casefold() not in dropped))
#   hint: "Repeated tokens are gone, and with them how often a word occurs."
# - replace: return [token for token in tokens if token.casefold() not in dropped]
#   with: return sorted(token for token in tokens if token.casefold() not in dropped)
#   hint: "The order of the tokens is lost."
# - replace: return [token for token in tokens if token.casefold() not in dropped]
#   with: return [token for token in tokens if not any(word in token.casefold() for word in dropped)]
#   hint: "You look for stop words inside the tokens. A token is dropped only if it is one."
# - replace: return [token for token in tokens if token.casefold() not in dropped]
#   with: return [token for token in tokens if token.casefold() in STOP_WORDS & kept]
#   hint: "You return what was to be kept of the stop words; the other words have to stay too."


# %% mistake: remove_stopwords
# hint: "You remove from the list while you go through it: the token after each removed one is skipped, and the caller's
#   list changes."
def remove_stopwords(tokens, keep=()):
    kept = {word.casefold() for word in keep}
    for token in tokens:
        if token.casefold() in STOP_WORDS and token.casefold() not in kept:
            tokens.remove(token)
    return tokens


# %% mistake: remove_stopwords
# hint: "You look for stop words inside the tokens. A token is dropped only if it is one."
def remove_stopwords(tokens, keep=()):
    stop = " ".join(sorted(STOP_WORDS - {word.casefold() for word in keep}))
    return [token for token in tokens if token.casefold() not in stop]


# %% mistake: remove_stopwords
# hint: "STOP_TEXT is one long text, and `in` finds any run of letters in it. Look in the set of whole words."
def remove_stopwords(tokens, keep=()):
    keep = {word.lower() for word in keep}
    return [token for token in tokens if token.lower() not in STOP_TEXT or token.lower() in keep]


# %% mistake: remove_stopwords
# hint: "A token counts as one to keep only if it is written as in `keep`. Capitals make no difference, on either side."
def remove_stopwords(tokens, keep=()):
    return [token for token in tokens if token.lower() not in STOP_WORDS or token in keep]


# %% accepts: remove_stopwords
def remove_stopwords(tokens, keep=()):
    result = []
    lowered = [word.lower() for word in keep]
    for token in tokens:
        if token.lower() in lowered or token.lower() not in STOP_WORDS:
            result.append(token)
    return result


# %% accepts: remove_stopwords
def remove_stopwords(tokens, keep=()):
    spared = frozenset(map(str.lower, keep))
    return list(filter(lambda token: str.lower(token) in spared or str.lower(token) not in STOP_WORDS, tokens))


# %% [markdown]
# ## Stemming: cut off the endings
#
# At the other end of Zipf's curve, *raise*, *raises*, *raised* and *raising* are four types. For search, or for
# counting subjects, one would do. **Stemming** cuts endings off by rules, without a dictionary. The result need not be
# a word, as long as all forms give the *same* one.
#
# Martin Porter's stemmer (1980) is the classic. It has five steps; the first, for plurals, *-ed*, *-ing* and *y*, does
# what is most often wanted. To keep *sing* from becoming *s*, its rules look at what would be left. A **consonant** is
# a letter other than *a, e, i, o, u*, and other than a *y* that comes after a consonant. All others are **vowels**. So
# in *toy* the *y* is a consonant, in *sky* a vowel, and at the start of a word, as in *yes*, a consonant. Write C for a
# run of consonants and V for a run of vowels. The **measure** of a word is how many times VC occurs in it:
#
# | word | runs | measure |
# |---|---|---|
# | *tree*, *by* | CV | 0 |
# | *oats*, *trees*, *agr* | VC, CVC, VC | 1 |
# | *private* | CVCVCV | 2 |
#
# Step 1, its three parts one after the other, each on what the one before has left:
#
# **1a.** The longest of these endings that the word has: *sses* becomes *ss*; *ies* becomes *i*; *ss* stays; *s* goes.
#
# **1b.** Again only the longest ending that the word has. *eed* becomes *ee* if the measure of what is before it is
# more than 0. *ed* goes, and *ing* goes, if what is before has a vowel. **If** *ed* or *ing* has gone, the rest is
# **cleaned up**, by the first of these that fits:
#
# - it ends in *at*, *bl* or *iz*: an *e* is added (*conflat* gives *conflate*);
# - it ends in a double consonant other than *ll*, *ss*, *zz*: one of the two goes (*hopp* gives *hop*);
# - its measure is 1, and it ends in consonant, vowel, consonant, of which the last is not *w*, *x* or *y*: an *e* is
#   added (*fil* gives *file*).
#
# **1c.** A *y* at the end becomes *i* if there is a vowel before it (*happy* gives *happi*, *sky* stays).
#
# By hand: *meetings* loses its *s* in 1a; *meeting* loses *ing*, since *meet* has a vowel; *meet* ends in *et*, no
# double consonant; its measure is 1, but it ends in vowel, vowel, consonant, so it stays *meet*. And *feed*: its
# longest ending is *eed*, and *f* has measure 0. So the rule fails, and **the shorter *ed* is not tried**. Porter's own
# programs leave words of one and two letters alone, though the paper does not say so. We do the same, or *is* would
# become *i*.


# %% exercise: stem
def stem(word):
    """Stem a word by step 1 of Porter's algorithm: 1a, 1b with its clean-up, then 1c.

    Args:
        word: str of small letters. Of one or two letters, it is returned as it is.

    Returns:
        str. About 30 lines, with a helper or two of your own.
    """

    ### BEGIN SOLUTION
    def kinds(part):
        found = ""  # c for each consonant, v for each vowel
        for letter in part:
            vowel = letter in "aeiou" or (letter == "y" and found.endswith("c"))
            found += "v" if vowel else "c"
        return found

    def measure(part):
        return len(re.findall("v+c+", kinds(part)))

    if len(word) <= 2:
        return word
    # Step 1a
    if word.endswith(("sses", "ies")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    # Step 1b
    ending = next((ending for ending in ("eed", "ed", "ing") if word.endswith(ending)), "")
    rest = word[: len(word) - len(ending)]
    if ending == "eed":
        if measure(rest) > 0:
            word = rest + "ee"
    elif ending and "v" in kinds(rest):
        word = rest
        if word.endswith(("at", "bl", "iz")):
            word += "e"
        elif kinds(word).endswith("cc") and word[-1] == word[-2]:
            if word[-1] not in "lsz":
                word = word[:-1]
        elif measure(word) == 1 and kinds(word).endswith("cvc") and word[-1] not in "wxy":
            word += "e"
    # Step 1c
    if word.endswith("y") and "v" in kinds(word[:-1]):
        word = word[:-1] + "i"
    return word
    ### END SOLUTION


# %% test: stem, points=3
due_stems = {"caresses": "caress", "ponies": "poni", "caress": "caress", "cats": "cat"}
due_stems |= {"feed": "feed", "agreed": "agree", "plastered": "plaster", "bled": "bled", "motoring": "motor"}
due_stems |= {"sing": "sing", "conflated": "conflate", "troubled": "trouble", "sized": "size", "hopping": "hop"}
due_stems |= {"falling": "fall", "hissing": "hiss", "fizzed": "fizz", "failing": "fail", "filing": "file"}
due_stems |= {"happy": "happi", "sky": "sky", "meetings": "meet", "is": "is"}
for word, due in due_stems.items():
    came = stem(word)
    dd.check.kind(came, str, what=f"stem({word!r})")
    dd.check.equal(came, due, why="Porter's rules give this", what=f"stem({word!r})")
### BEGIN HIDDEN TESTS
more_stems = {
    "ties": ("ti", "ies becomes i"),
    "": ("", "nothing stays nothing"),
    "s": ("s", "words of one letter are left alone"),
    "us": ("us", "words of two letters are left alone"),
    "ed": ("ed", "words of two letters are left alone"),
    "by": ("by", "words of two letters are left alone"),
    "gas": ("ga", "s goes, from words of three letters on"),
    "ing": ("ing", "before ing there is no vowel"),
    "sses": ("ss", "sses becomes ss"),
    "ies": ("i", "ies becomes i"),
    "eed": ("eed", "before eed the measure is 0"),
    "tanned": ("tan", "of a double consonant one goes"),
    "red": ("red", "before ed there is no vowel"),
    "need": ("need", "the measure of n is 0, and ed is not tried"),
    "breed": ("breed", "the measure of br is 0, and ed is not tried"),
    "breeds": ("breed", "the s goes first, then eed finds measure 0"),
    "seeing": ("see", "the rest, se and e, ends in two vowels"),
    "freeing": ("free", "double vowels stay"),
    "agreeing": ("agree", "double vowels stay"),
    "flying": ("fly", "the y after l is a vowel, and before it there is none"),
    "trying": ("try", "the y after r is a vowel, and before it there is none"),
    "crying": ("cry", "the y after r is a vowel, and before it there is none"),
    "dying": ("dy", "the y after d is a vowel; before it there is none"),
    "typing": ("type", "the y after t is a vowel: consonant, vowel, consonant, so an e is added"),
    "typed": ("type", "the y after t is a vowel"),
    "playing": ("plai", "ing goes, then y has a vowel before it"),
    "played": ("plai", "ed goes, then y has a vowel before it"),
    "plays": ("plai", "s goes, then y has a vowel before it"),
    "enjoy": ("enjoi", "there is a vowel before the y"),
    "says": ("sai", "s goes, then y has a vowel before it"),
    "yes": ("ye", "s goes"),
    "syzygy": ("syzygi", "the second and fourth letters are vowels"),
    "boxing": ("box", "after an x no e is added"),
    "snowing": ("snow", "after a w no e is added"),
    "rowed": ("row", "after a w no e is added"),
    "using": ("us", "us is a vowel and a consonant: no e is added"),
    "used": ("us", "us is a vowel and a consonant: no e is added"),
    "making": ("make", "consonant, vowel, consonant of measure 1: an e is added"),
    "visiting": ("visit", "consonant, vowel, consonant, but of measure 2: no e is added"),
    "opening": ("open", "the measure of open is 2: no e is added"),
    "returned": ("return", "two different consonants at the end"),
    "raised": ("rais", "vowel, vowel, consonant: no e is added"),
    "raises": ("raise", "only the s goes"),
    "adding": ("ad", "of a double consonant one goes, and no e is added after that"),
    "bedding": ("bed", "of a double consonant one goes"),
    "egged": ("eg", "of a double consonant one goes, and no e is added"),
    "creating": ("create", "at the end, at gets an e"),
    "matting": ("mat", "a double t is none of at, bl, iz"),
    "enabled": ("enable", "bl gets an e"),
    "realized": ("realize", "iz gets an e"),
    "ending": ("end", "ing goes once"),
    "strings": ("string", "str has no vowel, so ing stays"),
    "exceeding": ("exceed", "ing goes, and the endings are not tried again"),
    "proceeded": ("proceed", "the longest ending is ed, and after that eed is not tried"),
    "succeed": ("succee", "the measure of succ is 1"),
    "bleed": ("bleed", "the measure of bl is 0"),
    "classes": ("class", "sses becomes ss"),
    "process": ("process", "ss stays"),
    "values": ("value", "s goes"),
    "dictionaries": ("dictionari", "ies becomes i"),
    "dictionary": ("dictionari", "there is a vowel before the y"),
    "news": ("new", "s goes, whatever the word means"),
    "kissed": ("kiss", "a double s stays"),
    "buzzing": ("buzz", "a double z stays"),
    "controlled": ("controll", "a double l stays"),
    "day": ("dai", "a is a vowel before the y"),
    "aid": ("aid", "there is no such ending"),
    "eying": ("ei", "ing goes, then y has a vowel before it"),
    "bus": ("bu", "s goes"),
    "hoing": ("ho", "consonant, vowel: no e is added"),
}
for word, (due, why) in more_stems.items():
    dd.check.equal(stem(word), due, why=why, what=f"stem({word!r})")


def slow_stem(word):
    """The rules as one table of patterns, on a word whose vowel y are written Y."""
    if len(word) < 3:
        return word
    marked = list(word)
    for i in range(1, len(word)):
        if word[i] == "y" and marked[i - 1] not in "aeiouY":
            marked[i] = "Y"
    w = "".join(marked)
    vowel, consonant = "[aeiouY]", "[^aeiouY]"
    table = ((r"sses$", "ss"), (r"ies$", "i"), (r"ss$", "ss"), (r"s$", ""), (r"$", ""))
    w = next(re.sub(pattern, put, w) for pattern, put in table if re.search(pattern, w))
    if w.endswith("eed"):
        if re.match(f"{consonant}*{vowel}+{consonant}", w[:-3]):
            w = w[:-1]
    else:
        found = re.fullmatch(f"(.*{vowel}.*)(?:ed|ing)", w)
        if found:
            w = found[1]
            if re.search(r"(?:at|bl|iz)$", w):
                w += "e"
            elif re.search(rf"({consonant})\1$", w):
                w = w if w[-1] in "lsz" else w[:-1]
            elif re.fullmatch(f"{consonant}*{vowel}[^aeiouYwxy]", w) and len(w) > 2 and w[0] not in "aeiou":
                w += "e"
    if w[-1:] in ("y", "Y") and re.search(vowel, w[:-1]):
        w = w[:-1] + "i"
    return w.lower()


rng = np.random.default_rng(66)
endings = ["", "s", "ss", "sses", "ies", "ed", "eed", "ing", "y", "ys", "eeds", "ings", "ated", "bling", "ized", "edly"]
made = ["".join(rng.choice(list("aeioybdlstwxz"), rng.integers(0, 6))) + str(rng.choice(endings)) for _ in range(400)]
for word in made:
    dd.check.equal(stem(word), slow_stem(word), why="the rules above, one by one", what=f"stem({word!r})")
### END HIDDEN TESTS

# %% mistakes: stem
# - replace: letter in "aeiou" or (letter == "y" and found.endswith("c"))
#   with: letter in "aeiou"
#   hint: "A y after a consonant is a vowel."
# - replace: letter in "aeiou" or (letter == "y" and found.endswith("c"))
#   with: letter in "aeiouy"
#   hint: "A y is a vowel only after a consonant: not after a vowel, and not at the start of a word."
# - replace: |-
#     if len(word) <= 2:
#             return word
#   with: |-
#     if not word:
#             return word
#   hint: "Words of one or two letters are left alone."
# - replace: 'word.endswith(("sses", "ies"))'
#   with: word.endswith("sses")
#   hint: "The ending ies loses two letters, not one."
# - replace: 'word.endswith("s") and not word.endswith("ss")'
#   with: word.endswith("s")
#   hint: "The ending ss stays: only a single s goes."
# - replace: |-
#     if measure(rest) > 0:
#                 word = rest + "ee"
#   with: word = rest + "ee"
#   hint: "The ending eed is cut although the measure of what is before it is 0."
# - replace: 'for ending in ("eed", "ed", "ing")'
#   with: 'for ending in ("ed", "ing")'
#   hint: "A word in eed is treated as one in ed. It is the longest ending that decides, and if its condition fails, no
#     other is tried."
# - replace: |-
#     if ending == "eed":
#             if measure(rest) > 0:
#                 word = rest + "ee"
#         elif ending and "v" in kinds(rest):
#   with: |-
#     if ending == "eed" and measure(rest) > 0:
#             word = rest + "ee"
#         elif ending and "v" in kinds(word[: -len(ending.lstrip("e") if ending == "ing" else "ed")]):
#             rest = word[: -3 if ending == "ing" else -2]
#   hint: "A word in eed is treated as one in ed. It is the longest ending that decides, and if its condition fails, no
#     other is tried."
# - replace: elif ending and "v" in kinds(rest)
#   with: elif ending
#   hint: "An ending goes although there is no vowel before it."
# - replace: elif ending and "v" in kinds(rest)
#   with: elif ending and measure(rest) > 0
#   hint: "For ed and ing a vowel anywhere before them is enough; you ask for more."
# - replace: 'if word.endswith(("at", "bl", "iz")):'
#   with: 'if word.endswith(("at", "bl")):'
#   hint: "Three endings get an e back; you have two."
# - replace: |-
#     if word.endswith(("at", "bl", "iz")):
#                 word += "e"
#             elif
#   with: if
#   hint: "After ed or ing has gone, some words get their e back: those in at, bl and iz."
# - replace: |-
#     if word[-1] not in "lsz":
#                     word = word[:-1]
#   with: word = word[:-1]
#   hint: "Double l, s and z stay double."
# - replace: kinds(word).endswith("cc") and word[-1] == word[-2]
#   with: word[-1:] == word[-2:-1]
#   hint: "A double vowel loses one of its letters; only double consonants should."
# - replace: kinds(word).endswith("cc") and word[-1] == word[-2]
#   with: kinds(word).endswith("cc")
#   hint: "Two consonants that differ aren't a double consonant."
# - replace: measure(word) == 1 and kinds(word).endswith("cvc")
#   with: kinds(word).endswith("cvc")
#   hint: "The e comes back only on short words, of measure 1."
# - replace: measure(word) == 1 and kinds(word).endswith("cvc")
#   with: measure(word) == 1
#   hint: "The e comes back only after consonant, vowel, consonant."
# - replace: kinds(word).endswith("cvc") and word[-1] not in "wxy"
#   with: kinds(word).endswith("cvc")
#   hint: "After w, x and y no e is added."
# - replace: elif measure(word) == 1 and kinds(word).endswith("cvc")
#   with: elif False and kinds(word).endswith("cvc")
#   hint: "Short words in consonant, vowel, consonant get their e back."
# - replace: if word.endswith("y") and "v" in kinds(word[:-1])
#   with: if word.endswith("y")
#   hint: "A y at the end changes only if there is a vowel before it."
# - replace: if word.endswith("y") and "v" in kinds(word[:-1])
#   with: if kinds(word).endswith("cv") and word.endswith("y") and "v" in kinds(word[:-1])
#   hint: "In 1980's step 1c a y changes after vowels as well as after consonants."
# - replace: |-
#     elif measure(word) == 1 and kinds(word).endswith("cvc")
#   with: |-
#     if measure(word) == 1 and kinds(word).endswith("cvc")
#   hint: "The three ways of cleaning up exclude one another: only the first that fits is used."


# %% mistake: stem
# hint: "You clean up after every word, not only where ed or ing has gone."
def stem(word):
    if len(word) <= 2:
        return word

    def kinds(part):
        found = ""
        for letter in part:
            found += "v" if letter in "aeiou" or (letter == "y" and found.endswith("c")) else "c"
        return found

    if word.endswith(("sses", "ies")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    if word.endswith("eed"):
        if "vc" in kinds(word[:-3]):
            word = word[:-1]
    else:
        for ending in ("ed", "ing"):
            if word.endswith(ending) and "v" in kinds(word[: -len(ending)]):
                word = word[: -len(ending)]
                break
    measure = len(re.findall("v+c+", kinds(word)))
    if word.endswith(("at", "bl", "iz")):
        word += "e"
    elif kinds(word).endswith("cc") and word[-1] == word[-2] and word[-1] not in "lsz":
        word = word[:-1]
    elif measure == 1 and kinds(word).endswith("cvc") and word[-1] not in "wxy":
        word += "e"
    if word.endswith("y") and "v" in kinds(word[:-1]):
        word = word[:-1] + "i"
    return word


# %% equivalents: stem
# - replace: 'if word[-1] not in "lsz":'
#   with: 'if word[-2] not in "lsz":'
#   reason: "The last two letters are the same here."


# %% mistake: stem
# hint: "You turn the ending ies into a y, as a dictionary would. Here its i stays, and the stem need not be a word."
def stem(word):
    def kinds(part):
        found = ""
        for letter in part:
            vowel = letter in "aeiou" or (letter == "y" and found.endswith("c"))
            found += "v" if vowel else "c"
        return found

    def measure(part):
        return len(re.findall("v+c+", kinds(part)))

    if len(word) <= 2:
        return word
    # Step 1a
    if word.endswith("sses"):
        word = word[:-2]
    elif word.endswith("ies"):
        word = word[:-3] + "y"
    elif word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    # Step 1b
    ending = next((ending for ending in ("eed", "ed", "ing") if word.endswith(ending)), "")
    rest = word[: len(word) - len(ending)]
    if ending == "eed":
        if measure(rest) > 0:
            word = rest + "ee"
    elif ending and "v" in kinds(rest):
        word = rest
        if word.endswith(("at", "bl", "iz")):
            word += "e"
        elif kinds(word).endswith("cc") and word[-1] == word[-2]:
            if word[-1] not in "lsz":
                word = word[:-1]
        elif measure(word) == 1 and kinds(word).endswith("cvc") and word[-1] not in "wxy":
            word += "e"
    # Step 1c
    if word.endswith("y") and "v" in kinds(word[:-1]):
        word = word[:-1] + "i"
    return word


# %% mistake: stem
# hint: "You stop after the first part that changes something. Each part works on what the one before has left."
def stem(word):
    def kinds(part):
        found = ""
        for letter in part:
            vowel = letter in "aeiou" or (letter == "y" and found.endswith("c"))
            found += "v" if vowel else "c"
        return found

    def measure(part):
        return len(re.findall("v+c+", kinds(part)))

    if len(word) <= 2:
        return word
    if word.endswith("y") and "v" in kinds(word[:-1]):
        return word[:-1] + "i"
    if word.endswith(("sses", "ies")):
        return word[:-2]
    elif word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    # Step 1b
    ending = next((ending for ending in ("eed", "ed", "ing") if word.endswith(ending)), "")
    rest = word[: len(word) - len(ending)]
    if ending == "eed":
        if measure(rest) > 0:
            word = rest + "ee"
    elif ending and "v" in kinds(rest):
        word = rest
        if word.endswith(("at", "bl", "iz")):
            word += "e"
        elif kinds(word).endswith("cc") and word[-1] == word[-2]:
            if word[-1] not in "lsz":
                word = word[:-1]
        elif measure(word) == 1 and kinds(word).endswith("cvc") and word[-1] not in "wxy":
            word += "e"
    return word


# %% accepts: stem
def stem(word):
    if len(word) <= 2:
        return word

    def is_vowel(text, i):
        return text[i] in "aeiou" or (text[i] == "y" and i > 0 and not is_vowel(text, i - 1))

    def measure(text):
        flags = [is_vowel(text, i) for i in range(len(text))]
        return sum(flags[i] and not flags[i + 1] for i in range(len(flags) - 1))

    def has_vowel(text):
        return any(is_vowel(text, i) for i in range(len(text)))

    for ending, put in (("sses", "ss"), ("ies", "i"), ("ss", "ss"), ("s", "")):
        if word.endswith(ending):
            word = word.removesuffix(ending) + put
            break
    clean = False
    if word.endswith("eed"):
        word = word[:-1] if measure(word[:-3]) else word
    elif word.endswith("ed"):
        clean = has_vowel(word[:-2])
        word = word[:-2] if clean else word
    elif word.endswith("ing"):
        clean = has_vowel(word[:-3])
        word = word[:-3] if clean else word
    if clean:
        n = len(word)
        if word[-2:] in ("at", "bl", "iz"):
            word = word + "e"
        elif n > 1 and word[-1] == word[-2] and not is_vowel(word, n - 1):
            word = word if word[-1] in "lsz" else word[:-1]
        elif n > 2 and measure(word) == 1 and word[-1] not in "wxy":
            last = [is_vowel(word, i) for i in (n - 3, n - 2, n - 1)]
            word += "e" if last == [False, True, False] else ""
    if word[-1:] == "y" and has_vowel(word[:-1]):
        word = word[:-1] + "i"
    return word


# %% accepts: stem
def stem(word):
    if len(word) < 3:
        return word
    marked = ""
    for i, letter in enumerate(word):
        marked += "Y" if letter == "y" and i and marked[-1] not in "aeiouY" else letter
    v, c = "[aeiouY]", "[^aeiouY]"
    word = re.sub("(?:(?<=ss)es|(?<=i)es|(?<=[^s])s)$", "", marked)
    if word.endswith("eed"):
        word = re.sub(f"^({c}*{v}+{c}.*)eed$", r"\1ee", word)
    elif re.search(f"{v}.*(?:ed|ing)$", re.sub("(?:ed|ing)$", "", word) + "ed") and re.search("(?:ed|ing)$", word):
        word = re.sub("(?:ed|ing)$", "", word)
        if word.endswith(("at", "bl", "iz")):
            word += "e"
        elif re.search(rf"({c})\1$", word):
            word = re.sub(r"([^lsz])\1$", r"\1", word)
        elif re.search(f"^{c}+{v}[^aeiouYwxy]$", word):
            word += "e"
    return re.sub(f"({v}.*)[yY]$", r"\1i", word).lower()


# %% [markdown]
# A stemmer errs in both directions. *Overstemming* puts different words together: *news* becomes *new*, *used* and *us*
# both become *us*. *Understemming* leaves forms of one word apart: *raised* gives *rais*, *raises* gives *raise*
# (Porter's step 5 would take that *e* off too); *ran* and *run* never meet. Would your search engine want *using* to
# find pages about the *US*?
#
# ## Lemmatising: look it up
#
# A **lemma** is the form under which a dictionary lists a word. WordNet's lemmatiser, Morphy, works with a list of
# **exceptions** first, then rules for endings. Unlike a stemmer it accepts the result of a rule **only if it
# is in the dictionary**. Ours does it in this order:
#
# 1. Is the word an exception (*is*, *ran*, *children*)? Then the answer is in the table, whatever else would fit.
# 2. Is the word in the lexicon as it is? Then it is its own lemma. So *string* stays, and *glass* too.
# 3. Try the `RULES` in their order, each on the word as it came. The first result that is in the lexicon is the lemma.
# 4. Else the word stays as it is.
#
# By hand: *classes* is neither exception nor in the lexicon. The first rule takes off *s*, and what is left the lexicon
# does not have. The next that fits is *ses* to *s*: *class* is. For *raising*, *ing* to *e* gives *raise*.
#
# WordNet's rules are kept apart by part of speech (today all are in one list), its exceptions fill files, and its
# lexicon has over 150,000 entries. Ours has some 200, so most rare words stay as they are. Even a full lexicon doesn't
# settle *leaves*: is it a *leaf* or to *leave*? That takes the sentence.


# %% exercise: lemmatize
def lemmatize(word, exceptions, lexicon=LEXICON):
    """The dictionary form of a word, by the four rules above.

    Args:
        word: str of small letters.
        exceptions: dict from words to their lemmas, both str.
        lexicon: set of the lemmas that are known, str.

    Returns:
        str. About 7 lines.
    """
    ### BEGIN SOLUTION
    if word in exceptions:
        return exceptions[word]
    if word in lexicon:
        return word
    for ending, replacement in RULES:
        candidate = word.removesuffix(ending) + replacement
        if word.endswith(ending) and candidate in lexicon:
            return candidate
    return word
    ### END SOLUTION


# %% test: lemmatize, points=2
irregular, known = {"children": "child", "saw": "see"}, {"class", "raise", "string", "str", "saw", "entry", "leave"}
due_lemmas = {"children": "child", "classes": "class", "raising": "raise", "raised": "raise", "string": "string"}
due_lemmas |= {"saw": "see", "entries": "entry", "leaves": "leave", "quickly": "quickly", "bosses": "bosses"}
for word, due in due_lemmas.items():
    came = lemmatize(word, irregular, known)
    dd.check.kind(came, str, what=f"lemmatize({word!r}, …)")
    dd.check.equal(came, due, why="the four rules above give this", what=f"lemmatize({word!r}, …)")
dd.check.equal(lemmatize("functions", {}), "function", why="LEXICON has it", what="lemmatize('functions', {})")
### BEGIN HIDDEN TESTS
for ending, replacement in RULES:
    for beginning in ("qu", "q", "ro" + ending, "s" + replacement):
        word, lemma = beginning + ending, beginning + replacement
        why = f"{ending} becomes {replacement or 'nothing'}, at the end only"
        dd.check.equal(lemmatize(word, {}, {lemma, "other"}), lemma, why=why, what=f"lemmatize({word!r}, …)")
        came = lemmatize(word, {}, {"other", beginning + "zzz"})
        dd.check.equal(came, word, why="no result is in the lexicon", what=f"lemmatize({word!r}, …)")
        came = lemmatize(word, {word: "fly"}, {lemma, word})
        dd.check.equal(
            came, "fly", why="an exception comes first, in the lexicon or not", what=f"lemmatize({word!r}, …)"
        )
        dd.check.equal(lemmatize(word, {}, {lemma, word}), word, why="it is in the lexicon itself", what="the lemma")
cases = [
    ("axes", {"axe", "ax"}, "axe", "the rule for s comes before the one for xes"),
    ("axes", {"ax"}, "ax", "axe is not in the lexicon, ax is"),
    ("buses", {"bus"}, "bus", "the result of the first rule is not in the lexicon"),
    ("planed", {"plane", "plan"}, "plane", "the rule that puts an e comes first"),
    ("planing", {"plane", "plan"}, "plane", "the rule that puts an e comes first"),
    ("walked", {"walk"}, "walk", "the rule without an e comes second"),
    ("meetings", {"meet"}, "meetings", "rules are used once, not one after the other"),
    ("meetings", {"meet", "meeting"}, "meeting", "rules are used once, not one after the other"),
    ("sized", {"size"}, "size", "the ending goes at the end only"),
    ("ingesting", {"ingest"}, "ingest", "the ending goes at the end only"),
    ("women", {"woman"}, "woman", "men becomes man"),
    ("s", {"x"}, "s", "nothing would be left"),
    ("", {"x"}, "", "nothing stays nothing"),
    ("x", set(), "x", "the lexicon is empty"),
    ("classe", {"class"}, "classe", "it has none of the endings"),
    ("seed", {"see"}, "see", "ed becomes e, and this lexicon has no seed"),
    ("mapped", {"map"}, "mapped", "no rule removes a doubled consonant"),
    ("ran", {"run"}, "ran", "it is no exception here"),
    ("caress", {"caress", "cares"}, "caress", "it is in the lexicon itself"),
    ("glasses", {"glass", "glasse"}, "glasse", "the rule for s comes before the one for ses"),
]
for word, lexicon, due, why in cases:
    dd.check.equal(lemmatize(word, {}, lexicon), due, why=why, what=f"lemmatize({word!r}, {{}}, {lexicon!r})")
came = lemmatize("men", {"men": "people"}, {"people", "man"})
dd.check.equal(came, "people", why="an exception comes first", what="the lemma")
came = lemmatize("ponies", {"pony": "horse"}, {"pony"})
dd.check.equal(came, "pony", why="only the word as it came is looked up among the exceptions", what="the lemma")
irregular, known = {"went": "go"}, {"go", "walk"}
lemmatize("walks", irregular, known), lemmatize("goes", irregular, known)
dd.check.equal(irregular, {"went": "go"}, why="the table is only looked at", what="exceptions after the calls")
dd.check.equal(known, {"go", "walk"}, why="the lexicon is only looked at", what="lexicon after the calls")
for word, due in {"strings": "string", "classes": "class", "indices": "index", "used": "use", "thing": "thing"}.items():
    dd.check.equal(lemmatize(word, EXCEPTIONS), due, why="by the tables of the set-up cell", what=f"lemma of {word!r}")
### END HIDDEN TESTS

# %% mistakes: lemmatize
# - replace: |-
#     if word in exceptions:
#             return exceptions[word]
#         if word in lexicon:
#             return word
#   with: |-
#     if word in lexicon:
#             return word
#         if word in exceptions:
#             return exceptions[word]
#   hint: "An exception counts even if the word is in the lexicon, as saw is."
# - replace: |-
#     if word in lexicon:
#             return word
#         for
#   with: for
#   hint: "A word that is in the lexicon itself loses its ending."
# - replace: return exceptions[word]
#   with: 'return exceptions[word] if exceptions[word] in lexicon else word'
#   hint: "What the table of exceptions says counts, whether or not the lexicon has it."
# - replace: if word.endswith(ending) and candidate in lexicon
#   with: if word.endswith(ending)
#   hint: "The result of a rule counts only if it is in the lexicon."
# - replace: if word.endswith(ending) and candidate in lexicon
#   with: if candidate in lexicon
#   hint: "A rule is used on a word without its ending."
# - replace: candidate = word.removesuffix(ending) + replacement
#   with: candidate = word.replace(ending, replacement)
#   hint: "The letters of the ending are replaced wherever they occur in the word. They count at its end only."
# - replace: candidate = word.removesuffix(ending) + replacement
#   with: candidate = word.rstrip(ending) + replacement
#   hint: "str.rstrip takes off any of the given characters, as many as there are, not an ending."
# - replace: candidate = word.removesuffix(ending) + replacement
#   with: candidate = word.removesuffix(ending)
#   hint: "A rule has two halves: what goes, and what comes in its place."
# - replace: for ending, replacement in RULES
#   with: for ending, replacement in reversed(RULES)
#   hint: "The rules are tried in the wrong order. Where two results are in the lexicon, the first rule's is due."
# - replace: for ending, replacement in RULES
#   with: "for ending, replacement in sorted(RULES, key=lambda rule: -len(rule[0]))"
#   hint: "The rules are tried in the wrong order. Where two results are in the lexicon, the first rule's is due."
# - replace: candidate in lexicon
#   with: candidate in LEXICON
#   hint: "The lexicon is an argument; you look into the one of the set-up cell."
# - replace: |-
#     if word in exceptions:
#             return exceptions[word]
#   with: |-
#     if word in EXCEPTIONS:
#             return EXCEPTIONS[word]
#   hint: "The exceptions are an argument; you look into those of the set-up cell."


# %% mistake: lemmatize
# hint: "You use rule after rule on one another's results. Each is for the word as it came."
def lemmatize(word, exceptions, lexicon=LEXICON):
    if word in exceptions:
        return exceptions[word]
    current = word
    for _ in range(3):
        if current in lexicon:
            return current
        for ending, replacement in RULES:
            if current.endswith(ending):
                candidate = current.removesuffix(ending) + replacement
                if candidate in lexicon:
                    return candidate
        if current.endswith("s"):
            current = current[:-1]
    return word


# %% mistake: lemmatize
# hint: "You look a rule's result up among the exceptions. They are for the word as it came."
def lemmatize(word, exceptions, lexicon=LEXICON):
    if word in exceptions:
        return exceptions[word]
    if word in lexicon:
        return word
    for ending, replacement in RULES:
        if word.endswith(ending):
            candidate = word.removesuffix(ending) + replacement
            if candidate in exceptions:
                return exceptions[candidate]
            if candidate in lexicon:
                return candidate
    return word


# %% accepts: lemmatize
def lemmatize(word, exceptions, lexicon=LEXICON):
    candidates = [word, *(word[: len(word) - len(old)] + new for old, new in RULES if word.endswith(old)), None]
    first = next((candidate for candidate in candidates if candidate in lexicon), word)
    return exceptions.get(word, first)


# %% accepts: lemmatize
def lemmatize(word, exceptions, lexicon=LEXICON):
    try:
        return exceptions[word]
    except KeyError:
        pass
    if word not in lexicon:
        for old, new in RULES:
            shorter = re.sub(f"{old}$", new, word)
            if shorter != word and shorter in lexicon:
                return shorter
    return word


# %% [markdown]
# Stems and lemmas side by side, on words of the corpus. Which of the two columns would you show to a reader?

# %% demo
print(f"{'word':12} {'stem':12} lemma")
for word in ("classes", "dictionaries", "raised", "raising", "using", "strings", "is", "indices", "leaves"):
    print(f"{word:12} {stem(word):12} {lemmatize(word, EXCEPTIONS)}")

# %% [markdown]
# Lemmas are words, so they can be shown. Stems only serve to compare.
#
# ## What each step does to the vocabulary
#
# Now all steps on the whole corpus. How many tokens and how many types are left after each? The last two are
# alternatives to one another, both applied after the stop words are gone.

# %% demo
clean = normalize(corpus)
by_word = tokenize(clean, "word")
only_words = [token for token in by_word if any(character.isalpha() for character in token)]
content = remove_stopwords(only_words)
stages = {
    "cut at spaces": corpus.split(),
    "normalised": clean.split(),
    "tokenised": by_word,
    "without marks and numbers": only_words,
    "without stop words": content,
    "… stemmed": [stem(token) for token in content],
    "… or lemmatised": [lemmatize(token, EXCEPTIONS) for token in content],
}
num_tokens = [len(stage) for stage in stages.values()]
num_types = [len(set(stage)) for stage in stages.values()]
for name, n, size in zip(stages, num_tokens, num_types, strict=True):
    print(f"{name:27} {n:7,} tokens {size:7,} types")

fig, (left, right) = plt.subplots(1, 2, figsize=(12, 4.0), sharey=True)
for ax, counts, title in (
    (left, num_tokens, "Tokens after each step"),
    (right, num_types, "Types ($V$) after each step"),
):
    ax.barh(list(stages), counts, color=dd.plot.PALETTE[0])
    ax.set(title=title, xlabel="how many")
    ax.grid(False, axis="y")
left.invert_yaxis()
dd.plot.show(
    "Two bar charts with seven bars each, from the text cut at spaces, at the top, to stemmed and lemmatised text at "
    "the bottom. Left, tokens: most after tokenising, then far fewer without marks and numbers and fewer again "
    "without stop words; stemming and lemmatising change nothing. Right, types: a long bar at the top, a little "
    "shorter when normalised, then about half of that; without stop words hardly changed; stemmed clearly shorter, "
    "lemmatised less so."
)

# %% [markdown]
# Each step works on one of the two. **Tokenising** cuts the types to about half, for `value`, `value,` and `value.`
# are now one; the marks that it sets free are very many tokens, and leaving them out takes those away again. **Stop
# words** are about two fifths of the words left, and next to nothing of the vocabulary: Zipf's left end. **Stemming**
# leaves the number of tokens alone and merges types. Lemmatising merges
# fewer, for a form whose lemma our small lexicon lacks stays as it is.
#
# ## A vocabulary: from tokens to numbers
#
# A model takes whole numbers. A **vocabulary** gives each token an id, and gives the token back for an id. The right
# end of Zipf's curve is cut off: tokens seen fewer than `min_freq` times get no id. They, and all that was never seen,
# share id 0, for **unknown**, written `<unk>`. By hand, with `min_freq=2`:
#
# | token | in `b a c a b d b` | id |
# |---|---|---|
# | `<unk>` | | 0 |
# | `b` | 3 times | 1 |
# | `a` | twice | 2 |
# | `c`, `d` | once | none |
#
# `["a", "c", "b"]` becomes `[2, 0, 1]`, and that becomes `["a", "<unk>", "b"]`. The **round trip** gives back what
# went in but for unknown tokens. The ids must not depend on chance: frequent tokens come first, and those that are
# equally frequent go by the alphabet. (A vocabulary made by going through a `set` differs from run to run, and a
# model loaded tomorrow would read other words.)


# %% exercise: Vocabulary
class Vocabulary:
    """Ids for the tokens of a text, and tokens for ids.

    Args:
        tokens: list of str, the text that the vocabulary is for; left unchanged.
        min_freq: a token needs to occur at least this often, int >= 1.
        unk: the token for all others, str. It has id 0 whether or not it occurs in the text, and no other id.

    Attributes:
        tokens: list of str, token i has id i. First unk; then the others, the most frequent first, equally frequent
            ones in the order of `sorted`. About 4 lines.
    """

    def __init__(self, tokens, min_freq=1, unk="<unk>"):
        ### BEGIN SOLUTION
        counts = Counter(tokens)
        kept = [token for token, count in counts.items() if count >= min_freq and token != unk]
        self.tokens = [unk, *sorted(kept, key=lambda token: (-counts[token], token))]
        self.ids = {token: i for i, token in enumerate(self.tokens)}
        ### END SOLUTION

    def encode(self, tokens):
        """The ids of n tokens, a list of str, as an int array (n,); 0 for those not in the vocabulary. About 1 line."""
        ### BEGIN SOLUTION
        return np.array([self.ids.get(token, 0) for token in tokens], dtype=int)
        ### END SOLUTION

    def decode(self, ids):
        """The tokens of n ids, an int array (n,) or a list, as a list of str. About 3 lines.

        Raises:
            IndexError: an id is negative, or larger than the last one.
        """
        ### BEGIN SOLUTION
        if any(not 0 <= i < len(self.tokens) for i in ids):
            raise IndexError(f"ids must be from 0 to {len(self.tokens) - 1}. Received: {ids}")
        return [self.tokens[i] for i in ids]
        ### END SOLUTION


# %% test: Vocabulary, points=2
text_tokens = ["b", "a", "c", "a", "b", "d", "b"]
with dd.check.unchanged(text_tokens):
    vocabulary = Vocabulary(text_tokens, min_freq=2)
dd.check.equal(vocabulary.tokens, ["<unk>", "b", "a"], why="b occurs most often, c and d only once", what="the tokens")
came = vocabulary.encode(["a", "c", "b"])
dd.check.like(came, np.array([2, 0, 1]), what="encode(['a', 'c', 'b'])", why="c is not in the vocabulary")
came = vocabulary.decode(np.array([2, 0, 1]))
dd.check.kind(came, list, what="decode([2, 0, 1])")
dd.check.equal(came, ["a", "<unk>", "b"], why="id 0 is the unknown token", what="decode([2, 0, 1])")
dd.check.equal(Vocabulary(["y", "x", "y", "x", "w"]).tokens, ["<unk>", "x", "y", "w"], why="ties go by the alphabet")
with dd.check.raises(IndexError, why="there are three ids, from 0 to 2"):
    vocabulary.decode([1, 3])
### BEGIN HIDDEN TESTS
empty = Vocabulary([])
dd.check.equal(empty.tokens, ["<unk>"], why="only the unknown token is there", what="the tokens of an empty text")
dd.check.like(empty.encode(["x", "y"]), np.array([0, 0]), what="ids", why="nothing is known")
for vocabulary in (empty, Vocabulary(["a"])):
    came = vocabulary.encode([])
    dd.check.shape(came, (0,), what="encode([])", why="no token, no id")
    dd.check.dtype(came, "int", what="encode([])", why="ids are whole numbers, also when there are none")
    dd.check.equal(list(vocabulary.decode([])), [], why="no id, no token", what="decode([])")
    dd.check.equal(vocabulary.decode(np.zeros(0, dtype=int)), [], why="no id, no token", what="decode of no ids")
    for wrong in ([-1], [len(vocabulary.tokens)], [0, -1], [0, 7]):
        with dd.check.raises(IndexError, why=f"{wrong} has an id that is none"):
            vocabulary.decode(wrong)
        with dd.check.raises(IndexError, why=f"{wrong} has an id that is none"):
            vocabulary.decode(np.array(wrong))
dd.check.equal(Vocabulary(["a"]).decode(np.array([1])), ["a"], why="the last id is one", what="decode([1])")

rng = np.random.default_rng(66)
for n in (1, 7, 60, 300):
    text = [str(word) for word in rng.choice(["a", "A", "b", "##b", "zu", "", " ", "é", "10", "9", "<pad>", "."], n)]
    times = {word: text.count(word) for word in set(text)}
    for min_freq in (1, 2, max(times.values()), max(times.values()) + 1):
        with dd.check.unchanged(text, what="tokens"):
            vocabulary = Vocabulary(text, min_freq)
        tokens_due = []
        for count in range(n, min_freq - 1, -1):
            tokens_due += sorted(word for word, k in times.items() if k == count)
        due = ["<unk>", *tokens_due]
        dd.check.kind(vocabulary.tokens, list, what="tokens of the vocabulary")
        dd.check.equal(vocabulary.tokens, due, why=f"min_freq is {min_freq}", what="tokens of the vocabulary")
        with dd.check.unchanged(text, what="tokens"):
            ids = vocabulary.encode(text)
        ids_due = np.array([due.index(word) if word in due else 0 for word in text])
        dd.check.like(ids, ids_due, what="the ids", why="the place in the list of tokens, or 0")
        back = vocabulary.decode(ids)
        dd.check.equal(
            back, [due[i] for i in ids_due], why="the round trip, unknown tokens aside", what="decode(encode(…))"
        )
        assert all(type(token) is str for token in back), "tokens are str"
        dd.check.equal(
            vocabulary.decode([int(i) for i in ids]), back, why="a list of ids will do", what="decode of a list"
        )
        dd.check.like(vocabulary.encode(["never seen", *due]), np.r_[0, : len(due)], what="all ids in turn")

# The unknown token in the text, and one of another name.
for min_freq in (1, 2):
    vocabulary = Vocabulary(["<unk>", "a", "<unk>", "<unk>", "b", "a", "b"], min_freq=min_freq)
    dd.check.equal(
        vocabulary.tokens, ["<unk>", "a", "b"], why="the unknown token is there once, with id 0", what="tokens"
    )
    dd.check.like(vocabulary.encode(["<unk>", "b"]), np.array([0, 2]), what="ids")
vocabulary = Vocabulary(["<unk>", "a", "?", "<unk>"], unk="?")
dd.check.equal(vocabulary.tokens, ["?", "<unk>", "a"], why='"?" is the unknown token here', what="the tokens")
dd.check.like(vocabulary.encode(["zzz", "?", "<unk>"]), np.array([0, 0, 1]), what="ids", why='"?" is the unknown token')
dd.check.equal(vocabulary.decode([0]), ["?"], why='"?" is the unknown token here', what="decode([0])")

# Two vocabularies, and a text that changes later.
text = ["a", "b"]
one, other = Vocabulary(text), Vocabulary(["c", "a"])
text.append("c")
dd.check.equal(one.tokens, ["<unk>", "a", "b"], why="each vocabulary has its own tokens", what="the tokens")
dd.check.like(one.encode(["c", "b"]), np.array([0, 2]), what="ids of the first vocabulary", why="it does not know c")
dd.check.like(other.encode(["c", "b"]), np.array([2, 0]), what="ids of the second", why="it does not know b")
dd.check.equal(one.tokens, ["<unk>", "a", "b"], why="encoding teaches it nothing", what="the tokens after encode")
### END HIDDEN TESTS

# %% mistakes: Vocabulary
# - replace: count >= min_freq and token != unk
#   with: count > min_freq and token != unk
#   hint: "A token that occurs exactly min_freq times belongs in the vocabulary."
# - replace: count >= min_freq and token != unk
#   with: count >= min_freq
#   hint: "If the unknown token occurs in the text, it gets a second id."
# - replace: count >= min_freq and token != unk
#   with: token != unk
#   hint: "Rare tokens get ids as well: min_freq isn't used."
# - replace: 'key=lambda token: (-counts[token], token)'
#   with: 'key=lambda token: -counts[token]'
#   hint: "Equally frequent tokens are in the order in which they occur; sort them by the alphabet."
# - replace: 'key=lambda token: (-counts[token], token)'
#   with: 'key=lambda token: (counts[token], token)'
#   hint: "The rarest tokens come first. The most frequent should."
# - replace: 'sorted(kept, key=lambda token: (-counts[token], token))'
#   with: 'sorted(kept)'
#   hint: "The tokens are sorted by the alphabet alone. How often they occur comes first."
# - replace: 'sorted(kept, key=lambda token: (-counts[token], token))'
#   with: 'sorted(kept, key=lambda token: (counts[token], token), reverse=True)'
#   hint: "Turning the whole order round also turns the alphabet round for tokens that are equally frequent."
# - replace: self.ids.get(token, 0) for token in tokens
#   with: self.ids[token] for token in tokens
#   hint: "A token that the vocabulary does not have raises an error. It should get the id of the unknown token."
# - replace: self.ids.get(token, 0) for token in tokens
#   with: self.ids[token] for token in tokens if token in self.ids
#   hint: "Unknown tokens are left out, so there are fewer ids than tokens. Each should get id 0."
# - replace: self.ids.get(token, 0) for token in tokens
#   with: self.ids.setdefault(token, len(self.ids)) for token in tokens
#   hint: "The vocabulary grows while it encodes. Tokens that it has not seen before stay unknown."
# - replace: np.array([self.ids.get(token, 0) for token in tokens], dtype=int)
#   with: np.array([self.ids.get(token, 0) for token in tokens])
#   hint: "An array made of an empty list is one of floats unless you say otherwise."
# - replace: np.array([self.ids.get(token, 0) for token in tokens], dtype=int)
#   with: '[self.ids.get(token, 0) for token in tokens]'
#   hint: "The ids come back as a list. An int array is due."
# - replace: |-
#     if any(not 0 <= i < len(self.tokens) for i in ids):
#                 raise
#   with: |-
#     if False:
#                 raise
#   hint: "A negative id counts from the end of a Python list, without an error. It is no id."
# - replace: '{token: i for i, token in enumerate(self.tokens)}'
#   with: '{token: i + 1 for i, token in enumerate(self.tokens)}'
#   hint: "Ids are places in the list of tokens, counted from 0."
# - replace: '[unk, *sorted(kept, key=lambda token: (-counts[token], token))]'
#   with: '["<unk>", *sorted(kept, key=lambda token: (-counts[token], token))]'
#   hint: "The unknown token may have another name: it is an argument."
# - replace: return [self.tokens[i] for i in ids]
#   with: return " ".join(self.tokens[i] for i in ids)
#   hint: "The tokens come back as one text. A list is due, or where each ends is lost."


# %% mistake: Vocabulary
# hint: "The unknown token takes part in the order of frequencies or comes last. It has id 0."
class Vocabulary:
    def __init__(self, tokens, min_freq=1, unk="<unk>"):
        counts = Counter(tokens)
        kept = [token for token in counts if counts[token] >= min_freq and token != unk]
        self.tokens = [*sorted(kept, key=lambda token: (-counts[token], token)), unk]

    def encode(self, tokens):
        places = {token: i for i, token in enumerate(self.tokens)}
        return np.array([places.get(token, len(places) - 1) for token in tokens], dtype=int)

    def decode(self, ids):
        if any(i < 0 for i in ids):
            raise IndexError("negative")
        return [self.tokens[i] for i in ids]


# %% mistake: Vocabulary
# hint: "An id that no token has becomes the unknown token. It is an error of the caller, and should be heard of."
class Vocabulary:
    def __init__(self, tokens, min_freq=1, unk="<unk>"):
        counts = Counter(tokens)
        kept = [token for token, count in counts.items() if count >= min_freq and token != unk]
        self.tokens = [unk, *sorted(kept, key=lambda token: (-counts[token], token))]

    def encode(self, tokens):
        ids = {token: i for i, token in enumerate(self.tokens)}
        return np.array([ids.get(token, 0) for token in tokens], dtype=int)

    def decode(self, ids):
        return [self.tokens[i] if 0 <= i < len(self.tokens) else self.tokens[0] for i in ids]


# %% accepts: Vocabulary
class Vocabulary:
    def __init__(self, tokens, min_freq=1, unk="<unk>"):
        times = {}
        for token in tokens:
            times[token] = times.get(token, 0) + 1
        times.pop(unk, None)
        by_name = sorted(token for token in times if times[token] >= min_freq)
        self.tokens = [unk, *sorted(by_name, key=times.get, reverse=True)]

    def encode(self, tokens):
        places = dict(zip(self.tokens, range(len(self.tokens)), strict=True))
        return np.fromiter((places.get(token, 0) for token in tokens), dtype=np.int64, count=len(tokens))

    def decode(self, ids):
        result = []
        for i in ids:
            if i < 0:
                raise IndexError(f"negative id {i}")
            result.append(self.tokens[i])
        return result


# %% accepts: Vocabulary
class Vocabulary:
    def __init__(self, tokens, min_freq=1, unk="<unk>"):
        names, counts = np.unique(np.array([*tokens, ""], dtype=object), return_counts=True)
        counts = counts - (names == "")
        wanted = (counts >= min_freq) & (names != unk) & (counts > 0)
        order = np.argsort(-counts[wanted], kind="stable")
        self.tokens = [unk, *(str(name) for name in names[wanted][order])]
        self.place = {token: k for k, token in enumerate(self.tokens)}

    def encode(self, tokens):
        ids = np.zeros(len(tokens), dtype=int)
        for k, token in enumerate(tokens):
            if token in self.place:
                ids[k] = self.place[token]
        return ids

    def decode(self, ids):
        backwards = {k: token for token, k in self.place.items()}
        try:
            return [backwards[int(k)] for k in ids]
        except KeyError as error:
            raise IndexError("no such id") from error


# %% [markdown]
# How much of a *new* text is unknown? We shuffle the pages, make the vocabulary from one half and read the
# other with it, five times. Compared are four kinds of token: words, their stems, pieces, characters. As pieces we
# take the 1,500 strings that save most characters in the first half, a crude stand-in for the training on Day 89.


# %% demo
def find_pieces(words, how_many=1500):
    """Frequent beginnings and continuations of words, and single characters, as a set of str."""
    saved = Counter()
    for word, count in Counter(words).items():
        for start in range(len(word)):
            for end in range(start + 2, min(len(word), start + 12) + 1):
                saved["##" * (start > 0) + word[start:end]] += count * (end - start - 1)
    return {piece for piece, _ in saved.most_common(how_many)}


kinds = ("words", "stems", "pieces", "characters")
sizes, unknown, lengths = np.zeros((3, 5, 4))
cleaned = [normalize(page) for page in pages["text"]]
for seed in range(5):
    order = np.random.default_rng(seed).permutation(len(cleaned))
    halves = [" ".join(cleaned[i] for i in part) for part in np.array_split(order, 2)]
    first, second = (tokenize(half, "word") for half in halves)
    pieces = find_pieces(first)
    cuts = {
        "words": lambda half: tokenize(half, "word"),
        "stems": lambda half: [stem(token) for token in tokenize(half, "word")],
        "pieces": lambda half, pieces=pieces: tokenize(half, "subword", pieces),
        "characters": lambda half: tokenize(half, "character"),
    }
    for column, kind in enumerate(kinds):
        known = sorted(pieces) if kind == "pieces" else []  # pieces are given ids, whether or not they were used
        vocabulary = Vocabulary(cuts[kind](halves[0]) + known)
        ids = vocabulary.encode(cuts[kind](halves[1]))
        sizes[seed, column] = len(vocabulary.tokens)
        unknown[seed, column] = np.mean(ids == 0)
        lengths[seed, column] = len(ids) / len(second)
for column, kind in enumerate(kinds):
    print(f"{kind:11} V {np.mean(sizes[:, column]):6,.0f}   unknown {np.mean(unknown[:, column]):7.3%}   "
          f"tokens for each of the words' {np.mean(lengths[:, column]):.2f}")  # fmt: skip

fig, (left, right) = plt.subplots(1, 2, figsize=(11.5, 3.8))
for ax, values, name, title in (
    (left, 100 * unknown, "per cent of the tokens", "Unknown in the other half"),
    (right, lengths, "tokens for each word or mark", "Length of the sequence"),
):
    ax.bar(kinds, values.mean(axis=0), color=dd.plot.PALETTE[0])
    for column in range(4):
        ax.plot(np.full(5, column), values[:, column], "o", color=dd.plot.PALETTE[1], markeredgecolor="white")
    ax.set(title=title, ylabel=name)
    ax.grid(False, axis="x")
dd.plot.show(
    "Two bar charts for words, stems, pieces and characters, each bar the mean of five splits, which are dots. Left, "
    "unknown tokens in the other half: between four and five per cent for words, about one less for stems, next to "
    "none for pieces and characters. Right, tokens for each word or mark: 1 for words and stems, one and a half for "
    "pieces, nearly four for characters."
)

# %% [markdown]
# Read both panels together. Words leave some tokens in a hundred unknown, though both halves are about one subject;
# stems a little fewer. Characters know nearly everything and make the sequence several times as long. Pieces have both:
# hardly anything unknown, and a sequence that is only moderately longer: one reason why they won.
#
# ## No fixed recipe
#
# Which steps are right? None always. Ask of each what it throws away, and whether the task needs that:
#
# | task | steps that help | steps that harm |
# |---|---|---|
# | search | fold case, stem or lemmatise | |
# | sorting texts by subject | fold case, drop stop words, cut rare words | |
# | praise or blame | fold case | dropping *not*; dropping `!` and `:(` |
# | finding names | | folding case: *May*, *US* |
# | who wrote it | | dropping stop words and marks: habits show there |
# | translation, large language models | NFC, pieces | nearly all else |
#
# Two rules hold for all. Whatever you do to the text that a model is trained on, do it to the text that it is used on,
# by the same code. And make the vocabulary from the **training** part alone.
#
# ## A chatbot made of rules
#
# In 1966 Joseph Weizenbaum's ELIZA played a therapist with nothing but patterns, and people told it their
# troubles. A rule is a pattern and a reply. `("i need (.+?)[.!?]*$", "Why do you need {0}?")` finds *need* and puts
# what the **first** group found for `{0}` (groups here are counted from 0, by Python's `format`; in `re` group 0 is the
# whole match). One trick makes it seem to listen: in the part that it repeats, *my* becomes *your*, *I* becomes *you*,
# and the other way round. By hand:
#
# *I need my book, and you know it.* comes out of `normalize` in small letters. The group finds
# `my book, and you know it`; swapped, `your book, and i know it`. The reply: *Why do you need your book, and i
# know it?*
#
# The swaps happen **at once**: changing *my* to *your* and then *your* to *my* would undo the first. `SWAPS` and the
# reply for want of a better one:

# %% setup
SWAPS = {"i": "you", "me": "you", "my": "your", "mine": "yours", "am": "are", "myself": "yourself", "i'm": "you're"}
SWAPS |= {"you": "i", "your": "my", "yours": "mine", "yourself": "myself", "you're": "i'm"}
DEFAULT = "Please go on."


# %% exercise: respond
def respond(text, rules):
    """Answer a text by the first rule that fits.

    Args:
        text: str, as somebody has typed it.
        rules: list of pairs (pattern, reply), str both, the most important first; left unchanged. Patterns are
            regular expressions for normalised text.

    Returns:
        str, the reply of the first rule whose pattern is found anywhere in the normalised text; DEFAULT if none is. In
        the reply {0} is replaced by what the pattern's first group found, {1} by the second, and so on, after every
        whole word in it that SWAPS has is swapped (words are tokens of `tokenize`). All else stays, spaces and marks
        too. A group that took no part in the match is empty. About 8 lines.
    """
    ### BEGIN SOLUTION
    text = normalize(text)
    for pattern, reply in rules:
        found = re.search(pattern, text)
        if found:
            groups = [
                re.sub(r"\w+(?:['-]\w+)*", lambda word: SWAPS.get(word[0], word[0]), group)
                for group in found.groups(default="")
            ]
            return reply.format(*groups)
    return DEFAULT
    ### END SOLUTION


# %% test: respond, points=2
rules = [
    (r"\bi need (.+?)[.!?]*$", "Why do you need {0}?"),
    (r"\bmy (mother|father)\b(.*)", "Is your {0} important to you?"),
    (r"\b(.+) is better than (.+)", "Why is {1} worse than {0}?"),
    (r"\bhello\b", "Hello. How are you?"),
]
with dd.check.unchanged(rules):
    came = respond("I need my book, and you know it.", rules)
dd.check.kind(came, str, what="the reply")
dd.check.equal(came, "Why do you need your book, and i know it?", why="the example above", what="the reply")
came = respond("Oh, HELLO there", rules)
dd.check.equal(came, "Hello. How are you?", why="the pattern may be found anywhere in the text", what="the reply")
came = respond("Hello, I need it.", rules)
dd.check.equal(came, "Why do you need it?", why="both rules fit, and the first in the list counts", what="the reply")
came = respond("My way is better than yours", rules)
dd.check.equal(came, "Why is mine worse than your way?", why="two groups, both swapped", what="the reply")
dd.check.equal(respond("Nice weather.", rules), DEFAULT, why="no rule fits", what="the reply")
### BEGIN HIDDEN TESTS
for text in ("", "   ", "anything"):
    dd.check.equal(respond(text, []), DEFAULT, why="there is no rule", what="the reply")
    dd.check.equal(respond(text, [("never found", "Found")]), DEFAULT, why="no rule fits", what="the reply")
dd.check.equal(respond("", [("^$", "Say something.")]), "Say something.", why="the pattern finds it", what="the reply")
came = respond("  I\u00a0DON\u2019T   know ", [("^i don't know$", "Nobody does.")])
dd.check.equal(came, "Nobody does.", why="patterns are for normalised text", what="the reply")
for word, due in SWAPS.items():
    for before, after in (("", ""), ("now ", " now"), ('"', '"'), (word + ", ", "...")):
        given = before + word + after
        pieces = tokenize(given, "word")
        came = respond("say " + given, [("say (.*)", "<{0}>")])
        swapped = (
            "".join(due if part == word else part for part in re.split(f"({re.escape(word)})", before)) + due + after
        )
        dd.check.equal(
            came, f"<{swapped}>", why=f"{word} is swapped for {due}", what=f"the reply to {'say ' + given!r}"
        )
keep = "mystery, amber yours-truly iron emmy you'd home i'd-i, _my my_ (thyme) 2i"
came = respond("say " + keep, [("say (.*)", "{0}")])
dd.check.equal(came, keep, why="only whole words are swapped", what="the reply")
came = respond("tell me about you and me", [("tell (.*)", "I tell you my {0}, me")])
dd.check.equal(
    came, "I tell you my you about i and you, me", why="the reply's own words stay as they are", what="the reply"
)
came = respond("repeat {1} and {x}", [(r"repeat (.+) and (.+)", "{0}; {1}; {0}")])
dd.check.equal(came, "{1}; {x}; {1}", why="braces in the text are text", what="the reply")
came = respond(r"repeat \1 and \n", [(r"repeat (.+) and (.+)", "{0}; {1}")])
dd.check.equal(came, r"\1; \n", why="backslashes in the text are text", what="the reply")
for text, due in (("go", "Go <>"), ("go home", "Go <home>")):
    came = respond(text, [("^go(?: (.+))?$", "Go <{0}>")])
    dd.check.equal(came, due, why="a group that took no part is empty", what="the reply")
for text in ("one two", "two one"):
    for order in (("one", "two"), ("two", "one")):
        came = respond(text, [(word, f"Found {word}") for word in order])
        dd.check.equal(
            came, f"Found {order[0]}", why="rules go by their place in the list, not in the text", what="the reply"
        )
came = respond("a b c d", [("(a) (b) (c) (d)", "{3}{0}{2}{1}{0}")])
dd.check.equal(came, "daCba".lower(), why="groups are counted from 0, and may come in any order", what="the reply")
came = respond("the cat sat", [("c(.)t", "The letter {0}")])
dd.check.equal(came, "The letter a", why="the group, not the whole match", what="the reply")
came = respond("say a  b ", [("say(.*)", "[{0}]")])
dd.check.equal(came, "[ a b]", why="a group is put in with its spaces", what="the reply")
came = respond("Say MY Name", [("say (.*)", "Your NAME: {0}")])
dd.check.equal(came, "Your NAME: your name", why="the text is folded, the reply is not", what="the reply")
pairs = [("(x)", "first {0}"), ("y", "second")]
with dd.check.unchanged(pairs, what="rules"):
    respond("y x", pairs)
### END HIDDEN TESTS

# %% mistakes: respond
# - replace: re.search(pattern, text)
#   with: re.match(pattern, text)
#   hint: "re.match looks at the start of the text only. The pattern may be found anywhere."
# - replace: re.search(pattern, text)
#   with: re.fullmatch(pattern, text)
#   hint: "You want the pattern to fit the whole text. It may be found anywhere in it."
# - replace: text = normalize(text)
#   with: text = text.lower()
#   hint: "Capitals aren't all: patterns are for text that your own function has normalised."
# - replace: text = normalize(text)
#   with: text = text.strip()
#   hint: "The patterns are for normalised text. Yours is as it was typed."
# - replace: SWAPS.get(word[0], word[0])
#   with: word[0]
#   hint: "The reply repeats the words of the other side unswapped: my should become your."
# - replace: found.groups(default="")
#   with: found.groups(default="None")
#   hint: "A group that took no part in the match should be empty."
# - replace: re.sub(r"\w+(?:['-]\w+)*",
#   with: re.sub(r"\w+",
#   hint: "A word with an apostrophe or a hyphen is one word: you swap its parts."
# - replace: found.groups(default="")
#   with: '(found[0], *found.groups(default=""))'
#   hint: "{0} is the whole match with you. It should be the first group."
# - replace: return reply.format(*groups)
#   with: |-
#     for k, group in enumerate(groups):
#                     reply = reply.replace(f"{{{k}}}", group)
#                 return reply
#   hint: "Groups are put in one after the other, so braces that somebody typed are replaced in the next turn."
# - replace: return reply.format(*groups)
#   with: |-
#     return " ".join(SWAPS.get(word, word) for word in reply.format(*groups).split(" "))
#   hint: "Words of the reply itself are swapped. Only what the groups found should be."
# - replace: return DEFAULT
#   with: return ""
#   hint: "Where no rule fits, the reply is DEFAULT."
# - replace: return DEFAULT
#   with: return rules[-1][1] if rules else DEFAULT
#   hint: "Where no rule fits, the reply is DEFAULT."
# - replace: for pattern, reply in rules
#   with: for pattern, reply in reversed(rules)
#   hint: "Where two rules fit, the one further up in the list counts."


# %% mistake: respond
# hint: "Swaps are made one after the other, so that the second undoes the first. They have to happen at once."
def respond(text, rules):
    text = normalize(text)
    for pattern, reply in rules:
        found = re.search(pattern, text)
        if found:
            groups = [group or "" for group in found.groups()]
            for old, new in SWAPS.items():
                groups = [re.sub(rf"(?<![\w'-]){old}(?![\w'-])", new, group) for group in groups]
            return reply.format(*groups)
    return DEFAULT


# %% mistake: respond
# hint: "You put the words together with single spaces: marks are torn off, or spaces lost."
def respond(text, rules):
    text = normalize(text)
    for pattern, reply in rules:
        found = re.search(pattern, text)
        if found:
            groups = [" ".join(SWAPS.get(w, w) for w in tokenize(group or "", "word")) for group in found.groups()]
            return reply.format(*groups)
    return DEFAULT


# %% mistake: respond
# hint: "Only words between spaces are swapped. One that has a mark beside it is a word too."
def respond(text, rules):
    text = normalize(text)
    for pattern, reply in rules:
        found = re.search(pattern, text)
        if found:
            groups = [" ".join(SWAPS.get(word, word) for word in (group or "").split(" ")) for group in found.groups()]
            return reply.format(*groups)
    return DEFAULT


# %% mistake: respond
# hint: "Letters inside a word are swapped: there is a me in some. Only whole words count."
def respond(text, rules):
    either = "|".join(sorted(SWAPS, key=len, reverse=True))
    for pattern, reply in rules:
        found = re.search(pattern, normalize(text))
        if found:
            return reply.format(*(re.sub(either, lambda one: SWAPS[one[0]], part) for part in found.groups("")))
    return DEFAULT


# %% accepts: respond
def respond(text, rules):
    text = normalize(text)
    found = ((re.search(pattern, text), reply) for pattern, reply in rules)
    match, reply = next(((match, reply) for match, reply in found if match is not None), (None, DEFAULT))
    if match is None:
        return DEFAULT

    def swap(group):
        at, result = 0, ""
        for token in tokenize(group, "word"):
            place = group.index(token, at)
            result += group[at:place] + SWAPS.get(token, token)
            at = place + len(token)
        return result + group[at:]

    return reply.format(*[swap(group or "") for group in match.groups()])


# %% accepts: respond
def respond(text, rules):
    clean = normalize(text)
    fitting = [(re.search(pattern, clean), reply) for pattern, reply in rules if re.search(pattern, clean)]
    if not fitting:
        return DEFAULT
    match, reply = fitting[0]
    parts = [re.split(r"(\w+(?:['-]\w+)*)", "" if group is None else group) for group in match.groups()]
    swapped = ["".join(SWAPS.get(part, part) for part in each) for each in parts]
    return reply.format(*swapped)


# %% [markdown]
# Half a dozen rules keep a conversation going. Does it understand? Read the second half with care.

# %% demo
rules = [
    (r"\bi need (.+?)[.!?]*$", "Why do you need {0}?"),
    (r"\bi am (.+?)[.!?]*$", "How long have you been {0}?"),
    (r"\b(?:because|since) (.+?)[.!?]*$", "Is it really because {0}?"),
    (r"\bmy (mother|father|boss|code)\b", "Tell me more about your {0}."),
    (r"\byou (.+?) me\b", "What makes you think i {0} you?"),
    (r"hi", "Hello. What is on your mind?"),
]
for line in (
    "Hi!",
    "I am stuck, and my code is to blame.",
    "Because you never help me.",
    "Do you think that I am wrong?",
    "I wouldn't say that I am sad.",
    "Everything is fine.",
    "I am quite well, thank you, but my mother is ill and I am worried.",
):
    print(f"> {line}\n  {respond(line, rules)}")

# %% [markdown]
# It breaks wherever meaning is not on the surface. *I wouldn't say that I am sad* is answered as if it said the
# contrary: the pattern sees *i am sad* and no **negation**. *Everything* contains `hi`, for the last pattern lacks its
# `\b`, so a greeting comes in the middle. The last line has several subjects; the pattern takes the first and repeats
# all that follows, with *thank i* in it, for *you* may have to become *I* or *me*. Nothing is remembered from one line
# to the next. Each can be mended by another rule, and each rule brings new exceptions: one reason why the field turned
# to counting, which begins on Day 67, and to learning.
#
# ## What you should remember
#
# 1. Normalise before you compare: NFKC, straight quotation marks, folded case, single spaces.
# 2. A token may be a word, a character or a piece. Pieces bound the vocabulary and leave hardly anything unknown.
# 3. Words follow Zipf's law: fewer than a hundred make up half of a text, and about a third of the types occur once.
# 4. Stemming cuts by rule and gives forms to compare; lemmatising looks up and gives words.
# 5. Every step throws something away. Choose by the task, treat training and later text by the same code, and make the
#    vocabulary from the training part alone.
#
# ## Check yourself
#
# 1. Which pairs does folding the case put together that should stay apart? And which does leaving it out keep apart?
# 2. You double the length of a corpus. What happens to the number of types, and to the share that occur once?
# 3. Why does a stemmer that errs on a word the same way every time do little harm in search, and much in a chatbot?
#
# <details><summary>Answers</summary>
#
# 1. *US* and *us*, *May* and *may*, *Polish* and *polish*. Without folding, *The* and *the* are two types, and so is
#    every other word that starts a sentence somewhere.
# 2. Types grow, but by much less than a factor of two, for most new tokens are old types. The share of types that
#    occur once falls slowly and stays large: new rare words keep coming.
# 3. Search compares stems with stems, so the same error on both sides cancels, as long as no other word has that stem.
#    A chatbot shows its words.
#
# </details>
#
# ## Go further
#
# - Porter (1980), *An algorithm for suffix stripping*, Program 14 (3), 130 to 137, with all five steps. Snowball, his
#   later language for stemmers, has a revised English one and many other languages.
# - Weizenbaum (1966), *ELIZA: a computer program for the study of natural language communication between man and
#   machine*, with the script of the therapist.
# - Miller (1995), *WordNet: A lexical database for English*; its manual page on Morphy lists the rules.
# - Jurafsky and Martin, *Speech and language processing*, the chapter on words and tokens.
# - Unicode Standard Annex 15 on normalisation forms, Annex 29 on where words end in all scripts.

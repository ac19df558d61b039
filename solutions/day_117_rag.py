# ---
# day: 117
# title: Retrieval-augmented generation
# week: 24
# minutes: 120
# backend: numpy
# needs: [18, 67, 68, 79, 116]
# data: [pydocs]
# papers:
# - Carbonell and Goldstein 1998, The use of MMR, diversity-based reranking
# - "Robertson and Zaragoza 2009, The probabilistic relevance framework: BM25 and beyond"
# - Cormack, Clarke and Büttcher 2009, Reciprocal rank fusion outperforms Condorcet and individual rank learning methods
# - Lewis et al. 2020, Retrieval-augmented generation for knowledge-intensive NLP tasks
# - "Khattab and Zaharia 2020, ColBERT: Efficient and effective passage search"
# - "Liu et al. 2023, Lost in the middle: How language models use long contexts"
# ---

# %% [markdown]
# # Day 117 · Retrieval-augmented generation
# By the end you can answer questions from a pile of documents, say for every sentence where it comes from, and
# say "not found" when the documents do not hold the answer.
#
# **You will build** a splitter, the BM25 score, rank fusion, a choice of passages that do not repeat one another,
# a prompt that keeps to a budget, and a function that lets no unsupported claim through. Together they answer
# questions about Python from its own reference.
#
# **You need** singular vectors (Day 18), TF-IDF (Day 67), n-gram models (Day 68), semantic search (Day 116), and
# about 120 minutes.
#
# **Not today**: a large language model. None can be had without a network, so the model here is a few lines that
# **copy sentences** out of the prompt. Its interface is that of a real one, text in and text out, so a better one can
# take its place. What that would add is said at the end.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $q$ | a question | | `question`, `query` |
# | $w$, $w'$ | a word of the question, a word of a text | | `word` |
# | $D_i$, $N$ | document (or chunk) number $i$, how many there are | | `docs`, `chunks` |
# | $f_{w,i}$, $n_w$ | times that $w$ occurs in $D_i$, documents that hold $w$ | | |
# | $\lvert D_i\rvert$, $\bar L$ | words of $D_i$, and their mean over all documents | | |
# | $k_1$, $b$ | how fast repeats wear off, how much length counts | | `k1`, `b` |
# | $x$, $r_j(x)$ | a document's id, its rank in list $j$; the best has rank 1 | | `rankings` |
# | $\kappa$ | the constant of rank fusion | | `k` |
# | $u$, $v_i$ | vectors of the question and of chunk $i$ | $(d,)$ each | `query`, `candidates` |
# | $k$ | how many are kept of a ranking | | `k` |
# | $\lambda$, $S$ | relevance against novelty, 0 to 1; the chunks that are chosen already | | `lambda_mult` |
# | $s$, $A$, $\gamma$ | scores of all pages, their links, the share passed on | one a page, one a pair | `gamma` |
# | $\tau$ | share of the best score that a sentence must reach | | `tau` |
# | $\mathcal{W}(\cdot)$ | the set of words of a text | | `set(words(text))` |
#
# A **chunk** in code is a dict with at least `title` and `text`.

# %% setup
import re
from collections import Counter

import numpy as np

import deepdays as dd

STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be been but by can could do does for from had has have how i if in into is it its may "
        "me my no nor not of on one only or other our out over shall should so such than that the their them then "
        "there these they this those to too under up us was we were what when where whether which who whose why "
        "will with would you your",
    )
)
NOT_FOUND = "not found"
TEMPLATE = """Answer from the sources alone. Write one claim a line and end it with its sources, such as [2].
If the sources do not hold the answer, write: not found

Sources:

{sources}

Question: {question}
Answer:"""


def words(text):
    """Words of a text in small letters, without stop words and plural s: a list of str."""
    found = [word for word in re.findall(r"\w+", text.lower()) if word not in STOP_WORDS]
    return [re.sub(r"(?<=\w\w[^\Ws])s$", "", word) for word in found]


def sentences(text):
    """A text cut after full stops, colons and empty lines, each sentence on one line: a list of str."""
    parts = re.split(r'(?<=[.:;])\s+(?=[A-Z"*])|\n\s*\n', text)
    return [" ".join(part.split()) for part in parts if part.strip()]


def split_claim(line):
    """A claim and its citations, which end the line: (str, list of int)."""
    citations = re.search(r"(\s\[\d+\])*\s*$", line)
    return line[: citations.start()], [int(number) for number in re.findall(r"\d+", citations[0])]


def extractive_model(prompt, threshold=0.4, most=2):
    """Stands in for a language model: copies the sentences of the sources that share most with the question.

    A sentence scores the share of the question's word stems that it, or its source's title, holds; a stem weighs the
    more, the fewer sentences hold it. The best `most` of those at `threshold` or above are written, with citations.
    """
    body, _, question = prompt.rpartition("\n\nQuestion: ")
    asked = {word[:7] for word in words(question.removesuffix("\nAnswer:"))}
    claims, held = [], []
    for block in re.split(r"\n\n(?=\[\d+\] )", body)[1:]:
        head, _, text = block.partition("\n")
        number, _, title = head.partition(" ")
        for sentence in sentences(text):
            if len(sentence) > 25:
                claims.append(f"{sentence} {number}")
                held.append({word[:7] for word in words(f"{title} {sentence}")})
    weights = {stem: np.log(1 + len(held) / (1 + sum(stem in stems for stems in held))) for stem in sorted(asked)}
    total = sum(weights.values()) or 1.0
    scores = np.array([sum(weights[stem] for stem in sorted(asked & stems)) / total for stems in held])
    best = [i for i in np.argsort(-scores, kind="stable")[:most] if scores[i] >= threshold]
    return "\n".join(claims[i] for i in best) or NOT_FOUND


# %% [markdown]
# ## Why look anything up?
# A language model is trained to make the next token likely: it maximises
# $\sum \log p(\text{token} \mid \text{all before it})$. Nothing in that sum asks whether a sentence is **true**. Where
# its training text says much about a subject, the likely continuation is mostly right; where it says little, the model
# goes on all the same, in the same even tone. That is **hallucination**: fluent text that nothing supports.
#
# The smallest model shows it. A trigram model (Day 68) of the Python reference only ever writes three words in a row
# that it has read. What does it say of a method that does not exist?

# %% demo
import matplotlib.pyplot as plt

dd.plot.style()
pages = dd.data.pydocs()
tokens = " ".join(pages["text"]).split()
following = {}
for first, second, third in zip(tokens, tokens[1:], tokens[2:], strict=False):
    following.setdefault((first, second), []).append(third)

rng = np.random.default_rng(117)
story = ["will", "be"]
while len(story) < 40:
    story.append(following[tuple(story[-2:])][rng.integers(len(following[tuple(story[-2:])]))])
print("str.shuffle(seed) " + " ".join(story))


def share_read(n):
    """Share of the story's runs of n words that occur in the reference."""
    read = set(zip(*(tokens[i:] for i in range(n)), strict=False))
    runs = list(zip(*(story[i:] for i in range(n)), strict=False))
    return sum(run in read for run in runs) / len(runs)


print(", ".join(f"runs of {n} words that were read: {share_read(n):.0%}" for n in (3, 6, 12)))

# %% [markdown]
# Every three words are genuine, and the whole is made up. A larger model's inventions are only harder to see.
#
# **Retrieval-augmented generation** (RAG) gives the model something to read. For a question $q$, find chunks of text,
# and answer from them (Lewis et al. 2020):
#
# $$p(\text{answer} \mid q) = \sum_i \underbrace{p(D_i \mid q)}_{\text{retriever}}\;
# \underbrace{p(\text{answer} \mid q, D_i)}_{\text{model that reads}} .$$
#
# The sum is usually replaced by its largest terms: the best few chunks go into one prompt. Knowledge then lies in
# files that can be corrected, protected and **cited**. The price is a chain of steps, each of which can lose the
# answer. Which steps?

# %% demo
steps = {
    1: ["load pages,\nkeep metadata", "split: parents\nand children", "index words,\nvectors, links"],
    0: ["question,\nself-query", "filter, search\ntwice, fuse", "rerank, MMR,\nlinks", "parents,\ncompress",
        "prompt within\na budget", "model", "check\ncitations"],
}  # fmt: skip
figure, ax = plt.subplots(figsize=(13, 3.2))
for row, names in steps.items():
    for column, name in enumerate(names):
        ax.add_patch(plt.Rectangle((column - 0.37, row - 0.24), 0.74, 0.48, facecolor="0.93", edgecolor="0.3"))
        ax.text(column, row, name, ha="center", va="center", fontsize=10.5)
        if column:
            ax.annotate("", (column - 0.37, row), (column - 0.63, row), arrowprops={"arrowstyle": "->"})
ax.annotate("", (1, 0.24), (2, 0.76), arrowprops={"arrowstyle": "->", "linestyle": "--"})
ax.text(2.6, 1, "once, before any question", va="center", fontsize=11)
ax.text(3, 0.42, "for every question", va="center", fontsize=11)
ax.set(xlim=(-0.5, 6.5), ylim=(-0.35, 1.35), title="From documents to an answer")
ax.axis("off")
dd.plot.show(
    "Two rows of boxes joined by arrows. Above, once before any question: load pages and keep metadata, split into "
    "parents and children, index words, vectors and links. Below, for every question: question and self-query; filter, "
    "search twice and fuse; rerank, MMR, links; parents, compress; prompt within a budget; model; check citations. A "
    "dashed arrow leads from the index down to the search."
)

# %% [markdown]
# ## Loading and splitting
# A **loader** turns a source (HTML, PDF, a table, a mailbox) into text and **metadata**: where it came from and what
# it is about. Ours is one line, `dd.data.pydocs()`; each page has a `title` and a `topic`. Do not throw metadata
# away: it is needed for filters and for citations.
#
# A page may have 16,000 characters. As one vector it would be a blur, and in the prompt a waste; so a **splitter**
# cuts it into chunks. Four rules:
#
# 1. A chunk has at most `chunk_size` characters.
# 2. Cut where a reader would. Take the separators in turn, empty line, line break, space: the chunk ends **behind
#    the last one** that lies wholly inside those `chunk_size` characters, provided that the chunk is then longer
#    than half of `chunk_size`. If not, try the next separator; if none will do, cut at `chunk_size`.
# 3. Neighbours **overlap**: a chunk starts `overlap` characters before the end of the one before it, so that a
#    sentence which the cut runs through is whole in one of the two. The first starts at 0.
# 4. As soon as the rest of the text fits into `chunk_size`, that rest is the last chunk.
#
# By hand: `"one two three four"`, size 10, overlap 2, separator space. The first ten characters are `"one two th"`;
# the last space in them ends `"one two "`, 8 characters, more than 5, so that is chunk 1. Chunk 2 starts 2 before its
# end: `"o three fo"`, cut back to `"o three "`. Then `"e four"`, and the end is reached. `"one two"` with size 7 stays
# whole by rule 4, though rule 2 would find a space in it. The number of chunks is about the length of the text over
# the mean length of a chunk without its overlap. With an overlap of more than half a chunk, the next start might not
# move on; hence the limit below.


# %% exercise: split_text
def split_text(text, chunk_size, overlap, separators=("\n\n", "\n", " ")):
    """Cut a text into overlapping chunks, by the four rules above.

    Args:
        text: str.
        chunk_size: most characters of a chunk, int >= 1.
        overlap: characters that a chunk shares with the one before it, int, 0 <= 2 * overlap <= chunk_size.
        separators: places to cut behind, the best first, tuple of str.

    Returns:
        list of str, slices of the text in order; [] for an empty text. About 12 lines.

    Raises:
        ValueError: chunk_size or overlap is out of its range.
    """
    ### BEGIN SOLUTION
    if chunk_size < 1 or not 0 <= 2 * overlap <= chunk_size:
        raise ValueError(f"overlap must be from 0 to half of chunk_size. Received: {overlap}, {chunk_size}")
    chunks, start, end = [], 0, 0
    while end < len(text):
        end = min(start + chunk_size, len(text))
        if end < len(text):
            for separator in separators:
                at = text.rfind(separator, start, end)
                if at >= 0 and 2 * (at + len(separator) - start) > chunk_size:
                    end = at + len(separator)
                    break
        chunks.append(text[start:end])
        start = end - overlap
    return chunks
    ### END SOLUTION


# %% test: split_text, points=2
text = "one two three four"
chunks = split_text(text, 10, 2, separators=(" ",))
dd.check.kind(chunks, list, what="the chunks")
dd.check.equal(chunks, ["one two ", "o three ", "e four"], why="the example above", what="the chunks")
dd.check.equal(split_text("abcdefgh", 4, 1), ["abcd", "defg", "gh"], why="no separator: hard cuts", what="the chunks")
dd.check.equal(split_text("short", 100, 10), ["short"], why="it fits into one chunk", what="the chunks")
dd.check.equal(split_text("one two", 7, 0), ["one two"], why="it fits exactly, and is not cut", what="the chunks")
chunks = split_text("A line.\n\nSome more\nwords", 16, 0)
dd.check.equal(chunks, ["A line.\n\n", "Some more\nwords"], why="an empty line beats a space", what="the chunks")
with dd.check.raises(ValueError, why="the overlap is more than half of a chunk"):
    split_text("some text", 5, 3)
### BEGIN HIDDEN TESTS
dd.check.equal(split_text("", 5, 2), [], why="an empty text has no chunk", what="the chunks")
for size, overlap in ((0, 0), (5, -1), (-2, 0)):
    with dd.check.raises(ValueError, why=f"chunk_size {size}, overlap {overlap}"):
        split_text("some text", size, overlap)
dd.check.equal(split_text("x", 3, 0), ["x"], why="a text of one character", what="the chunks")
for text, size, overlap in (("abcde fg", 8, 0), ("a b\n\nc d", 8, 4), ("ab ", 3, 1), ("\n\n", 2, 1)):
    dd.check.equal(split_text(text, size, overlap), [text], why="it fits exactly, and is not cut", what="the chunks")
came = split_text("abcd fghi klm", 8, 0)
dd.check.equal(came, ["abcd ", "fghi klm"], why="the rest fits exactly, and is not cut", what="the chunks")
came = split_text("  two  \n\n\n  more\t\n", 9, 0)
dd.check.equal(came, ["  two  \n\n", "\n  more\t\n"], why="every space and line break is kept", what="the chunks")
came = split_text("abcdefghij", 7, 0, separators=("-----",))
dd.check.equal(came, ["abcdefg", "hij"], why="the separator does not occur", what="the chunks")
dd.check.equal(split_text("abc", 1, 0), ["a", "b", "c"], why="chunks of one character", what="the chunks")
dd.check.equal(split_text("abcd", 4, 2), ["abcd"], why="the end is reached at once", what="the chunks")
dd.check.equal(split_text("abcde", 4, 2), ["abcd", "cde"], why="half of a chunk may overlap", what="the chunks")
came = split_text("ab cdef", 6, 0, separators=(" ",))
dd.check.equal(came, ["ab cde", "f"], why="a chunk of 3, half of 6, is not longer than half", what="the chunks")
came = split_text("abc def", 4, 0, separators=(" ",))
dd.check.equal(came, ["abc ", "def"], why="the separator ends the chunk, and just fits", what="the chunks")
came = split_text("abcd\n\nefgh", 5, 0)
dd.check.equal(came, ["abcd\n", "\nefgh"], why="half an empty line is a line break", what="the chunks")
came = split_text("abcabcab", 6, 1, separators=("b",))
dd.check.equal(came, ["abcab", "bcab"], why="separators are arguments", what="the chunks")
came = split_text("--xyz", 3, 0, separators=("--",))
dd.check.equal(came, ["--", "xyz"], why="a separator may be at the start of a chunk", what="the chunks")


def slow_split(text, size, overlap, separators):
    """All ends that rule 2 allows, and of the first separator that has any the last."""
    chunks, start = [], 0
    while text:
        if len(text) - start <= size:
            return [*chunks, text[start:]]
        ends = range(start + size // 2 + 1, start + size + 1)
        good = [[end for end in ends if text[start:end].endswith(separator)] for separator in separators]
        end = next((found[-1] for found in good if found), start + size)
        chunks.append(text[start:end])
        start = end - overlap
    return []


rng = np.random.default_rng(1)
for size, overlap in ((1, 0), (2, 0), (5, 0), (7, 3), (8, 3), (20, 5), (60, 13), (61, 0)):
    for signs in ("abc \n", "abcdefgh \n\n", "a ", "xyz"):
        text = "".join(rng.choice(list(signs), 150))
        chunks = split_text(text, size, overlap)
        dd.check.kind(chunks, list, what="the chunks")
        of = f" for chunk_size {size}, overlap {overlap}"
        whole = chunks[0] + "".join(chunk[overlap:] for chunk in chunks[1:])
        dd.check.equal(whole, text, why="without the overlaps, the chunks make up the text", what="the chunks together")
        dd.check.equal(max(map(len, chunks)) <= size, True, why="no chunk is too long", what="all short enough" + of)
        due = slow_split(text, size, overlap, ("\n\n", "\n", " "))
        dd.check.equal(chunks, due, why="the last of the best separator, beyond half of the chunk", what="chunks" + of)
### END HIDDEN TESTS

# %% mistakes: split_text
# - replace: start = end - overlap
#   with: start = end
#   hint: "Neighbouring chunks share nothing. Where should the next one start?"
# - replace: start = end - overlap
#   with: start += chunk_size - overlap
#   hint: "The next start is counted from the full chunk_size, but a chunk may have ended earlier: text gets lost."
# - replace: text.rfind(separator, start, end)
#   with: text.find(separator, start, end)
#   hint: "Which separator in the window makes the chunk longest?"
# - replace: text.rfind(separator, start, end)
#   with: text.rfind(separator, start)
#   hint: "The separator is sought up to the end of the text, so a chunk can grow beyond chunk_size."
# - replace: |-
#     2 * (at + len(separator) - start) > chunk_size:
#                         end = at + len(separator)
#   with: |-
#     2 * (at - start) > chunk_size:
#                         end = at
#   hint: "The separator belongs to the chunk that it ends."
# - replace: |-
#     end = at + len(separator)
#                         break
#   with: |-
#     end = at + len(separator)
#   hint: "After a good cut the search goes on, and a worse separator has the last word."
# - replace: 2 * (at + len(separator) - start) > chunk_size
#   with: at + len(separator) - start > overlap
#   hint: "A separator near the start leaves a scrap of a chunk. How long must one be at least?"
# - replace: 2 * (at + len(separator) - start) > chunk_size
#   with: 2 * (at - start) > chunk_size
#   hint: "Measure the chunk as it will be, with its separator."
# - replace: 2 * (at + len(separator) - start) > chunk_size
#   with: 2 * (at + len(separator) - start) >= chunk_size
#   hint: "Longer than half, not just half."
# - replace: |-
#     if end < len(text):
#                 for
#   with: |-
#     if text:
#                 for
#   hint: "The last chunk is cut as well, though the rest of the text fits."
# - replace: chunks.append(text[start:end])
#   with: chunks.append(text[start:end].strip())
#   hint: "Spaces and line breaks at the ends of a chunk are gone. A chunk is a slice of the text, as it is."
# - replace: return chunks
#   with: return [chunk for chunk in chunks if chunk.strip()]
#   hint: "Spaces and line breaks are part of the text too: every slice of it is wanted."
# - replace: for separator in separators
#   with: 'for separator in ("\n\n", "\n", " ")'
#   hint: "The separators are an argument; you always use the same three."


# %% mistake: split_text
# hint: "You cut at chunk_size wherever that is, in the middle of a word too. The chunk ends behind a separator if there
#   is a good one."
def split_text(text, chunk_size, overlap, separators=("\n\n", "\n", " ")):
    if chunk_size < 1 or not 0 <= 2 * overlap <= chunk_size:
        raise ValueError("sizes")
    chunks, start = [], 0
    while start + overlap < len(text) or (start == 0 and text):
        chunks.append(text[start : start + chunk_size])
        start += chunk_size - overlap
    return chunks


# %% mistake: split_text
# hint: "A chunk that fits exactly is cut: the rest is the last chunk as soon as it is no longer than chunk_size."
def split_text(text, chunk_size, overlap, separators=("\n\n", "\n", " ")):
    if chunk_size < 1 or not 0 <= 2 * overlap <= chunk_size:
        raise ValueError("sizes")
    chunks, start = [], 0
    while text:
        rest = text[start:]
        if len(rest) < chunk_size:
            return [*chunks, rest]
        end = start + chunk_size
        for separator in separators:
            at = text.rfind(separator, start, end)
            if at >= 0 and 2 * (at + len(separator) - start) > chunk_size:
                end = at + len(separator)
                break
        chunks.append(text[start:end])
        if end >= len(text):
            return chunks
        start = end - overlap
    return chunks


# %% mistake: split_text
# hint: "You take the text apart into words and put it together again: line breaks and double spaces are lost, and a
#   word that is longer than a chunk makes one that is too long."
def split_text(text, chunk_size, overlap, separators=("\n\n", "\n", " ")):
    if chunk_size < 1 or not 0 <= 2 * overlap <= chunk_size:
        raise ValueError("sizes")
    chunks, current = [], ""
    for word in text.split():
        if current and len(current) + 1 + len(word) > chunk_size:
            chunks.append(current)
            current = current[len(current) - overlap :] if overlap else ""
        current = f"{current} {word}".strip()
    return [*chunks, current] if current else chunks


# %% mistake: split_text
# hint: "You take the separator that comes last, whichever it is. The best one goes first: only where an empty line
#   makes no good cut, a line break may, and then a space."
def split_text(text, chunk_size, overlap, separators=("\n\n", "\n", " ")):
    if chunk_size < 1 or not 0 <= 2 * overlap <= chunk_size:
        raise ValueError("sizes")
    chunks, start, end = [], 0, 0
    while end < len(text):
        end = min(start + chunk_size, len(text))
        if end < len(text):
            cuts = [text.rfind(each, start, end) + len(each) for each in separators if each in text[start:end]]
            if cuts and 2 * (max(cuts) - start) > chunk_size:
                end = max(cuts)
        chunks.append(text[start:end])
        start = end - overlap
    return chunks


# %% equivalents: split_text
# - replace: not 0 <= 2 * overlap
#   with: not -1 <= 2 * overlap
#   reason: "Twice a whole number is never -1."


# %% accepts: split_text
def split_text(text, chunk_size, overlap, separators=("\n\n", "\n", " ")):
    if chunk_size <= 0 or overlap < 0 or overlap > chunk_size / 2:
        raise ValueError("no such sizes")
    if len(text) <= chunk_size:
        return [text] if text else []
    head = text[:chunk_size]
    for separator in separators:
        before, found, _ = head.rpartition(separator)
        if found and len(before + found) > chunk_size / 2:
            head = before + found
            break
    return [head, *split_text(text[len(head) - overlap :], chunk_size, overlap, separators)]


# %% accepts: split_text
def split_text(text, chunk_size, overlap, separators=("\n\n", "\n", " ")):
    if chunk_size < 1 or overlap < 0 or 2 * overlap > chunk_size:
        raise ValueError(f"bad sizes {chunk_size}, {overlap}")
    bounds, start = [], 0
    while start < len(text):
        stop = start + chunk_size
        if stop >= len(text):
            bounds.append((start, len(text)))
            break
        for separator in separators:
            cut = next((e for e in range(stop, start + chunk_size // 2, -1) if text[start:e].endswith(separator)), None)
            if cut:
                stop = cut
                break
        bounds.append((start, stop))
        start = stop - overlap
    return [text[a:b] for a, b in bounds]


# %% [markdown]
# How large should a chunk be? For **finding**, small: a chunk of one thought has a clear vector, and a matching word
# is not drowned. For **answering**, large: a model wants the sentence before and the one after. **Parent-child
# chunks** give both. Split the page into parents, split each parent into children, search among the children, and
# hand over the parents of those found: the reader gets $\{\text{parent}(i) : i \text{ among the best } k\}$, each once.
# What does that look like on a page?

# %% demo
parents, children = [], []
for page in pages.itertuples():
    for text in split_text(page.text, 1600, 0):
        about = {"title": page.title, "topic": page.topic}
        for piece in split_text(text, 400, 60):
            children.append({**about, "parent": len(parents), "text": piece})
        parents.append({**about, "text": text})
print(f"{len(pages)} pages, {len(parents)} parents, {len(children)} children")

page = pages["text"][pages["title"] == 'The "with" statement'].iloc[0]
figure, ax = plt.subplots(figsize=(12, 2.9))
start = 0
for text in split_text(page, 1600, 0):
    ax.barh(2, len(text), 0.7, left=start, color="0.85", edgecolor="black", label="parent" if not start else None)
    inner = start
    for i, piece in enumerate(split_text(text, 400, 60)):
        label = "child" if not start and not i else None
        ax.barh(i % 2, len(piece), 0.7, left=inner, color="C2", alpha=0.75, edgecolor="black", label=label)
        if i:
            label = "overlap" if i == 1 and not start else None
            ax.axvspan(inner, inner + 60, ymax=0.72, color="C4", alpha=0.5, label=label)
        inner += len(piece) - 60
    start += len(text)
ax.set(title='The page about "with": parents above, their children below', xlabel="character of the page", yticks=[])
ax.set(xlim=(-5, len(page) + 5), ylim=(-0.6, 2.6))
ax.spines["left"].set_visible(False)
ax.grid(False)
ax.legend(ncols=3, loc="upper center", bbox_to_anchor=(0.5, -0.28), frameon=False)
dd.plot.show(
    "Bars over the characters of one page, from 0 to its end: a row of parents above, of unequal lengths up to 1,600; "
    "below them, in two rows in turn, their children of up to 400, each of which starts a little before the last one "
    "ends. Those overlaps are shaded. No child crosses the border between two parents."
)

# %% [markdown]
# Cuts fall where paragraphs and lines end, so lengths differ. The strips belong to two children each; no child
# reaches beyond its parent.
#
# ## Questions to be judged by
# First decide how retrievers will be judged. Below are 48 questions that the reference answers, each with the titles of
# the pages that hold the answer and a phrase that the answer contains; and 12 that it does not answer. They were
# written from the pages, not from what a retriever finds. Every second question is for choosing settings (`dev`), the
# others for reporting (`test`).

# %% demo
answerable = [
    ("How do I make an anonymous function?", "Lambdas", "anonymous"),
    ("Which exception is raised when an assertion fails?", 'The "assert" statement', "AssertionError"),
    ("Can a lambda expression contain statements?", "Lambdas", "cannot contain statements"),
    ("When does the else clause of a for loop run, and when not?", 'The "for" statement|The "break" statement',
     '"else" clause'),
    ("May __init__ return a value?", "object.__init__", 'no non-"None" value may be returned'),
    ("How do I concatenate the strings of a list with a separator?", "str.join", "concatenation"),
    ("How do I test whether a dictionary has a given key?",
     'Membership test operations|Mapping Types — "dict"|object.__contains__', "given key"),
    ("How does an inner function rebind a variable of the enclosing function?", 'The "nonlocal" statement',
     "nonlocal"),
    ("Which statement does nothing at all?", 'The "pass" statement', "null operation"),
    ("Does the power operator bind more tightly than a unary minus?", "The power operator", "binds more tightly"),
    ("How do I remove spaces from both ends of a string?", "str.strip", "leading and trailing"),
    ("Which string method is like find but raises an error when the substring is missing?", "str.index|str.rindex",
     "ValueError"),
    ("How do I pad a number with zeros on the left?", "str.zfill", "filled with ASCII"),
    ("Which method is called when an object is about to be destroyed?", "object.__del__", "about to be destroyed"),
    ("What are metaclasses used for?", "Uses for metaclasses", "boundless"),
    ("How can a class save memory by declaring its attributes up front?", "__slots__",
     "saved over using"),
    ("What must hold for the hashes of objects that compare equal?", "object.__hash__", "same hash value"),
    ("When is the finally clause executed?", '"finally" clause', "is executed"),
    ("Which two methods does a context manager need?", 'With Statement Context Managers|The "with" statement',
     "__exit__"),
    ("How do I chain exceptions with an explicit cause?", 'The "raise" statement', '"from" clause'),
    ("What does a wildcard pattern match?", "Wildcard Patterns", "always succeeds"),
    ("How do I delete a name?", 'The "del" statement', "removes the binding"),
    ("May underscores be written between the digits of a number?",
     "Integer literals|Floating point literals|Floating-point literals", "nderscores"),
    ("Which debugger function stops the program at a given point in the code?", "pdb.set_trace", "hard-code"),
    ("Which method is called when an attribute lookup fails?", "object.__getattr__", "AttributeError"),
    ("Which values are considered false?", "Truth Value Testing|Boolean operations", "zero of any numeric type"),
    ("How do I make instances callable like functions?", "Emulating callable objects", "__call__"),
    ("Which words are soft keywords?", "Soft Keywords", '"match"'),
    ("What does shifting an integer to the right by n bits compute?", "Shifting operations", "floor division"),
    ("Why does a range take so little memory?", "Ranges", "same (small) amount"),
    ("When are default parameter values evaluated?", "Function definitions",
     "when the function definition is executed"),
    ("How do I import a module under another name?", 'The "import" statement', 'followed by "as"'),
    ("Do dictionary views follow later changes of the dictionary?", "Dictionary view objects",
     "when the dictionary changes"),
    ("How do I replace every occurrence of a substring?", "str.replace", "replaced by"),
    ("How do I check that two names refer to the same object?", "Identity comparisons", "same object"),
    ("How do I split a text into its lines?", "str.splitlines", "line boundaries"),
    ("How do I compare strings regardless of case?", "str.casefold", "caseless"),
    ("What does the yield statement turn a function into?", 'The "yield" statement|Generator functions', "generator"),
    ("How do I skip the rest of the loop body and go on with the next cycle?", 'The "continue" statement',
     "next cycle"),
    ("How do I sort a list in place?", "Lists|Mutable Sequence Types", "in place"),
    ("How does an async function wait for a result?", "Await expression|Coroutine function definition",
     "awaitable"),
    ("Which suffix marks an imaginary number?", "Imaginary literals", "imaginary"),
    ("Is it the comma or the parentheses that makes a tuple?", "Expression lists|Tuples", "comma"),
    ("Which attribute hook is called unconditionally, whether the attribute exists or not?", "object.__getattribute__",
     "unconditionally"),
    ("What is __missing__ called for?", "object.__missing__", "not in the dictionary"),
    ("What does __length_hint__ return?", "object.__length_hint__", "estimated length"),
    ("What does str.rpartition return?", "str.rpartition", "last occurrence"),
    ("What does pdb.post_mortem do?", "pdb.post_mortem", "post-mortem debugging"),
]  # fmt: skip
unanswerable = [
    "What is the capital of France?", "How do I train a neural network with gradient descent?",
    "How do I plot a histogram?", "How do I read a CSV file with pandas?", "Which port does a web server listen on?",
    "How do I install a package with pip?", "Who invented the transistor?",
    "How do I connect to a PostgreSQL database?", "How do I send an email with an attachment?",
    "How fast is quicksort on average?", "How do I resize an image?", "At what temperature does water boil?",
]  # fmt: skip
questions = [{"question": q, "targets": t.split("|"), "fact": f} for q, t, f in answerable]
questions += [{"question": q, "targets": [], "fact": None} for q in unanswerable]
dev, test = questions[::2], questions[1::2]
assert all(set(q["targets"]) & set(pages["title"]) for q in questions if q["targets"])
print(f"{len(dev)} questions to choose by, {len(test)} to report")

# %% [markdown]
# ## Searching by words: BM25
# TF-IDF (Day 67) counts a word more, the rarer it is. BM25 repairs two faults of it: a word that occurs ten times
# does not make a text ten times as relevant, and a long text holds more words by its length alone.
#
# $$\text{score}(q, D_i) = \sum_{w \in q}
# \underbrace{\ln\!\Big(1 + \frac{N - n_w + \frac12}{n_w + \frac12}\Big)}_{\text{rarity}}
# \cdot \frac{f_{w,i}\,(k_1 + 1)}{f_{w,i} + k_1\big(1 - b + b\,\lvert D_i\rvert/\bar L\big)} .$$
#
# The fraction is 0 for a word that is missing, 1 for a word that occurs once in a text of mean length, and never
# more than $k_1 + 1$. With $b = 0$ length does not count, with $b = 1$ it counts in full. Usual values are
# $k_1$ from 1.2 to 2 and $b = 0.75$. A word that occurs twice in the query is added twice.
#
# There are several BM25s. Robertson's own rarity has no $1 +$, so it is negative for a word that more than half of
# the documents hold: having it would count *against* a text. The $1 +$ is that of Lucene, the library inside most
# search engines. (Lucene has since dropped the factor $k_1 + 1$, which is the same for all and moves no rank.)
#
# By hand: three texts, `cat sat`, `cat cat dog`, `dog`, with 2, 3 and 1 words and $\bar L = 2$. Only the first holds
# *sat*: rarity $\ln(1 + 2.5/1.5) = \ln \frac83 = 0.98$, and the fraction is $1 \cdot 2.5/(1 + 1.5) = 1$. For *cat*,
# rarity is $\ln(1 + 1.5/2.5) = \ln 1.6 = 0.47$; in the second text the fraction is
# $2 \cdot 2.5/(2 + 1.5(0.25 + 0.75 \cdot \frac32)) = 5/4.0625$, so its score is 0.58, and not twice 0.47.


# %% exercise: bm25_scores
def bm25_scores(query, docs, k1=1.5, b=0.75):
    """Relevance of every document to a query: BM25 (Robertson and Zaragoza 2009) with Lucene's rarity.

    Args:
        query: words, list of str; it may hold words that no document has, or none at all.
        docs: list of N >= 1 documents, each a list of words, left unchanged; one may be empty, but not all.
        k1: > 0, how slowly repeats wear off.
        b: 0 <= b < 1, how much length counts.

    Returns:
        float array (N,), 0 where no word of the query occurs. About 8 lines.
    """
    ### BEGIN SOLUTION
    lengths = np.array([len(doc) for doc in docs])  # (N,)
    slowness = k1 * (1 - b + b * lengths / lengths.mean())
    scores = np.zeros(len(docs))
    for word in query:
        counts = np.array([doc.count(word) for doc in docs])  # (N,)
        holding = np.sum(counts > 0)
        rarity = np.log(1 + (len(docs) - holding + 0.5) / (holding + 0.5))
        scores += rarity * counts * (k1 + 1) / (counts + slowness)
    return scores
    ### END SOLUTION


# %% test: bm25_scores, points=2
texts = [["cat", "sat"], ["cat", "cat", "dog"], ["dog"]]
with dd.check.unchanged(texts, what="docs"):
    scores = bm25_scores(["sat"], texts)
dd.check.like(scores, np.array([np.log(8 / 3), 0, 0]), why="the example above, sat", what="the scores")
cat = np.array([np.log(1.6), np.log(1.6) * 5 / 4.0625, 0])
dd.check.like(bm25_scores(["cat"], texts), cat, why="the example above, cat", what="the scores")
both = cat + np.array([np.log(8 / 3), 0, 0])
dd.check.like(bm25_scores(["sat", "cat"], texts), both, why="the words' scores add up", what="the scores")
dd.check.like(bm25_scores(["cat", "cat"], texts), 2 * cat, why="it occurs twice in the query", what="the scores")
dd.check.like(bm25_scores(["cow"], texts), np.zeros(3), why="no text holds it", what="the scores")
### BEGIN HIDDEN TESTS
import math

rng = np.random.default_rng(2)
for num_docs, k1, b in ((1, 1.5, 0.75), (2, 1.2, 0.0), (5, 0.4, 0.9), (7, 2.0, 0.5), (12, 1.5, 0.75)):
    texts = [list(rng.choice(list("abcdefgh"), size)) for size in rng.integers(0, 15, num_docs)]
    texts = [[str(word) for word in text] for text in texts]
    texts[0] = ["a", "b", "a", "c"]
    mean = sum(map(len, texts)) / num_docs
    for query in (["a"], ["h", "a", "c"], ["b", "b"], ["z"], ["a", "z"], []):
        due = []
        for text in texts:
            total = 0.0
            for word in query:
                inside = sum(1 for other in texts if word in other)
                times = text.count(word)
                part = times * (k1 + 1) / (times + k1 * (1 - b + b * len(text) / mean))
                total += math.log(1 + (num_docs - inside + 0.5) / (inside + 0.5)) * part
            due.append(total)
        given = [list(query), [list(text) for text in texts]]
        with dd.check.unchanged(given, why="the documents are searched again"):
            scores = bm25_scores(given[0], given[1], k1=k1, b=b)
        of = f"scores of {query}, k1 {k1}, b {b}"
        dd.check.like(scores, np.array(due, dtype=float), why="the sum over the words of the query", what=of)

texts = [["x"] * n + ["y"] * (50 - n) for n in (1, 2, 10, 50)]
scores = bm25_scores(["x"], texts)
bound = np.log(1 + 0.5 / 4.5) * 2.5
falls_off = bool(np.all(np.diff(scores) > 0) and scores[-1] < bound)
dd.check.equal(falls_off, True, why="repeats wear off", what="scores that grow and stay below the bound")
scores = bm25_scores(["x", "y"], [["x"], ["y", "q"], ["q", "q", "q"]])
dd.check.close(scores[2], 0.0, why="it holds no word of the query", what="third score")
scores = bm25_scores(["in"], [["inside", "x"], ["in", "x"]])
dd.check.close(scores[0], 0.0, why="words are compared whole", what="score of a text with a longer word")
scores = bm25_scores(["x"], [["x", "y"], ["x"], ["x", "z", "z"], ["q"]])
dd.check.equal(bool(np.all(scores[:3] > 0)), True, why="a word of most texts counts too", what="all above 0")
### END HIDDEN TESTS

# %% mistakes: bm25_scores
# - replace: np.log(1 + (len(docs)
#   with: np.log((len(docs)
#   hint: "A word that more than half of the documents hold gets a negative rarity. What keeps the logarithm
#     above zero?"
# - replace: np.sum(counts > 0)
#   with: np.sum(counts)
#   hint: "Rarity counts documents that hold the word, not how often they do."
# - replace: lengths / lengths.mean()
#   with: lengths
#   hint: "A length says little by itself; measure it against the mean."
# - replace: lengths / lengths.mean()
#   with: lengths.mean() / lengths.clip(1)
#   hint: "Long documents gain by your length factor; they should lose."
# - replace: for word in query
#   with: for word in sorted(set(query))
#   hint: "The sum runs over the words of the query as they are: one that occurs twice counts twice."
# - replace: counts * (k1 + 1)
#   with: counts * k1
#   hint: "A word that occurs once in a document of mean length should give exactly its rarity."
# - replace: counts * (k1 + 1) / (counts + slowness)
#   with: counts
#   hint: "That is TF-IDF: ten times the word, ten times the score. What makes repeats wear off?"
# - replace: rarity * counts
#   with: counts
#   hint: "Every word weighs the same; the rare ones tell most."
# - replace: doc.count(word)
#   with: '" ".join(doc).count(word)'
#   hint: "A word inside a longer word is counted as well."
# - replace: k1 * (1 - b + b * lengths / lengths.mean())
#   with: k1
#   hint: "Length does not count with you, whatever b is."
# - replace: k1 * (1 - b + b * lengths / lengths.mean())
#   with: k1 * (b + (1 - b) * lengths / lengths.mean())
#   hint: "b works the wrong way round: with b = 0 length should not count."
# - replace: np.log(1
#   with: np.log10(1
#   hint: "The logarithm is the natural one."
# - replace: np.log(1
#   with: np.log2(1
#   hint: "The logarithm is the natural one."
# - replace: np.log(1 + (len(docs) - holding + 0.5) / (holding + 0.5))
#   with: np.log(len(docs) / max(holding, 1))
#   hint: "That is the rarity of TF-IDF. BM25's compares the documents without the word to those with it."
# - replace: (len(docs) - holding + 0.5)
#   with: (len(docs) + 0.5)
#   hint: "Above in the fraction are the documents that do not hold the word, not all of them."
# - replace: scores += rarity
#   with: scores += 1 / len(query) * rarity
#   hint: "You take the mean over the words of the query. Their scores add up."
# - replace: return scores
#   with: return scores.tolist()
#   hint: "The scores are right, but they come as a list. An array was asked for."


# %% mistake: bm25_scores
# hint: "A word that more than half of the documents hold gets a negative rarity. What keeps the logarithm
#   above zero?"
def bm25_scores(query, docs, k1=1.5, b=0.75):
    mean = sum(map(len, docs)) / len(docs)
    scores = []
    for doc in docs:
        total = 0.0
        for word in query:
            inside = sum(word in other for other in docs)
            rarity = np.log((len(docs) - inside + 0.5) / (inside + 0.5))
            times = doc.count(word)
            total += rarity * times * (k1 + 1) / (times + k1 * (1 - b + b * len(doc) / mean))
        scores.append(total)
    return np.array(scores)


# %% mistake: bm25_scores
# hint: "The factor k1 + 1 is missing. It moves no rank, but a word that occurs once in a text of mean length should
#   give exactly its rarity."
def bm25_scores(query, docs, k1=1.5, b=0.75):
    lengths = np.array([len(doc) for doc in docs])
    scores = np.zeros(len(docs))
    for word in query:
        counts = np.array([doc.count(word) for doc in docs])
        rarity = np.log1p((len(docs) - np.sum(counts > 0) + 0.5) / (np.sum(counts > 0) + 0.5))
        scores += rarity * counts / (counts + k1 * (1 - b + b * lengths / lengths.mean()))
    return scores


# %% mistake: bm25_scores
# hint: "You sort the documents. What is asked for is a score for each, in the order in which they are given."
def bm25_scores(query, docs, k1=1.5, b=0.75):
    lengths = np.array([len(doc) for doc in docs])
    scores = np.zeros(len(docs))
    for word in query:
        counts = np.array([doc.count(word) for doc in docs])
        rarity = np.log1p((len(docs) - np.sum(counts > 0) + 0.5) / (np.sum(counts > 0) + 0.5))
        scores += rarity * counts * (k1 + 1) / (counts + k1 * (1 - b + b * lengths / lengths.mean()))
    return np.sort(scores)[::-1]


# %% accepts: bm25_scores
def bm25_scores(query, docs, k1=1.5, b=0.75):
    tallies = [Counter(doc) for doc in docs]
    size, mean = len(docs), np.mean([len(doc) for doc in docs])
    inside = Counter(word for tally in tallies for word in tally)
    scores = []
    for doc, tally in zip(docs, tallies, strict=True):
        length = (1 - b) + b * len(doc) / mean
        parts = [
            np.log1p((size - inside[word] + 0.5) / (inside[word] + 0.5)) * (k1 + 1) / (1 + k1 * length / tally[word])
            for word in query
            if tally[word]
        ]
        scores.append(float(sum(parts)))
    return np.array(scores)


# %% accepts: bm25_scores
def bm25_scores(query, docs, k1=1.5, b=0.75):
    if not query:
        return np.zeros(len(docs))
    counts = np.array([[sum(word == other for other in doc) for word in query] for doc in docs], float)  # (N, words)
    size = np.array([[float(len(doc))] for doc in docs])
    inside = (counts > 0).sum(axis=0)
    rarity = np.log((len(docs) + 1) / (inside + 0.5))
    return (counts * (k1 + 1) / (counts + k1 * (1 - b) + k1 * b * size / size.mean())) @ rarity


# %% [markdown]
# What do $k_1$ and $b$ do? Your own function tells, on made-up texts of 100 words, then of 20 to 400.

# %% demo
repeats, sizes = np.arange(0, 21), np.array([20, 50, 100, 200, 400])
filler = [["filler"] * 100 for _ in repeats]
figure, axes = plt.subplots(1, 2, figsize=(11, 3.9))
for k1 in (0.3, 1.5, 6.0):
    texts = [["cat"] * n + ["filler"] * (100 - n) for n in repeats]
    curve = bm25_scores(["cat"], texts, k1=k1, b=0.0)
    axes[0].plot(repeats, curve / curve[1], label=f"$k_1$ = {k1}")
axes[0].set(title="Repeats wear off", xlabel="times that the word occurs", ylabel="score, once = 1", ylim=(0, 7))
axes[0].set_xticks(range(0, 21, 5))
for b in (0.0, 0.5, 0.95):
    texts = [["cat"] * 2 + ["filler"] * (n - 2) for n in sizes]
    curve = bm25_scores(["cat"], texts, b=b)
    axes[1].plot(sizes, curve / curve[0], label=f"$b$ = {b}", marker="o")
axes[1].set(title="Length counts against", xlabel="words of the text", ylabel="score, 20 words = 1", ylim=(0, 1.1))
for ax in axes:
    ax.legend()
dd.plot.show(
    "Left, score against occurrences, 1 for one: with k1 = 0.3 flat near 1.3, with 1.5 levelling off towards 2.4, with "
    "6 still rising beyond 5 at twenty. Right, score of two occurrences against the length of the text: flat for "
    "b = 0, falling for b = 0.5, and for b = 0.95 to 0.4 at 400 words, from 1 at 20."
)

# %% [markdown]
# Left, a small $k_1$ asks only whether the word is there; a large one comes near to counting. Right, two occurrences
# mean less in a longer text, and $b$ says how much less.
#
# ## Searching by meaning: a vector store
# BM25 sees no likeness between *concatenate* and *concatenation*. Day 116 let an encoder place texts with like meaning
# near one another. Our encoder is the oldest there is, **latent semantic analysis**: TF-IDF, here of words and of all
# pieces of five letters within them (`<conc`, `conca`, …), then the singular vectors of the whole table (Day 18).
# A text's TF-IDF row is projected onto the first $d = 200$ of them, and scaled to length 1.
# Pieces make *concatenate* and *concatenation* near by spelling; the low rank makes words near that keep company.
# A trained sentence encoder knows more: synonyms that never met in these pages.
#
# A **vector store** is such vectors with their chunks and metadata, and a search: the index of Day 116 and a
# **filter** in front, $\arg\max_{i \,:\, \text{meta}(i) \supseteq \text{where}} u \cdot v_i$. To give a chunk its
# context, its title is indexed with it.


# %% demo
def pieces(text):
    """Words of a text, and the runs of five letters in the longer ones."""
    found = []
    for word in words(text):
        marked = f"<{word}>"
        found += [word, *(marked[i : i + 5] for i in range(len(marked) - 4) if len(word) > 3)]
    return found


indexed = [f"{child['title']} {child['text']}" for child in children]
vocabulary = {piece: i for i, piece in enumerate(sorted({piece for text in indexed for piece in pieces(text)}))}


def frequencies(text):
    row = np.zeros(len(vocabulary), dtype="float32")
    for piece, count in Counter(pieces(text)).items():
        if piece in vocabulary:
            row[vocabulary[piece]] = 1 + np.log(count)
    return row


table = np.stack([frequencies(text) for text in indexed])  # (N, vocabulary)
idf = np.log(len(table) / (table > 0).sum(axis=0))
table = table * idf.astype("float32")
table /= np.linalg.norm(table, axis=1, keepdims=True)
strengths, left = np.linalg.eigh((table @ table.T).astype(float))  # squared singular values, ascending
projection = (table.T @ left[:, -200:]) / np.sqrt(strengths[-200:])  # (vocabulary, 200): V


def embed(text):
    vector = (frequencies(text) * idf) @ projection
    return vector / max(np.linalg.norm(vector), 1e-12)


class VectorStore:
    """Vectors of length 1, their chunks, and an exact search by cosine with a filter on metadata."""

    def __init__(self, vectors, chunks):
        self.vectors, self.chunks = vectors, chunks

    def search(self, vector, k, where=None):
        """Indices of the k nearest chunks whose metadata hold all that `where` says, best first."""
        scores = self.vectors @ vector
        order = [int(i) for i in np.argsort(-scores, kind="stable")]
        return [i for i in order if not where or where.items() <= self.chunks[i].items()][:k]


store = VectorStore(np.stack([embed(text) for text in indexed]), children)
child_words = [words(text) for text in indexed]


def by_words(question, k=50):
    scores = bm25_scores(words(question), child_words)
    return [int(i) for i in np.argsort(-scores, kind="stable")[:k] if scores[i] > 0]


def by_vectors(question, k=50):
    return store.search(embed(question), k)


def titles_of(ranking):
    """Titles of the children in a ranking, each once."""
    return list(dict.fromkeys(children[i]["title"] for i in ranking))


def rank_of(q, ranking):
    """Rank of the first page that holds the answer, 99 if there is none."""
    return next((rank for rank, title in enumerate(titles_of(ranking), 1) if title in q["targets"]), 99)


with_target = [q for q in questions if q["targets"]]
ranks = {"words": [rank_of(q, by_words(q["question"])) for q in with_target]}
ranks["vectors"] = [rank_of(q, by_vectors(q["question"])) for q in with_target]
apart = np.argsort(np.array(ranks["words"]) - np.array(ranks["vectors"]), kind="stable")
print("words vectors   rank of the right page where the two differ most")
for i in [*apart[:3], *apart[-3:]]:
    print(f"{ranks['words'][i]:5d} {ranks['vectors'][i]:7d}   {with_target[i]['question']}")

# %% [markdown]
# The two err on different questions. So use both.
#
# ## Hybrid search: fusing ranks
# BM25 scores run to 20 and more, cosines to 1, and neither means the same from one question to the next. Adding them
# needs a scale that nobody knows. **Reciprocal rank fusion** forgets the scores and keeps the ranks:
#
# $$\text{score}(x) = \sum_{\text{lists } j \ni x} \frac{1}{\kappa + r_j(x)}, \qquad \kappa = 60 .$$
#
# With $\kappa = 60$ the first rank of a list is worth 1/61 and the tenth 1/70, so **two lists that agree** beat one
# that is enthusiastic. By hand, for the lists `a b c` and `b d`: $b$ gets $\frac1{62} + \frac1{61}$, $a$ gets
# $\frac1{61}$, $d$ gets $\frac1{62}$, $c$ gets $\frac1{63}$; fused, `b a d c`.


# %% exercise: reciprocal_rank_fusion
def reciprocal_rank_fusion(rankings, k=60):
    """One ranking out of several (Cormack et al. 2009).

    Args:
        rankings: list of lists of ids (str or int), each with the best first and no id twice; left unchanged.
        k: the constant, a number >= 0.

    Returns:
        list of all ids, each once, best first; equal scores in the order in which the ids first appear, the first list
        before the second. (Scores that only rounding tells apart may come either way.) About 5 lines.
    """
    ### BEGIN SOLUTION
    scores = {}
    for ranking in rankings:
        for rank, item in enumerate(ranking, start=1):
            scores[item] = scores.get(item, 0.0) + 1 / (k + rank)
    return sorted(scores, key=scores.get, reverse=True)
    ### END SOLUTION


# %% test: reciprocal_rank_fusion, points=1
given = [["a", "b", "c"], ["b", "d"]]
with dd.check.unchanged(given, what="the rankings"):
    fused = reciprocal_rank_fusion(given)
dd.check.kind(fused, list, what="the fused ranking")
dd.check.equal(fused, ["b", "a", "d", "c"], why="the example above", what="the fused ranking")
fused = reciprocal_rank_fusion([["b", "a"], ["a", "b"]])
dd.check.equal(fused, ["b", "a"], why="a tie: b came first", what="the ranking")
lists = [["p", "x", "q"], ["r", "x"]]
dd.check.equal(reciprocal_rank_fusion(lists)[0], "x", why="two second places beat one first", what="the best")
dd.check.equal(reciprocal_rank_fusion([lists[1]] * 3), ["r", "x"], why="all three agree", what="the ranking")
### BEGIN HIDDEN TESTS
from fractions import Fraction

dd.check.equal(reciprocal_rank_fusion([]), [], why="no list, no id", what="the ranking")
dd.check.equal(reciprocal_rank_fusion([[], [3, 1]]), [3, 1], why="a list may be empty", what="the ranking")
lists = [["x", "p", "y"], ["q", "r", "y"]]
dd.check.equal(reciprocal_rank_fusion(lists)[0], "y", why="two third places beat a first with k = 60", what="the best")
dd.check.equal(reciprocal_rank_fusion(lists, k=0)[0], "x", why="with k = 0 the first place counts 1", what="the best")
came = reciprocal_rank_fusion([["x", "y", "m"], ["z", "y", "m"]], k=1)
why = "1/3 + 1/3, then 1/2 twice, and 1/4 + 1/4, which came between the two"
dd.check.equal(came, ["y", "x", "m", "z"], why=why, what="the ranking")
rng = np.random.default_rng(3)
for num_lists, k in ((1, 60), (2, 60), (3, 60), (4, 5), (2, 0), (5, 1), (3, 20), (4, 60)):
    for _ in range(4):
        lists = [[int(i) for i in rng.permutation(9)[: rng.integers(1, 10)]] for _ in range(num_lists)]
        exact = {}
        for ranking in lists:
            for place, item in enumerate(ranking):
                exact[item] = exact.get(item, 0) + Fraction(1, k + place + 1)
        given = [list(ranking) for ranking in lists]
        with dd.check.unchanged(given, why="the lists are only read"):
            fused = reciprocal_rank_fusion(given, k=k)
        dd.check.kind(fused, list, what="the fused ranking")
        dd.check.equal(sorted(fused), sorted(exact), why="every id once", what="the ids, sorted")
        came = [exact[item] for item in fused]
        falling = came == sorted(came, reverse=True)
        dd.check.equal(falling, True, why="the best come first", what=f"scores fall for {lists}, k {k}")
        if num_lists <= 2:  # of two shares the sum is the same in either order, so ties are exact
            due = sorted(exact, key=exact.get, reverse=True)  # which keeps the order of first appearance
            dd.check.equal(fused, due, why="equals as they first appear", what=f"ranking of {lists}, k {k}")
dd.check.equal(reciprocal_rank_fusion([["b", "a"], ["d", "c"]]), ["b", "d", "a", "c"], why="ties", what="the ranking")
mixed = reciprocal_rank_fusion([[3, "x"], ["x", 10, 3]])
dd.check.equal(mixed, ["x", 3, 10], why="ids may be numbers and text", what="the ranking")
### END HIDDEN TESTS

# %% mistakes: reciprocal_rank_fusion
# - replace: start=1
#   with: start=0
#   hint: "The best has rank 1."
# - replace: scores.get(item, 0.0) + 1 / (k + rank)
#   with: 1 / (k + rank)
#   hint: "An id of two lists keeps only the last one's share."
# - replace: scores.get(item, 0.0) + 1 / (k + rank)
#   with: max(scores.get(item, 0.0), 1 / (k + rank))
#   hint: "Agreement of two lists should count: the shares add up."
# - replace: 1 / (k + rank)
#   with: k + rank
#   hint: "That rewards a bad rank."
# - replace: 1 / (k + rank)
#   with: 1 / rank
#   hint: "The constant is missing, and a single first place outweighs everything."
# - replace: ", reverse=True"
#   with: ""
#   hint: "The ids come worst first."
# - replace: for rank, item in enumerate(ranking, start=1)
#   with: "for rank, item in enumerate(ranking[: min(map(len, rankings))], start=1)"
#   hint: "The ends of the longer lists are lost."
# - replace: return sorted(scores, key=scores.get, reverse=True)
#   with: 'return sorted(scores.items(), key=lambda pair: pair[1], reverse=True)'
#   hint: "You return pairs of ids and scores. Only the ids were asked for."
# - replace: return sorted(scores, key=scores.get, reverse=True)
#   with: return [scores[item] for item in sorted(scores, key=scores.get, reverse=True)]
#   hint: "Those are the scores. Which ids have them?"
# - replace: return sorted(scores, key=scores.get, reverse=True)
#   with: "return sorted(scores, key=lambda item: (-scores[item], str(item)))"
#   hint: "Equal scores come in alphabetical order. The id that appears first should be first."
# - replace: return sorted(scores, key=scores.get, reverse=True)
#   with: return sorted(scores, key=scores.get)[::-1]
#   hint: "Turning a sorted list round turns equals round as well. Of those the id that appears first comes first."
# - replace: return sorted(scores, key=scores.get, reverse=True)
#   with: return list(scores)
#   hint: "The ids are not sorted by their scores."
# - replace: k + rank
#   with: 60 + rank
#   hint: "The constant is an argument; you always use 60."


# %% mistake: reciprocal_rank_fusion
# hint: "You average ranks, and an id that a list lacks is not punished for it. Each list gives a share that shrinks
#   with the rank, and the shares add up."
def reciprocal_rank_fusion(rankings, k=60):
    ranks = {}
    for ranking in rankings:
        for rank, item in enumerate(ranking, start=1):
            ranks.setdefault(item, []).append(rank)
    return sorted(ranks, key=lambda item: sum(ranks[item]) / len(ranks[item]))


# %% mistake: reciprocal_rank_fusion
# hint: "You divide an id's shares by the number of its lists. That takes away just what agreement is worth: the shares
#   add up."
def reciprocal_rank_fusion(rankings, k=60):
    shares = {}
    for ranking in rankings:
        for rank, item in enumerate(ranking, start=1):
            shares.setdefault(item, []).append(1 / (k + rank))
    return sorted(shares, key=lambda item: -sum(shares[item]) / len(shares[item]))


# %% mistake: reciprocal_rank_fusion
# hint: "Only ids that are in every list are left. One list is enough to be ranked."
def reciprocal_rank_fusion(rankings, k=60):
    every = dict.fromkeys(item for ranking in rankings for item in ranking)
    common = [item for item in every if all(item in ranking for ranking in rankings)]
    return sorted(common, key=lambda item: -sum(1 / (k + 1 + ranking.index(item)) for ranking in rankings))


# %% equivalents: reciprocal_rank_fusion
# - replace: scores.get(item, 0.0)
#   with: scores.get(item, 1.0)
#   reason: "Every id gets 1 more, and the order stays."
# - replace: 1 / (k + rank)
#   with: 2 / (k + rank)
#   reason: "All scores double, and the order stays."


# %% accepts: reciprocal_rank_fusion
def reciprocal_rank_fusion(rankings, k=60):
    items = list(dict.fromkeys(item for ranking in rankings for item in ranking))
    shares = [-sum(1 / (k + 1 + ranking.index(item)) for ranking in rankings if item in ranking) for item in items]
    return [items[i] for i in np.argsort(shares, kind="stable")]


# %% accepts: reciprocal_rank_fusion
def reciprocal_rank_fusion(rankings, k=60):
    shares = Counter()
    for ranking in rankings:
        shares.update({item: 1.0 / (k + place + 1.0) for place, item in enumerate(ranking)})
    return [item for item, _ in shares.most_common()]


# %% [markdown]
# ## Reranking
# So far a chunk was boiled down before the question was known. A **reranker** looks at question and chunk **together**,
# which is slow and sharp, so it sees only the best 30 of the fast search. The usual one is a **cross-encoder**: a
# Transformer that reads both as one text and gives a score. Ours has the shape of ColBERT's **late interaction**:
# each word of the question seeks its best partner in the chunk,
#
# $$\text{score}(q, D_i) = \frac{\sum_{w \in q} \text{idf}_w \, \max_{w' \in D_i} \text{sim}(w, w')}
# {\sum_{w \in q} \text{idf}_w}.$$
#
# ColBERT's words are vectors in context; ours are sets of pieces, and sim is twice the number of shared pieces over
# the number of both. How often is a page with the answer among the first $k$ (**hit@k**), for each stage?

# %% demo
holding = Counter(word for text in child_words for word in set(text))
cut = {}


def pieces_of(word):
    if word not in cut:
        cut[word] = frozenset(pieces(word))
    return cut[word]


def late_interaction(question, texts):
    """Score of a question with each text, from 0 to 1."""
    asked = words(question)
    weights = np.array([np.log(len(children) / (1 + holding[word])) for word in asked])
    scores = []
    for text in texts:
        others = [pieces_of(word) for word in set(words(text))] or [frozenset()]
        best = [max(2 * len(p & o) / (len(p) + len(o)) for o in others) for p in map(pieces_of, asked)]
        scores.append(float(weights @ best / weights.sum()) if asked else 0.0)
    return scores


def hybrid(question):
    return reciprocal_rank_fusion([by_words(question), by_vectors(question)])


def reranked(question):
    found = hybrid(question)[:30]
    scores = late_interaction(question, [indexed[i] for i in found])
    return [found[i] for i in np.argsort(-np.array(scores), kind="stable")]


rankings = {q["question"]: reranked(q["question"]) for q in questions}
ranks["hybrid"] = [rank_of(q, hybrid(q["question"])) for q in with_target]
ranks["hybrid, reranked"] = [rank_of(q, rankings[q["question"]]) for q in with_target]
figure, ax = plt.subplots(figsize=(8, 4.2))
for (name, rank_list), marker in zip(ranks.items(), "os^D", strict=True):
    found = np.array(rank_list)
    hits = [np.mean(found <= k) for k in range(1, 11)]
    ax.plot(range(1, 11), hits, marker=marker, label=name)
    mrr = np.mean(1 / found)
    print(f"{name:17s} hit@1 {hits[0]:.2f}   hit@5 {hits[4]:.2f}   hit@10 {hits[9]:.2f}   MRR {mrr:.2f}")
ax.set(title="48 questions: is the right page among the first?", xlabel="pages looked at, $k$", ylabel="hit@k")
ax.set_ylim(0.5, 1)
ax.legend()
dd.plot.show(
    "Share of 48 questions whose right page is among the first k, by k from 1 to 10, four curves. At k = 1 they are "
    "apart: vectors lowest, near 0.6, then words, then both fused, and fused and reranked highest, near 0.77. From "
    "k = 5 on all lie between 0.87 and 0.95."
)
assert hits[4] > 0.8

# %% [markdown]
# Read the left end: the reranker puts the right page first more often than any search alone. A difference of 0.04 is
# two questions, so read no more into the middle. Towards the right the curves meet: reranking cannot bring back what
# the search has not found.
#
# ## MMR: not the same thing five times
# Overlapping chunks and repetitive pages mean that the best five chunks may say one thing. **Maximal marginal
# relevance** picks one by one, and each candidate pays for its likeness to those already picked, the set $S$:
#
# $$\text{next} = \arg\max_{i \notin S} \Big[\lambda \cos(u, v_i) - (1 - \lambda) \max_{j \in S} \cos(v_i, v_j)\Big] .$$
#
# The **first** pick is simply the most similar candidate. With $\lambda = 1$ nothing changes, with less novelty
# gains. By hand: $u = (1, 0)$, $v_0 = (0.8, 0.6)$, $v_1 = (1.6, 1.2)$, $v_2 = (0.6, -0.8)$, $\lambda = \frac12$. The
# cosines with $u$ are 0.8, 0.8 and 0.6, so $v_0$ is first. Then $v_1$, which points the same way, gets
# $0.4 - 0.5 = -0.1$; $v_2$ is at a right angle to $v_0$ and gets $0.3 - 0 = 0.3$. It wins.


# %% exercise: mmr
def mmr(query, candidates, k, lambda_mult=0.5):
    """Choose candidates that are relevant and unlike one another (Carbonell and Goldstein 1998).

    Args:
        query: array (d,), of any length, floats or ints of any dtype; left unchanged.
        candidates: array (n, d) of the same, n >= 1, of different lengths; left unchanged. The cosine with a vector
            of zeros is 0.
        k: how many to choose, int >= 1; all of them if there are fewer.
        lambda_mult: 1 for relevance alone, 0 for novelty alone (after the first).

    Returns:
        list of min(k, n) indices (int) in the order of choice; of equals the lowest index. About 12 lines.
    """
    ### BEGIN SOLUTION
    vectors = np.vstack([query, candidates])  # (n + 1, d)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors = vectors / np.where(lengths > 0, lengths, 1.0)
    relevance = vectors[1:] @ vectors[0]  # (n,)
    likeness = vectors[1:] @ vectors[1:].T  # (n, n)
    chosen = [int(np.argmax(relevance))]
    while len(chosen) < min(k, len(candidates)):
        scores = lambda_mult * relevance - (1 - lambda_mult) * likeness[:, chosen].max(axis=1)
        scores[chosen] = -np.inf
        chosen.append(int(np.argmax(scores)))
    return chosen
    ### END SOLUTION


# %% test: mmr, points=2
query, candidates = np.array([1.0, 0.0]), np.array([[0.8, 0.6], [1.6, 1.2], [0.6, -0.8]])
with dd.check.unchanged(query, what="query"), dd.check.unchanged(candidates, what="candidates"):
    chosen = mmr(query, candidates, 2, lambda_mult=0.5)
dd.check.like(chosen, [0, 2], why="the example above", what="the choice")
dd.check.like(mmr(query, candidates, 2, lambda_mult=1.0), [0, 1], why="relevance alone", what="the choice")
dd.check.like(mmr(query, candidates, 9), [0, 2, 1], why="there are only three", what="the choice")
dd.check.like(
    mmr(query, candidates[::-1], 1), [1], why="both long ones fit equally, the first is taken", what="the choice"
)


### BEGIN HIDDEN TESTS
def slow_mmr(query, candidates, k, mix):
    def cosine(a, b):
        size = sum(x * x for x in a) ** 0.5 * sum(x * x for x in b) ** 0.5
        return sum(x * y for x, y in zip(a, b, strict=True)) / size if size else 0.0

    chosen = []
    for _ in range(min(k, len(candidates))):
        best, best_score = None, -np.inf
        for i, row in enumerate(candidates):
            near = [cosine(row, candidates[j]) for j in chosen]
            score = mix * cosine(query, row) - (1 - mix) * max(near) if near else cosine(query, row)
            if i not in chosen and score > best_score + 1e-12:
                best, best_score = i, score
        chosen.append(best)
    return chosen


rng = np.random.default_rng(4)
for n, d, k in ((1, 3, 1), (1, 1, 4), (5, 2, 3), (8, 3, 8), (6, 5, 4), (9, 4, 5), (4, 4, 4)):
    for mix in (0.0, 0.3, 0.5, 0.8, 1.0):
        query = rng.normal(size=d)
        candidates = rng.normal(size=(n, d)) * rng.uniform(0.2, 5, (n, 1))
        with dd.check.unchanged([query, candidates], why="the vectors belong to the store"):
            chosen = mmr(query, candidates, k, lambda_mult=mix)
        due = slow_mmr(query, candidates, k, mix)
        dd.check.like(chosen, due, why=f"lambda {mix}", what=f"choice of {k} among {n}")
        wide = np.repeat(np.repeat(candidates, 2, axis=0), 2, axis=1)[::2, ::2]
        chosen = mmr(query.astype("float32"), wide.astype("float32"), k, lambda_mult=mix)
        dd.check.like(chosen, due, why=f"lambda {mix}", what=f"choice of {k} among {n} in float32")
square = np.array([[2.0, 0.0], [0.0, 0.0], [4.0, 0.0], [0.0, 1.0], [-1.0, 0.0]])
came = mmr(np.array([1.0, 0.0]), square, 5, lambda_mult=0.25)
dd.check.equal(came, [0, 4, 1, 3, 2], why="an opposite is novel, a zero vector is like nothing", what="the choice")
came = mmr(np.zeros(2), square[[3, 2, 0]], 3, lambda_mult=0.5)
dd.check.equal(came, [0, 1, 2], why="a zero question: the lowest index first", what="the choice")
came = mmr(np.array([1.0, 0.0]), -square[[2, 3]], 2, lambda_mult=0.2)
dd.check.equal(came, [1, 0], why="the first choice is the most similar, whatever lambda", what="the choice")
for dtype in ("int64", "uint8", "int8"):
    whole = mmr(np.array([100, 0], dtype=dtype), np.array([[0, 1], [3, 0], [120, 120]], dtype=dtype), 3)
    dd.check.like(whole, [1, 0, 2], why="whole numbers are vectors too", what=f"the choice of {dtype}")
### END HIDDEN TESTS

# %% mistakes: mmr
# - replace: vectors = vectors / np.where(lengths > 0, lengths, 1.0)
#   with: vectors = vectors / 1.0
#   hint: "Dot products of the raw vectors let long ones win. A cosine compares directions."
# - replace: likeness[:, chosen].max(axis=1)
#   with: likeness[:, chosen].mean(axis=1)
#   hint: "One twin among those chosen is enough to make a candidate superfluous; a mean waters that down."
# - replace: likeness[:, chosen].max(axis=1)
#   with: likeness[:, chosen[-1]]
#   hint: "You compare with the latest choice only; the earlier ones count too."
# - replace: likeness[:, chosen].max(axis=1)
#   with: likeness.max(axis=1)
#   hint: "The likeness to all candidates is taken, themselves included. Which set is S?"
# - replace: lambda_mult * relevance - (1 - lambda_mult)
#   with: (1 - lambda_mult) * relevance - lambda_mult
#   hint: "lambda weighs relevance; with 1 the result should be the plain ranking."
# - replace: lambda_mult * relevance - (1 - lambda_mult)
#   with: lambda_mult * relevance + (1 - lambda_mult)
#   hint: "Likeness to what is chosen already should cost, not pay."
# - replace: |-
#     scores[chosen] = -np.inf
#             chosen
#   with: |-
#     chosen
#   hint: "The same candidate can be chosen twice."
# - replace: likeness[:, chosen].max(axis=1)
#   with: np.maximum(likeness[:, chosen].max(axis=1), 0.0)
#   hint: "An opposite has a negative cosine, and that counts in its favour."
# - replace: |-
#     min(k, len(candidates)):
#             scores = lambda
#   with: |-
#     k:
#             scores = lambda
#   hint: "What if fewer than k candidates are there?"
# - replace: likeness[:, chosen].max(axis=1)
#   with: likeness[:, chosen].min(axis=1)
#   hint: "You look at the least alike of those chosen. One twin among them is enough to make a candidate superfluous."
# - replace: likeness[:, chosen].max(axis=1)
#   with: likeness[:, chosen].sum(axis=1)
#   hint: "The likeness adds up with every choice, and soon outweighs relevance. Only the nearest chosen one counts."
# - replace: likeness[:, chosen].max(axis=1)
#   with: likeness[:, chosen[0]]
#   hint: "You compare with the first choice only; the later ones count too."
# - replace: lambda_mult * relevance - (1 - lambda_mult)
#   with: lambda_mult * relevance - lambda_mult
#   hint: "Both parts have the same weight with you. What relevance gains, novelty loses."
# - replace: lambda_mult * relevance - (1 - lambda_mult)
#   with: 0.5 * relevance - 0.5
#   hint: "lambda is an argument; you always use a half."
# - replace: chosen = [int(np.argmax(relevance))]
#   with: chosen = [0]
#   hint: "The first choice is not the first candidate but the most similar one."
# - replace: return chosen
#   with: return sorted(chosen)
#   hint: "The choice is sorted by number. Its order, the best first, is part of the answer."
# - replace: return chosen
#   with: return [candidates[i] for i in chosen]
#   hint: "You return the vectors. Their numbers were asked for."
# - replace: int(np.argmax(scores))
#   with: int(len(scores) - 1 - np.argmax(scores[::-1]))
#   hint: "Of equals you take the last one."
# - replace: vectors = vectors / np.where(lengths > 0, lengths, 1.0)
#   with: vectors = vectors / np.where(lengths > 0, lengths**2, 1.0)
#   hint: "Divided by its squared length, a long vector becomes a short one. A cosine compares directions."


# %% mistake: mmr
# hint: "That is the plain ranking by relevance: nothing is paid for likeness to what is chosen."
def mmr(query, candidates, k, lambda_mult=0.5):
    lengths = np.linalg.norm(candidates, axis=1) * np.linalg.norm(query)
    cosines = candidates.astype(float) @ query.astype(float) / np.where(lengths > 0, lengths, 1.0)
    return [int(i) for i in np.argsort(-cosines, kind="stable")[:k]]


# %% mistake: mmr
# hint: "Dot products of the raw vectors let long ones win. A cosine compares directions."
def mmr(query, candidates, k, lambda_mult=0.5):
    query, candidates = query.astype(float), candidates.astype(float)
    chosen, left = [], list(range(len(candidates)))
    while left and len(chosen) < k:

        def worth(i):
            near = [candidates[i] @ candidates[j] for j in chosen]
            return (
                lambda_mult * (candidates[i] @ query) - (1 - lambda_mult) * max(near) if near else candidates[i] @ query
            )

        best = max(left, key=worth)
        chosen.append(best)
        left.remove(best)
    return chosen


# %% mistake: mmr
# hint: "You set each candidate against all that are not chosen yet. It pays for its likeness to those that are."
def mmr(query, candidates, k, lambda_mult=0.5):
    rows = np.vstack([query, candidates]).astype(float)
    size = np.linalg.norm(rows, axis=1, keepdims=True)
    rows = rows / np.where(size > 0, size, 1.0)
    fit, alike = rows[1:] @ rows[0], rows[1:] @ rows[1:].T

    def near(i, left):
        return max([alike[i, j] for j in left if j != i], default=0)

    chosen = [int(np.argmax(fit))]
    while len(chosen) < min(k, len(fit)):
        left = [i for i in range(len(fit)) if i not in chosen]
        scores = [lambda_mult * fit[i] - (1 - lambda_mult) * near(i, left) for i in left]
        chosen.append(left[int(np.argmax(scores))])
    return chosen


# %% equivalents: mmr
# - replace: np.where(lengths > 0, lengths, 1.0)
#   with: np.where(lengths > 0, lengths, 2.0)
#   reason: "A zero vector stays zero, whatever divides it."
# - replace: relevance = vectors[1:] @ vectors[0]
#   with: relevance = vectors[1:] @ vectors[0].T
#   reason: "A vector with one axis is its own transpose."


# %% accepts: mmr
def mmr(query, candidates, k, lambda_mult=0.5):
    query, candidates = np.asarray(query, dtype=float), np.asarray(candidates, dtype=float)

    def unit(rows):
        size = np.sqrt((rows * rows).sum(axis=-1, keepdims=True))
        return np.divide(rows, size, out=np.zeros(rows.shape), where=size > 0)

    relevance = unit(candidates) @ unit(query)
    redundancy = np.full(len(candidates), -np.inf)
    left, chosen = list(range(len(candidates))), []
    while left and len(chosen) < k:
        value = relevance[left]
        if chosen:
            value = lambda_mult * value - (1 - lambda_mult) * redundancy[left]
        pick = left.pop(int(np.argmax(value)))
        redundancy = np.maximum(redundancy, unit(candidates) @ unit(candidates[pick]))
        chosen.append(pick)
    return chosen


# %% accepts: mmr
def mmr(query, candidates, k, lambda_mult=0.5):
    def cosine(a, b):
        size = float(np.sqrt(np.dot(a, a) * np.dot(b, b)))
        return float(np.dot(a, b)) / size if size else 0.0

    def worth(i):
        near = [cosine(candidates[i], candidates[j]) for j in chosen]
        fit = cosine(query, candidates[i])
        return round(lambda_mult * fit - (1 - lambda_mult) * max(near) if near else fit, 12)

    query, candidates, chosen = query.astype(float), candidates.astype(float), []
    for _ in range(min(k, len(candidates))):
        chosen.append(max((i for i in range(len(candidates)) if i not in chosen), key=worth))
    return chosen


# %% [markdown]
# What does it buy? For all questions, choose five of the best 30 chunks, and measure how relevant they are (mean cosine
# with the question) and how alike (mean cosine of two of them).

# %% demo
figure, axes = plt.subplots(1, 2, figsize=(12, 4.4), width_ratios=[1, 1.3])
angles = np.radians([20, 29, 38, -40, 62])
plane = np.stack([np.cos(angles), np.sin(angles)], axis=1)
axes[0].annotate("", (1.12, 0), (0, 0), arrowprops={"arrowstyle": "->", "linewidth": 2})
axes[0].text(1.15, 0, "question", va="center")
for point in plane:
    axes[0].plot([0, point[0]], [0, point[1]], color="0.7", linestyle="-", linewidth=1)
for mix, marker, size in ((1.0, "o", 16), (0.5, "s", 9)):
    picked = plane[mmr(np.array([1.0, 0.0]), plane, 2, lambda_mult=mix)]
    look = {"linestyle": "none", "markersize": size, "fillstyle": "none", "markeredgewidth": 2}
    axes[0].plot(*picked.T, marker, **look, label=f"$\\lambda$ = {mix}")
axes[0].plot(*plane.T, "k.", markersize=5)
axes[0].set(title="Two of five candidates", xlim=(-0.15, 1.55), ylim=(-1.15, 1.15), aspect="equal")
axes[0].set(xticks=[], yticks=[])
axes[0].legend(loc="lower right")

mixes, fits, alikes = [1.0, 0.8, 0.6, 0.4, 0.2], [], []
for mix in mixes:
    fit, alike = [], []
    for q in with_target:
        found, asked = store.vectors[rankings[q["question"]]], embed(q["question"])
        five = found[mmr(asked, found, 5, lambda_mult=mix)]
        fit.append((five @ asked).mean())
        alike.append((five @ five.T)[np.triu_indices(5, 1)].mean())
    fits.append(np.mean(fit))
    alikes.append(np.mean(alike))
axes[1].plot(alikes, fits, "o-")
for mix, alike, fit in zip(mixes, alikes, fits, strict=True):
    axes[1].annotate(f"$\\lambda$ = {mix}", (alike, fit), (6, -14), textcoords="offset points", fontsize=10)
axes[1].set(title="Five chunks, mean of 48 questions", xlabel="how alike they are", ylabel="how relevant they are")
axes[1].margins(0.12)
dd.plot.show(
    "Left, an arrow for the question to the right and five candidates as spokes around it, three close together above "
    "it. Circles, lambda 1, are on the two nearest neighbours above; squares, lambda 0.5, on the nearest and on the "
    "one below. Right, relevance against likeness of five chunks for five values of lambda: a curve that rises "
    "steeply at first, lambda 0.2, and flattens towards lambda 1, where chunks are most relevant and most alike."
)

# %% [markdown]
# Left, $\lambda = 1$ takes two neighbours, $\lambda = \frac12$ one of them and its counterpart on the other side.
# Right, the first steps from $\lambda = 1$ buy much novelty for little relevance; the last ones pay dearly. Values
# from 0.5 to 0.8 are common.
#
# ## Metadata: filter and self-query
# "Which *string method* …" says where to look. A **metadata filter** keeps only chunks whose metadata fit, before
# similarity is asked. Read from the question by the system, it is a **self-query**: the question becomes a pair, what
# to search for and the filter. A language model would fill in that pair; here a table of phrases does. A filter is
# hard: a wrong one loses the answer, where a poor score would only lower it.

# %% demo
hints = {"string method": "string-methods", "debugger": "debugger", "special method": "specialnames"}


def self_query(question):
    """The question without its hint, and the filter that goes with the hint."""
    for phrase, topic in hints.items():
        if phrase in question.lower():
            return re.sub(phrase, "", question, flags=re.IGNORECASE), {"topic": topic}
    return question, None


for question in (
    "Which string method compares regardless of case?",
    "Which special method makes an instance callable?",
):
    search_for, where = self_query(question)
    left = sum(where.items() <= child.items() for child in children)
    print(f"{question}\n   {where}, {left} of {len(children)} chunks left")
    print("   without:", titles_of(store.search(embed(question), 20))[:4])
    print("   with:   ", titles_of(store.search(embed(search_for), 20, where))[:4])

# %% [markdown]
# ## Retrieval over a graph
# Some answers are spread over pages that refer to one another: the page on `with` sends you to context managers.
# Make a **graph**: pages are nodes, and page $i$ points to page $j$ when it names $j$'s title. Let $s$ hold one score
# for each page, high where the search found something. One step along the links passes a share $\gamma$ of it on:
#
# $$s' = s + \gamma A^\top s, \qquad
# A_{ij} = \frac{[\,i \text{ names } j\,]}{\text{number of pages that } i \text{ names}} .$$
#
# One step is all we take. Repeated as it is printed, it would grow without end, since each step adds to what is there
# already. To go further one starts every step from the search again, $s' = (1 - \gamma)\, s_{\text{search}} +
# \gamma A^\top s$ with $\gamma < 1$: the sum of the scores then stays at most what it was, the steps settle, and
# what they settle at is *personalised PageRank* (Day 79). (Where texts hold no references, a language model can extract
# entities that link them, as GraphRAG does.) What lies one link from the pages found?

# %% demo
titles = list(dict.fromkeys(pages["title"]))
flat = {title: " ".join(" ".join(pages["text"][pages["title"] == title]).split()).lower() for title in titles}
called = {t: (t.removeprefix("The ") if " " in t else t.split(".")[-1] + "()").lower() for t in titles}
links = {t: [o for o in titles if o != t and called[o] in flat[t]] for t in titles}


def with_links(found, gamma=0.5):
    """Titles by score, after one step along the links; a title starts with 1 / rank."""
    start = {title: 1 / rank for rank, title in enumerate(found, 1)}
    scores = Counter(start)
    for title, score in start.items():
        for other in links[title]:
            scores[other] += gamma * score / len(links[title])
    return [title for title, _ in scores.most_common()]


missed = [q for q in with_target if rank_of(q, rankings[q["question"]]) > 3]
near = [q for q in missed if set(q["targets"]) & {o for t in titles_of(rankings[q["question"]])[:3] for o in links[t]}]
print(f"{sum(map(len, links.values()))} links. Of {len(missed)} questions without a hit among the first 3 pages,")
print(f"{len(near)} have the right page one link from those 3.")

question = "How are names bound and resolved in a block?"
found = titles_of(reranked(question))[:3]
reached = [title for title in with_links(found) if title not in found][:9]
figure, ax = plt.subplots(figsize=(11, 4.2))
places = np.linspace(0, 8, len(reached))
for i, title in enumerate(found):
    ax.text(-0.03, 3 * i + 1, title, ha="right", va="center")
    for j, other in enumerate(reached):
        if other in links[title]:
            ax.plot([0, 1], [3 * i + 1, places[j]], color=f"C{i}", linestyle=["-", "--", "-."][i], linewidth=1.6)
for place, title in zip(places, reached, strict=True):
    ax.text(1.03, place, title, va="center")
ax.set(title=question, xlim=(-0.7, 1.9), ylim=(8.6, -0.6))
ax.axis("off")
dd.plot.show(
    "Titles of three pages on the left, of nine on the right, and lines from each page to those that it names; each of "
    "the three has lines of its own kind, solid, dashed or dash-dotted. Most pages on the right are named by one page."
)

# %% [markdown]
# Hardly any: each of our questions has its answer on one page, and links do not help to find that. They pay where an
# answer is put together from several pages, as for the question of the figure: left the pages found, right what they
# name, the best score on top. They also bring in strangers, so add them behind the best hits, not in their place.
#
# ## The prompt
# Children have been found; their parents will be read. **Contextual compression** shortens each one first: keep the
# sentences that score at least $\tau$ times the best one with the question, and drop the others. Less to read is
# cheaper, and better: models use the beginning and the end of a long prompt more than its middle (Liu et al. 2023).
#
# Then comes the prompt, and a prompt has a limit. Real limits are in tokens, about four letters of English each; ours
# is in characters. `TEMPLATE` of the setup has the places `{sources}` and `{question}`. The rules:
#
# - A source is a block `[n] title`, a line break, and the text. Blocks are separated by one empty line.
# - Chunks come best first. Go through them and put in each one **with which the whole prompt still fits**; skip one
#   that does not, a shorter one after it may.
# - Numbers run 1, 2, 3 over what is **in the prompt**, so that a citation finds its source. Return those chunks.
#
# Documentation is full of braces, such as `'{0}'.format(x)`. They must come through untouched, and a text that happens
# to hold `{question}` must not be filled in.


# %% exercise: build_prompt
def build_prompt(question, chunks, budget):
    """Fill TEMPLATE with a question and with as many sources as fit.

    Args:
        question: str.
        chunks: list of dicts with at least the str title and text, best first.
        budget: most characters of the whole prompt, int.

    Returns:
        (prompt, sources): str of at most budget characters, and the list of the chunks in it, sources[0] being [1].
        About 9 lines.

    Raises:
        ValueError: not even the prompt without any source fits.
    """
    ### BEGIN SOLUTION
    prompt = TEMPLATE.format(sources="", question=question)
    if len(prompt) > budget:
        raise ValueError(f"the question alone needs {len(prompt)} characters. Received: budget={budget}")
    blocks, sources = [], []
    for chunk in chunks:
        block = f"[{len(sources) + 1}] {chunk['title']}\n{chunk['text']}"
        longer = TEMPLATE.format(sources="\n\n".join([*blocks, block]), question=question)
        if len(longer) <= budget:
            prompt, blocks, sources = longer, [*blocks, block], [*sources, chunk]
    return prompt, sources
    ### END SOLUTION


# %% test: build_prompt, points=1
cat, dog = {"title": "Cats", "text": "A cat purrs."}, {"title": "Dogs", "text": "A dog barks."}
given = [cat, dog]
with dd.check.unchanged(given, what="the chunks"):
    result = build_prompt("Who purrs?", given, 1000)
dd.check.kind(result, tuple, why="prompt and sources are wanted", what="build_prompt(...)")
prompt, sources = result
dd.check.kind(prompt, str, what="the prompt")
dd.check.kind(sources, list, what="the sources")
filled = "Sources:\n\n[1] Cats\nA cat purrs.\n\n[2] Dogs\nA dog barks.\n\nQuestion: Who purrs?\nAnswer:"
dd.check.equal(prompt[-len(filled) :], filled, why="two blocks, an empty line between them", what="end of the prompt")
dd.check.equal(sources, [cat, dog], why="both are in the prompt", what="the sources")
fat = {"title": "Cows", "text": "A cow moos. " * 30}
prompt, sources = build_prompt("Who purrs?", [cat, fat, dog], 400)
dd.check.equal(
    sources, [cat, dog], why="the cows don't fit into 400 characters, the dogs after them do", what="the sources"
)
dd.check.equal(
    prompt[-len(filled) :], filled, why="the second source in the prompt is number 2", what="end of the prompt"
)
with dd.check.raises(ValueError, why="no prompt has 10 characters"):
    build_prompt("Who purrs?", [cat], 10)
### BEGIN HIDDEN TESTS
long = {"title": "Horses", "text": "A horse neighs. " * 20, "topic": "animals"}
given = [cat, long, dog]
question = "Who?"
head = TEMPLATE[: TEMPLATE.index("{sources}")]


def due_prompt(question, sources):
    body = "\n\n".join(f"[{n}] {s['title']}\n{s['text']}" for n, s in enumerate(sources, 1))
    return head + body + f"\n\nQuestion: {question}\nAnswer:"


few, all_three = len(due_prompt(question, [cat, dog])), len(due_prompt(question, [cat, long, dog]))
cases = [
    (all_three, [cat, long, dog], "all fit exactly"),
    (all_three - 1, [cat, long], "the last is one character too many"),
    (few, [cat, dog], "the long one is skipped, the next one fits and is number 2"),
    (few - 1, [cat], "the last is one character too many"),
    (len(due_prompt(question, [])), [], "no source fits, the question does"),
    (100_000, [cat, long, dog], "room for all"),
]
for budget, sources, why in cases:
    with dd.check.unchanged(given, why="the chunks belong to the store"):
        result = build_prompt(question, given, budget)
    dd.check.kind(result, tuple, what="build_prompt(...)")
    dd.check.equal(result[1], sources, why=why, what=f"the sources, budget {budget}")
    dd.check.equal(result[0], due_prompt(question, sources), why=why, what=f"the prompt, budget {budget}")
with dd.check.raises(ValueError, why="one character less than the empty prompt"):
    build_prompt(question, given, len(due_prompt(question, [])) - 1)
dd.check.equal(build_prompt("Why?", [], 1000), (due_prompt("Why?", []), []), why="nothing was found", what="the result")
braces = {"title": "Format {0}", "text": "'{0}'.format(x), {question}, {sources} and {{}}"}
result = build_prompt("What is {x} or {sources}?", [braces, cat], 2000)
due = due_prompt("What is {x} or {sources}?", [braces, cat])
dd.check.equal(result[0], due, why="braces in texts are plain characters", what="the prompt")
spaced = {"title": " Spaces ", "text": "  two\n\n\nthree  \n"}
result = build_prompt(" Why? ", [spaced, cat, cat], 2000)
dd.check.equal(result[0], due_prompt(" Why? ", [spaced, cat, cat]), why="spaces and twins are kept", what="the prompt")
dd.check.equal(result[1], [spaced, cat, cat], why="spaces and twins are kept", what="the sources")
many = [{"title": f"t{i}", "text": "x" * i} for i in range(12)]
result = build_prompt("Why?", many, 5000)
dd.check.equal(result[0], due_prompt("Why?", many), why="twelve sources, numbers of two digits", what="the prompt")
### END HIDDEN TESTS

# %% mistakes: build_prompt
# - replace: f"[{len(sources) + 1}]
#   with: f"[{chunks.index(chunk) + 1}]
#   hint: "After a skipped chunk the numbers no longer match the list of sources."
# - replace: f"[{len(sources) + 1}]
#   with: f"[{len(sources)}]
#   hint: "Sources are numbered from 1."
# - replace: |-
#     prompt, blocks, sources = longer, [*blocks, block], [*sources, chunk]
#   with: |-
#     prompt, blocks, sources = longer, [*blocks, block], [*sources, chunk]
#             else:
#                 break
#   hint: "The search stops at the first chunk that is too long; a shorter one after it might fit."
# - replace: len(longer) <= budget
#   with: len(longer) < budget
#   hint: "A prompt of exactly the budget is allowed."
# - replace: len(longer) <= budget
#   with: len(block) <= budget
#   hint: "The budget is for the whole prompt, instructions and question included."
# - replace: return prompt, sources
#   with: return prompt, chunks
#   hint: "You return all chunks, also those which are not in the prompt."
# - replace: '"\n\n".join([*blocks, block])'
#   with: '"\n".join([*blocks, block])'
#   hint: "Blocks are separated by one empty line."
# - replace: TEMPLATE.format(sources="\n\n".join([*blocks, block]), question=question)
#   with: TEMPLATE.replace("{sources}", "\n\n".join([*blocks, block])).replace("{question}", question)
#   hint: "Filling one place after the other fills braces in the first text as well."
# - replace: |-
#     if len(prompt) > budget:
#             raise ValueError(f"the question alone needs {len(prompt)} characters. Received: budget={budget}")
#         blocks
#   with: |-
#     blocks
#   hint: "A prompt that is too long without any source goes out all the same."
# - replace: |-
#     if len(prompt) > budget:
#             raise ValueError(f"the question alone needs {len(prompt)} characters. Received: budget={budget}")
#         blocks
#   with: |-
#     if len(prompt) >= budget:
#             raise ValueError(f"the question alone needs {len(prompt)} characters. Received: budget={budget}")
#         blocks
#   hint: "A prompt of exactly the budget is allowed, also one without a source."
# - replace: f"[{len(sources) + 1}] {chunk['title']}\n{chunk['text']}"
#   with: f"[{len(sources) + 1}] {chunk['text']}"
#   hint: "A block begins with its number and its title."
# - replace: f"[{len(sources) + 1}] {chunk['title']}\n{chunk['text']}"
#   with: f"[{len(sources) + 1}] {chunk['title']}\n{chunk['text'].strip()}"
#   hint: "The text of a source is changed on its way into the prompt. It comes in as it is."
# - replace: f"[{len(sources) + 1}] {chunk['title']}\n{chunk['text']}"
#   with: f"[{len(sources) + 1}] {chunk['title']} {chunk['text']}"
#   hint: "Title and text are on one line. A line break belongs between them."
# - replace: f"[{len(sources) + 1}] {chunk['title']}\n{chunk['text']}"
#   with: f"{len(sources) + 1}. {chunk['title']}\n{chunk['text']}"
#   hint: "The number of a source is in square brackets, as the citations are."
# - replace: return prompt, sources
#   with: return prompt
#   hint: "The prompt alone comes back. Without its sources nobody knows what [1] was."
# - replace: return prompt, sources
#   with: return prompt, list(range(1, len(sources) + 1))
#   hint: "The numbers come back. The chunks themselves were asked for."
# - replace: return prompt, sources
#   with: return sources, prompt
#   hint: "Prompt and sources have changed places."


# %% mistake: build_prompt
# hint: "A source that is too long is cut to fit. Half a source may say the opposite of the whole: leave it out."
def build_prompt(question, chunks, budget):
    prompt = TEMPLATE.format(sources="", question=question)
    if len(prompt) > budget:
        raise ValueError("the question does not fit")
    blocks, sources, room = [], [], budget - len(prompt)
    for chunk in chunks:
        block = f"[{len(sources) + 1}] {chunk['title']}\n{chunk['text']}"[: max(0, room - 2 * bool(blocks))]
        if block:
            room -= len(block) + 2 * bool(blocks)
            blocks.append(block)
            sources.append(chunk)
    return TEMPLATE.format(sources="\n\n".join(blocks), question=question), sources


# %% mistake: build_prompt
# hint: "Titles and texts are taken for templates: their braces are filled in, or raise an error. Only TEMPLATE is one."
def build_prompt(question, chunks, budget):
    def filled(sources):
        blocks = [f"[{number}] {source['title']}\n{source['text']}" for number, source in enumerate(sources, 1)]
        return TEMPLATE.replace("{sources}", "\n\n".join(blocks)).format(question=question)

    sources = []
    if len(TEMPLATE.format(sources="", question=question)) > budget:
        raise ValueError("the question does not fit")
    for chunk in chunks:
        if len(filled([*sources, chunk])) <= budget:
            sources.append(chunk)
    return filled(sources), sources


# %% mistake: build_prompt
# hint: "Between two blocks there is an empty line, and it costs two characters, which you don't count."
def build_prompt(question, chunks, budget):
    room = budget - len(TEMPLATE.format(sources="", question=question))
    if room < 0:
        raise ValueError("the question does not fit")
    blocks, sources = [], []
    for chunk in chunks:
        block = f"[{len(sources) + 1}] {chunk['title']}\n{chunk['text']}"
        if len(block) <= room:
            room -= len(block)
            blocks.append(block)
            sources.append(chunk)
    return TEMPLATE.format(sources="\n\n".join(blocks), question=question), sources


# %% accepts: build_prompt
def build_prompt(question, chunks, budget):
    before, between, after = re.split(r"\{sources\}|\{question\}", TEMPLATE)
    room = budget - len(before + between + question + after)
    if room < 0:
        raise ValueError("the question does not fit")
    text, sources = "", []
    for chunk in chunks:
        block = ("\n\n" if text else "") + f"[{len(sources) + 1}] " + chunk["title"] + "\n" + chunk["text"]
        if len(block) <= room:
            text, room = text + block, room - len(block)
            sources.append(chunk)
    return before + text + between + question + after, sources


# %% accepts: build_prompt
def build_prompt(question, chunks, budget):
    def filled(sources):
        blocks = [f"[{number}] {source['title']}\n{source['text']}" for number, source in enumerate(sources, 1)]
        return TEMPLATE.format(question=question, sources="\n\n".join(blocks))

    sources = []
    if len(filled(sources)) > budget:
        raise ValueError("budget too small")
    for chunk in chunks:
        sources.append(chunk)
        if len(filled(sources)) > budget:
            sources.pop()
    return filled(sources), sources


# %% [markdown]
# What does each way of filling the prompt cost, and how often is the phrase that answers the question in it
# (**context recall**)? Three ways: the children found, their parents, and the parents compressed.


# %% demo
def compress(question, chunk, tau=0.5):
    """The chunk with only those of its sentences that come near to the best one."""
    parts = sentences(chunk["text"])
    scores = late_interaction(question, [f"{chunk['title']} {part}" for part in parts])
    kept = [part for part, score in zip(parts, scores, strict=True) if score >= tau * max(scores)]
    return {**chunk, "text": "\n\n".join(kept)}


def retrieve(question, pages_wanted=3):
    """Parents of the best children, each once, compressed."""
    found = list(dict.fromkeys(children[i]["parent"] for i in rankings.get(question) or reranked(question)))
    return [compress(question, parents[i]) for i in found[:pages_wanted]]


def recall_and_cost(fill):
    """Share of questions whose phrase is in the prompt, and the prompt's mean length."""
    prompts = [build_prompt(q["question"], fill(q["question"]), 8000)[0] for q in with_target]
    flat = [" ".join(prompt.split()).lower() for prompt in prompts]
    recall = np.mean([q["fact"].lower() in text for q, text in zip(with_target, flat, strict=True)])
    return recall, np.mean([len(prompt) for prompt in prompts])


fills = {
    "3 children": lambda question: [children[i] for i in rankings[question][:3]],
    "their parents, uncut": lambda question: [
        parents[i] for i in dict.fromkeys(children[i]["parent"] for i in rankings[question][:3])
    ],
    "3 parents, compressed": retrieve,
}
for name, fill in fills.items():
    print("{:22s} context recall {:.2f}, {:5.0f} characters a prompt".format(name, *recall_and_cost(fill)))

# %% [markdown]
# Parents hold the answer a little more often than the children that led to them, and the prompt doubles. Compression
# takes about half of it away again, now and then with the sentence that answers, if that shares no word with the
# question.
#
# ## Answers that can be checked
# The prompt asks for a citation behind each claim. A **citation** is a promise, and models break promises: they cite
# a source that is not there, or one that says something else. So check, claim by claim. The setup's `split_claim(line)`
# separates a line into claim and numbers. A line is **kept** if
#
# 1. it cites at least one source, and every number is that of a source in the prompt;
# 2. it is supported. With $\mathcal{W}(\cdot)$ the **set** of the `words` of a text, and with title and text of all
#    sources that the line cites taken together, that means
#
# $$\frac{\lvert \mathcal{W}(\text{claim}) \cap \mathcal{W}(\text{cited sources}) \rvert}
# {\lvert \mathcal{W}(\text{claim}) \rvert} \ge \text{support} .$$
#
# A claim without any word is not supported. If no line is left, the answer is "not found". The same if no source is in
# the prompt: then do not even ask the model, it could only invent. Shared words are a crude test: a "not" turns the
# meaning round and leaves the words.
# Better systems ask a second model whether the source entails the claim (Day 118).


# %% exercise: answer
def answer(question, retriever, model, budget=4000, support=0.5):
    """Answer from sources, or say that they do not hold the answer.

    Args:
        question: str.
        retriever: function of the question that returns a list of chunks, best first.
        model: function of the prompt that returns a text, one claim a line.
        budget: most characters of the prompt.
        support: share of a claim's words that its sources must hold, from 0 to 1.

    Returns:
        dict with text, the lines kept (character by character as they came, joined by line breaks) or NOT_FOUND, and
        sources, a dict from each number cited in a line that was kept to its chunk ({} if not found). About 13 lines.
    """
    ### BEGIN SOLUTION
    prompt, given = build_prompt(question, retriever(question), budget)
    lines, sources = [], {}
    for line in model(prompt).splitlines() if given else []:
        claim, numbers = split_claim(line)
        if not numbers or not all(1 <= number <= len(given) for number in numbers):
            continue
        cited = {number: given[number - 1] for number in numbers}
        known = {word for chunk in cited.values() for word in words(f"{chunk['title']} {chunk['text']}")}
        claimed = set(words(claim))
        if claimed and len(claimed & known) / len(claimed) >= support:
            lines.append(line)
            sources.update(cited)
    return {"text": "\n".join(lines) or NOT_FOUND, "sources": sources}
    ### END SOLUTION


# %% test: answer, points=2
cat, dog = {"title": "Cats", "text": "A cat purrs loudly."}, {"title": "Dogs", "text": "A dog barks at night."}


def find_both(question):
    return [cat, dog]


result = answer("Who purrs?", find_both, lambda prompt: "A cat purrs. [1]")
dd.check.kind(result, dict, what="the result")
dd.check.equal(result, {"text": "A cat purrs. [1]", "sources": {1: cat}}, why="source 1 says so", what="the result")
nothing = {"text": "not found", "sources": {}}
result = answer("Who purrs?", find_both, lambda prompt: "not found")
dd.check.equal(result, nothing, why="the model found nothing", what="the result")
result = answer("Who purrs?", find_both, lambda prompt: "Lions roar in Africa. [1]")
dd.check.equal(result, nothing, why="source 1 does not say so", what="the result")
result = answer("Who purrs?", find_both, lambda prompt: "A cat purrs. [3]")
dd.check.equal(result, nothing, why="there is no source 3", what="the result")


def not_to_be_asked(prompt):
    raise RuntimeError("the model was asked, though the prompt holds no source")


result = answer("Who purrs?", lambda question: [], not_to_be_asked)
dd.check.equal(result, nothing, why="without a source the model could only invent", what="the result")
result = answer("Who purrs?", find_both, lambda prompt: "A cat purrs. [1]\nLions roar in Africa. [2]")
due = {"text": "A cat purrs. [1]", "sources": {1: cat}}
dd.check.equal(result, due, why="only the first line is supported, so only its source counts", what="the result")
### BEGIN HIDDEN TESTS
prompts = []


def reply(text):
    def model(prompt):
        prompts.append(prompt)
        return text

    return model


cases = [
    ("A cat purrs loudly.", [], "no citation"),
    ("A dog barks. [0]", [], "sources are numbered from 1"),
    ("A cat purrs. [1] [3]", [], "one of two citations is false"),
    ("A cat purrs. [2]", [], "the wrong source is cited"),
    ("A cat purrs and a dog barks. [1] [2]", [1, 2], "two sources together support it"),
    ("A cat purrs and a dog barks. [2] [1]", [1, 2], "in any order"),
    ("A cat meets a dog. [1] [2]", [1, 2], "cited sources are taken together; each alone holds a third"),
    ("Cats eat. [1]", [1], "half of the words is enough"),
    ("Cats eat fish. [1]", [], "a third of the words is too little"),
    ("Fish, fish, fish: cat purrs loudly. [1]", [1], "a word that is repeated counts once"),
    ("Cat, cat, cat eats small fish. [1]", [], "a word that is repeated counts once"),
    (" [1]", [], "a claim without words says nothing"),
    ("It is not. [1]", [], "stop words are no claim"),
    ("CAT PURRS. [1]", [1], "capitals do not matter"),
    ("A cat purrs[7]. [1]", [1], "brackets inside a claim are no citation"),
    ("", [], "an empty reply"),
]
for text, numbers, why in cases:
    result = answer("Who purrs?", find_both, reply(text))
    due = {"text": text if numbers else "not found", "sources": {n: [cat, dog][n - 1] for n in numbers}}
    dd.check.equal(result, due, why=why, what=f"the result for the reply {text!r}")
text = "A cat purrs. [1]\nLions roar. [1]\n\nA cat barks. [9]\nThe dog barks. [2]\nnot found"
result = answer("Who?", find_both, reply(text))
due = {"text": "A cat purrs. [1]\nThe dog barks. [2]", "sources": {1: cat, 2: dog}}
dd.check.equal(result, due, why="each line is judged by itself", what="the result")
result = answer("Who?", find_both, reply("  - A cat purrs. [1]  \n\tThe dog  barks. [2]\t\nLions roar. [2]"))
due = {"text": "  - A cat purrs. [1]  \n\tThe dog  barks. [2]\t", "sources": {1: cat, 2: dog}}
dd.check.equal(result, due, why="the lines kept come back character by character", what="the result")
for text in (
    "A cat purrs. [1]\nLions roar. [2]",
    "Lions roar. [2]\nA cat purrs. [1]",
    "A dog purrs. [2] [7]\nA cat. [1]",
):
    result = answer("Who?", find_both, reply(text))
    dd.check.equal(
        result["sources"], {1: cat}, why="a line that is dropped takes its sources along", what="the sources"
    )
result = answer("Who?", find_both, reply("A cat purrs. [1]\nA cat is loudly. [1]"))
dd.check.equal(result["sources"], {1: cat}, why="cited twice, listed once", what="the sources")
dd.check.equal(result["text"], "A cat purrs. [1]\nA cat is loudly. [1]", why="both are supported", what="the text")

# The prompt that the model gets, and questions that never reach it.
due = build_prompt("Who?", [cat, dog], 4000)[0]
dd.check.equal(prompts[-1], due, why="it comes from build_prompt", what="the prompt")
asked = []


def find_none(question):
    asked.append(question)
    return []


prompts.clear()
result = answer("Who knows?", find_none, reply("I do. [1]"))
dd.check.equal(result, nothing, why="nothing was retrieved", what="the result")
dd.check.equal(asked, ["Who knows?"], why="the retriever gets the question", what="the retriever's questions")
long = {"title": "Long", "text": "cat " * 2000}
result = answer("Who?", lambda question: [long], reply("A cat. [1]"))
dd.check.equal(result, nothing, why="the only chunk is beyond the budget", what="the result")
dd.check.equal(prompts, [], why="without sources the model could only invent", what="prompts that the model got")
result = answer("Who?", lambda question: [long, dog], reply("The dog barks. [1]"))
dd.check.equal(result["sources"], {1: dog}, why="number 1 is what the prompt called 1", what="the sources")
result = answer("Who?", lambda question: [long], reply("A cat. [1]"), budget=10_000)
dd.check.equal(result["text"], "A cat. [1]", why="a larger budget holds it", what="the text")
titled = {"title": "Lions", "text": "They roar."}
result = answer("Who?", lambda question: [titled], reply("Lions. [1]"))
dd.check.equal(result["text"], "Lions. [1]", why="the title belongs to the source", what="the text")
for text in ("A cat purrs.", " [1]", "A cat purrs. [4]"):
    result = answer("Who?", find_both, reply(text), support=0.0)
    dd.check.equal(result, nothing, why="even if no word must be shared", what=f"the result for {text!r}, support 0")
tongues = {"title": "Words", "text": " ".join(f"w{i}" for i in range(11))}
claim = " ".join(f"w{i}" for i in range(20)) + " [1]"
result = answer("Who?", lambda question: [tongues], reply(claim), support=0.55)
dd.check.equal(result["text"], claim, why="11 of 20 words are a share of exactly 0.55", what="the text")
prompts.clear()
asked.clear()


def find_cat(question):
    asked.append(question)
    return [cat]


answer("Who?", find_cat, reply("A cat purrs. [1]\nA cat purrs loudly. [1]"))
dd.check.equal([len(asked), len(prompts)], [1, 1], why="each is asked once", what="calls of retriever and model")
for support, text in ((1.0, "not found"), (0.75, "A cat purrs loudly today. [1]"), (0.76, "not found")):
    result = answer("Who?", find_both, reply("A cat purrs loudly today. [1]"), support=support)
    dd.check.equal(result["text"], text, why=f"three of four words, support {support}", what="the text")
extra = {**cat, "topic": "pets"}
result = answer("Who?", lambda question: [extra], reply("A cat purrs. [1]"))
dd.check.equal(result["sources"], {1: extra}, why="the chunk comes back whole, with its metadata", what="the sources")
### END HIDDEN TESTS

# %% mistakes: answer
# - replace: if claimed and len(claimed & known) / len(claimed) >= support
#   with: |-
#     read = [set(words(f"{chunk['title']} {chunk['text']}")) for chunk in cited.values()]
#             if claimed and all(len(claimed & held) >= support * len(claimed) for held in read)
#   hint: "Each cited source has to support the claim by itself in yours; they are taken together."
# - replace: given[number - 1]
#   with: given[number - 2]
#   hint: "Which place in the list has the source that the prompt calls [1]?"
# - replace: if not numbers or not all(
#   with: if not all(
#   hint: "What does your check say of a line that cites nothing?"
# - replace: not all(1 <= number <= len(given) for number in numbers)
#   with: not any(1 <= number <= len(given) for number in numbers)
#   hint: "One good citation does not excuse a false one beside it."
# - replace: 1 <= number <= len(given)
#   with: number <= len(given)
#   hint: "[0] is no source, but Python's index -1 is a valid one."
# - replace: for chunk in cited.values()
#   with: for chunk in given
#   hint: "The claim is compared with all sources. Only those that it cites can support it."
# - replace: claimed and len(claimed & known) / len(claimed) >= support
#   with: claimed
#   hint: "A valid number is not enough: does the source say it?"
# - replace: / len(claimed) >= support
#   with: / len(known) >= support
#   hint: "The share is of the claim's words, not of the source's: a short claim from a long source is fine."
# - replace: claimed and len(claimed & known) / len(claimed)
#   with: len(claimed & known) / max(1, len(claimed))
#   hint: "A line with a citation and no claim passes: 0 of 0 words."
# - replace: words(f"{chunk['title']} {chunk['text']}")
#   with: words(chunk['text'])
#   hint: "The title belongs to the source."
# - replace: ", \"sources\": sources}"
#   with: ", \"sources\": dict(enumerate(given, 1))}"
#   hint: "You list all sources of the prompt; wanted are those that the answer rests on."
# - replace: continue
#   with: break
#   hint: "A bad line ends the work; the lines after it may be good."
# - replace: |-
#     cited = {number: given[number - 1] for number in numbers}
#   with: |-
#     cited = {number: given[number - 1] for number in numbers}
#             sources.update(cited)
#   hint: "Sources are listed before the line is judged: those of lines that are dropped stay in the list."
# - replace: lines.append(line)
#   with: lines.append(line.strip())
#   hint: "Lines that are kept lose the spaces at their ends. They should come back character by character."
# - replace: lines.append(line)
#   with: lines.append(claim)
#   hint: "The citations are gone from the text. A line is kept as it came."
# - replace: '"\n".join(lines)'
#   with: '" ".join(lines)'
#   hint: "The lines that are kept run into one. Line breaks belong between them."
# - replace: if given else []
#   with: ""
#   hint: "The model is asked although there is no source. It could only invent."
# - replace: "/ len(claimed) >= support"
#   with: "/ len(claimed) > support"
#   hint: "A share of exactly the support that was asked for is enough."
# - replace: given[number - 1] for
#   with: retriever(question)[number - 1] for
#   hint: "Numbers count what is in the prompt. A chunk that did not fit has none."
# - replace: if claimed and len(claimed & known) / len(claimed) >= support
#   with: if claimed and len(claimed & known) / len(claimed) >= 0.5
#   hint: "The support is an argument; you always ask for a half."
# - replace: retriever(question), budget
#   with: retriever(question), 4000
#   hint: "The budget is an argument; you always use 4000."
# - replace: '"\n".join(lines) or NOT_FOUND'
#   with: '"\n".join(lines)'
#   hint: "Where no line is left, your text is empty. It should say that nothing was found."
# - replace: claimed = set(words(claim))
#   with: claimed = set(words(line))
#   hint: "The numbers of the citations count as words of the claim. What is to be supported is the claim alone."


# %% mistake: answer
# hint: "A word that a claim repeats counts each time with you. Both sides are sets."
def answer(question, retriever, model, budget=4000, support=0.5):
    prompt, given = build_prompt(question, retriever(question), budget)
    lines, sources = [], {}
    for line in model(prompt).splitlines() if given else []:
        claim, numbers = split_claim(line)
        if numbers and all(1 <= number <= len(given) for number in numbers):
            cited = {number: given[number - 1] for number in numbers}
            known = {word for chunk in cited.values() for word in words(f"{chunk['title']} {chunk['text']}")}
            claimed = words(claim)
            if claimed and sum(word in known for word in claimed) / len(claimed) >= support:
                lines.append(line)
                sources |= cited
    return {"text": "\n".join(lines) or NOT_FOUND, "sources": sources}


# %% mistake: answer
# hint: "The reply is judged as a whole: one bad line takes the good ones with it, or a good one saves it. Each line is
#   judged by itself."
def answer(question, retriever, model, budget=4000, support=0.5):
    nothing = {"text": NOT_FOUND, "sources": {}}
    prompt, given = build_prompt(question, retriever(question), budget)
    if not given:
        return nothing
    reply = model(prompt)
    sources = {}
    for line in reply.splitlines():
        claim, numbers = split_claim(line)
        if not numbers or not all(1 <= number <= len(given) for number in numbers):
            return nothing
        cited = {number: given[number - 1] for number in numbers}
        known = {word for chunk in cited.values() for word in words(f"{chunk['title']} {chunk['text']}")}
        claimed = set(words(claim))
        if not claimed or len(claimed & known) / len(claimed) < support:
            return nothing
        sources.update(cited)
    return {"text": reply, "sources": sources} if sources else nothing


# %% mistake: answer
# hint: "A false citation is taken out and the line kept. Whoever cites what is not there is not to be trusted with the
#   rest of the line."
def answer(question, retriever, model, budget=4000, support=0.5):
    prompt, given = build_prompt(question, retriever(question), budget)
    lines, sources = [], {}
    for line in model(prompt).splitlines() if given else []:
        claim, numbers = split_claim(line)
        cited = {number: given[number - 1] for number in numbers if 1 <= number <= len(given)}
        known = {word for chunk in cited.values() for word in words(f"{chunk['title']} {chunk['text']}")}
        claimed = set(words(claim))
        if cited and claimed and len(claimed & known) / len(claimed) >= support:
            lines.append(line)
            sources.update(cited)
    return {"text": "\n".join(lines) or NOT_FOUND, "sources": sources}


# %% accepts: answer
def answer(question, retriever, model, budget=4000, support=0.5):
    def supported(claim, chunks):
        read = set(words("\n".join(chunk["title"] + "\n" + chunk["text"] for chunk in chunks)))
        found = [word in read for word in sorted(set(words(claim)))]
        return bool(found) and sum(found) / len(found) >= support

    nothing = {"text": NOT_FOUND, "sources": {}}
    prompt, given = build_prompt(question, retriever(question), budget)
    if not given:
        return nothing
    numbered, kept, used = dict(enumerate(given, start=1)), [], set()
    for line in model(prompt).split("\n"):
        claim, numbers = split_claim(line)
        if numbers and set(numbers) <= set(numbered) and supported(claim, [numbered[n] for n in numbers]):
            kept.append(line)
            used |= set(numbers)
    return {"text": "\n".join(kept), "sources": {n: numbered[n] for n in sorted(used)}} if kept else nothing


# %% accepts: answer
def answer(question, retriever, model, budget=4000, support=0.5):
    prompt, given = build_prompt(question, retriever(question), budget)
    if len(given) == 0:
        return dict(text=NOT_FOUND, sources={})
    held = [set(words(chunk["title"])) | set(words(chunk["text"])) for chunk in given]
    text, sources = [], {}
    for line in model(prompt).splitlines():
        claim, numbers = split_claim(line)
        valid = bool(numbers) and min(numbers) > 0 and max(numbers) <= len(given)
        claim = set(words(claim))
        if valid and claim:
            missing = claim.difference(*(held[number - 1] for number in numbers))
            if len(missing) <= (1 - support) * len(claim) + 1e-9:
                text += [line]
                sources |= {number: given[number - 1] for number in numbers}
    return dict(text="\n".join(text) if text else NOT_FOUND, sources=sources)


# %% [markdown]
# Three models behind the same door: the honest copier, one that knows everything, and one that invents sources.

# %% demo
import textwrap

models = {
    "copies": extractive_model,
    "invents": lambda prompt: "Every lambda is compiled to a shuffled goto table since version 9. [1]",
    "cites at random": lambda prompt: extractive_model(prompt).replace("[1]", "[7]").replace("[2]", "[8]"),
}
question = "Can a lambda expression contain statements?"
for name, model in models.items():
    result = answer(question, retrieve, model)
    print(f"{name}:")
    print(textwrap.indent(textwrap.fill(result["text"], 100), "   "))
    for number, chunk in result["sources"].items():
        print(f"   [{number}] is {chunk['title']}")

# %% [markdown]
# ## Put it together: how good is it?
# A RAG system fails in two places, and each has its measures:
#
# | what | measure | needs |
# |---|---|---|
# | retrieval | hit@k and MRR (Day 116), context recall | questions with known pages |
# | generation | **faithfulness**: claims that their sources support, over all claims | nothing but the output |
# | the whole | right, wrong, or not found | questions with answers, and some without |
#
# "Right" here means that a page with the answer is cited. Judged is `retrieve`: both searches fused, reranked, three
# parents, compressed. MMR, filter and links stay out, for each of these questions wants one page. The copier has one
# setting, the share of the question that a sentence must cover. Low, it answers what it cannot know; high, it refuses
# good questions. Our rule: the **lowest** threshold that refuses as many of the unanswerable questions as any does.
# Choose on `dev`, report on `test`.

# %% demo
from functools import partial

kinds = ("right", "wrong", "not found")
thresholds = np.linspace(0.0, 0.9, 10)
has_answer = np.array([bool(q["targets"]) for q in questions])  # (60,)


def judge(q, model):
    """What became of a question, as an index of `kinds`."""
    cited = [chunk["title"] for chunk in answer(q["question"], retrieve, model)["sources"].values()]
    return kinds.index("not found" if not cited else "right" if set(cited) & set(q["targets"]) else "wrong")


outcomes = np.array(
    [[judge(q, partial(extractive_model, threshold=threshold)) for q in questions] for threshold in thresholds]
)  # (10, 60)


def shares(rows):
    """For each threshold the shares of right, wrong, not found of some questions, with an answer and without."""
    groups = [outcomes[:, [i for i in rows if has_answer[i] == has]] for has in (True, False)]
    return np.array([[[np.mean(part == kind) for kind in range(3)] for part in group] for group in groups])


def chosen_on(rows):
    """The lowest threshold, as an index, that refuses most of the questions without an answer."""
    return int(np.argmax(shares(rows)[1, :, 2]))


dev_rows, test_rows = np.arange(0, 60, 2), np.arange(1, 60, 2)
curves = shares(dev_rows)  # (2, 10, 3)
index = chosen_on(dev_rows)
chosen = float(thresholds[index])
known, unknown = shares(test_rows)[:, index]

figure, axes = plt.subplots(1, 2, figsize=(12.5, 4.2), width_ratios=[1.5, 1])
for curve, label, marker in (
    (curves[0, :, 0], "answerable: right", "o"),
    (curves[0, :, 1], "answerable: wrong", "s"),
    (curves[1, :, 2], "unanswerable: not found", "^"),
):
    axes[0].plot(thresholds, curve, marker=marker, label=label)
axes[0].axvline(chosen, color="0.5", linestyle=":", linewidth=1.5)
axes[0].set(title="Choosing the threshold (dev)", xlabel="share of the question to cover", ylabel="share of questions")
axes[0].set(ylim=(-0.03, 1.25), yticks=np.linspace(0, 1, 6))
axes[0].legend(loc="upper center", ncols=3, fontsize=9)
bottom = np.zeros(2)
for part, name, look in zip(np.stack([known, unknown]).T, kinds, ("", "//", ".."), strict=True):
    axes[1].bar(["answerable", "unanswerable"], part, bottom=bottom, label=name, hatch=look, edgecolor="white")
    bottom += part
axes[1].set(title=f"Outcomes at {chosen:.1f} (test)", ylabel="share of questions")
axes[1].set(ylim=(0, 1.25), yticks=np.linspace(0, 1, 6))
axes[1].legend(loc="upper center", ncols=3, fontsize=9)
axes[1].grid(False, axis="x")
dd.plot.show(
    "Left, shares of dev questions by threshold from 0 to 0.9: right answers start near 0.8 and fall to 0.3, wrong "
    "ones fall from 0.2 to 0.04, refused unanswerable questions jump from 0 and reach 1 at 0.3, where a dotted line "
    "marks the choice. Right, stacked bars for test: of the answerable questions most are right, a few wrong or "
    "not found; of the unanswerable most are not found."
)

found = np.array([rank_of(q, rankings[q["question"]]) for q in test if q["targets"]])
print(f"test: hit@5 {np.mean(found <= 5):.2f}, right {known[0]:.2f}, wrong {known[1]:.2f}, not found {known[2]:.2f};")
print(f"without an answer: not found {unknown[2]:.2f}")
other = chosen_on(test_rows)
swapped = shares(dev_rows)[:, other]
print(f"halves swapped: threshold {thresholds[other]:.1f}, right {swapped[0, 0]:.2f}, not found {swapped[1, 2]:.2f}")
rng = np.random.default_rng(117)
rights = []
for _ in range(200):
    order = np.concatenate([rng.permutation(48).reshape(2, 24), 48 + rng.permutation(12).reshape(2, 6)], axis=1)
    rights.append(shares(order[1])[0, chosen_on(order[0]), 0])
low, high = np.quantile(rights, [0.05, 0.95])
print(f"200 random halves: right {np.mean(rights):.2f}, nine of ten between {low:.2f} and {high:.2f}")
assert np.mean(found <= 5) >= 0.75 and known[0] > known[1] and unknown[2] >= 0.5


def faithfulness(model):
    """Share of the claims of a model, over all questions, that their sources support."""
    written, kept = [], []
    for q in questions:
        result = answer(q["question"], retrieve, lambda prompt: written.append(model(prompt)) or written[-1])
        kept += [line for line in result["text"].splitlines() if line != NOT_FOUND]
    claims = [line for text in written for line in text.splitlines() if line != NOT_FOUND]
    return len(kept) / len(claims)


copier = partial(extractive_model, threshold=chosen)
models["swaps its citations"] = lambda prompt: re.sub(
    r"\[([12])\]", lambda found: "[2]" if found[1] == "1" else "[1]", copier(prompt)
)
for name, model in models.items():
    print(f"faithfulness of the one that {name}: {faithfulness(model):.2f}")

# %% [markdown]
# Left, the trade: steps to the right refuse more questions that have no answer, and more that have one. Right, the
# chosen setting on questions it was not chosen by. Of 24 and 6 questions, a single one moves a bar by 0.04 and 0.17,
# and the choice itself hangs on 6: swap the halves, and the same rule takes another threshold and the share of right
# answers falls from about 0.8 to below 0.6. The last line says what such a test set can tell: over 200 random halves
# the share is about 0.7, and nine of ten lie between about 0.55 and 0.9. A real evaluation wants hundreds.
#
# **Faithfulness** is 1 for the copier by its make: it writes nothing that is not there. The one that invents and the
# one that cites at random get next to nothing, and swapped citations are found out only where the other source does
# not happen to hold the words: the check is crude, as said above.
#
# Compare with hit@5: retrieval finds more pages than the copier cites, and citing the right page is not yet saying
# the right thing, as you will see below. **What would a language model add?** It knows that *pad with zeros* and
# *fill with zeros* are one thing, puts two sources into one sentence, answers yes or no, and says what a passage
# implies. It would also rephrase, and so need the check that the copier always passes. And no model mends a page that
# was not retrieved.
#
# Four answers to end with, one of them to a question that the pages cannot answer:

# %% demo
for question in (
    "Can a lambda expression contain statements?",
    "What does a wildcard pattern match?",
    "When are default parameter values evaluated?",
    "Who invented the transistor?",
):
    result = answer(question, retrieve, partial(extractive_model, threshold=chosen))
    print(question)
    for line in result["text"].splitlines():
        print(textwrap.indent(textwrap.fill(line, 100), "   "))
    print("   sources:", {number: chunk["title"] for number, chunk in result["sources"].items()}, "\n")

# %% [markdown]
# ## What you should remember
# 1. A language model is trained for likely text, not for true text. RAG lets it read before it writes, and cite.
# 2. Small chunks to find, large ones to answer: children are searched, parents are read. Keep the metadata.
# 3. Words (BM25) and vectors err on different questions. Fuse their ranks, then let a reranker look at question and
#    chunk together; MMR keeps the choice from repeating itself.
# 4. Number the sources of the prompt, check every citation, and say "not found" when nothing supports an answer.
# 5. Measure retrieval and generation apart, on questions with known pages, and on questions without an answer.
#
# ## Check yourself
# 1. Overlap costs room in the index. Which answers would be lost without it, and which are lost with it too?
# 2. A chunk is first by words and absent by vectors; another is fifth in both. Which is better after fusion with
#    $k = 60$, and which with $k = 0$?
# 3. Every claim of an answer is supported by its source, and the answer is wrong. How can that be?
#
# <details><summary>Answers</summary>
#
# 1. Sentences that a cut runs through, up to the overlap's length. An answer that needs two distant passages is split
#    either way.
# 2. With 60: $1/61$ against $2/65$, the second. With 0: 1 against $2/5$, the first.
# 3. The source may be wrong or about something else, or the claim may leave out the condition beside it.
#    Faithful is not the same as correct.
#
# </details>
#
# ## Go further
# - Lewis et al. (2020), *Retrieval-augmented generation for knowledge-intensive NLP tasks*, NeurIPS: the name, and
#   retriever and generator trained together.
# - Robertson and Zaragoza (2009), *The probabilistic relevance framework: BM25 and beyond*.
# - Cormack, Clarke and Büttcher (2009), *Reciprocal rank fusion outperforms Condorcet and individual rank learning
#   methods*, SIGIR; Carbonell and Goldstein (1998), *The use of MMR*, SIGIR.
# - Khattab and Zaharia (2020), *ColBERT*, SIGIR; Nogueira and Cho (2019), *Passage re-ranking with BERT*: rerankers.
# - Liu et al. (2023), *Lost in the middle*; Edge et al. (2024), *From local to global: A graph RAG approach to
#   query-focused summarization*.
# - Day 118 makes chains of such steps, Day 119 lets a model decide when to search, Day 120 builds a chat on all of it.

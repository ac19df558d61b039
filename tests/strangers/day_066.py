# %% right: normalize
def normalize(text):
    straight = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"'})
    while True:
        new = unicodedata.normalize("NFKC", text).translate(straight).casefold()
        new = " ".join(unicodedata.normalize("NFKC", new).split())
        if new == text:
            return text
        text = new


# %% right: normalize
def normalize(text):
    text = re.sub("[\u2018\u2019]", "'", re.sub("[\u201c\u201d]", '"', text))
    text = unicodedata.normalize("NFKC", text)
    text = "".join(letter.casefold() for letter in text)
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip()


# %% wrong: normalize
# idea: "lower, not casefold"
# fits: "Small letters aren't quite folded case"
def normalize(text):
    text = unicodedata.normalize("NFKC", text)
    for curly, straight in (("\u2018", "'"), ("\u2019", "'"), ("\u201c", '"'), ("\u201d", '"')):
        text = text.replace(curly, straight)
    text = text.lower()
    text = unicodedata.normalize("NFKC", text)
    return " ".join(text.split())


# %% wrong: normalize
# idea: "NFC, not NFKC"
# fits: "You compose accents, but ligatures"
def normalize(text):
    text = unicodedata.normalize("NFC", text)
    for curly, straight in (("\u2018", "'"), ("\u2019", "'"), ("\u201c", '"'), ("\u201d", '"')):
        text = text.replace(curly, straight)
    text = text.casefold()
    text = unicodedata.normalize("NFC", text)
    return " ".join(text.split())


# %% wrong: normalize
# idea: "folds first: capitals that only NFKC shows stay"
# fits: "Case is folded before NFKC"
def normalize(text):
    for curly, straight in (("\u2018", "'"), ("\u2019", "'"), ("\u201c", '"'), ("\u201d", '"')):
        text = text.replace(curly, straight)
    text = text.casefold()
    text = unicodedata.normalize("NFKC", text)
    return " ".join(text.split())


# %% wrong: normalize
# idea: "no NFKC after folding: what folding took apart stays apart"
# fits: "Folding can take a composed character apart"
def normalize(text):
    text = unicodedata.normalize("NFKC", text)
    for curly, straight in (("\u2018", "'"), ("\u2019", "'"), ("\u201c", '"'), ("\u201d", '"')):
        text = text.replace(curly, straight)
    text = text.casefold()
    return " ".join(text.split())


# %% wrong: normalize
# idea: "accents are taken off"
# fits: "Accents are gone, and two words"
def normalize(text):
    text = unicodedata.normalize("NFKD", text)
    text = "".join(c for c in text if not unicodedata.combining(c))
    for curly, straight in (("\u2018", "'"), ("\u2019", "'"), ("\u201c", '"'), ("\u201d", '"')):
        text = text.replace(curly, straight)
    text = text.casefold()
    text = unicodedata.normalize("NFKC", text)
    return " ".join(text.split())


# %% wrong: normalize
# idea: "trims the ends, leaves runs of whitespace inside"
# fits: "Spaces inside the text, and line breaks"
def normalize(text):
    text = unicodedata.normalize("NFKC", text)
    for curly, straight in (("\u2018", "'"), ("\u2019", "'"), ("\u201c", '"'), ("\u201d", '"')):
        text = text.replace(curly, straight)
    text = text.casefold()
    text = unicodedata.normalize("NFKC", text)
    return text.strip()


# %% wrong: normalize
# idea: "squeezes only the ordinary space"
# fits: "Tabs and line breaks are whitespace too"
def normalize(text):
    text = unicodedata.normalize("NFKC", text)
    for curly, straight in (("\u2018", "'"), ("\u2019", "'"), ("\u201c", '"'), ("\u201d", '"')):
        text = text.replace(curly, straight)
    text = text.casefold()
    text = unicodedata.normalize("NFKC", text)
    return re.sub(" +", " ", text).strip()


# %% wrong: normalize
# idea: "squeezes spaces before NFKC, which may make new ones"
# fits: "Whitespace is squeezed before NFKC"
def normalize(text):
    for curly, straight in (("\u2018", "'"), ("\u2019", "'"), ("\u201c", '"'), ("\u201d", '"')):
        text = text.replace(curly, straight)
    text = " ".join(text.split())
    text = unicodedata.normalize("NFKC", text)
    text = text.casefold()
    return unicodedata.normalize("NFKC", text)


# %% wrong: normalize
# idea: "double curly marks are made single ones"
# fits: "Double quotation marks have become single ones"
def normalize(text):
    text = unicodedata.normalize("NFKC", text)
    text = re.sub("[\u2018\u2019\u201c\u201d]", "'", text)
    text = text.casefold()
    text = unicodedata.normalize("NFKC", text)
    return " ".join(text.split())


# %% wrong: normalize
# idea: "only the apostrophe U+2019 is replaced, not the opening mark"
# fits: "one is left curly"
def normalize(text):
    text = unicodedata.normalize("NFKC", text)
    text = text.replace("\u2019", "'").replace("\u201c", '"').replace("\u201d", '"')
    text = text.casefold()
    text = unicodedata.normalize("NFKC", text)
    return " ".join(text.split())


# %% wrong: normalize
# idea: "punctuation is dropped"
# fits: "Marks are dropped. Punctuation is to be kept"
# fits: "Punctuation is gone"
def normalize(text):
    text = unicodedata.normalize("NFKC", text)
    for curly, straight in (("\u2018", "'"), ("\u2019", "'"), ("\u201c", '"'), ("\u201d", '"')):
        text = text.replace(curly, straight)
    text = text.casefold()
    text = unicodedata.normalize("NFKC", text)
    return " ".join(re.sub(r"[^\w\s'\"]", "", text).split())


# %% right: tokenize
def tokenize(text, level, pieces=frozenset()):
    if level == "character":
        return [*text]
    if level not in ("word", "subword"):
        raise ValueError("no such level")

    def inside(c):
        return c == "_" or c.isalnum()

    words, here = [], ""
    for place, c in enumerate(text):
        after = text[place + 1 : place + 2]
        joins = c in ("'", "-") and here and inside(here[-1]) and after and inside(after)
        if inside(c) or joins:
            here += c
            continue
        if here:
            words.append(here)
            here = ""
        if not c.isspace():
            words.append(c)
    if here:
        words.append(here)
    if level == "word":
        return words
    cut = []
    for word in words:
        fits = [p for p in pieces if p and word.startswith(p)]
        piece = max(fits, key=len, default=word[0])
        cut.append(piece)
        rest = word[len(piece) :]
        while rest:
            fits = [p for p in pieces if len(p) > 2 and p.startswith("##") and rest.startswith(p[2:])]
            piece = max(fits, key=len, default="##" + rest[0])
            cut.append(piece)
            rest = rest[len(piece) - 2 :]
    return cut


# %% right: tokenize
def tokenize(text, level, pieces=frozenset()):
    if level not in ("character", "word", "subword"):
        raise ValueError(level)
    if level == "character":
        return list(text)
    words = [m[0] for m in re.finditer(r"(\w+)([-']\w+)*|\S", text)]
    if level == "word":
        return words
    tokens = []
    for word in words:
        start = 0
        while start < len(word):
            mark = "##" if start else ""
            end = next((e for e in range(len(word), start, -1) if mark + word[start:e] in pieces), start + 1)
            tokens.append(mark + word[start:end])
            start = end
    return tokens


# %% wrong: tokenize
# idea: "a word is a run of \\w alone: don't is cut"
# fits: "Words with an apostrophe or a hyphen inside are cut"
def tokenize(text, level, pieces=frozenset()):
    if level not in ("character", "word", "subword"):
        raise ValueError(level)
    if level == "character":
        return list(text)
    words = re.findall(r"\w+|[^\w\s]", text)
    if level == "word":
        return words
    tokens = []
    for word in words:
        start = 0
        while start < len(word):
            mark = "##" if start else ""
            end = next((e for e in range(len(word), start, -1) if mark + word[start:e] in pieces), start + 1)
            tokens.append(mark + word[start:end])
            start = end
    return tokens


# %% wrong: tokenize
# idea: "one group in the pattern: findall gives what the group found"
# fits: "With a capturing group"
def tokenize(text, level, pieces=frozenset()):
    if level not in ("character", "word", "subword"):
        raise ValueError(level)
    if level == "character":
        return list(text)
    words = re.findall(r"\w+(['-]\w+)*|[^\w\s]", text)
    if level == "word":
        return words
    tokens = []
    for word in words:
        start = 0
        while start < len(word):
            mark = "##" if start else ""
            end = next((e for e in range(len(word), start, -1) if mark + word[start:e] in pieces), start + 1)
            tokens.append(mark + word[start:end])
            start = end
    return tokens


# %% wrong: tokenize
# idea: "marks are dropped"
# fits: "Marks such as a full stop are gone"
# fits: "More than stop words is dropped"
def tokenize(text, level, pieces=frozenset()):
    if level not in ("character", "word", "subword"):
        raise ValueError(level)
    if level == "character":
        return list(text)
    words = re.findall(r"\w+(?:['-]\w+)*", text)
    if level == "word":
        return words
    tokens = []
    for word in words:
        start = 0
        while start < len(word):
            mark = "##" if start else ""
            end = next((e for e in range(len(word), start, -1) if mark + word[start:e] in pieces), start + 1)
            tokens.append(mark + word[start:end])
            start = end
    return tokens


# %% wrong: tokenize
# idea: "' and - are letters: they stay on the ends of words"
# fits: "An apostrophe or hyphen at the edge"
def tokenize(text, level, pieces=frozenset()):
    if level not in ("character", "word", "subword"):
        raise ValueError(level)
    if level == "character":
        return list(text)
    words = re.findall(r"[\w'-]+|[^\w\s]", text)
    if level == "word":
        return words
    tokens = []
    for word in words:
        start = 0
        while start < len(word):
            mark = "##" if start else ""
            end = next((e for e in range(len(word), start, -1) if mark + word[start:e] in pieces), start + 1)
            tokens.append(mark + word[start:end])
            start = end
    return tokens


# %% wrong: tokenize
# idea: "one join only: mother-in-law is cut"
# fits: "A word may be joined more than once"
def tokenize(text, level, pieces=frozenset()):
    if level not in ("character", "word", "subword"):
        raise ValueError(level)
    if level == "character":
        return list(text)
    words = re.findall(r"\w+(?:['-]\w+)?|[^\w\s]", text)
    if level == "word":
        return words
    tokens = []
    for word in words:
        start = 0
        while start < len(word):
            mark = "##" if start else ""
            end = next((e for e in range(len(word), start, -1) if mark + word[start:e] in pieces), start + 1)
            tokens.append(mark + word[start:end])
            start = end
    return tokens


# %% wrong: tokenize
# idea: "letters of English only: café is cut"
# fits: "Letters with accents, and those of other scripts"
def tokenize(text, level, pieces=frozenset()):
    if level not in ("character", "word", "subword"):
        raise ValueError(level)
    if level == "character":
        return list(text)
    words = re.findall(r"[A-Za-z0-9_]+(?:['-][A-Za-z0-9_]+)*|[^\w\s]", text)
    if level == "word":
        return words
    tokens = []
    for word in words:
        start = 0
        while start < len(word):
            mark = "##" if start else ""
            end = next((e for e in range(len(word), start, -1) if mark + word[start:e] in pieces), start + 1)
            tokens.append(mark + word[start:end])
            start = end
    return tokens


# %% wrong: tokenize
# idea: "small letters"
# fits: "The tokens have lost their capitals"
def tokenize(text, level, pieces=frozenset()):
    if level not in ("character", "word", "subword"):
        raise ValueError(level)
    if level == "character":
        return list(text)
    words = re.findall(r"\w+(?:['-]\w+)*|[^\w\s]", text.lower())
    if level == "word":
        return words
    tokens = []
    for word in words:
        start = 0
        while start < len(word):
            mark = "##" if start else ""
            end = next((e for e in range(len(word), start, -1) if mark + word[start:e] in pieces), start + 1)
            tokens.append(mark + word[start:end])
            start = end
    return tokens


# %% wrong: tokenize
# idea: "runs of marks are one token"
# fits: "Several marks in a row"
def tokenize(text, level, pieces=frozenset()):
    if level not in ("character", "word", "subword"):
        raise ValueError(level)
    if level == "character":
        return list(text)
    words = re.findall(r"\w+(?:['-]\w+)*|[^\w\s]+", text)
    if level == "word":
        return words
    tokens = []
    for word in words:
        start = 0
        while start < len(word):
            mark = "##" if start else ""
            end = next((e for e in range(len(word), start, -1) if mark + word[start:e] in pieces), start + 1)
            tokens.append(mark + word[start:end])
            start = end
    return tokens


# %% wrong: tokenize
# idea: "characters without the spaces"
# fits: "Spaces are characters too"
def tokenize(text, level, pieces=frozenset()):
    if level not in ("character", "word", "subword"):
        raise ValueError(level)
    if level == "character":
        return [c for c in text if not c.isspace()]
    words = re.findall(r"\w+(?:['-]\w+)*|[^\w\s]", text)
    if level == "word":
        return words
    tokens = []
    for word in words:
        start = 0
        while start < len(word):
            mark = "##" if start else ""
            end = next((e for e in range(len(word), start, -1) if mark + word[start:e] in pieces), start + 1)
            tokens.append(mark + word[start:end])
            start = end
    return tokens


# %% wrong: tokenize
# idea: "no ValueError: any other level is taken for subword"
# fits: "A level that doesn't exist goes through"
# fits: "Results are right where there is one. But what the docstring refuses is taken"
# fits: "Results are right where there is one. But what the docstring refuses is taken"
def tokenize(text, level, pieces=frozenset()):
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
            end = next((e for e in range(len(word), start, -1) if mark + word[start:e] in pieces), start + 1)
            tokens.append(mark + word[start:end])
            start = end
    return tokens


# %% wrong: tokenize
# idea: "the shortest piece that fits"
# fits: "You take the shortest piece"
def tokenize(text, level, pieces=frozenset()):
    if level not in ("character", "word", "subword"):
        raise ValueError(level)
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
            end = next((e for e in range(start + 1, len(word) + 1) if mark + word[start:e] in pieces), start + 1)
            tokens.append(mark + word[start:end])
            start = end
    return tokens


# %% wrong: tokenize
# idea: "pieces inside a word are looked up without their ##"
# fits: "a piece is looked up without its mark"
def tokenize(text, level, pieces=frozenset()):
    if level not in ("character", "word", "subword"):
        raise ValueError(level)
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
            end = next((e for e in range(len(word), start, -1) if word[start:e] in pieces), start + 1)
            tokens.append(mark + word[start:end])
            start = end
    return tokens


# %% wrong: tokenize
# idea: "characters that fit nothing come without ##"
# fits: "A character that stands for want of a piece"
def tokenize(text, level, pieces=frozenset()):
    if level not in ("character", "word", "subword"):
        raise ValueError(level)
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
            for end in range(len(word), start, -1):
                if mark + word[start:end] in pieces:
                    tokens.append(mark + word[start:end])
                    break
            else:
                end = start + 1
                tokens.append(word[start])
            start = end
    return tokens


# %% wrong: tokenize
# idea: "a word that does not fit to its end is given up as a whole"
# fits: "You give up on the whole word"
# fits: "a part of the word is lost or replaced"
def tokenize(text, level, pieces=frozenset()):
    if level not in ("character", "word", "subword"):
        raise ValueError(level)
    if level == "character":
        return list(text)
    words = re.findall(r"\w+(?:['-]\w+)*|[^\w\s]", text)
    if level == "word":
        return words
    tokens = []
    for word in words:
        start, cut = 0, []
        while start < len(word):
            mark = "##" if start else ""
            end = next((e for e in range(len(word), start, -1) if mark + word[start:e] in pieces), None)
            if end is None:
                cut = [word]
                break
            cut.append(mark + word[start:end])
            start = end
        tokens += cut
    return tokens


# %% wrong: tokenize
# idea: "subwords are cut from what lies between spaces, not from words"
# fits: "Level subword cuts what lies between spaces"
def tokenize(text, level, pieces=frozenset()):
    if level not in ("character", "word", "subword"):
        raise ValueError(level)
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
            end = next((e for e in range(len(word), start, -1) if mark + word[start:e] in pieces), start + 1)
            tokens.append(mark + word[start:end])
            start = end
    return tokens


# %% right: remove_stopwords
def remove_stopwords(tokens, keep=()):
    dropped = set(STOP_WORDS).difference(word.lower() for word in keep)
    return list(filter(lambda token: token.lower() not in dropped, tokens))


# %% right: remove_stopwords
def remove_stopwords(tokens, keep=()):
    rest = []
    for token in tokens:
        if token.casefold() not in STOP_WORDS or any(token.casefold() == word.casefold() for word in keep):
            rest.append(token)
    return rest


# %% wrong: remove_stopwords
# idea: "capitals: This is not found in the list"
# fits: "A stop word at the start of a sentence has a capital"
def remove_stopwords(tokens, keep=()):
    keep = {word.lower() for word in keep}
    return [token for token in tokens if token not in STOP_WORDS or token.lower() in keep]


# %% wrong: remove_stopwords
# idea: "words to keep are compared as they are written"
# fits: "The words to keep may be written with capitals"
# fits: "A token counts as one to keep only if"
def remove_stopwords(tokens, keep=()):
    return [token for token in tokens if token.lower() not in STOP_WORDS or token in keep]


# %% wrong: remove_stopwords
# idea: "the tokens come back in small letters"
# fits: "The tokens that stay have changed"
def remove_stopwords(tokens, keep=()):
    dropped = STOP_WORDS - {word.lower() for word in keep}
    return [token.lower() for token in tokens if token.lower() not in dropped]


# %% wrong: remove_stopwords
# idea: "each token once"
# fits: "Repeated tokens are gone"
def remove_stopwords(tokens, keep=()):
    dropped = STOP_WORDS - {word.lower() for word in keep}
    return list(dict.fromkeys(token for token in tokens if token.lower() not in dropped))


# %% wrong: remove_stopwords
# idea: "looks in the text of stop words, not in the set: parts of stop words are dropped"
# fits: "You look for stop words inside the tokens"
# fits: "STOP_TEXT is one long text"
def remove_stopwords(tokens, keep=()):
    keep = {word.lower() for word in keep}
    return [token for token in tokens if token.lower() not in STOP_TEXT or token.lower() in keep]


# %% wrong: remove_stopwords
# idea: "removes from the caller's list while going through it"
# fits: "You remove from the list while"
# fits: "the caller still needs it"
def remove_stopwords(tokens, keep=()):
    keep = {word.lower() for word in keep}
    for token in tokens:
        if token.lower() in STOP_WORDS and token.lower() not in keep:
            tokens.remove(token)
    return tokens


# %% wrong: remove_stopwords
# idea: "marks are dropped too"
# fits: "Marks such as a full stop are gone"
# fits: "More than stop words is dropped"
def remove_stopwords(tokens, keep=()):
    dropped = STOP_WORDS - {word.lower() for word in keep}
    return [token for token in tokens if token.isalpha() and token.lower() not in dropped]


# %% wrong: remove_stopwords
# idea: "keep is taken for more words to drop"
# fits: "The words to keep are dropped like the others"
# fits: "where is it used?"
def remove_stopwords(tokens, keep=()):
    dropped = STOP_WORDS | {word.lower() for word in keep}
    return [token for token in tokens if token.lower() not in dropped]


# %% wrong: remove_stopwords
# idea: "a set, without order"
# fits: "The order of the tokens is lost"
def remove_stopwords(tokens, keep=()):
    dropped = STOP_WORDS - {word.lower() for word in keep}
    return sorted(token for token in tokens if token.lower() not in dropped)


# %% right: stem
def stem(word):
    def shape(w):
        s = ""
        for c in w:
            s += "v" if c in "aeiou" or (c == "y" and s.endswith("c")) else "c"
        return s

    def tidy(w):
        s = shape(w)
        if w.endswith(("at", "bl", "iz")):
            return w + "e"
        if len(w) > 1 and w[-1] == w[-2] and s[-1] == "c" and w[-1] not in "lsz":
            return w[:-1]
        if s.count("vc") == 1 and s.endswith("cvc") and w[-1] not in "wxy":
            return w + "e"
        return w

    if len(word) < 3:
        return word
    if word.endswith("sses") or word.endswith("ies"):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    if word.endswith("eed"):
        if shape(word[:-3]).count("vc") > 0:
            word = word[:-1]
    else:
        for ending in ("ed", "ing"):
            if word.endswith(ending):
                before = word[: -len(ending)]
                if "v" in shape(before):
                    word = tidy(before)
                break
    if word.endswith("y") and "v" in shape(word[:-1]):
        word = word[:-1] + "i"
    return word


# %% right: stem
def stem(word):
    if len(word) <= 2:
        return word

    def consonant(w, i):
        if w[i] in set("aeiou"):
            return False
        return w[i] != "y" or i == 0 or not consonant(w, i - 1)

    def vowel_in(w):
        return not all(consonant(w, i) for i in range(len(w)))

    def measure(w):
        return sum(not consonant(w, i) and consonant(w, i + 1) for i in range(len(w) - 1))

    for old, new in (("sses", "ss"), ("ies", "i"), ("ss", "ss"), ("s", "")):
        if word.endswith(old):
            word = word.removesuffix(old) + new
            break
    gone = False
    if word.endswith("eed"):
        if measure(word.removesuffix("eed")):
            word = word.removesuffix("d")
    elif word.endswith("ed") and vowel_in(word.removesuffix("ed")):
        word, gone = word.removesuffix("ed"), True
    elif word.endswith("ing") and vowel_in(word.removesuffix("ing")):
        word, gone = word.removesuffix("ing"), True
    if gone:
        last = len(word) - 1
        if word[-2:] in ("at", "bl", "iz"):
            word += "e"
        elif last > 0 and word[last] == word[last - 1] and consonant(word, last):
            if word[last] not in ("l", "s", "z"):
                word = word[:last]
        elif measure(word) == 1 and last > 1 and word[last] not in ("w", "x", "y"):
            if consonant(word, last) and not consonant(word, last - 1) and consonant(word, last - 2):
                word += "e"
    if word.endswith("y") and vowel_in(word[:-1]):
        word = word[:-1] + "i"
    return word


# %% wrong: stem
# idea: "ies becomes y"
# fits: "You turn the ending ies into a y"
def stem(word):
    def shape(w):
        s = ""
        for c in w:
            s += "v" if c in "aeiou" or (c == "y" and s.endswith("c")) else "c"
        return s

    def tidy(w):
        s = shape(w)
        if w.endswith(("at", "bl", "iz")):
            return w + "e"
        if len(w) > 1 and w[-1] == w[-2] and s[-1] == "c" and w[-1] not in "lsz":
            return w[:-1]
        if s.count("vc") == 1 and s.endswith("cvc") and w[-1] not in "wxy":
            return w + "e"
        return w

    if len(word) < 3:
        return word
    if word.endswith("sses"):
        word = word[:-2]
    elif word.endswith("ies"):
        word = word[:-3] + "y"
    elif word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    if word.endswith("eed"):
        if shape(word[:-3]).count("vc") > 0:
            word = word[:-1]
    else:
        for ending in ("ed", "ing"):
            if word.endswith(ending):
                before = word[: -len(ending)]
                if "v" in shape(before):
                    word = tidy(before)
                break
    if word.endswith("y") and "v" in shape(word[:-1]):
        word = word[:-1] + "i"
    return word


# %% wrong: stem
# idea: "when eed fails the shorter ed is tried"
# fits: "A word in eed is treated as one in ed"
def stem(word):
    def shape(w):
        s = ""
        for c in w:
            s += "v" if c in "aeiou" or (c == "y" and s.endswith("c")) else "c"
        return s

    def tidy(w):
        s = shape(w)
        if w.endswith(("at", "bl", "iz")):
            return w + "e"
        if len(w) > 1 and w[-1] == w[-2] and s[-1] == "c" and w[-1] not in "lsz":
            return w[:-1]
        if s.count("vc") == 1 and s.endswith("cvc") and w[-1] not in "wxy":
            return w + "e"
        return w

    if len(word) < 3:
        return word
    if word.endswith("sses") or word.endswith("ies"):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    if word.endswith("eed") and shape(word[:-3]).count("vc") > 0:
        word = word[:-1]
    else:
        for ending in ("ed", "ing"):
            if word.endswith(ending):
                before = word[: -len(ending)]
                if "v" in shape(before):
                    word = tidy(before)
                break
    if word.endswith("y") and "v" in shape(word[:-1]):
        word = word[:-1] + "i"
    return word


# %% wrong: stem
# idea: "ing and ed go without a vowel before them: sing becomes s"
# fits: "An ending goes although there is no vowel"
def stem(word):
    def shape(w):
        s = ""
        for c in w:
            s += "v" if c in "aeiou" or (c == "y" and s.endswith("c")) else "c"
        return s

    def tidy(w):
        s = shape(w)
        if w.endswith(("at", "bl", "iz")):
            return w + "e"
        if len(w) > 1 and w[-1] == w[-2] and s[-1] == "c" and w[-1] not in "lsz":
            return w[:-1]
        if s.count("vc") == 1 and s.endswith("cvc") and w[-1] not in "wxy":
            return w + "e"
        return w

    if len(word) < 3:
        return word
    if word.endswith("sses") or word.endswith("ies"):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    if word.endswith("eed"):
        if shape(word[:-3]).count("vc") > 0:
            word = word[:-1]
    else:
        for ending in ("ed", "ing"):
            if word.endswith(ending):
                word = tidy(word[: -len(ending)])
                break
    if word.endswith("y") and "v" in shape(word[:-1]):
        word = word[:-1] + "i"
    return word


# %% wrong: stem
# idea: "y is always a vowel"
# fits: "A y is a vowel only after a consonant"
def stem(word):
    def shape(w):
        s = ""
        for c in w:
            s += "v" if c in "aeiouy" else "c"
        return s

    def tidy(w):
        s = shape(w)
        if w.endswith(("at", "bl", "iz")):
            return w + "e"
        if len(w) > 1 and w[-1] == w[-2] and s[-1] == "c" and w[-1] not in "lsz":
            return w[:-1]
        if s.count("vc") == 1 and s.endswith("cvc") and w[-1] not in "wxy":
            return w + "e"
        return w

    if len(word) < 3:
        return word
    if word.endswith("sses") or word.endswith("ies"):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    if word.endswith("eed"):
        if shape(word[:-3]).count("vc") > 0:
            word = word[:-1]
    else:
        for ending in ("ed", "ing"):
            if word.endswith(ending):
                before = word[: -len(ending)]
                if "v" in shape(before):
                    word = tidy(before)
                break
    if word.endswith("y") and "v" in shape(word[:-1]):
        word = word[:-1] + "i"
    return word


# %% wrong: stem
# idea: "y is never a vowel"
# fits: "A y after a consonant is a vowel"
def stem(word):
    def shape(w):
        s = ""
        for c in w:
            s += "v" if c in "aeiou" else "c"
        return s

    def tidy(w):
        s = shape(w)
        if w.endswith(("at", "bl", "iz")):
            return w + "e"
        if len(w) > 1 and w[-1] == w[-2] and s[-1] == "c" and w[-1] not in "lsz":
            return w[:-1]
        if s.count("vc") == 1 and s.endswith("cvc") and w[-1] not in "wxy":
            return w + "e"
        return w

    if len(word) < 3:
        return word
    if word.endswith("sses") or word.endswith("ies"):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    if word.endswith("eed"):
        if shape(word[:-3]).count("vc") > 0:
            word = word[:-1]
    else:
        for ending in ("ed", "ing"):
            if word.endswith(ending):
                before = word[: -len(ending)]
                if "v" in shape(before):
                    word = tidy(before)
                break
    if word.endswith("y") and "v" in shape(word[:-1]):
        word = word[:-1] + "i"
    return word


# %% wrong: stem
# idea: "the clean-up comes even if nothing has gone"
# fits: "You clean up after every word"
def stem(word):
    def shape(w):
        s = ""
        for c in w:
            s += "v" if c in "aeiou" or (c == "y" and s.endswith("c")) else "c"
        return s

    def tidy(w):
        s = shape(w)
        if w.endswith(("at", "bl", "iz")):
            return w + "e"
        if len(w) > 1 and w[-1] == w[-2] and s[-1] == "c" and w[-1] not in "lsz":
            return w[:-1]
        if s.count("vc") == 1 and s.endswith("cvc") and w[-1] not in "wxy":
            return w + "e"
        return w

    if len(word) < 3:
        return word
    if word.endswith("sses") or word.endswith("ies"):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    if word.endswith("eed"):
        if shape(word[:-3]).count("vc") > 0:
            word = word[:-1]
    else:
        for ending in ("ed", "ing"):
            if word.endswith(ending) and "v" in shape(word[: -len(ending)]):
                word = word[: -len(ending)]
                break
        word = tidy(word)
    if word.endswith("y") and "v" in shape(word[:-1]):
        word = word[:-1] + "i"
    return word


# %% wrong: stem
# idea: "every fitting line of the clean-up, one after the other: hopp, hop, hope"
# fits: "The three ways of cleaning up exclude"
def stem(word):
    def shape(w):
        s = ""
        for c in w:
            s += "v" if c in "aeiou" or (c == "y" and s.endswith("c")) else "c"
        return s

    def tidy(w):
        if w.endswith(("at", "bl", "iz")):
            w += "e"
        if len(w) > 1 and w[-1] == w[-2] and shape(w)[-1] == "c" and w[-1] not in "lsz":
            w = w[:-1]
        s = shape(w)
        if s.count("vc") == 1 and s.endswith("cvc") and w[-1] not in "wxy":
            w += "e"
        return w

    if len(word) < 3:
        return word
    if word.endswith("sses") or word.endswith("ies"):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    if word.endswith("eed"):
        if shape(word[:-3]).count("vc") > 0:
            word = word[:-1]
    else:
        for ending in ("ed", "ing"):
            if word.endswith(ending):
                before = word[: -len(ending)]
                if "v" in shape(before):
                    word = tidy(before)
                break
    if word.endswith("y") and "v" in shape(word[:-1]):
        word = word[:-1] + "i"
    return word


# %% wrong: stem
# idea: "ll, ss and zz are shortened too"
# fits: "Double l, s and z stay double"
def stem(word):
    def shape(w):
        s = ""
        for c in w:
            s += "v" if c in "aeiou" or (c == "y" and s.endswith("c")) else "c"
        return s

    def tidy(w):
        s = shape(w)
        if w.endswith(("at", "bl", "iz")):
            return w + "e"
        if len(w) > 1 and w[-1] == w[-2] and s[-1] == "c":
            return w[:-1]
        if s.count("vc") == 1 and s.endswith("cvc") and w[-1] not in "wxy":
            return w + "e"
        return w

    if len(word) < 3:
        return word
    if word.endswith("sses") or word.endswith("ies"):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    if word.endswith("eed"):
        if shape(word[:-3]).count("vc") > 0:
            word = word[:-1]
    else:
        for ending in ("ed", "ing"):
            if word.endswith(ending):
                before = word[: -len(ending)]
                if "v" in shape(before):
                    word = tidy(before)
                break
    if word.endswith("y") and "v" in shape(word[:-1]):
        word = word[:-1] + "i"
    return word


# %% wrong: stem
# idea: "double vowels are shortened too: agreeing"
# fits: "A double vowel loses one"
def stem(word):
    def shape(w):
        s = ""
        for c in w:
            s += "v" if c in "aeiou" or (c == "y" and s.endswith("c")) else "c"
        return s

    def tidy(w):
        s = shape(w)
        if w.endswith(("at", "bl", "iz")):
            return w + "e"
        if len(w) > 1 and w[-1] == w[-2] and w[-1] not in "lsz":
            return w[:-1]
        if s.count("vc") == 1 and s.endswith("cvc") and w[-1] not in "wxy":
            return w + "e"
        return w

    if len(word) < 3:
        return word
    if word.endswith("sses") or word.endswith("ies"):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    if word.endswith("eed"):
        if shape(word[:-3]).count("vc") > 0:
            word = word[:-1]
    else:
        for ending in ("ed", "ing"):
            if word.endswith(ending):
                before = word[: -len(ending)]
                if "v" in shape(before):
                    word = tidy(before)
                break
    if word.endswith("y") and "v" in shape(word[:-1]):
        word = word[:-1] + "i"
    return word


# %% wrong: stem
# idea: "an e after consonant, vowel, consonant whatever the measure"
# fits: "The e comes back only on short words"
def stem(word):
    def shape(w):
        s = ""
        for c in w:
            s += "v" if c in "aeiou" or (c == "y" and s.endswith("c")) else "c"
        return s

    def tidy(w):
        s = shape(w)
        if w.endswith(("at", "bl", "iz")):
            return w + "e"
        if len(w) > 1 and w[-1] == w[-2] and s[-1] == "c" and w[-1] not in "lsz":
            return w[:-1]
        if s.endswith("cvc") and w[-1] not in "wxy":
            return w + "e"
        return w

    if len(word) < 3:
        return word
    if word.endswith("sses") or word.endswith("ies"):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    if word.endswith("eed"):
        if shape(word[:-3]).count("vc") > 0:
            word = word[:-1]
    else:
        for ending in ("ed", "ing"):
            if word.endswith(ending):
                before = word[: -len(ending)]
                if "v" in shape(before):
                    word = tidy(before)
                break
    if word.endswith("y") and "v" in shape(word[:-1]):
        word = word[:-1] + "i"
    return word


# %% wrong: stem
# idea: "an e after w, x and y too"
# fits: "After w, x and y no e"
def stem(word):
    def shape(w):
        s = ""
        for c in w:
            s += "v" if c in "aeiou" or (c == "y" and s.endswith("c")) else "c"
        return s

    def tidy(w):
        s = shape(w)
        if w.endswith(("at", "bl", "iz")):
            return w + "e"
        if len(w) > 1 and w[-1] == w[-2] and s[-1] == "c" and w[-1] not in "lsz":
            return w[:-1]
        if s.count("vc") == 1 and s.endswith("cvc"):
            return w + "e"
        return w

    if len(word) < 3:
        return word
    if word.endswith("sses") or word.endswith("ies"):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    if word.endswith("eed"):
        if shape(word[:-3]).count("vc") > 0:
            word = word[:-1]
    else:
        for ending in ("ed", "ing"):
            if word.endswith(ending):
                before = word[: -len(ending)]
                if "v" in shape(before):
                    word = tidy(before)
                break
    if word.endswith("y") and "v" in shape(word[:-1]):
        word = word[:-1] + "i"
    return word


# %% wrong: stem
# idea: "y becomes i without a vowel before it: ski"
# fits: "changes only if there is a vowel before it"
def stem(word):
    def shape(w):
        s = ""
        for c in w:
            s += "v" if c in "aeiou" or (c == "y" and s.endswith("c")) else "c"
        return s

    def tidy(w):
        s = shape(w)
        if w.endswith(("at", "bl", "iz")):
            return w + "e"
        if len(w) > 1 and w[-1] == w[-2] and s[-1] == "c" and w[-1] not in "lsz":
            return w[:-1]
        if s.count("vc") == 1 and s.endswith("cvc") and w[-1] not in "wxy":
            return w + "e"
        return w

    if len(word) < 3:
        return word
    if word.endswith("sses") or word.endswith("ies"):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    if word.endswith("eed"):
        if shape(word[:-3]).count("vc") > 0:
            word = word[:-1]
    else:
        for ending in ("ed", "ing"):
            if word.endswith(ending):
                before = word[: -len(ending)]
                if "v" in shape(before):
                    word = tidy(before)
                break
    if word.endswith("y"):
        word = word[:-1] + "i"
    return word


# %% wrong: stem
# idea: "y becomes i only after a consonant: toy stays"
# fits: "a y changes after vowels as well"
def stem(word):
    def shape(w):
        s = ""
        for c in w:
            s += "v" if c in "aeiou" or (c == "y" and s.endswith("c")) else "c"
        return s

    def tidy(w):
        s = shape(w)
        if w.endswith(("at", "bl", "iz")):
            return w + "e"
        if len(w) > 1 and w[-1] == w[-2] and s[-1] == "c" and w[-1] not in "lsz":
            return w[:-1]
        if s.count("vc") == 1 and s.endswith("cvc") and w[-1] not in "wxy":
            return w + "e"
        return w

    if len(word) < 3:
        return word
    if word.endswith("sses") or word.endswith("ies"):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    if word.endswith("eed"):
        if shape(word[:-3]).count("vc") > 0:
            word = word[:-1]
    else:
        for ending in ("ed", "ing"):
            if word.endswith(ending):
                before = word[: -len(ending)]
                if "v" in shape(before):
                    word = tidy(before)
                break
    if word.endswith("y") and "v" in shape(word[:-1]) and shape(word[:-1]).endswith("c"):
        word = word[:-1] + "i"
    return word


# %% wrong: stem
# idea: "eed becomes ee whatever is before it"
# fits: "The ending eed is cut although"
def stem(word):
    def shape(w):
        s = ""
        for c in w:
            s += "v" if c in "aeiou" or (c == "y" and s.endswith("c")) else "c"
        return s

    def tidy(w):
        s = shape(w)
        if w.endswith(("at", "bl", "iz")):
            return w + "e"
        if len(w) > 1 and w[-1] == w[-2] and s[-1] == "c" and w[-1] not in "lsz":
            return w[:-1]
        if s.count("vc") == 1 and s.endswith("cvc") and w[-1] not in "wxy":
            return w + "e"
        return w

    if len(word) < 3:
        return word
    if word.endswith("sses") or word.endswith("ies"):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    if word.endswith("eed"):
        word = word[:-1]
    else:
        for ending in ("ed", "ing"):
            if word.endswith(ending):
                before = word[: -len(ending)]
                if "v" in shape(before):
                    word = tidy(before)
                break
    if word.endswith("y") and "v" in shape(word[:-1]):
        word = word[:-1] + "i"
    return word


# %% wrong: stem
# idea: "words of two letters are stemmed too"
# fits: "Words of one or two letters"
def stem(word):
    def shape(w):
        s = ""
        for c in w:
            s += "v" if c in "aeiou" or (c == "y" and s.endswith("c")) else "c"
        return s

    def tidy(w):
        s = shape(w)
        if w.endswith(("at", "bl", "iz")):
            return w + "e"
        if len(w) > 1 and w[-1] == w[-2] and s[-1] == "c" and w[-1] not in "lsz":
            return w[:-1]
        if s.count("vc") == 1 and s.endswith("cvc") and w[-1] not in "wxy":
            return w + "e"
        return w

    if word.endswith("sses") or word.endswith("ies"):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    if word.endswith("eed"):
        if shape(word[:-3]).count("vc") > 0:
            word = word[:-1]
    else:
        for ending in ("ed", "ing"):
            if word.endswith(ending):
                before = word[: -len(ending)]
                if "v" in shape(before):
                    word = tidy(before)
                break
    if word.endswith("y") and "v" in shape(word[:-1]):
        word = word[:-1] + "i"
    return word


# %% wrong: stem
# idea: "every s goes: caress"
# fits: "The ending ss stays"
def stem(word):
    def shape(w):
        s = ""
        for c in w:
            s += "v" if c in "aeiou" or (c == "y" and s.endswith("c")) else "c"
        return s

    def tidy(w):
        s = shape(w)
        if w.endswith(("at", "bl", "iz")):
            return w + "e"
        if len(w) > 1 and w[-1] == w[-2] and s[-1] == "c" and w[-1] not in "lsz":
            return w[:-1]
        if s.count("vc") == 1 and s.endswith("cvc") and w[-1] not in "wxy":
            return w + "e"
        return w

    if len(word) < 3:
        return word
    if word.endswith("sses") or word.endswith("ies"):
        word = word[:-2]
    elif word.endswith("s"):
        word = word[:-1]
    if word.endswith("eed"):
        if shape(word[:-3]).count("vc") > 0:
            word = word[:-1]
    else:
        for ending in ("ed", "ing"):
            if word.endswith(ending):
                before = word[: -len(ending)]
                if "v" in shape(before):
                    word = tidy(before)
                break
    if word.endswith("y") and "v" in shape(word[:-1]):
        word = word[:-1] + "i"
    return word


# %% wrong: stem
# idea: "only one of the three parts is done"
# fits: "You stop after the first part"
def stem(word):
    def shape(w):
        s = ""
        for c in w:
            s += "v" if c in "aeiou" or (c == "y" and s.endswith("c")) else "c"
        return s

    def tidy(w):
        s = shape(w)
        if w.endswith(("at", "bl", "iz")):
            return w + "e"
        if len(w) > 1 and w[-1] == w[-2] and s[-1] == "c" and w[-1] not in "lsz":
            return w[:-1]
        if s.count("vc") == 1 and s.endswith("cvc") and w[-1] not in "wxy":
            return w + "e"
        return w

    if len(word) < 3:
        return word
    if word.endswith("sses") or word.endswith("ies"):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    elif word.endswith("eed"):
        if shape(word[:-3]).count("vc") > 0:
            word = word[:-1]
    else:
        for ending in ("ed", "ing"):
            if word.endswith(ending):
                before = word[: -len(ending)]
                if "v" in shape(before):
                    word = tidy(before)
                break
    if word.endswith("y") and "v" in shape(word[:-1]):
        word = word[:-1] + "i"
    return word


# %% right: lemmatize
def lemmatize(word, exceptions, lexicon=LEXICON):
    if word in exceptions:
        return exceptions[word]
    tries = [word] + [word.removesuffix(end) + put for end, put in RULES if word.endswith(end)]
    return next((lemma for lemma in tries if lemma in lexicon), word)


# %% right: lemmatize
def lemmatize(word, exceptions, lexicon=LEXICON):
    lemma = exceptions.get(word, word if word in lexicon else None)
    for end, put in RULES:
        if lemma is None:
            changed = re.sub(re.escape(end) + r"\Z", put, word)
            if changed != word and changed in lexicon:
                lemma = changed
    return word if lemma is None else lemma


# %% wrong: lemmatize
# idea: "the lexicon first, then the exceptions"
# fits: "An exception counts even if"
def lemmatize(word, exceptions, lexicon=LEXICON):
    if word in lexicon:
        return word
    if word in exceptions:
        return exceptions[word]
    for end, put in RULES:
        if word.endswith(end) and word[: -len(end)] + put in lexicon:
            return word[: -len(end)] + put
    return word


# %% wrong: lemmatize
# idea: "a rule's result is taken without looking it up"
# fits: "The result of a rule counts only if"
def lemmatize(word, exceptions, lexicon=LEXICON):
    if word in exceptions:
        return exceptions[word]
    if word in lexicon:
        return word
    for end, put in RULES:
        if word.endswith(end):
            return word[: -len(end)] + put
    return word


# %% wrong: lemmatize
# idea: "each rule works on what the one before has left"
# fits: "You use rule after rule"
def lemmatize(word, exceptions, lexicon=LEXICON):
    if word in exceptions:
        return exceptions[word]
    if word in lexicon:
        return word
    lemma = word
    for end, put in RULES:
        if lemma.endswith(end):
            lemma = lemma[: -len(end)] + put
            if lemma in lexicon:
                return lemma
    return word


# %% wrong: lemmatize
# idea: "not looked up as it is: string becomes str"
# fits: "A word that is in the lexicon itself"
def lemmatize(word, exceptions, lexicon=LEXICON):
    if word in exceptions:
        return exceptions[word]
    for end, put in RULES:
        if word.endswith(end) and word[: -len(end)] + put in lexicon:
            return word[: -len(end)] + put
    return word


# %% wrong: lemmatize
# idea: "LEXICON whatever lexicon is given"
# fits: "The lexicon is an argument"
def lemmatize(word, exceptions, lexicon=LEXICON):
    if word in exceptions:
        return exceptions[word]
    if word in LEXICON:
        return word
    for end, put in RULES:
        if word.endswith(end) and word[: -len(end)] + put in LEXICON:
            return word[: -len(end)] + put
    return word


# %% wrong: lemmatize
# idea: "EXCEPTIONS whatever exceptions are given"
# fits: "The exceptions are an argument"
def lemmatize(word, exceptions, lexicon=LEXICON):
    if word in EXCEPTIONS:
        return EXCEPTIONS[word]
    if word in lexicon:
        return word
    for end, put in RULES:
        if word.endswith(end) and word[: -len(end)] + put in lexicon:
            return word[: -len(end)] + put
    return word


# %% wrong: lemmatize
# idea: "the longest ending first, not the order of the rules"
# fits: "The rules are tried in the wrong order"
def lemmatize(word, exceptions, lexicon=LEXICON):
    if word in exceptions:
        return exceptions[word]
    if word in lexicon:
        return word
    for end, put in sorted(RULES, key=lambda rule: -len(rule[0])):
        if word.endswith(end) and word[: -len(end)] + put in lexicon:
            return word[: -len(end)] + put
    return word


# %% wrong: lemmatize
# idea: "the last rule that fits, not the first"
# fits: "The rules are tried in the wrong order"
def lemmatize(word, exceptions, lexicon=LEXICON):
    if word in exceptions:
        return exceptions[word]
    if word in lexicon:
        return word
    lemma = word
    for end, put in RULES:
        if word.endswith(end) and word[: -len(end)] + put in lexicon:
            lemma = word[: -len(end)] + put
    return lemma


# %% wrong: lemmatize
# idea: "replaces the ending wherever it stands in the word"
# fits: "replaced wherever they occur"
def lemmatize(word, exceptions, lexicon=LEXICON):
    if word in exceptions:
        return exceptions[word]
    if word in lexicon:
        return word
    for end, put in RULES:
        if word.endswith(end) and word.replace(end, put) in lexicon:
            return word.replace(end, put)
    return word


# %% wrong: lemmatize
# idea: "strips letters, not an ending"
# fits: "str.rstrip takes off any"
def lemmatize(word, exceptions, lexicon=LEXICON):
    if word in exceptions:
        return exceptions[word]
    if word in lexicon:
        return word
    for end, put in RULES:
        if word.endswith(end) and word.rstrip(end) + put in lexicon:
            return word.rstrip(end) + put
    return word


# %% wrong: lemmatize
# idea: "a rule's result may be an exception too, and is looked up there"
# fits: "You look a rule's result up among the exceptions"
def lemmatize(word, exceptions, lexicon=LEXICON):
    if word in exceptions:
        return exceptions[word]
    if word in lexicon:
        return word
    for end, put in RULES:
        if word.endswith(end):
            lemma = word[: -len(end)] + put
            if lemma in exceptions:
                return exceptions[lemma]
            if lemma in lexicon:
                return lemma
    return word


# %% wrong: lemmatize
# idea: "only the first ending that the word has is tried"
def lemmatize(word, exceptions, lexicon=LEXICON):
    if word in exceptions:
        return exceptions[word]
    if word in lexicon:
        return word
    for end, put in RULES:
        if word.endswith(end):
            lemma = word[: -len(end)] + put
            return lemma if lemma in lexicon else word
    return word


# %% wrong: lemmatize
# idea: "nothing is returned where no rule fits"
# fits: "Nothing comes back"
def lemmatize(word, exceptions, lexicon=LEXICON):
    if word in exceptions:
        return exceptions[word]
    if word in lexicon:
        return word
    for end, put in RULES:
        if word.endswith(end) and word[: -len(end)] + put in lexicon:
            return word[: -len(end)] + put


# %% right: Vocabulary
class Vocabulary:
    def __init__(self, tokens, min_freq=1, unk="<unk>"):
        times = Counter(tokens)
        times.pop(unk, None)
        known = [token for token in times if times[token] >= min_freq]
        self.tokens = [unk, *sorted(known, key=lambda token: (-times[token], token))]

    def encode(self, tokens):
        ids = {token: i for i, token in enumerate(self.tokens)}
        return np.array([ids.get(token, 0) for token in tokens], dtype=int)

    def decode(self, ids):
        if any(i < 0 for i in ids):
            raise IndexError("negative id")
        return [self.tokens[i] for i in ids]


# %% right: Vocabulary
class Vocabulary:
    def __init__(self, tokens, min_freq=1, unk="<unk>"):
        counts = {}
        for token in tokens:
            if token != unk:
                counts[token] = counts.get(token, 0) + 1
        order = sorted(token for token, n in counts.items() if not n < min_freq)
        order.sort(key=counts.get, reverse=True)
        self.tokens = [unk] + order
        self._id = dict(zip(self.tokens, range(len(self.tokens)), strict=True))

    def encode(self, tokens):
        return np.fromiter((self._id[t] if t in self._id else 0 for t in tokens), dtype=np.int64, count=len(tokens))

    def decode(self, ids):
        ids = np.asarray(ids, dtype=int)
        if ids.size and not (0 <= ids.min() and ids.max() < len(self.tokens)):
            raise IndexError("no such id")
        return [self.tokens[int(i)] for i in ids]


# %% wrong: Vocabulary
# idea: "equally frequent ones in the order of the text"
# fits: "are in the order in which they occur"
class Vocabulary:
    def __init__(self, tokens, min_freq=1, unk="<unk>"):
        self.tokens = [unk] + [t for t, n in Counter(tokens).most_common() if n >= min_freq and t != unk]

    def encode(self, tokens):
        ids = {token: i for i, token in enumerate(self.tokens)}
        return np.array([ids.get(token, 0) for token in tokens], dtype=int)

    def decode(self, ids):
        if any(i < 0 for i in ids):
            raise IndexError("negative id")
        return [self.tokens[i] for i in ids]


# %% wrong: Vocabulary
# idea: "more than min_freq, not at least"
# fits: "exactly min_freq times"
class Vocabulary:
    def __init__(self, tokens, min_freq=1, unk="<unk>"):
        times = Counter(tokens)
        known = [token for token in times if times[token] > min_freq and token != unk]
        self.tokens = [unk, *sorted(known, key=lambda token: (-times[token], token))]

    def encode(self, tokens):
        ids = {token: i for i, token in enumerate(self.tokens)}
        return np.array([ids.get(token, 0) for token in tokens], dtype=int)

    def decode(self, ids):
        if any(i < 0 for i in ids):
            raise IndexError("negative id")
        return [self.tokens[i] for i in ids]


# %% wrong: Vocabulary
# idea: "unk gets a second id if it occurs in the text"
# fits: "it gets a second id"
class Vocabulary:
    def __init__(self, tokens, min_freq=1, unk="<unk>"):
        times = Counter(tokens)
        known = [token for token in times if times[token] >= min_freq]
        self.tokens = [unk, *sorted(known, key=lambda token: (-times[token], token))]

    def encode(self, tokens):
        ids = {token: i for i, token in enumerate(self.tokens)}
        return np.array([ids.get(token, 0) for token in tokens], dtype=int)

    def decode(self, ids):
        if any(i < 0 for i in ids):
            raise IndexError("negative id")
        return [self.tokens[i] for i in ids]


# %% wrong: Vocabulary
# idea: "negative ids count from the end"
# fits: "A negative id counts from the end"
class Vocabulary:
    def __init__(self, tokens, min_freq=1, unk="<unk>"):
        times = Counter(tokens)
        times.pop(unk, None)
        known = [token for token in times if times[token] >= min_freq]
        self.tokens = [unk, *sorted(known, key=lambda token: (-times[token], token))]

    def encode(self, tokens):
        ids = {token: i for i, token in enumerate(self.tokens)}
        return np.array([ids.get(token, 0) for token in tokens], dtype=int)

    def decode(self, ids):
        return [self.tokens[i] for i in ids]


# %% wrong: Vocabulary
# idea: "an unknown token raises KeyError"
# fits: "A token that the vocabulary does not have raises"
class Vocabulary:
    def __init__(self, tokens, min_freq=1, unk="<unk>"):
        times = Counter(tokens)
        times.pop(unk, None)
        known = [token for token in times if times[token] >= min_freq]
        self.tokens = [unk, *sorted(known, key=lambda token: (-times[token], token))]

    def encode(self, tokens):
        ids = {token: i for i, token in enumerate(self.tokens)}
        return np.array([ids[token] for token in tokens], dtype=int)

    def decode(self, ids):
        if any(i < 0 for i in ids):
            raise IndexError("negative id")
        return [self.tokens[i] for i in ids]


# %% wrong: Vocabulary
# idea: "the ids of no tokens are floats"
# fits: "An array made of an empty list is one of floats"
class Vocabulary:
    def __init__(self, tokens, min_freq=1, unk="<unk>"):
        times = Counter(tokens)
        times.pop(unk, None)
        known = [token for token in times if times[token] >= min_freq]
        self.tokens = [unk, *sorted(known, key=lambda token: (-times[token], token))]

    def encode(self, tokens):
        ids = {token: i for i, token in enumerate(self.tokens)}
        return np.array([ids.get(token, 0) for token in tokens])

    def decode(self, ids):
        if any(i < 0 for i in ids):
            raise IndexError("negative id")
        return [self.tokens[i] for i in ids]


# %% wrong: Vocabulary
# idea: "ids as a list"
# fits: "The ids come back as a list"
class Vocabulary:
    def __init__(self, tokens, min_freq=1, unk="<unk>"):
        times = Counter(tokens)
        times.pop(unk, None)
        known = [token for token in times if times[token] >= min_freq]
        self.tokens = [unk, *sorted(known, key=lambda token: (-times[token], token))]

    def encode(self, tokens):
        ids = {token: i for i, token in enumerate(self.tokens)}
        return [ids.get(token, 0) for token in tokens]

    def decode(self, ids):
        if any(i < 0 for i in ids):
            raise IndexError("negative id")
        return [self.tokens[i] for i in ids]


# %% wrong: Vocabulary
# idea: "sorted by (count, token) and turned round: ties from z to a"
# fits: "also turns the alphabet round"
class Vocabulary:
    def __init__(self, tokens, min_freq=1, unk="<unk>"):
        times = Counter(tokens)
        known = [token for token in times if times[token] >= min_freq and token != unk]
        self.tokens = [unk, *sorted(known, key=lambda token: (times[token], token), reverse=True)]

    def encode(self, tokens):
        ids = {token: i for i, token in enumerate(self.tokens)}
        return np.array([ids.get(token, 0) for token in tokens], dtype=int)

    def decode(self, ids):
        if any(i < 0 for i in ids):
            raise IndexError("negative id")
        return [self.tokens[i] for i in ids]


# %% wrong: Vocabulary
# idea: "<unk> written in, whatever unk is given"
# fits: "The unknown token may have another name"
class Vocabulary:
    def __init__(self, tokens, min_freq=1, unk="<unk>"):
        times = Counter(tokens)
        known = [token for token in times if times[token] >= min_freq and token != "<unk>"]
        self.tokens = ["<unk>", *sorted(known, key=lambda token: (-times[token], token))]

    def encode(self, tokens):
        ids = {token: i for i, token in enumerate(self.tokens)}
        return np.array([ids.get(token, 0) for token in tokens], dtype=int)

    def decode(self, ids):
        if any(i < 0 for i in ids):
            raise IndexError("negative id")
        return [self.tokens[i] for i in ids]


# %% wrong: Vocabulary
# idea: "by the alphabet, not by frequency"
# fits: "sorted by the alphabet alone"
class Vocabulary:
    def __init__(self, tokens, min_freq=1, unk="<unk>"):
        times = Counter(tokens)
        self.tokens = [unk, *sorted(token for token in times if times[token] >= min_freq and token != unk)]

    def encode(self, tokens):
        ids = {token: i for i, token in enumerate(self.tokens)}
        return np.array([ids.get(token, 0) for token in tokens], dtype=int)

    def decode(self, ids):
        if any(i < 0 for i in ids):
            raise IndexError("negative id")
        return [self.tokens[i] for i in ids]


# %% wrong: Vocabulary
# idea: "unk comes last"
# fits: "comes last. It has id 0"
class Vocabulary:
    def __init__(self, tokens, min_freq=1, unk="<unk>"):
        times = Counter(tokens)
        known = [token for token in times if times[token] >= min_freq and token != unk]
        self.tokens = [*sorted(known, key=lambda token: (-times[token], token)), unk]

    def encode(self, tokens):
        ids = {token: i for i, token in enumerate(self.tokens)}
        return np.array([ids.get(token, 0) for token in tokens], dtype=int)

    def decode(self, ids):
        if any(i < 0 for i in ids):
            raise IndexError("negative id")
        return [self.tokens[i] for i in ids]


# %% wrong: Vocabulary
# idea: "unknown tokens are left out of the ids"
# fits: "Unknown tokens are left out"
class Vocabulary:
    def __init__(self, tokens, min_freq=1, unk="<unk>"):
        times = Counter(tokens)
        times.pop(unk, None)
        known = [token for token in times if times[token] >= min_freq]
        self.tokens = [unk, *sorted(known, key=lambda token: (-times[token], token))]

    def encode(self, tokens):
        ids = {token: i for i, token in enumerate(self.tokens)}
        return np.array([ids[token] for token in tokens if token in ids], dtype=int)

    def decode(self, ids):
        if any(i < 0 for i in ids):
            raise IndexError("negative id")
        return [self.tokens[i] for i in ids]


# %% wrong: Vocabulary
# idea: "an id that is out of range becomes unk"
# fits: "An id that no token has becomes"
class Vocabulary:
    def __init__(self, tokens, min_freq=1, unk="<unk>"):
        times = Counter(tokens)
        times.pop(unk, None)
        known = [token for token in times if times[token] >= min_freq]
        self.tokens = [unk, *sorted(known, key=lambda token: (-times[token], token))]

    def encode(self, tokens):
        ids = {token: i for i, token in enumerate(self.tokens)}
        return np.array([ids.get(token, 0) for token in tokens], dtype=int)

    def decode(self, ids):
        return [self.tokens[i] if 0 <= i < len(self.tokens) else self.tokens[0] for i in ids]


# %% wrong: Vocabulary
# idea: "the rarest first"
# fits: "The rarest tokens come first"
class Vocabulary:
    def __init__(self, tokens, min_freq=1, unk="<unk>"):
        times = Counter(tokens)
        known = [token for token in times if times[token] >= min_freq and token != unk]
        self.tokens = [unk, *sorted(known, key=lambda token: (times[token], token))]

    def encode(self, tokens):
        ids = {token: i for i, token in enumerate(self.tokens)}
        return np.array([ids.get(token, 0) for token in tokens], dtype=int)

    def decode(self, ids):
        if any(i < 0 for i in ids):
            raise IndexError("negative id")
        return [self.tokens[i] for i in ids]


# %% right: respond
def respond(text, rules):
    said = normalize(text)
    for pattern, reply in rules:
        found = re.search(pattern, said)
        if found:
            parts = [
                re.sub(r"\w+(?:['-]\w+)*", lambda word: SWAPS.get(word[0], word[0]), part)
                for part in found.groups(default="")
            ]
            return reply.format(*parts)
    return DEFAULT


# %% right: respond
def respond(text, rules):
    def turned(part):
        done, rest = "", part or ""
        for token in tokenize(rest, "word"):
            before, _, rest = rest.partition(token)
            done += before + SWAPS.get(token, token)
        return done + rest

    said = normalize(text)
    hits = ((re.compile(pattern).search(said), reply) for pattern, reply in rules)
    hit, reply = next((one for one in hits if one[0]), (None, DEFAULT))
    if hit is None:
        return DEFAULT
    groups = [turned(part) for part in hit.groups()]
    return re.sub(r"\{(\d+)\}", lambda place: groups[int(place[1])], reply)


# %% wrong: respond
# idea: "one swap after the other: my becomes your and my again"
# fits: "so that the second undoes the first"
def respond(text, rules):
    said = normalize(text)
    for pattern, reply in rules:
        found = re.search(pattern, said)
        if found:
            parts = list(found.groups(""))
            for old, new in SWAPS.items():
                parts = [re.sub(rf"\b{old}\b", new, part) for part in parts]
            return reply.format(*parts)
    return DEFAULT


# %% wrong: respond
# idea: "swaps inside words: some becomes soyou"
# fits: "Letters inside a word are swapped"
def respond(text, rules):
    said = normalize(text)
    either = "|".join(sorted(SWAPS, key=len, reverse=True))
    for pattern, reply in rules:
        found = re.search(pattern, said)
        if found:
            parts = [re.sub(either, lambda word: SWAPS[word[0]], part) for part in found.groups("")]
            return reply.format(*parts)
    return DEFAULT


# %% wrong: respond
# idea: "the pattern must fit at the start of the text"
# fits: "re.match looks at the start"
def respond(text, rules):
    said = normalize(text)
    for pattern, reply in rules:
        found = re.match(pattern, said)
        if found:
            parts = [
                re.sub(r"\w+(?:['-]\w+)*", lambda word: SWAPS.get(word[0], word[0]), part) for part in found.groups("")
            ]
            return reply.format(*parts)
    return DEFAULT


# %% wrong: respond
# idea: "the text is not normalised"
# fits: "Yours is as it was typed"
def respond(text, rules):
    said = text
    for pattern, reply in rules:
        found = re.search(pattern, said)
        if found:
            parts = [
                re.sub(r"\w+(?:['-]\w+)*", lambda word: SWAPS.get(word[0], word[0]), part) for part in found.groups("")
            ]
            return reply.format(*parts)
    return DEFAULT


# %% wrong: respond
# idea: "only small letters, no normalising: curly marks stay"
# fits: "Capitals aren't all"
def respond(text, rules):
    said = text.lower()
    for pattern, reply in rules:
        found = re.search(pattern, said)
        if found:
            parts = [
                re.sub(r"\w+(?:['-]\w+)*", lambda word: SWAPS.get(word[0], word[0]), part) for part in found.groups("")
            ]
            return reply.format(*parts)
    return DEFAULT


# %% wrong: respond
# idea: "cut at spaces: a word with a mark on it is not swapped"
# fits: "Only words between spaces are swapped"
def respond(text, rules):
    said = normalize(text)
    for pattern, reply in rules:
        found = re.search(pattern, said)
        if found:
            parts = [" ".join(SWAPS.get(word, word) for word in part.split()) for part in found.groups("")]
            return reply.format(*parts)
    return DEFAULT


# %% wrong: respond
# idea: "tokens joined by spaces: marks get a space before them"
# fits: "You put the words together with single spaces"
def respond(text, rules):
    said = normalize(text)
    for pattern, reply in rules:
        found = re.search(pattern, said)
        if found:
            parts = [" ".join(SWAPS.get(word, word) for word in tokenize(part, "word")) for part in found.groups("")]
            return reply.format(*parts)
    return DEFAULT


# %% wrong: respond
# idea: "words are runs of letters: i'm becomes you'm"
# fits: "you swap its parts"
def respond(text, rules):
    said = normalize(text)
    for pattern, reply in rules:
        found = re.search(pattern, said)
        if found:
            parts = [re.sub(r"\w+", lambda word: SWAPS.get(word[0], word[0]), part) for part in found.groups("")]
            return reply.format(*parts)
    return DEFAULT


# %% wrong: respond
# idea: "the whole reply is swapped, not only what was found"
# fits: "Words of the reply itself are swapped"
def respond(text, rules):
    said = normalize(text)
    for pattern, reply in rules:
        found = re.search(pattern, said)
        if found:
            parts = found.groups("")
            return re.sub(r"\w+(?:['-]\w+)*", lambda word: SWAPS.get(word[0], word[0]), reply.format(*parts))
    return DEFAULT


# %% wrong: respond
# idea: "nothing is swapped"
# fits: "repeats the words of the other side unswapped"
def respond(text, rules):
    said = normalize(text)
    for pattern, reply in rules:
        found = re.search(pattern, said)
        if found:
            parts = found.groups("")
            return reply.format(*parts)
    return DEFAULT


# %% wrong: respond
# idea: "{0} is the whole match"
# fits: "{0} is the whole match"
def respond(text, rules):
    said = normalize(text)
    for pattern, reply in rules:
        found = re.search(pattern, said)
        if found:
            parts = [
                re.sub(r"\w+(?:['-]\w+)*", lambda word: SWAPS.get(word[0], word[0]), part)
                for part in (found[0], *found.groups(""))
            ]
            return reply.format(*parts)
    return DEFAULT


# %% wrong: respond
# idea: "the last rule that fits"
# fits: "the one further up in the list"
def respond(text, rules):
    said = normalize(text)
    for pattern, reply in reversed(rules):
        found = re.search(pattern, said)
        if found:
            parts = [
                re.sub(r"\w+(?:['-]\w+)*", lambda word: SWAPS.get(word[0], word[0]), part) for part in found.groups("")
            ]
            return reply.format(*parts)
    return DEFAULT


# %% wrong: respond
# idea: "a group that took no part is None"
# fits: "took no part in the match should be empty"
def respond(text, rules):
    said = normalize(text)
    for pattern, reply in rules:
        found = re.search(pattern, said)
        if found:
            parts = [
                part and re.sub(r"\w+(?:['-]\w+)*", lambda word: SWAPS.get(word[0], word[0]), part)
                for part in found.groups()
            ]
            return reply.format(*parts)
    return DEFAULT


# %% wrong: respond
# idea: "fills in one group after the other, so that {1} in what the first found is filled too"
# fits: "Groups are put in one after the other"
def respond(text, rules):
    said = normalize(text)
    for pattern, reply in rules:
        found = re.search(pattern, said)
        if found:
            for i, part in enumerate(found.groups("")):
                part = re.sub(r"\w+(?:['-]\w+)*", lambda word: SWAPS.get(word[0], word[0]), part)
                reply = reply.replace("{" + str(i) + "}", part)
            return reply
    return DEFAULT

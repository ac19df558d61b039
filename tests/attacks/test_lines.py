"""Answers that forge what goes over the line to the examiner. The examiner survives each, and believes none."""

import textwrap

import pytest

from autograder.engine.notebook_code import day_cells


@pytest.fixture(scope="module", autouse=True)
def _examiner_at_work(day, grader):
    grader.examine(day_cells(day))


FORGED = """
    import os, socket, struct, sys, time
    import numpy as np
    from autograder.engine import server, wire
    from autograder.engine.wire.frames import Block

    honest = server.Server.handle
    line = socket.socket(fileno=os.dup(3))

    def handle(self, message):
        if message[0] == "call":
            return forged(self, message)
        return honest(self, message)

    server.Server.handle = handle

    def welford_update(count, mean, m2, x):
        return 0, 0.0, 0.0

    def forged(server, message):
"""

REPLIES = {
    "nothing": "None", "a number": "7", "text": "'ok'", "an empty list": "[]", "only its kind": "['ok']",
    "too much": "['ok', 1, [], 2]", "an unknown kind": "['well', 1, []]", "a map": "['ok', {}, []]",
    "a handle never given": "['ok', ['handle', 99], []]",
    "a handle with a text for a number": "['ok', ['handle', 'x', 'T', [], None], []]",
    "a handle of a huge number": "['ok', ['handle', 2**63, 'T', [], None], []]",
    "a handle whose type has no name": "['ok', ['handle', 1, 5, [], None], []]",
    "a handle that passes for an array": "['ok', ['handle', 1, 'ndarray', ['numpy:ndarray', 'builtins:tuple'], 'x'], []]",
    "a handle with a million bases": "['ok', ['handle', 1, 'T', ['keras:Model'] * 10**6, None], []]",
    "a handle with a name full of control signs": "['ok', ['handle', 1, '\\x1b[2J' * 99, [], '\\u202e' * 9999], []]",
    "a library's function by name": "['ok', ['name', 'os', 'system'], []]",
    "a class that is a function": "['ok', ['class', 'builtins', 'exec', 1, 'T', [], None], []]",
    "a class of another module": "['ok', ['class', 'os', 'system', 1, 'T', [], None], []]",
    "a class with a malformed handle": "['ok', ['class', 'x', 'y'], []]",
    "a function of the test that there is not": "['ok', ['callback', 0, 'f'], []]",
    "itself what it was given": "['ok', ['same', 4], []]",
    "an argument that there is not": "['ok', ['same', 'nonsense'], []]",
    "unhashable keys": "['ok', ['dict', [[['list', []], 1]]], []]",
    "keys that collide": "['ok', ['set', [['int', hex(k * (2**61 - 1))] for k in range(1, 100_000)]], []]",
    "an array of objects by its memory": "['ok', ['array', '|O', [3], 'C', True, b'\\x01' * 24], []]",
    "an array of a lying shape": "['ok', ['array', '<f8', [2**40], 'C', True, b'\\x01' * 24], []]",
    "an array of a negative shape": "['ok', ['array', '<f8', [-3], 'C', True, b'\\x01' * 24], []]",
    "truth values that are neither": "['ok', ['tuple', [['array', '|b1', [1], 'C', True, b'\\x07']] * 3], []]",
    "text of characters that do not exist": "['ok', ['array', '<U1', [1], 'C', True, b'\\xff' * 4], []]",
    "a view of nothing": "['ok', ['view', 0, 0, '<f8', [3], [8], True], []]",
    "a huge index": "['ok', ['rangeindex', 0, 2**62, 1, None], []]",
    "a number of a million digits": "['ok', ['tuple', [['int', '0x' + 'f' * 90_000]] * 3], []]",
    "changes to what was not passed": "['ok', ['tuple', [1, 5.0, 0.0]], [[99, 1]]]",
    "changes under unhashable keys": "['ok', ['tuple', [1, 5.0, 0.0]], [[['list', []], 1]]]",
    "changes that are none": "['ok', ['tuple', [1, 5.0, 0.0]], [7]]",
    "changes to a number": "['ok', ['tuple', [1, 5.0, 0.0]], [[1, 5]]]",
    "a raise without a type": "['raise', [], '', None, None]",
    "a raise of nonsense": "['raise', 5, 5, 5, 5]",
    "a raise of types that are none": "['raise', [5, None, ['x']], 'text', None, None]",
    "a raise of what would end the examiner": "['raise', ['SystemExit', 'KeyboardInterrupt', 'BaseException'], 'x', None, None]",
    "a raise of what a test catches": "['raise', ['StopIteration', 'Exception'], 'x', None, None]",
    "a raise from an unhashable place": "['raise', ['NotImplementedError'], 'x', [['list'], 1, ''], None]",
    "a raise from a long way off": "['raise', ['ValueError'] * 10**5, 'x' * 10**7, ['cell' * 10**5, 10**9, 'y' * 10**6], None]",
    "a raise of a malformed handle": "['raise', ['ValueError'], 'x', None, ['handle']]",
    "a raise with a name that is none": "['raise', ['a b\\x1b[2J'], 'x', None, None]",
    "unsendable nonsense": "['unsendable', 5]",
    "a long unsendable": "['unsendable', '\\x1b[31m' + 'x' * 10**7]",
    "a hundred thousand empty lists": "['ok', ['list', [['list', []]] * 100_000], []]",
    "a megabyte of nothing": "['ok', ['list', [None] * 10**6], []]",
    "nested lists": "['ok', __import__('functools').reduce(lambda x, _: ['list', [x]], range(400), 1), []]",
    "a long text": "['ok', 'x' * 30_000_000, []]",
    "two hundred megabytes": "['ok', ['array', '|u1', [200 * 2**20], 'C', True, Block(bytes(200 * 2**20))], []]",
}  # fmt: skip

RAW = {
    "garbage": "line.sendall(b'\\xff' * 4096)",
    "a header of many exabytes": "line.sendall(struct.pack('>QQ', 2**63, 2**63))",
    "a header and nothing after it": "line.sendall(struct.pack('>QQ', 2**20, 0)); time.sleep(60)",
    "a message byte by byte": "line.sendall(struct.pack('>QQ', 10**6, 0))\nwhile True: line.sendall(b'x'); time.sleep(0.01)",
    "half a message before it dies": "line.sendall(struct.pack('>QQ', 100, 0) + b'half'); os._exit(0)",
    "answers to questions not asked": "[wire.send(line, ['ok', ['tuple', [1, 5.0, 0.0]], []]) for _ in range(500)]",
    "descriptors": "socket.send_fds(line, [struct.pack('>QQ', 1, 0) + b'\\xc0'], [0, 1, 2])",
    "out-of-band bytes": "line.shutdown(socket.SHUT_WR); time.sleep(60)",
    "callbacks for ever": "while True: wire.send(line, ['callback', 0, [], []]); wire.receive(line)",
    "a flood of callbacks without listening": "while True: wire.send(line, ['callback', 0, [], []])",
    "a callback of a negative number": "wire.send(line, ['callback', -1, [], []]); time.sleep(60)",
    "a callback of a number that is text": "wire.send(line, ['callback', '__class__', [], []]); time.sleep(60)",
    "a callback of hostile arguments": "wire.send(line, ['callback', 0, 5, {}]); time.sleep(60)",
    "a callback of too few parts": "wire.send(line, ['callback']); time.sleep(60)",
}  # fmt: skip


def _forged(body: str) -> str:
    return textwrap.dedent(FORGED) + textwrap.indent(body, "    ")


def assert_it_was_believed_nothing(grader, day, source: str) -> str:
    """Examine it with one examiner, which must still be there afterwards and as good as before; returns the message."""
    examiner = grader._examiner
    first, _ = grader.examine(day_cells(day, {"welford_update": source}))
    assert first.points == 0
    assert first.status in ("failed", "error", "crashed", "timeout")
    assert first.message
    assert len(first.message) < 5000
    assert not [sign for sign in first.message if not sign.isprintable() and sign not in "\n\t"]
    assert grader._examiner is examiner, "the examiner died"
    assert [verdict.points for verdict in grader.examine(day_cells(day))] == [3, 2]
    return first.message


@pytest.mark.parametrize("reply", REPLIES, ids=lambda name: name.replace(" ", "-"))
def test_forged_replies(reply, day, grader):
    message = assert_it_was_believed_nothing(grader, day, _forged(f"return {REPLIES[reply]}"))
    if "changes" in reply:
        assert "not passed" in message or "arguments" in message


@pytest.mark.parametrize("way", RAW, ids=lambda name: name.replace(" ", "-"))
def test_raw_bytes(way, day, grader):
    assert_it_was_believed_nothing(grader, day, _forged(RAW[way] + "\nreturn honest(server, message)"))


def test_answers_sent_while_the_cell_runs(day, grader):
    source = "import os, socket\nfrom autograder.engine import wire\nline = socket.socket(fileno=os.dup(3))\n"
    source += "for _ in range(40):\n    wire.send(line, ['ok', ['tuple', [1, 5.0, 0.0]], []])\n"
    assert_it_was_believed_nothing(grader, day, source + "def welford_update(*a):\n    return 0\n")


def test_the_line_read_by_someone_else(day, grader):
    """A thread that takes the examiner's requests learns what a function would be called with, and nothing more."""
    source = """
    import os, socket, threading
    line = socket.socket(fileno=os.dup(3))

    def listen():
        while line.recv(65536):
            pass

    def welford_update(count, mean, m2, x):
        threading.Thread(target=listen, daemon=True).start()
        return 0, 0.0, 0.0
    """
    assert_it_was_believed_nothing(grader, day, textwrap.dedent(source))


@pytest.mark.parametrize(
    "claim",
    ["'keras.layers:Layer'", "'tensorflow:Tensor'", "'builtins:float'", "'numpy:ndarray'", "'__main__:np'", "'builtins:tuple'",
     "'__main__:__builtins__'", "'os:system'", "'keras.src.saving:load_model'", "''", "':'", "5"],
)  # fmt: skip
def test_an_object_that_claims_another_type(day, grader, claim):
    reply = f"['ok', ['tuple', [1, ['handle', 1, 'T', [{claim}], None], ['handle', 2, 'T', [{claim}], None]]], []]"
    assert_it_was_believed_nothing(grader, day, _forged(f"return {reply}"))

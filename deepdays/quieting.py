"""Silence for libraries that write to the error stream while they load."""

import contextlib
import os
import sys
import tempfile


@contextlib.contextmanager
def quiet():
    """Hold back whatever is written to the error stream inside the block, also by compiled code.

    TensorFlow announces itself there while it is imported, before any setting of its own can stop it. If the
    block fails, what was held back is shown, since it may say why.

    Example:
        >>> with dd.quiet():
        ...     import keras
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    sys.stderr.flush()
    screen = os.dup(2)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        text = open(held.fileno(), "w", encoding="utf-8", buffering=1, closefd=False)  # noqa: SIM115
        try:
            with contextlib.redirect_stderr(text):
                yield
        except BaseException:
            held.seek(0)
            os.write(screen, held.read())
            raise
        finally:
            os.dup2(screen, 2)
            os.close(screen)

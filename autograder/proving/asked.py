"""What a proof is to cover."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Asked:
    """What a proof is to cover.

    Attributes:
        only: the one exercise to prove; all if None.
        notebook: whether the whole notebook runs. seeds: how often it runs again with every seed in its demos shifted.
        alternatives: whether it runs again with accepted alternatives in place of the answers.
        mutants: whether the tests must also reject wrong answers made by machine; takes a minute or more.
    """

    only: str | None = None
    notebook: bool = True
    seeds: int = 0
    alternatives: bool = False
    mutants: bool = False

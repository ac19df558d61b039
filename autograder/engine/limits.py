"""What an examinee may use. Defaults are for a lesson's exercises; a day's header and the command line override."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from autograder.errors import DeepDaysError

Seconds = Annotated[float, Field(gt=0, le=7 * 86_400)]
Megabytes = Annotated[int, Field(gt=0, le=2**20)]
Number = Annotated[int, Field(gt=0, le=100_000)]


class Limits(BaseModel):
    """Limits of one examinee.

    Attributes:
        seconds_per_call: work (see `Clock`) of one call from a test, and of running one cell.
        seconds: work of one submission, all exercises and restarts included.
        memory_mb: address space on top of what the warm process has already mapped.
        scratch_mb: the private temporary folder.
        open_files: file descriptors.
        threads: threads at once.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    seconds_per_call: Seconds = 10.0
    seconds: Seconds = 60.0
    memory_mb: Megabytes = 2048
    scratch_mb: Megabytes = 64
    open_files: Number = 256
    threads: Number = 256

    def overridden(self, overrides: dict[str, float], where: str) -> "Limits":
        """These limits with some replaced; DeepDaysError names the bad one and `where` it stood."""
        try:
            return Limits(**{**self.model_dump(), **overrides})
        except ValidationError as error:
            first = error.errors()[0]
            name = ".".join(map(str, first["loc"]))
            raise DeepDaysError(
                f"{where}: the limit {name!r} is wrong: {first['msg']}. "
                f"The limits are {', '.join(Limits.model_fields)}; each takes a positive number. "
                f"Received: {name}={first['input']!r}"
            ) from None

"""Files put in place whole."""

from pathlib import Path


def write_if_changed(path: Path, content: bytes) -> Path:
    """Write a file unless it holds just that; returns the path."""
    if path.is_file() and path.read_bytes() == content:
        return path
    return write_file(path, content)


def write_file(path: Path, content: bytes) -> Path:
    """Write a file, with the folders that lead to it, so that a reader sees the old one or the new one.

    Returns:
        The path.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    part.write_bytes(content)
    return part.replace(path)

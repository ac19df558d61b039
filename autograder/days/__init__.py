"""Reading days: a source file's cells, front matter, markers, regions and patches."""

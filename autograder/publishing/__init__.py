"""The days as a book: a site with search, made from their sources and from what their notebooks printed and drew."""

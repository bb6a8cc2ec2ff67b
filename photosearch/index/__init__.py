"""The photo index: a SQLite catalog that is the truth, and FAISS vectors derived from it."""

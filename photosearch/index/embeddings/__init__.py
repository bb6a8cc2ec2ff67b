"""All embeddings of an index in one file, written and read."""

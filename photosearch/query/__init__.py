"""The query language: what a line of text asks for."""

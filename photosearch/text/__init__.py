"""From what a person types to token ids and query terms, the same in Python and in Swift."""

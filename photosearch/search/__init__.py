"""From words to results: the searcher and the contact sheets."""

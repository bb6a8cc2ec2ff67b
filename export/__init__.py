"""Release scripts: thin commands over the library, run from a clone."""

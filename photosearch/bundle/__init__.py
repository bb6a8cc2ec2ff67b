"""Model bundles: built from an export, listed, summed, signed, and checked."""

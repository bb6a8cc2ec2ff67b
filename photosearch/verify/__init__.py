"""Proves numerically that saved packages compute what the torch model computes.

Everything is verified against MIL semantics, not on a device; `mac` asks Core ML itself.
"""

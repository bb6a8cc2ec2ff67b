"""Numeric proof that a saved package computes what the torch model computes.

    records.py   what is found            limits.py    how much of it is allowed
    inputs.py    photos and sentences     towers.py    a saved tower, and the torch one
    numbers.py   errors, directions       controls.py  mistakes that must be noticed
    ranges.py    values of each operation check.py     all of it, on one directory
    mac.py       the same on a Mac, by Core ML itself

Everything is verified against MIL semantics, not on a device.
"""

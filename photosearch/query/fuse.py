"""Joins the scores of meaning and of words to one order.

A convex combination of the two, each divided by its range: the cosine lies in -1 to the best found,
the lexical score in 0 to the best found (Bruch, Gai and Ingber 2023, "An Analysis of Fusion
Functions for Hybrid Retrieval", arXiv:2210.11934, eq. 5, "TM2C2"). It is told on the scale of the
cosine, which changes no order: a photo beside which no word stands keeps its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

MEANING: Final = 0.8  # share of the cosine; words have the rest


def fused(meaning: Mapping[int, float], words: Mapping[int, float]) -> dict[int, float]:
    """The joint score of each photo of `meaning`, by id, on the scale of the cosine.

    `meaning` holds cosines, `words` lexical scores above 0; a photo without words has 0 there.
    """
    most = max(words.values(), default=0.0)
    if most <= 0:
        return dict(meaning)
    best = max(meaning.values(), default=0.0)
    gain = (1.0 - MEANING) / MEANING * (best + 1.0) / most
    return {number: score + gain * words.get(number, 0.0) for number, score in meaning.items()}

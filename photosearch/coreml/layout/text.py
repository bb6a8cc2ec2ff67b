"""The text tower: token ids, and weights that say which tokens count, to a unit vector.

Shape legend: see `base`; T tokens, D embedding width.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from photosearch.contract import Pooling
from photosearch.coreml.layout.base import MASKED, Layout, unit


class TextTower(nn.Module):
    """int [1, T], and float [1, 1, 1, T] unless the last token is read, -> [1, D].

    `eot` reads the end-of-text token, `mean` averages over the tokens that are not padding and
    attends to no others, `last` reads the last token, padding or not.
    """

    def __init__(
        self,
        layout: Layout,
        *,
        vocabulary: int,
        context: int,
        width: int,
        before: nn.Module,
        blocks: list[nn.Module],
        head: nn.Module,
        pooling: Pooling,
        causal: bool,
    ) -> None:
        super().__init__()
        self.layout, self.pooling, self.context = layout, pooling, context
        self.tokens = nn.Embedding(vocabulary, width)
        self.positions = nn.Parameter(torch.zeros(context, width))
        self.before, self.blocks, self.head = before, nn.ModuleList(blocks), head
        with torch.device("cpu"):  # no weight: real also where weights are not
            bias = layout.causal(context) if causal else None
        self.causal = nn.Buffer(bias, persistent=False) if bias is not None else None

    def forward(self, ids: Tensor, weights: Tensor | None = None) -> Tensor:
        x = self.layout.rows(self.tokens(ids) + self.positions)
        x, bias = self.before(x), self._bias(weights)
        for block in self.blocks:
            x = block(x, bias)
        return unit(self.layout, self.head(self._pool(x, weights)))

    def _bias(self, weights: Tensor | None) -> Tensor | None:
        if self.pooling == "mean" and weights is not None:
            return self.layout.over_keys((1 - weights) * MASKED)
        return self.causal

    def _pool(self, x: Tensor, weights: Tensor | None) -> Tensor:
        if weights is None:
            return self.layout.token(x, self.context - 1)
        if self.pooling == "mean":
            weights = weights / weights.sum(3, keepdim=True)
        return self.layout.weighted(x, weights)

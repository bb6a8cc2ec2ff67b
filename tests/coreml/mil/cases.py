"""Every operation as coremltools writes it, and what numpy or torch computes for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional as F  # noqa: N812

Array = NDArray[Any]
Build = Callable[..., Any]
RNG = np.random.default_rng(7)


def normal(*shape: int) -> Array:
    return RNG.standard_normal(shape).astype(np.float32)


INPUTS: dict[str, Array] = {
    "x": normal(2, 6, 8, 8),
    "y": normal(2, 6, 8, 8),
    "p": np.abs(normal(3, 4, 5)) + 0.1,  # positive
    "u": np.tanh(normal(4, 4)),  # in (-1, 1)
    "s": normal(2, 3, 10, 16),  # queries, keys and values
    "i": np.array([[2, 0], [-1, 1]], np.int32),
    "n": np.array([[7, -7, 3], [2, 5, -4]], np.int32),
    "a": normal(3, 4),
}
W, K, T = normal(4, 3, 3, 3), normal(6, 1, 3, 3), normal(6, 2, 3, 2)
B4, G6, H6 = normal(4), normal(6), normal(6)
T_ = torch.from_numpy


def t(function: Callable[..., torch.Tensor], *given: Array, **more: Any) -> Array:
    """torch's own result as an array."""
    return function(*(T_(x) for x in given), **more).numpy()


# name: inputs, what to build, what must come out
CASES: dict[str, tuple[str, Build, Build]] = {
    "abs": ("x", lambda mb, x: mb.abs(x=x), np.abs),
    "acos": ("u", lambda mb, u: mb.acos(x=u), np.arccos),
    "add": ("x y", lambda mb, x, y: mb.add(x=x, y=y), np.add),
    "add, broadcast": ("x", lambda mb, x: mb.add(x=x, y=G6.reshape(6, 1, 1)),
                       lambda x: x + G6.reshape(6, 1, 1)),
    "argsort": ("a", lambda mb, a: mb.argsort(x=a, axis=1, ascending=True),
                lambda a: np.argsort(a, 1)),
    "asin": ("u", lambda mb, u: mb.asin(x=u), np.arcsin),
    "atan": ("x", lambda mb, x: mb.atan(x=x), np.arctan),
    "atanh": ("u", lambda mb, u: mb.atanh(x=u), np.arctanh),
    "avg_pool": ("x", lambda mb, x: mb.avg_pool(x=x, kernel_sizes=[3, 3], strides=[2, 2],
                                                pad_type="custom", pad=[1, 1, 1, 1]),
                 lambda x: t(F.avg_pool2d, x, kernel_size=3, stride=2, padding=1)),
    "avg_pool, uneven, padding not counted": (
        "x", lambda mb, x: mb.avg_pool(x=x, kernel_sizes=[3, 3], strides=[2, 2], pad_type="same",
                                       exclude_padding_from_average=True),
        lambda x: t(lambda z: F.avg_pool2d(F.pad(z, (0, 1, 0, 1)), 3, 2)
                    / F.avg_pool2d(F.pad(torch.ones_like(z), (0, 1, 0, 1)), 3, 2), x)),
    "band_part": ("a", lambda mb, a: mb.band_part(x=a, lower=1, upper=0),
                  lambda a: np.tril(np.triu(a, -1), 0)),
    "batch_norm": ("x", lambda mb, x: mb.batch_norm(x=x, mean=H6, variance=H6**2, gamma=G6,
                                                    beta=H6, epsilon=1e-3),
                   lambda x: t(lambda z: F.batch_norm(z, T_(H6), T_(H6**2), T_(G6), T_(H6),
                                                      eps=1e-3), x)),
    "cast, to int32": ("x", lambda mb, x: mb.cast(x=x, dtype="int32"),
                       lambda x: x.astype(np.int32)),
    "cast, to bool and back": ("n", lambda mb, n: mb.cast(x=mb.cast(x=n, dtype="bool"),
                                                          dtype="fp32"), lambda n: n != 0),
    "ceil": ("x", lambda mb, x: mb.ceil(x=x), np.ceil),
    "clamped_relu": ("x", lambda mb, x: mb.clamped_relu(x=x, alpha=0.5, beta=1.0),
                     lambda x: np.minimum(np.where(x >= 0, x, 0.5 * x), 1)),
    "clip": ("x", lambda mb, x: mb.clip(x=x, alpha=-0.5, beta=0.75),
             lambda x: np.clip(x, -0.5, 0.75)),
    "concat": ("x y", lambda mb, x, y: mb.concat(values=[x, y], axis=-1),
               lambda x, y: np.concatenate([x, y], -1)),
    "concat, interleaved": ("x y", lambda mb, x, y: mb.concat(values=[x, y], axis=1,
                                                              interleave=True),
                            lambda x, y: np.stack([x, y], 2).reshape(2, 12, 8, 8)),
    "conv": ("x", lambda mb, x: mb.conv(x=x, weight=W, bias=B4, groups=2, strides=[2, 1],
                                        pad_type="custom", pad=[1, 1, 1, 1], dilations=[1, 1]),
             lambda x: t(lambda z: F.conv2d(z, T_(W), T_(B4), (2, 1), 1, 1, 2), x)),
    "conv, same": ("x", lambda mb, x: mb.conv(x=x, weight=K, groups=6, strides=[2, 2],
                                              pad_type="same"),
                   lambda x: t(lambda z: F.conv2d(F.pad(z, (0, 1, 0, 1)), T_(K), None, 2,
                                                  groups=6), x)),
    "conv, one axis": ("p", lambda mb, p: mb.conv(x=p, weight=W[:, 0, :1].reshape(4, 1, 3).repeat(
        4, 1), pad_type="valid"),
        lambda p: t(lambda z: F.conv1d(z, T_(W[:, 0, :1].reshape(4, 1, 3).repeat(4, 1))), p)),
    "conv_transpose": ("x", lambda mb, x: mb.conv_transpose(
        x=x, weight=T, strides=[2, 3], pad_type="custom", pad=[1, 1, 0, 0]),
        lambda x: t(lambda z: F.conv_transpose2d(z, T_(T), None, (2, 3), (1, 0)), x)),
    "conv_transpose, with an output shape": ("x", lambda mb, x: mb.conv_transpose(
        x=x, weight=T, strides=[2, 2], pad_type="custom", pad=[1, 1, 0, 0],
        output_shape=[2, 2, 16, 16]),
        lambda x: t(lambda z: F.conv_transpose2d(z, T_(T), None, 2, (1, 0), (1, 0)), x)),
    "cos": ("x", lambda mb, x: mb.cos(x=x), np.cos),
    "cosh": ("x", lambda mb, x: mb.cosh(x=x), np.cosh),
    "crop": ("x", lambda mb, x: mb.crop(x=x, crop_height=[1, 2], crop_width=[0, 3]),
             lambda x: x[:, :, 1:6, :5]),
    "cumsum": ("a", lambda mb, a: mb.cumsum(x=a, axis=1, exclusive=True, reverse=True),
               lambda a: np.cumsum(a[:, ::-1], 1)[:, ::-1] - a),
    "depth_to_space": ("s", lambda mb, s: mb.depth_to_space(
        x=mb.transpose(x=s, perm=[0, 3, 1, 2]), block_size=2),
        lambda s: s.transpose(0, 3, 1, 2).reshape(2, 2, 2, 4, 3, 10).transpose(
            0, 3, 4, 1, 5, 2).reshape(2, 4, 6, 20)),
    "einsum": ("x", lambda mb, x: mb.einsum(
        values=[x, mb.transpose(x=x, perm=[0, 2, 3, 1])], equation="nchw,nwhu->nchu"),
        lambda x: np.einsum("nchw,nwhu->nchu", x, x.transpose(0, 2, 3, 1))),
    "elu": ("x", lambda mb, x: mb.elu(x=x, alpha=0.7), lambda x: t(F.elu, x, alpha=0.7)),
    "equal": ("n", lambda mb, n: mb.cast(x=mb.equal(x=n, y=3), dtype="int32"), lambda n: n == 3),
    "erf": ("x", lambda mb, x: mb.erf(x=x), lambda x: t(torch.erf, x)),
    "exp": ("x", lambda mb, x: mb.exp(x=x), np.exp),
    "exp2": ("x", lambda mb, x: mb.exp2(x=x), np.exp2),
    "expand_dims": ("a", lambda mb, a: mb.expand_dims(x=a, axes=[0, -1]),
                    lambda a: a[None, ..., None]),
    "fill": ("a", lambda mb, a: mb.fill(shape=mb.shape(x=a), value=2.5),
             lambda a: np.full(a.shape, 2.5)),
    "flatten2d": ("x", lambda mb, x: mb.flatten2d(x=x, axis=2), lambda x: x.reshape(12, 64)),
    "floor": ("x", lambda mb, x: mb.floor(x=x), np.floor),
    "floor_div": ("n", lambda mb, n: mb.floor_div(x=n, y=2), lambda n: n // 2),
    "gather": ("a i", lambda mb, a, i: mb.gather(x=a, indices=i, axis=0), lambda a, i: a[i]),
    "gather_along_axis": ("a i", lambda mb, a, i: mb.gather_along_axis(
        x=mb.slice_by_size(x=a, begin=[0, 0], size=[2, -1]), indices=i, axis=1),
        lambda a, i: np.take_along_axis(a[:2], i, 1)),
    "gather_nd": ("x", lambda mb, x: mb.gather_nd(
        x=x, indices=np.array([[1, -2], [0, 3]], np.int32)), lambda x: x[[1, 0], [-2, 3]]),
    "gelu": ("x", lambda mb, x: mb.gelu(x=x), lambda x: t(F.gelu, x)),
    "gelu, tanh": ("x", lambda mb, x: mb.gelu(x=x, mode="TANH_APPROXIMATION"),
                   lambda x: t(F.gelu, x, approximate="tanh")),
    "gelu, sigmoid": ("x", lambda mb, x: mb.gelu(x=x, mode="SIGMOID_APPROXIMATION"),
                      lambda x: x / (1 + np.exp(-1.702 * x))),
    "greater": ("x y", lambda mb, x, y: mb.cast(x=mb.greater(x=x, y=y), dtype="fp32"),
                np.greater),
    "greater_equal": ("n", lambda mb, n: mb.cast(x=mb.greater_equal(x=n, y=3), dtype="fp32"),
                      lambda n: n >= 3),
    "identity": ("x", lambda mb, x: mb.identity(x=x), lambda x: x),
    "instance_norm": ("x", lambda mb, x: mb.instance_norm(x=x, gamma=G6, beta=H6, epsilon=1e-4),
                      lambda x: t(lambda z: F.instance_norm(z, weight=T_(G6), bias=T_(H6),
                                                            eps=1e-4), x)),
    "inverse": ("p", lambda mb, p: mb.inverse(x=p, epsilon=0.5), lambda p: 1 / (p + 0.5)),
    "l2_norm": ("x", lambda mb, x: mb.l2_norm(x=x, epsilon=1e-3),
                lambda x: x / np.sqrt((x**2).sum((1, 2, 3), keepdims=True) + 1e-3)),
    "layer_norm": ("x", lambda mb, x: mb.layer_norm(x=x, axes=[-1], gamma=B4.repeat(2),
                                                    beta=B4.repeat(2), epsilon=1e-5),
                   lambda x: t(lambda z: F.layer_norm(z, [8], T_(B4.repeat(2)),
                                                      T_(B4.repeat(2))), x)),
    "layer_norm, over channels": (
        "x", lambda mb, x: mb.layer_norm(x=x, axes=[1], gamma=G6, beta=H6, epsilon=1e-5),
        lambda x: t(lambda z: F.layer_norm(z.movedim(1, -1), [6], T_(G6), T_(H6)).movedim(-1, 1),
                    x)),
    "leaky_relu": ("x", lambda mb, x: mb.leaky_relu(x=x, alpha=0.2),
                   lambda x: np.where(x > 0, x, 0.2 * x)),
    "less": ("x y", lambda mb, x, y: mb.cast(x=mb.less(x=x, y=y), dtype="fp32"), np.less),
    "less_equal": ("n", lambda mb, n: mb.cast(x=mb.less_equal(x=n, y=3), dtype="fp32"),
                   lambda n: n <= 3),
    "linear": ("x", lambda mb, x: mb.linear(x=x, weight=W.reshape(4, 27)[:, :8].copy(), bias=B4),
               lambda x: x @ W.reshape(4, 27)[:, :8].T + B4),
    "linear_activation": ("x", lambda mb, x: mb.linear_activation(x=x, alpha=2.0, beta=-1.0),
                          lambda x: 2 * x - 1),
    "local_response_norm": ("x", lambda mb, x: mb.local_response_norm(
        x=x, size=3, alpha=0.1, beta=0.6, k=2.0),
        lambda x: t(F.local_response_norm, x, size=3, alpha=0.1, beta=0.6, k=2.0)),
    "log": ("p", lambda mb, p: mb.log(x=p, epsilon=0.1), lambda p: np.log(p + 0.1)),
    "logical_and": ("x y", lambda mb, x, y: mb.cast(x=mb.logical_and(
        x=mb.greater(x=x, y=0.0), y=mb.greater(x=y, y=0.0)), dtype="fp32"),
        lambda x, y: (x > 0) & (y > 0)),
    "logical_not": ("x", lambda mb, x: mb.cast(x=mb.logical_not(x=mb.greater(x=x, y=0.0)),
                                               dtype="fp32"), lambda x: x <= 0),
    "logical_or": ("x y", lambda mb, x, y: mb.cast(x=mb.logical_or(
        x=mb.greater(x=x, y=0.0), y=mb.greater(x=y, y=0.0)), dtype="fp32"),
        lambda x, y: (x > 0) | (y > 0)),
    "logical_xor": ("x y", lambda mb, x, y: mb.cast(x=mb.logical_xor(
        x=mb.greater(x=x, y=0.0), y=mb.greater(x=y, y=0.0)), dtype="fp32"),
        lambda x, y: (x > 0) ^ (y > 0)),
    "matmul": ("s", lambda mb, s: mb.matmul(x=s, y=s, transpose_y=True),
               lambda s: s @ s.swapaxes(-1, -2)),
    "matmul, transposed": ("a p", lambda mb, a, p: mb.matmul(x=a, y=mb.reduce_sum(
        x=p, axes=[1]), transpose_x=True), lambda a, p: a.T @ p.sum(1)),
    "max_pool": ("x", lambda mb, x: mb.max_pool(x=x, kernel_sizes=[3, 3], strides=[2, 2],
                                                pad_type="custom", pad=[1, 1, 1, 1]),
                 lambda x: t(F.max_pool2d, x, kernel_size=3, stride=2, padding=1)),
    "max_pool, ceil": ("x", lambda mb, x: mb.max_pool(
        x=x, kernel_sizes=[3, 3], strides=[2, 2], pad_type="valid", ceil_mode=True),
        lambda x: t(F.max_pool2d, x, kernel_size=3, stride=2, ceil_mode=True)),
    "maximum": ("x y", lambda mb, x, y: mb.maximum(x=x, y=y), np.maximum),
    "minimum": ("x y", lambda mb, x, y: mb.minimum(x=x, y=y), np.minimum),
    "mod": ("n", lambda mb, n: mb.mod(x=n, y=3), lambda n: n % 3),
    "mul": ("x y", lambda mb, x, y: mb.mul(x=x, y=y), np.multiply),
    "not_equal": ("n", lambda mb, n: mb.cast(x=mb.not_equal(x=n, y=3), dtype="fp32"),
                  lambda n: n != 3),
    "one_hot": ("i", lambda mb, i: mb.one_hot(indices=i, one_hot_vector_size=3, axis=1,
                                              on_value=2.0, off_value=-1.0),
                lambda i: np.where(i[:, None] == np.arange(3)[:, None], 2.0, -1.0)),
    "pad": ("x", lambda mb, x: mb.pad(x=x, pad=[1, 0, 2, 3], constant_val=0.5),
            lambda x: np.pad(x, ((0, 0), (0, 0), (1, 0), (2, 3)), constant_values=0.5)),
    "pad, reflect": ("x", lambda mb, x: mb.pad(x=x, pad=[1, 0, 2, 3], mode="reflect"),
                     lambda x: np.pad(x, ((0, 0), (0, 0), (1, 0), (2, 3)), "reflect")),
    "pad, replicate": ("x", lambda mb, x: mb.pad(x=x, pad=[1, 0, 2, 3], mode="replicate"),
                       lambda x: np.pad(x, ((0, 0), (0, 0), (1, 0), (2, 3)), "edge")),
    "pixel_shuffle": ("s", lambda mb, s: mb.pixel_shuffle(
        x=mb.transpose(x=s, perm=[0, 3, 1, 2]), upscale_factor=2),
        lambda s: t(lambda z: F.pixel_shuffle(z.permute(0, 3, 1, 2), 2), s)),
    "pow": ("p", lambda mb, p: mb.pow(x=p, y=1.5), lambda p: p**1.5),
    "prelu": ("x", lambda mb, x: mb.prelu(x=x, alpha=G6), lambda x: t(F.prelu, x, weight=T_(G6))),
    "real_div": ("x", lambda mb, x: mb.real_div(x=x, y=3.0), lambda x: x / 3),
    "reduce_argmax": ("x", lambda mb, x: mb.reduce_argmax(x=x, axis=1), lambda x: x.argmax(1)),
    "reduce_argmin": ("x", lambda mb, x: mb.reduce_argmin(x=x, axis=-1, keep_dims=True),
                      lambda x: x.argmin(-1)[..., None]),
    "reduce_l1_norm": ("x", lambda mb, x: mb.reduce_l1_norm(x=x, axes=[1, 2]),
                       lambda x: np.abs(x).sum((1, 2))),
    "reduce_l2_norm": ("x", lambda mb, x: mb.reduce_l2_norm(x=x, axes=[-1], keep_dims=True),
                       lambda x: np.sqrt((x**2).sum(-1, keepdims=True))),
    "reduce_log_sum": ("p", lambda mb, p: mb.reduce_log_sum(x=p, axes=[0]),
                       lambda p: np.log(p.sum(0))),
    "reduce_log_sum_exp": ("x", lambda mb, x: mb.reduce_log_sum_exp(x=x, axes=[0, 1]),
                           lambda x: np.log(np.exp(x).sum((0, 1)))),
    "reduce_max": ("x", lambda mb, x: mb.reduce_max(x=x, axes=[2], keep_dims=True),
                   lambda x: x.max(2, keepdims=True)),
    "reduce_mean": ("x", lambda mb, x: mb.reduce_mean(x=x, axes=[2, 3]), lambda x: x.mean((2, 3))),
    "reduce_mean, all": ("x", lambda mb, x: mb.reduce_mean(x=x), lambda x: x.mean()),
    "reduce_min": ("x", lambda mb, x: mb.reduce_min(x=x, axes=[0]), lambda x: x.min(0)),
    "reduce_prod": ("a", lambda mb, a: mb.reduce_prod(x=a, axes=[0, 1], keep_dims=True),
                    lambda a: a.prod(keepdims=True)),
    "reduce_sum": ("n", lambda mb, n: mb.reduce_sum(x=n, axes=[1]), lambda n: n.sum(1)),
    "reduce_sum_square": ("x", lambda mb, x: mb.reduce_sum_square(x=x, axes=[3]),
                          lambda x: (x**2).sum(3)),
    "relu": ("x", lambda mb, x: mb.relu(x=x), lambda x: np.maximum(x, 0)),
    "relu6": ("x", lambda mb, x: mb.relu6(x=mb.mul(x=x, y=5.0)), lambda x: np.clip(5 * x, 0, 6)),
    "reshape": ("x", lambda mb, x: mb.reshape(x=x, shape=[2, -1, 16]),
                lambda x: x.reshape(2, 24, 16)),
    "reshape, sizes kept": ("x", lambda mb, x: mb.reshape(x=x, shape=[0, 3, 16, 0]),
                            lambda x: x.reshape(2, 3, 16, 8)),
    "reverse": ("x", lambda mb, x: mb.reverse(x=x, axes=[1, 3]), lambda x: x[:, ::-1, :, ::-1]),
    "round": ("x", lambda mb, x: mb.round(x=x), np.round),
    "rsqrt": ("p", lambda mb, p: mb.rsqrt(x=p, epsilon=0.1), lambda p: 1 / np.sqrt(p + 0.1)),
    "scaled_tanh": ("x", lambda mb, x: mb.scaled_tanh(x=x, alpha=2.0, beta=0.5),
                    lambda x: 2 * np.tanh(0.5 * x)),
    "scatter_nd": ("a", lambda mb, a: mb.scatter_nd(
        data=a, indices=np.array([[0], [0]], np.int32), updates=W.reshape(-1)[:8].reshape(2, 4),
        mode="add"), lambda a: np.concatenate([a[:1] + W.reshape(-1)[:8].reshape(2, 4).sum(0),
                                               a[1:]])),
    "select": ("x y", lambda mb, x, y: mb.select(cond=mb.greater(x=x, y=y), a=x, b=-1.0),
               lambda x, y: np.where(x > y, x, -1)),
    "shape": ("x", lambda mb, x: mb.shape(x=x), lambda x: np.array(x.shape)),
    "sigmoid": ("x", lambda mb, x: mb.sigmoid(x=x), lambda x: 1 / (1 + np.exp(-x))),
    "sigmoid_hard": ("x", lambda mb, x: mb.sigmoid_hard(x=x, alpha=0.3, beta=0.4),
                     lambda x: np.clip(0.3 * x + 0.4, 0, 1)),
    "sign": ("x", lambda mb, x: mb.sign(x=x), np.sign),
    "silu": ("x", lambda mb, x: mb.silu(x=x), lambda x: x / (1 + np.exp(-x))),
    "sin": ("x", lambda mb, x: mb.sin(x=x), np.sin),
    "sinh": ("x", lambda mb, x: mb.sinh(x=x), np.sinh),
    "slice_by_index": ("x", lambda mb, x: mb.slice_by_index(
        x=x, begin=[1, -4, 7, 0], end=[2, 5, 0, 0], stride=[1, 1, -2, 3],
        end_mask=[False, False, False, True], squeeze_mask=[True, False, False, False]),
        lambda x: x[1, -4:5, 7:0:-2, ::3]),
    "slice_by_size": ("x", lambda mb, x: mb.slice_by_size(x=x, begin=[0, 1, 2, 3],
                                                          size=[2, 3, -1, 4]),
                      lambda x: x[:, 1:4, 2:, 3:7]),
    "sliding_windows": ("a", lambda mb, a: mb.sliding_windows(x=a, axis=1, size=2, stride=1),
                        lambda a: np.stack([a[:, :2], a[:, 1:3], a[:, 2:]], 1)),
    "softmax": ("x", lambda mb, x: mb.softmax(x=x, axis=1), lambda x: t(torch.softmax, x, dim=1)),
    "softplus": ("x", lambda mb, x: mb.softplus(x=x), lambda x: np.log1p(np.exp(x))),
    "softplus_parametric": ("x", lambda mb, x: mb.softplus_parametric(
        x=x, alpha=G6, beta=H6), lambda x: G6.reshape(6, 1, 1) * np.log1p(
            np.exp(H6.reshape(6, 1, 1) * x))),
    "softsign": ("x", lambda mb, x: mb.softsign(x=x), lambda x: x / (1 + np.abs(x))),
    "space_to_depth": ("x", lambda mb, x: mb.depth_to_space(
        x=mb.space_to_depth(x=x, block_size=2), block_size=2), lambda x: x),
    "split": ("x", lambda mb, x: mb.split(x=x, num_splits=3, axis=1)[1], lambda x: x[:, 2:4]),
    "split, by sizes": ("x", lambda mb, x: mb.split(x=x, split_sizes=[1, 5], axis=1)[1],
                        lambda x: x[:, 1:]),
    "sqrt": ("p", lambda mb, p: mb.sqrt(x=p), np.sqrt),
    "square": ("x", lambda mb, x: mb.square(x=x), np.square),
    "squeeze": ("x", lambda mb, x: mb.squeeze(x=mb.expand_dims(x=x, axes=[2]), axes=[2]),
                lambda x: x),
    "stack": ("x y", lambda mb, x, y: mb.stack(values=[x, y], axis=1),
              lambda x, y: np.stack([x, y], 1)),
    "sub": ("x y", lambda mb, x, y: mb.sub(x=x, y=y), np.subtract),
    "tan": ("u", lambda mb, u: mb.tan(x=u), np.tan),
    "tanh": ("x", lambda mb, x: mb.tanh(x=x), np.tanh),
    "threshold": ("x", lambda mb, x: mb.threshold(x=x, alpha=0.3), lambda x: np.maximum(x, 0.3)),
    "thresholded_relu": ("x", lambda mb, x: mb.thresholded_relu(x=x, alpha=0.3),
                         lambda x: np.where(x >= 0.3, x, 0)),
    "tile": ("a", lambda mb, a: mb.tile(x=a, reps=[2, 3]), lambda a: np.tile(a, (2, 3))),
    "topk": ("a", lambda mb, a: mb.topk(x=a, k=2, axis=1)[0],
             lambda a: -np.sort(-a, 1)[:, :2]),
    "transpose": ("x", lambda mb, x: mb.transpose(x=x, perm=[0, 2, 3, 1]),
                  lambda x: x.transpose(0, 2, 3, 1)),
    "upsample_nearest_neighbor": ("x", lambda mb, x: mb.upsample_nearest_neighbor(
        x=x, scale_factor_height=2, scale_factor_width=3), lambda x: x.repeat(2, 2).repeat(3, 3)),
    "upsample_bilinear": ("x", lambda mb, x: mb.upsample_bilinear(
        x=x, scale_factor_height=2, scale_factor_width=3, align_corners=False),
        lambda x: t(F.interpolate, x, scale_factor=(2, 3), mode="bilinear")),
    "resize_nearest_neighbor": ("x", lambda mb, x: mb.resize_nearest_neighbor(
        x=x, target_size_height=11, target_size_width=16),
        lambda x: t(F.interpolate, x, size=(11, 16), mode="nearest")),
    "resize_bilinear": ("x", lambda mb, x: mb.resize_bilinear(
        x=x, target_size_height=5, target_size_width=16, sampling_mode="STRICT_ALIGN_CORNERS"),
        lambda x: t(F.interpolate, x, size=(5, 16), mode="bilinear", align_corners=True)),
}  # fmt: skip
IOS16_CASES: dict[str, tuple[str, Build, Build]] = {
    "fill_like": ("a", lambda mb, a: mb.fill_like(ref_tensor=a, value=2.5),
                  lambda a: np.full(a.shape, 2.5)),
    "gather, batched": ("x", lambda mb, x: mb.gather(
        x=x, indices=np.array([[3, 0], [1, -1]], np.int32), axis=2, batch_dims=1),
        lambda x: np.stack([x[0][:, [3, 0]], x[1][:, [1, -1]]])),
    "gather_nd, batched": ("x", lambda mb, x: mb.gather_nd(
        x=x, indices=np.array([[[3, 0]], [[1, -1]]], np.int32), batch_dims=1),
        lambda x: np.stack([x[0, 3:4, 0], x[1, 1:2, -1]])),
    "pixel_unshuffle": ("x", lambda mb, x: mb.pixel_unshuffle(x=x, downscale_factor=np.uint32(2)),
                        lambda x: t(F.pixel_unshuffle, x, downscale_factor=2)),
}  # fmt: skip
IOS18_CASES: dict[str, tuple[str, Build, Build]] = {
    "scaled_dot_product_attention": ("s", lambda mb, s: mb.scaled_dot_product_attention(
        query=s, key=s, value=s), lambda s: t(F.scaled_dot_product_attention, s, s, s)),
    "slice_update": ("a", lambda mb, a: mb.slice_update(
        x=a, update=np.zeros((2, 2), np.float32), begin=[0, 1], end=[3, 3], stride=[2, 1]),
        lambda a: np.where((np.arange(3)[:, None] % 2 == 0) & np.isin(np.arange(4), [1, 2]),
                           0, a)),
    "quantize": ("x", lambda mb, x: mb.dequantize(input=mb.quantize(
        input=x, scale=np.float32(0.05), zero_point=np.int8(3), output_dtype="int8"),
        scale=np.float32(0.05), zero_point=np.int8(3)),
        lambda x: (np.clip(np.round(x / np.float32(0.05)) + 3, -128, 127) - 3) * 0.05),
}  # fmt: skip
# name: the first iOS with the operation in this form, inputs, what to build, what must come out
ALL = {
    **{name: (15, case) for name, case in CASES.items()},
    **{name: (16, case) for name, case in IOS16_CASES.items()},
    **{name: (18, case) for name, case in IOS18_CASES.items()},
}

"""The numpy text tower against the torch one that it mirrors."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from photosearch.errors import BundleError, ModelError, ShapeError
from photosearch.models.text_tower import NumpyTextTower, gelu
from photosearch.models.towers import TextTower, TowersConfig
from photosearch.weights import Floats, Tensor, quantize_int4, quantize_int8, write_weights

CONFIG = TowersConfig(
    dim=48, head_hidden=96, vocabulary=300, context=24, width=64, layers=3, heads=4
)


@pytest.fixture(scope="module")
def reference() -> Iterator[TextTower]:
    """Random weights, the zero-initialised ones included."""
    with torch.random.fork_rng(devices=[]), torch.inference_mode():
        torch.manual_seed(0)
        tower = TextTower(CONFIG).eval()
        for parameter in tower.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.2)
        yield tower


def arrays(tower: TextTower) -> dict[str, Tensor]:
    return {name: values.numpy() for name, values in tower.state_dict().items()}


def ids(*lengths: int) -> NDArray[np.int32]:
    """Random ids, one text of each length, padded with 0."""
    batch = np.random.default_rng(0).integers(1, CONFIG.vocabulary, (len(lengths), max(lengths)))
    return np.where(np.arange(max(lengths)) < np.array(lengths)[:, None], batch, 0).astype(np.int32)


def expected(tower: TextTower, batch: NDArray[np.int32]) -> Floats:
    with torch.inference_mode():
        return np.asarray(tower(torch.from_numpy(batch).long()).numpy(), np.float32)


def test_it_equals_the_torch_tower(reference: TextTower) -> None:
    batch = ids(2, 7, 24, 13, 1)
    got = NumpyTextTower(arrays(reference), heads=CONFIG.heads)(batch)
    assert got.dtype == np.float32
    np.testing.assert_allclose(got, expected(reference, batch), atol=1e-5, rtol=0)


def test_it_equals_the_torch_tower_at_the_size_that_ships() -> None:
    config = TowersConfig(vocabulary=500)
    with torch.random.fork_rng(devices=[]), torch.inference_mode():
        torch.manual_seed(1)
        tower = TextTower(config).eval()
        torch.nn.init.normal_(tower.head.down.weight, std=0.05)
    batch = ids(20, 6)
    got = NumpyTextTower(arrays(tower), heads=config.heads)(batch)
    np.testing.assert_allclose(got, expected(tower, batch), atol=1e-5, rtol=0)


FEED_FORWARD = ("up.weight", "down.weight")


@pytest.mark.parametrize("int4", [("tokens.weight",), ("tokens.weight", *FEED_FORWARD)])
def test_it_reads_quantised_weights_as_torch_reads_them_dequantised(
    reference: TextTower, tmp_path: Path, int4: tuple[str, ...]
) -> None:
    stored: dict[str, Tensor] = {}
    for name, values in arrays(reference).items():
        assert isinstance(values, np.ndarray)
        if name.endswith(int4) and values.shape[1] % 64 == 0:
            stored[f"text.{name}"] = quantize_int4(values)
        else:
            stored[f"text.{name}"] = quantize_int8(values) if values.ndim == 2 else values
    kinds = {type(tensor).__name__ for name, tensor in stored.items() if name.endswith(int4)}
    assert kinds == {"Int4"} | ({"Int8"} if len(int4) > 1 else set())  # head.down has 96 columns
    write_weights(tmp_path / "w", stored, {"heads": CONFIG.heads})
    tower = TextTower(CONFIG).eval()
    from photosearch.weights import load_arrays

    state = load_arrays(tmp_path / "w", "text.")
    tower.load_state_dict({name: torch.from_numpy(values) for name, values in state.items()})
    batch = ids(9, 3)
    got = NumpyTextTower.load(tmp_path / "w")(batch)
    np.testing.assert_allclose(got, expected(tower, batch), atol=1e-5, rtol=0)


def test_a_text_does_not_depend_on_its_batch(reference: TextTower) -> None:
    tower = NumpyTextTower(arrays(reference), heads=CONFIG.heads)
    batch = ids(3, 24)
    np.testing.assert_allclose(tower(batch)[:1], tower(batch[:1, :3]), atol=2e-6, rtol=0)


def test_no_texts_give_no_vectors(reference: TextTower) -> None:
    tower = NumpyTextTower(arrays(reference), heads=CONFIG.heads)
    assert tower(np.zeros((0, 4), np.int32)).shape == (0, CONFIG.dim)


def test_it_knows_its_size(reference: TextTower) -> None:
    tower = NumpyTextTower(arrays(reference), heads=CONFIG.heads)
    assert (tower.dim, tower.context) == (CONFIG.dim, CONFIG.context)


@pytest.mark.parametrize(
    ("batch", "message"),
    [
        (np.ones(3, np.int32), r"expected integers \[N, T\]"),
        (np.ones((1, 3), np.float32), r"expected integers \[N, T\]"),
        (np.ones((1, 25), np.int32), "got 25, expected at most 24"),
        (np.full((1, 3), 300, np.int32), r"got 300\.\.300, expected 0\.\.299"),
        (np.full((1, 3), -1, np.int32), r"got -1\.\.-1, expected"),
    ],
)
def test_ids_that_do_not_fit_are_refused(
    reference: TextTower, batch: NDArray[np.int32], message: str
) -> None:
    with pytest.raises(ShapeError, match=message):
        NumpyTextTower(arrays(reference), heads=CONFIG.heads)(batch)


def test_a_missing_tensor_is_named(reference: TextTower) -> None:
    tensors = arrays(reference)
    del tensors["layers.1.up.weight"]
    with pytest.raises(ModelError, match=r"layers\.1\.up\.weight: missing"):
        NumpyTextTower(tensors, heads=CONFIG.heads)


def test_a_tensor_that_does_not_fit_is_named(reference: TextTower) -> None:
    tensors = {**arrays(reference), "layers.0.norm1.bias": np.zeros(3, np.float32)}
    with pytest.raises(ModelError, match=r"layers\.0\.norm1\.bias: got shape \(3,\)"):
        NumpyTextTower(tensors, heads=CONFIG.heads)


def test_int4_weights_that_do_not_fit_are_named(reference: TextTower) -> None:
    tensors = {**arrays(reference), "layers.0.up.weight": quantize_int4(np.ones((256, 128)))}
    with pytest.raises(ModelError, match=r"layers\.0\.up\.weight: got shape \(256, 128\)"):
        NumpyTextTower(tensors, heads=CONFIG.heads)


@pytest.mark.parametrize("name", ["x", "", "-1", "7", "00", "\u0663", "9223372036854775807"])
def test_layers_that_do_not_follow_each_other_are_refused(reference: TextTower, name: str) -> None:
    tensors = {**arrays(reference), f"layers.{name}.up.weight": np.zeros((1, 1), np.float32)}
    with pytest.raises(ModelError, match=r"text layers: got .*, expected 0 to 3"):
        NumpyTextTower(tensors, heads=CONFIG.heads)


def test_heads_must_divide_the_width(reference: TextTower) -> None:
    with pytest.raises(ModelError, match="got 5, expected a divisor of 64"):
        NumpyTextTower(arrays(reference), heads=5)


def test_a_weight_file_without_heads_is_refused(reference: TextTower, tmp_path: Path) -> None:
    stored = {f"text.{name}": values for name, values in arrays(reference).items()}
    write_weights(tmp_path / "w", stored, {})
    with pytest.raises(BundleError, match="'heads': got None"):
        NumpyTextTower.load(tmp_path / "w")


def test_gelu_is_the_exact_one() -> None:
    x = np.linspace(-12, 12, 4001, dtype=np.float32)
    exact = [v * 0.5 * (1 + math.erf(v / math.sqrt(2))) for v in x.tolist()]
    np.testing.assert_allclose(gelu(x), exact, atol=4e-7, rtol=3e-7)

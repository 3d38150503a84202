"""Exports networks of torchvision, or the small modules below, as they are trained and with nothing folded: FOLDER NAME ...

Prints how many parameters PyTorch counts of each, as JSON.
"""

import json
import sys
import warnings
from pathlib import Path

import torch
from torch import nn
from torch.nn.utils import spectral_norm, weight_norm
from torchvision import models

warnings.filterwarnings("ignore")

IMAGE = (1, 3, 12, 12)
TOKENS = (1, 9, 8)


class Learned(nn.Module):
    """A parameter of any shape, and what is made of it."""

    def __init__(self, first, shape, use):
        super().__init__()
        self.first = first
        self.extra = nn.Parameter(torch.randn(shape))
        self.use = use

    def forward(self, x):
        return self.use(self.first(x), self.extra)


class Standardised(nn.Conv2d):
    def forward(self, x):
        w = self.weight
        mean = w.mean(dim=(1, 2, 3), keepdim=True)
        deviation = w.std(dim=(1, 2, 3), keepdim=True, unbiased=False)
        return nn.functional.conv2d(x, (w - mean) / (deviation + 1e-5), self.bias)


class LowRank(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(8, 8))
        self.a = nn.Parameter(torch.randn(8, 2))
        self.b = nn.Parameter(torch.randn(2, 8))

    def forward(self, x):
        return nn.functional.linear(x, self.weight + self.a @ self.b)


class RelativeBias(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(8, 9)
        self.table = nn.Parameter(torch.randn(17))
        self.register_buffer("index", torch.arange(9)[:, None] - torch.arange(9)[None, :] + 8)

    def forward(self, x):
        return self.linear(x) + self.table[self.index.view(-1)].view(9, 9)


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention = nn.MultiheadAttention(8, 2, batch_first=True)

    def forward(self, x):
        return self.attention(x, x, x, need_weights=False)[0]


class Normalised(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.rand(1, 3, 1, 1))
        self.register_buffer("deviation", torch.rand(1, 3, 1, 1) + 0.5)
        self.conv = nn.Conv2d(3, 4, 3)

    def forward(self, x):
        return self.conv((x / 255 - self.mean) / self.deviation)


class Biased(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 1, 3, bias=False)
        self.bias = nn.Parameter(torch.randn(1))

    def forward(self, x):
        return self.conv(x) + self.bias


def equal_weights():
    layers = nn.Sequential(nn.Conv2d(3, 3, 1), nn.BatchNorm2d(3), nn.Conv2d(3, 3, 1), nn.BatchNorm2d(3))
    layers[2].load_state_dict(layers[0].state_dict())
    return layers


MODULES = {
    "linear_on_tokens": (TOKENS, lambda: nn.Linear(8, 5)),
    "layer_norm": (TOKENS, lambda: nn.Sequential(nn.Linear(8, 8), nn.LayerNorm(8))),
    "layer_norm_plain": (TOKENS, lambda: nn.Sequential(nn.Linear(8, 8), nn.LayerNorm(8, elementwise_affine=False))),
    "group_norm": (IMAGE, lambda: nn.Sequential(nn.Conv2d(3, 8, 3), nn.GroupNorm(4, 8))),
    "instance_norm_plain": (IMAGE, lambda: nn.Sequential(nn.Conv2d(3, 8, 3), nn.InstanceNorm2d(8))),
    "batch_norm_plain": (IMAGE, lambda: nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8, affine=False))),
    "layer_scale": (IMAGE, lambda: Learned(nn.Conv2d(3, 8, 3), (8, 1, 1), torch.mul)),
    "class_token_and_positions": (
        TOKENS,
        lambda: Learned(nn.Linear(8, 8), (1, 1, 8), lambda x, t: torch.cat([t.expand(x.shape[0], -1, -1), x], 1)),
    ),
    "positions_of_a_prefix": (TOKENS, lambda: Learned(nn.Linear(8, 8), (1, 32, 8), lambda x, p: x + p[:, : x.shape[1]])),
    "one_number": (IMAGE, lambda: Learned(nn.Conv2d(3, 8, 3), (), torch.mul)),
    "bias_of_one_channel": (IMAGE, Biased),
    "weight_norm": (IMAGE, lambda: weight_norm(nn.Conv2d(3, 8, 3))),
    "weight_norm_whole": (IMAGE, lambda: weight_norm(nn.Conv2d(3, 8, 3), dim=None)),
    "spectral_norm": (IMAGE, lambda: spectral_norm(nn.Conv2d(3, 8, 3))),
    "weight_standardisation": (IMAGE, lambda: Standardised(3, 8, 3)),
    "low_rank": (TOKENS, LowRank),
    "relative_bias": (TOKENS, RelativeBias),
    "attention": (TOKENS, Attention),
    "normalised_input": (IMAGE, Normalised),
    "equal_weights": (IMAGE, equal_weights),
}


def build(name):
    torch.manual_seed(5)
    if name in MODULES:
        dims, make = MODULES[name]
        return make(), dims
    return models.get_model(name, weights=None), (1, 3, 224, 224)


def export(folder, name):
    module, dims = build(name)
    module.eval()
    torch.onnx.export(
        module,
        torch.rand(dims),
        str(folder / f"{name}.onnx"),
        opset_version=13,
        training=torch.onnx.TrainingMode.PRESERVE,
        do_constant_folding=False,
    )
    return sum(parameter.numel() for parameter in module.parameters())


if __name__ == "__main__":
    print(json.dumps({name: export(Path(sys.argv[1]), name) for name in sys.argv[2:]}))

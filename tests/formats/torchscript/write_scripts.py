"""Writes TorchScript archives, with inputs and outputs as float32: write_scripts.py FOLDER NAME..."""

import json
import sys
from pathlib import Path
from typing import Dict, List

import torch
import torchvision
from torch import nn
from torch.nn import functional as F


class Twice(nn.Module):
    """A block under two names, and a dict of modules."""

    def __init__(self):
        super().__init__()
        self.one = nn.Sequential(nn.Conv2d(3, 3, 3, padding=1), nn.BatchNorm2d(3), nn.ReLU())
        self.two = self.one
        self.head = nn.ModuleDict({"flat": nn.Flatten(), "fc": nn.Linear(3, 4)})

    def forward(self, x):
        x = F.adaptive_avg_pool2d(self.two(self.one(x)), 1)
        return self.head["fc"](self.head["flat"](x)) * 2 + 1


class Functional(nn.Module):
    """Functions in the place of modules, a branch, and a loop."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, stride=2, padding=1)
        self.mix = nn.ModuleList([nn.Conv2d(8, 8, 1), nn.Conv2d(8, 8, 1)])
        self.norm = nn.LayerNorm(8)
        self.out = nn.Linear(8, 5)

    def forward(self, x):
        x = F.hardswish(self.stem(x))
        for mix in self.mix:
            x = x + F.gelu(mix(x))
        a, b = torch.chunk(x, 2, dim=1)
        x = torch.cat([b, a], dim=1)
        x = x.permute(0, 2, 3, 1)
        x = self.norm(x).mean(dim=[1, 2])
        if x.dim() == 2:
            x = self.out(x)
        return F.softmax(x, dim=1)


class Kept(nn.Module):
    """What goes through lists and dicts, as features of several scales do; and repeats in a row."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 6, 3, padding=1)
        self.stages = nn.Sequential(*[Residual(6) for _ in range(3)])
        self.wanted = {"one": "low", "two": "high"}
        self.one, self.two = nn.Conv2d(6, 4, 3, stride=2), nn.Conv2d(4, 4, 3, stride=2)

    def forward(self, x):
        size = x.shape[-2:]
        kept: Dict[str, torch.Tensor] = {}
        x = self.stages(self.stem(x))
        x = self.one(x)
        if "one" in self.wanted:
            kept[self.wanted["one"]] = x
        x = self.two(x)
        if "two" in self.wanted:
            kept[self.wanted["two"]] = x
        listed: List[torch.Tensor] = []
        for name in ("low", "high"):
            listed.append(F.interpolate(kept[name], size=size, mode="bilinear", align_corners=False))
        return torch.cat(listed, dim=1).mean(dim=[2, 3])


class Residual(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv, self.norm = nn.Conv2d(channels, channels, 3, padding=1), nn.BatchNorm2d(channels)

    def forward(self, x):
        return x + F.relu(self.norm(self.conv(x)))


class Step(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv, self.norm = nn.Conv2d(2 * width, width, 1), nn.BatchNorm2d(width)

    def forward(self, x, memory):
        return F.relu(self.norm(self.conv(torch.cat((x, memory), dim=1))))


class Meeting(nn.Module):
    """Modules that take two tensors, in a row, with one of them the same for all."""

    def __init__(self):
        super().__init__()
        self.stem, self.memory = nn.Conv2d(3, 6, 3, 2), nn.Conv2d(3, 6, 3, 2)
        self.steps = nn.ModuleList([Step(6) for _ in range(3)])

    def forward(self, x):
        x, memory = self.stem(x), self.memory(x)
        for step in self.steps:
            x = step(x, memory)
        return x.mean(dim=[2, 3])


OWN = {"twice": Twice, "functional": Functional, "kept": Kept, "meeting": Meeting}


def main():
    folder = Path(sys.argv[1])
    for name in sys.argv[2:]:
        kind, model = name.split(":")
        torch.manual_seed(1)
        module = (OWN[model]() if model in OWN else torchvision.models.get_model(model)).eval()
        for part in module.modules():
            if isinstance(part, nn.BatchNorm2d):
                nn.init.uniform_(part.running_mean, -0.1, 0.1)
                nn.init.uniform_(part.running_var, 0.8, 1.2)
        x = torch.randn(1, 3, 64, 64)
        saved = torch.jit.trace(module, x) if kind == "traced" else torch.jit.script(module)
        place = folder / f"{kind}-{model}"
        torch.jit.save(saved, f"{place}.pt")
        with torch.no_grad():
            y = module(x)
        x.numpy().tofile(f"{place}.x")
        y.numpy().tofile(f"{place}.y")
        parameters = sum(p.numel() for p in module.parameters())
        Path(f"{place}.json").write_text(json.dumps({"parameters": parameters}))


main()

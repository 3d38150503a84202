"""Modules as people write them, from a seed: branches, loops over lists of modules, modules that are used twice, and what
is done once as a module and once as a function."""

import random

import torch
from torch import nn
from torch.nn import functional as F

ACTIVATIONS = {
    "relu": (nn.ReLU, F.relu),
    "silu": (nn.SiLU, F.silu),
    "hardswish": (nn.Hardswish, F.hardswish),
    "leaky": (lambda: nn.LeakyReLU(0.2), lambda x: F.leaky_relu(x, 0.2)),
    "elu": (nn.ELU, F.elu),
    "sigmoid": (nn.Sigmoid, torch.sigmoid),
    "gelu": (nn.GELU, F.gelu),
    "tanh": (nn.Tanh, lambda x: x.tanh()),
    "relu6": (nn.ReLU6, F.relu6),
}


class ConvNorm(nn.Module):
    """A convolution, a norm and what comes after, which may be a function."""

    def __init__(self, channels, out, kernel=3, stride=1, groups=1, act="relu", functional=False, norm=True):
        super().__init__()
        self.conv = nn.Conv2d(channels, out, kernel, stride, kernel // 2, groups=groups, bias=not norm)
        if norm:
            self.bn = nn.BatchNorm2d(out)
        self.norm, self.functional, self.name = norm, functional, act
        if not functional:
            self.act = ACTIVATIONS[act][0]()

    def forward(self, x):
        x = self.conv(x)
        if self.norm:
            x = self.bn(x)
        return ACTIVATIONS[self.name][1](x) if self.functional else self.act(x)


class Residual(nn.Module):
    """Some convolutions in a list, whose sum with what came in is handed on."""

    def __init__(self, channels, depth, act, functional, last):
        super().__init__()
        self.body = nn.ModuleList(ConvNorm(channels, channels, act=act, functional=functional) for _ in range(depth))
        self.last = last

    def forward(self, x):
        y = x
        for layer in self.body:
            y = layer(y)
        y = y + x
        return F.relu(y) if self.last else y


class Branches(nn.Module):
    """Branches next to each other, by number or by name."""

    def __init__(self, channels, widths, named, pool):
        super().__init__()
        made = [ConvNorm(channels, width, kernel=1 + 2 * (i % 2)) for i, width in enumerate(widths)]
        if named:
            self.ways = nn.ModuleDict({f"way{'abcd'[i]}": each for i, each in enumerate(made)})
        else:
            self.ways = nn.ModuleList(made)
        self.named, self.pool = named, pool

    def forward(self, x):
        ways = self.ways.values() if self.named else self.ways
        parts = [way(x) for way in ways]
        if self.pool:
            parts.append(F.max_pool2d(x, 3, stride=1, padding=1))
        return torch.cat(parts, dim=1)


class Gate(nn.Module):
    """Channels by a number each, of what they hold on average."""

    def __init__(self, channels, functional):
        super().__init__()
        self.down = nn.Linear(channels, max(1, channels // 2))
        self.up = nn.Linear(max(1, channels // 2), channels)
        self.functional = functional
        if not functional:
            self.pool = nn.AdaptiveAvgPool2d(1)

    def forward(self, x):
        y = x.mean((2, 3)) if self.functional else self.pool(x).flatten(1)
        y = torch.sigmoid(self.up(F.relu(self.down(y))))
        return x * y.view(-1, y.shape[1], 1, 1)


class Twice(nn.Module):
    """One convolution that is used more than once."""

    def __init__(self, channels, times):
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)
        self.times = times

    def forward(self, x):
        for _ in range(self.times):
            x = F.relu(self.conv(x))
        return x


class Halves(nn.Module):
    """Half of the channels goes its own way."""

    def __init__(self, channels, form):
        super().__init__()
        self.way = nn.Sequential(nn.Conv2d(channels // 2, channels // 2, 1), nn.BatchNorm2d(channels // 2), nn.ReLU())
        self.form = form

    def forward(self, x):
        half = x.shape[1] // 2
        if self.form == "chunk":
            a, b = x.chunk(2, dim=1)
        elif self.form == "split":
            a, b = torch.split(x, half, dim=1)
        else:
            a, b = x[:, :half], x[:, half:]
        y = torch.cat((a, self.way(b)), 1)
        n, c, h, w = y.shape
        return y.view(n, 2, c // 2, h, w).transpose(1, 2).reshape(n, c, h, w)


class Scaled(nn.Module):
    """A parameter of its own, and numbers of the code."""

    def __init__(self, channels, number):
        super().__init__()
        self.scale = nn.Parameter(torch.rand(channels, 1, 1))
        self.number = number

    def forward(self, x):
        return x * self.scale + self.number


class Act(nn.Module):
    """Nothing but a function."""

    def __init__(self, name):
        super().__init__()
        self.name = name

    def forward(self, x):
        return ACTIVATIONS[self.name][1](x)


class Net(nn.Module):
    def __init__(self, seed):
        super().__init__()
        dice = random.Random(seed)
        width = dice.choice((8, 12, 16))
        self.stem = nn.Conv2d(3, width, 3, padding=1)
        self.late = dice.random() < 0.3
        parts = []
        for _ in range(dice.randint(2, 5)):
            part, width = self.part(dice, width)
            parts.append(part)
        if self.late:
            for i, part in enumerate(parts):
                setattr(self, f"stage{i + 1}", part)
            self.count = len(parts)
        else:
            self.stages = nn.Sequential(*parts) if dice.random() < 0.5 else nn.ModuleList(parts)
        self.last = dice.choice(("view", "flatten", "mean", "module"))
        if self.last == "module":
            self.pool, self.flat = nn.AdaptiveAvgPool2d((1, 1)), nn.Flatten()
        if dice.random() < 0.5:
            self.head = nn.Linear(width, 10)
        else:
            self.head = nn.Sequential(nn.Dropout(0.1), nn.Linear(width, 12), nn.ReLU(inplace=True), nn.Linear(12, 10))

    def part(self, dice, width):
        act, functional = dice.choice(list(ACTIVATIONS)), dice.random() < 0.5
        kind = dice.randrange(10)
        if kind == 0:
            out = dice.choice((8, 12, 16))
            return ConvNorm(width, out, dice.choice((1, 3)), dice.choice((1, 2)), 1, act, functional, dice.random() < 0.7), out
        if kind == 1:
            return Residual(width, dice.randint(1, 3), act, functional, dice.random() < 0.5), width
        if kind == 2:
            widths, pool = [dice.choice((4, 8)) for _ in range(dice.randint(2, 3))], dice.random() < 0.5
            return Branches(width, widths, dice.random() < 0.5, pool), sum(widths) + (width if pool else 0)
        if kind == 3:
            return Gate(width, functional), width
        if kind == 4:
            return Twice(width, dice.randint(2, 3)), width
        if kind == 5:
            return Halves(width, dice.choice(("chunk", "split", "slice"))), width
        if kind == 6:
            return Scaled(width, dice.choice((0.5, 2.0))), width
        if kind == 7:
            blocks = [Residual(width, 1, act, functional, False) for _ in range(dice.randint(2, 4))]
            return nn.Sequential(*blocks), width
        if kind == 8:
            out = dice.choice((8, 16))
            return nn.Sequential(nn.Conv2d(width, out, 1), Act(act), nn.BatchNorm2d(out), nn.Identity(), Act("relu")), out
        shared = ConvNorm(width, width, act=act, functional=functional)
        return nn.Sequential(shared, nn.MaxPool2d(2, ceil_mode=True), shared), width

    def forward(self, x):
        x = F.relu(self.stem(x))
        if self.late:
            for i in range(self.count):
                x = getattr(self, f"stage{i + 1}")(x)
        elif isinstance(self.stages, nn.Sequential):
            x = self.stages(x)
        else:
            for stage in self.stages:
                x = stage(x)
        if self.last == "view":
            x = F.adaptive_avg_pool2d(x, 1)
            x = x.view(x.size(0), -1)
        elif self.last == "flatten":
            x = torch.flatten(F.adaptive_avg_pool2d(x, (1, 1)), 1)
        elif self.last == "mean":
            x = x.mean([2, 3])
        else:
            x = self.flat(self.pool(x))
        return self.head(x)

"""Modules that fold the samples of a batch together with heads, frames or time, and join to them what they hold themselves."""

import torch
from torch import nn
from torch.nn import functional as F


def folded(x, h):
    b, n, d = x.shape
    return x.view(b, n, h, d // h).permute(0, 2, 1, 3).reshape(b * h, n, d // h)


def unfolded(x, h):
    return x.view(-1, h, *x.shape[1:]).transpose(1, 2).flatten(2)


class Product(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.out = nn.Linear(d, d)

    def forward(self, q, k, v):
        return self.out(torch.bmm(torch.bmm(q, k.transpose(1, 2)).softmax(-1), v))


class Asked(nn.Module):
    """Queries of the module's own, expanded for each sample and folded with heads, for a block and beside it."""

    INPUT = ((9, 16),)

    def __init__(self, h=4, n=5, d=16):
        super().__init__()
        self.h = h
        self.query = nn.Parameter(torch.randn(1, n, d))
        self.bias = nn.Parameter(torch.randn(h, n, 9))
        self.kv = nn.Linear(d, 2 * d)
        self.core = Product(d // h)
        self.head = nn.Linear(d, 3)

    def forward(self, x):
        b = x.shape[0]
        q, k, v = (folded(t, self.h) for t in (self.query.expand(b, -1, -1), *self.kv(x).chunk(2, -1)))
        y = self.core(q, k, v)
        scores = torch.bmm(q, k.transpose(1, 2)) + self.bias.repeat(b, 1, 1)
        y = y + torch.bmm(scores.softmax(-1), v)
        return self.head(unfolded(y, self.h).mean(1))


class Frames(nn.Module):
    """Prompts for each frame, samples before frames and behind them."""

    INPUT = ((4, 6, 12),)

    def __init__(self, d=12):
        super().__init__()
        self.prompt = nn.Parameter(torch.randn(1, 2, d))
        self.table = nn.Parameter(torch.randn(4, 2, d))
        self.enc = nn.TransformerEncoderLayer(d, 3, 24, batch_first=True)
        self.time = nn.Parameter(torch.randn(1, 4, 1, d))
        self.head = nn.Linear(d, 3)

    def forward(self, x):
        b, t, n, d = x.shape
        y = (x + self.time).reshape(b * t, n, d)
        y = torch.cat([self.prompt.expand(b * t, -1, -1), y, self.table.repeat(b, 1, 1)], 1)
        y = self.enc(y)[:, 0].view(b, t, d).mean(1)
        z = torch.cat([self.table.repeat_interleave(b, 0), x.transpose(0, 1).reshape(t * b, n, d)], 1)
        return self.head(y), z.reshape(t, b, n + 2, d).mean((0, 2))


class TimeFirst(nn.Module):
    """fairseq's attention: samples are folded with heads in the second axis."""

    def __init__(self, d=16, h=4):
        super().__init__()
        self.h, self.hd = h, d // h
        self.q_proj, self.k_proj, self.v_proj, self.out_proj = (nn.Linear(d, d) for _ in range(4))

    def forward(self, x):
        t, b, d = x.size()
        q = self.q_proj(x) * self.hd**-0.5
        q, k, v = (y.contiguous().view(t, b * self.h, self.hd).transpose(0, 1) for y in (q, self.k_proj(x), self.v_proj(x)))
        y = torch.bmm(F.softmax(torch.bmm(q, k.transpose(1, 2)), -1), v)
        return self.out_proj(y.transpose(0, 1).contiguous().view(t, b, d))


class Fairseq(nn.Module):
    INPUT = ((9, 16),)

    def __init__(self):
        super().__init__()
        self.attn, self.norm, self.fc = TimeFirst(), nn.LayerNorm(16), nn.Linear(16, 2)

    def forward(self, x):
        x = x.transpose(0, 1)
        x = self.norm(x + self.attn(x))
        return self.fc(x.mean(0))


class Supervised(nn.Module):
    def __init__(self, ci, co):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(ci, co, 3, 2, 1), nn.ReLU())
        self.aux = nn.Conv2d(co, 2, 1)

    def forward(self, x):
        x = self.body(x)
        return x, self.aux(x)


class Deep(nn.Module):
    """One definition of blocks that differ in what they are given."""

    INPUT = ((3, 32, 32),)

    def __init__(self):
        super().__init__()
        self.stages = nn.ModuleList([Supervised(3, 8), Supervised(8, 8), Supervised(8, 8)])

    def forward(self, x):
        for stage in self.stages:
            x, y = stage(x)
        return y


class Joining(nn.Module):
    """Takes other steps with two samples."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(6, 6)

    def forward(self, x):
        y = self.fc(x).transpose(0, 1)
        return y.transpose(0, 1) if x.shape[0] == 1 else torch.cat([y[:, i : i + 1] for i in range(x.shape[0])], 1).transpose(0, 1)


Joining.INPUT = ((4, 6),)
MODELS = {each.__name__: each for each in (Asked, Frames, Fairseq, Deep, Joining)}

"""Modules that hand lists, tuples and dicts of tensors to each other, and of whose results not all are used."""

import torch
from torch import nn
from torch.nn import functional as F


class Conv(nn.Module):
    def __init__(self, ci, co, k=3, s=1):
        super().__init__()
        self.conv = nn.Conv2d(ci, co, k, s, k // 2, bias=False)
        self.bn = nn.BatchNorm2d(co)
        self.act = nn.SiLU()

    def forward(self, x):
        return self.act(self.bn(self.conv(x)))


class Backbone(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = Conv(3, 8, s=2)
        self.stages = nn.ModuleList([Conv(8, 16, s=2), Conv(16, 32, s=2), Conv(32, 64, s=2)])

    def forward(self, x):
        x = self.stem(x)
        outs = []
        for stage in self.stages:
            x = stage(x)
            outs.append(x)
        return outs


class Neck(nn.Module):
    """Takes a list of maps and gives a list."""

    def __init__(self, cs=(16, 32, 64), w=16):
        super().__init__()
        self.lat = nn.ModuleList([nn.Conv2d(c, w, 1) for c in cs])
        self.up = nn.ModuleList([Conv(w, w) for _ in cs[1:]])
        self.down = nn.ModuleList([Conv(w, w, s=2) for _ in cs[1:]])

    def forward(self, feats):
        p = [lat(f) for lat, f in zip(self.lat, feats)]
        for i in range(len(p) - 1, 0, -1):
            p[i - 1] = self.up[i - 1](p[i - 1] + F.interpolate(p[i], scale_factor=2, mode="nearest"))
        for i in range(len(p) - 1):
            p[i + 1] = p[i + 1] + self.down[i](p[i])
        return p


class Head(nn.Module):
    def __init__(self, w=16, nc=3):
        super().__init__()
        self.cls = nn.Conv2d(w, nc, 1)
        self.box = nn.Conv2d(w, 4, 1)

    def forward(self, feats):
        return torch.cat([torch.cat([self.box(f), self.cls(f)], 1).flatten(2) for f in feats], 2)


class Listed(nn.Module):
    INPUT = ((3, 64, 64),)

    def __init__(self):
        super().__init__()
        self.backbone, self.neck, self.head = Backbone(), Neck(), Head()

    def forward(self, x):
        return self.head(self.neck(self.backbone(x)))


class Body(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = Conv(3, 8, s=2)
        self.c3, self.c4 = Conv(8, 16, s=2), Conv(16, 32, s=2)

    def forward(self, x):
        c3 = self.c3(self.stem(x))
        return {"c3": c3, "c4": self.c4(c3)}


class Levels(nn.Module):
    def __init__(self, cs, w):
        super().__init__()
        self.inner = nn.ModuleDict({k: nn.Conv2d(c, w, 1) for k, c in cs.items()})
        self.layer = nn.ModuleDict({k: nn.Conv2d(w, w, 3, padding=1) for k in cs})

    def forward(self, feats):
        *names, top = feats
        last = self.inner[top](feats[top])
        out = {top: self.layer[top](last)}
        for k in reversed(names):
            lat = self.inner[k](feats[k])
            last = lat + F.interpolate(last, size=lat.shape[-2:], mode="nearest")
            out[k] = self.layer[k](last)
        out["pool"] = F.max_pool2d(out[top], 1, 2, 0)
        return out


class Keyed(nn.Module):
    """A dict comes out, goes in, and comes out again, of which one value is used."""

    INPUT = ((3, 64, 64),)

    def __init__(self):
        super().__init__()
        self.body, self.fpn = Body(), Levels({"c3": 16, "c4": 32}, 8)
        self.head = nn.Conv2d(8, 5, 3, padding=1)

    def forward(self, x):
        return self.head(self.fpn(self.body(x))["c3"])


class Stage(nn.Module):
    """Gives what comes after and before its pool."""

    def __init__(self, ci, co):
        super().__init__()
        self.conv = Conv(ci, co)
        self.pool = nn.MaxPool2d(2)

    def forward(self, x):
        skip = self.conv(x)
        return self.pool(skip), skip


class Skips(nn.Module):
    """Three of a class, of which different values are used."""

    INPUT = ((3, 32, 32),)

    def __init__(self):
        super().__init__()
        self.e1, self.e2, self.e3 = Stage(3, 8), Stage(8, 16), Stage(16, 32)
        self.out = nn.Conv2d(8 + 32, 4, 1)

    def forward(self, x):
        x, s1 = self.e1(x)
        x, _ = self.e2(x)
        _, s3 = self.e3(x)
        return self.out(torch.cat([s1, F.interpolate(s3, scale_factor=4, mode="nearest")], 1))


class AttnBlock(nn.Module):
    def __init__(self, d, h):
        super().__init__()
        self.norm = nn.LayerNorm(d)
        self.attn = nn.MultiheadAttention(d, h, batch_first=True)
        self.mlp = nn.Sequential(nn.Linear(d, 2 * d), nn.GELU(), nn.Linear(2 * d, d))

    def forward(self, x):
        y, w = self.attn(*[self.norm(x)] * 3)
        x = x + y
        return x + self.mlp(x), w


class LastWeights(nn.Module):
    """Weights of the last block alone are taken."""

    INPUT = ((7, 12),)

    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList([AttnBlock(12, 3) for _ in range(3)])
        self.head = nn.Linear(12, 3)

    def forward(self, x):
        for block in self.blocks:
            x, w = block(x)
        return self.head(x.mean(1)), w


class Joined(nn.Module):
    def __init__(self, ci, co):
        super().__init__()
        self.a, self.b = nn.Conv2d(ci, co, 3, padding=1), nn.Conv2d(co, co, 3, padding=1)

    def forward(self, xs):
        return F.relu(self.b(F.relu(self.a(torch.cat(xs, 1)))))


class UNetPP(nn.Module):
    """Lists of one, two and three maps for one class."""

    INPUT = ((3, 32, 32),)

    def __init__(self, n=(8, 16, 32)):
        super().__init__()
        self.pool = nn.MaxPool2d(2, 2)
        self.up = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True)
        self.conv0_0, self.conv1_0, self.conv2_0 = Joined(3, n[0]), Joined(n[0], n[1]), Joined(n[1], n[2])
        self.conv0_1, self.conv1_1 = Joined(n[0] + n[1], n[0]), Joined(n[1] + n[2], n[1])
        self.conv0_2 = Joined(n[0] * 2 + n[1], n[0])
        self.final1, self.final2 = nn.Conv2d(n[0], 2, 1), nn.Conv2d(n[0], 2, 1)

    def forward(self, x):
        x0_0 = self.conv0_0([x])
        x1_0 = self.conv1_0([self.pool(x0_0)])
        x0_1 = self.conv0_1([x0_0, self.up(x1_0)])
        x2_0 = self.conv2_0([self.pool(x1_0)])
        x1_1 = self.conv1_1([x1_0, self.up(x2_0)])
        x0_2 = self.conv0_2([x0_0, x0_1, self.up(x1_1)])
        return [self.final1(x0_1), self.final2(x0_2)]


class Inner(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.a, self.b = nn.Conv2d(c, c, 1), nn.Conv2d(c, c, 3, padding=1)

    def forward(self, pair):
        x, y = pair
        return self.a(x) + y, self.b(y)


class Fuse(nn.Module):
    def __init__(self, c, n):
        super().__init__()
        self.w = nn.Parameter(torch.ones(n))
        self.conv = nn.Conv2d(c, c, 3, padding=1)

    def forward(self, *xs):
        w = F.relu(self.w)
        w = w / (w.sum() + 1e-4)
        return self.conv(F.silu(sum(w[i] * x for i, x in enumerate(xs))))


class Pairs(nn.Module):
    """Tuples go through an nn.Sequential; what comes in by a star stays so."""

    INPUT = ((8, 8, 8), (8, 8, 8))

    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(*[Inner(8) for _ in range(2)])
        self.fuse = Fuse(8, 2)

    def forward(self, left, right):
        return self.fuse(*self.net((left, right)))


class Moments(nn.Module):
    """Gives the halves of what it cuts."""

    def __init__(self):
        super().__init__()
        self.conv, self.fc = nn.Conv2d(3, 8, 3, 2, 1), nn.Linear(8, 12)

    def forward(self, x):
        return self.fc(F.relu(self.conv(x)).mean((2, 3))).chunk(2, dim=1)


class Variational(nn.Module):
    INPUT = ((3, 16, 16),)

    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = Moments(), nn.Linear(6, 5)

    def forward(self, x):
        mean, log_variance = self.encoder(x)
        return self.decoder(mean + torch.exp(0.5 * log_variance)), mean, log_variance


MODELS = {each.__name__: each for each in (Listed, Keyed, Skips, LastWeights, UNetPP, Pairs, Variational)}

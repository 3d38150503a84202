"""Modules as people write them, to be taken into designs and back to code: U-Nets, heads that levels share, masks, buffers,
signals, tied weights; and what no design can say, which is told with its line."""

import math

import torch
from torch import nn
from torch.nn import functional as F


class Double(nn.Module):
    def __init__(self, i, o):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(i, o, 3, padding=1, bias=False), nn.BatchNorm2d(o), nn.ReLU(inplace=True),
                                  nn.Conv2d(o, o, 3, padding=1, bias=False), nn.BatchNorm2d(o), nn.ReLU(inplace=True))
    def forward(self, x): return self.body(x)

class UNet(nn.Module):
    def __init__(self, widths=(8, 16, 32)):
        super().__init__()
        self.downs = nn.ModuleList(); self.ups = nn.ModuleList()
        i = 3
        for w in widths:
            self.downs.append(Double(i, w)); i = w
        self.mid = Double(i, 2 * i)
        for w in reversed(widths):
            self.ups.append(nn.ConvTranspose2d(2 * w, w, 2, 2)); self.ups.append(Double(2 * w, w))
        self.out = nn.Conv2d(widths[0], 2, 1)
    def forward(self, x):
        skips = []
        for d in self.downs:
            x = d(x); skips.append(x); x = F.max_pool2d(x, 2)
        x = self.mid(x)
        for up, conv in zip(self.ups[::2], self.ups[1::2]):
            x = up(x); s = skips.pop()
            if x.shape != s.shape: x = F.interpolate(x, size=s.shape[2:], mode="bilinear", align_corners=False)
            x = conv(torch.cat([s, x], 1))
        return self.out(x)

class Siamese(nn.Module):
    INPUT = ((3, 32, 32), (3, 32, 32))
    def __init__(self):
        super().__init__()
        self.embed = nn.Sequential(nn.Conv2d(3, 8, 3, 2), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 16))
        self.last = nn.Linear(16, 1)
    def forward(self, a, b):
        return torch.sigmoid(self.last(torch.abs(self.embed(a) - self.embed(b))))

class SE(nn.Module):
    def __init__(self, c, r=4):
        super().__init__()
        self.fc = nn.Sequential(nn.Linear(c, c // r, bias=False), nn.ReLU(inplace=True), nn.Linear(c // r, c, bias=False), nn.Sigmoid())
    def forward(self, x):
        b, c, _, _ = x.size()
        y = F.adaptive_avg_pool2d(x, 1).view(b, c)
        return x * self.fc(y).view(b, c, 1, 1).expand_as(x)

class SEBlock(nn.Module):
    def __init__(self, i, o, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(i, o, 3, stride, 1, bias=False); self.bn1 = nn.BatchNorm2d(o)
        self.conv2 = nn.Conv2d(o, o, 3, 1, 1, bias=False); self.bn2 = nn.BatchNorm2d(o)
        self.se = SE(o); self.relu = nn.ReLU(inplace=True)
        self.shortcut = nn.Sequential()
        if stride != 1 or i != o:
            self.shortcut = nn.Sequential(nn.Conv2d(i, o, 1, stride, bias=False), nn.BatchNorm2d(o))
    def forward(self, x):
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.se(self.bn2(self.conv2(out)))
        out += self.shortcut(x)
        return self.relu(out)

class SEResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 3, 1, 1)
        self.layer1 = self.make(16, 16, 2, 1); self.layer2 = self.make(16, 32, 2, 2)
        self.fc = nn.Linear(32, 10)
    def make(self, i, o, n, s):
        return nn.Sequential(*[SEBlock(i if k == 0 else o, o, s if k == 0 else 1) for k in range(n)])
    def forward(self, x):
        x = self.layer2(self.layer1(self.stem(x)))
        return self.fc(F.avg_pool2d(x, x.shape[-1]).flatten(1))

class DetHead(nn.Module):
    """Convolutions that all levels share, as RetinaNet has them."""
    def __init__(self):
        super().__init__()
        self.c3 = nn.Conv2d(3, 16, 3, 2, 1); self.c4 = nn.Conv2d(16, 16, 3, 2, 1); self.c5 = nn.Conv2d(16, 16, 3, 2, 1)
        self.tower = nn.Sequential(nn.Conv2d(16, 16, 3, 1, 1), nn.ReLU(), nn.Conv2d(16, 16, 3, 1, 1), nn.ReLU())
        self.cls = nn.Conv2d(16, 2 * 5, 3, padding=1); self.box = nn.Conv2d(16, 2 * 4, 3, padding=1)
        self.scales = nn.ParameterList([nn.Parameter(torch.rand(1)) for _ in range(3)])
    def forward(self, x):
        p3 = F.relu(self.c3(x)); p4 = F.relu(self.c4(p3)); p5 = F.relu(self.c5(p4))
        p4 = p4 + F.interpolate(p5, scale_factor=2, mode="nearest")
        outs = []
        for p, s in zip((p3, p4, p5), self.scales):
            t = self.tower(p)
            c = self.cls(t); b = self.box(t) * s
            n, _, h, w = c.shape
            outs.append(torch.cat([c.view(n, 2, 5, h, w), b.view(n, 2, 4, h, w)], 2).permute(0, 3, 4, 1, 2).reshape(n, -1, 9))
        return torch.cat(outs, 1)

class Einsum(nn.Module):
    def __init__(self, dim=16, heads=4):
        super().__init__()
        self.heads = heads; self.patch = nn.Conv2d(3, dim, 8, 8)
        self.qkv = nn.Linear(dim, 3 * dim); self.proj = nn.Linear(dim, dim)
        self.register_buffer("mask", torch.tril(torch.ones(16, 16)).bool())
        self.pos = nn.Parameter(torch.randn(1, 16, dim))
        self.norm = nn.LayerNorm(dim)
    def forward(self, x):
        x = self.patch(x).flatten(2).transpose(1, 2) + self.pos
        b, n, d = x.shape
        q, k, v = self.qkv(self.norm(x)).reshape(b, n, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        a = torch.einsum("bhid,bhjd->bhij", q, k) / math.sqrt(d // self.heads)
        a = a.masked_fill(~self.mask, float("-inf")).softmax(-1)
        y = torch.einsum("bhij,bhjd->bhid", a, v).transpose(1, 2).reshape(b, n, d)
        return self.proj(y).mean(1)

class Normed(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.utils.weight_norm(nn.Conv2d(3, 8, 3)); self.b = nn.utils.spectral_norm(nn.Conv2d(8, 8, 3))
        self.c = nn.utils.parametrizations.spectral_norm(nn.Linear(8, 4))
    def forward(self, x):
        return self.c(F.leaky_relu(self.b(F.leaky_relu(self.a(x), 0.1)), 0.1).mean([2, 3]))

class Buffers(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1))
        self.register_buffer("keep", torch.tensor([1, 0, 1, 1, 0, 1, 1, 1]).view(1, 8, 1, 1))
        self.conv = nn.Conv2d(3, 8, 3)
        self.temperature = nn.Parameter(torch.tensor(2.0))
    def forward(self, x):
        x = self.conv((x - self.mean) / self.std) * self.keep
        return F.log_softmax(x.amax(dim=(2, 3)) / self.temperature, dim=1)

class Dynamic(nn.Module):
    def __init__(self):
        super().__init__(); self.a = nn.Conv2d(3, 4, 3); self.b = nn.Conv2d(3, 4, 3)
    def forward(self, x):
        if x.mean() > 0:
            return self.a(x)
        return self.b(x)

class Items(nn.Module):
    def __init__(self):
        super().__init__(); self.a = nn.Conv2d(3, 4, 3)
    def forward(self, x):
        y = self.a(x)
        return y * y.max().item()

class InPlace(nn.Module):
    """Pre-activation with a module that changes what came in."""
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3); self.bn = nn.BatchNorm2d(8); self.relu = nn.ReLU(inplace=True); self.conv = nn.Conv2d(8, 8, 3, padding=1)
    def forward(self, x):
        x = self.stem(x)
        y = self.relu(x)
        x.add_(1)
        y2 = self.conv(self.bn(y))
        y2 *= 2
        return x + y2

class View(nn.Module):
    def __init__(self):
        super().__init__(); self.stem = nn.Conv2d(3, 8, 3)
    def forward(self, x):
        x = self.stem(x)
        half = x[:, :4]
        half.relu_()
        return x

class Line(nn.Module):
    INPUT = ((2, 64),)
    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv1d(2, 8, 5, stride=2, padding="valid"); self.c2 = nn.Conv1d(8, 8, 3, padding="same", dilation=2, groups=2)
        self.bn = nn.BatchNorm1d(8); self.pool = nn.MaxPool1d(2); self.up = nn.ConvTranspose1d(8, 6, 4, 2, 1)
        self.n = nn.InstanceNorm1d(6); self.gn = nn.GroupNorm(2, 6)
        self.reflect = nn.Conv1d(6, 6, 3, padding=1, padding_mode="reflect")
        self.glu = nn.GLU(1); self.head = nn.AdaptiveAvgPool1d(1); self.fc = nn.Linear(3, 5)
    def forward(self, x):
        x = self.pool(F.relu(self.bn(self.c2(self.c1(x)))))
        x = self.gn(self.n(self.up(F.pad(x, (2, 1)))))
        x = F.interpolate(self.reflect(x), scale_factor=2)
        x = F.avg_pool1d(x, 2)
        return self.fc(self.head(self.glu(x)).squeeze(-1))

class Two(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 3, 3, padding=1); self.second = self.first
        self.enc = nn.Linear(3, 4); self.dec = nn.Linear(4, 4); self.dec.weight = nn.Parameter(torch.randn(4, 4)); self.tied = nn.Linear(4, 4, bias=False); self.tied.weight = self.dec.weight
    def forward(self, x):
        x = self.second(F.relu(self.first(x))).mean((2, 3))
        return self.tied(self.dec(self.enc(x)))

class Dict(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3)
        self.heads = nn.ModuleDict({"age": nn.Linear(8, 1), "kind": nn.Sequential(nn.Linear(8, 4), nn.ReLU(), nn.Linear(4, 3)), "idle": nn.Identity()})
    def forward(self, x):
        x = self.stem(x).mean((2, 3))
        return {name: head(x) for name, head in self.heads.items() if name != "idle"}

class Norms(nn.Module):
    def __init__(self):
        super().__init__()
        self.c = nn.Conv2d(3, 8, 3, padding=1, padding_mode="circular")
        self.a = nn.InstanceNorm2d(8, affine=True); self.b = nn.InstanceNorm2d(8); self.d = nn.BatchNorm2d(8, affine=False)
        self.e = nn.GroupNorm(4, 8, affine=False); self.f = nn.LayerNorm([8], elementwise_affine=False)
        self.p = nn.PixelUnshuffle(2); self.g = nn.Conv2d(32, 4, 1); self.h = nn.PReLU(4)
    def forward(self, x):
        x = self.e(self.d(self.b(self.a(self.c(x)))))
        x = self.h(self.g(self.p(x)))
        x = torch.stack([x, -2 * x.flip(1)], 1).sum(1) + x
        x = torch.where(x > 0, x, torch.zeros_like(x)) + x.clamp(min=0) + x.square().clamp(max=1.5)
        return self.f(F.pad(x, (1, 1, 1, 1)).mean((2, 3)).repeat(1, 2))

class Rnn(nn.Module):
    INPUT = ((2, 64),)
    def __init__(self):
        super().__init__(); self.c = nn.Conv1d(2, 8, 5); self.rnn = nn.GRU(8, 6, batch_first=True); self.fc = nn.Linear(6, 3)
    def forward(self, x):
        y, h = self.rnn(self.c(x).transpose(1, 2))
        return self.fc(y[:, -1])

class MHA(nn.Module):
    INPUT = ((16, 12),)
    def __init__(self):
        super().__init__()
        self.layer = nn.TransformerEncoderLayer(12, 3, 24, batch_first=True, dropout=0.1); self.fc = nn.Linear(12, 2)
    def forward(self, x): return self.fc(self.layer(x)[:, 0])

class Embed(nn.Module):
    INPUT = ((16, 12),)
    def __init__(self):
        super().__init__(); self.pos = nn.Embedding(16, 12); self.fc = nn.Linear(12, 2)
    def forward(self, x):
        return self.fc((x + self.pos(torch.arange(x.shape[1], device=x.device))).max(dim=1)[0])

class TensorsAlone(nn.Module):
    def __init__(self, i, o):
        super().__init__(); self.conv = nn.Conv2d(i, o, 3, padding=1, bias=False); self.bn = nn.BatchNorm2d(o); self.act = nn.ReLU()
    def forward(self, x):
        if not isinstance(x, torch.Tensor):
            raise TypeError("a tensor is wanted")
        return self.act(self.bn(self.conv(x)))

class Strict(nn.Module):
    """Modules that ask for the class of what comes in, which is none of tensors while they are traced."""
    def __init__(self):
        super().__init__()
        self.blocks = nn.Sequential(TensorsAlone(3, 8), TensorsAlone(8, 8), TensorsAlone(8, 8))
        self.pool = nn.MaxPool2d(2); self.norm = nn.LayerNorm(8); self.gn = nn.GroupNorm(2, 8); self.up = nn.ConvTranspose2d(8, 8, 2, 2)
        self.attn = nn.MultiheadAttention(8, 2, batch_first=True); self.fc = nn.Linear(8, 4)
        self.scale = nn.Parameter(torch.ones(8, 1, 1)); self.register_buffer("mean", torch.rand(1, 3, 1, 1))
    def forward(self, x):
        x = self.blocks((x - self.mean) * 2)
        y = self.pool(self.pool(x))
        x = x * self.scale + F.interpolate(self.up(y), size=x.shape[-2:], mode="bilinear", align_corners=False)
        x = self.gn(torch.cat([x[:, :4], x[:, 4:]], 1))
        x = self.norm(F.adaptive_avg_pool2d(x, 4).flatten(2).transpose(1, 2))
        x = x + self.attn(x, x, x, need_weights=False)[0]
        return self.fc(F.gelu(x.mean(1)))

class Swish(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x * torch.sigmoid(x)

class Custom(nn.Module):
    """A function with a gradient of its own."""
    def __init__(self):
        super().__init__(); self.c = nn.Conv2d(3, 4, 3, 2); self.b = nn.ModuleList(nn.Conv2d(4, 4, 3, padding=1) for _ in range(2))
    def forward(self, x):
        x = Swish.apply(self.c(x))
        for b in self.b:
            x = Swish.apply(b(x)) + x
        return x

MODELS = {
    each.__name__: each
    for each in (
        UNet, Siamese, SEResNet, DetHead, Einsum, Normed, Buffers, Dynamic, Items, InPlace, View, Line, Two, Dict, Norms, Rnn, MHA, Embed, Strict, Custom,
    )
}  # fmt: skip


"""Modules as much used code writes them: what they share, hand on in lists and dicts, and give."""

import torch
from torch import nn
from torch.nn import functional as F


def autopad(k, p=None, d=1):
    if d > 1:
        k = d * (k - 1) + 1 if isinstance(k, int) else [d * (x - 1) + 1 for x in k]
    if p is None:
        p = k // 2 if isinstance(k, int) else [x // 2 for x in k]
    return p


class Conv(nn.Module):
    default_act = nn.SiLU()

    def __init__(self, c1, c2, k=1, s=1, p=None, g=1, d=1, act=True):
        super().__init__()
        self.conv = nn.Conv2d(c1, c2, k, s, autopad(k, p, d), groups=g, dilation=d, bias=False)
        self.bn = nn.BatchNorm2d(c2)
        self.act = self.default_act if act is True else act if isinstance(act, nn.Module) else nn.Identity()

    def forward(self, x):
        return self.act(self.bn(self.conv(x)))


class Bottleneck(nn.Module):
    def __init__(self, c1, c2, shortcut=True, g=1, k=(3, 3), e=0.5):
        super().__init__()
        c_ = int(c2 * e)
        self.cv1 = Conv(c1, c_, k[0], 1)
        self.cv2 = Conv(c_, c2, k[1], 1, g=g)
        self.add = shortcut and c1 == c2

    def forward(self, x):
        return x + self.cv2(self.cv1(x)) if self.add else self.cv2(self.cv1(x))


class C2f(nn.Module):
    def __init__(self, c1, c2, n=1, shortcut=False, g=1, e=0.5):
        super().__init__()
        self.c = int(c2 * e)
        self.cv1 = Conv(c1, 2 * self.c, 1, 1)
        self.cv2 = Conv((2 + n) * self.c, c2, 1)
        self.m = nn.ModuleList(Bottleneck(self.c, self.c, shortcut, g, k=((3, 3), (3, 3)), e=1.0) for _ in range(n))

    def forward(self, x):
        y = list(self.cv1(x).chunk(2, 1))
        y.extend(m(y[-1]) for m in self.m)
        return self.cv2(torch.cat(y, 1))


class SPPF(nn.Module):
    def __init__(self, c1, c2, k=5):
        super().__init__()
        c_ = c1 // 2
        self.cv1 = Conv(c1, c_, 1, 1)
        self.cv2 = Conv(c_ * 4, c2, 1, 1)
        self.m = nn.MaxPool2d(kernel_size=k, stride=1, padding=k // 2)

    def forward(self, x):
        y = [self.cv1(x)]
        y.extend(self.m(y[-1]) for _ in range(3))
        return self.cv2(torch.cat(y, 1))


class Concat(nn.Module):
    def __init__(self, dimension=1):
        super().__init__()
        self.d = dimension

    def forward(self, x):
        return torch.cat(x, self.d)


class DFL(nn.Module):
    def __init__(self, c1=16):
        super().__init__()
        self.conv = nn.Conv2d(c1, 1, 1, bias=False).requires_grad_(False)
        x = torch.arange(c1, dtype=torch.float)
        self.conv.weight.data[:] = nn.Parameter(x.view(1, c1, 1, 1))
        self.c1 = c1

    def forward(self, x):
        b, _, a = x.shape
        return self.conv(x.view(b, 4, self.c1, a).transpose(2, 1).softmax(1)).view(b, 4, a)


class Detect(nn.Module):
    def __init__(self, nc=4, ch=()):
        super().__init__()
        self.nc, self.nl, self.reg_max = nc, len(ch), 4
        self.no = nc + self.reg_max * 4
        c2, c3 = 16, 8
        self.cv2 = nn.ModuleList(nn.Sequential(Conv(x, c2, 3), Conv(c2, c2, 3), nn.Conv2d(c2, 4 * self.reg_max, 1)) for x in ch)
        self.cv3 = nn.ModuleList(nn.Sequential(Conv(x, c3, 3), Conv(c3, c3, 3), nn.Conv2d(c3, self.nc, 1)) for x in ch)
        self.dfl = DFL(self.reg_max)

    def forward(self, x):
        for i in range(self.nl):
            x[i] = torch.cat((self.cv2[i](x[i]), self.cv3[i](x[i])), 1)
        shape = x[0].shape
        x_cat = torch.cat([xi.view(shape[0], self.no, -1) for xi in x], 2)
        box, cls = x_cat.split((self.reg_max * 4, self.nc), 1)
        return torch.cat((self.dfl(box), cls.sigmoid()), 1)


class YoloNeck(nn.Module):
    INPUT = ((3, 64, 64),)

    def __init__(self, w=16):
        super().__init__()
        self.stem = nn.Sequential(Conv(3, w, 3, 2), Conv(w, w, 3, 2))
        self.p3 = nn.Sequential(Conv(w, 2 * w, 3, 2), C2f(2 * w, 2 * w, 2, True))
        self.p4 = nn.Sequential(Conv(2 * w, 4 * w, 3, 2), C2f(4 * w, 4 * w, 2, True), SPPF(4 * w, 4 * w))
        self.upsample = nn.Upsample(None, 2, "nearest")
        self.cat = Concat(1)
        self.c3 = C2f(6 * w, 2 * w, 1)
        self.down = Conv(2 * w, 2 * w, 3, 2)
        self.c4 = C2f(6 * w, 4 * w, 1)
        self.detect = Detect(4, (2 * w, 4 * w))

    def forward(self, x):
        x = self.stem(x)
        p3 = self.p3(x)
        p4 = self.p4(p3)
        n3 = self.c3(self.cat([self.upsample(p4), p3]))
        n4 = self.c4(self.cat([self.down(n3), p4]))
        return self.detect([n3, n4])


class LayerNorm(nn.Module):
    def __init__(self, normalized_shape, eps=1e-6, data_format="channels_last"):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(normalized_shape))
        self.bias = nn.Parameter(torch.zeros(normalized_shape))
        self.eps = eps
        self.data_format = data_format
        if self.data_format not in ["channels_last", "channels_first"]:
            raise NotImplementedError
        self.normalized_shape = (normalized_shape,)

    def forward(self, x):
        if self.data_format == "channels_last":
            return F.layer_norm(x, self.normalized_shape, self.weight, self.bias, self.eps)
        elif self.data_format == "channels_first":
            u = x.mean(1, keepdim=True)
            s = (x - u).pow(2).mean(1, keepdim=True)
            x = (x - u) / torch.sqrt(s + self.eps)
            x = self.weight[:, None, None] * x + self.bias[:, None, None]
            return x


class GRN(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.gamma = nn.Parameter(torch.zeros(1, 1, 1, dim))
        self.beta = nn.Parameter(torch.zeros(1, 1, 1, dim))

    def forward(self, x):
        Gx = torch.norm(x, p=2, dim=(1, 2), keepdim=True)
        Nx = Gx / (Gx.mean(dim=-1, keepdim=True) + 1e-6)
        return self.gamma * (x * Nx) + self.beta + x


class Block(nn.Module):
    def __init__(self, dim, drop_path=0.0):
        super().__init__()
        self.dwconv = nn.Conv2d(dim, dim, kernel_size=7, padding=3, groups=dim)
        self.norm = LayerNorm(dim, eps=1e-6)
        self.pwconv1 = nn.Linear(dim, 4 * dim)
        self.act = nn.GELU()
        self.grn = GRN(4 * dim)
        self.pwconv2 = nn.Linear(4 * dim, dim)
        self.drop_path = nn.Identity()

    def forward(self, x):
        input = x
        x = self.dwconv(x)
        x = x.permute(0, 2, 3, 1)
        x = self.norm(x)
        x = self.pwconv1(x)
        x = self.act(x)
        x = self.grn(x)
        x = self.pwconv2(x)
        x = x.permute(0, 3, 1, 2)
        return input + self.drop_path(x)


class ConvNextV2(nn.Module):
    INPUT = ((3, 64, 64),)

    def __init__(self, in_chans=3, num_classes=10, depths=(1, 1, 3, 1), dims=(8, 16, 24, 32)):
        super().__init__()
        self.depths = depths
        self.downsample_layers = nn.ModuleList()
        stem = nn.Sequential(
            nn.Conv2d(in_chans, dims[0], kernel_size=4, stride=4), LayerNorm(dims[0], eps=1e-6, data_format="channels_first")
        )
        self.downsample_layers.append(stem)
        for i in range(3):
            self.downsample_layers.append(
                nn.Sequential(
                    LayerNorm(dims[i], eps=1e-6, data_format="channels_first"),
                    nn.Conv2d(dims[i], dims[i + 1], kernel_size=2, stride=2),
                )
            )
        self.stages = nn.ModuleList()
        for i in range(4):
            self.stages.append(nn.Sequential(*[Block(dim=dims[i]) for _ in range(depths[i])]))
        self.norm = nn.LayerNorm(dims[-1], eps=1e-6)
        self.head = nn.Linear(dims[-1], num_classes)

    def forward_features(self, x):
        for i in range(4):
            x = self.downsample_layers[i](x)
            x = self.stages[i](x)
        return self.norm(x.mean([-2, -1]))

    def forward(self, x):
        return self.head(self.forward_features(x))


class SEBlock(nn.Module):
    def __init__(self, in_channels, rd_ratio=0.0625 * 4):
        super().__init__()
        self.reduce = nn.Conv2d(in_channels, int(in_channels * rd_ratio), 1)
        self.expand = nn.Conv2d(int(in_channels * rd_ratio), in_channels, 1)

    def forward(self, inputs):
        b, c, h, w = inputs.size()
        x = F.avg_pool2d(inputs, kernel_size=[h, w])
        x = self.reduce(x)
        x = F.relu(x)
        x = self.expand(x)
        x = torch.sigmoid(x)
        x = x.view(-1, c, 1, 1)
        return inputs * x


class MobileOneBlock(nn.Module):
    def __init__(self, cin, cout, k, s=1, p=0, groups=1, inference_mode=False, use_se=False, n=1):
        super().__init__()
        self.inference_mode, self.groups, self.stride, self.kernel_size = inference_mode, groups, s, k
        self.num_conv_branches = n
        self.se = SEBlock(cout) if use_se else nn.Identity()
        self.activation = nn.ReLU()
        if inference_mode:
            self.reparam_conv = nn.Conv2d(cin, cout, k, s, p, groups=groups)
        else:
            self.rbr_skip = nn.BatchNorm2d(cin) if cout == cin and s == 1 else None
            self.rbr_conv = nn.ModuleList([self._conv_bn(cin, cout, k, s, p, groups) for _ in range(n)])
            self.rbr_scale = self._conv_bn(cin, cout, 1, s, 0, groups) if k > 1 else None

    def _conv_bn(self, cin, cout, k, s, p, groups):
        mod_list = nn.Sequential()
        mod_list.add_module("conv", nn.Conv2d(cin, cout, k, s, p, groups=groups, bias=False))
        mod_list.add_module("bn", nn.BatchNorm2d(cout))
        return mod_list

    def forward(self, x):
        if self.inference_mode:
            return self.activation(self.se(self.reparam_conv(x)))
        identity_out = 0
        if self.rbr_skip is not None:
            identity_out = self.rbr_skip(x)
        scale_out = 0
        if self.rbr_scale is not None:
            scale_out = self.rbr_scale(x)
        out = scale_out + identity_out
        for ix in range(self.num_conv_branches):
            out += self.rbr_conv[ix](x)
        return self.activation(self.se(out))


class MobileOne(nn.Module):
    def __init__(self, num_blocks=(1, 2, 1), widths=(8, 16, 24), n=2, inference_mode=False):
        super().__init__()
        self.inference_mode, self.in_planes, self.n, self.cur_layer_idx = inference_mode, widths[0], n, 1
        self.stage0 = MobileOneBlock(3, widths[0], 3, 2, 1, inference_mode=inference_mode)
        self.stage1 = self._make_stage(widths[0], num_blocks[0], 0)
        self.stage2 = self._make_stage(widths[1], num_blocks[1], 0)
        self.stage3 = self._make_stage(widths[2], num_blocks[2], 1)
        self.gap = nn.AdaptiveAvgPool2d(output_size=1)
        self.linear = nn.Linear(widths[2], 5)

    def _make_stage(self, planes, num, num_se):
        strides = [2] + [1] * (num - 1)
        blocks = []
        for ix, stride in enumerate(strides):
            use_se = ix >= (num - num_se)
            blocks.append(MobileOneBlock(self.in_planes, self.in_planes, 3, stride, 1, self.in_planes, self.inference_mode, use_se, self.n))
            blocks.append(MobileOneBlock(self.in_planes, planes, 1, 1, 0, 1, self.inference_mode, use_se, self.n))
            self.in_planes = planes
        return nn.Sequential(*blocks)

    def forward(self, x):
        x = self.stage0(x)
        x = self.stage1(x)
        x = self.stage2(x)
        x = self.stage3(x)
        x = self.gap(x)
        x = x.view(x.size(0), -1)
        return self.linear(x)


class Trunk(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2, self.bn = nn.Conv2d(3, 8, 3, padding=1), nn.Conv2d(8, 16, 3, 2, 1), nn.BatchNorm2d(16)

    def forward(self, x):
        x = F.relu(self.conv1(x))
        low = F.max_pool2d(x, 2)
        high = F.relu(self.bn(self.conv2(x)))
        return low, high


class SiamFPN(nn.Module):
    """A shared trunk with two outputs."""

    INPUT = ((3, 32, 32), (3, 32, 32))

    def __init__(self):
        super().__init__()
        self.trunk = Trunk()
        self.lat = nn.ModuleDict({"low": nn.Conv2d(8, 8, 1), "high": nn.Conv2d(16, 8, 1)})

    def forward(self, z, x):
        zl, zh = self.trunk(z)
        xl, xh = self.trunk(x)
        return self.lat["low"](zl * xl) + self.lat["high"](zh - xh)


class PreNorm(nn.Module):
    def __init__(self, dim, fn, context_dim=None):
        super().__init__()
        self.fn = fn
        self.norm = nn.LayerNorm(dim)
        self.norm_context = nn.LayerNorm(context_dim) if context_dim is not None else None

    def forward(self, x, **kwargs):
        x = self.norm(x)
        if self.norm_context is not None:
            context = kwargs["context"]
            normed_context = self.norm_context(context)
            kwargs.update(context=normed_context)
        return self.fn(x, **kwargs)


class GEGLU(nn.Module):
    def forward(self, x):
        x, gates = x.chunk(2, dim=-1)
        return x * F.gelu(gates)


class FeedForward(nn.Module):
    def __init__(self, dim, mult=2, dropout=0.0):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(dim, dim * mult * 2), GEGLU(), nn.Linear(dim * mult, dim), nn.Dropout(dropout))

    def forward(self, x):
        return self.net(x)


class Attention(nn.Module):
    def __init__(self, query_dim, context_dim=None, heads=2, dim_head=8):
        super().__init__()
        inner = dim_head * heads
        context_dim = query_dim if context_dim is None else context_dim
        self.scale = dim_head**-0.5
        self.heads = heads
        self.to_q = nn.Linear(query_dim, inner, bias=False)
        self.to_kv = nn.Linear(context_dim, inner * 2, bias=False)
        self.to_out = nn.Linear(inner, query_dim)

    def forward(self, x, context=None):
        h = self.heads
        q = self.to_q(x)
        context = x if context is None else context
        k, v = self.to_kv(context).chunk(2, dim=-1)
        b = q.shape[0]
        q, k, v = (t.reshape(b, t.shape[1], h, -1).permute(0, 2, 1, 3).reshape(b * h, t.shape[1], -1) for t in (q, k, v))
        sim = torch.einsum("b i d, b j d -> b i j", q, k) * self.scale
        attn = sim.softmax(dim=-1)
        out = torch.einsum("b i j, b j d -> b i d", attn, v)
        out = out.reshape(b, h, out.shape[1], -1).permute(0, 2, 1, 3).reshape(b, out.shape[1], -1)
        return self.to_out(out)


class Perceiver(nn.Module):
    INPUT = ((10, 6),)

    def __init__(self, depth=2, input_dim=6, num_latents=4, latent_dim=12, self_per_cross=1, num_classes=3):
        super().__init__()
        self.latents = nn.Parameter(torch.randn(num_latents, latent_dim))
        self.layers = nn.ModuleList([])
        for i in range(depth):
            self_attns = nn.ModuleList([])
            for _ in range(self_per_cross):
                self_attns.append(nn.ModuleList([PreNorm(latent_dim, Attention(latent_dim)), PreNorm(latent_dim, FeedForward(latent_dim))]))
            self.layers.append(
                nn.ModuleList([PreNorm(latent_dim, Attention(latent_dim, input_dim), context_dim=input_dim), PreNorm(latent_dim, FeedForward(latent_dim)), self_attns])
            )
        self.to_logits = nn.Sequential(nn.LayerNorm(latent_dim), nn.Linear(latent_dim, num_classes))

    def forward(self, data):
        b = data.shape[0]
        x = self.latents.unsqueeze(0).repeat(b, 1, 1)
        for cross_attn, cross_ff, self_attns in self.layers:
            x = cross_attn(x, context=data) + x
            x = cross_ff(x) + x
            for self_attn, self_ff in self_attns:
                x = self_attn(x) + x
                x = self_ff(x) + x
        return self.to_logits(x.mean(dim=1))


class Padded(nn.Module):
    """A mask of truth for the tokens of each sample, which comes in."""

    INPUT = ((7, 12), (7,))

    def __init__(self):
        super().__init__()
        self.attn = nn.MultiheadAttention(12, 3, batch_first=True)
        self.norm = nn.LayerNorm(12)

    def forward(self, x, mask):
        y, _ = self.attn(x, x, x, key_padding_mask=mask > 0.5)
        return self.norm(x + y)


class Weighed(nn.Module):
    INPUT = ((7, 12),)

    def __init__(self):
        super().__init__()
        self.attn = nn.MultiheadAttention(12, 3, batch_first=True)

    def forward(self, x):
        y, w = self.attn(x, x, x)
        return x + y, w


class WeighedByHead(nn.Module):
    INPUT = ((7, 12), (5, 12))

    def __init__(self):
        super().__init__()
        self.attn = nn.MultiheadAttention(12, 3)
        self.out = nn.Linear(12, 2)

    def forward(self, x, m):
        x, m = x.transpose(0, 1), m.transpose(0, 1)
        y, w = self.attn(x, m, m, average_attn_weights=False)
        return self.out(y.transpose(0, 1)), w


class PaddedAndWeighed(nn.Module):
    INPUT = ((7, 12), (5, 12), (5,))

    def __init__(self):
        super().__init__()
        self.attn = nn.MultiheadAttention(12, 3, batch_first=True)

    def forward(self, x, m, pad):
        y, w = self.attn(x, m, m, key_padding_mask=pad)
        return y * w.sum(-1, keepdim=True), w.mean(1)


class Transformer(nn.Module):
    INPUT = ((7, 12), (5, 12))

    def __init__(self):
        super().__init__()
        self.t = nn.Transformer(12, 3, 1, 1, 24, batch_first=True)

    def forward(self, x, y):
        return self.t(x, y, tgt_mask=torch.triu(torch.full((5, 5), float("-inf")), diagonal=1))


class Cell(nn.Module):
    """Takes a pair and gives one."""

    def __init__(self, c):
        super().__init__()
        self.conv = nn.Conv2d(2 * c, 4 * c, 3, padding=1)

    def forward(self, x, state):
        h, c = state
        i, f, o, g = self.conv(torch.cat([x, h], 1)).chunk(4, 1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
        return h, c


class ConvLstm(nn.Module):
    INPUT = ((8, 16, 16), (8, 16, 16))

    def __init__(self):
        super().__init__()
        self.cell = Cell(8)

    def forward(self, a, b):
        h = c = torch.zeros_like(a)
        for x in (a, b):
            h, c = self.cell(x, (h, c))
        return h


class Backbone(nn.Module):
    def __init__(self):
        super().__init__()
        self.c1, self.c2, self.c3 = Conv(3, 8, 3, 2), Conv(8, 16, 3, 2), Conv(16, 32, 3, 2)

    def forward(self, x):
        a = self.c1(x)
        b = self.c2(a)
        c = self.c3(b)
        return {"a": a, "b": b, "c": c}


class FPN(nn.Module):
    def __init__(self):
        super().__init__()
        self.lat = nn.ModuleList([nn.Conv2d(c, 8, 1) for c in (8, 16, 32)])
        self.smooth = nn.ModuleList([nn.Conv2d(8, 8, 3, padding=1) for _ in range(3)])

    def forward(self, feats):
        p = [l(f) for l, f in zip(self.lat, feats.values())]
        for i in (1, 0):
            p[i] = p[i] + F.interpolate(p[i + 1], size=p[i].shape[-2:], mode="nearest")
        return [s(x) for s, x in zip(self.smooth, p)]


class Head(nn.Module):
    def __init__(self):
        super().__init__()
        self.cls, self.box = nn.Conv2d(8, 3, 3, padding=1), nn.Conv2d(8, 4, 3, padding=1)

    def forward(self, xs):
        return [self.cls(x) for x in xs], [self.box(x) for x in xs]


class Detector(nn.Module):
    INPUT = ((3, 64, 64),)

    def __init__(self):
        super().__init__()
        self.backbone, self.fpn, self.head = Backbone(), FPN(), Head()

    def forward(self, x):
        cls, box = self.head(self.fpn(self.backbone(x)))
        return torch.cat([c.flatten(2) for c in cls], 2), torch.cat([b.flatten(2) for b in box], 2)


MODELS = {
    each.__name__: each
    for each in (
        YoloNeck, ConvNextV2, MobileOne, SiamFPN, Perceiver, Padded, Weighed, WeighedByHead, PaddedAndWeighed, Transformer, ConvLstm, Detector,
    )
}  # fmt: skip

"""Networks as people publish them, small: detectors' necks, attention in many forms, configurations in dataclasses, hooks,
weights that are tied, standardised or held by names of their own."""

import collections
import dataclasses
import math
import typing

import torch
from torch import nn
from torch.nn import functional as F
from torchvision.models.swin_transformer import ShiftedWindowAttention


def make_divisible(value, divisor=8):
    return max(divisor, int(value + divisor / 2) // divisor * divisor)


class Attending(nn.Module):
    """PyTorch's own attention, with what it says of weights thrown away."""

    INPUT = ((16, 12),)

    def __init__(self):
        super().__init__()
        self.norm = nn.LayerNorm(12)
        self.attn = nn.MultiheadAttention(12, 3, batch_first=True)
        self.causal = nn.MultiheadAttention(12, 2)
        self.register_buffer("mask", torch.full((16, 16), -1e9).triu(1))
        self.fc = nn.Linear(12, 2)

    def forward(self, x):
        y = self.norm(x)
        y, _ = self.attn(y, y, y)
        x = x + y
        y = x.transpose(0, 1)
        y, _ = self.causal(y, y, y, need_weights=False, attn_mask=self.mask)
        return self.fc((x + y.transpose(0, 1)).mean(1))


class Encoder(nn.Module):
    INPUT = ((16, 12),)

    def __init__(self):
        super().__init__()
        layer = nn.TransformerEncoderLayer(12, 3, 24, batch_first=True, norm_first=True, activation="gelu")
        self.encoder = nn.TransformerEncoder(layer, 2, nn.LayerNorm(12))
        self.fc = nn.Linear(12, 2)

    def forward(self, x):
        return self.fc(self.encoder(x)[:, 0])


class Decoder(nn.Module):
    """Tokens that ask others, padding that is hidden, and weights that are taken."""

    INPUT = ((16, 12), (9, 12))

    def __init__(self):
        super().__init__()
        self.layer = nn.TransformerDecoderLayer(12, 3, 24, batch_first=True)
        self.others = nn.MultiheadAttention(12, 1, kdim=12, vdim=12, bias=False, batch_first=True)
        self.seen = nn.MultiheadAttention(12, 4, batch_first=True)
        self.fc = nn.Linear(12, 2)

    def forward(self, x, memory):
        y = self.layer(x, memory, memory_key_padding_mask=memory.sum(2) > 1)
        z, _ = self.others(y, memory, memory)
        seen, weights = self.seen(y, y, y)
        return self.fc((y + z + seen)[:, 0]), weights


class Placed(nn.Module):
    """Coordinates and masks that the code makes itself."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(5, 8, 3)
        self.register_buffer("weights", torch.tensor([0.1, 0.2, 0.7]).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("scale", torch.tensor(0.5))

    def forward(self, x):
        rows = torch.linspace(-1, 1, 32).view(1, 1, 32, 1) * torch.ones(1, 1, 32, 32)
        x = x * self.weights
        rows = rows.expand(x.shape[0], 1, 32, 32) + x[:, :1] * 0
        columns = torch.arange(32).view(1, 1, 1, 32) / 31 + x[:, :1] * 0
        return self.conv(torch.cat([x, rows, columns], 1)).mean((2, 3)) * self.scale


class Shifted(nn.Module):
    """A block of torchvision's Swin, the windows of which are shifted."""

    INPUT = ((8, 12, 6),)

    def __init__(self):
        super().__init__()
        self.attn = ShiftedWindowAttention(6, [4, 4], [2, 2], 2)

    def forward(self, x):
        return x + self.attn(x)


class Aliased(nn.Module):
    """Layers under several names, as VGG's slices and tied heads have them."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 3)
        self.bn1 = nn.BatchNorm2d(8)
        self.features = nn.Sequential(self.conv1, self.bn1, nn.ReLU(), nn.Conv2d(8, 8, 3))
        self.last = self.features[3]
        self.enc = nn.Linear(8, 8, bias=False)
        self.dec = nn.Linear(8, 8, bias=False)
        self.dec.weight = self.enc.weight
        self.pair = nn.ModuleDict({"left": Focus(3, 4), "right": nn.Identity()})
        self.twin = self.pair["left"]

    def forward(self, x):
        y = self.features(x)
        z = self.twin(x).mean((2, 3))
        return self.dec(F.relu(self.enc(y.mean((2, 3))))), z


class Focus(nn.Module):
    def __init__(self, i, o, k=1):
        super().__init__()
        self.conv = Conv(4 * i, o, k)

    def forward(self, x):
        return self.conv(torch.cat([x[..., ::2, ::2], x[..., 1::2, ::2], x[..., ::2, 1::2], x[..., 1::2, 1::2]], 1))


class Conv(nn.Module):
    default_act = nn.SiLU()

    def __init__(self, c1, c2, k=1, s=1, p=None, g=1, act=True):
        super().__init__()
        self.conv = nn.Conv2d(c1, c2, k, s, k // 2 if p is None else p, groups=g, bias=False)
        self.bn = nn.BatchNorm2d(c2)
        self.act = nn.SiLU(inplace=True) if act is True else act if isinstance(act, nn.Module) else nn.Identity()

    def forward(self, x):
        return self.act(self.bn(self.conv(x)))


class Bottleneck(nn.Module):
    def __init__(self, c1, c2, shortcut=True, g=1, e=0.5):
        super().__init__()
        c_ = int(c2 * e)
        self.cv1 = Conv(c1, c_, 1, 1)
        self.cv2 = Conv(c_, c2, 3, 1, g=g)
        self.add = shortcut and c1 == c2

    def forward(self, x):
        return x + self.cv2(self.cv1(x)) if self.add else self.cv2(self.cv1(x))


class C3(nn.Module):
    def __init__(self, c1, c2, n=1, shortcut=True):
        super().__init__()
        c_ = c2 // 2
        self.cv1 = Conv(c1, c_)
        self.cv2 = Conv(c1, c_)
        self.cv3 = Conv(2 * c_, c2)
        self.m = nn.Sequential(*(Bottleneck(c_, c_, shortcut, e=1.0) for _ in range(n)))

    def forward(self, x):
        return self.cv3(torch.cat((self.m(self.cv1(x)), self.cv2(x)), 1))


class C2f(nn.Module):
    def __init__(self, c1, c2, n=1):
        super().__init__()
        self.c = c2 // 2
        self.cv1 = Conv(c1, 2 * self.c, 1, 1)
        self.cv2 = Conv((2 + n) * self.c, c2, 1)
        self.m = nn.ModuleList(Bottleneck(self.c, self.c, True, e=1.0) for _ in range(n))

    def forward(self, x):
        y = list(self.cv1(x).chunk(2, 1))
        y.extend(m(y[-1]) for m in self.m)
        return self.cv2(torch.cat(y, 1))


class SPPF(nn.Module):
    def __init__(self, c1, c2, k=5):
        super().__init__()
        self.cv1 = Conv(c1, c1 // 2)
        self.cv2 = Conv(c1 // 2 * 4, c2)
        self.m = nn.MaxPool2d(k, 1, k // 2)

    def forward(self, x):
        x = self.cv1(x)
        y1 = self.m(x)
        y2 = self.m(y1)
        return self.cv2(torch.cat((x, y1, y2, self.m(y2)), 1))


class Yolo(nn.Module):
    INPUT = ((3, 64, 64),)

    def __init__(self, nc=4, anchors=2):
        super().__init__()
        self.nc, self.no = nc, nc + 5
        self.na = anchors
        self.backbone = nn.ModuleList([Focus(3, 16, 3), Conv(16, 32, 3, 2), C3(32, 32, 2), Conv(32, 64, 3, 2), C2f(64, 64, 2), SPPF(64, 64)])
        self.up = nn.Upsample(None, 2, "nearest")
        self.merge = C3(96, 32, 1, False)
        self.detect = nn.ModuleList(nn.Conv2d(c, self.no * self.na, 1) for c in (32, 64))

    def forward(self, x):
        saved = []
        for i, m in enumerate(self.backbone):
            x = m(x)
            if i in (2, 5):
                saved.append(x)
        small, large = saved
        small = self.merge(torch.cat([self.up(large), small], 1))
        out = []
        for x, head in zip((small, large), self.detect):
            x = head(x)
            bs, _, ny, nx = x.shape
            out.append(x.view(bs, self.na, self.no, ny, nx).permute(0, 1, 3, 4, 2).contiguous())
        return out


class HighResolution(nn.Module):
    """HRNet's exchange between branches of several extents."""

    def __init__(self, widths=(8, 16, 24)):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, widths[0], 3, 2, 1, bias=False), nn.BatchNorm2d(widths[0]), nn.ReLU(True))
        self.downs = nn.ModuleList(nn.Conv2d(a, b, 3, 2, 1) for a, b in zip(widths, widths[1:]))
        self.branches = nn.ModuleList(nn.Sequential(*[Bottleneck(w, w) for _ in range(2)]) for w in widths)
        self.fuse_layers = nn.ModuleList()
        for i, to in enumerate(widths):
            row = nn.ModuleList()
            for j, of in enumerate(widths):
                if j > i:
                    row.append(nn.Sequential(nn.Conv2d(of, to, 1, bias=False), nn.BatchNorm2d(to)))
                elif j == i:
                    row.append(nn.Identity())
                else:
                    steps = []
                    for k in range(i - j):
                        last = k == i - j - 1
                        steps.append(nn.Sequential(nn.Conv2d(of, to if last else of, 3, 2, 1, bias=False), nn.BatchNorm2d(to if last else of), *([] if last else [nn.ReLU(True)])))
                    row.append(nn.Sequential(*steps))
            self.fuse_layers.append(row)
        self.head = nn.Conv2d(sum(widths), 5, 1)

    def forward(self, x):
        xs = [self.stem(x)]
        for down in self.downs:
            xs.append(down(xs[-1]))
        xs = [branch(x) for branch, x in zip(self.branches, xs)]
        fused = []
        for i in range(len(self.fuse_layers)):
            y = xs[0] if i == 0 else self.fuse_layers[i][0](xs[0])
            for j in range(1, len(xs)):
                if i == j:
                    y = y + xs[j]
                elif j > i:
                    y = y + F.interpolate(self.fuse_layers[i][j](xs[j]), size=[xs[i].shape[-2], xs[i].shape[-1]], mode="bilinear", align_corners=True)
                else:
                    y = y + self.fuse_layers[i][j](xs[j])
            fused.append(F.relu(y))
        h, w = fused[0].size(2), fused[0].size(3)
        fused = [fused[0], *[F.interpolate(each, size=(h, w), mode="bilinear", align_corners=False) for each in fused[1:]]]
        return self.head(torch.cat(fused, 1))


class Pyramid(nn.Module):
    """FPN, whose levels come in a dict."""

    INPUT = ((3, 64, 64),)

    def __init__(self, widths=(8, 16, 32), out=12):
        super().__init__()
        self.body = nn.ModuleDict()
        before = 3
        for i, width in enumerate(widths):
            self.body[f"layer{i + 1}"] = nn.Sequential(collections.OrderedDict(conv=nn.Conv2d(before, width, 3, 2, 1), norm=nn.GroupNorm(4, width), act=nn.Hardswish()))
            before = width
        for i, width in enumerate(widths, 1):
            setattr(self, f"lateral{i}", nn.Conv2d(width, out, 1))
            setattr(self, f"smooth{i}", nn.Conv2d(out, out, 3, padding=1))
        self.count = len(widths)

    def forward(self, x):
        features = collections.OrderedDict()
        for name, layer in self.body.items():
            x = layer(x)
            features[name] = x
        last = getattr(self, f"lateral{self.count}")(features[f"layer{self.count}"])
        results = {f"p{self.count}": getattr(self, f"smooth{self.count}")(last)}
        for i in range(self.count - 1, 0, -1):
            lateral = getattr(self, f"lateral{i}")(features[f"layer{i}"])
            last = lateral + F.interpolate(last, size=lateral.shape[-2:], mode="nearest")
            results[f"p{i}"] = getattr(self, f"smooth{i}")(last)
        results["pool"] = F.max_pool2d(results[f"p{self.count}"], 1, 2, 0)
        return results


class ChannelAttention(nn.Module):
    def __init__(self, channels, ratio=4):
        super().__init__()
        self.avg_pool = nn.AdaptiveAvgPool2d(1)
        self.max_pool = nn.AdaptiveMaxPool2d(1)
        self.fc = nn.Sequential(nn.Conv2d(channels, channels // ratio, 1, bias=False), nn.ReLU(), nn.Conv2d(channels // ratio, channels, 1, bias=False))

    def forward(self, x):
        return torch.sigmoid(self.fc(self.avg_pool(x)) + self.fc(self.max_pool(x)))


class SpatialAttention(nn.Module):
    def __init__(self, kernel_size=7):
        super().__init__()
        self.conv1 = nn.Conv2d(2, 1, kernel_size, padding=kernel_size // 2, bias=False)

    def forward(self, x):
        avg_out = torch.mean(x, dim=1, keepdim=True)
        max_out, _ = torch.max(x, dim=1, keepdim=True)
        return torch.sigmoid(self.conv1(torch.cat([avg_out, max_out], dim=1)))


class CBAM(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 3, padding=1)
        self.ca = ChannelAttention(16)
        self.sa = SpatialAttention()
        self.classifier = nn.Linear(16, 4)

    def forward(self, x):
        x = self.stem(x)
        x = x * self.ca(x)
        x = x * self.sa(x)
        x = F.avg_pool2d(x, x.size()[2:])
        return self.classifier(x.view(x.size(0), -1))


class LayerNorm2d(nn.LayerNorm):
    def forward(self, x):
        x = x.permute(0, 2, 3, 1)
        x = F.layer_norm(x, self.normalized_shape, self.weight, self.bias, self.eps)
        return x.permute(0, 3, 1, 2)


def drop_path(x, drop_prob=0.0, training=False):
    if drop_prob == 0.0 or not training:
        return x
    keep = 1 - drop_prob
    shape = (x.shape[0],) + (1,) * (x.ndim - 1)
    return x.div(keep) * x.new_empty(shape).bernoulli_(keep)


class DropPath(nn.Module):
    def __init__(self, drop_prob=0.0):
        super().__init__()
        self.drop_prob = drop_prob

    def forward(self, x):
        return drop_path(x, self.drop_prob, self.training)


class LayerScale(nn.Module):
    def __init__(self, dim, init_values=1e-5, inplace=False):
        super().__init__()
        self.inplace = inplace
        self.gamma = nn.Parameter(init_values * torch.ones(dim))

    def forward(self, x):
        return x.mul_(self.gamma) if self.inplace else x * self.gamma


class Attention(nn.Module):
    def __init__(self, dim, num_heads=4, qkv_bias=True):
        super().__init__()
        self.num_heads, self.scale = num_heads, (dim // num_heads) ** -0.5
        self.qkv = nn.Linear(dim, dim * 3, bias=qkv_bias)
        self.proj = nn.Linear(dim, dim)

    def forward(self, x):
        B, N, C = x.shape
        qkv = self.qkv(x).reshape(B, N, 3, self.num_heads, C // self.num_heads).permute(2, 0, 3, 1, 4)
        q, k, v = qkv[0], qkv[1], qkv[2]
        attn = (q @ k.transpose(-2, -1)) * self.scale
        attn = attn.softmax(dim=-1)
        return self.proj((attn @ v).transpose(1, 2).reshape(B, N, C))


class ViTBlock(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.norm1 = nn.LayerNorm(dim, eps=1e-6)
        self.attn = Attention(dim)
        self.ls1 = LayerScale(dim)
        self.drop_path1 = DropPath(0.1)
        self.norm2 = nn.LayerNorm(dim, eps=1e-6)
        self.mlp = nn.Sequential(collections.OrderedDict(fc1=nn.Linear(dim, 2 * dim), act=nn.GELU(), drop1=nn.Dropout(0.1), fc2=nn.Linear(2 * dim, dim)))
        self.ls2 = LayerScale(dim)
        self.drop_path2 = DropPath(0.1)

    def forward(self, x):
        x = x + self.drop_path1(self.ls1(self.attn(self.norm1(x))))
        return x + self.drop_path2(self.ls2(self.mlp(self.norm2(x))))


class Vit(nn.Module):
    def __init__(self, dim=16, depth=3, patch=8):
        super().__init__()
        self.cls_token = nn.Parameter(torch.zeros(1, 1, dim))
        self.pos_embed = nn.Parameter(torch.randn(1, 17, dim) * 0.02)
        self.patch_embed = nn.Conv2d(3, dim, patch, patch)
        self.blocks = nn.Sequential(*[ViTBlock(dim) for _ in range(depth)])
        self.norm = nn.LayerNorm(dim)
        self.head = nn.Linear(dim, 7)

    def forward(self, x):
        x = self.patch_embed(x).flatten(2).transpose(1, 2)
        x = torch.cat((self.cls_token.expand(x.shape[0], -1, -1), x), dim=1) + self.pos_embed
        return self.head(self.norm(self.blocks(x))[:, 0])


class NextBlock(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.dwconv = nn.Conv2d(dim, dim, 7, padding=3, groups=dim)
        self.norm = nn.LayerNorm(dim, eps=1e-6)
        self.pwconv1 = nn.Linear(dim, 4 * dim)
        self.act = nn.GELU()
        self.pwconv2 = nn.Linear(4 * dim, dim)
        self.gamma = nn.Parameter(1e-6 * torch.ones(dim), requires_grad=True)

    def forward(self, x):
        input = x
        x = self.dwconv(x)
        x = x.permute(0, 2, 3, 1)
        x = self.pwconv2(self.act(self.pwconv1(self.norm(x))))
        if self.gamma is not None:
            x = self.gamma * x
        x = x.permute(0, 3, 1, 2)
        return input + x


class ConvNext(nn.Module):
    def __init__(self):
        super().__init__()
        self.downsample_layers = nn.ModuleList([nn.Sequential(nn.Conv2d(3, 8, 4, 4), LayerNorm2d(8)), nn.Sequential(LayerNorm2d(8), nn.Conv2d(8, 16, 2, 2))])
        self.stages = nn.ModuleList([nn.Sequential(*[NextBlock(8) for _ in range(2)]), nn.Sequential(*[NextBlock(16) for _ in range(3)])])
        self.norm = nn.LayerNorm(16)
        self.head = nn.Linear(16, 5)

    def forward(self, x):
        for down, stage in zip(self.downsample_layers, self.stages):
            x = stage(down(x))
        return self.head(self.norm(x.mean([-2, -1])))


@dataclasses.dataclass
class Settings:
    widths: typing.Tuple[int, ...] = (8, 16)
    alpha: float = 1.25
    upscale: int = 2
    act: typing.Callable = nn.PReLU
    extras: dict = dataclasses.field(default_factory=lambda: {"eps": 1e-3})


class Superresolved(nn.Module):
    """Settings in a dataclass, pixel shuffle, padding by reflection, arguments by star."""

    def __init__(self, cfg: typing.Optional[Settings] = None, *unused, **more):
        super().__init__()
        self.cfg = cfg or Settings()
        widths = [make_divisible(w * self.cfg.alpha) for w in self.cfg.widths]
        self.head = nn.Sequential(nn.ReflectionPad2d(1), nn.Conv2d(3, widths[0], 3))
        body = []
        for a, b in zip(widths, widths[1:]):
            body += [nn.Conv2d(a, b, 3, padding=1), nn.InstanceNorm2d(b, affine=True, **self.cfg.extras), self.cfg.act()]
        self.body = nn.Sequential(*body)
        self.tail = nn.Conv2d(widths[-1], 3 * self.cfg.upscale**2, 3, padding=1)
        self.shuffle = nn.PixelShuffle(self.cfg.upscale)

    def forward(self, *images):
        (x,) = images
        y = self.shuffle(self.tail(self.body(self.head(x))))
        return torch.clamp(F.interpolate(x, scale_factor=self.cfg.upscale, mode="bicubic", align_corners=False) + y, 0, 1)


class Generator(nn.Module):
    INPUT = ((16, 1, 1),)

    def __init__(self, nz=16, ngf=8):
        super().__init__()
        self.main = nn.Sequential(
            nn.ConvTranspose2d(nz, ngf * 4, 4, 1, 0, bias=False), nn.BatchNorm2d(ngf * 4), nn.ReLU(True),
            nn.ConvTranspose2d(ngf * 4, ngf * 2, 4, 2, 1, bias=False), nn.BatchNorm2d(ngf * 2), nn.ReLU(True),
            nn.ConvTranspose2d(ngf * 2, 3, 4, 2, 1, bias=False), nn.Tanh(),
        )  # fmt: skip

    def forward(self, z):
        return self.main(z)


class InceptionBlock(nn.Module):
    def __init__(self, i, b1, b3, b5, pool):
        super().__init__()
        self.branch1x1 = nn.Conv2d(i, b1, 1)
        self.branch3x3_1, self.branch3x3_2 = nn.Conv2d(i, b3[0], 1), nn.Conv2d(b3[0], b3[1], (1, 3), padding=(0, 1))
        self.branch5x5 = nn.Sequential(nn.Conv2d(i, b5[0], 1), nn.ReLU(True), nn.Conv2d(b5[0], b5[1], 5, padding=2))
        self.branch_pool = nn.Conv2d(i, pool, 1)

    def _forward(self, x):
        pooled = F.avg_pool2d(x, kernel_size=3, stride=1, padding=1)
        return [self.branch1x1(x), self.branch3x3_2(self.branch3x3_1(x)), self.branch5x5(x), self.branch_pool(pooled)]

    def forward(self, x):
        return torch.cat(self._forward(x), 1)


class Inception(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 16, 7, 2, 3)
        self.pool = nn.MaxPool2d(3, 2, ceil_mode=True)
        self.lrn = nn.LocalResponseNorm(5)
        self.a = InceptionBlock(16, 8, (4, 8), (2, 4), 4)
        self.b = InceptionBlock(24, 8, (8, 12), (2, 4), 8)
        self.fc = nn.Linear(32, 3)

    def forward(self, x):
        x = self.lrn(self.pool(F.relu(self.conv(x), inplace=True)))
        x = self.b(self.a(x))
        return self.fc(F.dropout(torch.flatten(F.adaptive_avg_pool2d(x, (1, 1)), 1), p=0.4, training=self.training))


class Doubled(nn.Module):
    """A hook that changes what a layer gives, and one that only listens."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        self.fc = nn.Linear(8, 4)
        self.seen = []
        self.conv.register_forward_hook(lambda module, given, result: result * 2)
        self.conv.register_forward_pre_hook(lambda module, given: (given[0] + 1,))
        self.fc.register_forward_hook(lambda module, given, result: self.seen.append(result.shape))

    def forward(self, x):
        return self.fc(self.conv(x).amax((-1, -2)))


class Functional(nn.Module):
    """Weights that no module holds, under names of their own."""

    def __init__(self):
        super().__init__()
        self.kernel = nn.Parameter(torch.randn(8, 3, 3, 3) * 0.2)
        self.offset = nn.Parameter(torch.zeros(8))
        self.depthwise_weight = nn.Parameter(torch.randn(8, 1, 3, 3) * 0.2)
        self.filters = nn.ParameterList([nn.Parameter(torch.randn(8, 8, 1, 1) * 0.2) for _ in range(2)])
        self.table = nn.ParameterDict({"w": nn.Parameter(torch.randn(4, 8)), "b": nn.Parameter(torch.randn(4))})
        self.g = nn.Parameter(torch.ones(4))
        self.scale = nn.Parameter(torch.ones(8))
        self.shift = nn.Parameter(torch.zeros(8))
        self.register_buffer("mean", torch.zeros(8))
        self.register_buffer("var", torch.ones(8))

    def forward(self, x):
        x = F.conv2d(x, self.kernel, self.offset, stride=2, padding=1)
        x = F.relu6(F.conv2d(x, self.depthwise_weight, groups=8, padding=(1, 1)))
        for each in self.filters:
            x = x + F.conv2d(x, each)
        x = F.batch_norm(x, self.mean, self.var, self.scale, self.shift, self.training, eps=1e-3)
        return F.layer_norm(F.linear(x.mean((2, 3)), self.table["w"], self.table["b"]), (4,), self.g)


class WindowAttention(nn.Module):
    """Relative positions in a table, as timm's Swin has them, and as LeViT has."""

    INPUT = ((16, 12),)

    def __init__(self, dim=12, heads=3, window=4):
        super().__init__()
        self.heads, self.window = heads, window
        self.relative_position_bias_table = nn.Parameter(torch.randn((2 * window - 1) ** 2, heads))
        coords = torch.stack(torch.meshgrid([torch.arange(window), torch.arange(window)], indexing="ij")).flatten(1)
        relative = (coords[:, :, None] - coords[:, None, :]).permute(1, 2, 0).contiguous() + window - 1
        self.register_buffer("relative_position_index", relative[..., 0] * (2 * window - 1) + relative[..., 1])
        offsets = {}
        points = [(i, j) for i in range(window) for j in range(window)]
        places = [offsets.setdefault((abs(a[0] - b[0]), abs(a[1] - b[1])), len(offsets)) for a in points for b in points]
        self.attention_biases = nn.Parameter(torch.randn(heads, len(offsets)))
        self.register_buffer("attention_bias_idxs", torch.LongTensor(places).view(window**2, window**2))
        self.qkv = nn.Linear(dim, 3 * dim)
        self.proj = nn.Linear(dim, dim)

    def forward(self, x):
        b, n, c = x.shape
        q, k, v = self.qkv(x).reshape(b, n, 3, self.heads, c // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        attn = q * (c // self.heads) ** -0.5 @ k.transpose(-2, -1)
        table = self.relative_position_bias_table[self.relative_position_index.view(-1)]
        attn = attn + table.view(n, n, -1).permute(2, 0, 1).contiguous().unsqueeze(0)
        attn = attn + self.attention_biases[:, self.attention_bias_idxs]
        return self.proj((attn.softmax(-1) @ v).transpose(1, 2).reshape(b, n, c))


class Cropping(nn.Module):
    """The first U-Net: maps shrink, and what is joined is cropped to fit."""

    INPUT = ((1, 44, 44),)

    def __init__(self):
        super().__init__()
        self.enc1, self.enc2 = self.twice(1, 4), self.twice(4, 8)
        self.pool = nn.MaxPool2d(2)
        self.up = nn.ConvTranspose2d(8, 4, 2, 2)
        self.dec = self.twice(8, 4)

        def head(o):
            return nn.Conv2d(4, o, 1)

        self.out = head(2)

    @staticmethod
    def twice(i, o):
        return nn.Sequential(nn.Conv2d(i, o, 3), nn.ReLU(inplace=True), nn.Conv2d(o, o, 3), nn.ReLU(inplace=True))

    def forward(self, x):
        skip = self.enc1(x)
        x = self.up(self.enc2(self.pool(skip)))
        dy, dx = skip.size(2) - x.size(2), skip.size(3) - x.size(3)
        skip = skip[:, :, dy // 2 : dy // 2 + x.size(2), dx // 2 : dx // 2 + x.size(3)]
        x = torch.cat([skip, x], dim=1)
        return self.out(self.dec(x))


class Shuffled(nn.Module):
    """Einops' rearrangements by hand, a loop over stages by getattr, halves taken by stride."""

    def __init__(self, stages=((8, 1), (16, 2))):
        super().__init__()
        before = 4
        self.stem = nn.Conv2d(3, 4, 3, 1, 1)
        for i, (width, depth) in enumerate(stages):
            layers = [("down", nn.Conv2d(before, width, 2, 2))]
            layers += [(f"block{j}", nn.Sequential(nn.Conv2d(width, width, 3, 1, 1, groups=4), nn.BatchNorm2d(width), nn.ReLU6())) for j in range(depth)]
            self.add_module(f"stage{i}", nn.Sequential(collections.OrderedDict(layers)))
            before = width
        self.stage_names = [f"stage{i}" for i in range(len(stages))]
        self.fc1, self.fc2 = nn.Linear(8, 6), nn.Linear(8, 6)

    def forward(self, x):
        x = self.stem(x)
        for name in self.stage_names:
            x = getattr(self, name)(x)
        b, c, h, w = x.shape
        x = x.reshape(b, 4, c // 4, h, w).transpose(1, 2).reshape(b, c, h, w)
        even, odd = x[:, ::2], x[:, 1::2]
        even += odd
        even -= odd.mean(dim=1, keepdim=True)
        left, right = torch.split(torch.stack((even, odd), dim=1).sum(1).flatten(2).mean(-1, keepdim=True).squeeze(-1), [4, 4], dim=1)
        pooled = torch.hstack([left, right]) if hasattr(torch, "hstack") else torch.cat([left, right], 1)
        return {"a": self.fc1(pooled), "b": (self.fc2(pooled), pooled)}["a"]


class Gated(nn.Module):
    """Functions in tables, defaults, a condition on extents, what training alone does."""

    ACTS = {"relu": F.relu, "silu": F.silu, "none": lambda x: x}

    def __init__(self, act="silu", extra=None):
        super().__init__()
        self.act = self.ACTS[act]
        self.conv_a = nn.Conv2d(3, 8, 3, padding="same", dilation=2)
        self.conv_b = nn.Conv2d(3, 8, 1)
        self.norm = nn.GroupNorm(2, 8)
        self.aux = nn.Linear(8, 2)
        self.fc = nn.Linear(8, 2)
        self.extra = extra

    def forward(self, x, mask=None, scale: float = 0.5):
        if x.shape[2] % 2 == 1:
            x = F.pad(x, (0, 0, 0, 1))
        y = self.act(self.norm(self.conv_a(x))) * torch.sigmoid(self.conv_b(x)) * scale
        y = y if mask is None else y * mask
        y = F.max_pool2d(y, kernel_size=(2, 2)) + F.avg_pool2d(y, 2)
        pooled = y.mean(dim=[2, 3])
        if self.training:
            return self.fc(pooled), self.aux(pooled)
        return self.fc(pooled) - 0.5 * self.aux(pooled)


MODELS = {
    each.__name__: each
    for each in (
        Attending, Encoder, Decoder, Placed, Shifted, Aliased, Yolo, HighResolution, Pyramid, CBAM, Vit, ConvNext, Superresolved, Generator, Inception,
        Doubled, Functional, WindowAttention, Cropping, Shuffled, Gated,
    )
}  # fmt: skip

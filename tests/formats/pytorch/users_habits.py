"""Modules with the habits of well-known libraries: blocks that take two tensors, masks and queries that are handed on, dicts
and records of results, settings in a config, layers of layers by class, buffers that are trained."""

import collections
import dataclasses
import functools
import math

import torch
from torch import nn
from torch.nn import functional as F


class DoubleConv(nn.Module):
    def __init__(self, i, o, mid=None):
        super().__init__()
        mid = mid or o
        self.double_conv = nn.Sequential(
            nn.Conv2d(i, mid, 3, padding=1, bias=False), nn.BatchNorm2d(mid), nn.ReLU(inplace=True),
            nn.Conv2d(mid, o, 3, padding=1, bias=False), nn.BatchNorm2d(o), nn.ReLU(inplace=True),
        )  # fmt: skip

    def forward(self, x):
        return self.double_conv(x)


class Up(nn.Module):
    """Upscaling, then twice a convolution"""

    def __init__(self, i, o, bilinear=True):
        super().__init__()
        if bilinear:
            self.up = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True)
            self.conv = DoubleConv(i, o, i // 2)
        else:
            self.up = nn.ConvTranspose2d(i, i // 2, kernel_size=2, stride=2)
            self.conv = DoubleConv(i, o)

    def forward(self, x1, x2):
        x1 = self.up(x1)
        dy, dx = x2.size()[2] - x1.size()[2], x2.size()[3] - x1.size()[3]
        x1 = F.pad(x1, [dx // 2, dx - dx // 2, dy // 2, dy - dy // 2])
        return self.conv(torch.cat([x2, x1], dim=1))


class Ups(nn.Module):
    """A U-Net whose decoder's steps take two tensors."""

    def __init__(self, bilinear=False):
        super().__init__()
        half = 2 if bilinear else 1
        self.inc = DoubleConv(3, 8)
        self.down1 = nn.Sequential(nn.MaxPool2d(2), DoubleConv(8, 16))
        self.down2 = nn.Sequential(nn.MaxPool2d(2), DoubleConv(16, 32 // half))
        self.up1 = Up(32, 16 // half, bilinear)
        self.up2 = Up(16, 8, bilinear)
        self.outc = nn.Conv2d(8, 2, 1)

    def forward(self, x):
        x1 = self.inc(x)
        x2 = self.down1(x1)
        x = self.up1(self.down2(x2), x2)
        x = self.up2(x, x1)
        return self.outc(x)


class AttentionGate(nn.Module):
    def __init__(self, g, x, mid):
        super().__init__()
        self.g = nn.Sequential(nn.Conv2d(g, mid, 1), nn.BatchNorm2d(mid))
        self.x = nn.Sequential(nn.Conv2d(x, mid, 1), nn.BatchNorm2d(mid))
        self.psi = nn.Sequential(nn.Conv2d(mid, 1, 1), nn.BatchNorm2d(1), nn.Sigmoid())

    def forward(self, g, x):
        return x * self.psi(F.relu(self.g(g) + self.x(x), inplace=True))


class Step(nn.Module):
    def __init__(self, i, skip, o):
        super().__init__()
        self.gate = AttentionGate(i, skip, 4)
        self.conv = nn.Conv2d(i + skip, o, 3, padding=1)

    def forward(self, x, skip=None):
        x = F.interpolate(x, scale_factor=2, mode="nearest")
        return F.relu(self.conv(torch.cat((x, self.gate(x, skip)), 1)))


class GatedUNet(nn.Module):
    """Attention gates whose own parts are called as what they are given."""

    def __init__(self, widths=(6, 12, 24)):
        super().__init__()
        self.encoder = nn.ModuleList(nn.Conv2d(i, o, 3, 1 if i == 3 else 2, 1) for i, o in zip((3, *widths), widths))
        self.decoder = nn.ModuleList(Step(i, o, o) for i, o in zip(widths[:0:-1], widths[-2::-1]))

    def forward(self, x):
        features = []
        for each in self.encoder:
            x = F.relu(each(x))
            features.append(x)
        x, *skips = features[::-1]
        for block, skip in zip(self.decoder, skips):
            x = block(x, skip=skip)
        return x


class DetrEncoderLayer(nn.Module):
    def __init__(self, d, heads, hidden):
        super().__init__()
        self.self_attn = nn.MultiheadAttention(d, heads, dropout=0.1)
        self.linear1, self.dropout, self.linear2 = nn.Linear(d, hidden), nn.Dropout(0.1), nn.Linear(hidden, d)
        self.norm1, self.norm2 = nn.LayerNorm(d), nn.LayerNorm(d)

    def with_pos_embed(self, tensor, pos):
        return tensor if pos is None else tensor + pos

    def forward(self, src, src_mask=None, src_key_padding_mask=None, pos=None):
        q = k = self.with_pos_embed(src, pos)
        src = self.norm1(src + self.self_attn(q, k, value=src, attn_mask=src_mask, key_padding_mask=src_key_padding_mask)[0])
        return self.norm2(src + self.linear2(self.dropout(F.relu(self.linear1(src)))))


class DetrDecoderLayer(nn.Module):
    def __init__(self, d, heads, hidden):
        super().__init__()
        self.self_attn = nn.MultiheadAttention(d, heads)
        self.multihead_attn = nn.MultiheadAttention(d, heads)
        self.linear1, self.linear2 = nn.Linear(d, hidden), nn.Linear(hidden, d)
        self.norm1, self.norm2, self.norm3 = nn.LayerNorm(d), nn.LayerNorm(d), nn.LayerNorm(d)

    def forward(self, tgt, memory, pos=None, query_pos=None):
        q = k = tgt + query_pos
        tgt = self.norm1(tgt + self.self_attn(q, k, value=tgt)[0])
        tgt = self.norm2(tgt + self.multihead_attn(query=tgt + query_pos, key=memory + pos, value=memory)[0])
        return self.norm3(tgt + self.linear2(F.relu(self.linear1(tgt))))


class Detr(nn.Module):
    """Queries that are learned, positions that all layers add, and a dict of results."""

    def __init__(self, d=12, heads=3, layers=2, queries=5, classes=4):
        super().__init__()
        self.backbone = nn.Sequential(nn.Conv2d(3, 8, 3, 4, 1), nn.ReLU(), nn.Conv2d(8, 16, 3, 2, 1), nn.ReLU())
        self.input_proj = nn.Conv2d(16, d, 1)
        self.row_embed, self.col_embed = nn.Parameter(torch.rand(4, d // 2)), nn.Parameter(torch.rand(4, d // 2))
        self.encoder = nn.ModuleList([DetrEncoderLayer(d, heads, 2 * d) for _ in range(layers)])
        self.decoder = nn.ModuleList([DetrDecoderLayer(d, heads, 2 * d) for _ in range(layers)])
        self.query_embed = nn.Embedding(queries, d)
        self.class_embed = nn.Linear(d, classes + 1)
        self.bbox_embed = nn.ModuleList(nn.Linear(a, b) for a, b in ((d, d), (d, 4)))

    def forward(self, x):
        x = self.input_proj(self.backbone(x))
        bs, c, h, w = x.shape
        pos = torch.cat([self.col_embed[:w].unsqueeze(0).repeat(h, 1, 1), self.row_embed[:h].unsqueeze(1).repeat(1, w, 1)], dim=-1)
        pos = pos.flatten(0, 1).unsqueeze(1)
        memory = x.flatten(2).permute(2, 0, 1)
        for layer in self.encoder:
            memory = layer(memory, pos=pos)
        query_pos = self.query_embed.weight.unsqueeze(1)
        hs = memory[:5] * 0
        for layer in self.decoder:
            hs = layer(hs, memory, pos=pos, query_pos=query_pos)
        hs = hs.transpose(0, 1)
        box = hs
        for i, layer in enumerate(self.bbox_embed):
            box = F.relu(layer(box)) if i < 1 else layer(box)
        return {"pred_logits": self.class_embed(hs), "pred_boxes": box.sigmoid()}


class GptBlock(nn.Module):
    def __init__(self, d, heads):
        super().__init__()
        self.ln_1, self.ln_2 = nn.LayerNorm(d), nn.LayerNorm(d)
        self.attn = nn.MultiheadAttention(d, heads, batch_first=True)
        self.mlp = nn.Sequential(collections.OrderedDict([("c_fc", nn.Linear(d, 4 * d)), ("gelu", nn.GELU()), ("c_proj", nn.Linear(4 * d, d))]))

    def forward(self, x, attn_mask=None):
        y = self.ln_1(x)
        y, _ = self.attn(y, y, y, attn_mask=attn_mask, need_weights=False)
        x = x + y
        return x + self.mlp(self.ln_2(x))


class Gpt(nn.Module):
    """Causal masks of truth that the code makes, for all layers."""

    INPUT = ((10, 12),)

    def __init__(self, d=12, layers=3):
        super().__init__()
        self.wpe = nn.Embedding(10, d)
        self.h = nn.ModuleList([GptBlock(d, 3) for _ in range(layers)])
        self.ln_f = nn.LayerNorm(d)
        self.head = nn.Linear(d, 7, bias=False)

    def forward(self, x):
        t = x.shape[1]
        mask = torch.triu(torch.ones(t, t, dtype=torch.bool), diagonal=1)
        x = x + self.wpe(torch.arange(t))
        for block in self.h:
            x = block(x, attn_mask=mask)
        return self.head(self.ln_f(x))


class Clip(nn.Module):
    """A mask of the module's own, handed on to every block of a Sequential's loop."""

    INPUT = ((10, 12),)

    def __init__(self, d=12, layers=2):
        super().__init__()
        self.resblocks = nn.Sequential(*[GptBlock(d, 2) for _ in range(layers)])
        self.register_buffer("attn_mask", torch.full((10, 10), -1e4).triu(1))
        self.text_projection = nn.Parameter(torch.randn(d, 5))

    def forward(self, x):
        for each in self.resblocks:
            x = each(x, self.attn_mask)
        return x.mean(1) @ self.text_projection


class DropPath(nn.Module):
    def __init__(self, drop_prob=0.0):
        super().__init__()
        self.drop_prob = drop_prob

    def forward(self, x):
        if self.drop_prob == 0.0 or not self.training:
            return x
        return x * torch.rand(x.shape[0], *[1] * (x.ndim - 1)).ge(self.drop_prob)


class LayerScale(nn.Module):
    def __init__(self, dim, init_values=1e-5):
        super().__init__()
        self.gamma = nn.Parameter(init_values * torch.ones(dim))

    def forward(self, x):
        return x * self.gamma


class Mlp(nn.Module):
    def __init__(self, in_features, hidden_features=None, act_layer=nn.GELU, drop=0.0):
        super().__init__()
        hidden_features = hidden_features or in_features
        self.fc1, self.act = nn.Linear(in_features, hidden_features), act_layer()
        self.drop1, self.norm = nn.Dropout(drop), nn.Identity()
        self.fc2, self.drop2 = nn.Linear(hidden_features, in_features), nn.Dropout(drop)

    def forward(self, x):
        return self.drop2(self.fc2(self.norm(self.drop1(self.act(self.fc1(x))))))


class TimmAttention(nn.Module):
    fused_attn: bool = False

    def __init__(self, dim, num_heads=3, qkv_bias=True, qk_norm=True):
        super().__init__()
        self.num_heads, self.head_dim = num_heads, dim // num_heads
        self.scale = self.head_dim**-0.5
        self.qkv = nn.Linear(dim, 3 * dim, bias=qkv_bias)
        self.q_norm, self.k_norm = (nn.LayerNorm(self.head_dim) if qk_norm else nn.Identity() for _ in range(2))
        self.attn_drop, self.proj = nn.Dropout(0.0), nn.Linear(dim, dim)

    def forward(self, x):
        B, N, C = x.shape
        qkv = self.qkv(x).reshape(B, N, 3, self.num_heads, self.head_dim).permute(2, 0, 3, 1, 4)
        q, k, v = qkv.unbind(0)
        q, k = self.q_norm(q), self.k_norm(k)
        attn = (q * self.scale) @ k.transpose(-2, -1)
        x = self.attn_drop(attn.softmax(dim=-1)) @ v
        return self.proj(x.transpose(1, 2).reshape(B, N, C))


class TimmBlock(nn.Module):
    def __init__(self, dim, drop_path=0.0, norm_layer=nn.LayerNorm, init_values=None):
        super().__init__()
        self.norm1, self.attn = norm_layer(dim), TimmAttention(dim)
        self.ls1 = LayerScale(dim, init_values) if init_values else nn.Identity()
        self.drop_path1 = DropPath(drop_path) if drop_path > 0.0 else nn.Identity()
        self.norm2, self.mlp = norm_layer(dim), Mlp(dim, 2 * dim)
        self.ls2 = LayerScale(dim, init_values) if init_values else nn.Identity()

    def forward(self, x):
        x = x + self.drop_path1(self.ls1(self.attn(self.norm1(x))))
        return x + self.drop_path1(self.ls2(self.mlp(self.norm2(x))))


class TimmVit(nn.Module):
    """Parts by class, tokens with others before them, a pool by name."""

    def __init__(self, dim=12, depth=3, global_pool="avg"):
        super().__init__()
        norm_layer = functools.partial(nn.LayerNorm, eps=1e-6)
        self.global_pool = global_pool
        self.patch_embed = nn.Sequential(nn.Conv2d(3, dim, 8, 8), nn.Flatten(2))
        self.cls_token = nn.Parameter(torch.randn(1, 1, dim))
        self.reg_token = nn.Parameter(torch.randn(1, 2, dim))
        self.pos_embed = nn.Parameter(torch.randn(1, 16 + 3, dim))
        rates = [x.item() for x in torch.linspace(0, 0.1, depth)]
        self.blocks = nn.Sequential(*[TimmBlock(dim, rates[i], norm_layer, init_values=0.1) for i in range(depth)])
        self.norm, self.head = norm_layer(dim), nn.Linear(dim, 5)

    def forward_features(self, x):
        x = self.patch_embed(x).transpose(1, 2)
        x = torch.cat([self.cls_token.expand(x.shape[0], -1, -1), self.reg_token.expand(x.shape[0], -1, -1), x], dim=1)
        return self.norm(self.blocks(x + self.pos_embed))

    def forward(self, x):
        x = self.forward_features(x)
        return self.head(x[:, 3:].mean(dim=1) if self.global_pool == "avg" else x[:, 0])


class NormedConv(nn.Conv2d):
    """A convolution with its norm and activation, as detection's libraries have it."""

    def __init__(self, *args, norm=None, activation=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.norm, self.activation = norm, activation

    def forward(self, x):
        x = F.conv2d(x, self.weight, self.bias, self.stride, self.padding, self.dilation, self.groups)
        x = x if self.norm is None else self.norm(x)
        return x if self.activation is None else self.activation(x)


class DetectronFPN(nn.Module):
    """Levels by name, each with what is coarser added, and a dict of all."""

    def __init__(self, widths=(8, 16, 32), out=8):
        super().__init__()
        self.stem = NormedConv(3, 8, 3, 2, 1, bias=False, norm=nn.BatchNorm2d(8), activation=F.relu)
        self.stages = nn.ModuleList(
            NormedConv(i, o, 3, 2, 1, bias=False, norm=nn.BatchNorm2d(o), activation=F.relu) for i, o in zip((8, *widths), widths)
        )
        self.lateral_convs, self.output_convs = [], []
        for i, width in enumerate(widths):
            lateral, output = NormedConv(width, out, 1), NormedConv(out, out, 3, padding=1, norm=nn.GroupNorm(2, out))
            self.add_module(f"fpn_lateral{i + 2}", lateral)
            self.add_module(f"fpn_output{i + 2}", output)
            self.lateral_convs.insert(0, lateral)
            self.output_convs.insert(0, output)

    def forward(self, x):
        x = self.stem(x)
        features = []
        for stage in self.stages:
            x = stage(x)
            features.append(x)
        before = self.lateral_convs[0](features[-1])
        results = [self.output_convs[0](before)]
        for lateral, output, feature in zip(self.lateral_convs[1:], self.output_convs[1:], features[-2::-1]):
            before = lateral(feature) + F.interpolate(before, scale_factor=2.0, mode="nearest")
            results.insert(0, output(before))
        results.append(F.max_pool2d(results[-1], kernel_size=1, stride=2, padding=0))
        return {f"p{i + 2}": each for i, each in enumerate(results)}


@dataclasses.dataclass
class BertConfig:
    hidden_size: int = 12
    num_attention_heads: int = 3
    num_hidden_layers: int = 2
    intermediate_size: int = 24
    layer_norm_eps: float = 1e-12
    hidden_act: str = "gelu"


class BertSelfAttention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.num_attention_heads = config.num_attention_heads
        self.attention_head_size = config.hidden_size // config.num_attention_heads
        self.query, self.key, self.value = (nn.Linear(config.hidden_size, config.hidden_size) for _ in range(3))
        self.dropout = nn.Dropout(0.1)

    def transpose_for_scores(self, x):
        return x.view(x.size()[:-1] + (self.num_attention_heads, self.attention_head_size)).permute(0, 2, 1, 3)

    def forward(self, hidden_states, attention_mask=None):
        query, key, value = (self.transpose_for_scores(each(hidden_states)) for each in (self.query, self.key, self.value))
        scores = torch.matmul(query, key.transpose(-1, -2)) / math.sqrt(self.attention_head_size)
        if attention_mask is not None:
            scores = scores + attention_mask
        context = torch.matmul(self.dropout(nn.functional.softmax(scores, dim=-1)), value).permute(0, 2, 1, 3).contiguous()
        return (context.view(context.size()[:-2] + (self.num_attention_heads * self.attention_head_size,)),)


class BertLayer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention = BertSelfAttention(config)
        self.dense = nn.Linear(config.hidden_size, config.hidden_size)
        self.LayerNorm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        self.intermediate = nn.Linear(config.hidden_size, config.intermediate_size)
        self.output = nn.Linear(config.intermediate_size, config.hidden_size)
        self.act = {"gelu": F.gelu, "relu": F.relu}[config.hidden_act]

    def forward(self, hidden_states, attention_mask=None):
        attended = self.attention(hidden_states, attention_mask)
        x = self.LayerNorm(self.dense(attended[0]) + hidden_states)
        return (self.output(self.act(self.intermediate(x))) + x,) + attended[1:]


class Bert(nn.Module):
    """Layers that give tuples of one, a mask that all add, tables of places that are kept, a record of results."""

    INPUT = ((8, 12), (8,))

    def __init__(self, config=BertConfig()):
        super().__init__()
        self.position_embeddings = nn.Embedding(16, config.hidden_size)
        self.register_buffer("position_ids", torch.arange(16).expand((1, -1)), persistent=False)
        self.layer = nn.ModuleList([BertLayer(config) for _ in range(config.num_hidden_layers)])
        self.pooler = nn.Linear(config.hidden_size, config.hidden_size)

    def forward(self, inputs_embeds, attention_mask):
        length = inputs_embeds.size()[1]
        x = inputs_embeds + self.position_embeddings(self.position_ids[:, 0:length])
        mask = (1.0 - attention_mask[:, None, None, :]) * -10000.0
        for layer_module in self.layer:
            x = layer_module(x, attention_mask=mask)[0]
        return collections.OrderedDict(last_hidden_state=x, pooler_output=torch.tanh(self.pooler(x[:, 0])))


class Concat(nn.Module):
    def __init__(self, dimension=1):
        super().__init__()
        self.d = dimension

    def forward(self, x):
        return torch.cat(x, self.d)


class YoloConv(nn.Module):
    default_act = nn.SiLU()

    def __init__(self, c1, c2, k=1, s=1, g=1, act=True):
        super().__init__()
        self.conv = nn.Conv2d(c1, c2, k, s, k // 2, groups=g, bias=False)
        self.bn = nn.BatchNorm2d(c2)
        self.act = self.default_act if act is True else act if isinstance(act, nn.Module) else nn.Identity()

    def forward(self, x):
        return self.act(self.bn(self.conv(x)))


class YoloBottleneck(nn.Module):
    def __init__(self, c1, c2, shortcut=True, e=0.5):
        super().__init__()
        self.cv1, self.cv2 = YoloConv(c1, int(c2 * e), 1), YoloConv(int(c2 * e), c2, 3)
        self.add = shortcut and c1 == c2

    def forward(self, x):
        return x + self.cv2(self.cv1(x)) if self.add else self.cv2(self.cv1(x))


class C2f(nn.Module):
    def __init__(self, c1, c2, n=1):
        super().__init__()
        self.c = c2 // 2
        self.cv1, self.cv2 = YoloConv(c1, 2 * self.c), YoloConv((2 + n) * self.c, c2)
        self.m = nn.ModuleList(YoloBottleneck(self.c, self.c, e=1.0) for _ in range(n))

    def forward(self, x):
        y = list(self.cv1(x).chunk(2, 1))
        y.extend(m(y[-1]) for m in self.m)
        return self.cv2(torch.cat(y, 1))


class SPPF(nn.Module):
    def __init__(self, c1, c2, k=5):
        super().__init__()
        self.cv1, self.cv2 = YoloConv(c1, c1 // 2), YoloConv(c1 * 2, c2)
        self.m = nn.MaxPool2d(k, 1, k // 2)

    def forward(self, x):
        x = self.cv1(x)
        y1 = self.m(x)
        y2 = self.m(y1)
        return self.cv2(torch.cat((x, y1, y2, self.m(y2)), 1))


class YoloGraph(nn.Module):
    """A list of modules that each say where from they take, results that are kept for later."""

    def __init__(self):
        super().__init__()
        rows = [
            (-1, YoloConv(3, 8, 3, 2)), (-1, YoloConv(8, 16, 3, 2)), (-1, C2f(16, 16, 2)), (-1, YoloConv(16, 32, 3, 2)), (-1, SPPF(32, 32)),
            (-1, nn.Upsample(None, 2, "nearest")), ([-1, 2], Concat(1)), (-1, C2f(48, 16, 1)),
        ]  # fmt: skip
        for f, m in rows:
            m.f = f
        self.model = nn.Sequential(*[m for _, m in rows])

    def forward(self, x):
        y = []
        for m in self.model:
            if m.f != -1:
                x = y[m.f] if isinstance(m.f, int) else [x if j == -1 else y[j] for j in m.f]
            x = m(x)
            y.append(x)
        return x


class Crossing(nn.Module):
    """A decoder that the same memory is given to again and again, with weights that differ in width."""

    INPUT = ((6, 12), (9, 10))

    def __init__(self, layers=3):
        super().__init__()
        self.layers = nn.ModuleList(CrossLayer() for _ in range(layers))
        self.last = nn.MultiheadAttention(12, 2, kdim=10, vdim=10, batch_first=True)

    def forward(self, x, memory):
        for layer in self.layers:
            x = layer(x, memory)
        return self.last(x, memory, memory)[0]


class CrossLayer(nn.Module):
    def __init__(self):
        super().__init__()
        self.attn = nn.MultiheadAttention(12, 3, kdim=10, vdim=10, bias=False, batch_first=True)
        self.norm = nn.LayerNorm(12)

    def forward(self, x, memory):
        return self.norm(x + self.attn(x, memory, memory, need_weights=False)[0])


class Albert(nn.Module):
    """One layer again and again, and a residual that counts down."""

    INPUT = ((8, 12),)

    def __init__(self, times=3):
        super().__init__()
        self.layer, self.times = TimmBlock(12), times
        self.mixer = nn.Sequential(nn.LayerNorm(12), nn.Linear(12, 12))

    def forward(self, x):
        for i in range(self.times):
            x = self.layer(x)
            x = x + self.mixer(x) * (self.times - i) / self.times
        return x


class EmaNorm(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.register_buffer("ema", torch.rand(width, 1, 1))
        self.weight = nn.Parameter(torch.ones(width, 1, 1))

    def forward(self, x):
        return x / (self.ema + 1.0) * self.weight


class EmaBlock(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv, self.norm = nn.Conv2d(width, width, 3, padding=1), EmaNorm(width)

    def forward(self, x):
        return x + F.relu(self.norm(self.conv(x)))


class Trained(nn.Module):
    """Blocks whose buffers are trained, so that each has its own."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, 2, 1)
        self.body = nn.Sequential(*[EmaBlock(8) for _ in range(4)])

    def forward(self, x):
        return self.body(self.stem(x)).mean((-2, -1))


class Rearranged(nn.Module):
    """What einops does, by hand: patches, heads, windows, and back."""

    def __init__(self, dim=12, heads=2, window=2):
        super().__init__()
        self.heads, self.window = heads, window
        self.to_patch = nn.Linear(3 * 16, dim)
        self.qkv, self.out = nn.Conv2d(dim, 3 * dim, 1, bias=False), nn.Conv2d(dim, dim, 1)
        self.token_mix = nn.Sequential(nn.Linear(64, 32), nn.GELU(), nn.Linear(32, 64))

    def forward(self, *images):
        (x,) = images
        b, c, h, w = x.shape
        x = x.reshape(b, c, h // 4, 4, w // 4, 4).permute(0, 2, 4, 3, 5, 1).reshape(b, (h // 4) * (w // 4), 16 * c)
        x = self.to_patch(x)
        x = x + self.token_mix(x.transpose(1, 2)).transpose(1, 2)
        x = x.transpose(1, 2).unflatten(2, (h // 4, w // 4))
        b, d, h, w = x.size()
        q, k, v = (
            t.view(b, self.heads, d // self.heads, h // self.window, self.window, w // self.window, self.window)
            .permute(0, 3, 5, 1, 4, 6, 2)
            .reshape(-1, self.heads, self.window**2, d // self.heads)
            for t in self.qkv(x).chunk(3, dim=1)
        )
        y = ((q @ k.mT if hasattr(q, "mT") else q @ k.transpose(-1, -2)) * (d // self.heads) ** -0.5).softmax(-1) @ v
        y = y.view(b, h // self.window, w // self.window, self.heads, self.window, self.window, -1)
        y = y.permute(0, 3, 6, 1, 4, 2, 5).reshape(b, d, h, w)
        return self.out(y) + x


class Numbered(nn.Sequential):
    """A row of its own class that does more than call what it has, and one part that a literal `_1` stands beside."""

    def __init__(self, inside, outside):
        super().__init__(nn.Conv2d(inside, outside, 3), nn.BatchNorm2d(outside), nn.ReLU())
        self._1 = nn.Conv2d(outside, outside, 1)

    def forward(self, x):
        x = self[1](self[0](x))
        return self[2](self._1(x) + x)


class Named(nn.Module):
    """Parts under names that no attribute can have, as RegNet's `block1-0` and GoogLeNet's `3x3`."""

    def __init__(self):
        super().__init__()
        self.add_module("conv-1", Numbered(3, 4))
        self.add_module("3x3", nn.Conv2d(4, 4, 3, padding=1))
        self.add_module("part-2", nn.Sequential(nn.Conv2d(4, 4, 1), nn.ReLU()))

    def forward(self, x):
        x = self.get_submodule("conv-1")(x)
        return self.get_submodule("part-2")(self.get_submodule("3x3")(x) + x)


class Nested(nn.Module):
    """Results in containers of containers, one of them a half of what was cut."""

    def __init__(self):
        super().__init__()
        self.conv, self.fc = nn.Conv2d(3, 8, 3), nn.Linear(4, 2)

    def forward(self, x):
        a, b = self.conv(x).mean((2, 3)).chunk(2, dim=1)
        return {"out": self.fc(a), "aux": [b, a * b]}


class Counting(nn.Module):
    """A buffer that nothing reads."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.register_buffer("steps", torch.zeros((), dtype=torch.long))

    def forward(self, x):
        return F.relu(self.conv(x))


MODELS = {
    each.__name__: each
    for each in (
        Ups, GatedUNet, Detr, Gpt, Clip, TimmVit, DetectronFPN, Bert, YoloGraph, Crossing, Albert, Trained, Rearranged, Named, Nested,
        Counting,
    )
}  # fmt: skip

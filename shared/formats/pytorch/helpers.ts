/** Python helpers that a file holds when its network needs them: what PyTorch has no module for. */
export const helperSource = {
  average_pool: `def average_pool(x, kernel, stride, dilation, pads, overhang, count_include_pad):
    """Average pooling with padding that differs from side to side, or with dilation."""
    ones = torch.ones_like(x[:1, :1])
    counted = F.pad(ones, pads, value=float(count_include_pad))

    def window_sums(maps):
        maps = F.pad(maps, overhang)
        n, c, h, w = maps.shape
        columns = F.unfold(maps.reshape(n * c, 1, h, w), kernel, dilation, 0, stride)
        height = (h - dilation[0] * (kernel[0] - 1) - 1) // stride[0] + 1
        return columns.sum(1).reshape(n, c, height, -1)

    return window_sums(F.pad(x, pads)) / window_sums(counted)`,
  places_in_tensor: `def places_in_tensor(y, places, height, width, by_columns):
    """What a pool kept, and its places in the whole tensor in place of those in each map or signal."""
    n, c = y.shape[:2]
    if by_columns:
        places = places % width * height + places // width
    planes = torch.arange(n * c, device=y.device).reshape(n, c, *[1] * (y.dim() - 2))
    return y, (places + planes * (height * width)).to(y.dtype)`,
  max_unpool: `def max_unpool(x, places, size):
    """Puts values at their places in the whole result."""
    y = x.new_zeros(*x.shape[:2], *size).flatten()
    at = places.long().flatten()
    inside = (at >= 0) & (at < y.numel())
    y[at[inside]] = x.flatten()[inside]
    return y.reshape(*x.shape[:2], *size)`,
  response_norm: `def response_norm(x, size, alpha, beta, k):
    """Local response normalisation over an even number of channels, as ONNX and Caffe centre it."""
    before = (size - 1) // 2
    around = [0, 0] * (x.dim() - 2) + [before, size - 1 - before]
    squares = F.pad(x * x, around).unfold(1, size, 1).sum(-1)
    return x / (k + alpha / size * squares) ** beta`,
  relative_position_index: `def relative_position_index(height, width, flat=False):
    """For each two places of a window, which of the shifts between places theirs is."""
    places = torch.arange(height * width)
    rows, columns = places // width, places % width
    down = rows[:, None] - rows + height - 1
    index = down * (2 * width - 1) + columns[:, None] - columns + width - 1
    return index.flatten() if flat else index`,
  evenly_spaced: `def evenly_spaced(first, last, shape, axis):
    """Numbers that grow by the same step along one axis, and are the same along others."""
    line = torch.linspace(first, last, shape[axis])
    return line.view([-1 if i == axis else 1 for i in range(len(shape))]).repeat(
        [1 if i == axis else extent for i, extent in enumerate(shape)]
    )`,
  shifted_window_mask: `def shifted_window_mask(size, window, shift, shape):
    """What keeps places of shifted windows apart that were no neighbours before: -100, else 0."""
    rows, columns = (
        (at >= e - w).long() + (at >= e - s)
        for at, e, w, s in zip(map(torch.arange, size), size, window, shift)
    )
    regions = 3 * rows[:, None] + columns
    (height, width), (tall, wide) = size, window
    regions = (
        regions.reshape(height // tall, tall, width // wide, wide)
        .transpose(1, 2)
        .reshape(-1, tall * wide)
    )
    return -100.0 * (regions[:, None] != regions[:, :, None]).reshape(shape)`,
  LayerNormWithoutBias: `class LayerNormWithoutBias(nn.Module):
    """Layer normalisation that scales but does not shift."""

    def __init__(self, normalized_shape, eps=1e-05):
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(normalized_shape))

    def forward(self, x):
        return F.layer_norm(x, self.weight.shape, self.weight, None, self.eps)`,
  RMSNorm: `class RMSNorm(nn.Module):
    """Division by the root mean square of the last axes, as nn.RMSNorm of PyTorch 2.4 and later."""

    def __init__(self, normalized_shape, eps=1e-05):
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(normalized_shape))

    def forward(self, x):
        axes = tuple(range(-self.weight.dim(), 0))
        return x * torch.rsqrt(x.pow(2).mean(axes, keepdim=True) + self.eps) * self.weight`,
  attention: `def attention(
    q, k, v, *masks, heads=1, key_heads=0, scale=0.0, causal=False, softcap=0.0
):
    """Scaled dot-product attention; heads that are cut out of the features are joined again."""
    split = heads > 1 or key_heads > 0
    if split:
        q, k, v = (
            x.unflatten(-1, (n, -1)).transpose(-3, -2)
            for x, n in zip((q, k, v), (heads, *[key_heads or heads] * 2))
        )
    if k.dim() > 2 and k.shape[-3] != q.shape[-3]:
        k, v = (x.repeat_interleave(q.shape[-3] // k.shape[-3], -3) for x in (k, v))
    scores = q @ k.transpose(-2, -1) * (scale or q.shape[-1] ** -0.5)
    if softcap:
        scores = softcap * torch.tanh(scores / softcap)
    for mask in masks:
        scores = scores + mask
    if causal:
        scores = scores.masked_fill(
            torch.ones_like(scores).triu(1).bool(), float("-inf")
        )
    y = scores.softmax(-1) @ v
    return y.transpose(-3, -2).flatten(-2) if split else y`,
} as const;
export type HelperName = keyof typeof helperSource;

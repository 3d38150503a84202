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
  response_norm: `def response_norm(x, size, alpha, beta, k):
    """Local response normalisation over an even number of channels, as ONNX and Caffe centre it."""
    before = (size - 1) // 2
    around = [0, 0] * (x.dim() - 2) + [before, size - 1 - before]
    squares = F.pad(x * x, around).unfold(1, size, 1).sum(-1)
    return x / (k + alpha / size * squares) ** beta`,
  LayerNormWithoutBias: `class LayerNormWithoutBias(nn.Module):
    """Layer normalisation that scales but does not shift."""

    def __init__(self, normalized_shape, eps=1e-05):
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(normalized_shape))

    def forward(self, x):
        return F.layer_norm(x, self.weight.shape, self.weight, None, self.eps)`,
} as const;
export type HelperName = keyof typeof helperSource;

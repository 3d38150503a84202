import type { Totals } from '../../analysis/facts.ts';
import type { Dims } from '../../base/dims.ts';
import { grouped, tuple } from '../code/python.ts';
import { comparisonOf } from '../code/write.ts';

/** PyTorch's own attention does all of it in one: queries, keys, values and result are mapped, scores and averages made. */
const ofAttention = `
        elif name == "multi_head_attention_forward":
            queries, keys, values, width = args[:4]
            mapped = 2 * queries.numel() + keys.numel() + values.numel()
            self.total += width * mapped + 2 * queries.numel() * keys.shape[0]`;

/** What a file is run for: its network's parameters and multiply-adds beside those that the design has. */
export function checkSource(
  className: string,
  inputs: readonly Dims[],
  totals: Totals,
  attends: boolean,
): string {
  return `INPUTS = [${inputs.map((dims) => tuple(dims)).join(', ')}]
PARAMETERS = ${grouped(totals.params)}
MULTIPLY_ADDS = ${grouped(totals.macs)}


class MultiplyAdds(TorchFunctionMode):
    """Counts those of convolutions, linear layers and products of matrices."""

    def __init__(self) -> None:
        super().__init__()
        self.total = 0

    def __torch_function__(self, function, types, args=(), kwargs=None):
        result = function(*args, **(kwargs or {}))
        name = function.__name__
        if name in ("conv1d", "conv2d", "linear"):
            self.total += result.numel() * args[1][0].numel()
        elif name in ("conv_transpose1d", "conv_transpose2d"):
            self.total += args[0].numel() * args[1][0].numel()
        elif name in ("matmul", "__matmul__"):
            self.total += result.numel() * args[0].shape[-1]${attends ? ofAttention : ''}
        return result


if __name__ == "__main__":
    model = ${className}().eval()
    parameters = sum(each.numel() for each in model.parameters())
    with torch.no_grad(), MultiplyAdds() as counted:
        model(*(torch.zeros(shape) for shape in INPUTS))
${comparisonOf('parameters', 'counted.total')}`;
}

import type { Totals } from '../../analysis/facts.ts';
import type { Dims } from '../../base/dims.ts';
import { tuple } from '../code/python.ts';

/** A number as Python groups its digits. */
const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, '_');

/** What a file is run for: its network's parameters and multiply-adds beside those that the design has. */
export function checkSource(className: string, inputs: readonly Dims[], totals: Totals): string {
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
        if name in ("conv2d", "linear"):
            self.total += result.numel() * args[1][0].numel()
        elif name == "conv_transpose2d":
            self.total += args[0].numel() * args[1][0].numel()
        elif name in ("matmul", "__matmul__"):
            self.total += result.numel() * args[0].shape[-1]
        return result


if __name__ == "__main__":
    model = ${className}().eval()
    parameters = sum(each.numel() for each in model.parameters())
    with torch.no_grad(), MultiplyAdds() as counted:
        model(*(torch.zeros(shape) for shape in INPUTS))
    for what, found, said in [
        ("parameters", parameters, PARAMETERS),
        ("multiply-adds", counted.total, MULTIPLY_ADDS),
    ]:
        differs = "" if found == said else f", but the design has {said:,}"
        print(f"{found:,} {what}{differs}")`;
}

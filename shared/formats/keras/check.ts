import type { Totals } from '../../analysis/facts.ts';
import { grouped } from '../code/python.ts';
import { comparisonOf } from '../code/write.ts';

/** What a file is run for: its model's parameters and multiply-adds beside those that the design has. */
export function checkSource({ params, macs }: Totals): string {
  return `PARAMETERS = ${grouped(params)}
MULTIPLY_ADDS = ${grouped(macs)}


def multiply_adds(model: keras.Model) -> int:
    """Counts those of convolutions, dense layers and products of matrices."""
    total = 0
    for operation in model.operations:
        kind = type(operation).__name__
        kernel = getattr(operation, "kernel", None)
        if kernel is None and kind != "Matmul":
            continue
        for node in operation._inbound_nodes:
            x, y = node.input_tensors[0].shape[1:], node.outputs[0].shape[1:]
            if kernel is None:
                total += math.prod(y) * x[-1]
            elif kind.endswith("Transpose"):
                total += math.prod(x) * math.prod(kernel.shape[:-1])
            elif kind.startswith("Depthwise"):
                total += math.prod(y) * math.prod(kernel.shape[:-2])
            else:
                total += math.prod(y) * math.prod(kernel.shape[:-1])
    return total


if __name__ == "__main__":
    model = build_model()
    parameters = sum(math.prod(each.shape) for each in model.trainable_weights)
${comparisonOf('parameters', 'multiply_adds(model)')}`;
}

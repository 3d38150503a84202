"""Computes single layers of the stand-in: reads a list of {class, options, input, weights} from standard input, prints what each gives."""

import json
import pathlib
import sys

import torch

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import keras_stand_in as stand_in  # noqa: E402


def tensor(plain):
    return torch.tensor(plain["data"], dtype=torch.float32).reshape(plain["dims"])


results = []
for i, case in enumerate(json.load(sys.stdin)):
    name = f"layer{i}"
    stand_in.WEIGHTS[name] = [tensor(weight) for weight in case["weights"]]
    layer = getattr(stand_in.layers, case["class"])(name=name, **case["options"])
    y = layer([tensor(x) for x in case["inputs"]] if len(case["inputs"]) > 1 else tensor(case["inputs"][0]))
    results.append({"dims": list(y.shape), "data": y.reshape(-1).tolist()})
json.dump(results, sys.stdout)

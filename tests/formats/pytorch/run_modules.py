"""Runs exported modules with given weights and inputs.

Argument: a folder with cases.json, a list of {name, class, state: {key: {dims, at}}, input: {dims, at}}; beside it NAME.py and
NAME.bin, float32 values. Writes NAME.out, the flattened output, and results.json with the output's dims or an error's text.
"""

import importlib.util
import json
import math
import pathlib
import sys

import torch

torch.set_num_threads(1)
folder = pathlib.Path(sys.argv[1])


def run(case):
    path = folder / f"{case['name']}.py"
    spec = importlib.util.spec_from_file_location(case["name"], path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    values = torch.frombuffer(bytearray((folder / f"{case['name']}.bin").read_bytes()), dtype=torch.float32)

    def tensor(place):
        return values[place["at"] : place["at"] + math.prod(place["dims"])].reshape(place["dims"])

    net = getattr(module, case["class"])().eval()
    state = {key: tensor(place) for key, place in case["state"].items()}
    missing, unexpected = net.load_state_dict(state, strict=False)
    missing = [key for key in missing if not key.endswith("num_batches_tracked")]
    if missing or unexpected:
        return {"error": f"missing {missing}, unexpected {unexpected}"}
    with torch.no_grad():
        result = net(tensor(case["input"]))
    (folder / f"{case['name']}.out").write_bytes(result.contiguous().numpy().tobytes())
    return {"dims": list(result.shape)}


results = {}
for case in json.loads((folder / "cases.json").read_text()):
    try:
        results[case["name"]] = run(case)
    except Exception as error:
        results[case["name"]] = {"error": f"{type(error).__name__}: {error}"}
(folder / "results.json").write_text(json.dumps(results))

"""Runs exported Keras models with given weights and inputs, on Keras where it is installed, else on the stand-in beside this file.

Argument: a folder with cases.json, a list of {name, weights: {layer: [{dims, at}]}, input: {dims, at}} in Keras's order and layout; beside
it NAME.py and NAME.bin, float32. Writes NAME.out, flattened, and results.json with the output's dims or an error's text.
"""

import importlib.util
import json
import math
import pathlib
import sys

import numpy

REAL = importlib.util.find_spec("keras") is not None
if not REAL:
    import keras_stand_in
    import torch

folder = pathlib.Path(sys.argv[1])


def run(case):
    values = numpy.fromfile(folder / f"{case['name']}.bin", dtype="<f4")

    def array(place):
        return values[place["at"] : place["at"] + math.prod(place["dims"])].reshape(place["dims"]).copy()

    spec = importlib.util.spec_from_file_location(case["name"], folder / f"{case['name']}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    weights = {name: [array(place) for place in places] for name, places in case["weights"].items()}
    x = array(case["input"])
    if REAL:
        model = module.build_model()
        for name, given in weights.items():
            model.get_layer(name).set_weights(given)
        result = numpy.asarray(model(x, training=False))
    else:
        keras_stand_in.USED.clear()
        keras_stand_in.WEIGHTS = {name: [torch.from_numpy(w) for w in given] for name, given in weights.items()}
        keras_stand_in.FEEDS[:] = [torch.from_numpy(x)]
        with torch.no_grad():
            result = module.build_model().contiguous().numpy()
    (folder / f"{case['name']}.out").write_bytes(result.astype("<f4").tobytes())
    return {"dims": list(result.shape)}


results = {}
for case in json.loads((folder / "cases.json").read_text()):
    try:
        results[case["name"]] = run(case)
    except Exception as error:
        results[case["name"]] = {"error": f"{type(error).__name__}: {error}"}
(folder / "results.json").write_text(json.dumps(results))

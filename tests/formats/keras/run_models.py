"""Runs exported Keras models, on Keras where it is installed, else on the stand-in beside this file.

Each case is {name, weights: {layer: [tensor]}, inputs: [tensor]} in Keras's order and layout; see judge.py.
"""

import importlib.util
import pathlib
import sys
import types

import numpy

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "code"))
from judge import judge_all

REAL = importlib.util.find_spec("keras") is not None
if not REAL:
    import keras_stand_in
    import torch


def told(module, model):
    """What the file itself counts is what it says of the design."""
    counted = module.multiply_adds(model)
    assert counted == module.MULTIPLY_ADDS, f"{counted} multiply-adds, not {module.MULTIPLY_ADDS}"


def run(module, case, array):
    weights = {name: [array(place) for place in places] for name, places in case["weights"].items()}
    inputs = [array(place) for place in case["inputs"]]
    if REAL:
        model = module.build_model()
        told(module, model)
        for name, given in weights.items():
            model.get_layer(name).set_weights(given)
        return numpy.asarray(model(inputs[0] if len(inputs) == 1 else inputs, training=False))
    keras_stand_in.USED.clear()
    keras_stand_in.OPERATIONS.clear()
    keras_stand_in.WEIGHTS = {name: [torch.from_numpy(w) for w in given] for name, given in weights.items()}
    keras_stand_in.FEEDS[:] = [torch.from_numpy(x) for x in inputs]
    with torch.no_grad():
        result = module.build_model()
    told(module, types.SimpleNamespace(operations=keras_stand_in.OPERATIONS))
    return result.contiguous().numpy()


judge_all(run)

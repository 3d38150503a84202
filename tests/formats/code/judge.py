"""What the judges of exported code share.

A folder holds cases.json, a list of cases with a name each, and for each NAME.py, and NAME.bin: float32 values, of which
a tensor is {dims, at}. Writes NAME.out, the flattened output, and results.json with the output's dims or an error's text.
"""

import importlib.util
import json
import math
import pathlib
import sys

import numpy


def load(folder, name):
    """The exported file as a module."""
    spec = importlib.util.spec_from_file_location(name, folder / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def judge_all(run):
    """Runs every case of the folder that the command names: `run(module, case, array)` gives an output in numpy."""
    folder = pathlib.Path(sys.argv[1])
    results = {}
    for case in json.loads((folder / "cases.json").read_text()):
        name = case["name"]
        try:
            values = numpy.fromfile(folder / f"{name}.bin", dtype="<f4")

            def array(place):
                return values[place["at"] : place["at"] + math.prod(place["dims"])].reshape(place["dims"]).copy()

            result = run(load(folder, name), case, array)
            (folder / f"{name}.out").write_bytes(result.astype("<f4").tobytes())
            results[name] = {"dims": list(result.shape)}
        except Exception as error:
            results[name] = {"error": f"{type(error).__name__}: {error}"}
    (folder / "results.json").write_text(json.dumps(results))

"""Runs exported PyTorch modules: each case is {name, class, state: {key: tensor}, inputs: [tensor]}; see judge.py."""

import pathlib
import sys

import torch

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "code"))
from judge import judge_all

torch.set_num_threads(1)


def run(module, case, array):
    net = getattr(module, case["class"])().eval()
    state = {key: torch.from_numpy(array(place)) for key, place in case["state"].items()}
    missing, unexpected = net.load_state_dict(state, strict=False)
    missing = [key for key in missing if not key.endswith("num_batches_tracked")]
    if missing or unexpected:
        raise KeyError(f"missing {missing}, unexpected {unexpected}")
    with torch.no_grad():
        return net(*(torch.from_numpy(array(place)) for place in case["inputs"])).contiguous().numpy()


judge_all(run)

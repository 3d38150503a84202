"""Saves checkpoints in every form and type, and what PyTorch itself reads from them, as float32."""

import collections
import json
import sys

import torch

folder = sys.argv[1]
torch.manual_seed(5)


def plain():
    base = torch.randn(6, 5)
    shared = torch.randn(4, 3)
    return collections.OrderedDict(
        [
            ("float32", base),
            ("float64", torch.randn(3, 4, dtype=torch.float64)),
            ("float16", torch.randn(3, 4).half()),
            ("bfloat16", torch.randn(3, 4).bfloat16()),
            ("int64", torch.tensor([-3, 0, 2**40])),
            ("int32", torch.tensor([-3, 7], dtype=torch.int32)),
            ("int16", torch.tensor([-3, 7], dtype=torch.int16)),
            ("int8", torch.tensor([-3, 7], dtype=torch.int8)),
            ("uint8", torch.tensor([3, 255], dtype=torch.uint8)),
            ("bool", torch.tensor([True, False, True])),
            ("scalar", torch.tensor(2.5)),
            ("empty", torch.zeros(0, 3)),
            ("transposed", base.t()),
            ("strided", base[1::2, ::2]),
            ("offset", base[2]),
            ("expanded", torch.randn(3, 1).expand(3, 4)),
            ("channelsLast", torch.randn(2, 3, 4, 5).to(memory_format=torch.channels_last)),
            ("shared.a", shared),
            ("shared.b", shared),
            ("parameter", torch.nn.Parameter(torch.randn(2, 2))),
        ]
    )


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = torch.nn.Conv2d(3, 4, 3)
        self.bn = torch.nn.BatchNorm2d(4)
        self.rest = torch.nn.Sequential(torch.nn.ReLU(), torch.nn.Conv2d(4, 2, 1, bias=False))
        self.register_buffer("grid", torch.arange(3.0), persistent=False)

    def forward(self, x):
        return self.rest(self.bn(self.conv(x)))


expected = {}


def save(name, state, saved=None, legacy=False):
    what = state if saved is None else saved
    torch.save(what, f"{folder}/{name}", _use_new_zipfile_serialization=not legacy)
    expected[name] = {
        key: {"dims": list(value.shape), "values": value.detach().float().reshape(-1).tolist()}
        for key, value in state.items()
    }


net = Net()
state = net.state_dict()
save("plain.pth", plain())
save("legacy.pth", plain(), legacy=True)
save("module.pt", state)
save("wrapped.bin", state, {"epoch": 3, "state_dict": state, "optimizer": torch.optim.Adam(net.parameters()).state_dict()})
save(
    "lightning.ckpt",
    {f"model.{key}": value for key, value in state.items()},
    {
        "epoch": 3,
        "pytorch-lightning_version": "2.1.0",
        "state_dict": {f"model.{key}": value for key, value in state.items()},
        "hyper_parameters": {"lr": 0.1, "device": torch.device("cpu"), "size": torch.Size([3, 4])},
        "callbacks": {},
    },
)
save("nested.pth", state, {"model": state, "args": torch.device("cpu"), "best": 0.75})
save("whole.pth", state, net)
save("whole-legacy.pth", state, net, legacy=True)
torch.jit.script(net).save(f"{folder}/script.pt")
expected["script.pt"] = {
    **expected["module.pt"],
    # TorchScript saves every buffer.
    "grid": {"dims": [3], "values": [0, 1, 2]},
}
torch.save({"a": torch.ones(2), "b": torch.ones(2, dtype=torch.complex64)}, f"{folder}/complex.pth")
quantised = torch.quantize_per_tensor(torch.randn(2, 3), 0.1, 0, torch.qint8)
torch.save({"a": torch.ones(2), "b.weight": quantised}, f"{folder}/quantised.pth")

with open(f"{folder}/expected.json", "w") as file:
    json.dump(expected, file)

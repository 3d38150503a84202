"""Writes torchvision's state_dicts with seeded random weights, and what those networks answer.

Arguments: a folder, and the names of models. Writes names.json, {model: {key: shape}} of every model, and of each model in RUNS its weights (.npz or
.safetensors, the latter byte by byte as its format is described), NAME.in and NAME.out (float32) and runs.json.
"""

import json
import pathlib
import struct
import sys

import numpy
import torch
from torchvision import models

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "pytorch"))
from unfilled import unfilled  # noqa: E402

torch.set_num_threads(1)
folder = pathlib.Path(sys.argv[1])

ALL = sys.argv[2].split(",")
# How each is saved, and the height and width of its input.
RUNS = {
    "alexnet": ("npz", None, 224),
    "vgg11_bn": ("safetensors", "F16", 224),
    "googlenet": ("npz-deflated", None, 64),
    "resnet18": ("safetensors", "F32", 64),
    "resnet50": ("safetensors", "BF16", 64),
}


def build(name):
    options = {"aux_logits": True, "init_weights": False} if name in ("googlenet", "inception_v3") else {}
    # Weights are filled below.
    with unfilled():
        if hasattr(models.segmentation, name):
            return getattr(models.segmentation, name)(weights=None, weights_backbone=None, aux_loss=False).eval()
        return getattr(models, name)(weights=None, **options).eval()


def narrow(net):
    """Gives the hidden layers of a classifier 64 features: their 4096 are nine tenths of AlexNet's and VGG's weights."""
    layers = [i for i, layer in enumerate(net.classifier) if isinstance(layer, torch.nn.Linear)]
    for i in layers:
        into = net.classifier[i].in_features if i == layers[0] else 64
        net.classifier[i] = torch.nn.Linear(into, net.classifier[i].out_features if i == layers[-1] else 64)


def fill(net, dtype):
    torch.manual_seed(1)
    for key, value in net.state_dict().items():
        if key.endswith("num_batches_tracked"):
            value.fill_(7)
        elif key.endswith("running_var"):
            value.uniform_(0.5, 1.5)
        elif value.dim() > 1:
            value.normal_(0, (2 / value[0].numel()) ** 0.5)
        else:
            value.uniform_(-0.2, 0.2) if key.endswith(("bias", "running_mean")) else value.uniform_(0.5, 1.0)
        if value.is_floating_point():
            value.copy_(value.to(dtype).float())


def safetensors(state, code, dtype):
    header, chunks, at = {"__metadata__": {"by": "hand"}}, [], 0
    # Sorted by name, as the library for the format does.
    for key, value in sorted(state.items()):
        if value.is_floating_point():
            value, kind = value.to(dtype), code
        else:
            kind = "I64"
        data = value.contiguous().flatten()
        data = (data.view(torch.int16) if kind == "BF16" else data).numpy().tobytes()
        header[key] = {"dtype": kind, "shape": list(value.shape), "data_offsets": [at, at + len(data)]}
        chunks.append(data)
        at += len(data)
    text = json.dumps(header).encode()
    return b"".join([struct.pack("<Q", len(text)), text, *chunks])


names, runs = {}, {}
for name in ALL:
    net = build(name)
    names[name] = {key: list(value.shape) for key, value in net.state_dict().items()}
    if name not in RUNS:
        continue
    form, code, extent = RUNS[name]
    dtype = {"F16": torch.float16, "BF16": torch.bfloat16}.get(code, torch.float32)
    if hasattr(net, "classifier"):
        narrow(net)
    with torch.no_grad():
        fill(net, dtype)
        x = torch.randn(1, 3, extent, extent)
        if name == "googlenet":
            net.transform_input = False
        y = net(x)
    state = net.state_dict()
    file = folder / f"{name}.{form.split('-')[0]}"
    if form == "safetensors":
        file.write_bytes(safetensors(state, code, dtype))
    else:
        save = numpy.savez_compressed if form == "npz-deflated" else numpy.savez
        save(file, **{key: value.numpy() for key, value in state.items()})
    (folder / f"{name}.in").write_bytes(x.numpy().tobytes())
    (folder / f"{name}.out").write_bytes(y.numpy().tobytes())
    runs[name] = {"file": file.name, "extent": extent}
(folder / "names.json").write_text(json.dumps(names))
(folder / "runs.json").write_text(json.dumps(runs))

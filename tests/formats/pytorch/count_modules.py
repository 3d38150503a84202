"""Traces torchvision's models. `count SOURCE FOLDER NAME…` writes designs without weights, and says how many parameters and
multiply-adds each has: the latter by what PyTorch itself dispatches, on a device that computes shapes alone. `run SOURCE
FOLDER NAME:EXTENT…` writes designs with seeded weights, and what the models answer to NAME.in in NAME.out."""

import json
import pathlib
import sys
import warnings

import torch
import torchvision
from torch.utils._python_dispatch import TorchDispatchMode
from torchvision.models import detection, segmentation

step, source, folder, *names = sys.argv[1:]
sys.path.insert(0, source)
sys.path.insert(0, str(pathlib.Path(__file__).parent))
import netwright_torch  # noqa: E402
from unfilled import unfilled  # noqa: E402

warnings.simplefilter("ignore")
torch.set_num_threads(1)


def without_numbers(model):
    """The model with shapes in place of numbers; tables of places stay, as the design holds them."""
    for module in model.modules():
        for name, parameter in module._parameters.items():
            if parameter is not None:
                module._parameters[name] = torch.nn.Parameter(parameter.to("meta"))
        for name, buffer in module._buffers.items():
            if buffer is not None and buffer.is_floating_point():
                module._buffers[name] = buffer.to("meta")
    return model


class MultiplyAdds(TorchDispatchMode):
    """Counts those of convolutions and matrix products, whoever asks for them."""

    macs = 0

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        out = function(*args, **(kwargs or {}))
        name = str(function).split(".")[1]
        if name == "convolution":
            self.macs += out.numel() * args[1][0].numel()
        elif name in ("mm", "bmm"):
            self.macs += out.numel() * args[0].shape[-1]
        elif name in ("addmm", "baddbmm"):
            self.macs += out.numel() * args[1].shape[-1]
        return out


def backbone(detector):
    return detector(weights=None, weights_backbone=None).backbone


# What draws borders and boxes stands on; detectors themselves decide by what they see.
BACKBONES = {
    "fasterrcnn_resnet50_fpn.backbone": (detection.fasterrcnn_resnet50_fpn, 224),
    "fasterrcnn_mobilenet_v3_large_fpn.backbone": (detection.fasterrcnn_mobilenet_v3_large_fpn, 224),
    "retinanet_resnet50_fpn.backbone": (detection.retinanet_resnet50_fpn, 224),
    "ssd300_vgg16.backbone": (detection.ssd300_vgg16, 300),
    "ssdlite320_mobilenet_v3_large.backbone": (detection.ssdlite320_mobilenet_v3_large, 320),
}
SEGMENTING = ("fcn_resnet50", "deeplabv3_resnet50", "deeplabv3_mobilenet_v3_large", "lraspp_mobilenet_v3_large")


def made(name):
    if name in BACKBONES:
        return backbone(BACKBONES[name][0]).eval()
    if name in SEGMENTING:
        return getattr(segmentation, name)(weights=None, weights_backbone=None).eval()
    without_heads = {"aux_logits": False} if name in ("googlenet", "inception_v3") else {}
    return getattr(torchvision.models, name)(weights=None, **without_heads).eval()


def extent_of(name):
    if name in BACKBONES:
        return BACKBONES[name][1]
    return 299 if name == "inception_v3" else 256 if name.startswith("swin_v2") else 224


def count(name):
    with unfilled():
        model = without_numbers(made(name))
    extent = extent_of(name)
    untaken = netwright_torch.save(model, f"{folder}/{name}.netwright.json", (3, extent, extent), weights=False)
    with torch.no_grad(), MultiplyAdds() as counted:
        model(torch.zeros(1, 3, extent, extent, device="meta"))
    params = sum(each.numel() for each in model.parameters())
    return {"params": params, "macs": counted.macs, **({"untaken": untaken} if untaken else {})}


def run(name, extent):
    torch.manual_seed(0)
    model = made(name)
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            # As after training: what a batch norm does is seen.
            module.running_mean.normal_(std=0.1)
            module.running_var.uniform_(0.5, 1.5)
        if isinstance(module, torch.nn.Linear) and not module.weight.any():
            torch.nn.init.normal_(module.weight, std=0.02)
    untaken = netwright_torch.save(model, f"{folder}/{name}.netwright.json", (3, extent, extent))
    x = torch.randn(1, 3, extent, extent)
    with torch.no_grad():
        y = model(x)
    for suffix, values in (("in", x), ("out", y)):
        with open(f"{folder}/{name}.{suffix}", "wb") as file:
            file.write(values.numpy().tobytes())
    return {"extent": extent, **({"untaken": untaken} if untaken else {})}


if step == "families":
    told = torchvision.models.list_models(torchvision.models)
elif step == "others":
    told = [*SEGMENTING, *BACKBONES]
elif step == "count":
    told = {name: count(name) for name in names}
else:
    told = {name: run(name, int(extent)) for name, extent in (each.split(":") for each in names)}
print(json.dumps(told))

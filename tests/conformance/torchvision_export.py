"""Writes networks of torchvision as ONNX, with an input and PyTorch's output: FOLDER NAME:SIZE ...

NAME:SIZE:narrow gives the hidden layers of its classifier 64 features. NAME:SIZE:whole keeps batch normalisations as layers of their own, which PyTorch's exporter otherwise folds into the
convolutions, and writes NAME-whole.onnx.

Weights are random and seeded, those too that torchvision starts from zero, as the last layer of a transformer; the
statistics of batch normalisations are those of one batch, so that numbers neither
vanish nor grow through the depth. What PyTorch itself cannot export is told in NAME.txt.
"""

import sys
from pathlib import Path

import torch
from torchvision import models


# Transformers of torchvision's classes, small enough to be exported in a moment.
small = {
    "small_vit": lambda: models.VisionTransformer(
        image_size=32, patch_size=8, num_layers=2, num_heads=2, hidden_dim=16, mlp_dim=32, num_classes=10
    ),
    "small_swin": lambda: models.SwinTransformer(
        patch_size=[4, 4], embed_dim=16, depths=[2, 2], num_heads=[2, 4], window_size=[4, 4], num_classes=10
    ),
}


def build(name):
    torch.manual_seed(20)
    if name in small:
        return settled(small[name]())
    extra = {"aux_logits": False, "init_weights": True} if name in ("googlenet", "inception_v3") else {}
    return settled(models.get_model(name, weights=None, **extra))


def settled(model):
    for parameter in model.parameters():
        if parameter.dim() > 1 and not parameter.any():
            torch.nn.init.normal_(parameter, std=0.02)
    return model


def narrow(model):
    layers = [i for i, layer in enumerate(model.classifier) if isinstance(layer, torch.nn.Linear)]
    for i in layers:
        inputs = model.classifier[i].in_features if i == layers[0] else 64
        outputs = model.classifier[i].out_features if i == layers[-1] else 64
        model.classifier[i] = torch.nn.Linear(inputs, outputs)


def settle(model, size):
    norms = [m for m in model.modules() if isinstance(m, torch.nn.BatchNorm2d)]
    if not norms:
        return
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None
        # With half of all neurons dead, as biases of zero have it, rounding grows by a fifth in every layer.
        torch.nn.init.ones_(norm.bias)
    model.train()
    with torch.no_grad():
        model(torch.rand(4, 3, size, size))
    for norm in norms:
        norm.momentum = 0.1


def export(folder, name, size, options):
    model = build(name)
    if "narrow" in options:
        narrow(model)
    whole = "whole" in options
    settle(model, size)
    model.eval()
    x = torch.rand(1, 3, size, size)
    with torch.no_grad():
        y = model(x)
    stem = f"{name}-whole" if whole else name
    x.numpy().tofile(folder / f"{stem}.in")
    y.numpy().tofile(folder / f"{stem}.out")
    (folder / f"{stem}.params").write_text(str(sum(p.numel() for p in model.parameters())))
    kept = {"training": torch.onnx.TrainingMode.PRESERVE, "do_constant_folding": False} if whole else {}
    torch.onnx.export(model, x, str(folder / f"{stem}.onnx"), opset_version=13, **kept)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    for argument in sys.argv[2:]:
        name, size, *options = argument.split(":")
        try:
            export(folder, name, int(size), options)
        except Exception as error:  # Whatever stops PyTorch is told, and the others still come.
            (folder / f"{name}.txt").write_text(f"{type(error).__name__}: {error}")

"""Traces torchvision's models, and counts parameters and multiply-adds of each by hooks."""

import json
import sys
import warnings

import torch
import torchvision

source, folder, *names = sys.argv[1:]
sys.path.insert(0, source)
import netwright_torch  # noqa: E402

warnings.simplefilter("ignore")
# Weights are not looked at: filling them in is most of the time.
for fill in ("kaiming_uniform_", "kaiming_normal_", "trunc_normal_", "xavier_uniform_", "normal_", "uniform_"):
    setattr(torch.nn.init, fill, lambda tensor, *_, **__: tensor)


def macs_of(model, sample):
    macs = 0

    def count(module, inputs, output):
        nonlocal macs
        if isinstance(module, torch.nn.Conv2d):
            macs += output.numel() * module.weight[0].numel()
        elif isinstance(module, torch.nn.Linear):
            macs += output.numel() * module.in_features

    hooks = [module.register_forward_hook(count) for module in model.modules()]
    with torch.no_grad():
        model.eval()(sample)
    for hook in hooks:
        hook.remove()
    return macs


told = {}
for name in names:
    without_heads = {"aux_logits": False} if name in ("googlenet", "inception_v3") else {}
    model = getattr(torchvision.models, name)(weights=None, **without_heads)
    extent = 299 if name == "inception_v3" else 224
    problems = netwright_torch.save(model, f"{folder}/{name}.netwright.json", (3, extent, extent), weights=False)
    if problems:
        told[name] = {"untaken": problems}
        continue
    params = sum(each.numel() for each in model.parameters())
    told[name] = {"params": params, "macs": macs_of(model, torch.zeros(1, 3, extent, extent))}
print(json.dumps(told))

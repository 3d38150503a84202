"""Takes modules there and back: `trace SOURCE FOLDER NAME…` writes models, torchvision's and random ones, as designs; `compare SOURCE FOLDER`
loads the code that was written for each NAME of FOLDER/cases.json (its class, and whether it is torchvision's), holds it to
the model that it came from, and writes it as a design again. Says what differs, by name."""

import importlib
import json
import pathlib
import sys
import warnings

import torch
import torchvision

step, source, folder, *names = sys.argv[1:]
sys.path.insert(0, source)
sys.path.insert(0, folder)
sys.path.insert(0, str(pathlib.Path(__file__).parent))
import netwright_torch  # noqa: E402
import random_modules  # noqa: E402
import users_containers  # noqa: E402
import users_habits  # noqa: E402
import users_modules  # noqa: E402
import users_networks  # noqa: E402
import users_popular  # noqa: E402
import users_samples  # noqa: E402
from unfilled import unfilled  # noqa: E402

warnings.simplefilter("ignore")
USERS = {**users_modules.MODELS, **users_networks.MODELS, **users_habits.MODELS, **users_popular.MODELS, **users_containers.MODELS, **users_samples.MODELS}
torch.set_num_threads(1)


def original(name):
    if name.startswith("random_"):
        torch.manual_seed(0)
        with netwright_torch.recording():
            return settled(random_modules.Net(int(name[len("random_") :])))
    if name.startswith("user_"):
        torch.manual_seed(0)
        with netwright_torch.recording():
            return settled(USERS[name[len("user_") :]]())
    without_heads = {"aux_logits": False} if name in ("googlenet", "inception_v3") else {}
    torch.manual_seed(0)
    with netwright_torch.recording():
        model = getattr(torchvision.models, name)(weights=None, **without_heads)
    return settled(model)


def settled(model):
    for module in model.modules():
        if isinstance(module, torch.nn.modules.batchnorm._BatchNorm) and module.running_mean is not None:
            # As after training: what a batch norm does is seen.
            module.running_mean.normal_(std=0.1)
            module.running_var.uniform_(0.5, 1.5)
    for parameter in model.parameters():
        if not parameter.any():
            # Outputs that vanish would agree with anything.
            torch.nn.init.normal_(parameter, std=0.1)
    return model.eval()


def shapes_of(name):
    if name.startswith("user_"):
        return getattr(USERS[name[len("user_") :]], "INPUT", ((3, 32, 32),))
    return ((3, *[16 if name.startswith("random_") else 224] * 2),)


def tensors_of(given):
    return list(given.values()) if isinstance(given, dict) else list(given) if isinstance(given, (tuple, list)) else [given]


def differences(name, module):
    model = original(name)
    wanted, found = model.state_dict(), module.state_dict()
    if set(wanted) != set(found):
        return f"keys {sorted(set(wanted) ^ set(found))[:6]}"
    shapes = [key for key in wanted if wanted[key].shape != found[key].shape]
    if shapes:
        return f"shapes of {shapes[:6]}"
    module.load_state_dict(wanted, strict=True)
    x = [torch.randn(2, *shape) for shape in shapes_of(name)]
    with torch.no_grad():
        y, z = (each(*(given.clone() for given in x)) for each in (model, module))
    if isinstance(y, dict) and (not isinstance(z, dict) or list(y) != list(z)):
        return f"{type(z).__name__} in place of a dict"
    y, z = tensors_of(y), tensors_of(z)
    if len(y) != len(z):
        return f"{len(z)} outputs"
    file = sys.modules[type(module).__module__]
    with torch.no_grad(), file.MultiplyAdds() as counted:
        module(*(torch.zeros(shape) for shape in file.INPUTS))
    if (sum(each.numel() for each in module.parameters()), counted.total) != (file.PARAMETERS, file.MULTIPLY_ADDS):
        return f"{counted.total} multiply-adds"
    error = max(((a - b).abs().max() / a.abs().max()).item() for a, b in zip(y, z))
    return None if error <= 1e-5 else f"outputs by {error}"


if step == "trace":
    told = {}
    for name in names:
        try:
            told[name] = netwright_torch.save(original(name), f"{folder}/{name}.netwright.json", shapes_of(name), weights=False)
        except netwright_torch.Untaken as why:
            told[name] = [str(why)]
    json.dump(told, open(f"{folder}/traced.json", "w"))
else:
    told = {}
    for name, made, compared in json.load(open(f"{folder}/cases.json")):
        try:
            with netwright_torch.recording(), unfilled():
                module = getattr(importlib.import_module(name), made)().eval()
            shapes = [tuple(shape[1:]) for shape in importlib.import_module(name).INPUTS]
            if compared:
                told[name] = differences(name, module)
            netwright_torch.save(module, f"{folder}/{name}.again.json", shapes, weights=False)
        except Exception as error:
            told[name] = f"{type(error).__name__}: {error}"
    json.dump(told, open(f"{folder}/told.json", "w"))

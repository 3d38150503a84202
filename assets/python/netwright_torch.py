"""Writes a PyTorch module as a Netwright design: its module classes are the blocks, its attributes' names the layers'.

    python netwright_torch.py torchvision.models:resnet18 --input 3,224,224 -o net.netwright.json

    import netwright_torch
    netwright_torch.save(model, "net.netwright.json", input=(3, 224, 224))

The weights are written beside the design as safetensors, under the names of the state_dict. What cannot be taken is told
in one list, with the file and line of the code that asks for it. Needs torch 1.13 or newer, and nothing else.
"""

import argparse
import collections
import contextlib
import importlib
import importlib.util
import inspect
import json
import math
import operator
import os
import re
import struct
import sys
import weakref

import torch
import torch.fx
from torch import nn
from torch.nn import functional as F


class Untaken(Exception):
    """What the module does that a design cannot say; one line each."""


class Call:
    """
    One call of a module: what ran in it, in order, calls of its own modules among it; and the tensors that it is given, with
    the names that its `forward` has for them; those that it returns; and those of these that a block of it gives, where that is settled.
    Of those that come in and go out in a list, a tuple or a dict, it is known in which, and where.
    """

    def __init__(self, path, module):
        self.path, self.module, self.items, self.given, self.given_in = path, module, [], {}, {}
        self.results, self.results_in, self.gives = [], {}, None

    def nodes(self):
        for item in self.items:
            yield from item.nodes() if isinstance(item, Call) else (item,)


class Unpacked(torch.fx.Proxy):
    """A value of which all is known but what it holds, whatever the code around does with that."""

    def __getattr__(self, name):
        found = getattr(self.node.meta["value"], name)
        if name in SEEN_AS:
            return SEEN_AS[name](self)
        return super().__getattr__(name) if callable(found) or not is_plain(found) else found

    def __iter__(self):
        return self.tracer.iter(self)

    def __len__(self):
        return len(self.node.meta["value"])

    def __setitem__(self, index, value):
        if not isinstance(value, (int, float)):
            raise Untaken(f"{place_of_caller()}: writes a tensor into a part of another")
        self.tracer.write_over(self, index, value)


# Attributes of tensors that are the tensor seen otherwise.
SEEN_AS = {
    "T": lambda x: x.permute(*reversed(range(len(x.shape)))),
    "mT": lambda x: x.transpose(-2, -1),
    "data": lambda x: x,
}


class Tracer(torch.fx.Tracer):
    """
    Keeps which call every operation ran in, where it is written, and what it gives for a sample: shapes are known while the
    module is traced, so that code may unpack them, count by them and decide by them.
    """

    def __init__(self, samples):
        super().__init__()
        self.device = samples[0].device
        self.samples, self.evaluating, self.written_over, self.problems = list(samples), False, {}, []
        self.replaying = False
        # Whether buffers that a module hands on to another are what comes in there.
        self.handing_on = True
        # Calls of attention, by their number: those of which the weights are taken, and the nodes that give weights.
        self.attentions, self.weighed, self.weights_of = 0, frozenset(), {}

    def trace(self, root, concrete_args=None):
        self.calls, self.entered, self.place = [Call("", root)], [("", "")], None
        self.kept_buffers, self.masks = set(root.state_dict()), {}
        self.buffers = {seen_as(each): each for each in root.buffers() if each.numel() and not each.is_meta}
        return super().trace(root, concrete_args)

    def is_leaf_module(self, module, path):
        return kind_of(module) in MODULES and not in_steps(module) or isinstance(module, nn.RNNBase)

    def call_module(self, module, forward, args, kwargs):
        if self.evaluating:
            return forward(*args, **kwargs)
        path = self.path_of_module(module)
        if self.is_leaf_module(module, path):
            return self.call_leaf(module, forward, args, kwargs, path)
        given = attended(module, args, kwargs) if type(module) is nn.MultiheadAttention else None
        if given:
            given = {name: self.held_mask(each) if name.endswith("_mask") else each for name, each in given.items()}
            args, kwargs = (), given
        elif self.handing_on:
            args, kwargs = (self.handed_on(each, path) for each in (args, kwargs))
        call = Call(path, module)
        self.name_given(call, args, kwargs)
        self.calls[-1].items.append(call)
        self.calls.append(call)
        try:
            if type(module) is nn.MultiheadAttention:
                if given:
                    self.attentions += 1
                    out, weights = multihead(module, **given, in_steps=self.attentions in self.weighed)
                    if isinstance(weights, torch.fx.Proxy):
                        self.weights_of[weights.node] = self.attentions
                    return self.noted(call, (out, weights))
            return self.noted(call, super().call_module(module, forward, args, kwargs))
        finally:
            self.calls.pop()

    def path_of_module(self, module):
        """Modules that keep nothing are the one that each call has: all of a network may share one activation."""
        path, call = super().path_of_module(module), self.calls[-1]
        if not call.path or is_below(path, call.path) or not keeps_nothing(module):
            return path
        own = next((name for name, each in call.module.named_modules(remove_duplicate=False) if each is module), None)
        return path if own is None else f"{call.path}.{own}" if own else call.path

    def held_mask(self, mask):
        """A mask as what is added to scores; it is the caller's, whoever made it."""
        if mask is None:
            return None
        held = self.handed_on(mask, "")
        if isinstance(held, torch.fx.Proxy):
            return added(held)
        if id(mask) not in self.masks:
            # With the mask itself, so that its number is nobody else's.
            self.masks[id(mask)] = mask, added(mask)
        return self.proxy(self.create_arg(self.masks[id(mask)][1]))

    def handed_on(self, value, path):
        """Buffers of modules around, as values that come into the one that they are handed on to."""
        if type(value) in (tuple, list):
            return type(value)(self.handed_on(each, path) for each in value)
        if type(value) is dict:
            return {key: self.handed_on(each, path) for key, each in value.items()}
        if not isinstance(value, torch.Tensor) or isinstance(value, nn.Parameter):
            return value
        value = self.itself(value)
        name = next((name for name, buffer in self.root.named_buffers() if buffer is value), None)
        is_inside = name is not None and path and is_below(name, path)
        if name not in self.kept_buffers and not is_inside and value.is_floating_point() and value.dim() > 1:
            # What the code around has made, such as a first state.
            return self.proxy(self.create_arg(value))
        is_own = name not in self.kept_buffers or is_inside
        return value if is_own else self.proxy(self.create_arg(value))

    def noted(self, call, result):
        if isinstance(result, torch.fx.Proxy) and isinstance(result.node.meta["value"], (tuple, list)):
            # Parts that a tensor was cut into are taken apart where they are made.
            result = tuple(result)
        found = [(path, self.as_it_is(each.node)) for path, each in parts_of(result)]
        call.results = [node for _, node in found]
        call.results_in = within_of(result, found)
        return result

    def as_it_is(self, node):
        while node in self.written_over:
            node = self.written_over[node]
        return node

    def name_given(self, call, args, kwargs):
        """The names of the tensors that a call is given; of those in lists and dicts with their place there."""
        try:
            signature = inspect.signature(type(call.module).forward)
            bound = signature.bind(call.module, *args, **kwargs)
        except (TypeError, ValueError):
            return
        for name, value in bound.arguments.items():
            kind = signature.parameters[name].kind
            # What comes in by two stars has its own name.
            head = () if kind is inspect.Parameter.VAR_KEYWORD else (name,)
            found = []
            for path, each in parts_of(value):
                node = self.as_it_is(each.node)
                if node not in call.given:
                    call.given[node] = clean("_".join((*head, *path)))
                    found.append((path, node))
            if kind is inspect.Parameter.VAR_POSITIONAL:
                call.given_in.update({node: {"star": name} for path, node in found if len(path) == 1})
            elif head:
                call.given_in.update(within_of(value, found, name))

    def call_leaf(self, module, forward, args, kwargs, path):
        """A layer, and what its hooks make of what comes in and goes out."""
        for hook in self.hooks_of(module, path, "_forward_pre_hooks", kwargs):
            given = hook(module, args)
            if given is not None:
                args = given if isinstance(given, tuple) else (given,)
        result = super().call_module(module, forward, args, kwargs)
        for hook in self.hooks_of(module, path, "_forward_hooks", kwargs):
            changed = hook(module, args, result)
            result = result if changed is None else changed
        return result

    def hooks_of(self, module, path, kind, kwargs):
        with_kwargs = getattr(module, f"{kind}_with_kwargs", {})

        def kept(hook, key):
            def call(module, args, *result):
                try:
                    return hook(module, args, *([kwargs] if key in with_kwargs else []), *result)
                except Exception as error:
                    self.problems.append(f"{place_of(error)}: a hook of {path} is left out, as it cannot be traced: {error}")

            return call

        # Those of PyTorch itself make the weights, which are taken as they are.
        return [kept(hook, key) for key, hook in getattr(module, kind).items() if not type(hook).__module__.startswith("torch.")]

    def go_to(self, node):
        """Into the calls that an operation of an export stands in, and out of those that it does not."""
        stack = list((node.meta.get("nn_module_stack") or {}).items()) if node is not None else []
        wanted = [("", "")]
        for key, (path, _) in stack:
            names = module_names(path)
            if names:
                wanted.append((key, ".".join(names)))
        common = len(os.path.commonprefix([wanted, self.entered]))
        del self.calls[common:], self.entered[common:]
        for key, path in wanted[common:]:
            call = Call(path, self.root.get_submodule(path))
            self.calls[-1].items.append(call)
            self.calls.append(call)
            self.entered.append((key, path))
        lines = re.findall(r'File "([^"]+)", line (\d+)', (node.meta.get("stack_trace") or "") if node is not None else "")
        self.place = f"{near(lines[-1][0])}:{lines[-1][1]}" if lines else None

    def proxy(self, node):
        return Unpacked(node, self)

    def create_proxy(self, kind, target, args, kwargs, *more, **other):
        """Numbers and shapes are what they are; what has steps of its own is written as those."""
        if kind in ("call_function", "call_method") and named(target) in READS_NUMBERS:
            raise Untaken(f"{place_of_caller()}: {named(target)} decides by the numbers of a tensor, which differ from input to input")
        # A module may be called as a function is: `self.linear`, `self.max`.
        steps = IN_STEPS.get(named(target)) if kind in ("call_function", "call_method") else None
        done = steps(self, *args, **kwargs) if steps else NotImplemented
        if done is not NotImplemented:
            return done
        proxy = super().create_proxy(kind, target, args, kwargs, *more, **other)
        value = proxy.node.meta["value"]
        if kind == "get_attr" or not is_plain(value):
            if changes_in_place(self.root, proxy.node):
                # Whoever takes what came in takes what it is now.
                self.written_over[proxy.node.all_input_nodes[0]] = proxy.node
            return proxy
        if kind != "placeholder":
            self.calls[-1].items.remove(proxy.node)
            self.graph.erase_node(proxy.node)
        return value

    def create_arg(self, a):
        made = super().create_arg(self.itself(a))
        return self.as_it_is(made) if isinstance(made, torch.fx.Node) else made

    def itself(self, value):
        """The buffer that a value is: expanded for one sample it is as it was."""
        is_tensor = isinstance(value, torch.Tensor) and not isinstance(value, nn.Parameter) and not value.is_meta
        return self.buffers.get(seen_as(value), value) if is_tensor and value.numel() else value

    def write_over(self, proxy, index, number):
        """Puts a number in a part of a tensor: from here on the tensor is another one."""
        kept = torch.ones(proxy.node.meta["value"].shape)
        kept[index] = 0
        changed = proxy * kept
        if number:
            changed = changed + (1 - kept) * number
        self.written_over[proxy.node] = changed.node

    def getattr(self, attr, value, cache):
        return value if self.evaluating else super().getattr(attr, value, cache)

    def create_node(self, *args, **kwargs):
        node = super().create_node(*args, **kwargs)
        node.meta["place"] = self.place or place_of_caller()
        if node.op != "output":
            self.evaluating = True
            try:
                with torch.no_grad():
                    node.meta["value"] = self.evaluate(node)
            finally:
                self.evaluating = False
        if node.op not in ("placeholder", "output"):
            self.calls[-1].items.append(node)
        return node

    def evaluate(self, node):
        if node.op == "placeholder":
            return self.samples.pop(0) if self.samples else node.args[0] if node.args else None
        if node.op == "get_attr":
            value = self.root
            for part in node.target.split("."):
                value = getattr(value, part)
            return value
        args, kwargs = torch.fx.node.map_arg((node.args, node.kwargs), lambda each: each.meta["value"])
        devices = {each.device for each in tensors_of(args) + tensors_of(kwargs)}
        if len(devices) > 1:
            # What the code makes on the way lies where the module's own tensors may not.
            args, kwargs = (moved(given, self.device) for given in (args, kwargs))
        if node.op == "call_module":
            return self.root.get_submodule(node.target).forward(*args, **kwargs)
        if node.op == "call_method":
            return getattr(args[0], node.target)(*args[1:], **kwargs)
        return node.target(*args, **kwargs)

    def iter(self, proxy):
        value = proxy.node.meta["value"]
        return iter([proxy[i] for i in range(len(value))])

    def to_bool(self, proxy):
        value = proxy.node.meta["value"]
        return super().to_bool(proxy) if isinstance(value, torch.Tensor) else bool(value)


def attended(module, args, kwargs):
    """What a call of PyTorch's attention is given, where `multihead` says all of it."""
    given = {"key_padding_mask": None, "need_weights": True, "attn_mask": None, "average_attn_weights": True}
    given.update(zip(("query", "key", "value", "key_padding_mask", "need_weights", "attn_mask", "average_attn_weights"), args))
    given.update(kwargs)
    # Beside a mask this says what the mask is.
    given.pop("is_causal", None)
    plain = module.bias_k is None and not module.add_zero_attn and len(given["query"].shape) == 3
    return given if plain else None


def multihead(module, query, key, value, key_padding_mask, need_weights, attn_mask, average_attn_weights, in_steps=False):
    """PyTorch's attention of tokens to each other or to others: its result, and the weights where they are asked for."""
    if not module.batch_first:
        turned = {id(x): x.transpose(0, 1) for x in (query, key, value)}
        query, key, value = (turned[id(x)] for x in (query, key, value))
    batch, tokens, width = query.shape
    heads = module.num_heads
    if query is key is value and module.in_proj_weight is not None:
        parts = F.linear(query, module.in_proj_weight, module.in_proj_bias).chunk(3, dim=-1)
    else:
        parts = mapped(module, query, key, value)
    masks = [
        *([] if attn_mask is None else [added(attn_mask if len(attn_mask.shape) == 2 else attn_mask.reshape(batch, heads, *attn_mask.shape[1:]))]),
        *([] if key_padding_mask is None else [added(key_padding_mask).reshape(batch, 1, 1, -1)]),
    ]
    weights = None
    if need_weights:
        # The layer falls away where nobody takes it.
        q, k, v = (part.reshape(batch, part.shape[1], heads, width // heads).transpose(1, 2) for part in parts)
        scores = q.matmul(k.transpose(2, 3)) * module.head_dim**-0.5
        for mask in masks:
            scores = scores + mask
        weights = torch.softmax(scores, dim=-1)
    if in_steps:
        out = weights.matmul(v).transpose(1, 2).reshape(batch, tokens, width)
    else:
        out = whole(*parts, *masks, heads=heads, **({"key_heads": 1} if heads == 1 else {}))
    out = module.out_proj(out)
    out = out if module.batch_first else out.transpose(0, 1)
    return out, weights.mean(1) if need_weights and average_attn_weights else weights


def mapped(module, *tokens):
    """Queries, keys and values of different tokens, each by its own part of the weights that lie together."""
    biases = (None,) * 3 if module.in_proj_bias is None else module.in_proj_bias.chunk(3)
    if module.in_proj_weight is None:
        own = (module.q_proj_weight, module.k_proj_weight, module.v_proj_weight)
        return [F.linear(x, weight, bias) for x, weight, bias in zip(tokens, own, biases)]
    parts = [x.matmul(weight.transpose(0, 1)) for x, weight in zip(tokens, module.in_proj_weight.chunk(3))]
    return [part if bias is None else part + bias for part, bias in zip(parts, biases)]


def added(mask):
    """A mask of what is forbidden as what is added to scores."""
    dtype = (mask.node.meta["value"] if isinstance(mask, torch.fx.Proxy) else mask).dtype
    return torch.where(mask, torch.tensor([-1e30]), torch.tensor([0.0])) if dtype == torch.bool else mask


def attention(q, k, v, *masks, heads=1, key_heads=0, scale=0.0, causal=False, softcap=0.0):
    """What the layer of this name does, for its shapes."""
    split = heads > 1 or key_heads > 0
    if split:
        q, k, v = (x.unflatten(-1, (n, -1)).transpose(-3, -2) for x, n in zip((q, k, v), (heads, *[key_heads or heads] * 2)))
    if k.dim() > 2 and k.shape[-3] != q.shape[-3]:
        k, v = (x.repeat_interleave(q.shape[-3] // k.shape[-3], -3) for x in (k, v))
    scores = q @ k.transpose(-2, -1) * (scale or q.shape[-1] ** -0.5)
    scores = softcap * torch.tanh(scores / softcap) if softcap else scores
    for mask in masks:
        scores = scores + mask
    scores = scores.masked_fill(torch.ones_like(scores).triu(1).bool(), float("-inf")) if causal else scores
    y = scores.softmax(-1) @ v
    return y.transpose(-3, -2).flatten(-2) if split else y


def whole(*tensors, **options):
    """Attention as the one layer that it is."""
    tracer = next(each for each in tensors if isinstance(each, torch.fx.Proxy)).tracer
    return tracer.create_proxy("call_function", attention, tensors, options)


# What the function says that our own code has for the layer.
ATTENTION_DOC = "Scaled dot-product attention; heads that are cut out of the features are joined again."


@contextlib.contextmanager
def attention_whole(model):
    """Our own code's attention is a layer, whatever its steps are."""
    files = {id(vars(file)): vars(file) for file in (sys.modules.get(type(each).__module__) for each in model.modules()) if file is not None}
    found = [(scope, scope["attention"]) for scope in files.values() if getattr(scope.get("attention"), "__doc__", None) == ATTENTION_DOC]

    def kept(function):
        return lambda *tensors, **options: (
            whole(*tensors, **options) if any(isinstance(each, torch.fx.Proxy) for each in tensors) else function(*tensors, **options)
        )

    for scope, function in found:
        scope["attention"] = kept(function)
    try:
        yield
    finally:
        for scope, function in found:
            scope["attention"] = function


def einsum(tracer, equation, *operands):
    """A product of two tensors, as a matrix product of each with its axes in order."""
    if len(operands) == 1 and isinstance(operands[0], (list, tuple)):
        operands = operands[0]
    found = re.fullmatch(r"(\w+),(\w+)->(\w+)", equation.replace(" ", ""))
    if found is None or len(operands) != 2 or any(len(set(axes)) < len(axes) for axes in found.groups()):
        return NotImplemented
    a, b, out = found.groups()
    if any(axis not in out and (axis not in a or axis not in b) for axis in a + b):
        return NotImplemented
    stack = [axis for axis in out if axis in a and axis in b]
    rows = [axis for axis in out if axis not in b]
    columns = [axis for axis in out if axis not in a]
    summed = [axis for axis in a if axis not in out]
    extents = {axis: extent for axes, x in zip((a, b), operands) for axis, extent in zip(axes, x.shape)}

    def matrices(x, axes, first, last):
        x = ordered(x, axes, stack + first + last)
        if len(first) == len(last) == 1:
            return x
        return x.reshape(*(extents[axis] for axis in stack), extent_of(first), extent_of(last))

    def extent_of(axes):
        return math.prod(extents[axis] for axis in axes)

    y = matrices(operands[0], a, rows, summed).matmul(matrices(operands[1], b, summed, columns))
    if not len(rows) == len(columns) == 1:
        y = y.reshape(*(extents[axis] for axis in stack + rows + columns))
    return ordered(y, stack + rows + columns, out)


def ordered(x, axes, wanted):
    order = [list(axes).index(axis) for axis in wanted]
    return x if order == sorted(order) else x.permute(*order)


def roll(tracer, x, shifts, dims=None):
    """What is shifted out at one end of an axis comes in at the other."""
    if dims is None:
        return NotImplemented
    shifts, dims = ((each,) if isinstance(each, int) else tuple(each) for each in (shifts, dims))
    for shift, dim in zip(shifts, dims):
        extent, axis = x.shape[dim], dim % len(x.shape)
        at = (extent - shift) % extent
        if at:
            before = (slice(None),) * axis
            x = torch.cat((x[(*before, slice(at, extent))], x[(*before, slice(0, at))]), axis)
    return x


def pad_otherwise(tracer, x, pad, mode="constant", value=None):
    """No padding at all, and that of maps whose channels come last."""
    sides = list(pad)
    if not any(sides):
        return x
    if len(sides) == 2 and len(x.shape) == 3:
        return pad_along(x, sides, mode, value)
    if len(sides) == 6 and not any(sides[:2]) and len(x.shape) == 4:
        return F.pad(x.permute(0, 3, 1, 2), sides[2:], mode, value).permute(0, 2, 3, 1)
    return NotImplemented


def clamp(tracer, x, min=None, max=None):
    """On one side only."""
    if (min is None) == (max is None) or not isinstance(max if min is None else min, (int, float)):
        return NotImplemented
    return torch.minimum(x, torch.tensor([float(max)])) if min is None else torch.maximum(x, torch.tensor([float(min)]))


def pad_along(x, sides, mode, value):
    return F.pad(x.unsqueeze(2), [*sides, 0, 0], mode, value).squeeze(2)


def interpolate_along(tracer, x, size=None, scale_factor=None, mode="nearest", align_corners=None, **given):
    """Signals are maps of one row."""
    if len(x.shape) != 3 or mode not in ("nearest", "linear"):
        return NotImplemented
    size = size if size is not None else int(x.shape[2] * (scale_factor[0] if isinstance(scale_factor, (tuple, list)) else scale_factor))
    size = size[0] if isinstance(size, (tuple, list)) else size
    mode = "bilinear" if mode == "linear" else mode
    return F.interpolate(x.unsqueeze(2), (1, size), mode=mode, align_corners=align_corners).squeeze(2)


def stack(tracer, tensors, dim=0):
    return torch.cat([each.unsqueeze(dim) for each in tensors], dim)


def getitem(tracer, x, index):
    """Parts along axes, one of each of others, and new axes, all in one: first the parts, then the ones, then what is new."""
    given = index if isinstance(index, tuple) else (index,)
    plain = all(each is None or each is Ellipsis or type(each) in (int, slice) for each in given)
    if not isinstance(x, torch.fx.Proxy) or not isinstance(x.node.meta["value"], torch.Tensor) or not plain:
        return NotImplemented
    if any(each is Ellipsis for each in given):
        at = next(i for i, each in enumerate(given) if each is Ellipsis)
        left = len(x.shape) - sum(each is not None for each in given) + 1
        given = (*given[:at], *(slice(None),) * left, *given[at + 1 :])
    held = [each for each in given if each is not None]
    parts = tuple(each if isinstance(each, slice) else slice(None) for each in held)
    ones = [axis for axis, each in enumerate(held) if isinstance(each, int)]
    cuts = any(each != slice(None) for each in parts)
    if len(held) == len(given) and cuts + len(ones) <= 1:
        return NotImplemented
    x = x[parts] if cuts else x
    for axis in reversed(ones):
        x = x[(*(slice(None),) * axis, held[axis])]
    for axis, each in enumerate(each for each in given if not isinstance(each, int)):
        x = x.unsqueeze(axis) if each is None else x
    return x


def select(tracer, x, dim, index):
    return x[(*(slice(None),) * (dim % len(x.shape)), index)]


def narrow(tracer, x, dim, start, length):
    return x[(*(slice(None),) * (dim % len(x.shape)), slice(start, start + length))]


def index_select(tracer, x, dim, index):
    return x[(*(slice(None),) * (dim % len(x.shape)), index)]


def hstack(tracer, tensors):
    return torch.cat(list(tensors), 0 if len(tensors[0].shape) == 1 else 1)


def unbind(tracer, x, dim=0):
    axis = dim % len(x.shape)
    return tuple(x[(*(slice(None),) * axis, i)] for i in range(x.shape[axis]))


Extreme = collections.namedtuple("Extreme", "values indices")


def extreme(of, place_of_it):
    """The largest along an axis, and where it is; the layer of what is not used falls away."""

    def write(tracer, x, dim=None, keepdim=False):
        if not isinstance(dim, int):
            return NotImplemented if dim is None else (torch.maximum if of == "amax" else torch.minimum)(x, dim)
        return Extreme(getattr(torch, of)(x, dim, keepdim), getattr(torch, place_of_it)(x, dim, keepdim))

    return write


def square(tracer, x):
    return x * x


def rsqrt(tracer, x):
    return x ** -0.5


def embedding(tracer, places, weight, padding_idx=None, *more, **given):
    """Of places that are the same whatever comes in."""
    return NotImplemented if isinstance(places, torch.fx.Proxy) else weight[places]


def glu(tracer, x, dim=-1):
    a, b = x.chunk(2, dim)
    return a * torch.sigmoid(b)


def masked_fill(tracer, x, mask, value):
    return torch.where(mask, value, x) if isinstance(value, torch.fx.Proxy) else torch.where(mask, torch.tensor([float(value)]), x)


def where(tracer, mask, a=None, b=None):
    """Numbers among the values are tensors of one."""
    if a is None or not any(isinstance(each, (int, float)) for each in (a, b)):
        return NotImplemented
    a, b = (torch.tensor([float(each)]) if isinstance(each, (int, float)) else each for each in (a, b))
    return torch.where(mask, a, b)


def pixel_unshuffle(tracer, x, downscale_factor):
    n, c, h, w = x.shape
    r = downscale_factor
    return x.reshape(n, c, h // r, r, w // r, r).permute(0, 1, 3, 5, 2, 4).reshape(n, c * r * r, h // r, w // r)


def scaled_dot_product_attention(tracer, query, key, value, attn_mask=None, dropout_p=0.0, is_causal=False, scale=None, enable_gqa=False):
    masks = [] if attn_mask is None else [attn_mask]
    if masks and (attn_mask.node.meta["value"] if isinstance(attn_mask, torch.fx.Proxy) else attn_mask).dtype == torch.bool:
        # True is what is seen.
        masks = [torch.where(attn_mask, torch.tensor([0.0]), torch.tensor([-1e30]))]
    options = {**({"scale": float(scale)} if scale is not None else {}), **({"causal": True} if is_causal else {})}
    return whole(query, key, value, *masks, **options)


def batch_norm_in_steps(tracer, x, running_mean, running_var, weight=None, bias=None, training=False, momentum=0.1, eps=1e-5):
    if weight is not None or training or running_mean is None:
        return NotImplemented
    # Under their own names: what is worked out of them at once would be numbers of the code.
    mean, var = (tracer.proxy(tracer.create_arg(each)) for each in (running_mean, running_var))
    shape = (-1, *(1 for _ in x.shape[2:]))
    return (x - mean.view(*shape)) / (var.view(*shape) + eps) ** 0.5


def linear_with_worked_out_bias(tracer, x, weight, bias=None):
    if not isinstance(bias, torch.fx.Proxy) or bias.node.op == "get_attr" and bias.node not in tracer.written_over:
        return NotImplemented
    return F.linear(x, weight) + bias


def filled(number):
    def write(tracer, x, *given):
        part = x.node
        if part.target is not operator.getitem:
            return NotImplemented
        tracer.write_over(tracer.proxy(part.args[0]), part.args[1], number if number is not None else given[0])
        return x

    return write


def made_of(number):
    """A tensor that hangs on the shape of another alone is a constant."""
    return lambda tracer, x, *size, dtype=None, device=None, **_: torch.full(
        tuple(size[0] if size and not isinstance(size[0], int) else size) or tuple(x.shape), number, dtype=dtype or torch.float32
    )


# What is written in steps: by the names of functions and of methods alike.
IN_STEPS = {
    "einsum": einsum,
    "roll": roll,
    "pad": pad_otherwise,
    "_pad": pad_otherwise,
    "clamp": clamp,
    "clamp_": clamp,
    "linear": linear_with_worked_out_bias,
    "interpolate": interpolate_along,
    "max": extreme("amax", "argmax"),
    "min": extreme("amin", "argmin"),
    "square": square,
    "rsqrt": rsqrt,
    "embedding": embedding,
    "stack": stack,
    "hstack": hstack,
    "getitem": getitem,
    "select": select,
    "narrow": narrow,
    "index_select": index_select,
    "unbind": unbind,
    "glu": glu,
    "masked_fill": masked_fill,
    "masked_fill_": masked_fill,
    "where": where,
    "pixel_unshuffle": pixel_unshuffle,
    "scaled_dot_product_attention": scaled_dot_product_attention,
    "batch_norm": batch_norm_in_steps,
    "zero_": filled(0),
    "fill_": filled(None),
    "new_zeros": made_of(0.0),
    "new_ones": made_of(1.0),
    "zeros_like": made_of(0.0),
    "ones_like": made_of(1.0),
}

# What gives a number of Python that hangs on what is in a tensor.
READS_NUMBERS = {"item", "tolist", "equal", "allclose", "is_nonzero"}
# What gives the same numbers in another shape, which are changed where its result is.
VIEWS = {
    "view", "reshape", "flatten", "squeeze", "unsqueeze", "transpose", "permute", "getitem", "chunk", "split", "detach",
    "expand", "contiguous", "to", "float", "type_as",
}  # fmt: skip
NORMS = (nn.LayerNorm, nn.GroupNorm, nn.modules.batchnorm._NormBase)
PASS_ON = (nn.Identity, nn.Flatten, nn.Unflatten, nn.modules.dropout._DropoutNd)
IN_PLACE = {"iadd", "isub", "imul", "itruediv"}


def changes_in_place(root, node):
    """Whether an operation writes its result over what came in."""
    if not node.all_input_nodes:
        return False
    if node.op == "call_module":
        return getattr(root.get_submodule(node.target), "inplace", False) is True
    name = named(node.target)
    return name in IN_PLACE or (name.endswith("_") and not name.endswith("__")) or node.kwargs.get("inplace") is True


def unused(graph):
    """What functions and methods gave that nobody took, or that weights were made of."""
    idle = set()
    for node in reversed(graph.nodes):
        if node.op in ("call_function", "call_method") and all(user in idle or is_weight_of(node, user) for user in node.users):
            idle.add(node)
    return idle


def is_weight_of(node, user):
    """Whether a layer takes it as a weight, or picks by it, so that it is no input."""
    takes = user.op == "call_function" and (user.target in WEIGHTED or user.target is operator.getitem)
    return takes and node not in tensors_in(user) and is_fixed(node)


def is_fixed(node):
    """Whether a value is the same whatever comes in."""
    seen, waiting = set(), [node]
    while waiting:
        each = waiting.pop()
        if each.op == "placeholder":
            return False
        if each not in seen:
            seen.add(each)
            waiting += each.all_input_nodes
    return True


def learned_below(nodes):
    """The parameters that values are made of, each once."""
    seen, waiting, found = set(), list(nodes), {}
    while waiting:
        each = waiting.pop()
        if each in seen:
            continue
        seen.add(each)
        waiting += each.all_input_nodes
        if each.op == "get_attr" and isinstance(each.meta["value"], nn.Parameter):
            found[id(each.meta["value"])] = each.meta["value"]
    return list(found.values())


def changed_elsewhere(root, graph):
    """Tensors of which a view was changed in place, and which are taken after that, as they are in no design."""
    place = {node: i for i, node in enumerate(graph.nodes)}

    def is_view(node):
        if node.op == "call_module":
            return isinstance(root.get_submodule(node.target), PASS_ON)
        return node.op in ("call_function", "call_method") and named(node.target) in VIEWS

    for node in graph.nodes:
        if node.op in ("placeholder", "get_attr", "output") or not changes_in_place(root, node):
            continue
        base = node.all_input_nodes[0]
        while is_view(base) and base.all_input_nodes:
            base = base.all_input_nodes[0]
            if any(place[user] > place[node] for user in base.users):
                yield node, base
                break


@contextlib.contextmanager
def opened():
    """Functions that their authors keep whole are traced all the same, but for those that are layers here."""
    module = sys.modules["torch.fx._symbolic_trace"]
    patched = module._wrapped_fns_to_patch
    if isinstance(patched, dict):
        kept = {key: found for key, found in patched.items() if stays_whole(found.get(key[1]), key[1])}
    else:
        kept = [(found, name) for found, name in patched if stays_whole(found.get(name), name)]
    module._wrapped_fns_to_patch = kept
    try:
        yield
    finally:
        module._wrapped_fns_to_patch = patched


def kind_of(module):
    """The class of a module as its author wrote it: parametrisations put one of their own before it."""
    made = type(module)
    return made.__mro__[1] if hasattr(module, "parametrizations") else made


def in_steps(module):
    """Modules of PyTorch that are written as what they do: they have no layer in this form."""
    if isinstance(module, nn.modules.conv._ConvNd):
        return module.padding_mode != "zeros"
    return isinstance(module, (nn.Upsample,)) and module.mode == "linear"


def stays_whole(function, name):
    return not inspect.isfunction(function) or name in FUNCTIONS


def named(target):
    return target if isinstance(target, str) else getattr(target, "__name__", "")


def tensors_of(value):
    if isinstance(value, torch.Tensor):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    return [found for each in value for found in tensors_of(each)] if isinstance(value, (tuple, list)) else []


def seen_as(tensor):
    return tensor.data_ptr(), tuple(tensor.shape), tensor.stride(), tensor.dtype


def moved(value, device):
    if isinstance(value, torch.Tensor):
        return value.to(device)
    if isinstance(value, dict):
        return {key: moved(each, device) for key, each in value.items()}
    return type(value)(moved(each, device) for each in value) if type(value) in (tuple, list) else value


def near(file):
    """A file from where we are, if it lies below."""
    found = os.path.relpath(file)
    return file if found.startswith("..") else found


def place_of_code(function):
    code = getattr(function, "__code__", None)
    return f"{near(code.co_filename)}:{code.co_firstlineno}" if code else "?"


def place_of_caller():
    """The innermost line that is neither PyTorch's nor ours."""
    own, torchs = os.path.abspath(__file__), os.path.dirname(torch.__file__) + os.sep
    frame = sys._getframe(1)
    while frame is not None:
        file = os.path.abspath(frame.f_code.co_filename)
        if file != own and not file.startswith(torchs) and not file.startswith("<"):
            return f"{near(file)}:{frame.f_lineno}"
        frame = frame.f_back
    return "?"


def place_of(error):
    """The innermost line of what was raised that is neither PyTorch's nor ours."""
    own, torchs = os.path.abspath(__file__), os.path.dirname(torch.__file__) + os.sep
    place = "?"
    at = error.__traceback__
    while at is not None:
        file = os.path.abspath(at.tb_frame.f_code.co_filename)
        if file != own and not file.startswith(torchs) and "<" not in at.tb_frame.f_code.co_filename and "importlib" not in file:
            place = f"{near(file)}:{at.tb_lineno}"
        at = at.tb_next
    return place


CONSTRUCTED = weakref.WeakKeyDictionary()


@contextlib.contextmanager
def recording():
    """Notes what modules are made with, while it lasts: what differs between blocks of a class keeps its name then."""
    original = nn.Module.__init__

    def init(self, *args, **kwargs):
        frame, found = sys._getframe(1), None
        while frame is not None and frame.f_code.co_name == "__init__":
            code = frame.f_code
            if code.co_argcount == 0 or frame.f_locals.get(code.co_varnames[0]) is not self:
                break
            names = code.co_varnames[1 : code.co_argcount + code.co_kwonlyargcount]
            found = {name: frame.f_locals[name] for name in names if name in frame.f_locals}
            frame = frame.f_back
        original(self, *args, **kwargs)
        if found is not None:
            CONSTRUCTED[self] = found

    nn.Module.__init__ = init
    try:
        yield
    finally:
        nn.Module.__init__ = original


def arguments_of(module):
    """What a module was made with, as far as it is numbers, flags and text: as noted, or as its attributes say."""
    given = CONSTRUCTED.get(module)
    if given is None:
        names = list(inspect.signature(type(module).__init__).parameters)[1:]
        given = {name: getattr(module, name) for name in names if hasattr(module, name)}
    kept = {name: plain_argument(value) for name, value in given.items()}
    return {name: value for name, value in list(kept.items())[:64] if value is not None}


def plain_argument(value):
    if isinstance(value, (bool, int)) or (isinstance(value, float) and math.isfinite(value)):
        return value
    if isinstance(value, str) and len(value) <= 128:
        return value
    if isinstance(value, (tuple, list)) and 0 < len(value) <= 16:
        numbers = [each for each in value if isinstance(each, (int, float)) and not isinstance(each, bool)]
        return numbers if len(numbers) == len(value) else None
    return None


def doc_of(made):
    """The first line of what a class says of itself."""
    lines = (made.__dict__.get("__doc__") or "").strip().splitlines()
    return lines[0].strip()[:300] if lines else ""


def pair(value):
    """One number where both are the same, and along a line."""
    first, *others = value if isinstance(value, (tuple, list)) else (value,)
    return [first, *others] if any(each != first for each in others) else first


ALONG = {
    "conv2d": "conv1d", "convTranspose2d": "convTranspose1d", "maxPool": "maxPool1d", "avgPool": "avgPool1d",
    "globalAvgPool": "globalAvgPool1d", "globalMaxPool": "globalMaxPool1d", "lpPool": "lpPool1d",
}  # fmt: skip


def along(layer, x):
    """The layer for signals where one comes in, which for maps takes maps."""
    if layer is None or len(x) != 3 or layer[0] not in ALONG:
        return layer
    kind, given = layer
    given = dict(given)
    if given.get("padding") == "same":
        total = given["dilation"] * (given["kernel"] - 1)
        given["padding"] = pair([total // 2, total - total // 2])
    return ALONG[kind], given


def params(**given):
    return {key: value for key, value in given.items() if value is not None}


# Layers: what a module or function of PyTorch is called here, and its parameters. x is the shape that comes in, y the one
# that goes out.


def conv(m, x, y):
    return "conv2d", conv_params(m.out_channels, m.kernel_size, m.stride, m.padding, m.dilation, m.groups, m.bias)


def conv_params(channels, kernel, stride, padding, dilation, groups, bias):
    if padding == "valid":
        padding = 0
    return dict(
        channels=channels,
        kernel=pair(kernel),
        stride=pair(stride),
        padding=padding if padding == "same" else pair(padding),
        dilation=pair(dilation),
        groups=groups,
        bias=bias is not None,
    )


def conv_transpose(m, x, y):
    shared = conv_params(m.out_channels, m.kernel_size, m.stride, m.padding, m.dilation, m.groups, m.bias)
    return "convTranspose2d", dict(shared, outputPadding=pair(m.output_padding))


def batch_norm(m, x, y):
    if not m.track_running_stats:
        raise Untaken("normalises by the batch itself, whose samples would hang on each other")
    return "batchNorm", params(epsilon=m.eps, momentum=m.momentum)


def layer_norm(shape, eps, bias):
    return "layerNorm", dict(axis=-len(shape), epsilon=eps, bias=bias)


def group_norm(m, x, y):
    return "groupNorm", dict(groups=m.num_groups, epsilon=m.eps)


def instance_norm(m, x, y):
    if m.track_running_stats:
        raise Untaken("normalises by statistics of the training")
    return "instanceNorm", dict(epsilon=m.eps)


def max_pool(x, y, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False):
    if return_indices:
        raise Untaken("gives the places of the largest")
    stride = kernel_size if stride is None or stride == [] else stride
    return "maxPool", dict(
        kernel=pair(kernel_size),
        stride=pair(stride),
        padding=pair(padding),
        dilation=pair(dilation),
        ceilMode=ceil_mode,
    )


def avg_pool(x, y, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None):
    if divisor_override is not None:
        raise Untaken("divides by a number of its own")
    stride = kernel_size if stride is None or stride == [] else stride
    return "avgPool", dict(
        kernel=pair(kernel_size),
        stride=pair(stride),
        padding=pair(padding),
        ceilMode=ceil_mode,
        countIncludePad=count_include_pad,
    )


def lp_pool(x, y, norm_type, kernel_size, stride=None, ceil_mode=False):
    if int(norm_type) != norm_type:
        raise Untaken("takes a norm of another kind")
    return "lpPool", dict(p=int(norm_type), kernel=pair(kernel_size), stride=pair(stride or kernel_size), ceilMode=ceil_mode)


def adaptive_pool(x, y, kind):
    if set(y[2:]) == {1}:
        return f"global{kind.capitalize()}Pool", dict(keepDims=True)
    if y[2:] == x[2:]:
        return None
    if any(a % b for a, b in zip(x[2:], y[2:])):
        raise Untaken(f"pools {'×'.join(map(str, x[2:]))} to {'×'.join(map(str, y[2:]))}, windows that differ in size")
    size = pair([a // b for a, b in zip(x[2:], y[2:])])
    return f"{kind}Pool", dict(kernel=size, stride=size)


def resize(x, y, mode, align_corners):
    if mode == "nearest":
        return "resize", dict(size=list(y[2:]), mode="nearest", coordinates="asymmetric", nearest="floor")
    if mode not in ("bilinear", "bicubic"):
        raise Untaken(f"resizes by {mode}")
    coordinates = "align_corners" if align_corners else "half_pixel"
    return "resize", dict(size=list(y[2:]), mode={"bilinear": "linear", "bicubic": "cubic"}[mode], coordinates=coordinates)


class Extents(list):
    """Of a tensor for one sample, and for two where that was looked at: where they differ, samples lie, alone or joined with others."""

    def __init__(self, value, two=None):
        super().__init__(value.shape if isinstance(value, torch.Tensor) else ())
        self.two = list(two.shape) if isinstance(two, torch.Tensor) and two.dim() == len(self) else None

    def samples_axis(self):
        """The axis of the samples; the first where nothing is known."""
        found = [axis for axis, extents in enumerate(zip(self, self.two or self)) if len(set(extents)) > 1]
        return found[0] if len(found) == 1 else 0


def reshape(x, y, *sizes):
    """
    The axis of the samples, whatever it was joined with, is kept, or takes what the others leave. Where it is kept, what
    the code leaves to be worked out is left to that.
    """
    axis = y.samples_axis()
    if axis:
        return "reshape", dict(shape=[*y[:axis], -1, *y[axis + 1 :]])
    shape = [0 if x[0] == y[0] and not x.samples_axis() else -1, *y[1:]] if x and y else list(y)
    said = sizes[0] if len(sizes) == 1 and isinstance(sizes[0], (list, tuple)) else sizes
    if len(said) == len(shape) and -1 in said[1:] and shape[0] == 0:
        shape[said.index(-1)] = -1
    return "reshape", dict(shape=shape)


def flatten(x, y, start_dim=0, end_dim=-1):
    joined = start_dim % len(x) == 1 and end_dim % len(x) == len(x) - 1
    return ("flatten", {}) if joined and y[0] == 1 else reshape(x, y)


def permute(perm):
    return "transpose", dict(perm=list(perm))


def swap(x, y, dim0, dim1):
    order = list(range(len(x)))
    a, b = dim0 % len(x), dim1 % len(x)
    order[a], order[b] = b, a
    return permute(order)


def reduce(kind):
    def reduced(x, y, dim=None, keepdim=False, dtype=None, axis=None):
        dim = axis if dim is None else dim
        axes = list(range(len(x))) if dim is None else [dim] if isinstance(dim, int) else list(dim)
        return kind, dict(axes=axes, keepDims=keepdim)

    return reduced


def length(is_matrix=False):
    """Of what lies along axes: by the sum of squares, or of magnitudes."""

    def lengths(x, y, p=None, dim=None, keepdim=False, *, ord=None, **_):
        p = p if ord is None else ord
        if is_matrix and isinstance(p, (int, float)) and (len(x) == 2 if dim is None else isinstance(dim, (tuple, list)) and len(dim) == 2):
            raise Untaken("takes a norm of matrices")
        if p not in (None, "fro", 1, 2):
            raise Untaken("takes a norm of another kind")
        return reduce("reduceL1" if p == 1 else "reduceL2")(x, y, dim, keepdim)

    return lengths


def arg(kind):
    return lambda x, y, dim=None, keepdim=False: (
        untaken("looks over all axes") if dim is None else (kind, dict(axis=dim, keepDims=keepdim))
    )


def repeat(x, y, *sizes):
    sizes = list(sizes[0]) if isinstance(sizes[0], (tuple, list)) else list(sizes)
    if len(sizes) != len(x):
        raise Untaken("repeats along axes that were not there")
    if x == y:
        return None
    return "tile", dict(repeats=sizes)


def repeat_interleave(x, y, repeats=None, dim=None, output_size=None):
    """Each part along an axis several times."""
    if not isinstance(repeats, int) or dim is None:
        raise Untaken("repeats parts differently often, or along no axis")
    if x == y:
        return None
    return "gather", dict(axis=dim % len(x), indices=[i for i in range(x[dim]) for _ in range(repeats)])


def flip(x, y, *dims):
    dims = dims[0] if isinstance(dims[0], (tuple, list)) else dims
    if len(dims) != 1:
        raise Untaken("turns several axes round")
    return "gather", dict(axis=dims[0] % len(x), indices=list(range(x[dims[0]]))[::-1])


def expand(x, y, *_):
    if x == y:
        return None
    if len(x) != len(y):
        raise Untaken("repeats along axes that were not there")
    return "expand", dict(shape=y)


PAD_MODES = {"constant": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}


def pad(x, y, sides, mode="constant", value=None):
    left, right, top, bottom = (*sides, 0, 0)[:4]
    if len(sides) not in (2, 4) or len(x) != 4:
        raise Untaken("pads other axes than rows and columns")
    around = dict(padding=[top, left, bottom, right])
    if mode == "constant" and value is not None and math.isinf(value):
        return "pad", dict(around, mode="infinity" if value > 0 else "minusInfinity")
    return "pad", dict(around, mode=PAD_MODES[mode], value=value or 0)


def clip(low, high):
    if low is None or high is None:
        raise Untaken("is bounded on one side only")
    return "clip", dict(min=low, max=high)


def gelu(approximate="none"):
    return "gelu", dict(approximate=approximate)


def same(kind):
    return lambda *_args, **_kwargs: (kind, {})


def untaken(why):
    raise Untaken(why)


def nothing(*_args, **_kwargs):
    return None


MODULES = {
    nn.Conv2d: conv,
    nn.Conv1d: conv,
    nn.ConvTranspose2d: conv_transpose,
    nn.ConvTranspose1d: conv_transpose,
    nn.Linear: lambda m, x, y: ("linear", dict(features=m.out_features, bias=m.bias is not None)),
    nn.BatchNorm2d: batch_norm,
    nn.BatchNorm1d: batch_norm,
    nn.LayerNorm: lambda m, x, y: layer_norm(m.normalized_shape, m.eps, m.weight is None or m.bias is not None),
    nn.GroupNorm: group_norm,
    nn.InstanceNorm1d: instance_norm,
    nn.InstanceNorm2d: instance_norm,
    nn.SyncBatchNorm: batch_norm,
    nn.LocalResponseNorm: lambda m, x, y: (
        "localResponseNorm",
        dict(size=m.size, alpha=m.alpha, beta=m.beta, k=m.k),
    ),
    nn.ReLU: same("relu"),
    nn.ReLU6: lambda m, x, y: clip(0, 6),
    nn.Hardtanh: lambda m, x, y: clip(m.min_val, m.max_val),
    nn.SiLU: same("silu"),
    nn.GELU: lambda m, x, y: gelu(m.approximate),
    nn.Sigmoid: same("sigmoid"),
    nn.Tanh: same("tanh"),
    nn.Mish: same("mish"),
    nn.Hardswish: same("hardSwish"),
    nn.Hardsigmoid: same("hardSigmoid"),
    nn.LeakyReLU: lambda m, x, y: ("leakyRelu", dict(slope=m.negative_slope)),
    nn.ELU: lambda m, x, y: ("elu", dict(alpha=m.alpha)),
    nn.PReLU: lambda m, x, y: ("prelu", dict(perChannel=m.num_parameters > 1)),
    nn.Softmax: lambda m, x, y: ("softmax", dict(axis=m.dim)),
    nn.LogSoftmax: lambda m, x, y: ("logSoftmax", dict(axis=m.dim)),
    nn.MaxPool2d: lambda m, x, y: max_pool(
        x, y, m.kernel_size, m.stride, m.padding, m.dilation, m.ceil_mode, m.return_indices
    ),
    nn.MaxPool1d: lambda m, x, y: max_pool(
        x, y, m.kernel_size, m.stride, m.padding, m.dilation, m.ceil_mode, m.return_indices
    ),
    nn.AvgPool1d: lambda m, x, y: avg_pool(x, y, m.kernel_size, m.stride, m.padding, m.ceil_mode, m.count_include_pad),
    nn.AdaptiveAvgPool1d: lambda m, x, y: adaptive_pool(x, y, "avg"),
    nn.AdaptiveMaxPool1d: lambda m, x, y: adaptive_pool(x, y, "max"),
    nn.LPPool2d: lambda m, x, y: lp_pool(x, y, m.norm_type, m.kernel_size, m.stride, m.ceil_mode),
    nn.LPPool1d: lambda m, x, y: lp_pool(x, y, m.norm_type, m.kernel_size, m.stride, m.ceil_mode),
    nn.AvgPool2d: lambda m, x, y: avg_pool(
        x, y, m.kernel_size, m.stride, m.padding, m.ceil_mode, m.count_include_pad, m.divisor_override
    ),
    nn.AdaptiveAvgPool2d: lambda m, x, y: adaptive_pool(x, y, "avg"),
    nn.AdaptiveMaxPool2d: lambda m, x, y: adaptive_pool(x, y, "max"),
    nn.Upsample: lambda m, x, y: resize(x, y, m.mode, m.align_corners),
    nn.Dropout: lambda m, x, y: ("dropout", dict(rate=m.p)),
    nn.Dropout2d: lambda m, x, y: ("dropout", dict(rate=m.p)),
    nn.Dropout1d: lambda m, x, y: ("dropout", dict(rate=m.p)),
    nn.AlphaDropout: lambda m, x, y: ("dropout", dict(rate=m.p)),
    nn.FeatureAlphaDropout: lambda m, x, y: ("dropout", dict(rate=m.p)),
    nn.UpsamplingNearest2d: lambda m, x, y: resize(x, y, "nearest", None),
    nn.UpsamplingBilinear2d: lambda m, x, y: resize(x, y, "bilinear", True),
    nn.Softmax2d: lambda m, x, y: ("softmax", dict(axis=1)),
    nn.Unflatten: lambda m, x, y: reshape(x, y),
    nn.ConstantPad2d: lambda m, x, y: pad(x, y, m.padding, "constant", m.value),
    nn.Hardshrink: lambda m, x, y: ("shrink", {"lambda": m.lambd, "bias": 0}),
    nn.Softshrink: lambda m, x, y: ("shrink", {"lambda": m.lambd, "bias": m.lambd}),
    nn.Flatten: lambda m, x, y: flatten(x, y, m.start_dim, m.end_dim),
    nn.ChannelShuffle: lambda m, x, y: ("channelShuffle", dict(groups=m.groups)),
    nn.Identity: nothing,
    nn.ZeroPad2d: lambda m, x, y: pad(x, y, m.padding),
    nn.ReflectionPad2d: lambda m, x, y: pad(x, y, m.padding, "reflect"),
    nn.ReplicationPad2d: lambda m, x, y: pad(x, y, m.padding, "replicate"),
    nn.CELU: lambda m, x, y: ("celu", dict(alpha=m.alpha)),
    nn.SELU: same("selu"),
    nn.Softplus: same("softplus"),
    nn.Softsign: same("softsign"),
    nn.PixelShuffle: lambda m, x, y: ("depthToSpace", dict(block=m.upscale_factor, order="CRD")),
}

# By the names of functions and of methods alike; x and y as above, then the arguments.
FUNCTIONS = {
    "relu": same("relu"),
    "relu_": same("relu"),
    "silu": same("silu"),
    "mish": same("mish"),
    "sigmoid": same("sigmoid"),
    "tanh": same("tanh"),
    "hardswish": same("hardSwish"),
    "hardsigmoid": same("hardSigmoid"),
    "exp": same("exp"),
    "sqrt": same("sqrt"),
    "abs": same("abs"),
    "relu6": lambda x, y, inplace=False: clip(0, 6),
    "hardtanh": lambda x, y, min_val=-1.0, max_val=1.0, inplace=False: clip(min_val, max_val),
    "clamp": lambda x, y, min=None, max=None: clip(min, max),
    "gelu": lambda x, y, approximate="none": gelu(approximate),
    "leaky_relu": lambda x, y, negative_slope=0.01, inplace=False: ("leakyRelu", dict(slope=negative_slope)),
    "elu": lambda x, y, alpha=1.0, inplace=False: ("elu", dict(alpha=alpha)),
    "softmax": lambda x, y, dim=None, **_: ("softmax", dict(axis=dim)),
    "log_softmax": lambda x, y, dim=None, **_: ("logSoftmax", dict(axis=dim)),
    "dropout": lambda x, y, p=0.5, training=True, inplace=False: ("dropout", dict(rate=p)),
    "max_pool2d": max_pool,
    "max_pool1d": max_pool,
    "avg_pool1d": avg_pool,
    "adaptive_avg_pool1d": lambda x, y, *_, **__: adaptive_pool(x, y, "avg"),
    "adaptive_max_pool1d": lambda x, y, *_, **__: adaptive_pool(x, y, "max"),
    "lp_pool2d": lp_pool,
    "boolean_dispatch": max_pool,
    "avg_pool2d": avg_pool,
    "adaptive_avg_pool2d": lambda x, y, *_, **__: adaptive_pool(x, y, "avg"),
    "adaptive_max_pool2d": lambda x, y, *_, **__: adaptive_pool(x, y, "max"),
    "interpolate": lambda x, y, size=None, scale_factor=None, mode="nearest", align_corners=None, **_: resize(
        x, y, mode, align_corners
    ),
    "upsample": lambda x, y, size=None, scale_factor=None, mode="nearest", align_corners=None: resize(x, y, mode, align_corners),
    "flatten": flatten,
    "view": reshape,
    "reshape": lambda x, y, *sizes, **__: reshape(x, y, *sizes),
    "squeeze": lambda x, y, *_, **__: reshape(x, y),
    "unsqueeze": lambda x, y, *_, **__: reshape(x, y),
    "permute": lambda x, y, *dims: permute(dims[0] if isinstance(dims[0], (tuple, list)) else dims),
    "transpose": swap,
    "swapaxes": swap,
    "swapdims": swap,
    "normalize": lambda x, y, p=2.0, dim=1, eps=1e-12, out=None: ("lpNorm", dict(axis=dim, p=int(p))) if p in (1, 2) else untaken("takes a norm of another kind"),
    "mean": reduce("reduceMean"),
    "sum": reduce("reduceSum"),
    "amax": reduce("reduceMax"),
    "amin": reduce("reduceMin"),
    "prod": reduce("reduceProd"),
    "norm": length(),
    "linalg_vector_norm": length(),
    "linalg_norm": length(is_matrix=True),
    "logsumexp": reduce("reduceLogSumExp"),
    "argmax": arg("argMax"),
    "argmin": arg("argMin"),
    "repeat": repeat,
    "repeat_interleave": repeat_interleave,
    "unflatten": lambda x, y, *_, **__: reshape(x, y),
    "cumsum": lambda x, y, dim, dtype=None: ("cumSum", dict(axis=dim)),
    "channel_shuffle": lambda x, y, groups: ("channelShuffle", dict(groups=groups)),
    "pad": pad,
    "_pad": pad,
    "celu": lambda x, y, alpha=1.0, inplace=False: ("celu", dict(alpha=alpha)),
    "softplus": lambda x, y: ("softplus", {}),
    "pixel_shuffle": lambda x, y, factor: ("depthToSpace", dict(block=factor, order="CRD")),
    "expand": expand,
    "expand_as": expand,
    "view_as": lambda x, y, *_: reshape(x, y),
    "reshape_as": lambda x, y, *_: reshape(x, y),
    "flip": flip,
    "log": same("log"),
    "neg": same("neg"),
    "sin": same("sin"),
    "cos": same("cos"),
    "tan": same("tan"),
    "sign": same("sign"),
    "floor": same("floor"),
    "ceil": same("ceil"),
    "round": lambda x, y, decimals=0: ("round", {}) if decimals == 0 else untaken("rounds to fractions"),
    "reciprocal": same("reciprocal"),
    "erf": same("erf"),
    "selu": same("selu"),
    "softsign": same("softsign"),
    "float": nothing,
    "type_as": nothing,
    "to": lambda x, y, *_, **__: None,
    "where": same("select"),
    "logical_not": same("not"),
    "invert": same("not"),
    "contiguous": nothing,
    "clone": nothing,
    "detach": nothing,
    "stochastic_depth": nothing,
}
JOINS = {"pow": "power", "add": "add", "iadd": "add", "add_": "add", "sub": "subtract", "mul": "multiply", "imul": "multiply",
         "mul_": "multiply", "truediv": "divide", "div": "divide", "matmul": "matmul", "bmm": "matmul",
         "minimum": "min", "maximum": "max", "isub": "subtract", "sub_": "subtract", "itruediv": "divide", "div_": "divide",
         "gt": "greater", "ge": "greaterOrEqual", "lt": "less", "le": "lessOrEqual", "eq": "equal",
         "logical_and": "and", "logical_or": "or"}  # fmt: skip
NUMBERS_ONLY = {"size", "getattr", "dim", "_assert"}


def clean(text):
    """A name as designs have them: what starts with a digit has `_` before it, and what looks as if it had one more."""
    name = re.sub(r"[^\w.-]", "_", text)
    return name if re.match(r"(?!_+\d)([^\W\d]|_)", name) else f"_{name}"


class Scope:
    """The nodes of the design or of one block, while they are written."""

    def __init__(self, path):
        self.path, self.nodes, self.sources, self.layers, self.made, self.held = path, [], {}, {}, {}, {}

    def relative(self, path):
        return path[len(self.path) + 1 :] if self.path and path.startswith(self.path + ".") else path

    def name(self, wanted):
        taken = {node["id"] for node in self.nodes}
        name = first = clean(wanted)
        count = 1
        while name in taken:
            name = f"{first}_{count}"
            count += 1
        return name

    def add(self, wanted, kind, sources, given=None, **more):
        node = {"id": self.name(wanted), "kind": kind}
        if sources:
            node["from"] = sources[0] if len(sources) == 1 else sources
        if given:
            node["params"] = given
        self.nodes.append({**node, **more})
        return node["id"]


class Writer:
    def __init__(self, graph, model, replaying, weights_of):
        self.graph, self.model, self.replaying, self.problems = graph, model, replaying, []
        self.blocks, self.block_names, self.numbers, self.inside, self.around = {}, {}, {}, {}, {}
        self.state = set(model.state_dict())
        self.unused = unused(graph)
        # Weights of attention, and what is made of them, as long as nobody takes it.
        self.weighing = set(weights_of)
        for node in graph.nodes:
            if node in self.unused and any(each in self.weighing for each in node.all_input_nodes):
                self.weighing.add(node)
        self.places = {(value.data_ptr(), value.numel()): name for name, value in model.named_buffers() if name in self.state and value.numel() > 0}
        self.first = {id(module): path for path, module in model.named_modules()}
        self.holders = same_weights(model)
        self.lost, self.picked = [], set()
        self.aliases, self.said = list(aliases_in(model, self.first, self.holders)), set()

    def design(self, root):
        name, notes = self.name_and_notes()
        scope = Scope("")
        given = [node for node in self.graph.nodes if node.op == "placeholder" and isinstance(node.meta["value"], torch.Tensor)]
        for node in given:
            scope.sources[node] = scope.add(node.name if len(given) > 1 else "input", "input", [], dict(shape=list(node.meta["value"].shape[1:])))
        self.settle(root)
        self.emit(root, scope)
        self.emit_results(next(node for node in self.graph.nodes if node.op == "output"), scope)
        design = {"netwright": 3, "name": name, **({"notes": notes} if notes else {}), "nodes": repeated(scope.nodes)}
        if self.blocks:
            design["blocks"] = self.blocks
        self.problems += [
            f"{node.meta['place']}: {name_of(node)} changes in place what {base.name} is seen through, which is taken afterwards as it was"
            for node, base in changed_elsewhere(self.model, self.graph)
        ]
        self.problems += self.left_out()
        return design

    def emit_results(self, end, scope):
        """What the module gives: one tensor, several, or a dict of them, whose keys the outputs keep."""
        given = end.args[0]
        results = results_in(given)
        within = within_of(given, results)
        for path, node in results:
            if scope.sources.get(node) is None and node.op != "get_attr":
                continue
            source, value = self.wire(node, scope), node.meta["value"]
            if isinstance(source, str) and isinstance(value, (tuple, list)):
                source = [f"{source}:out{i}" for i in range(len(value))]
            for part in source if isinstance(source, list) else [source]:
                if part is not None:
                    scope.add("output", "output", [part], **kept_in(within.get(node)))
        if any(len(path) > 1 for path, _ in results) or isinstance(given, dict) and not within:
            self.problems.append(f"{place_of_code(type(self.model).forward)}: gives its results in containers of containers: the design has them in a row")

    def left_out(self):
        """What holds parameters and is called in training alone, or not at all."""
        called = {node.target for node in self.graph.nodes if node.op in ("call_module", "get_attr")}
        below = collections.defaultdict(list)
        for name, parameter in self.model.named_parameters():
            parts = name.split(".")
            for depth in range(len(parts)):
                below[".".join(parts[:depth])].append((name, parameter))

        def is_called(path):
            return any(name in called or name.rpartition(".")[0] in called for name, _ in below[path])

        for path, first in self.aliases:
            if path not in self.said and any(name.startswith(f"{path}.") for name in self.state):
                yield f"{path} is {first} under another name: it is in the design once, as {first}"
        for name, buffer in self.model.named_buffers():
            owner, _, last = name.rpartition(".")
            # What counts batches goes with a norm's statistics, whoever reads those.
            is_counted = last == "num_batches_tracked" and f"{owner}.running_mean" in called
            is_read = name in called or owner in called or is_counted or ".parametrizations." in f".{name}"
            # Tables of places are read on the way, and stand in what picks by them.
            if name in self.state and not is_read and name not in self.picked:
                if buffer.is_floating_point() or buffer.dtype == torch.bool:
                    self.lost.append(name)
                yield f"{name} is not taken as it is: the design has what the code makes of it, where it does"
        idle = [path for path, _ in self.model.named_modules() if path in below and not is_called(path)]
        for path in idle:
            if path.rpartition(".")[0] not in idle and not path.endswith("parametrizations"):
                count = sum(parameter.numel() for _, parameter in below[path])
                made = type(self.model.get_submodule(path)).__name__
                yield f"{path} ({made}) is not called where the module is used: its {count:,} parameters are left out"

    def name_and_notes(self):
        """The class's name, in the spelling of its docstring if that is it; then the file says more after it."""
        made = type(self.model)
        said = doc_of(made)
        if re.sub(r"[\W_]", "", said).lower() != made.__name__.replace("_", "").lower():
            return made.__name__, ""
        file = (getattr(sys.modules.get(made.__module__), "__doc__", None) or "").strip()
        head, _, notes = file.partition("\n")
        return said, notes.strip() if head.strip() == said else ""

    def called_from_elsewhere(self, root):
        """
        The calls that cannot be blocks: what they call is no module of theirs, or others call it too. Weights are shared within
        one graph alone.
        """
        chains = collections.defaultdict(list)

        def walk(call, chain):
            for item in call.items:
                if isinstance(item, Call):
                    walk(item, [*chain, item])
                    continue
                if item.op == "call_module":
                    if any(True for _ in self.model.get_submodule(item.target).parameters()):
                        chains[self.holders.get(item.target, item.target)].append(chain)
                    continue
                for each in item.all_input_nodes:
                    if each.op == "get_attr" and each.target in self.state:
                        chains[each.target].append(self.taken_in(item, each, chain))

        walk(root, [])
        found = set()
        for target, all_chains in chains.items():
            names = {tuple(call.path for call in chain) for chain in all_chains}
            common = len(os.path.commonprefix(list(names))) if len(names) > 1 else None
            for chain in all_chains:
                found.update(id(call) for call in (chain[common:] if common is not None else ()))
                found.update(id(call) for call in chain if not target.startswith(f"{call.path}."))
        return found

    def settle(self, root):
        """
        What calls give, and which of them are opened. Calls of a class give all that it returns and all that one of them has to: so they are
        one definition, whatever is taken of each. Those of one module that differ all the same are none.
        """
        calls, idle, self.opened = list(self.calls_below(root)), self.unused, self.called_from_elsewhere(root)
        while True:
            self.unused = set(idle)
            self.give_alike([call for call in calls if id(call) not in self.opened])
            more = self.called_otherwise(calls) | {id(call) for call in calls if not self.is_block(call)}
            if more <= self.opened:
                return
            self.opened |= more
            for call in calls:
                call.gives = None

    def calls_below(self, call):
        for item in call.items:
            if isinstance(item, Call):
                self.around[id(item)] = call
                yield item
                yield from self.calls_below(item)

    def give_alike(self, calls):
        alike = collections.defaultdict(list)
        for call in calls:
            # PyTorch's own attention says in each place whether its weights are wanted.
            own = call.path if type(call.module) is nn.MultiheadAttention else type(call.module)
            alike[own, len(call.results)].append(call)
        grown = True
        while grown:
            grown = False
            for same in alike.values():
                positions = sorted({i for call in same for i in self.positions_given(call)})
                for call in same:
                    inside = self.nodes_in(call)
                    gives = list(dict.fromkeys(call.results[i] for i in positions if call.results[i] in inside))
                    gives += [each for each in self.given_by(call) if each not in gives]
                    if gives != call.gives:
                        call.gives, grown = gives, True
                        self.unused -= self.made_in(call)

    def positions_given(self, call):
        """Which of its results a call gives: those that are taken, and all that costs no layer of attention its being one."""
        inside, taken = self.nodes_in(call), set(self.given_by(call))
        return [i for i, each in enumerate(call.results) if each in taken or each in inside and each.op != "get_attr" and each not in self.weighing]

    def called_otherwise(self, calls):
        """Calls of one module that differ in what they take or give, which one block cannot be."""
        by_path = collections.defaultdict(list)
        for call in calls:
            by_path[call.path].append(call)
        found = set()
        for same in by_path.values():
            if len(same) == 1:
                continue
            takes = {tuple(call.given.get(each) for each in self.taken_by(call)) for call in same}
            given = {tuple(call.results.index(each) if each in call.results else -1 for each in call.gives or ()) for call in same}
            if len(takes) > 1 or len(given) > 1 or any(-1 in positions for positions in given):
                found.update(map(id, same))
        return found

    def made_in(self, call):
        """What a call gives, and what that is made of in it."""
        inside, seen, waiting = self.nodes_in(call), set(), list(call.gives)
        while waiting:
            each = waiting.pop()
            if each in inside and each not in seen:
                seen.add(each)
                waiting += each.all_input_nodes
        return seen

    def taken_by(self, call):
        """The tensors that come into a call, in the order in which they are given."""
        takes = dict.fromkeys(
            each
            for node in call.nodes()
            if node not in self.unused
            for each in node.all_input_nodes
            if self.comes_into(call, each) and not is_plain(each.meta["value"])
        )
        return [*(each for each in call.given if each in takes), *(each for each in takes if each not in call.given)]

    def given_by(self, call):
        """The tensors of a call that are taken outside of it, in the order in which it gives them."""
        inside = self.nodes_in(call)
        gives = [
            node
            for node in inside
            if node.op != "get_attr"
            and not is_plain(node.meta["value"])
            and (any(user not in inside and user not in self.unused for user in node.users) or self.is_given_around(call, node))
        ]
        place = {node: i for i, node in enumerate(reversed(call.results))}
        order = {node: i for i, node in enumerate(call.nodes())}
        return sorted(gives, key=lambda each: (-place.get(each, -1), order[each]))

    def is_given_around(self, call, node):
        """Whether a call that this one stands in gives the tensor on."""
        around = self.around[id(call)]
        while around.path:
            if id(around) not in self.opened and node in (around.gives or ()):
                return True
            around = self.around[id(around)]
        return False

    def taken_in(self, item, held, chain):
        """The calls that a module's own tensor is taken in: one that it is handed on to takes it as all that comes in."""
        if held in tensors_in(item):
            for i, call in enumerate(chain):
                if self.comes_into(call, held):
                    return chain[:i]
        return chain

    def comes_into(self, call, node):
        """Whether a tensor is made outside of a call; what a module holds comes in where it is handed on."""
        return node not in self.nodes_in(call) and (node.op != "get_attr" or node in call.given)

    def nodes_in(self, call):
        if id(call) not in self.inside:
            self.inside[id(call)] = set(call.nodes())
        return self.inside[id(call)]

    def also(self, path, scope):
        """Other names of a module, from the scope on."""
        found = []
        for name, first in self.aliases:
            # Where a block around has another name, all that is inside of it has.
            if not is_below(path, first) or is_below(scope.path, first):
                continue
            other = name + path[len(first) :]
            if not scope.path or other.startswith(f"{scope.path}."):
                found.append(scope.relative(other))
                self.said.add(name)
        return found

    def emit(self, call, scope):
        for item in call.items:
            if isinstance(item, Call):
                self.emit_call(item, scope)
                continue
            if item in self.unused:
                continue
            try:
                self.emit_node(item, call, scope)
            except Untaken as why:
                self.problems.append(f"{item.meta['place']}: {item.target if isinstance(item.target, str) else name_of(item)} {why}")
                self.hold_place(item, call, scope)

    def hold_place(self, node, call, scope):
        """What has no layer is an opaque one, for each tensor that it gives, so that what comes after can be taken."""
        wires = list(dict.fromkeys(scope.sources[each] for each in tensors_in(node) if isinstance(scope.sources.get(each), str)))
        name = name_of(node) if node.op != "call_module" else type(self.model.get_submodule(node.target)).__name__
        here = scope.relative(call.path) + "." if call.path != scope.path else ""
        value = node.meta["value"]
        held = []
        for each in value if isinstance(value, (tuple, list)) else [value]:
            if not isinstance(each, torch.Tensor):
                held.append(None)
                continue
            batched = each.dim() > 0 and each.shape[0] == 1 and bool(wires)
            shape = list(each.shape[1:] if batched else each.shape)
            given = dict(operation=name, shape=shape or [1], batched=batched)
            held.append(scope.add(here + name, "opaque", wires, given))
        scope.sources[node] = held if isinstance(value, (tuple, list)) else held[0]

    def is_block(self, call):
        tensors = [node for node in call.nodes() if node.op != "get_attr" and isinstance(node.meta["value"], torch.Tensor)]
        takes, gives = self.taken_by(call), call.gives or ()
        return (
            type(call.module) not in (nn.Sequential, nn.ModuleList, nn.ModuleDict)
            and len(tensors) > 1
            and len(takes) > 0
            and 0 < len(gives) <= MOST_OUTPUTS
            and (len(takes) == 1 or all(each in call.given for each in takes))
            and all(isinstance(each.meta["value"], torch.Tensor) for each in (*takes, *gives))
            and not any(self.weighs_itself(node, call.path) for node in call.items if isinstance(node, torch.fx.Node))
        )

    def emit_call(self, call, scope):
        takes, gives = self.taken_by(call), call.gives
        if id(call) in self.opened or not all(each.op == "get_attr" or isinstance(scope.sources.get(each), str) for each in takes):
            self.emit(call, scope)
            return
        wires = [self.wire(each, scope) for each in takes]
        own = Scope(call.path)
        for each, name in zip(takes, input_names(call, takes)):
            own.sources[each] = own.add(name, "input", [], input_params(each.meta["value"], len(takes) == 1), **kept_in(call.given_in.get(each)))
        self.emit(call, own)
        all_in = all(each in call.results_in for each in gives)
        for each in gives:
            own.add("output", "output", [own.sources[each]], **(kept_in(call.results_in.get(each)) if all_in else {}))
        block = self.block(call.module, repeated(own.nodes))
        used = scope.layers.get(call.path)
        also = [] if used else self.also(call.path, scope)
        more = {"weights": used} if used else {"state": {"also": also}} if also else {}
        several = dict(outputs=len(gives)) if len(gives) > 1 else {}
        name = scope.add(scope.relative(call.path), "userBlock", wires, dict(block=block, **several), **more)
        scope.layers.setdefault(call.path, name)
        for i, each in enumerate(gives):
            scope.sources[each] = given_as(name, i)

    def block(self, module, nodes):
        """One definition for every class and its settings; the shapes that come in are none of them."""
        made = type(module)
        key, alike = ((made, json.dumps([(node["id"], node.get("state")) if node["kind"] == "input" else node for node in each], sort_keys=True)) for each in (nodes, untrained(nodes)))
        alike = (*alike, json.dumps(arguments_of(module)))
        if key not in self.block_names and alike in self.block_names:
            # Made with the same, they hold other numbers: those are trained, and lie with the weights.
            name = self.block_names[key] = self.block_names[alike]
            self.blocks[name]["nodes"] = untrained(self.blocks[name]["nodes"])
        if key not in self.block_names:
            first = name = clean(made.__name__)
            count = 2
            while name in self.blocks:
                name = f"{first}{count}"
                count += 1
            self.block_names[key] = self.block_names[alike] = name
            file = os.path.basename(getattr(sys.modules.get(made.__module__), "__file__", None) or "")
            given = params(
                name=made.__name__, file=file or None, doc=doc_of(made) or None, arguments=arguments_of(module) or None
            )
            self.blocks[name] = {"class": given, "nodes": nodes}
        return self.block_names[key]

    def emit_node(self, node, call, scope):
        value = node.meta["value"]
        if node.op == "get_attr":
            scope.sources[node] = None
            return
        if is_plain(value) or (node.op != "call_module" and name_of(node) in NUMBERS_ONLY):
            return
        wires = [self.wire(each, scope) for each in tensors_in(node)]
        source = tensors_in(node)[0]
        x, y = (Extents(each.meta["value"], each.meta.get("two")) for each in (source, node))
        if node.op == "call_module":
            module = self.model.get_submodule(node.target)
            if kind_of(module) not in MODULES:
                raise Untaken("has no layer here")
            layer = along(MODULES[kind_of(module)](module, x, y), x)
            made_of = self.worked_out(node, module)
            state = None
            if isinstance(module, NORMS) and module.weight is None:
                state, made_of = {"absent": ["weight", "bias"]}, 0
            wires = padded(layer, tensors_in(node)[0], scope, wires)
            path = self.holders.get(node.target, node.target)
            wanted = node.target if path in scope.layers else path
            weighted = any(True for _ in module.parameters()) or any(True for _ in module.buffers())
            self.put(node, scope, scope.relative(wanted), layer, wires[:1], path=path, weighted=weighted, state=state, made_of=made_of)
            return
        args = torch.fx.node.map_arg(node.args, lambda each: each if not is_plain(each.meta["value"]) else each.meta["value"])
        kwargs = torch.fx.node.map_arg(node.kwargs, lambda each: each if not is_plain(each.meta["value"]) else each.meta["value"])
        name = name_of(node)
        here = scope.relative(call.path) + "." if call.path != scope.path else ""
        if node.target is attention:
            self.put(node, scope, here + name, ("attention", attention_params(**kwargs)), wires)
            return
        if node.target in WEIGHTED:
            self.emit_weighted(node, x, args, kwargs, wires, scope, here)
            return
        layer = self.function(name, node, x, y, args, kwargs, wires, scope, here)
        if layer is None or isinstance(layer, str):
            scope.sources[node] = layer or wires[0]
        else:
            # A layer that an export has opened keeps its name.
            is_layer = self.replaying and call.path != scope.path and kind_of(call.module) in MODULES
            wanted = scope.relative(call.path) if is_layer else here + name
            self.put(node, scope, wanted, layer, wires)

    def emit_weighted(self, node, x, args, kwargs, wires, scope, here):
        """A function that takes weights: a module's own, those that have names of their own, or what was made of others."""
        layer = along(WEIGHTED[node.target](node, args, kwargs), x)
        given = weights_given(node)
        if not given:
            # A norm without learned factors.
            self.put(node, scope, here + name_of(node), layer, wires[:1], state={"absent": ["weight", "bias"]}, made_of=0)
            return
        if any(each.op != "get_attr" for each in given.values()):
            if not all(map(is_fixed, given.values())):
                raise Untaken("takes weights that hang on what comes in")
            parts = learned_below(given.values())
            before = len(scope.nodes)
            self.put(node, scope, here + name_of(node), layer, wires[:1], made_of=sum(each.numel() for each in parts))
            own = next(each["id"] for each in scope.nodes[before:] if each["kind"] == layer[0])
            for name, each in given.items():
                self.numbers[f"{scope.path}.{own}.{name}" if scope.path else f"{own}.{name}"] = each.meta["value"].detach()
            self.problems.append(f"{node.meta['place']}: {name_of(node)} takes weights that are worked out of other parameters: the design has what comes of them")
            return
        owner = self.owner_of(given)
        if owner and owner != scope.path:
            self.put(node, scope, scope.relative(owner), layer, wires[:1], path=owner, weighted=True)
            return
        head, _, last = given["weight"].target.rpartition(".")
        base = last[: -len("_weight")] if last.endswith("_weight") else f"{last}_layer" if last in ("weight", "bias") else last
        keys = {name: scope.relative(each.target) for name, each in given.items()}
        path = tuple(each.target for each in given.values())
        self.put(node, scope, scope.relative(f"{head}.{base}" if head else base), layer, wires[:1], path=path, weighted=True, state={"keys": keys})

    def owner_of(self, given):
        """The module that has these weights under their usual names, and nothing else."""
        owner = given["weight"].target.rpartition(".")[0]
        if not owner or any(each.target != f"{owner}.{name}" for name, each in given.items()):
            return None
        below = {name[len(owner) + 1 :] for name in self.state if name.startswith(f"{owner}.")}
        return owner if below <= {*given, "num_batches_tracked"} else None

    def weighs_itself(self, node, path):
        """Whether a function takes the weights of the module that calls it, which has nothing else: it is a layer then."""
        if node.op != "call_function" or node.target not in WEIGHTED:
            return False
        given = weights_given(node)
        return "weight" in given and all(each.op == "get_attr" for each in given.values()) and self.owner_of(given) == path

    def worked_out(self, node, module):
        """Weights that are made of others before each call lie with the design as they are. Of how many numbers they are made."""
        own = {name for name, _ in module.named_parameters(recurse=False)}
        found = False
        for name in ("weight", "bias"):
            value = getattr(module, name, None)
            if isinstance(value, torch.Tensor) and name not in own:
                found = True
                self.numbers[f"{node.target}.{name}"] = value.detach()
                self.problems.append(
                    f"{node.meta['place']}: {node.target}.{name} is worked out of other parameters, by weight or spectral norm: the design has what comes of it"
                )
        return sum(each.numel() for each in module.parameters()) if found else None

    def number(self, scope, own, value):
        """What the code holds itself lies with the weights, under the name of its constant."""
        self.numbers[f"{scope.path}.{own}" if scope.path else own] = value.reshape(value.shape or (1,))

    def wire(self, node, scope):
        """Where a tensor comes from; what the module itself holds becomes a constant where it is used."""
        source = scope.sources.get(node)
        if source is None and node.op == "get_attr":
            # A buffer is asked for anew each time.
            source = scope.sources[node] = scope.held.get(node.target)
        if source is None and node.op == "get_attr":
            value = node.meta["value"]
            kept = node.target in self.state
            # A number of the module's own has no axis; one of the code is written with one.
            given = dict(shape=list(value.shape) if kept else list(value.shape) or [1], learned=isinstance(value, nn.Parameter))
            is_known = not given["learned"] and not value.is_meta and value.numel() > 0
            said = said_of(value.float(), kept) if is_known else {}
            # What the design says itself is written with the code, and not kept with the weights.
            more = {"state": {"persistent": False}} if said and not kept else {}
            named = kept or not node.target.rpartition(".")[2].startswith("_tensor_constant")
            own = scope.add(scope.relative(node.target) if named else "constant", "constant", [], {**given, **said}, **more)
            source = scope.sources[node] = scope.held[node.target] = own
            if not value.is_floating_point() if kept else not said:
                self.number(scope, own, value.float())
            if not said and not kept:
                self.problems.append(
                    f"{node.meta['place']}: {own} has {value.numel():,} numbers that the code makes: they lie with the weights, and the code that is written of the design keeps them in its state"
                )
        if source is None:
            raise Untaken(f"takes what was not taken before: {node.name}")
        return source

    def put(self, node, scope, wanted, layer, wires, path=None, weighted=False, state=None, made_of=None):
        if layer is None:
            scope.sources[node] = wires[0]
            return
        kind, given = layer
        more = {}
        shape = list(node.meta["value"].shape) if isinstance(node.meta["value"], torch.Tensor) else []
        rows = kind == "linear" and len(shape) > 2
        if rows:
            before = tensors_in(node)[0].meta["value"].shape[-1]
            wires = [scope.add(f"{wanted}.rows", "reshape", wires, dict(shape=[-1, before]))]
        if weighted and path in scope.layers:
            more["weights"] = scope.layers[path]
        else:
            also = self.also(path, scope) if isinstance(path, str) else []
            state = {**(state or {}), **({"also": also} if also else {})}
            if state:
                more["state"] = state
        if made_of is not None and "weights" not in more:
            more["parameters"] = made_of
        scope.sources[node] = scope.add(wanted, kind, wires, given, **more)
        scope.made[scope.sources[node]] = node
        if kind == "reshape":
            shuffled(node, scope, wanted)
        if weighted:
            scope.layers.setdefault(path, scope.sources[node])
        if rows:
            scope.sources[node] = scope.add(f"{wanted}.map", "reshape", [scope.sources[node]], dict(shape=[-1, *shape[1:]]))

    def function(self, name, node, x, y, args, kwargs, wires, scope, here):
        if name == "getitem":
            if isinstance(args[0].meta["value"], torch.Tensor):
                return self.pick(node, x, y, args[1], wires, scope, here) or sliced(x, args[1])
            held = scope.sources[args[0]]
            if isinstance(held, list):
                return held[args[1]]
            return f"{wires[0]}:out{args[1] % len(args[0].meta['value'])}"
        if name in ("cat", "concat"):
            return "concat", dict(axis=args[1] if len(args) > 1 else kwargs.get("dim", 0))
        if name in ("chunk", "split"):
            axis = args[2] if len(args) > 2 else kwargs.get("dim", 0)
            sizes = [part.shape[axis] for part in node.meta["value"]]
            return "split", dict(axis=axis, sizes=sizes)
        if name == "gt" and args[1] == 0 and is_truth(args[0]):
            return wires[0]
        if name in JOINS:
            if len(wires) == 2:
                return JOINS[name], {}
            number = next((each for each in args[:2] if isinstance(each, (int, float))), None)
            if number is None or len(args) > 2 or kwargs:
                raise Untaken("takes what is no number")
            given = dict(shape=[1], learned=False, fill=float(number))
            own = scope.add(f"{here}{name}_by", "constant", [], given, state={"persistent": False})
            self.number(scope, own, torch.tensor([float(number)]))
            wires[:] = [own, *wires] if number is args[0] else [*wires, own]
            return JOINS[name], {}
        if name == "flatten" and self.flattens_pool(node, wires, scope, args[1:], kwargs):
            return wires[0]
        if name in FUNCTIONS:
            if name == "where":
                return "select", {}
            del wires[1:]
            return along(FUNCTIONS[name](x, y, *args[1:], **kwargs), x)
        raise Untaken("has no layer here")


    def pick(self, node, x, y, index, wires, scope, here):
        """Elements at places along one axis that are the same whatever comes in; nothing for other kinds of indices."""
        index = index if isinstance(index, tuple) else (index,)
        if Ellipsis in index:
            at = index.index(Ellipsis)
            index = index[:at] + (slice(None),) * (len(x) - len(index) + 1) + index[at + 1 :]
        at = [axis for axis, each in enumerate(index) if each != slice(None)]
        if len(at) != 1:
            return None
        axis, places = at[0], index[at[0]]
        if isinstance(places, (list, tuple)) and places and all(type(each) is int for each in places):
            places = torch.tensor([each % x[axis] for each in places])
        elif isinstance(places, torch.fx.Node) and is_fixed(places):
            places = places.meta["value"]
        else:
            return None
        if places.is_floating_point() or places.dtype == torch.bool or places.is_meta or places.dim() == 0:
            return None
        if places.dim() == 1 and places.tolist() == list(range(x[axis])):
            return wires[0]
        held = self.places.get((places.data_ptr(), places.numel()))
        wanted, state = f"{here}getitem", None
        if held is not None and (not scope.path or held.startswith(f"{scope.path}.")):
            wanted = scope.relative(held)
            self.picked.add(held)
            shape = list(self.model.get_buffer(held).shape)
            state = {"keys": {"indices": wanted}, **({"shape": shape} if len(shape) != 1 else {})}
        flat = places.flatten().tolist()
        picked = scope.add(wanted, "gather", wires[:1], dict(axis=axis, indices=flat), **({"state": state} if state else {}))
        if places.dim() != 1:
            picked = scope.add(f"{here}view", "reshape", [picked], reshape(Extents(torch.empty(*x[:axis], len(flat), *x[axis + 1 :], device="meta")), y)[1])
        return picked

    def flattens_pool(self, node, wires, scope, args, kwargs):
        """Whether a global pool is all that is flattened: then it gives a vector itself."""
        source, pool = tensors_in(node)[0], scope.nodes[-1]
        if (*args, *kwargs.values()) != (1,) or len(source.users) > 1 or pool["id"] != wires[0]:
            return False
        if pool["kind"] not in ("globalAvgPool", "globalMaxPool", "globalAvgPool1d", "globalMaxPool1d"):
            return False
        pool["params"] = dict(keepDims=False)
        return True


# Values that a block may give.
MOST_OUTPUTS = 64

# Numbers that a design lists: of the code, which are nowhere else, and of the module's state.
MOST_LISTED, MOST_OF_STATE = 1024, 64


def said_of(value, kept):
    """How a design says what a constant holds: one number, the mask of shifted windows, or a list; nothing where that is long."""
    first = value.flatten()[0]
    # One number of the module's state that is not nought would come back as a number of the code.
    if bool((value == first).all()) and not (kept and value.numel() == 1 and bool(first)):
        return dict(fill=listed_number(first.item()))
    windows = None if kept else windows_of(value)
    if windows:
        return dict(windows=windows)
    if value.numel() > (MOST_OF_STATE if kept else MOST_LISTED) or bool(value.isnan().any()):
        return {}
    return dict(values=[listed_number(each) for each in value.flatten().tolist()])


def listed_number(number):
    """The shortest text of a float32; what has no end is large."""
    bounded = min(max(number, -1e30), 1e30)
    packed = struct.pack("f", bounded)
    return next(short for short in (float(f"{bounded:.{digits}g}") for digits in range(1, 10)) if struct.pack("f", short) == packed)


def windows_of(value):
    """Extents of map, window and shift where these are the masks of square windows that were shifted by half, as in Swin."""
    extents = [extent for extent in value.shape if extent != 1]
    if len(extents) != 3 or extents[1] != extents[2] or not bool(((value == 0) | (value == -100)).all()):
        return None
    count, places, _ = extents
    size = math.isqrt(places)
    if size * size != places:
        return None
    masks, half = value.reshape(extents) == 0, size // 2
    for rows in (each for each in range(1, count + 1) if count % each == 0):
        for shift in ((half, half), (half, 0), (0, half)):
            if bool((same_region(rows * size, count // rows * size, size, *shift) == masks).all()):
                return [rows * size, count // rows * size, size, size, *shift]
    return None


def same_region(height, width, size, down, right):
    """For each two places of each window, whether they were neighbours before the map was rolled."""
    parts = [(torch.arange(extent) >= extent - size).long() + (torch.arange(extent) >= extent - shift) for extent, shift in ((height, down), (width, right))]
    regions = (3 * parts[0][:, None] + parts[1]).reshape(height // size, size, width // size, size).transpose(1, 2).reshape(-1, size * size)
    return regions[:, None] == regions[:, :, None]


def is_truth(node):
    """Whether a number is 1 or 0 for what is true or false, as designs have it."""
    return isinstance(node, torch.fx.Node) and name_of(node) == "float" and node.args[0].meta["value"].dtype == torch.bool


def shuffled(node, scope, wanted):
    """Channels cut into groups, turned and joined again are one layer, whose code says no extents."""
    steps = scope.nodes[-3:]
    if [each["kind"] for each in steps] != ["reshape", "transpose", "reshape"]:
        return
    cut, turn, join = steps
    if cut["id"] not in scope.made or turn["from"] != cut["id"] or join["from"] != turn["id"]:
        return
    x, y = tensors_in(scope.made[cut["id"]])[0].meta["value"], node.meta["value"]
    shape = list(scope.made[cut["id"]].meta["value"].shape)
    whole = len(shape) == 5 and x.dim() == 4 and shape[1] * shape[2] == x.shape[1] and shape[3:] == list(x.shape[2:])
    alone = all(len(scope.made[each["id"]].users) == 1 for each in (cut, turn))
    if not whole or not alone or y.shape != x.shape or turn["params"]["perm"] != [0, 2, 1, 3, 4]:
        return
    del scope.nodes[-3:]
    head = wanted.rpartition(".")[0]
    name = f"{head}.channel_shuffle" if head else "channel_shuffle"
    scope.sources[node] = scope.add(name, "channelShuffle", [cut["from"]], dict(groups=shape[1]))
    scope.made[scope.sources[node]] = node


def padded(layer, source, scope, wires):
    """Wires of a layer that pads by itself; zeros that were put around for it alone become its own padding."""
    before = scope.nodes[-1] if scope.nodes else None
    alone = layer and before and before["id"] == wires[0] and before["kind"] == "pad" and len(source.users) == 1
    empty = {"conv2d": ("constant", 0), "maxPool": ("minusInfinity", None)}.get(layer[0]) if alone else None
    given = before["params"] if alone else {}
    if empty is None or layer[1]["padding"] != 0 or (given["mode"], given.get("value")) != empty or source.op == "call_module":
        return wires
    scope.nodes.pop()
    layer[1]["padding"] = given["padding"]
    return [before["from"]]


def functional_conv(node, args, kwargs):
    given = {**dict(zip(("input", "weight", "bias", "stride", "padding", "dilation", "groups"), args)), **kwargs}
    shape = given["weight"].meta["value"].shape
    return "conv2d", conv_params(
        shape[0], tuple(shape[2:]), given.get("stride", 1), given.get("padding", 0), given.get("dilation", 1),
        given.get("groups", 1), given.get("bias"),
    )  # fmt: skip


def functional_linear(node, args, kwargs):
    bias = args[2] if len(args) > 2 else kwargs.get("bias")
    weight = args[1] if len(args) > 1 else kwargs["weight"]
    return "linear", dict(features=weight.meta["value"].shape[0], bias=bias is not None)


def functional_layer_norm(node, args, kwargs):
    given = {**dict(zip(("input", "normalized_shape", "weight", "bias", "eps"), args)), **kwargs}
    return layer_norm(given["normalized_shape"], given.get("eps", 1e-5), given.get("weight") is None or given.get("bias") is not None)


def functional_conv_transpose(node, args, kwargs):
    names = ("input", "weight", "bias", "stride", "padding", "output_padding", "groups", "dilation")
    given = {**dict(zip(names, args)), **kwargs}
    shape, groups = given["weight"].meta["value"].shape, given.get("groups", 1)
    shared = conv_params(
        shape[1] * groups, tuple(shape[2:]), given.get("stride", 1), given.get("padding", 0), given.get("dilation", 1), groups, given.get("bias")
    )
    return "convTranspose2d", dict(shared, outputPadding=pair(given.get("output_padding", 0)))


def functional_group_norm(node, args, kwargs):
    given = {**dict(zip(("input", "num_groups", "weight", "bias", "eps"), args)), **kwargs}
    return "groupNorm", dict(groups=given["num_groups"], epsilon=given.get("eps", 1e-5))


def functional_batch_norm(node, args, kwargs):
    names = ("input", "running_mean", "running_var", "weight", "bias", "training", "momentum", "eps")
    given = {**dict(zip(names, args)), **kwargs}
    if given.get("training"):
        raise Untaken("normalises by the batch itself, whose samples would hang on each other")
    return "batchNorm", dict(epsilon=given.get("eps", 1e-5), momentum=given.get("momentum", 0.1))


def functional_instance_norm(node, args, kwargs):
    given = {**dict(zip(("input", "running_mean", "running_var", "weight", "bias", "use_input_stats", "momentum", "eps"), args)), **kwargs}
    if given.get("running_mean") is not None:
        raise Untaken("normalises by statistics of the training")
    return "instanceNorm", dict(epsilon=given.get("eps", 1e-5))


def attention_params(heads=1, key_heads=0, scale=0.0, causal=False, softcap=0.0):
    given = dict(heads=heads, keyHeads=key_heads, scale=scale, causal=causal, softcap=softcap)
    return {name: value for name, value in given.items() if value and (name, value) != ("heads", 1)}


def functional_prelu(node, args, kwargs):
    weight = args[1] if len(args) > 1 else kwargs["weight"]
    return "prelu", dict(perChannel=weight.meta["value"].numel() > 1)


WEIGHTED = {
    F.conv2d: functional_conv, F.conv1d: functional_conv, F.linear: functional_linear, F.layer_norm: functional_layer_norm,
    F.conv_transpose2d: functional_conv_transpose, F.conv_transpose1d: functional_conv_transpose, F.group_norm: functional_group_norm,
    F.batch_norm: functional_batch_norm, F.instance_norm: functional_instance_norm, F.prelu: functional_prelu, torch.prelu: functional_prelu,
}  # fmt: skip
# Where the weights stand among the arguments.
WEIGHTS_AT = {
    F.layer_norm: {2: "weight", 3: "bias"},
    F.group_norm: {2: "weight", 3: "bias"},
    F.batch_norm: {1: "running_mean", 2: "running_var", 3: "weight", 4: "bias"},
    F.instance_norm: {3: "weight", 4: "bias"},
}


def weights_given(node):
    """The weights that a function is called with, by their names."""
    at = WEIGHTS_AT.get(node.target, {1: "weight", 2: "bias"})
    given = {name: node.args[i] if i < len(node.args) else node.kwargs.get(name) for i, name in at.items()}
    return {name: each for name, each in given.items() if isinstance(each, torch.fx.Node)}


def sliced(x, index):
    """Slices keep an axis, a number drops it."""
    index = index if isinstance(index, tuple) else (index,)
    if Ellipsis in index:
        at = index.index(Ellipsis)
        index = index[:at] + (slice(None),) * (len(x) - len(index) + 1) + index[at + 1 :]
    cuts = [(axis, each) for axis, each in enumerate(index) if each != slice(None)]
    if len(cuts) == 1 and isinstance(cuts[0][1], int):
        return "gather", dict(axis=cuts[0][0], indices=[cuts[0][1]], dropAxis=True)
    if not all(isinstance(each, slice) for _, each in cuts):
        raise Untaken("picks elements in a way that no layer does")
    ranges = [each.indices(x[axis]) for axis, each in cuts]
    return "slice", dict(
        starts=[r[0] for r in ranges], ends=[r[1] for r in ranges], axes=[axis for axis, _ in cuts], steps=[r[2] for r in ranges]
    )


def keeps_nothing(module):
    return not any(True for _ in module.state_dict()) and not any(True for _ in module.buffers())


def is_below(path, other):
    return path == other or path.startswith(f"{other}.")


def same_weights(model):
    """By the names of layers: the one before them whose tensors are their own, every one."""
    found, holders = {}, {}
    for path, module in model.named_modules():
        own = [*module.named_parameters(recurse=False), *module.named_buffers(recurse=False)]
        if kind_of(module) not in MODULES or not any(isinstance(each, nn.Parameter) for _, each in own):
            continue
        key = (kind_of(module), *((name, id(each)) for name, each in own))
        if key in found:
            holders[path] = found[key]
        else:
            found[key] = path
    return holders


def aliases_in(model, first, holders):
    """Other names of modules, and whose they are; not of what is inside of such."""
    for path, module in model.named_modules(remove_duplicate=False):
        if keeps_nothing(module):
            continue
        if first[id(module)] != path:
            head = path.rpartition(".")[0]
            if first[id(model.get_submodule(head))] == head:
                yield path, first[id(module)]
        elif path in holders:
            yield path, holders[path]


def is_plain(value):
    """Whether a value is known without running: numbers, shapes."""
    if isinstance(value, torch.Tensor):
        return False
    if isinstance(value, (tuple, list)):
        return all(map(is_plain, value))
    return True


def tensors_in(node):
    first_alone = node.op == "call_function" and node.target in WEIGHTED or node.target is operator.getitem
    found = [each for each in node_args(node) if not is_plain(each.meta["value"])]
    return found[:1] if first_alone else found


def node_args(node):
    """In the order of the call, and as often as they are given."""
    found = []
    torch.fx.node.map_arg((node.args, node.kwargs), lambda each: found.append(each) or each)
    return found


def name_of(node):
    return node.target if isinstance(node.target, str) else node.target.__name__


def within_of(value, found, name=None):
    """By the tensors of a list, tuple or dict, how a design says what they lie in: of what comes in by its name, of results by their place."""
    if not found or any(len(path) != 1 for path, _ in found):
        return {}
    if isinstance(value, dict):
        are_keys = all(type(key) is str and KEY.fullmatch(key) for key in value)
        return {node: {"in": key} if name is None else {"dict": name, "key": key} for (key,), node in found} if are_keys else {}
    if isinstance(value, tuple) and name is None:
        return {}
    kind = "tuple" if isinstance(value, tuple) else "list"
    return {node: {kind: place if name is None else name} for (place,), node in found}


# Keys of a dict that a design can say.
KEY = re.compile(r"[^\s.]{1,128}(\.[^\s.]{1,128}){0,31}")


def leaves_of(given, path=()):
    """What lies in dicts, lists and tuples, however deep, each with where it lies."""
    if isinstance(given, dict):
        inside = given.items()
    elif isinstance(given, (tuple, list)):
        inside = enumerate(given)
    else:
        yield path, given
        return
    for key, each in inside:
        yield from leaves_of(each, (*path, str(key)))


def parts_of(value):
    """The tensors in what is given while a module is traced, each with where it lies."""
    for path, each in leaves_of(value):
        if isinstance(each, torch.fx.Proxy) and isinstance(each.node.meta["value"], torch.Tensor):
            yield path, each


def results_in(given):
    """The tensors that a module gives, in order, each with where it lies in what is given."""
    return [(path, each) for path, each in leaves_of(given) if isinstance(each, torch.fx.Node)]


def input_names(call, takes):
    """What the inputs of a block are called: as `forward` has them, where there are several."""
    if len(takes) == 1:
        return ["input"]
    # What a module holds has its name.
    return [f"given_{name}" if hasattr(call.module, name) else name for name in (call.given[each] for each in takes)]


def kept_in(within):
    return {"state": {"keys": within}} if within else {}


def input_params(value, alone):
    """The shape that a block is made for: of tensors that have one for each sample, without that axis."""
    batched = alone or (value.dim() > 1 and value.shape[0] == 1)
    return dict(shape=list(value.shape[1:])) if batched else dict(shape=list(value.shape) or [1], batched=False)


def untrained(nodes):
    """Nodes of a block without what its buffers hold."""

    def said_by(node):
        kept = node["kind"] == "constant" and not node["params"]["learned"] and "state" not in node
        return {"params": {name: each for name, each in node["params"].items() if name not in ("fill", "values")}} if kept else {}

    return [{**node, **said_by(node)} for node in nodes]


def sources_of(node):
    wires = node.get("from", [])
    return wires if isinstance(wires, list) else [wires]


def repeated(nodes):
    """Blocks of one definition in a row are one node that repeats."""
    uses = collections.Counter()
    for node in nodes:
        uses.update(sources_of(node))
    kept, renamed = [], {}
    for node in nodes:
        wires = node.get("from")
        wires = [renamed.get(w, w) for w in wires] if isinstance(wires, list) else renamed.get(wires, wires)
        node = {**node, **({"from": wires} if wires else {})}
        last = kept[-1] if kept else None
        if last and node["kind"] == last["kind"] == "userBlock" and follows(last, node) and is_taken_once(last, uses):
            last["params"] = {**last["params"], "repeat": last["params"].get("repeat", 1) + 1}
            renamed.update({given_as(node["id"], i): given_as(last["id"], i) for i in range(last["params"].get("outputs", 1))})
        else:
            kept.append(node)
    return kept


def is_taken_once(node, uses):
    """Whether the last of a row gives its first value to one node, and nothing else."""
    return [uses[given_as(last_name(node), i)] for i in range(node["params"].get("outputs", 1))] == [1] + [0] * (node["params"].get("outputs", 1) - 1)


def given_as(name, i):
    return f"{name}:out{i}" if i else name


def last_name(node):
    head, number = numbered(node)
    more = node["params"].get("repeat", 1) - 1
    return f"{head}{int(number) + more}" if more else node["id"]


def numbered(node):
    """`layer1.` and 2 of layer1.2."""
    found = re.fullmatch(r"(.*\.|_)(\d+)", node["id"])
    return found.groups() if found else (node["id"], "")


def follows(last, node):
    head, number = numbered(node)
    before, first = numbered(last)
    return (
        sources_of(node)[0] == last["id"]
        and sources_of(node)[1:] == sources_of(last)[1:]
        and node["params"]["block"] == last["params"]["block"]
        and node["params"].get("outputs") == last["params"].get("outputs")
        and "weights" not in node
        and "weights" not in last
        and "state" not in node
        and "state" not in last
        and head == before
        and number.isdigit()
        and first.isdigit()
        and int(number) == int(first) + last["params"].get("repeat", 1)
    )


def trace(model, input):
    """The design of a module as a dict, a list of what could not be taken, and the numbers that the code itself holds."""
    was_training = model.training
    model.eval()
    try:
        shapes = [input] if isinstance(input[0], int) else input
        parameter = next(model.parameters(), torch.zeros(()))
        samples = [torch.zeros(1, *shape, dtype=parameter.dtype, device=parameter.device) for shape in shapes]
        best = written(model, samples, False)
        if best[3]:
            # What the code works out of buffers is a part of the design, where those would be lost otherwise.
            try:
                other = written(model, samples, True)
                best = other if len(other[1]) < len(best[1]) else best
            except Exception:
                # Code may count by what is in a buffer.
                pass
        return best[:3]
    finally:
        model.train(was_training)


def written(model, samples, with_buffers):
    """The design, its problems, the numbers of the code, and the buffers that are not taken as they are."""
    weighed = frozenset()
    while True:
        tracer, graph = traced(model, samples, with_buffers, weighed)
        more = told_of_two(model, samples, graph, with_buffers, weighed)
        writer = Writer(graph, model, tracer.replaying, tracer.weights_of)
        design = writer.design(tracer.calls[0])
        taken = weighed | {call for node, call in tracer.weights_of.items() if node not in writer.unused}
        if taken == weighed:
            return design, [*tracer.problems, *writer.problems, *more], writer.numbers, writer.lost
        # What gives its weights is written in steps, so that nothing is worked out twice.
        weighed = taken


def told_of_two(model, samples, graph, with_buffers, weighed):
    """
    Notes what every step gives for two samples where they are joined with other axes, or lie elsewhere than first: so it is known which
    extents grow with them. Gives what is to be told: code that does something else then, or joins them.
    """
    fixed, moves = set(), False
    for node in graph.nodes:
        if node.op == "get_attr" or node.op.startswith("call_") and all(each in fixed for each in node.all_input_nodes):
            fixed.add(node)
        value = node.meta.get("value")
        moves = moves or node not in fixed and isinstance(value, torch.Tensor) and value.dim() > 0 and value.shape[0] != 1
    if not moves:
        return []
    try:
        _, other = traced(model, [torch.cat([sample, sample]) for sample in samples], with_buffers, weighed)
    except Untaken as why:
        return [f"{why}, with two samples: the design holds for one"]
    steps = [[(node.op, name_of(node) if node.op.startswith("call_") else "") for node in each.nodes] for each in (graph, other)]
    if steps[0] != steps[1]:
        return [f"{place_of_code(type(model).forward)}: does other steps with two samples than with one: the design holds for one"]
    for node, two in zip(graph.nodes, other.nodes):
        node.meta["two"] = two.meta.get("value")
    return []


def traced(model, samples, with_buffers, weighed):
    failed = None
    # One of the functions that were kept whole may have been for a reason, and code may count by a buffer that it is given.
    for attempt, handing_on in ((opened, True), (opened, False), (contextlib.nullcontext, False)):
        try:
            tracer = Tracer(samples)
            tracer.handing_on = handing_on
            tracer.proxy_buffer_attributes, tracer.weighed = with_buffers, weighed
            with attempt(), attention_whole(model), positional(model, samples):
                return tracer, tracer.trace(model)
        except Exception as error:
            failed = error
    if hasattr(getattr(torch, "export", None), "export"):
        try:
            return replayed(model, samples)
        except Exception:
            # What the code itself was stopped by tells more.
            pass
    if isinstance(failed, Untaken):
        raise failed
    raise Untaken(f"{place_of(failed)}: {type(model).__name__} cannot be traced: {failed}") from failed


@contextlib.contextmanager
def as_forward(model, names, function):
    """Lets a module be called as a function of arguments with these names, while it lasts."""
    made = type(model)
    listed = "".join(f", {name}" for name in names)
    scope = {"function": function}
    exec(f"def forward(self{listed}):\n    return function(self{listed})", scope)
    model.__class__ = type(made.__name__, (made,), {"forward": scope["forward"], "__module__": made.__module__})
    try:
        yield
    finally:
        model.__class__ = made


@contextlib.contextmanager
def positional(model, samples):
    """Inputs that come in by a star have names of their own."""
    original = type(model).forward
    asked = list(inspect.signature(original).parameters.values())[1:]
    if not any(each.kind is each.VAR_POSITIONAL for each in asked):
        yield
        return
    names = [each.name for each in asked if each.kind is each.POSITIONAL_OR_KEYWORD][: len(samples)]
    star = next(each.name for each in asked if each.kind is each.VAR_POSITIONAL)
    names += [f"{star}_{i}" for i in range(len(samples) - len(names))]
    with as_forward(model, names, original):
        yield


def replayed(model, samples):
    """What torch.export finds in a module that cannot be traced otherwise, done again, one operation after another."""
    more = {"strict": False} if "strict" in inspect.signature(torch.export.export).parameters else {}
    program = torch.export.export(model, tuple(samples), **more)
    signature = program.graph_signature
    held = {**signature.inputs_to_parameters, **signature.inputs_to_buffers}
    constants = getattr(signature, "inputs_to_lifted_tensor_constants", {})
    names = list(signature.user_inputs)
    tracer = Tracer(samples)
    tracer.replaying = True
    attending = attending_in(program, model, set(held))

    def forward(self, *inputs):
        values, given = {}, iter(inputs)
        for node in program.graph.nodes:
            if node.op == "placeholder":
                if node.name in held:
                    head, _, last = held[node.name].rpartition(".")
                    values[node] = getattr(model.get_submodule(head), last)
                else:
                    values[node] = program.constants[constants[node.name]] if node.name in constants else next(given)
            elif node in attending:
                # Its own steps hold the number of samples as any other number.
                call = attending[node]
                if node is call.nodes[-1]:
                    tracer.go_to(call.nodes[0])
                    module = model.get_submodule(call.path)
                    x = values[call.source]
                    values[call.result] = multihead(module, x, x, x, None, False, None, True)[0]
            elif node.op == "call_function":
                tracer.go_to(node)
                args, kwargs = torch.fx.node.map_arg((node.args, dict(node.kwargs)), values.__getitem__)
                values[node] = replay(node.target, args, kwargs)
            elif node.op == "output":
                tracer.go_to(None)
                kept = set(signature.user_outputs)
                found = [values[each] for each in node.args[0] if isinstance(each, torch.fx.Node) and each.name in kept]
                return found[0] if len(found) == 1 else tuple(found)

    with as_forward(model, [clean(name) for name in names], forward):
        return tracer, tracer.trace(model)


Whole = collections.namedtuple("Whole", "path nodes source result")


def module_names(path):
    return re.findall(r"\w+", re.sub(r"L\['self'\]|_modules", "", path.partition("@")[0]))


def attending_in(program, model, held):
    """By their operations, calls of PyTorch's attention to one tensor, of which nothing but its result is used."""
    groups = collections.defaultdict(list)
    for node in program.graph.nodes:
        if node.op != "call_function":
            continue
        for key, (path, _) in (node.meta.get("nn_module_stack") or {}).items():
            path = ".".join(module_names(path))
            if path and type(model.get_submodule(path)) is nn.MultiheadAttention:
                groups[key, path].append(node)
                break
    found = {}
    for (_, path), nodes in groups.items():
        inside = set(nodes)
        takes = {each for node in nodes for each in node.all_input_nodes if each not in inside and each.name not in held}
        gives = [node for node in nodes if any(user not in inside for user in node.users)]
        if len(takes) == len(gives) == 1:
            source, result = takes.pop(), gives[0]
            if source.meta["val"].shape == result.meta["val"].shape and model.get_submodule(path).bias_k is None:
                found.update(dict.fromkeys(nodes, Whole(path, nodes, source, result)))
    return found


def replay(target, args, kwargs):
    """An operation of the export, as the function that people call."""
    name = target._schema.name.rpartition("::")[2] if hasattr(target, "_schema") else named(target)
    if name in REPLAYED:
        return REPLAYED[name](*args, **kwargs)
    if not hasattr(target, "_schema"):
        return target(*args, **kwargs)
    plain = name.rstrip("_") if not name.endswith("__") else name
    args = args[: AT_MOST.get(plain, len(args))]
    function = getattr(F, plain, None) or getattr(torch, plain, None)
    return function(*args, **kwargs) if function else getattr(args[0], plain)(*args[1:], **kwargs)


# How many arguments of an operation its function takes.
AT_MOST = {"layer_norm": 5, "group_norm": 5, "elu": 2, "softmax": 2, "log_softmax": 2}


def replay_slice(x, dim=0, start=None, end=None, step=1):
    if (start or 0) == 0 and (end is None or end >= x.shape[dim]) and step == 1:
        return x
    return x[(*(slice(None),) * dim, slice(start, end, step))]


def replay_upsample(mode):
    def upsample(x, size=None, *more, **given):
        align = more[0] if mode != "nearest" else None
        return F.interpolate(x, tuple(size) if size is not None else None, more[-1] if size is None else None, mode, align)

    return upsample


REPLAYED = {
    "slice": replay_slice,
    "select": lambda x, dim, index: x[(*(slice(None),) * (dim % len(x.shape)), index)],
    "embedding": lambda weight, places, *_, **__: F.embedding(places, weight),
    "batch_norm": lambda x, weight, bias, mean, var, training, momentum, eps, _: F.batch_norm(x, mean, var, weight, bias, training, momentum, eps),
    "_native_batch_norm_legit_no_training": lambda x, weight, bias, mean, var, momentum, eps: (
        F.batch_norm(x, mean, var, weight, bias, False, momentum, eps),
    ),
    "native_layer_norm": lambda *given: (F.layer_norm(*given),),
    "instance_norm": lambda x, weight, bias, mean, var, use, momentum, eps, _: F.instance_norm(x, mean, var, weight, bias, use, momentum, eps),
    "upsample_nearest2d": replay_upsample("nearest"),
    "upsample_bilinear2d": replay_upsample("bilinear"),
    "upsample_bicubic2d": replay_upsample("bicubic"),
    "view": lambda x, size: x.reshape(*size),
    "_unsafe_view": lambda x, size: x.reshape(*size),
    "expand": lambda x, size, **_: x.expand(*size),
    "repeat": lambda x, sizes: x.repeat(*sizes),
    "einsum": lambda equation, operands, **_: torch.einsum(equation, *operands),
    "add": lambda x, y, alpha=1: x + (y if alpha == 1 else y * alpha),
    "sub": lambda x, y, alpha=1: x - (y if alpha == 1 else y * alpha),
    "clone": lambda x, **_: x,
    "alias": lambda x: x,
    "contiguous": lambda x, **_: x,
    "detach": lambda x: x,
    "detach_": lambda x: x,
    "lift_fresh_copy": lambda x: x,
    "_to_copy": lambda x, **_: x,
    "to": lambda x, *_, **__: x,
    "type_as": lambda x, _: x,
    "_assert_tensor_metadata": lambda *_, **__: None,
    "max_pool2d_with_indices": lambda *given, **more: (F.max_pool2d(*given, **more),),
}


def save(model, path, input, weights=True):
    """
    Writes the design, and its weights beside it. Gives a list of what a design cannot say, each with its place, where
    opaque layers stand; and of what is left out, as nothing calls it. Raises an Untaken where the module cannot be traced at all.
    """
    design, problems, numbers = trace(model, tuple(input))
    with open(path, "w", encoding="utf-8") as file:
        file.write(as_text(design))
    if weights:
        stem = re.sub(r"(\.netwright)?\.json$", "", str(path))
        write_safetensors(f"{stem}.safetensors", {**model.state_dict(), **numbers})
    return list(dict.fromkeys(problems))


def as_text(design):
    return json.dumps(design, indent=1, ensure_ascii=False) + "\n"


TYPES = {
    torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16", torch.int64: "I64",
    torch.int32: "I32", torch.int16: "I16", torch.int8: "I8", torch.uint8: "U8", torch.bool: "BOOL",
}  # fmt: skip


def write_safetensors(path, state):
    tensors = {name: value.detach().cpu().contiguous() for name, value in state.items() if isinstance(value, torch.Tensor)}
    header, at = {}, 0
    for name, value in tensors.items():
        size = value.numel() * value.element_size()
        header[name] = {"dtype": TYPES[value.dtype], "shape": list(value.shape), "data_offsets": [at, at + size]}
        at += size
    text = json.dumps({"__metadata__": {"format": "pt"}, **header}).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for value in tensors.values():
            if value.numel():
                file.write(value.reshape(-1).view(torch.uint8).numpy().tobytes())


def imported(target):
    """The file or package of a target, run; its name, and what of it is asked for."""
    source, _, name = target.rpartition(":") if re.search(r":\w[\w.]*$", target) else (target, "", "")
    if source.endswith(".py"):
        sys.path.insert(0, os.path.dirname(os.path.abspath(source)))
        spec = importlib.util.spec_from_file_location(os.path.basename(source)[:-3], source)
        if spec is None or not os.path.exists(source):
            raise Untaken(f"{source}: there is no such file")
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        with recording():
            spec.loader.exec_module(module)
    else:
        sys.path.insert(0, os.getcwd())
        module = importlib.import_module(source)
    return module, source, name


def load(target):
    """
    `package.module:callable`, or `file.py:callable`: the module, and the shapes that its file's INPUTS say. A class or
    function is called without arguments.
    """
    module, source, name = imported(target)
    name = name or only_module(module, source)
    if not hasattr(module, name):
        raise Untaken(f'{source} has no "{name}"; there is {", ".join(made_in(module)) or "no module that is made without arguments"}')
    found = getattr(module, name)
    with recording():
        return found if isinstance(found, nn.Module) else found(), inputs_of(module)


def inputs_of(module):
    said = getattr(module, "INPUTS", None)
    return said and [tuple(shape[1:]) for shape in said]


def listed(target):
    """What a file has that can be made, what is made of it where nothing is said, and what its INPUTS say."""
    module, _, _ = imported(target)
    names = made_in(module)
    clear = len(names) == 1 or (names and hasattr(module, "INPUTS"))
    return dict(modules=names, main=names[-1] if clear else None, inputs=inputs_of(module))


def made_in(module):
    """The names of the classes and models of a file that can be made without being told anything."""

    def is_free(made):
        if isinstance(made, nn.Module):
            return True
        if inspect.isfunction(made) and made.__module__ == module.__name__:
            given = made.__annotations__.get("return")
            gives = given if isinstance(given, type) else vars(module).get(str(given).rpartition(".")[2], nn.Module if str(given) == "nn.Module" else None)
            asked = list(inspect.signature(made).parameters.values())
            return isinstance(gives, type) and issubclass(gives, nn.Module) and all(each.default is not each.empty for each in asked)
        if not (isinstance(made, type) and issubclass(made, nn.Module) and made.__module__ == module.__name__):
            return False
        asked = list(inspect.signature(made.__init__).parameters.values())[1:]
        return all(each.default is not each.empty or each.kind in (each.VAR_POSITIONAL, each.VAR_KEYWORD) for each in asked)

    return [name for name, made in vars(module).items() if is_free(made)]


def only_module(module, source):
    """What to call where nothing is said: the only thing there is, or the last one of a file that says its INPUTS."""
    names = made_in(module)
    if len(names) == 1 or (names and hasattr(module, "INPUTS")):
        return names[-1]
    example = f"{source}:{names[-1] if names else 'Net'}"
    raise Untaken(f"{source} does not say what to call; write {example}. There is {', '.join(names) or 'nothing that is made without arguments'}.")


def shapes_of(text):
    return [tuple(int(extent) for extent in shape.split(",")) for shape in text.split(";")]


def main():
    parser = argparse.ArgumentParser(description="Writes a PyTorch module as a Netwright design.")
    parser.add_argument("target", help="module:callable or file.py:callable")
    parser.add_argument("--input", help="channels,height,width, by ; where there are several (3,224,224)")
    parser.add_argument("-o", "--output", required=True, help="the design; its weights are written beside it")
    parser.add_argument("--list", action="store_true", help="write what can be made of the file, as JSON")
    parser.add_argument("--no-weights", action="store_true", help="write the design alone")
    given = parser.parse_args()
    try:
        if given.list:
            with open(given.output, "w", encoding="utf-8") as file:
                json.dump(listed(given.target), file)
            return
        model, said = load(given.target)
        shapes = shapes_of(given.input) if given.input else said or (3, 224, 224)
        problems = save(model, given.output, shapes, weights=not given.no_weights)
        if problems:
            print("What the design leaves open or out:", *problems, sep="\n", file=sys.stderr)
    except Untaken as why:
        sys.exit(str(why))
    except SyntaxError as error:
        sys.exit(f"{error.filename}:{error.lineno}: {type(error).__name__}: {error.msg}")
    except Exception as error:
        sys.exit(f"{place_of(error)}: {type(error).__name__}: {error}")


if __name__ == "__main__":
    main()

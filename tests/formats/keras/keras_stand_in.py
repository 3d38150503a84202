"""A stand-in for Keras 3, written from its documentation: layers compute at once, with PyTorch, channels last.

`Input` gives the tensor that the network is fed, layers take their weights by name from WEIGHTS in the order and the shapes that Keras
documents, and refuse weights of any other shape and names used twice. Only what is documented for the functional style is there.
"""

import sys
import types

import torch
from torch.nn import functional as F

FEEDS, WEIGHTS, USED, OPERATIONS = [], {}, set(), []


def first(x):
    return x.permute(0, 3, 1, 2)


def last(x):
    return x.permute(0, 2, 3, 1)


def two(value):
    return (value, value) if isinstance(value, int) else tuple(value)


def weights(name, *shapes):
    given = WEIGHTS[name]
    assert [tuple(w.shape) for w in given] == [tuple(s) for s in shapes], f"{name}: {[w.shape for w in given]} for {shapes}"
    return given


def Input(shape, name=None):
    x = FEEDS.pop(0)
    assert tuple(x.shape[1:]) == tuple(shape), f"{name}: fed {x.shape}, wants {shape}"
    return x


def Model(inputs, outputs, name=None):
    return outputs


def same_pads(x, kernel, stride, dilation):
    """As TensorFlow: the surplus goes to the end; left, right, top, bottom."""
    pads = []
    for extent, k, s, d in ((x.shape[2], kernel[1], stride[1], dilation[1]), (x.shape[1], kernel[0], stride[0], dilation[0])):
        total = max((-(-extent // s) - 1) * s + (k - 1) * d + 1 - extent, 0)
        pads += [total // 2, total - total // 2]
    return pads


def noted(kind, x, y, kernel=None):
    """As `Model.operations` has what ran: its class's name, its kernel, and a node for each call."""
    operation = type(kind, (), {})()
    operation.kernel = kernel
    operation._inbound_nodes = [types.SimpleNamespace(input_tensors=[x], outputs=[y])]
    OPERATIONS.append(operation)
    return y


def matmul(a, b):
    return noted("Matmul", a, torch.matmul(a, b))


class Layer:
    def __init_subclass__(cls):
        call = vars(cls).get("__call__")
        if call and cls.has_kernel:

            def __call__(self, x):
                return noted(type(self).__name__, x, call(self, x), WEIGHTS[self.name][0])

            cls.__call__ = __call__

    has_kernel = False

    def __init__(self, *args, name=None, **options):
        if name is not None:
            assert "/" not in name and name not in USED, f"the name {name} is taken"
            USED.add(name)
        self.name = name
        self.set(*args, **options)

    def set(self):
        pass


class Conv2D(Layer):
    has_kernel = True
    depthwise = False

    def set(self, filters, kernel_size, strides=1, padding="valid", groups=1, dilation_rate=1, use_bias=True):
        self.filters, self.groups, self.bias, self.padding = filters, groups, use_bias, padding
        self.kernel, self.strides, self.dilation = two(kernel_size), two(strides), two(dilation_rate)
        assert self.strides == (1, 1) or self.dilation == (1, 1), "strides and dilation_rate cannot both be more than 1"

    def __call__(self, x):
        channels = x.shape[-1]
        if self.depthwise:
            shape, filters, groups = (*self.kernel, channels, self.filters), channels * self.filters, channels
        else:
            shape, filters, groups = (*self.kernel, channels // self.groups, self.filters), self.filters, self.groups
        kernel, *bias = weights(self.name, shape, *([(filters,)] if self.bias else []))
        if self.depthwise:
            kernel = kernel.permute(2, 3, 0, 1).reshape(filters, 1, *self.kernel)
        else:
            kernel = kernel.permute(3, 2, 0, 1)
        y = first(x)
        if self.padding == "same":
            y = F.pad(y, same_pads(x, self.kernel, self.strides, self.dilation))
        return last(F.conv2d(y, kernel, bias[0] if bias else None, self.strides, 0, self.dilation, groups))


class DepthwiseConv2D(Conv2D):
    depthwise = True

    def set(self, kernel_size, strides=1, padding="valid", depth_multiplier=1, dilation_rate=1, use_bias=True):
        super().set(depth_multiplier, kernel_size, strides, padding, 1, dilation_rate, use_bias)


class Conv2DTranspose(Layer):
    has_kernel = True

    def set(self, filters, kernel_size, strides=1, use_bias=True):
        self.filters, self.kernel, self.strides, self.bias = filters, two(kernel_size), two(strides), use_bias

    def __call__(self, x):
        shape = (*self.kernel, self.filters, x.shape[-1])
        kernel, *bias = weights(self.name, shape, *([(self.filters,)] if self.bias else []))
        y = F.conv_transpose2d(first(x), kernel.permute(3, 2, 0, 1), None, self.strides)
        # Where the stride is more than the kernel, Keras's output ends with the stride.
        more = [max(s - k, 0) for s, k in zip(self.strides, self.kernel)]
        y = last(F.pad(y, (0, more[1], 0, more[0])))
        return y + bias[0] if bias else y


class Conv1D(Layer):
    has_kernel = True
    depthwise = False

    def set(self, filters, kernel_size, strides=1, padding="valid", groups=1, dilation_rate=1, use_bias=True):
        self.filters, self.groups, self.bias, self.padding = filters, groups, use_bias, padding
        self.kernel, self.strides, self.dilation = kernel_size, strides, dilation_rate
        assert strides == 1 or dilation_rate == 1, "strides and dilation_rate cannot both be more than 1"

    def __call__(self, x):
        channels = x.shape[-1]
        if self.depthwise:
            shape, filters, groups = (self.kernel, channels, self.filters), channels * self.filters, channels
        else:
            shape, filters, groups = (self.kernel, channels // self.groups, self.filters), self.filters, self.groups
        kernel, *bias = weights(self.name, shape, *([(filters,)] if self.bias else []))
        if self.depthwise:
            kernel = kernel.permute(1, 2, 0).reshape(filters, 1, self.kernel)
        else:
            kernel = kernel.permute(2, 1, 0)
        pads = same_pads(x[:, None], (1, self.kernel), (1, self.strides), (1, self.dilation))[:2]
        y = F.pad(x.transpose(1, 2), pads if self.padding == "same" else (0, 0))
        return F.conv1d(y, kernel, *(bias or [None]), self.strides, 0, self.dilation, groups).transpose(1, 2)


class DepthwiseConv1D(Conv1D):
    depthwise = True

    def set(self, kernel_size, strides=1, padding="valid", depth_multiplier=1, dilation_rate=1, use_bias=True):
        super().set(depth_multiplier, kernel_size, strides, padding, 1, dilation_rate, use_bias)


class Conv1DTranspose(Layer):
    has_kernel = True

    def set(self, filters, kernel_size, strides=1, use_bias=True):
        self.filters, self.kernel, self.strides, self.bias = filters, kernel_size, strides, use_bias

    def __call__(self, x):
        shape = (self.kernel, self.filters, x.shape[-1])
        kernel, *bias = weights(self.name, shape, *([(self.filters,)] if self.bias else []))
        y = F.conv_transpose1d(x.transpose(1, 2), kernel.permute(2, 1, 0), None, self.strides)
        # Where the stride is more than the kernel, Keras's output ends with the stride.
        y = F.pad(y, (0, max(self.strides - self.kernel, 0))).transpose(1, 2)
        return y + bias[0] if bias else y


class Dense(Layer):
    has_kernel = True

    def set(self, units, use_bias=True):
        self.units, self.bias = units, use_bias

    def __call__(self, x):
        kernel, *bias = weights(self.name, (x.shape[-1], self.units), *([(self.units,)] if self.bias else []))
        return x @ kernel + (bias[0] if bias else 0)


class BatchNormalization(Layer):
    def set(self, axis=-1, momentum=0.99, epsilon=0.001):
        self.axis, self.epsilon = axis, epsilon

    def __call__(self, x):
        n = x.shape[self.axis]
        gamma, beta, mean, variance = weights(self.name, *[(n,)] * 4)
        y = x.movedim(self.axis, -1)
        return ((y - mean) / torch.sqrt(variance + self.epsilon) * gamma + beta).movedim(-1, self.axis)


class GroupNormalization(Layer):
    def set(self, groups=32, axis=-1, epsilon=0.001):
        self.groups, self.axis, self.epsilon = groups, axis, epsilon

    def __call__(self, x):
        n = x.shape[self.axis]
        gamma, beta = weights(self.name, (n,), (n,))
        y = x.movedim(self.axis, 1)
        groups = y.double().reshape(y.shape[0], n if self.groups == -1 else self.groups, -1)
        variance, mean = torch.var_mean(groups, 2, unbiased=False, keepdim=True)
        y = ((groups - mean) / torch.sqrt(variance + self.epsilon)).reshape(y.shape).float()
        return (y.movedim(1, -1) * gamma + beta).movedim(-1, self.axis)


class LayerNormalization(Layer):
    def set(self, axis=-1, epsilon=0.001, center=True):
        self.axis, self.epsilon, self.center = axis if isinstance(axis, list) else [axis], epsilon, center

    def __call__(self, x):
        shape = tuple(x.shape[a] for a in self.axis)
        gamma, *beta = weights(self.name, shape, *([shape] if self.center else []))
        return F.layer_norm(x, shape, gamma, beta[0] if beta else None, self.epsilon)


class RMSNormalization(Layer):
    def set(self, axis=-1, epsilon=1e-6):
        self.axis, self.epsilon = axis if isinstance(axis, list) else [axis], epsilon

    def __call__(self, x):
        (scale,) = weights(self.name, tuple(x.shape[a] for a in self.axis))
        return x * torch.rsqrt((x * x).mean(self.axis, keepdim=True) + self.epsilon) * scale


class PReLU(Layer):
    def set(self, shared_axes=()):
        self.shared = shared_axes

    def __call__(self, x):
        (alpha,) = weights(self.name, tuple(1 if a in self.shared else x.shape[a] for a in range(1, x.dim())))
        return torch.where(x > 0, x, alpha * x)


def pooling(pool, empty):
    class Pooling2D(Layer):
        def set(self, pool_size=2, strides=None, padding="valid"):
            self.pool, self.strides, self.padding = two(pool_size), two(strides or pool_size), padding

        def __call__(self, x):
            y = first(x)
            if self.padding == "same":
                pads = same_pads(x, self.pool, self.strides, (1, 1))
                y, counted = F.pad(y, pads, value=empty), F.pad(torch.ones_like(y), pads)
                share = 1 if empty else F.avg_pool2d(counted, self.pool, self.strides)
                return last(pool(y, self.pool, self.strides) / share)
            return last(pool(y, self.pool, self.strides))

    return Pooling2D


def pooling_along(pool):
    """A pool of signals is that of maps of one row."""

    class Pooling1D(pool):
        def set(self, pool_size=2, strides=None, padding="valid"):
            super().set((1, pool_size), (1, strides or pool_size), padding)

        def __call__(self, x):
            return super().__call__(x[:, None])[:, 0]

    return Pooling1D


def simple(compute, *names, **defaults):
    """A layer without weights: its options by place or name, and what it does with them."""

    class Simple(Layer):
        def set(self, *args, **options):
            assert set(options) <= set(defaults) | set(names), options
            self.options = {**defaults, **dict(zip(names, args)), **options}

        def __call__(self, x):
            return compute(x, **self.options)

    return Simple


def zero_padding(x, padding):
    (top, bottom), (left, right) = [two(side) for side in two(padding)]
    return F.pad(x, (0, 0, left, right, top, bottom))


def up_sampling(x, size, interpolation="nearest"):
    options = {} if interpolation == "nearest" else {"align_corners": False}
    return last(F.interpolate(first(x), scale_factor=tuple(map(float, two(size))), mode=interpolation, **options))


activations = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "silu": F.silu,
    "hard_silu": F.hardswish,
    "hard_sigmoid": F.hardsigmoid,
    "mish": F.mish,
    "softplus": F.softplus,
    "softsign": F.softsign,
    "selu": F.selu,
}

layers = types.ModuleType("keras.layers")
vars(layers).update(
    Conv2D=Conv2D,
    DepthwiseConv2D=DepthwiseConv2D,
    Conv2DTranspose=Conv2DTranspose,
    Dense=Dense,
    BatchNormalization=BatchNormalization,
    GroupNormalization=GroupNormalization,
    LayerNormalization=LayerNormalization,
    RMSNormalization=RMSNormalization,
    PReLU=PReLU,
    MaxPooling2D=pooling(F.max_pool2d, float("-inf")),
    AveragePooling2D=pooling(F.avg_pool2d, 0),
    Conv1D=Conv1D,
    DepthwiseConv1D=DepthwiseConv1D,
    Conv1DTranspose=Conv1DTranspose,
    MaxPooling1D=pooling_along(pooling(F.max_pool2d, float("-inf"))),
    AveragePooling1D=pooling_along(pooling(F.avg_pool2d, 0)),
    GlobalAveragePooling1D=simple(lambda x, keepdims: x.mean(1, keepdim=keepdims), keepdims=False),
    GlobalMaxPooling1D=simple(lambda x, keepdims: x.amax(1, keepdim=keepdims), keepdims=False),
    ZeroPadding1D=simple(lambda x, padding: F.pad(x, (0, 0, *two(padding))), "padding"),
    GlobalAveragePooling2D=simple(lambda x, keepdims: x.mean((1, 2), keepdim=keepdims), keepdims=False),
    GlobalMaxPooling2D=simple(lambda x, keepdims: x.amax((1, 2), keepdim=keepdims), keepdims=False),
    Activation=simple(lambda x, activation: activations[activation](x), "activation"),
    ReLU=simple(lambda x, max_value: x.clamp(0, max_value), max_value=None),
    LeakyReLU=simple(lambda x, negative_slope: F.leaky_relu(x, negative_slope), negative_slope=0.3),
    ELU=simple(lambda x, alpha: F.elu(x, alpha), alpha=1.0),
    Softmax=simple(lambda x, axis: x.softmax(axis), axis=-1),
    Dropout=simple(lambda x, rate: x, "rate"),
    Add=simple(sum),
    Multiply=simple(lambda x: torch.stack(x).prod(0)),
    Concatenate=simple(lambda x, axis: torch.cat(x, axis), axis=-1),
    Flatten=simple(lambda x: x.reshape(x.shape[0], -1)),
    Permute=simple(lambda x, dims: x.permute(0, *dims), "dims"),
    ZeroPadding2D=simple(zero_padding, "padding"),
    UpSampling2D=simple(up_sampling, "size", interpolation="nearest"),
)


def pad(x, pad_width, mode="constant", constant_values=0):
    if mode == "constant":
        return F.pad(x, [n for side in reversed(pad_width) for n in side], value=constant_values)
    assert pad_width[0] == pad_width[3] == (0, 0)
    around = (*pad_width[2], *pad_width[1])
    return last(F.pad(first(x), around, mode={"edge": "replicate", "reflect": "reflect"}[mode]))


def tensor(x):
    return torch.as_tensor(x, dtype=torch.float32) if isinstance(x, float) else torch.as_tensor(x)


def binary(compute):
    return lambda x1, x2: compute(tensor(x1), tensor(x2))


def take(x, indices, axis=None):
    """As numpy: the axes of the indices stand where the axis stood, and negative ones count from the end."""
    at = torch.as_tensor(indices)
    assert not at.is_floating_point(), "indices are integers"
    assert ((-x.shape[axis] <= at) & (at < x.shape[axis])).all(), f"index out of range for an axis of {x.shape[axis]}"
    picked = x.index_select(axis, at.reshape(-1) % x.shape[axis])
    axis %= x.dim()
    return picked.reshape(*x.shape[:axis], *at.shape, *x.shape[axis + 1 :])


def take_along_axis(x, indices, axis=None):
    assert not indices.is_floating_point(), "indices are integers"
    others = [n for a, n in enumerate(x.shape) if a != axis % x.dim()]
    assert [n for a, n in enumerate(indices.shape) if a != axis % x.dim()] == others, "the other axes agree"
    return torch.take_along_dim(x, indices.long() % x.shape[axis], axis)


def one_hot(x, num_classes, axis=-1, dtype="float32"):
    """A row of zeros where the class is none of them, as TensorFlow and jax have it."""
    assert not x.is_floating_point(), "classes are integers"
    return (x.unsqueeze(-1) == torch.arange(num_classes)).float().movedim(-1, axis)


def split(x, places, axis=0):
    return list(torch.tensor_split(x, places, axis))


def over(compute):
    """A reduction over one axis or several."""
    return lambda x, axis=None, keepdims=False: compute(
        x, tuple(range(x.dim())) if axis is None else (axis,) if isinstance(axis, int) else tuple(axis), keepdims
    )


def product(x, axes, keepdims):
    for axis in sorted((a % x.dim() for a in axes), reverse=True):
        x = x.prod(axis, keepdim=keepdims)
    return x


TYPES = {name: getattr(torch, name) for name in ("float32", "float16", "bfloat16", "int32")}

ops = types.ModuleType("keras.ops")
vars(ops).update(
    transpose=lambda x, axes: x.permute(axes),
    reshape=lambda x, newshape: x.reshape(newshape),
    pad=pad,
    matmul=matmul,
    celu=lambda x, alpha=1.0: F.celu(x, alpha),
    elu=lambda x, alpha=1.0: F.elu(x, alpha),
    gelu=lambda x, approximate=True: F.gelu(x, approximate="tanh" if approximate else "none"),
    clip=torch.clip,
    where=lambda condition, x1, x2: torch.where(condition, tensor(x1), tensor(x2)),
    minimum=binary(torch.minimum),
    maximum=binary(torch.maximum),
    mod=binary(torch.remainder),
    softmax=lambda x, axis=-1: x.softmax(axis),
    log_softmax=lambda x, axis=-1: x.log_softmax(axis),
    norm=lambda x, ord, axis, keepdims: torch.linalg.vector_norm(x, ord, axis, keepdims),
    split=split,
    take=take,
    take_along_axis=take_along_axis,
    one_hot=one_hot,
    concatenate=lambda xs, axis=-1: torch.cat(xs, axis),
    zeros=lambda shape: torch.zeros(shape),
    zeros_like=torch.zeros_like,
    ones_like=torch.ones_like,
    arange=torch.arange,
    cast=lambda x, dtype: x.to(TYPES[dtype]),
    tile=lambda x, repeats: x.repeat(tuple(repeats)),
    repeat=lambda x, repeats, axis: x.repeat_interleave(repeats, axis),
    flip=lambda x, axis: x.flip(axis),
    cumsum=lambda x, axis: x.cumsum(axis),
    cumprod=lambda x, axis: x.cumprod(axis),
    det=torch.linalg.det,
    triu=lambda x, k=0: x.triu(k),
    tril=lambda x, k=0: x.tril(k),
    argmax=lambda x, axis, keepdims=False: x.argmax(axis, keepdim=keepdims).int(),
    argmin=lambda x, axis, keepdims=False: x.argmin(axis, keepdim=keepdims).int(),
    mean=over(lambda x, axes, keepdims: x.mean(axes, keepdim=keepdims)),
    std=over(lambda x, axes, keepdims: x.std(axes, unbiased=False, keepdim=keepdims)),
    sum=over(lambda x, axes, keepdims: x.sum(axes, keepdim=keepdims)),
    max=over(lambda x, axes, keepdims: x.amax(axes, keepdim=keepdims)),
    min=over(lambda x, axes, keepdims: x.amin(axes, keepdim=keepdims)),
    logsumexp=over(lambda x, axes, keepdims: x.logsumexp(axes, keepdim=keepdims)),
    prod=over(product),
    greater_equal=binary(torch.ge),
    less_equal=binary(torch.le),
    **{
        theirs: binary(getattr(torch, ours))
        for theirs, ours in {
            "equal": "eq",
            "not_equal": "ne",
            "greater": "gt",
            "less": "lt",
            "logical_and": "logical_and",
            "logical_or": "logical_or",
            "logical_xor": "logical_xor",
        }.items()
    },
    **{
        name: getattr(torch, name)
        for name in (
            "sqrt exp log abs erf floor ceil round sign reciprocal square trunc isnan tanh sin cos tan arcsin arccos arctan "
            "sinh cosh arcsinh arccosh arctanh"
        ).split()
    },
)

keras = types.ModuleType("keras")
keras.Input, keras.Model, keras.layers, keras.ops = Input, Model, layers, ops
sys.modules.update({"keras": keras, "keras.layers": layers, "keras.ops": ops})

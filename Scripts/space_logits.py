#!/usr/bin/env python3
"""Compares networks of the benchmark spaces with PyTorch modules that know nothing of this package.

usage: Scripts/space_logits.py .build/release/tfnas [SPACE ...]

For two networks of each space the command writes weights and an ONNX model. The modules below, written from
the definitions of the spaces, load the weights, all names and shapes having to fit in their order, and compute
logits of two images in double. ONNX Runtime computes those of the model in single precision. The largest
difference by the largest logit is printed; more than 1e-5 is a failure.

Needs torch, numpy, onnxruntime and safetensors.
"""

import pathlib
import subprocess
import sys
import tempfile

import numpy
import onnxruntime
import torch
from safetensors.torch import load_file
from torch import nn
from torch.nn import functional

TOLERANCE = 1e-5


def conv(a, b, k, stride=1, groups=1, dilation=1):
    return nn.Conv2d(
        a, b, k, stride, (k - 1) * dilation // 2, dilation=dilation, groups=groups, bias=False
    )


def unit(a, b, k, stride=1, groups=1):
    """Convolution, batch normalisation, ReLU."""
    return [conv(a, b, k, stride, groups), nn.BatchNorm2d(b), nn.ReLU()]


class Block(nn.Module):
    """A module whose parts are given by name."""

    def __init__(self, **parts):
        super().__init__()
        for name, part in parts.items():
            setattr(self, name, part)


class Preactivated(nn.Module):
    def __init__(self, key, a, b, k, stride=1):
        super().__init__()
        self.add_module(key, nn.Sequential(nn.ReLU(), conv(a, b, k, stride), nn.BatchNorm2d(b)))
        self.key = key

    def forward(self, x):
        return getattr(self, self.key)(x)


class Reduction(nn.Module):
    """Two strided 1x1 convolutions, the second one of the image moved by one pixel."""

    def __init__(self, a, b, keys):
        super().__init__()
        self.keys = keys
        if keys == ("convs", "bn"):
            self.convs = nn.ModuleList([conv(a, b // 2, 1, 2), conv(a, b // 2, 1, 2)])
        else:
            self.conv_1 = conv(a, b // 2, 1, 2)
            self.conv_2 = conv(a, b // 2, 1, 2)
        self.bn = nn.BatchNorm2d(b)

    def forward(self, x):
        first, second = self.convs if self.keys == ("convs", "bn") else (self.conv_1, self.conv_2)
        x = functional.relu(x)
        return self.bn(torch.cat([first(x), second(x[:, :, 1:, 1:])], 1))


def mean(x):
    return x.mean((2, 3))


# NAS-Bench-Macro


class MacroBlock(nn.Module):
    def __init__(self, code, a, b, stride):
        super().__init__()
        self.shortcut = stride == 1 and a == b
        self.code = code
        if code != "0":
            expansion, kernel = (3, 3) if code == "1" else (6, 5)
            h = expansion * a
            self.conv = nn.Sequential(
                *unit(a, h, 1), *unit(h, h, kernel, stride, h), conv(h, b, 1), nn.BatchNorm2d(b)
            )
        elif stride == 2:
            self.downsample = nn.Sequential(conv(a, b, 1, 2), nn.BatchNorm2d(b))

    def forward(self, x):
        if self.code == "0":
            return x if self.shortcut else self.downsample(x)
        return x + self.conv(x) if self.shortcut else self.conv(x)


class NASBenchMacro(nn.Module):
    def __init__(self, text):
        super().__init__()
        self.stem = nn.Sequential(*unit(3, 32, 3))
        blocks, a = [], 32
        for place, code in enumerate(text):
            b = 64 if place < 2 else 128 if place < 5 else 256
            blocks.append(MacroBlock(code, a, b, 2 if place in (0, 2, 5) else 1))
            a = b
        self.features = nn.ModuleList(blocks)
        self.out = nn.Sequential(*unit(256, 1280, 1))
        self.classifier = nn.Linear(1280, 10)

    def forward(self, x):
        x = self.stem(x)
        for block in self.features:
            x = block(x)
        return self.classifier(mean(self.out(x)))


# TransNAS-Bench-101


class MicroCell(nn.Module):
    def __init__(self, text, a, b, stride):
        super().__init__()
        self.edges = nn.ModuleList()
        self.plan = []
        for target, codes in enumerate(text.split("_"), 1):
            for source, code in enumerate(codes):
                c, s = (a, stride) if source == 0 else (b, 1)
                keeps = c == b and s == 1
                if code in "23":
                    edge = Preactivated("ops", c, b, 1 if code == "2" else 3, s)
                elif code == "1" and not keeps:
                    edge = Reduction(c, b, ("convs", "bn"))
                else:
                    edge = nn.Identity()
                self.edges.append(edge)
                self.plan.append((source, target, code))
        self.b, self.stride = b, stride

    def forward(self, x):
        side = -(-x.shape[2] // self.stride)
        zero = x.new_zeros((x.shape[0], self.b, side, side))
        values = [x, zero, zero, zero]
        for edge, (source, target, code) in zip(self.edges, self.plan):
            if code != "0":
                values[target] = values[target] + edge(values[source])
        return values[3]


class BasicCell(nn.Module):
    def __init__(self, a, b, stride):
        super().__init__()
        self.conv_a = Preactivated("ops", a, b, 3, stride)
        self.conv_b = Preactivated("ops", b, b, 3)
        if a != b or stride == 2:
            self.downsample = nn.Sequential(conv(a, b, 1, stride), nn.BatchNorm2d(b, eps=1.0))

    def forward(self, x):
        short = self.downsample(x) if hasattr(self, "downsample") else x
        return short + self.conv_b(self.conv_a(x))


class TransNAS(nn.Module):
    def __init__(self, text):
        super().__init__()
        _, modules, cell = text.split("-")
        encoder = Block(
            stem=nn.Sequential(conv(3, 32, 3, 2), nn.BatchNorm2d(32), Preactivated("ops", 32, 64, 3, 2))
        )
        self.count, a = len(modules), 64
        for number, module in enumerate(modules):
            b, stride = (2 * a if module in "24" else a), (2 if module in "34" else 1)
            make = (lambda *size: BasicCell(*size)) if cell == "basic" else (
                lambda *size: MicroCell(cell, *size))
            setattr(encoder, f"layer{number}", nn.Sequential(make(a, b, stride), make(b, b, 1)))
            a = b
        self.encoder = encoder
        self.decoder = Block(fc=nn.Linear(a, 63))

    def forward(self, x):
        x = self.encoder.stem(x)
        for number in range(self.count):
            x = getattr(self.encoder, f"layer{number}")(x)
        return self.decoder.fc(mean(x))


# NAS-Bench-101


def wrapped(a, b, k):
    return Block(conv_bn_relu=nn.Sequential(*unit(a, b, k)))


class Module101(nn.Module):
    def __init__(self, matrix, codes, a, b):
        super().__init__()
        n = len(codes)
        self.matrix, self.n = matrix, n
        last = [v for v in range(1, n - 1) if matrix[v][n - 1]]
        ch = [0] * n
        ch[0], ch[n - 1] = a, b
        for place, v in enumerate(last):
            ch[v] = b // len(last) + (place < b % len(last))
        for v in range(n - 2, 0, -1):
            if v not in last:
                ch[v] = max(ch[w] for w in range(v + 1, n - 1) if matrix[v][w])
        self.ch, self.last = ch, last
        self.vertex_op = nn.ModuleDict()
        for v in range(1, n - 1):
            k = {2: None, 3: 1, 4: 3}[codes[v]]
            self.vertex_op[str(v)] = (
                Block(**{f"conv{k}x{k}": wrapped(ch[v], ch[v], k)}) if k else nn.MaxPool2d(3, 1, 1)
            )
        self.input_op = nn.ModuleDict(
            {str(v): wrapped(a, ch[v], 1) for v in range(1, n) if matrix[0][v]}
        )

    def forward(self, x):
        values = {}
        for v in range(1, self.n - 1):
            total = 0
            for u in range(1, v):
                if self.matrix[u][v]:
                    total = total + values[u][:, : self.ch[v]]
            if self.matrix[0][v]:
                total = total + self.input_op[str(v)].conv_bn_relu(x)
            op = self.vertex_op[str(v)]
            if not isinstance(op, nn.MaxPool2d):
                op = next(iter(op.children())).conv_bn_relu
            values[v] = op(total)
        result = torch.cat([values[v] for v in self.last], 1) if self.last else 0
        if self.matrix[0][self.n - 1]:
            result = result + self.input_op[str(self.n - 1)].conv_bn_relu(x)
        return result


class NASBench101(nn.Module):
    def __init__(self, text):
        super().__init__()
        numbers = [int(part) for part in text.strip("()").split(",")]
        n = next(n for n in range(2, 8) if n * (n + 1) == len(numbers))
        matrix = [numbers[n * row : n * row + n] for row in range(n)]
        codes = numbers[n * n :]
        forward, backward = {0}, {n - 1}
        for _ in range(n):
            forward |= {v for u in forward for v in range(n) if matrix[u][v]}
            backward |= {u for v in backward for u in range(n) if matrix[u][v]}
        kept = sorted(forward & backward)
        matrix = [[matrix[u][v] for v in kept] for u in kept]
        codes = [codes[v] for v in kept]
        layers, a = [wrapped(3, 128, 3)], 128
        for stage in range(3):
            if stage:
                layers.append(nn.MaxPool2d(2))
            for _ in range(3):
                layers.append(Module101(matrix, codes, a, 128 << stage))
                a = 128 << stage
        self.layers = nn.ModuleList(layers)
        self.classifier = nn.Linear(512, 10)

    def forward(self, x):
        x = self.layers[0].conv_bn_relu(x)
        for layer in self.layers[1:]:
            x = layer(x)
        return self.classifier(mean(x))


# DARTS


class Strided(nn.Module):
    def __init__(self, stride):
        super().__init__()
        self.stride = stride

    def forward(self, x):
        return x[:, :, :: self.stride, :: self.stride] * 0


def operation(name, c, stride):
    if name == "none":
        return Strided(stride)
    if name == "max_pool_3x3":
        return nn.MaxPool2d(3, stride, 1)
    if name == "avg_pool_3x3":
        return nn.AvgPool2d(3, stride, 1, count_include_pad=False)
    if name == "skip_connect":
        return nn.Identity() if stride == 1 else Reduction(c, c, ("conv", "bn"))
    k = int(name[-1])
    dilation = 2 if name.startswith("dil") else 1

    def half(stride):
        return [nn.ReLU(), conv(c, c, k, stride, c, dilation), conv(c, c, 1), nn.BatchNorm2d(c)]

    return Block(op=nn.Sequential(*half(stride), *(half(1) if dilation == 1 else [])))


class Cell(nn.Module):
    def __init__(self, edges, before_last, last, c, reduces, follows):
        super().__init__()
        self.preprocess0 = (
            Reduction(before_last, c, ("conv", "bn")) if follows else Preactivated("op", before_last, c, 1)
        )
        self.preprocess1 = Preactivated("op", last, c, 1)
        self.sources = [source for _, source in edges]
        self._ops = nn.ModuleList(
            operation(name, c, 2 if reduces and source < 2 else 1) for name, source in edges
        )

    def forward(self, before_last, last):
        values = [self.preprocess0(before_last), self.preprocess1(last)]
        outputs = []
        for op, source in zip(self._ops, self.sources):
            read = values[source]
            outputs.append(op.op(read) if isinstance(op, Block) else op(read))
            if len(outputs) == 2:
                values.append(outputs[0] + outputs[1])
                outputs = []
        return torch.cat(values[2:], 1)


class DARTS(nn.Module):
    def __init__(self, text):
        super().__init__()
        parts = eval(text, {"Genotype": dict, "range": range})  # the text is one of those below
        self.stem = nn.Sequential(conv(3, 96, 3), nn.BatchNorm2d(96))
        self.cells = nn.ModuleList()
        before_last, last, c, follows = 96, 96, 32, False
        for number in range(8):
            reduces = number in (8 // 3, 16 // 3)
            c *= 2 if reduces else 1
            edges = parts["reduce" if reduces else "normal"]
            self.cells.append(Cell(edges, before_last, last, c, reduces, follows))
            before_last, last, follows = last, 4 * c, reduces
        self.classifier = nn.Linear(last, 10)

    def forward(self, x):
        before_last = last = self.stem(x)
        for cell in self.cells:
            before_last, last = last, cell(before_last, last)
        return self.classifier(mean(last))


# NATS-Bench, sizes


class SizeCell(nn.Module):
    def __init__(self, a, b):
        super().__init__()
        skip = nn.Identity() if a == b else Block(conv=conv(a, b, 1), bn=nn.BatchNorm2d(b))
        layers = [Preactivated("op", a, b, 3), Preactivated("op", a, b, 3), Preactivated("op", b, b, 3)]
        layers += [skip, Preactivated("op", b, b, 3), Preactivated("op", b, b, 3)]
        self.layers = nn.ModuleList(layers)

    def forward(self, x):
        first = self.layers[0](x)
        second = self.layers[1](x) + self.layers[2](first)
        skip = self.layers[3]
        skipped = skip.bn(skip.conv(x)) if isinstance(skip, Block) else x
        return skipped + self.layers[4](first) + self.layers[5](second)


class SizeReduction(nn.Module):
    def __init__(self, a, b):
        super().__init__()
        self.conv_a = Preactivated("op", a, b, 3, 2)
        self.conv_b = Preactivated("op", b, b, 3)
        self.downsample = nn.Sequential(nn.AvgPool2d(2), conv(a, b, 1))

    def forward(self, x):
        return self.downsample(x) + self.conv_b(self.conv_a(x))


class NATSBenchSize(nn.Module):
    def __init__(self, text):
        super().__init__()
        c = [int(width) for width in text.split(":")]
        self.stem = nn.Sequential(conv(3, c[0], 3), nn.BatchNorm2d(c[0]))
        kinds = [SizeCell, SizeReduction, SizeCell, SizeReduction, SizeCell]
        self.cells = nn.Sequential(*(k(a, b) for k, a, b in zip(kinds, [c[0]] + c, c)))
        self.lastact = nn.Sequential(nn.BatchNorm2d(c[4]), nn.ReLU())
        self.classifier = nn.Linear(c[4], 10)

    def forward(self, x):
        return self.classifier(mean(self.lastact(self.cells(self.stem(x)))))


# AutoFormer


class Attention(nn.Module):
    def __init__(self, d, heads, grid):
        super().__init__()
        self.heads, self.grid = heads, grid
        self.qkv = nn.Linear(d, 192 * heads)

        def tables():
            table = lambda: nn.Parameter(torch.zeros(30, 64))
            return Block(embeddings_table_v=table(), embeddings_table_h=table())

        self.rel_pos_embed_k = tables()
        self.rel_pos_embed_v = tables()
        self.proj = nn.Linear(64 * heads, d)

    def relative(self, tables):
        """The vectors of all pairs of tokens, written out."""
        places = torch.arange(self.grid**2)
        n = len(places) + 1
        result = 0
        for table, own in (
            (tables.embeddings_table_v, places // self.grid),
            (tables.embeddings_table_h, places % self.grid),
        ):
            index = torch.zeros(n, n, dtype=torch.long)
            index[1:, 1:] = (own[None, :] - own[:, None]).clamp(-14, 14) + 15
            result = result + table[index]
        return result

    def forward(self, x):
        batch, n, _ = x.shape
        q, k, v = self.qkv(x).reshape(batch, n, 3, self.heads, 64).permute(2, 0, 3, 1, 4)
        logits = q @ k.transpose(2, 3)
        logits = logits + torch.einsum("bhid,ijd->bhij", q, self.relative(self.rel_pos_embed_k))
        weights = (logits / 8).softmax(-1)
        out = weights @ v
        out = out + torch.einsum("bhij,ijd->bhid", weights, self.relative(self.rel_pos_embed_v))
        return self.proj(out.transpose(1, 2).reshape(batch, n, -1))


class Layer(nn.Module):
    def __init__(self, d, heads, ratio, grid):
        super().__init__()
        self.attn = Attention(d, heads, grid)
        self.attn_layer_norm = nn.LayerNorm(d)
        self.ffn_layer_norm = nn.LayerNorm(d)
        self.fc1 = nn.Linear(d, int(d * ratio))
        self.fc2 = nn.Linear(int(d * ratio), d)

    def forward(self, x):
        x = x + self.attn(self.attn_layer_norm(x))
        return x + self.fc2(functional.gelu(self.fc1(self.ffn_layer_norm(x))))


class AutoFormer(nn.Module):
    def __init__(self, text, side=224):
        super().__init__()
        _, ratios, heads, d = text.split(",")
        d, grid = int(d), side // 16
        self.pos_embed = nn.Parameter(torch.zeros(1, grid**2 + 1, d))
        self.cls_token = nn.Parameter(torch.zeros(1, 1, d))
        self.patch_embed_super = Block(proj=nn.Conv2d(3, d, 16, 16))
        self.blocks = nn.Sequential(
            *(Layer(d, int(h), float(r), grid) for h, r in zip(heads.split(), ratios.split()))
        )
        self.norm = nn.LayerNorm(d)
        self.head = nn.Linear(d, 10)

    def forward(self, x):
        tokens = self.patch_embed_super.proj(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.cls_token.expand(len(x), -1, -1), tokens], 1) + self.pos_embed
        return self.head(self.norm(self.blocks(x))[:, 1:].mean(1))


# FlexiBERT


def heads(x, count):
    batch, n, width = x.shape
    return x.reshape(batch, n, count, width // count).transpose(1, 2)


def joined(x):
    return x.transpose(1, 2).flatten(2)


def attend(q, k, v, count):
    q, k, v = (heads(x, count) for x in (q, k, v))
    weights = (q @ k.transpose(2, 3) / q.shape[-1] ** 0.5).softmax(-1)
    return joined(weights @ v)


class SelfAttention(nn.Module):
    def __init__(self, h, count, weighted):
        super().__init__()
        self.count = count
        self.query, self.key, self.value = (nn.Linear(h, h) for _ in range(3))
        if weighted:
            self.weight = nn.Linear(h, h, bias=False)

    def forward(self, x):
        q = self.query(x)
        q = self.weight(q) if hasattr(self, "weight") else q
        return attend(q, self.key(x), self.value(x), self.count)


class Transform(nn.Module):
    def __init__(self, h, count, kind):
        super().__init__()
        self.count, self.kind = count, kind
        self.input = nn.Linear(h, h)

    def forward(self, x):
        x = heads(self.input(x), self.count)
        if self.kind == "DFT":
            return joined(torch.fft.fft2(x).real)
        for axis in (2, 3):
            # The second cosine transform is the Fourier transform of what is mirrored at its end.
            n = x.shape[axis]
            parts = torch.fft.fft(torch.cat([x, x.flip(axis)], axis), dim=axis).narrow(axis, 0, n)
            turns = torch.exp(-0.5j * torch.pi * torch.arange(n, dtype=x.dtype) / n)
            x = (parts * turns.reshape([n if place == axis else 1 for place in range(4)])).real
        return joined(x)


class Separable(nn.Module):
    def __init__(self, h, width, kernel):
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(width))
        self.depthwise = nn.Conv1d(h, h, kernel, padding=kernel // 2, groups=h, bias=False)
        self.pointwise = nn.Conv1d(h, width, 1, bias=False)

    def forward(self, x):
        return self.pointwise(self.depthwise(x.transpose(1, 2))).transpose(1, 2) + self.bias


class SpanConvolution(nn.Module):
    def __init__(self, h, count, kernel):
        super().__init__()
        self.kernel, self.count = kernel, max(1, count // 2)
        width = self.count * (h // count)
        self.query, self.key, self.value = (nn.Linear(h, width) for _ in range(3))
        self.key_conv_attn_layer = Separable(h, width, kernel)
        self.conv_kernel_layer = nn.Linear(width, self.count * kernel)
        self.conv_out_layer = nn.Linear(h, width)

    def forward(self, x):
        batch, n, _ = x.shape
        q = self.query(x)
        kernels = self.conv_kernel_layer(self.key_conv_attn_layer(x) * q)
        kernels = kernels.reshape(batch, n, self.count, self.kernel).softmax(-1)
        u = self.conv_out_layer(x).reshape(batch, n, self.count, -1)
        local = torch.zeros_like(u)
        for tap in range(self.kernel):
            for token in range(n):
                source = token + tap - self.kernel // 2
                if 0 <= source < n:
                    local[:, token] += kernels[:, token, :, tap, None] * u[:, source]
        attended = attend(q, self.key(x), self.value(x), self.count)
        return torch.cat([attended, local.flatten(2)], 2)


def closing(width, h):
    return Block(dense=nn.Linear(width, h), LayerNorm=nn.LayerNorm(h, 1e-12))


class EncoderLayer(nn.Module):
    def __init__(self, h, text):
        super().__init__()
        kind, what, count, width, depth = text.split("-")
        count, width, depth = int(count), int(width), int(depth)
        if kind == "LT":
            self.operation = Block(operation=Transform(h, count, what))
        else:
            operation = (
                SelfAttention(h, count, what == "WMA")
                if kind == "SA"
                else SpanConvolution(h, count, int(what))
            )
            self.operation = Block(operation=operation, output=closing(h, h))
        self.intermediate = Block(
            dense_in=nn.Linear(h, width),
            dense_list=nn.ModuleList(nn.Linear(width, width) for _ in range(depth - 1)),
        )
        self.output = closing(width, h)

    @staticmethod
    def close(output, z, x):
        return output.LayerNorm(output.dense(z) + x)

    def forward(self, x):
        y = self.operation.operation(x)
        if hasattr(self.operation, "output"):
            y = self.close(self.operation.output, y, x)
        z = y
        for layer in [self.intermediate.dense_in, *self.intermediate.dense_list]:
            z = functional.gelu(layer(z))
        return self.close(self.output, z, y)


class FlexiBERT(nn.Module):
    def __init__(self, text):
        super().__init__()
        h, *layers = text.split(",")
        h = int(h)
        self.embeddings = Block(
            position_embeddings=nn.Embedding(512, 128),
            token_type_embeddings=nn.Embedding(2, 128),
            LayerNorm=nn.LayerNorm(128, 1e-12),
        )
        if h != 128:
            self.embeddings_project = nn.Linear(128, h)
        self.encoder = Block(layer=nn.Sequential(*(EncoderLayer(h, layer) for layer in layers)))
        self.classifier = nn.Linear(h, 10)

    def forward(self, x):
        x = x[:, 0]
        places = torch.arange(x.shape[1])
        e = self.embeddings
        x = e.LayerNorm(x + e.position_embeddings(places) + e.token_type_embeddings(0 * places))
        x = self.embeddings_project(x) if hasattr(self, "embeddings_project") else x
        return self.classifier(self.encoder.layer(x).mean(1))


GENOTYPES = [
    "Genotype(normal=[('sep_conv_3x3', 0), ('sep_conv_5x5', 1), ('max_pool_3x3', 0), ('dil_conv_3x3', 2), "
    "('skip_connect', 1), ('avg_pool_3x3', 3), ('dil_conv_5x5', 4), ('sep_conv_3x3', 0)], "
    "normal_concat=[2, 3, 4, 5], reduce=[('skip_connect', 0), ('sep_conv_5x5', 1), ('max_pool_3x3', 0), "
    "('dil_conv_3x3', 1), ('avg_pool_3x3', 1), ('skip_connect', 3), ('dil_conv_5x5', 0), "
    "('sep_conv_3x3', 4)], reduce_concat=[2, 3, 4, 5])",
    "Genotype(normal=[('none', 0), ('skip_connect', 0), ('sep_conv_3x3', 2), ('sep_conv_3x3', 2), "
    "('avg_pool_3x3', 1), ('max_pool_3x3', 0), ('skip_connect', 3), ('dil_conv_3x3', 4)], "
    "normal_concat=[2, 3, 4, 5], reduce=[('none', 0), ('dil_conv_5x5', 1), ('none', 1), ('skip_connect', 1), "
    "('skip_connect', 2), ('sep_conv_5x5', 0), ('max_pool_3x3', 0), ('none', 3)], "
    "reduce_concat=[2, 3, 4, 5])",
]
MODULES = [
    # Truncated channels, edges from the input, and a vertex on no way to the output.
    "(0, 1, 0, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, "
    "0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 4, 3, 2, 4, 1)",
    "(0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 2, 4, 1)",
]
AUTOFORMERS = [
    "12,3.5 4 4 3.5 4 4 4 3.5 4 4 4 3.5,3 4 3 3 4 3 3 3 4 3 3 4,192",
    "13,3.5 4 4 3.5 4 4 4 3.5 4 4 4 3.5 4,3 4 3 3 4 3 3 3 4 3 3 4 4,216",
]
FLEXIBERTS = [
    "128,SA-WMA-2-512-3,LT-DFT-4-1024-1,DSC-9-4-512-1,LT-DCT-2-512-1",
    "256,DSC-5-2-1024-1,LT-DCT-4-512-3,SA-SDP-4-512-1,LT-DFT-2-512-1",
]
SPACES = {
    "nas-bench-macro": (NASBenchMacro, 32, ["01201201", "20010100"]),
    "transnas101-micro": (TransNAS, 256, ["64-41414-1_02_333", "64-41414-3_20_110"]),
    "transnas101-macro": (TransNAS, 256, ["64-1234-basic", "64-33233-basic"]),
    "nas-bench-101": (NASBench101, 32, MODULES),
    "darts": (DARTS, 32, GENOTYPES),
    "nats-bench-size": (NATSBenchSize, 32, ["8:16:32:48:64", "64:8:8:64:64"]),
    "autoformer-tiny": (AutoFormer, 224, AUTOFORMERS),
    "flexibert": (FlexiBERT, 128, FLEXIBERTS),
}


def weights(folder):
    """The parameters and running statistics, those of AutoFormer that stand alone by their own names.

    Convolutions along the tokens of FlexiBERT are stored as those of maps with one column.
    """
    tensors = load_file(folder / "weights.safetensors")
    alone = ("pos_embed.weight", "cls_token.weight", "embeddings_table_v.weight", "embeddings_table_h.weight")
    return {
        name.removesuffix(".weight") if name.endswith(alone) else name: (
            value.squeeze(3) if "key_conv_attn_layer" in name and value.dim() == 4 else value
        )
        for name, value in tensors.items()
    }


def compare(command, space, make, side, text):
    with tempfile.TemporaryDirectory() as place:
        folder = pathlib.Path(place) / "network"
        subprocess.run(
            [command, "export", text, "--space", space, "--directory", folder, "--onnx", "--seed", "5"],
            check=True, stdout=subprocess.DEVNULL,
        )
        module = make(text).double().eval()
        state = weights(folder)
        own = [name for name, _ in module.named_parameters()]
        if own != [name for name in state if name in dict(module.named_parameters())]:
            return "other names, or another order", 1.0
        module.load_state_dict(state)
        channels = 1 if space == "flexibert" else 3
        images = numpy.random.default_rng(1).standard_normal(
            (2, channels, side, side), numpy.float32
        )
        with torch.no_grad():
            expected = module(torch.from_numpy(images).double()).numpy()
        session = onnxruntime.InferenceSession(folder / "network.onnx")
        found = session.run(None, {session.get_inputs()[0].name: images})[0]
        largest = abs(expected).max()
        return f"{len(own)} tensors, largest logit {largest:.3g}", abs(found - expected).max() / largest


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    unknown = set(sys.argv[2:]) - set(SPACES)
    if unknown:
        sys.exit(f"no space {', '.join(sorted(unknown))}; there are {', '.join(SPACES)}")
    failed = False
    for space in sys.argv[2:] or SPACES:
        make, side, texts = SPACES[space]
        for text in texts:
            what, error = compare(sys.argv[1], space, make, side, text)
            failed |= not error <= TOLERANCE
            verdict = "" if error <= TOLERANCE else "  FAILED"
            print(f"{space:26}{text[:48]:50}{what:44}{error:.1e}{verdict}", flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    main()

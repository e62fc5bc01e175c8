"""Networks written node by node, as early converters (of the first public ONNX models) did.

Unlike PyTorch's exporters they leave nodes without names, list initialisers among the inputs, fix the batch,
have LRN as one operator, round pools up by unequal pads, name the unused mask of dropout, reshape to constant
sizes, split batch normalisation from its scale, and leave pads to the runtime (`auto_pad`).
"""

import networks
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn
from torch.nn import functional


class Value:
    """A name in the file, and the tensor that PyTorch has there (for its shape)."""

    def __init__(self, name, tensor):
        self.name, self.tensor = name, tensor


class Writer:
    def __init__(self):
        self.nodes, self.initializers, self.names = [], [], {}

    def node(self, operator, *inputs, outputs=1, **attributes):
        names = [f"{operator.lower()}{len(self.nodes)}_{index}" for index in range(1, outputs + 1)]
        self.nodes.append(helper.make_node(operator, list(inputs), names, **attributes))
        return names[0]

    def weight(self, name, value):
        value = value.detach().numpy() if isinstance(value, torch.Tensor) else value
        self.initializers.append(numpy_helper.from_array(value, name))
        return name

    def weights(self, module):
        """The names of a module's parameters, which are put into the file."""
        return [self.weight(f"{self.names[module]}.{key}", value) for key, value in module.named_parameters(recurse=False)]

    # --- layers

    def conv(self, x, module, **padding):
        attributes = {"kernel_shape": module.kernel_size, "strides": module.stride, "group": module.groups}
        if not padding:
            padding = {"pads": [*module.padding, *module.padding]}
        return self.node("Conv", x.name, *self.weights(module), **attributes, **padding)

    def pool(self, x, module):
        size, (kernel, stride, padding) = x.tensor.shape[-1], (module.kernel_size, module.stride, module.padding)
        after = (module(x.tensor).shape[-1] - 1) * stride + kernel - size - padding
        pads = [padding, padding, max(after, 0), max(after, 0)]
        operator = "MaxPool" if isinstance(module, nn.MaxPool2d) else "AveragePool"
        return self.node(operator, x.name, kernel_shape=[kernel] * 2, strides=[stride] * 2, pads=pads)

    def norm(self, x, module, scaled_apart):
        scale, bias = self.weights(module)
        name = self.names[module]
        statistics = [self.weight(f"{name}.{key}", value) for key, value in module.named_buffers() if value.ndim == 1]
        if not scaled_apart:
            return self.node("BatchNormalization", x.name, scale, bias, *statistics, epsilon=module.eps)
        one, zero = torch.ones(module.num_features), torch.zeros(module.num_features)
        neutral = [self.weight(f"{name}.one", one), self.weight(f"{name}.zero", zero)]
        normed = self.node("BatchNormalization", x.name, *neutral, *statistics, epsilon=module.eps)
        scaled = self.node("Mul", normed, self.node("Unsqueeze", scale, axes=[1, 2]))
        return self.node("Add", scaled, self.node("Unsqueeze", bias, axes=[1, 2]))

    def local(self, x, module):
        return self.node("LRN", x.name, size=module.size, alpha=module.alpha, beta=module.beta, bias=float(module.k))

    def flat(self, x):
        shape = self.weight(f"shape{len(self.nodes)}", torch.tensor([x.tensor.shape[0], x.tensor[0].numel()]))
        return Value(self.node("Reshape", x.name, shape), x.tensor.flatten(1))

    def silu(self, x):
        return self.node("Mul", x.name, self.node("Sigmoid", x.name))

    def concat(self, values):
        return Value(self.node("Concat", *[value.name for value in values], axis=1), torch.cat([value.tensor for value in values], 1))

    def leaf(self, x, module, scaled_apart):
        match module:
            case nn.Conv2d():
                name = self.conv(x, module)
            case nn.BatchNorm2d():
                name = self.norm(x, module, scaled_apart)
            case nn.MaxPool2d() | nn.AvgPool2d():
                name = self.pool(x, module)
            case nn.LocalResponseNorm():
                name = self.local(x, module)
            case nn.ReLU():
                name = self.node("Relu", x.name)
            case nn.SiLU():
                name = self.silu(x)
            case nn.Sigmoid():
                name = self.node("Sigmoid", x.name)
            case nn.Dropout():
                name = self.node("Dropout", x.name, outputs=2, ratio=module.p)
            case nn.Linear():
                name = self.node("Gemm", x.name, *self.weights(module), transB=1)
            case nn.AdaptiveAvgPool2d():
                # VGG's has nothing to do.
                idle = module.output_size == tuple(x.tensor.shape[2:])
                name = x.name if idle else self.node("GlobalAveragePool", x.name)
            case _:
                raise TypeError(type(module))
        return Value(name, module(x.tensor))

    # --- blocks

    def run(self, x, module):
        match module:
            case nn.Sequential():
                return self.chain(x, list(module))
            case networks.InceptionOne():
                return self.concat([self.run(x, part) for part in (module.one, module.three, module.five, module.pool)])
            case networks.Fire():
                squeezed = self.run(self.run(x, module.squeeze), nn.ReLU())
                return self.concat([self.run(self.run(squeezed, part), nn.ReLU()) for part in (module.one, module.three)])
            case networks.DenseBlock():
                for layer in module.layers:
                    x = self.concat([x, self.run(x, layer.body)])
                return x
            case networks.SqueezeExcitation():
                pooled = Value(self.node("ReduceMean", x.name, axes=[2, 3]), x.tensor.mean([2, 3], keepdim=True))
                gate = self.chain(pooled, [module.fc1, module.activation, module.fc2, module.gate])
                return Value(self.node("Mul", gate.name, x.name), gate.tensor * x.tensor)
            case networks.MBConv():
                y = self.run(x, module.body)
                return Value(self.node("Add", y.name, x.name), y.tensor + x.tensor) if module.residual else y
        return self.leaf(x, module, self.scaled_apart)

    def chain(self, x, modules):
        for before, module in zip([None, *modules], modules):
            if isinstance(module, nn.ZeroPad2d):
                continue
            if isinstance(before, nn.ZeroPad2d):
                x = Value(self.conv(x, module, auto_pad="SAME_UPPER"), module(before(x.tensor)))
            else:
                x = self.run(x, module)
        return x

    def network(self, x, network):
        self.names = {module: name for name, module in network.named_modules()}
        self.scaled_apart = isinstance(network, networks.DenseNet)
        average, up = nn.AdaptiveAvgPool2d(1), {"ceil_mode": True}
        match network:
            case networks.AlexNet():
                return self.run(self.flat(self.run(x, network.features)), network.classifier)
            case networks.VGG():
                return self.run(self.flat(self.chain(x, [network.features, network.avgpool])), network.classifier)
            case networks.GoogLeNet():
                third = [network.stem, network.third, nn.MaxPool2d(3, 2, **up)]
                x = self.chain(x, [*third, network.fourth, nn.MaxPool2d(2, 2, **up), network.fifth, average, network.dropout])
                return self.run(self.flat(x), network.fc)
            case networks.SqueezeNet():
                return self.flat(self.chain(x, [network.features, network.classifier]))
            case networks.DenseNet():
                return self.run(self.flat(self.chain(x, [network.features, nn.ReLU(), average])), network.classifier)
            case networks.EfficientNet():
                return self.run(self.flat(self.chain(x, [network.features, network.avgpool])), network.classifier)
        raise TypeError(type(network))


@torch.no_grad()
def written(network, projection, x, opset):
    """The network as a file of this opset for images of just this shape."""
    writer = Writer()
    y = writer.network(Value("x", x), network)
    product = writer.node("Mul", y.name, writer.weight("projection", projection))
    writer.nodes.append(helper.make_node("ReduceSum", [product], ["score"], keepdims=0))
    for node in writer.nodes:
        for names in (node.input, node.output):
            names[:] = ["y" if name == y.name else name for name in names]
    info = helper.make_tensor_value_info
    inputs = [info(tensor.name, tensor.data_type, tensor.dims) for tensor in writer.initializers]
    graph = helper.make_graph(
        writer.nodes,
        "network",
        [info("x", TensorProto.FLOAT, x.shape), *inputs],
        [info("y", TensorProto.FLOAT, y.tensor.shape), info("score", TensorProto.FLOAT, [])],
        writer.initializers,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=3)
    model.producer_name = "onnx.helper"
    onnx.checker.check_model(model, full_check=True)
    return model.SerializeToString()

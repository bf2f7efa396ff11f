"""The program of a variational autoencoder; needs no torch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lab.core.code import Code
from lab.core.events import Layer
from lab.nets.registry.activations import ACTIVATIONS
from lab.topics.autoencoders.network import data_lines, layers
from lab.topics.autoencoders.variational.figures import ACTIVE
from lab.training.program import reconstruction_program

if TYPE_CHECKING:
    from lab.data.store import DataStore
    from lab.topics.autoencoders.variational import VariationalParams

TABLE = 500
"""Examples that are judged together get as many different draws of noise."""
LOSS = {"mse": "mse_loss", "bce": "binary_cross_entropy"}


def variational_program(params: VariationalParams, data: DataStore) -> Code:
    """Return the program "code" that trains the same network in torch and prints the metrics."""
    judged = (
        'print("test_reconstruction:", reconstruction(outputs, test).item())',
        "mean, deviation = outputs[1].double(), (outputs[2].double() / 2).exp()",
        "prior = torch.distributions.Normal(0.0, 1.0)",
        "kl = torch.distributions.kl_divergence(torch.distributions.Normal(mean, deviation), prior).mean(0)",
        'print("test_kl:", kl.sum().item())',
        'print("test_bound:", reconstruction(outputs, test).item() + kl.sum().item())',
        'print("test_mse:", nn.functional.mse_loss(outputs[0], test).item())',
        f'print("active_units:", (kl > {ACTIVE}).sum().item())',
        "spread = mean.var(0, correction=0) + deviation.square().mean(0)",
        'print("code_spread:", spread.mean().sqrt().item())',
    )
    return reconstruction_program(
        params,
        data=data_lines(params, data),
        network=(*_network(params), *_loss(params)),
        criterion="total_loss",
        # The noise of training is torch's own.
        begun=(f"torch.manual_seed({params.seed + 2})",),
        judged=judged,
    )


def _network(params: VariationalParams) -> tuple[str, ...]:
    found, middle = layers(params, "identity"), 2 * len(params.encoder)
    code = found[middle]
    sums = f"nn.Linear({code.shape_in[0]}, {code.shape_out[0]})"
    return (
        f"table = torch.randn({TABLE}, {params.code}, generator=torch.Generator().manual_seed(0))",
        "",
        "",
        "class Variational(nn.Module):",
        "    def __init__(self):",
        "        super().__init__()",
        f"        self.hidden = nn.Sequential({_modules(found[:middle])})",
        f"        self.mean = {sums}",
        f"        self.decoder = nn.Sequential({_modules(found[middle + 2 :])})",
        f"        self.spread = {sums}",
        "",
        "    def forward(self, images):",
        "        hidden = self.hidden(images)",
        "        mean, spread = self.mean(hidden), self.spread(hidden)",
        f"        steady = table[torch.arange(len(mean)) % {TABLE}]",
        "        noise = torch.randn_like(mean) if self.training else steady",
        "        return self.decoder(mean + torch.exp(spread / 2) * noise), mean, spread",
        "",
        "",
    )


def _modules(found: Sequence[Layer]) -> str:
    return ", ".join(
        f"nn.Linear({layer.shape_in[0]}, {layer.shape_out[0]})" if layer.kind == "linear"
        else ACTIVATIONS[layer.kind].module
        for layer in found
    )  # fmt: skip


def _loss(params: VariationalParams) -> tuple[str, ...]:
    loss = LOSS[params.loss]
    return (
        "def reconstruction(outputs, images):",
        f'    return nn.functional.{loss}(outputs[0], images, reduction="sum") / len(images)',
        "",
        "",
        "def total_loss(outputs, images):",
        "    _given, mean, spread = outputs",
        "    kl = (mean.square() + spread.exp() - 1 - spread).sum() / 2 / len(images)",
        f"    return reconstruction(outputs, images) + {params.beta!r} * kl",
        "",
        "",
        "network = Variational()",
    )

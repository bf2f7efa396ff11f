"""The same timing as a program."""

from __future__ import annotations

from lab.core.code import Code, CodeLine
from lab.core.quantities import code_of
from lab.core.text import message
from lab.topics.gpu.pays.params import CLASSES, KERNEL, PIXELS, PaysParams


def program(params: PaysParams) -> Code:
    """Return a program that times the first way and the others, and prints the operations."""
    card = 'torch.device("cuda" if torch.cuda.is_available() else "cpu")'
    threads = sorted({way.threads for way in params.ways(card=False)})
    lines: list[CodeLine | str] = [
        "import time",
        *(["from contextlib import nullcontext"] if params.compare == "precision" else []),
        "",
        "import torch",
        *([] if params.work == "product" else ["from torch import nn"]),
        "",
        f"sizes = {list(params.sizes)}",
        f"card, before = {card}, torch.get_num_threads()",
        "",
        "",
        *_work(params),
        "",
        "",
        "def timed(device, *arguments):",
        "    do = work(n, device, *arguments)",
        f"    for _ in range({params.warm_up}):",
        CodeLine("        do()", why=message("the first calls load kernels, make threads and take memory")),
        "    found = []",
        f"    for _ in range({params.repeats}):",
        *_synchronised(params),
        "        start = time.perf_counter()",
        "        do()",
        *_synchronised(params),
        "        found.append(1000 * (time.perf_counter() - start))",
        CodeLine("    return sorted(found)[len(found) // 2]", why=message("the median")),
        "",
        "",
        "for n in sizes:",
        f"    for threads in {threads}:",
        "        torch.set_num_threads(threads)",
        *_said(params, "        ", '"cpu"', "{threads} threads"),
        '    if card.type == "cuda":',
        *_said(params, "        ", "card", "card"),
        "torch.set_num_threads(before)",
        f'print("operations:", {_operations(params)})',
    ]
    return Code("code", code_of(lines))


def _synchronised(params: PaysParams) -> list[CodeLine | str]:
    if not params.synchronise:
        return []
    why = message("a call only starts work on a card: wait until it is done")
    return [CodeLine('        if device != "cpu":', why=why), CodeLine("            torch.cuda.synchronize()", why=why)]


def _kinds(params: PaysParams) -> tuple[str, ...]:
    return {
        "devices": (),
        "precision": ("float32", "bfloat16"),
        "layout": ("channels_first", "channels_last"),
    }[params.compare]


def _said(params: PaysParams, indent: str, device: str, place: str) -> list[str]:
    kinds = _kinds(params)
    if not kinds:
        return [f"{indent}ms = timed({device})", f'{indent}print(f"n = {{n}}, {place}: {{ms:.4f}} ms")']
    return [
        f"{indent}for kind in {list(kinds)}:",
        f"{indent}    ms = timed({device}, kind)",
        f'{indent}    print(f"n = {{n}}, {place}, {{kind}}: {{ms:.4f}} ms")',
    ]


def _work(params: PaysParams) -> list[CodeLine | str]:
    kinds = _kinds(params)
    grows = params.over == "batch" and params.work != "product"
    width, batch = (str(params.width), "n") if grows else ("n", str(params.batch_size))
    to = ".to(device)"
    once, each = ("", to) if params.inputs else (to, "")
    images = f"torch.randn({batch}, 1, 28, 28)" if params.work == "convolution" else f"torch.randn({batch}, {width})"
    lines: list[CodeLine | str] = [f"def work(n, device{', kind' if kinds else ''}):"]
    if params.work == "product":
        lines += [f"    left, right = torch.randn(n, n){once}, torch.randn(n, n){once}"]
    else:
        layers = {
            "convolution": f"nn.Conv2d(1, {width}, 3, padding=1), nn.ReLU(), nn.Conv2d({width}, {width}, 3, padding=1),"
            f" nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear({width}, {CLASSES})",
        }.get(params.work, f"nn.Linear({width}, {width}), nn.ReLU(), nn.Linear({width}, {width}), nn.ReLU(),"
                           f" nn.Linear({width}, {CLASSES})")  # fmt: skip
        lines += [f"    net = nn.Sequential({layers}).to(device)", f"    images = {images}"]
        if params.compare == "layout":
            lines += [
                '    order = torch.channels_last if kind == "channels_last" else torch.contiguous_format',
                "    net, images = net.to(memory_format=order), images.to(memory_format=order)",
            ]
        lines += [f"    images = images{once}"] if once else []
        if params.work != "network":
            labels = f"torch.arange({batch}).remainder({CLASSES})"
            lines += [f"    labels = {labels}{once}",
                      "    optimiser = torch.optim.SGD(net.parameters(), 0.01)"]  # fmt: skip
    mixed = "torch.autocast(torch.device(device).type, dtype=torch.bfloat16)"
    manager = f'({mixed} if kind == "bfloat16" else nullcontext())' if params.compare == "precision" else ""
    lines += ["", "    def do():"]
    body, forward = [], f"net(images{each})" if params.work != "product" else f"left{each} @ right{each}"
    back = ".cpu()" if params.results else ""
    if params.work in ("product", "network"):
        managers = f"torch.no_grad(), {manager}" if manager else "torch.no_grad()"
        body = [f"with {managers}:", f"    return ({forward}){back}" if back else f"    return {forward}"]
    else:
        losses = [f"outputs = {forward}", f"loss = nn.functional.cross_entropy(outputs, labels{each})"]
        body = ["optimiser.zero_grad()"]
        body += [f"with {manager}:", *(f"    {line}" for line in losses)] if manager else losses
        body += ["loss.backward()", "optimiser.step()"]
        body += ["outputs.detach().cpu(), labels.cpu(), loss.item()"] if params.results else []
    return [*lines, *(f"        {line}" for line in body), "", "    return do"]


def _operations(params: PaysParams) -> str:
    n, batch = params.shape(params.largest)
    match params.work:
        case "product":
            return f"2 * {n}**3"
        case "convolution":
            return f"2 * {batch} * ({PIXELS} * {KERNEL} * ({n} + {n} * {n}) + {n} * {CLASSES})"
        case _:
            return f"2 * {batch} * (2 * {n} * {n} + {n} * {CLASSES})"

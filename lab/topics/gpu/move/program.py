"""The same moving as a program, and what torch says to it."""

from __future__ import annotations

from lab.core.code import CodeLine
from lab.core.figures import Cell, Table, Words
from lab.core.numbers import executed
from lab.core.text import message
from lab.topics.gpu.move.params import CLASSES, INPUTS, UNITS, MoveParams
from lab.topics.gpu.present import SECOND


def lines(params: MoveParams) -> list[CodeLine | str]:
    """Return the lines that make and move everything."""
    kept = {
        "attribute": f"self.mean = torch.zeros({INPUTS})",
        "buffer": f'self.register_buffer("mean", torch.zeros({INPUTS}))',
        "left_out": f'self.register_buffer("mean", torch.zeros({INPUTS}), persistent=False)',
    }[params.mean]
    layers = f"[nn.Linear({UNITS}, {CLASSES})]"
    last = f"nn.ModuleList({layers})" if params.layers == "module_list" else layers
    step: list[CodeLine | str] = [
        "optimiser = torch.optim.Adam(net.parameters())",
        "for parameter in optimiser.param_groups[0][\"params\"]:",
        "    parameter.grad = torch.zeros_like(parameter)",
        CodeLine("optimiser.step()", why=message("now there is a state: two tensors for each that learns")),
    ]  # fmt: skip
    stands = message("meta stands for a card where there is none: it refuses what lies elsewhere, and computes nothing")
    new = message("Without a name for the copy the data stay where they are.")
    early = params.optimiser == "before"
    return [
        "import torch",
        "from torch import nn",
        "",
        CodeLine(f'device = torch.device("cuda:0" if torch.cuda.is_available() else "{SECOND}")', why=stands),
        "",
        "",
        "class Net(nn.Module):",
        "    def __init__(self):",
        "        super().__init__()",
        f"        self.first = nn.Linear({INPUTS}, {UNITS})",
        f"        self.norm = nn.BatchNorm1d({UNITS})",
        f"        self.last = {last}",
        f"        {kept}",
        "",
        "    def forward(self, x):",
        "        return self.last[0](torch.relu(self.norm(self.first(x - self.mean))))",
        "",
        "",
        "net = Net()",
        f"data = torch.randn({params.batch_size}, {INPUTS})",
        *(step if early else []),
        "net.to(device)",
        CodeLine("data = data.to(device)" if params.data == "kept" else "data.to(device)", why=new),
        *([] if early else step),
        "known = [*net.parameters(), *net.buffers()]",
        "others = {id(t): t for t in [*net.last[0].parameters(), net.mean, data]}",
        "others = [t for key, t in others.items() if key not in map(id, known)]",
        CodeLine("state = [v for s in optimiser.state.values() for name, v in s.items() if name != \"step\"]",
                 why=message("the count of steps is one number, which may be on the CPU")),
        "everything = [*known, *others, *state]",
    ]  # fmt: skip


def said(params: MoveParams) -> Table:
    """Return what torch says to what is usually tried; imports torch."""
    import torch

    names: dict[str, object] = {}
    executed(names, lines(params))
    tried: tuple[tuple[str, Words], ...] = (
        ("net(data)", message("the network on its data")),
        ("optimiser.step()", message("the next step")),
        ("torch.zeros(3, device=device).numpy()", message("NumPy has no memory on a card: .cpu() first")),
        ("confusion_matrix(labels.to(device), labels)", message("scikit-learn asks for NumPy: .cpu() first")),
        ("torch.zeros(3, device=device).cpu().numpy()", message("meta has no numbers to give back; a card has")),
    )
    names |= {"labels": torch.zeros(3, dtype=torch.int64)}
    from sklearn.metrics import confusion_matrix

    names["confusion_matrix"] = confusion_matrix
    rows = []
    for code, words in tried:
        if code == "optimiser.step()" and not torch.cuda.is_available():
            answer: Words = message(
                "not to be seen on meta, which gives a module new parameters instead of new numbers"
            )
        else:
            answer = _answer(code, names)
        first = answer.partition(". ")[0] if isinstance(answer, str) else answer
        rows.append((Cell(code, words), Cell(first, answer, "muted")))
    return Table("said", (message("tried"), message("torch says")), tuple(rows), message("On this computer, now."))


def _answer(code: str, names: dict[str, object]) -> Words:
    try:
        eval(code, names)
    except (RuntimeError, TypeError, ValueError) as error:
        return str(error).strip().splitlines()[0]
    return message("it runs")

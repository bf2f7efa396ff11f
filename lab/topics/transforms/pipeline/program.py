"""The pipeline as a program."""

from __future__ import annotations

from lab.core.blocks import ReadBlock
from lab.core.code import Code, CodeLine
from lab.core.text import message
from lab.nets.convolution.code import program
from lab.topics.transforms.pipeline.block_kinds import KINDS, call
from lab.topics.transforms.pipeline.sources import Source


def pipeline_program(source: Source, blocks: tuple[ReadBlock, ...], samples: int, seed: int, fails: bool) -> Code:
    """Return the program that makes the same samples; one whose pipeline `fails` says why, and prints nothing else."""
    lines: list[CodeLine | str] = ["import torch", "from torchvision.transforms import v2", *source.lines, ""]
    lines.append(
        CodeLine("x = torch.tensor(image).permute(2, 0, 1)", why=message("from H × W × C to C × H × W, still 0 to 255"))
    )
    lines.append("pipeline = v2.Compose([")
    for block in blocks:
        lines.append(CodeLine(f"    {call(block)},", why=message(KINDS[block.kind].help)))
    if not blocks:
        lines.append("    v2.Identity(),")
    lines += ["])", "samples = []"]
    inner = [f"for i in range({samples}):", f"    torch.manual_seed({seed} + i)", "    samples.append(pipeline(x))"]
    if fails:
        lines += ["try:", *(f"    {line}" for line in inner), "except (RuntimeError, TypeError, ValueError) as error:"]
        lines += ["    print(error)", 'print("samples:", len(samples))']
        return program(lines)
    lines += inner
    lines += [
        'print("samples:", len(samples))',
        'print("output_shape:", *samples[0].shape)',
        'print("least:", samples[0].min().item())',
        'print("greatest:", samples[0].max().item())',
        'print("mean:", samples[0].double().mean().item())',
    ]
    return program(lines)

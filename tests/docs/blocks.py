"""Reads a page of the documentation: its fenced blocks, the comments that mark them, its inline code and links."""

import dataclasses
import re

COMMANDS = {"sh", "console"}  # run, in order; a console block also holds what they print
FILES = {"cpp", "cmake", "javascript", "json", "nginx", "proto", "python", "yaml"}  # a file, or an excerpt of one
TEXT = {"text"}  # holds no command
MARK = re.compile(r"^<!-- (file|from|run by|shown by): (.+) -->$")
GOES_ON = re.compile(r"^<!-- goes on where (\S+) ends -->$")


@dataclasses.dataclass
class Block:
    language: str
    line: int  # of the opening fence
    text: str
    marks: list  # of (what, argument), from the comments directly above

    def marked(self, what):
        return [argument for mark, argument in self.marks if mark == what]


@dataclasses.dataclass
class Page:
    blocks: list
    prose: list  # (line number, text) of all lines outside of blocks
    goes_on: str  # the page whose end this one begins with, or empty
    findings: list


def read_page(text):
    page = Page([], [], "", [])
    marks, fence, body = [], None, []
    blank_before = True
    for number, line in enumerate(text.splitlines(), 1):
        if fence is not None:
            if line.strip() == "```":
                language, begun = fence
                page.blocks.append(Block(language, begun, "\n".join(body) + "\n", marks))
                marks, fence = [], None
            else:
                body.append(line)
            continue
        if line.lstrip().startswith("```"):
            if line.startswith(" "):
                page.findings.append((number, "a fence is indented: begin it in the first column"))
            fence, body = (line.lstrip()[3:], number), []
            continue
        if line.startswith("<!--"):
            mark, goes_on = MARK.match(line), GOES_ON.match(line)
            if mark:
                marks.append(mark.groups())
            elif goes_on:
                page.goes_on = goes_on.group(1)
            else:
                page.findings.append((number, f"not a comment that this test knows: {line}"))
            continue
        if marks and line.strip():
            page.findings.append((number, "the comment above marks no block"))
            marks = []
        if line.startswith("    ") and blank_before and not _in_list(page.prose):
            page.findings.append((number, "an indented block: fence it, so that it is known what it is"))
        page.prose.append((number, line))
        blank_before = not line.strip()
    if fence is not None:
        page.findings.append((fence[1], "this fence is not closed"))
    return page


def _in_list(prose):
    for _, line in reversed(prose):
        if line and not line.startswith(" "):
            return re.match(r"([-*]|\d+\.) ", line) is not None
    return False


def inline_code(page):
    """(line number, code) of what stands between backticks; a span may go on in the next line."""
    text = "\n".join(line for _, line in page.prose)
    numbers = [number for number, _ in page.prose]
    for span in re.finditer(r"(?<!`)`([^`]+)`(?!`)", text):
        yield numbers[text.count("\n", 0, span.start())], " ".join(span.group(1).split())


def links(page):
    for number, line in page.prose:
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", line):
            yield number, target


def commands(text):
    """The command lines of a shell block: continued lines joined, comments left out."""
    joined = text.replace("\\\n", " ")
    for line in joined.splitlines():
        line = re.sub(r"(^|\s+)#.*$", "", line)
        if line.strip():
            yield " ".join(line.split())


def transcript(text):
    """(command, expected output) of a console block; a command begins with `$ `, goes on after a backslash."""
    entries = []
    continued = False
    for line in text.splitlines():
        if line.startswith("$ "):
            entries.append([line[2:], []])
        elif not entries:
            raise ValueError("a console block begins with `$ ` and a command")
        elif continued:
            entries[-1][0] += "\n" + line
        else:
            entries[-1][1].append(line)
        continued = line.endswith("\\") and not entries[-1][1]
    return [(command, output) for command, output in entries]

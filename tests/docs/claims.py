"""What a page claims without running it: options that exist, tests that run a command instead, excerpts, links."""

import pathlib
import re
import subprocess

import blocks

PROGRAMS = re.compile(r"^(\$ |(build/bin/)?(inquest|inquestd|inquest-run)( |$)|scripts/|ctest |git |python3 |buf |cmake )")
NOT_HERE = re.compile(r"(^|&& |; )\(?(sudo|apt-get|scripts/(acceptance|bench|build|demo|install-deps|test))( |$)")
OPTION = re.compile(r"(?<![\w-])(--[a-z][a-z-]*|-[a-zA-Z])(?![\w-])")


# What a help text does not show, as it is for who works on the program.
HIDDEN = {"inquest help": {"--markdown"}}


class Help:
    """Verbs and options, as the programs themselves tell them."""

    def __init__(self, binaries):
        self._binaries = pathlib.Path(binaries)
        self._texts = {}

    def _text(self, program, *arguments):
        key = (program, *arguments)
        if key not in self._texts:
            done = subprocess.run([self._binaries / program, *arguments], capture_output=True, text=True, timeout=30)
            self._texts[key] = done.stdout if done.returncode == 0 else None
        return self._texts[key]

    def finding(self, code):
        """What is wrong with a command line of ours, in words, or None."""
        words = code.split()
        program, rest = words[0].rsplit("/", 1)[-1], words[1:]
        if program == "inquest" and rest and re.fullmatch(r"[a-z][a-z|-]*", rest[0]):
            for verb in rest[0].split("|"):
                found = self._finding(code, f"inquest {verb}", self._text("inquest", "help", verb))
                if found:
                    return found
            return None
        return self._finding(code, program, self._text(program, "--help"))

    def _finding(self, code, what, text):
        if text is None:
            return f"`{what}` is not known"
        known = HIDDEN.get(what, set()) | set(OPTION.findall(text)) | set(OPTION.findall(self._text("inquest", "--help") or ""))
        own = code.split(" | ")[0].split(" && ")[0].split(" -- ")[0]
        for option in OPTION.findall(re.sub(r"'[^']*'|\"[^\"]*\"", "", own)):
            if option not in known:
                return f"`{what}` has no {option}"
        return None


def acceptance_rows(root):
    text = (root / "docs/acceptance.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| *([^|`]+[^ |]) *\| *`(.+)` *\|$", text, re.MULTILINE)
    return {bullet: command.replace("\\|", "|") for bullet, command in rows}


def run_elsewhere(root, block):
    """Is each command of a marked block in what is said to run it?"""
    sources = []
    for who in block.marked("run by"):
        row = re.fullmatch(r"acceptance: (.+)", who)
        if row:
            command = acceptance_rows(root).get(row.group(1))
            if command is None:
                yield f"docs/acceptance.md has no row \"{row.group(1)}\""
            else:
                sources.append(lambda part, command=command: part in command)
        elif not (root / who).is_file() or not who.startswith((".ci/", "packaging/", "tests/")):
            yield f"{who} is no file of tests/, packaging/ or .ci/"
        else:
            text = (root / who).read_text(encoding="utf-8")
            sources.append(lambda part, text=text: all(word in text for word in _telling(part)))
    for part in (part for line in _lines(block) for part in re.split(r" && ", line)):
        if not any(contains(part.strip("()")) for contains in sources):
            yield f"what is said to run this block does not run: {part}"


def _lines(block):
    if block.language == "console":
        return blocks.commands("".join(command + "\n" for command, _ in blocks.transcript(block.text)))
    return blocks.commands(block.text)


def _telling(line):
    """The words of a command by which a test that runs it can be known: the program, and its options."""
    words = line.removeprefix("sudo ").split()
    return [words[0].rsplit("/", 1)[-1]] + [word for word in words[1:] if word.startswith("--")]


def excerpt(root, block):
    """Does the block stand in the file that it is from? A line `...` leaves out any lines."""
    for name in block.marked("from"):
        if not (root / name).is_file():
            yield f"{name} is no file"
            continue
        lines = [line.strip() for line in (root / name).read_text(encoding="utf-8").splitlines()]
        at = 0
        contiguous = False
        for line in (line.strip() for line in block.text.splitlines() if line.strip()):
            if line.strip("/# ") == "...":
                contiguous = False
                continue
            while at < len(lines) and (not lines[at] or (lines[at] != line and not contiguous)):
                at += 1
            if at == len(lines) or lines[at] != line:
                yield f"{name} does not say (in this order): {line}"
                break
            at += 1
            contiguous = True


def check_block(root, helper, block):
    marks = {what for what, _ in block.marks}
    if block.language in blocks.COMMANDS:
        if marks - {"run by"}:
            yield "a block of commands is run here or marked `run by`"
        for line in _lines(block):
            if "run by" not in marks and NOT_HERE.search(line):
                yield f"this changes the machine or takes long, say what runs it (`run by`): {line}"
            for part in re.split(r" (?:\|\|?|&&) ", line):
                if re.match(r"(build/bin/)?inquestd? ", part) and (found := helper.finding(part)):
                    yield found
        if "run by" in marks:
            yield from run_elsewhere(root, block)
    elif block.language in blocks.FILES:
        if len(marks) != 1:
            yield "a block of this language is a file (`file: NAME`), from one (`from: PATH`) or read by a test (`run by`)"
        yield from excerpt(root, block)
        for who in block.marked("run by"):
            if not (root / who).is_file() or block.language not in (root / who).read_text(encoding="utf-8"):
                yield f"{who} does not look for a block of {block.language}"
    elif block.language in blocks.TEXT:
        for line in block.text.splitlines():
            if PROGRAMS.match(line):
                yield f"a command in a block of text, which nobody runs: {line}"
    else:
        yield f"fence language {block.language!r}: known are {', '.join(sorted(blocks.COMMANDS | blocks.FILES | blocks.TEXT))}"


def check(root, path, helper, page):
    """(line, message) of everything that is wrong with the page before a command of it is run."""
    yield from page.findings
    for block in page.blocks:
        try:
            for message in check_block(root, helper, block):
                yield block.line, message
        except ValueError as wrong:
            yield block.line, str(wrong)
    for number, code in blocks.inline_code(page):
        if re.match(r"(build/bin/)?inquestd? [a-z-]", code) and (found := helper.finding(code)):
            yield number, found
        if (script := re.match(r"(scripts/[\w.-]+) ", code)) and not (root / script.group(1)).exists():
            yield number, f"there is no {script.group(1)}"
    for number, code in blocks.inline_code(page):
        if not re.search(r"[A-Z]{3}", code) and re.fullmatch(r"(bench|cmake|docs|examples|packaging|policies|proto|runtime|sandbox|scripts|steps|tests)/[\w./*-]+", code):
            if not any(root.glob(code)) and not any(root.glob(code.rstrip("/") + ".*")):
                yield number, f"there is no {code}"
    for number, target in blocks.links(page):
        if "://" not in target and not (path.parent / target).exists():
            yield number, f"a link to {target}, which is not there"

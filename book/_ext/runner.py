"""Runs a lesson in the page: Brython executes this file in a worker, after `lesson` was set.

It prints what the lesson prints, shows the value of its last expression as a notebook does, and names the
line of a mistake. It is Python of the browser, so it imports nothing that Brython does not bring.
"""

from browser import self as worker  # type: ignore[import-not-found]

# What Brython calls a text that is executed.
NAME = "<string>"
VALUE = "_last_value"
said = []


def show(*values, sep=" ", end="\n"):
    """Keep what the lesson prints."""
    said.append(sep.join(map(str, values)) + end)


def begins_a_statement(line):
    """Whether a line stands at the left margin and is no end of a bracket."""
    return line[:1] not in ("", " ", "\t", "#", ")", "]", "}")


def with_last_value(source):
    """A lesson that keeps the value of its last expression; as it is where it ends otherwise."""
    lines = source.split("\n")
    starts = [number for number, line in enumerate(lines) if begins_a_statement(line)]
    if not starts:
        return source
    last = starts[-1]
    kept = lines[:last] + [f"{VALUE} = ({lines[last]}"] + lines[last + 1 :] + [")"]
    changed = "\n".join(kept)
    try:
        compile(changed, NAME, "exec")
    except SyntaxError:
        return source
    return changed


def run(source):
    """Execute a lesson; the value of its last expression is printed."""
    names = {"__name__": "__main__", "print": show}
    # As a text: what Brython makes of a compiled `raise` or `from math import` cannot be executed.
    exec(with_last_value(source), names)
    if names.get(VALUE) is not None:
        show(repr(names[VALUE]))


def place(error):
    """The line of the lesson in which an error arose; zero where none is known."""
    if isinstance(error, SyntaxError):
        return error.lineno or 0
    found, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == NAME:
            found = trace.tb_lineno
        trace = trace.tb_next
    return found


def in_words(error):
    """What went wrong, in one line."""
    kind = type(error).__name__
    if kind in ("ModuleNotFoundError", "ImportError", "JavascriptError"):
        return "This page has plain Python and math alone; for other packages use a copy of the chapter."
    line = place(error)
    where = f" (line {line})" if line else ""
    text = error.msg if isinstance(error, SyntaxError) else str(error)
    return f"{kind}{where}: {text}"


def report(source):
    """Run a lesson and tell the page what it printed and what went wrong."""
    problem = ""
    try:
        run(source)
    except Exception as error:
        problem = in_words(error)
    worker.report("".join(said), problem)


report(worker.lesson)

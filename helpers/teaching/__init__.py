"""Exercises and self-tests: what an answer is compared with, and the questions of each chapter.

`check` is what the cells of an exercise call. What it compares with is computed in the module of the
chapter, by another way than the solution on the page takes.
"""

from helpers.teaching.checks import check

__all__ = ["check"]

"""Directives of the landing page and of the pages around the chapters: what a build computed."""

from functools import cache

import yaml
from docutils import nodes
from sphinx.util.docutils import SphinxDirective, SphinxRole

from helpers import ledger, project
from helpers.build import landing, outline

FIGURES = project.ROOT / "build" / "landing"


@cache
def page():
    """The landing page of the build that is being rendered."""
    return landing.of_this_build()


def _paragraph(directive, lead, text):
    """A paragraph with a bold beginning; the text is Markdown."""
    return directive.parse_text_to_nodes(f"**{lead}** {text}" if lead else text)


class Answer(SphinxDirective):
    """Three sentences: what the study found, the main confound, how sure that is."""

    def run(self):
        made = []
        for lead, sentence in page().answer().items():
            made += _paragraph(self, lead, sentence)
        if not page().is_of_the_study:
            made += self._of_other_corpora()
        return made

    def _of_other_corpora(self):
        """What this build found about corpora of its own."""
        profile = page().profile
        names = ("effects", "contrasts", "shared_tracks")
        found = [landing.finding(profile, f"03_feature_comparison.{name}") for name in names]
        found += [landing.finding(profile, "06_genres.entropy")]
        text = " ".join(sentence for sentence in found if sentence)
        title = f"This build is about other corpora: {profile.title}."
        return _paragraph(self, title, text)


class ThreeContrasts(SphinxDirective):
    """The figure of three contrasts: one picture for a desktop, one for a phone."""

    def run(self):
        figure = nodes.figure()
        for shape, path in page().draw(FIGURES).items():
            place = path.relative_to(project.ROOT).as_posix()
            image = nodes.image(
                uri=f"../{place}", alt=landing.DESCRIPTION, classes=[f"book-{shape}"]
            )
            figure += image
        text = (
            "**Differences of nine audio features between three corpora**: Cliff's delta, from -1 "
            "to 1, with its interval of nine in ten, from the printed figures of the study. "
            "PMD: music chosen against pain; EMD: the Dutch Top 40; MSSD: a sample of streamed "
            "tracks. The dashed lines are the study's thresholds of a negligible difference. "
            f"{page().caption()}"
        )
        [paragraph] = self.parse_text_to_nodes(text)
        figure += nodes.caption("", "", *paragraph.children)
        figure["names"].append("fig-answer")
        self.state.document.note_explicit_target(figure, figure)
        return [figure]


class Reproduction(SphinxDirective):
    """What of the study's numbers was checked, in words, and the poster's claims as a table."""

    def run(self):
        made = []
        for sentence in page().reproduction():
            made += self.parse_text_to_nodes(sentence)
        rows = page().poster_claims()
        if rows:
            made += self.parse_text_to_nodes(
                "{numref}`tab-poster` sets the poster's claims beside the numbers of this build."
            )
            head = "| claim of the poster | printed | here | checked |\n|---|---|---|---|\n"
            body = "\n".join("| " + " | ".join(row) + " |" for row in rows)
            caption = "Claims of the poster: as printed, as this build computes them, and how far they were checked."
            made += self.parse_text_to_nodes(
                f":::{{table}} {caption}\n:name: tab-poster\n\n{head}{body}\n:::"
            )
            made += self.parse_text_to_nodes(
                "Every other number, and how a verdict is reached: "
                "[Scorecard](notebooks/10_scorecard.ipynb)."
            )
        return made


class AboutBuild(SphinxDirective):
    """Profile, day and commit of the build, and how to cite the book and the study."""

    def run(self):
        made = landing.stamp()
        cited = yaml.safe_load((project.ROOT / "CITATION.cff").read_text(encoding="utf-8"))
        without = landing.without(made["absent"])
        year = str(cited["date-released"])[:4]
        who = cited["authors"][0]["name"]
        text = (
            f"Built on {made['date']} from the profile `{made['profile']}` ({made['title']}), "
            f"commit {made['commit']}.{without}\n\n"
            f"To cite the book: {who} ({year}). *{cited['title']}*, version {cited['version']}.\n"
            "Please cite the study with it: {cite:t}`kouters`."
        )
        # The site of two editions puts a link to the printed book here.
        place = nodes.raw("", "<!-- book as pdf -->", format="html")
        return [*self.parse_text_to_nodes(text), place]


class When(SphinxDirective):
    """Content for builds of one kind: `simulated`, `real`, `study` or `other`."""

    has_content = True
    required_arguments = 1

    def run(self):
        kinds = {
            "simulated": page().profile.simulated,
            "real": not page().profile.simulated,
            "study": page().is_of_the_study,
            "other": not page().is_of_the_study,
        }
        return self.parse_content_to_nodes() if kinds[self.arguments[0]] else []


class Chapters(SphinxDirective):
    """A table of the chapters: question, minutes and exercises, from the notebooks themselves."""

    def run(self):
        head = "| chapter | question | minutes | exercises |\n|---|---|---:|---:|\n"
        rows = [
            f"| [{chapter.title}](notebooks/{chapter.name}.ipynb) | {chapter.question} | "
            f"{chapter.minutes} | {chapter.exercises} |"
            for chapter in outline.chapters()
        ]
        return self.parse_text_to_nodes(head + "\n".join(rows))


class Published(SphinxRole):
    """A number as the study printed it."""

    def run(self):
        claims = ledger.published()
        if self.text not in claims.index:
            warn(self, f"no published claim is called {self.text!r}")
            return [], []
        return [nodes.Text(claims.loc[self.text, "printed"])], []


class EquallyCommon(SphinxRole):
    """How many equally common genres have the entropy that the study printed."""

    def run(self):
        claims = ledger.published()
        if self.text not in claims.index:
            warn(self, f"no published claim is called {self.text!r}")
            return [], []
        return [nodes.Text(f"{2 ** claims.loc[self.text, 'value']:.1f}")], []


class Recomputed(SphinxRole):
    """A number that this build computed; ``key|format`` chooses how it is written."""

    def run(self):
        key, _, form = self.text.partition("|")
        if not page().is_of_the_study:
            # What these pages tell is of the study's corpora, whatever a build of others found.
            return [nodes.Text("(not in this profile)")], []
        found = ledger.results(page().profile)
        if key not in found.index:
            warn(self, f"no notebook of this build recorded {key!r}")
            return [], []
        return [nodes.Text(format(found.loc[key, "value"], form or ",.0f"))], []


class FromFiles(SphinxDirective):
    """A paragraph with numbers that only the study's own files hold; one line says so elsewhere."""

    has_content = True

    def run(self):
        if page().profile.source == "published":
            return self.parse_content_to_nodes()
        text = "Which rows these are is printed here by a build of the study's files (published)."
        return [nodes.paragraph("", "", nodes.emphasis("", text))]


def warn(role, text):
    """Warn of a mistake in a role's text, and so fail the build."""
    from sphinx.util import logging

    logging.getLogger(__name__).warning(text, location=role.get_location())


def setup(app):
    """Register roles and directives with Sphinx."""
    app.add_role("published", Published())
    app.add_role("equally-common", EquallyCommon())
    app.add_role("recomputed", Recomputed())
    for name, directive in {
        "answer": Answer,
        "three-contrasts": ThreeContrasts,
        "reproduction": Reproduction,
        "about-build": AboutBuild,
        "when": When,
        "chapters": Chapters,
        "from-files": FromFiles,
    }.items():
        app.add_directive(name, directive)

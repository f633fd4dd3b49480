"""Figures: each function draws a table onto the axes it is given and computes nothing.

Colours come from the profile, one a corpus; a figure of simulated data carries the word.
"""


def densities(grid, curves, moments, palette, texts=None):
    """One panel a feature: density of each corpus, mean and SD below it, the share at zero named.

    Parameters
    ----------
    grid : ndarray of Axes
        One a feature of `moments`.
    curves : DataFrame
        Columns feature, corpus, x, density and `at_zero`, the share of values at zero, which the
        curve leaves out. Without rows only moments are drawn.
    moments : DataFrame
        Columns feature, corpus, mean, sd, median (units of the feature).
    palette : mapping of corpus to colour
    texts : mapping of feature to str, optional
        What to write into a panel.

    Notes
    -----
    Notebook: 02_audio_features
    """
    for axes, (feature, rows) in zip(grid.flat, moments.groupby("feature", sort=False)):
        drawn = curves[curves["feature"] == feature]
        step = drawn["density"].max() * 0.09 or 1 if len(drawn) else 1
        for k, row in enumerate(rows.itertuples(), 1):
            colour, curve = palette[row.corpus], drawn[drawn["corpus"] == row.corpus]
            label = row.corpus
            if (zero := curve["at_zero"].max()) >= 0.005:
                label += f" ({zero:.0%} at 0)"
                axes.bar(-0.02 * k, zero * step / 0.09, 0.02, color=colour, alpha=0.5)
            axes.plot(curve["x"], curve["density"], color=colour, lw=1.8, label=label)
            axes.errorbar(row.mean, -step * k, xerr=row.sd, fmt="o", ms=4, color=colour, lw=1.4)
            axes.plot(row.median, -step * k, "|", ms=11, color=colour)
        axes.set(
            title=feature,
            yticks=[],
            ylim=(-step * (len(rows) + 0.8), step / 0.09 * 1.4 if len(drawn) else 2.2),
        )
        axes.grid(visible=False)
        axes.set_xlabel((texts or {}).get(feature, ""), size=9)
        axes.legend(loc="best", fontsize=8, handlelength=1)

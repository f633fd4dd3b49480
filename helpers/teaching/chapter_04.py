"""What the exercises of chapter 04, Where the difference sits, expect."""

from fractions import Fraction

from scipy import stats

from helpers.teaching.expectations import Expectation, Slip


def _worth_of_listings() -> tuple:
    """A doubled variance leaves half of the listings."""
    icc = Fraction(2 - 1, 21 - 1)
    return float(icc), 1_050 / 2


def _parts_of_a_difference() -> tuple:
    """The mix as what is left of the whole difference when the part within is taken away."""
    shares, others = (Fraction(6, 10), Fraction(4, 10)), (Fraction(2, 10), Fraction(8, 10))
    means, other_means = (10, 14), (9, 12)
    whole = sum(s * m for s, m in zip(shares, means, strict=True)) - sum(
        s * m for s, m in zip(others, other_means, strict=True)
    )
    within = sum(s * (m - o) for s, m, o in zip(shares, means, other_means, strict=True))
    return float(whole - within), float(within)


def _share_of_others() -> tuple:
    """From the distribution that was drawn from: its mean in standard errors, its tail below zero."""
    return 0.3 * 2_000**0.5, float(stats.norm.cdf(-0.3))


EXPECTATIONS = {
    "04.1": Expectation(
        _worth_of_listings,
        within=0.002,
        slips=(
            Slip(1 / 21, "Nearly: a listing is correlated with the other twenty, not with itself."),
        ),
    ),
    "04.2": Expectation(
        _parts_of_a_difference,
        slips=(
            Slip(
                -1.6,
                "That weighs the mix by the target's means; the question asks for the reference's.",
            ),
            Slip(1.2, "The size fits; the difference is target minus reference, p - q."),
        ),
    ),
    "04.3": Expectation(
        _share_of_others,
        within=(3.5, 0.04),
        slips=(
            Slip(
                0.3, "That is the difference in standard deviations of people; divide by its error."
            ),
        ),
    ),
}

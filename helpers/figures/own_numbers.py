"""What the numbers are called that the chapters record and no study printed.

Their keys begin with `local.`; a key that goes on as a printed number's is named as that one is.
"""

# Parts of keys whose words are not the key's own with blanks.
PARTS = {
    "alpha": "entropy",
    "ari": "adjusted Rand index",
    "all_sets": "all feature sets together",
    "both": "both feature sets together",
    "features": "audio features",
    "icc_first": "Largest intraclass correlation at which the verdict holds",
    "icc_both": "Largest intraclass correlation, of both corpora, at which the verdict holds",
    "icc_family": "Largest intraclass correlation at which all verdicts hold together",
    "own": "its own corpus",
    "reference": "the reference corpus",
    "value": "difference",
    "ci_low": "lower end of the interval",
    "ci_high": "upper end of the interval",
    "within": "of one list",
    "between": "of two lists",
    "listing": "labels dealt to listings",
    "artist": "labels dealt to artists",
    "map": "on the map",
    "space": "in the full space",
    "arm": "Participants of one arm",
    "people": "People in all",
    "power": "Power found in simulated studies",
    "reference_mix": "mix of the reference",
    "target_mix": "mix of the target",
    "participants_t": "whole participants, by Student's t",
    "two_ways": "participants and tracks, two ways",
    "normal_family": "normal distribution, corrected for all features",
    "t_family": "Student's t, corrected for all features",
    "normal": "normal distribution",
    "t": "Student's t",
}
_SIDES = r"(?P<target>[^.]+?)-(?P<reference>[^.]+)"
_SET = r"(?P<set>\w+)"
RULES = (
    (r"slip\.start", "First row of the block that stands twice"),
    (r"slip\.length", "Rows of the block that stands twice"),
    (r"lost\.tracks", "Listings with an id and without a genre"),
    (r"lost\.start", "First row of the listings without a genre"),
    (r"twin\.tolerances_met", "Tolerances of the simulation that are met"),
    (r"compare\.contrasts_alike", "Correlation of the first two contrasts over features"),
    (
        r"compare\.contrasts_alike\.unrelated",
        "Correlation of such contrasts between unrelated corpora, median",
    ),
    (r"compare\.contrasts_alike\.p", "Chance of so high a correlation between unrelated corpora"),
    (
        r"compare\.contrasts_alike\.p_together",
        "Chance of so high a correlation where features hang together",
    ),
    (r"compare\.specifications", "Defensible analyses that were run"),
    (
        rf"equivalence\.delta\.{_SIDES}\.(?P<feature>\w+)",
        "Cliff's delta of {feature}, {target} minus {reference}",
    ),
    (
        rf"equivalence\.(?P<what>icc_\w+)\.{_SIDES}\.(?P<feature>\w+)",
        "{what}: {feature}, {target} minus {reference}",
    ),
    (
        r"where\.clustered_p\.(?P<feature>\w+)",
        "p of {feature} with clustered standard errors, after Holm's correction",
    ),
    (
        r"where\.share_of_people\.(?P<feature>\w+)",
        "Share of people who differ in {feature} in the direction of their corpus",
    ),
    (
        r"where\.within_genres\.(?P<mix>\w+)\.(?P<feature>\w+)",
        "Cliff's delta of {feature} within genres, {mix}",
    ),
    (r"where\.mixed_delta\.(?P<feature>\w+)", "Cliff's delta of {feature} by the mixed model"),
    (
        r"coverage\.(?P<way>\w+)\.people_(?P<people>\d+)\.icc_(?P<icc>\d+)_percent",
        "Share of 95 % intervals that hold the truth, {way}: {people} people, intraclass correlation "
        "of {icc} %",
    ),
    (r"genres\.jensen_shannon", "Jensen-Shannon divergence of the genre mixes"),
    (r"genres\.overlap_coefficient", "Overlap of the genre mixes"),
    (r"genres\.alpha\.windows", "Mean entropy of genres in lists of the target"),
    (
        r"genres\.alpha\.random_reference",
        "Mean entropy of genres in random draws from the reference",
    ),
    (
        r"genres\.lists_minus_random\.(?P<pool>\w+)\.(?P<end>\w+)",
        "Entropy of lists minus random draws from {pool}, {end}",
    ),
    (
        r"genres\.pair_matches\.(?P<pairs>within|between)",
        "Share of pairs of listings {pairs} that have the same genre",
    ),
    (
        r"genres\.pair_matches\.reference",
        "Share of pairs of listings of the reference that have the same genre",
    ),
    (rf"maps\.auc\.(?P<contrast>[^.]+)\.{_SET}", "AUC of {contrast}, by {set}"),
    (r"maps\.trustworthiness", "Trustworthiness of the first map"),
    (
        r"maps\.same_genre\.(?P<place>\w+)",
        "Share of listings whose nearest neighbour has the same genre, {place}",
    ),
    (
        r"maps\.other_artists\.(?P<place>\w+)",
        "Share of listings whose nearest neighbour by another artist has the same genre, {place}",
    ),
    (
        rf"clustering\.above_chance\.(?P<unit>\w+)\.(?P<corpus>[^.]+)\.{_SET}",
        "Share of pairs of genres above chance, {unit}: {corpus}, {set}",
    ),
    (
        r"clustering\.difference\.(?P<version>\w+)\.(?P<corpus>[^.]+)",
        "Difference of two feature sets in adjusted Rand index, {version}: {corpus}",
    ),
    (
        r"clustering\.difference\.(?P<version>\w+)\.(?P<corpus>[^.]+)\.(?P<later>\w+)-(?P<earlier>\w+)",
        "Difference in adjusted Rand index, {version}: {corpus}, {later} minus {earlier}",
    ),
    (
        rf"clustering\.f1\.(?P<classifier>\w+)\.(?P<corpus>[^.]+)\.{_SET}",
        "Macro F1 of the {classifier}: {corpus}, {set}",
    ),
    (r"playlist\.tracks", "Tracks of the playlist"),
    (rf"playlist\.llr\.{_SET}", "Mean log likelihood ratio of the playlist, by {set}"),
    (rf"playlist\.brier\.{_SET}", "Brier score of the ratio, by {set}"),
    (
        rf"playlist\.draws_below\.{_SET}",
        "Share of draws from the reference that the playlist exceeds, by {set}",
    ),
    (
        rf"playlist\.lists_below\.{_SET}",
        "Share of lists of the target that the playlist exceeds, by {set}",
    ),
    (
        r"design\.(?P<what>\w+)\.paired_(?P<taste>\d+)_percent\.delta_(?P<delta>\d+)",
        "{what}: the same people twice, shared taste {taste} %, Cliff's delta of {thousandths}",
    ),
    (
        r"design\.(?P<what>\w+)\.(?P<kind>\w+)\.delta_(?P<delta>\d+)",
        "{what}: {kind}, Cliff's delta of {thousandths}",
    ),
)

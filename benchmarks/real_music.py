"""A book about real music, and which feature set hears it: soundtracks of free games from Debian's packages.

    python benchmarks/real_music.py [--folder build/real-music] [--seconds 30] [--without-build]

Fetches three packages with apt-get, which needs a Debian system and nothing installed, and keeps excerpts of the middle of
some twenty pieces of each game in two folders, FIRST and SECOND. They become a profile with descriptors and musicnn, a book,
and the comparison of `compare-sets`.

What the words mean there: a *genre* is a game (an orchestra, electronic music, and cheerful tunes of a platform game), so
composer, mastering and codec are mixed up with it. An artist is a composer, and no composer stands in both folders; the folders
are halves of the same games, so no difference between them is expected. Every piece is free: the licences are those of
the packages, in DEBIAN_PACKAGE/usr/share/doc/*/copyright.
"""

import argparse
import io
import itertools
import re
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import av
import soundfile

ROOT = Path(__file__).resolve().parent.parent
PYTHON = [sys.executable, "-m", "helpers"]
# Pieces of a game, and of a composer within it, at most; shorter ones are jingles.
MOST, MOST_OF_ARTIST, SHORTEST = 20, 4, 45


@dataclass(frozen=True)
class Game:
    """A game: its package as apt knows it, the genre that stands for it, where a composer is named."""

    package: str
    genre: str
    music: str
    composer: str = ""


GAMES = (
    Game(r"^wesnoth-[0-9.]+-music$", "Wesnoth", r"/music/.*\.ogg$"),
    # Names of files begin with the composer's.
    Game(r"^ufoai-music$", "UFO AI", r"music/.*\.ogg$", r"van(?=_)|[A-Z][a-z]+"),
    Game(r"^supertux-data$", "SuperTux", r"/music/.*\.ogg$"),
)


def fetched(game, folder):
    """The unpacked package of a game; fetched once."""
    listed = subprocess.run(
        ["apt-cache", "search", "--names-only", game.package],
        capture_output=True,
        text=True,
        check=True,
    )
    names = sorted(line.split(" - ")[0] for line in listed.stdout.splitlines())
    if not names:
        sys.exit(f"apt knows no package {game.package}; run: apt-get update")
    place = folder / names[-1]
    if not place.is_dir():
        subprocess.run(["apt-get", "download", names[-1]], cwd=folder, check=True)
        (package,) = folder.glob(f"{names[-1]}_*.deb")
        subprocess.run(["dpkg-deb", "-x", package, place], check=True)
        package.unlink()
    return place


def contents(place, pattern):
    """Names and contents of music files of an unpacked package, in archives of the game too."""
    for path in sorted(place.rglob("*")):
        if path.suffix == ".pk3":
            with zipfile.ZipFile(path) as archive:
                for name in sorted(archive.namelist()):
                    if re.search(pattern, name):
                        yield Path(name).stem, archive.read(name)
        elif path.is_file() and not path.is_symlink() and re.search(pattern, str(path)):
            yield path.stem, path.read_bytes()


def tag(data, name):
    """What a file says of itself."""
    with av.open(io.BytesIO(data)) as file:
        said = {**file.metadata, **file.streams.audio[0].metadata}
    return {key.lower(): value for key, value in said.items()}.get(name, "").strip()


def pieces(game, place):
    """(composer, name, content) of a game's pieces of known composers, composers by turns."""
    by_artist = {}
    for name, data in contents(place, game.music):
        try:
            seconds = soundfile.info(io.BytesIO(data)).duration
        except soundfile.LibsndfileError:
            continue
        named = re.match(game.composer, name) if game.composer else None
        artist = named.group() if named else tag(data, "artist")
        if artist and seconds >= SHORTEST:
            by_artist.setdefault(artist, []).append((artist, name, data))
    turns = itertools.zip_longest(*(own[:MOST_OF_ARTIST] for own in by_artist.values()))
    found = [piece for turn in turns for piece in turn if piece]
    return found[:MOST]


def write_excerpt(path, data, seconds, artist, title, genre):
    """The middle of a piece as FLAC, with the tags that the book reads."""
    with soundfile.SoundFile(io.BytesIO(data)) as file:
        wanted = int(seconds * file.samplerate)
        file.seek(max(0, (file.frames - wanted) // 2))
        sound, rate = file.read(wanted, dtype="float32"), file.samplerate
    channels = 1 if sound.ndim == 1 else sound.shape[1]
    with soundfile.SoundFile(path, "w", rate, channels) as file:
        file.title, file.artist, file.genre = title, artist, genre
        file.write(sound)


def collect(folder, seconds):
    """Fill the folders FIRST and SECOND, each composer in one of them."""
    halves = [folder / "FIRST", folder / "SECOND"]
    for half in halves:
        half.mkdir(parents=True, exist_ok=True)
    for game in GAMES:
        found = pieces(game, fetched(game, folder))
        artists = list(dict.fromkeys(artist for artist, _, _ in found))
        print(f"{game.genre}: {len(found)} pieces of {len(artists)} composers", flush=True)
        for artist, name, data in found:
            half = halves[artists.index(artist) % 2]
            path = half / f"{game.genre} {name}.flac".replace(" ", "_")
            write_excerpt(path, data, seconds, artist, name, game.genre)
    return halves


def command(*words):
    """Run a command of the book, and stop where it fails."""
    print("$ python -m helpers", *words, flush=True)
    subprocess.run([*PYTHON, *map(str, words)], cwd=ROOT, check=True)


def main(argv=None):
    """Fetch, describe, embed, build and compare."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folder", default=ROOT / "build" / "real-music", type=Path)
    parser.add_argument("--seconds", type=float, default=30, help="of each piece")
    parser.add_argument("--without-build", action="store_true", help="make no book")
    args = parser.parse_args(argv)
    folder = args.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    halves = collect(folder, args.seconds)
    command("weights", "musicnn")
    for half in halves:
        command("describe", half, "--out", f"{half}-descriptors.parquet")
        command("embed", half, "--network", "musicnn", "--out", f"{half}-musicnn.parquet")
    profile = folder / "real_music.yaml"
    profile.unlink(missing_ok=True)
    command("init", profile, *halves)
    sets = "".join(
        f"  {name}: [{', '.join(f'{half}-{name}.parquet' for half in halves)}]\n"
        for name in ("descriptors", "musicnn")
    )
    with open(profile, "a", encoding="utf-8") as file:
        file.write(f"\nfeature_sets:\n{sets}")
    if not args.without_build:
        command("build", "--profile", profile)
    command("compare-sets", profile, "--together", "--out", folder / "compare-sets")


if __name__ == "__main__":
    main()

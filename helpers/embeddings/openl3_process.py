"""Embed files with the original openl3; run by the interpreter of its own environment.

    python helpers/embeddings/openl3_process.py [WEIGHTS.h5]

One JSON line in, [path, hop]; one JSON line out, [pooled vector, reason there is none]. The
first line out says what will compute.
"""

import json
import os
import sys
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path


def main() -> None:
    """Answer until the input ends."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)  # a line is sent when it ends
    os.dup2(2, 1)  # what TensorFlow prints must not mix with the answers
    import openl3
    import soundfile

    weights = openl3.models.get_audio_embedding_model_path("mel256", "music")
    if len(sys.argv) > 1:
        weights = sys.argv[1]
    model = openl3.models.load_audio_embedding_model_from_path(weights, "mel256", 512)
    print(
        json.dumps(
            {
                "weights": sha256(Path(weights).read_bytes()).hexdigest(),
                "engine": f"openl3 {version('openl3')}, tensorflow {openl3.models.tf.__version__}",
                "resampler": f"resampy {version('resampy')} kaiser_best",
            }
        ),
        file=answers,
    )
    for line in sys.stdin:
        path, hop = json.loads(line)
        vector, reason = [], None
        try:
            frames, _ = openl3.get_audio_embedding(
                *soundfile.read(path), model=model, hop_size=hop, center=True, verbose=False
            )
            vector = frames.mean(axis=0, dtype=float).tolist()
        except (soundfile.LibsndfileError, OSError, ValueError, openl3.core.OpenL3Error) as error:
            reason = f"openl3: {error}"
        print(json.dumps([vector, reason]), file=answers)


if __name__ == "__main__":
    main()

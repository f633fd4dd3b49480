"""Embed files with the original openl3; run by the interpreter of its own environment.

    python openl3_process.py [WEIGHTS.h5]

One JSON line in, [path, hop]; one JSON line out, the pooled vector or the reason there is
none. The first line out says what will compute.
"""
import hashlib
import json
import os
import sys
from importlib.metadata import version


def main():
    """Answer until the input ends."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what TensorFlow prints must not mix with the answers
    import openl3
    import soundfile

    weights = (sys.argv[1:] or [openl3.models.get_audio_embedding_model_path("mel256", "music")])[0]
    model = openl3.models.load_audio_embedding_model_from_path(weights, "mel256", 512)
    with open(weights, "rb") as file:
        answer = {"weights": hashlib.file_digest(file, "sha256").hexdigest()}
    answer["engine"] = f"openl3 {version('openl3')}, tensorflow {openl3.models.tf.__version__}"
    answer["resampler"] = f"resampy {version('resampy')} kaiser_best"
    print(json.dumps(answer), file=answers, flush=True)
    for line in sys.stdin:
        path, hop = json.loads(line)
        try:
            audio, rate = soundfile.read(path)
            frames, _ = openl3.get_audio_embedding(
                audio, rate, model=model, hop_size=hop, center=True, verbose=False)
            answer = {"vector": frames.mean(axis=0, dtype=float).tolist(), "reason": None}
        except (soundfile.LibsndfileError, OSError, ValueError, openl3.core.OpenL3Error) as error:
            answer = {"vector": [], "reason": f"openl3: {error}"}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()

# Two hand-made feature extractors for pictures, and an exhaustive count of confusable pairs, with numpy and Pillow.
# python3 bench/builders/pairs_features.py PICTURES OUT              writes OUT/histogram.npz and OUT/thumbnail.npz
# python3 bench/builders/pairs_features.py PICTURES OUT ABOVE BELOW  prints the pairs as JSON
import hashlib
import json
import os
import sys

import numpy as np
from PIL import Image

SIDE, KEPT, BINS = 24, 48, 32


def histogram(grey):
    """How much of each grey, and of each slope, there is; where it lies is not in it."""
    steps = np.hypot(*np.gradient(grey))
    greys = np.histogram(grey, bins=BINS, range=(0, 256))[0]
    slopes = np.histogram(steps, bins=BINS, range=(0, 64))[0]
    return np.sqrt(np.concatenate([greys, slopes]) / grey.size)


def thumbnail(image):
    """What lies where, coarsely."""
    return np.asarray(image.resize((SIDE, SIDE), Image.BOX), dtype=float).ravel()


folder, out = sys.argv[1:3]
names, hists, thumbs, seen = [], [], [], set()
for name in sorted(os.listdir(folder)):
    digest = hashlib.sha256(open(os.path.join(folder, name), "rb").read()).hexdigest()
    if digest in seen or not name.lower().endswith((".jpg", ".png")):
        continue
    seen.add(digest)
    image = Image.open(os.path.join(folder, name)).convert("L")
    names.append(name)
    hists.append(histogram(np.asarray(image, dtype=float)))
    thumbs.append(thumbnail(image))
thumbs = np.array(thumbs) - np.mean(thumbs, 0)
# Principal components of the thumbnails.
_, _, axes = np.linalg.svd(thumbs, full_matrices=False)
features = {"histogram": np.array(hists), "thumbnail": thumbs @ axes[:KEPT].T}
if len(sys.argv) == 3:
    for kind, rows in features.items():
        np.savez(os.path.join(out, kind), image_names=np.array(names), image_embeddings=rows.astype("float32"))
    print(json.dumps({"pictures": len(names), "dims": {kind: rows.shape[1] for kind, rows in features.items()}}))
else:
    above, below = map(float, sys.argv[3:5])
    alike, apart = (
        (lambda unit: unit @ unit.T)((rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype("float64"))
        for rows in (f.astype("float32") for f in features.values())
    )
    first, second = np.nonzero(np.triu((alike >= above) & (apart < below), 1))
    print(
        json.dumps(
            {
                "pictures": len(names),
                "alike": int(np.triu(alike >= above, 1).sum()),
                "pairs": sorted(f"{names[i]} {names[j]}" for i, j in zip(first, second)),
            }
        )
    )

# Counts MedObvious grids anew and looks at their pixels, with numpy and Pillow and none of the builder's code.
# python3 bench/builders/grids_count.py GRIDS SOURCES.json  →  JSON on standard output
import io
import json
import os
import sys
from collections import Counter, defaultdict

import numpy as np
from PIL import Image

GAP = 4
NAMES = {
    2: ["top-left", "top-right", "bottom-left", "bottom-right"],
    3: [f"{v}-{h}" for v in ("top", "middle", "bottom") for h in ("left", "center", "right")],
}

out, sources = sys.argv[1:3]
roots = {}
for source in json.load(open(sources))["sources"]:
    path = os.path.join(os.path.dirname(sources), source["path"])
    roots[os.path.basename(path)] = path
archives = {}


def original(name):
    """The source picture as RGB, as large as it is."""
    base, rest = name.split("/", 1)
    path = roots[base]
    if path.endswith(".npz"):
        stem, split, at = rest.rsplit("-", 2)
        held = archives.setdefault(path, np.load(path))
        pixels = held[{"train": "train", "validation": "val", "test": "test"}[split] + "_images"][int(at)]
        return Image.fromarray(pixels).convert("RGB")
    file = next(f for f in (os.path.join(path, rest + end) for end in ("", ".png", ".jpg")) if os.path.isfile(f))
    return Image.open(file).convert("RGB")


def padded(image, edge):
    """Square by black bars, proportions kept; smoothed, since enlargements differ between programs."""
    width, height = image.size
    scale = edge / max(width, height)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    canvas = Image.new("RGB", (edge, edge))
    canvas.paste(image.resize(size, Image.BILINEAR), ((edge - size[0]) // 2, (edge - size[1]) // 2))
    return canvas


def coarse(image):
    return np.asarray(image.resize((16, 16), Image.BOX), dtype=float).ravel()


rows = [json.loads(line) for line in open(os.path.join(out, "all_tasks.jsonl"))]
grids = {line["image"]: line for line in map(json.loads, open(os.path.join(out, "tiles.jsonl")))}
cases = defaultdict(list)
for row in rows:
    for suffix in ("_det_mcq_neg", "_det_open_neg", "_det_mcq", "_det_open", "_ref_mcq", "_ref_open", "_vis_pos", "_vis_neg"):
        if row["id"].endswith(suffix):
            cases[row["id"][: -len(suffix)]].append(suffix)
            break

wrong = []
tiers = defaultdict(lambda: {"cases": 0, "positive": 0, "negative": 0, "pictures": set(), "odd": Counter(), "hits": 0})
for case, tasks in cases.items():
    tier = tiers[case.split("_")[0]]
    tier["cases"] += 1
    if len(set(tasks)) != 8:
        wrong.append(f"{case}: {len(set(tasks))} tasks")
for row in rows:
    tiers[row["id"].split("_")[0]]["negative" if row["is_negative"] else "positive"] += 1
    grid = grids[row["image_path"]]
    side = round(len(grid["tiles"]) ** 0.5)
    odd, box = grid["odd"], grid["box"]
    if row["task_type"].endswith("_mcq"):
        expected = chr(65 + (odd if odd is not None else side * side))
    elif row["task_type"].endswith("_open"):
        expected = NAMES[side][odd] if odd is not None else "none"
    else:
        expected = "yes" if box == odd else "no"
    if row["answer"] != expected or row["is_negative"] != (expected in ("no", "none", chr(65 + side * side))):
        wrong.append(f"{row['id']}: {row['answer']}, not {expected}")

lowest, compared, boxes = 1.0, 0, 0
splits = defaultdict(set)
for image, grid in grids.items():
    tier = tiers[image.split("/")[0]]
    pixels = Image.open(os.path.join(out, image)).convert("RGB")
    side = round(len(grid["tiles"]) ** 0.5)
    edge = (pixels.size[0] - GAP * (side - 1)) // side
    hashes = [tile["sha256"] for tile in grid["tiles"]]
    if len(set(hashes)) != len(hashes):
        wrong.append(f"{image}: a tile twice")
    features = []
    for at, tile in enumerate(grid["tiles"]):
        left, top = (at % side) * (edge + GAP), (at // side) * (edge + GAP)
        crop = pixels.crop((left, top, left + edge, top + edge))
        array = np.asarray(crop, dtype=int)
        red = (array[0, :, 0] == 255).all() and (array[0, :, 1] == 0).all()
        if red != (grid["box"] == at):
            wrong.append(f"{image}: the red box is not on tile {grid['box']}")
        boxes += int(red)
        splits[tile["sha256"]].add(grid["split"])
        tier["pictures"].add(tile["sha256"])
        if grid["box"] is None:
            a, b = coarse(crop), coarse(padded(original(tile["picture"]), edge))
            r = np.corrcoef(a, b)[0, 1] if a.std() > 0 and b.std() > 0 else float(np.allclose(a, b, atol=3))
            lowest, compared = min(lowest, r), compared + 1
            features.append([*array.mean((0, 1)), *array.std((0, 1)), 100 * (array.max(2) < 8).mean()])
    if grid["odd"] is not None and grid["box"] is None:
        tier["odd"][grid["odd"]] += 1
        features = np.array(features)
        # The reader that compares mean colour, contrast and blackness: how far do they give the odd tile away?
        apart = np.abs(features - np.median(features, 0)).sum(1)
        tier["hits"] += int(apart.argmax() == grid["odd"])

print(
    json.dumps(
        {
            "wrong": wrong[:20],
            "rows": len(rows),
            "grids": len(grids),
            "compared": compared,
            "lowestCorrelation": round(float(lowest), 4),
            "boxes": boxes,
            "crossing": sum(len(own) > 1 for own in splits.values()),
            "tiers": {
                name: {
                    "cases": tier["cases"],
                    "positive": tier["positive"],
                    "negative": tier["negative"],
                    "pictures": len(tier["pictures"]),
                    "places": [tier["odd"].get(at, 0) for at in range(9 if name == "v3" else 4)],
                    "crude": tier["hits"],
                }
                for name, tier in sorted(tiers.items())
            },
        }
    )
)

"""Counts region tasks and grades anew with nibabel and scipy, and compares them with what was built.

usage: regions_scipy.py tasks|grades FILE NAMES_JSON CASE=MASK ...
NAMES_JSON maps a mask's values to names. Prints one JSON object.
"""
import json, re, sys
import nibabel as nib
import numpy as np
from scipy.ndimage import find_objects, label

kind, path, names_path = sys.argv[1:4]
masks = dict(a.split("=", 1) for a in sys.argv[4:])
values = {name.replace("_", " "): int(v) for v, name in json.load(open(names_path)).items()}
rows = [json.loads(line) for line in open(path)]
loaded = {}


def mask_of(case):
    if case not in loaded:
        loaded.clear()
        img = nib.as_closest_canonical(nib.load(masks[case]))
        loaded[case] = np.asarray(img.dataobj).astype(np.int32), img.affine
    return loaded[case]


out = {"records": len(rows), "compared": 0, "differences": 0, "unknown": 0}
if kind == "tasks":
    for row in rows:
        case, index = re.match(r"(.*)-axial-(\d+)-", row["id"]).groups()
        mask, _ = mask_of(case)
        # Radiological display: right of the picture is the patient's left, its top anterior.
        plane = mask[::-1, ::-1, int(index)].T
        texts = "".join(c["value"] for c in row["conversations"])
        answer = row["conversations"][1]["value"]
        pairs = re.findall(r"<ref>(.*?)</ref><box>(\[.*?\]\])</box>", answer)
        if not pairs:
            pairs = [(answer, re.search(r"<box>(\[.*?\]\])</box>", row["conversations"][0]["value"]).group(1))]
        w, h = row["width"], row["height"]
        for name, boxes in pairs:
            if name not in values:
                out["unknown"] += 1
                continue
            pieces, n = label(plane == values[name])
            sizes = np.bincount(pieces.ravel())
            own = []
            for i, s in enumerate(find_objects(pieces), 1):
                if sizes[i] >= 30:
                    y, x = s
                    fx, fy = w / plane.shape[1], h / plane.shape[0]
                    own.append([round(v) for v in (999 * x.start * fx / w, 999 * y.start * fy / h, 999 * x.stop * fx / w, 999 * y.stop * fy / h)])
            said = json.loads(boxes)
            out["compared"] += 1
            # Halves round differently in the two languages: one step of a thousandth is no difference.
            close = len(said) == len(own) and all(
                any(max(abs(a - b) for a, b in zip(p, q)) <= 1 for q in own) for p in said
            )
            out["differences"] += not close
else:
    for row in rows:
        case = row["key"].split("_0_", 1)[1].rsplit("_ras_NONE_", 1)[0]
        finding, region = row["region"].split(" of ", 1)
        mask, affine = mask_of(case)
        own, whole = mask == values[finding], np.isin(mask, [values[finding], values[region]])
        parts = label(own, np.ones((3, 3, 3)))[1]
        share = own.sum() / whole.sum()
        size = 0 if share == 0 else 1 if share < 0.33 else 2 if share <= 0.66 else 3
        where = np.argwhere(whole)
        low, high = where.min(0), where.max(0)
        corners = nib.affines.apply_affine(affine, np.array(np.meshgrid(*zip(low - 0.5, high + 0.5))).reshape(3, -1).T)
        out["compared"] += 1
        grades = next(iter(row["answer"]["MOAKS_scores"].values()))
        ok = (
            grades == {"size": size, "number": min(3, parts)}
            and row["box_voxels"]["min"] == low.tolist()
            and row["box_voxels"]["max"] == high.tolist()
            and np.allclose(row["box_mm"]["min"], corners.min(0), atol=1e-3)
            and np.allclose(row["box_mm"]["max"], corners.max(0), atol=1e-3)
        )
        out["differences"] += not ok
print(json.dumps(out))

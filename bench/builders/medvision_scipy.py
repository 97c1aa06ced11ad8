"""Counts and measures a MedVision plan's source anew with nibabel, scipy and OpenCV, and compares it with the plan.

usage: medvision_scipy.py FOLDER_OF_PLAN PROTOCOL [MASK_ROOT]
Masks are read from FOLDER/Masks, or for plans without volumes from the original files below MASK_ROOT.
Prints one JSON object.
"""
import glob, gzip, json, os, sys
import cv2
import nibabel as nib
import numpy as np
from scipy.ndimage import find_objects, label

folder, protocol = sys.argv[1], sys.argv[2]
roots = sys.argv[3:]


def plan(kind):
    files = glob.glob(os.path.join(folder, f"benchmark_plan_{kind}_*.json.gz"))
    return json.load(gzip.open(files[0])) if files else {"tasks": []}


def mask_of(case):
    path = os.path.join(folder, case["mask_file"])
    if not os.path.exists(path):
        path = [p for r in roots for p in glob.glob(os.path.join(r, "**", case["case_ID"] + ".nii.gz"), recursive=True)][0]
    img = nib.as_closest_canonical(nib.load(path))
    return np.asarray(img.dataobj).astype(np.int32), [float(z) for z in nib.affines.voxel_sizes(img.affine)]


def planes(mask, spacing, dim):
    axes = [a for a in range(3) if a != dim]
    for index in range(mask.shape[dim]):
        plane = np.take(mask, index, axis=dim)
        if min(plane.shape) >= 2:
            yield index, plane, [spacing[a] for a in axes]


def axes_of(piece, spacing):
    """Full axis lengths in mm by cv2.fitEllipse, columns and rows in mm (strict) or exchanged (published)."""
    contour = cv2.findContours(piece.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)[0][0].squeeze()
    if contour.ndim < 2 or len(contour) < 5:
        return None
    down, right = spacing
    scale = [right, down] if protocol == "strict" else [down, right]
    return cv2.fitEllipse((contour * scale).astype(np.float32))


def released_lengths(fit, spacing):
    """Lengths between the rounded axis ends as released: axes go back to pixels without regard to their direction."""
    down, right = spacing
    (cx, cy), (a, b), angle = fit
    t = np.deg2rad(angle)
    cx, cy, a, b = cx / down, cy / right, a / down / 2, b / right / 2
    ends = [(cx + a * np.cos(t), cy + a * np.sin(t)), (cx - a * np.cos(t), cy - a * np.sin(t))]
    other = [(cx - b * np.sin(t), cy + b * np.cos(t)), (cx + b * np.sin(t), cy - b * np.cos(t))]
    mm = lambda p: np.hypot((round(p[0][0]) - round(p[1][0])) * right, (round(p[0][1]) - round(p[1][1])) * down)
    px = lambda p: np.hypot(p[0][0] - p[1][0], p[0][1] - p[1][1])
    return (mm(ends), mm(other)) if px(ends) >= px(other) else (mm(other), mm(ends))


result = {"boxes": 0, "box_differences": 0, "areas": 0, "area_differences": 0, "ellipses": 0, "axis_error_mm": 0.0, "cases": 0}
cache = {}
for kind in ("detection", "segmentation"):
    for task in plan(kind)["tasks"]:
        for case in task["train_cases"] + task["test_cases"]:
            key = case["mask_file"]
            if key not in cache:
                cache.clear()
                cache[key] = mask_of(case)
            mask, spacing = cache[key]
            result["cases"] += kind == "detection"
            for dim, name in enumerate("xyz"):
                said = {s["slice_idx"]: {e["label"]: e for e in s["slice_profile"]} for s in case[f"slice_profiles_{name}"]}
                for index, plane, mm in planes(mask, spacing, dim):
                    for value in np.unique(plane[plane > 0]):
                        entry = said.get(index, {}).pop(int(value), None)
                        if kind == "segmentation":
                            n = int((plane == value).sum())
                            result["areas"] += 1
                            ok = entry and entry["pixel_count"] == n and abs(entry["ROI_area"] - n * mm[0] * mm[1]) < 1e-3 * n
                            result["area_differences"] += not ok
                            continue
                        pieces, n = label(plane == value)
                        boxes = sorted(((s[0].start, s[1].start), (s[0].stop - 1, s[1].stop - 1)) for s in find_objects(pieces))
                        own = sorted((tuple(b["min_coords"]), tuple(b["max_coords"])) for b in entry["bboxes"]) if entry else []
                        sizes_ok = entry and all(
                            abs(b["sizes"][a] - (b["max_coords"][a] - b["min_coords"][a] + 1) * mm[a]) < 1e-3 for b in entry["bboxes"] for a in (0, 1)
                        )
                        result["boxes"] += n
                        result["box_differences"] += not (own == boxes and sizes_ok)
                # Whatever the plan says beyond what is there is a difference too.
                extra = sum(len(e) for e in said.values())
                result["box_differences" if kind == "detection" else "area_differences"] += extra

for task in plan("biometry")["tasks"]:
    value = task.get("target_label")
    if value is None:
        continue
    for case in task["train_cases"] + task["test_cases"]:
        mask, spacing = mask_of(case)
        for dim, name in enumerate("xyz"):
            said = {s["slice_idx"]: s["slice_profile"] for s in case[f"slice_profiles_{name}"]}
            for index, plane, mm in planes(mask, spacing, dim):
                if index not in said or len(said[index]) != 1:
                    continue
                pieces, n = label(plane == value)
                sizes = np.bincount(pieces.ravel())[1:]
                order = [p for p in np.argsort(-sizes, kind="stable") if sizes[p] >= task["cluster_size_threshold"]]
                lengths = {m["metric_key"]: m["metric_value"] for m in said[index][0]}
                fits = [axes_of(pieces == p + 1, mm) for p in order]
                errors = []
                for fit in fits:
                    if fit is None:
                        continue
                    major, minor = (max(fit[1]), min(fit[1])) if protocol == "strict" else released_lengths(fit, mm)
                    errors.append(max(abs(major - lengths["L-1-2"]), abs(minor - lengths["L-3-4"])))
                result["ellipses"] += 1
                result["axis_error_mm"] = max(result["axis_error_mm"], min(errors))
print(json.dumps(result))

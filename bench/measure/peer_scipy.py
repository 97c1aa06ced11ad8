#!/usr/bin/python3
"""The strict measurements once more with nibabel, scipy and scikit-image: an independent check, and the speed peer.

Reads one JSON task from standard input, {"cases": [{"mask", "image"?, "labels": {structure: value}}],
"chords": bool, "minInstanceMm3": number, "crop": bool}, and prints one JSON line per case. With "crop" (the default)
label maps are cut to the bounding box of their labels before anything else; diameters go over convex hulls.
"""
import json
import resource
import sys
import time

import nibabel as nib
import numpy as np
from scipy import ndimage
from scipy.spatial import ConvexHull, QhullError
from scipy.spatial.distance import cdist, pdist, squareform
from skimage import measure as skmeasure

CUBE = np.ones((3, 3, 3), bool)
LESIONS = {"kidney": ["kidney_tumor", "kidney_cyst"], "liver": ["liver_tumor", "liver_cyst"]}


def hull_points(points):
    """Vertices of the convex hull, or all points where there is none (collinear, too few)."""
    if len(points) <= points.shape[1] + 1:
        return points
    try:
        return points[ConvexHull(points).vertices]
    except QhullError:
        return points


class Frame:
    def __init__(self, affine):
        codes = nib.aff2axcodes(affine)
        self.affine = affine
        self.axis = next(a for a, code in enumerate(codes) if code in "SI")
        self.inplane = [a for a in range(3) if a != self.axis]
        self.voxel_mm3 = abs(np.linalg.det(affine[:3, :3]))

    def world(self, voxels):
        return nib.affines.apply_affine(self.affine, voxels)


def axial(coords, frame):
    """Longest in-slice distance; every tied pair, with its slice."""
    best, pairs = -1.0, []
    for s in np.unique(coords[:, frame.axis]):
        inside = coords[coords[:, frame.axis] == s]
        flat = hull_points(inside[:, frame.inplane].astype(float))
        full = np.empty((len(flat), 3))
        full[:, frame.inplane] = flat
        full[:, frame.axis] = s
        world = frame.world(full)
        if len(world) == 1:
            found = [(0.0, world[0], world[0])]
        else:
            distances = squareform(pdist(world))
            top = distances.max()
            if top < best - 1e-6:
                continue
            found = [(top, world[i], world[j]) for i, j in np.argwhere(distances > top - 1e-6) if i <= j]
        if found[0][0] > best + 1e-6:
            best, pairs = found[0][0], []
        pairs += [(int(s), p, q) for _, p, q in found]
    return best, pairs


def feret(coords, frame, s, p, q):
    """Span of the slice across the direction p-q, within the slice plane."""
    inside = frame.world(coords[coords[:, frame.axis] == s])
    if np.allclose(p, q):
        return 0.0
    along = (q - p) / np.linalg.norm(q - p)
    plane = [frame.affine[:3, a] for a in frame.inplane]
    normal = np.cross(*plane)
    across = np.cross(normal / np.linalg.norm(normal), along)
    return float(np.ptp(inside @ across))


def chord(coords, frame, s, p, q, step=0.02):
    """Longest stretch across p-q inside the area between voxel centres, by dense sampling of lines."""
    if np.allclose(p, q):
        return 0.0
    inside = coords[coords[:, frame.axis] == s][:, frame.inplane]
    low = inside.min(0) - 1
    grid = np.zeros(inside.max(0) - low + 2, np.int8)
    grid[tuple((inside - low).T)] = 1
    plane = np.stack([frame.affine[:3, a] for a in frame.inplane], 1)
    normal = np.cross(plane[:, 0], plane[:, 1])
    along = (q - p) / np.linalg.norm(q - p)
    across = np.cross(normal / np.linalg.norm(normal), along)
    to_index = np.linalg.pinv(plane)
    edge = inside[ndimage.convolve(grid, np.ones((3, 3)), mode="constant")[tuple((inside - low).T)] < 9]
    origin = plane @ edge[0]
    offsets = np.unique(np.round(((edge - edge[0]) @ plane.T) @ along, 6))
    offsets = np.concatenate([offsets - 1e-6, offsets + 1e-6])
    reach = ((inside - edge[0]) @ plane.T) @ across
    t = np.arange(reach.min() - step, reach.max() + 2 * step, step)
    start = to_index @ origin - low
    best = 0
    for offset in offsets:
        xy = start[:, None] + (to_index @ along)[:, None] * offset + (to_index @ across)[:, None] * t
        cell = np.floor(xy).astype(int)
        cell = np.clip(cell, 0, np.array(grid.shape)[:, None] - 2)
        x, y = xy - cell
        a, b = grid[cell[0], cell[1]], grid[cell[0] + 1, cell[1]]
        c, d = grid[cell[0], cell[1] + 1], grid[cell[0] + 1, cell[1] + 1]
        n = a + b + c + d
        ok = (n == 4) | (n == 3) & np.where(
            d == 0, x + y <= 1, np.where(a == 0, x + y >= 1, np.where(c == 0, x >= y, y >= x))
        )
        edges = np.flatnonzero(np.diff(np.concatenate([[0], ok.view(np.int8), [0]])))
        if len(edges):
            best = max(best, (edges[1::2] - edges[::2]).max() - 1)
    return float(best * step)


def spacial(coords, frame):
    points = frame.world(hull_points(coords.astype(float)))
    if len(points) == 1:
        return 0.0
    return float(max(cdist(points[i : i + 2000], points).max() for i in range(0, len(points), 2000)))


def instances(mask, frame, options, image=None):
    labels, _ = ndimage.label(mask, CUBE)
    found = []
    for region in skmeasure.regionprops(labels):
        if region.area * frame.voxel_mm3 < options["minInstanceMm3"] - 1e-9:
            continue
        coords = region.coords
        longest, pairs = axial(coords, frame)
        one = {
            "voxels": int(region.area),
            "volume": region.area * frame.voxel_mm3 / 1000,
            "axial": longest,
            "slices": sorted({s for s, _, _ in pairs}),
            "ferets": [feret(coords, frame, *pair) for pair in pairs],
            "d3": spacial(coords, frame),
            "centroid": frame.world(np.array(region.centroid)).tolist(),
            "label": region.label,
        }
        if options.get("chords"):
            one["chords"] = [chord(coords, frame, *pair) for pair in pairs]
        if image is not None:
            values = image[tuple(coords.T)]
            one["mean"], one["std"] = float(values.mean()), float(values.std())
        found.append(one)
    found.sort(key=lambda one: -one["voxels"])
    return found, labels


def kidney_sides(whole, tissue, frame):
    """Left and right masks out of one kidney label, or None."""
    labels, n = ndimage.label(whole, CUBE)
    if n < 2:
        return None
    tissue_mm3 = ndimage.sum_labels(tissue, labels, range(1, n + 1)) * frame.voxel_mm3
    centres = frame.world(np.array(ndimage.center_of_mass(whole, labels, range(1, n + 1))))
    big = [c for c in range(n) if tissue_mm3[c] >= 5000]
    big.sort(key=lambda c: centres[c][0])
    gaps = [centres[big[c]][0] - centres[big[c - 1]][0] for c in range(1, len(big))]
    if not gaps or max(gaps) < 30:
        return None
    cut = int(np.argmax(gaps)) + 1
    sides = [np.isin(labels, [c + 1 for c in group]) for group in (big[:cut], big[cut:])]
    rest = [c for c in range(n) if c not in big]
    if rest:
        spacing = nib.affines.voxel_sizes(frame.affine)
        away = [ndimage.distance_transform_edt(~side, sampling=spacing) for side in sides]
        for c in rest:
            piece = labels == c + 1
            sides[int(away[1][piece].min() < away[0][piece].min())] |= piece
    return {"kidney_left": sides[0], "kidney_right": sides[1]}


def measure(case, options):
    mask_file = nib.load(case["mask"])
    data = np.asanyarray(mask_file.dataobj)
    if data.dtype.kind == "f":
        data = np.rint(data).astype(np.int16)
    image = None
    if case.get("image"):
        image = np.asanyarray(nib.load(case["image"]).dataobj)
    affine = mask_file.affine
    shape = data.shape
    crop = options.get("crop", True)
    where = ndimage.find_objects((data > 0).view(np.int8)) if crop else []
    if where and where[0] is not None:
        box = where[0]
        start = [s.start for s in box]
        data = data[box]
        image = None if image is None else image[box]
    else:
        start = [0, 0, 0]
    affine = affine.copy()
    affine[:3, 3] = nib.affines.apply_affine(mask_file.affine, start)
    frame = Frame(affine)
    masks = {name: data == value for name, value in case["labels"].items()}
    lesion_of = {}
    for organ, kinds in LESIONS.items():
        kinds = [kind for kind in kinds if kind in masks]
        if not kinds:
            continue
        lesions = np.logical_or.reduce([masks[kind] for kind in kinds])
        lesion_of[organ] = kinds
        masks[organ + "_lesion"] = lesions
        if organ in masks:
            tissue = masks[organ]
            masks[organ] = tissue | lesions
            sides = kidney_sides(masks[organ], tissue, frame) if organ == "kidney" else None
            masks.update(sides or {})
    if "kidney_left" in masks and "kidney_right" in masks and "kidney" not in masks:
        masks["kidney"] = masks["kidney_left"] | masks["kidney_right"]
    out = {"mask": case["mask"], "regions": {}, "instances": {}}
    lesion_names = {kind for kinds in lesion_of.values() for kind in kinds}
    found, labelled = {}, {}
    for name in lesion_names:
        found[name], labelled[name] = instances(masks[name], frame, options, image)
    for organ, kinds in lesion_of.items():
        union = [dict(one, structure=kind) for kind in kinds for one in found[kind]]
        for one in union:
            piece = labelled[one["structure"]] == one["label"]
            parts = {
                part: int((masks[part] & piece).sum())
                for part in ("kidney_left", "kidney_right")
                if part in masks and organ == "kidney"
            }
            if parts:
                one["location"] = max(parts, key=parts.get)
        found[organ + "_lesion"] = sorted(union, key=lambda one: -one["voxels"])
    out["instances"] = found
    lesion_any = np.zeros(data.shape, bool)
    for name in lesion_names:
        lesion_any |= masks[name]
    for name, mask in masks.items():
        voxels = int(mask.sum())
        region = {"voxels": voxels, "volume": voxels * frame.voxel_mm3 / 1000}
        if voxels:
            (bounds,) = ndimage.find_objects(mask.view(np.int8))
            region["face"] = any(
                s.start + o == 0 or s.stop + o == n for s, o, n in zip(bounds, start, shape)
            )
            if image is not None:
                values = image[mask if name in found else mask & ~lesion_any]
                region["mean"], region["std"] = float(values.mean()), float(values.std())
            if name not in found:
                labels, _ = ndimage.label(mask[bounds], CUBE)
                region["axial"] = max(
                    axial(np.argwhere(labels[box] == c + 1), frame)[0]
                    for c, box in enumerate(ndimage.find_objects(labels))
                )
        out["regions"][name] = region
    if start != [0, 0, 0]:
        for one in (one for group in found.values() for one in group):
            one["slices"] = [s + start[frame.axis] for s in one["slices"]]
    return out


def main():
    task = json.load(sys.stdin)
    for case in task["cases"]:
        began, cpu = time.perf_counter(), time.process_time()
        result = measure(case, task)
        result["seconds"] = time.perf_counter() - began
        result["cpuSeconds"] = time.process_time() - cpu
        result["peakRssMb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()

"""One case's masks and scan, read with nibabel, and what numpy and scipy measure on them: nothing here is Overread's."""
import glob
import math
import os

import nibabel as nib
import numpy as np
from scipy import ndimage
from scipy.spatial import ConvexHull, QhullError
from scipy.spatial.distance import pdist

CUBE = np.ones((3, 3, 3))
LEAST_MM3 = 10  # rule 4 of the published pipeline: smaller components are specks
KINDS = ("pdac", "pnet", "cyst", "tumor")  # the most specific first: a voxel drawn twice counts for the first
ORGANS = ("liver", "kidney", "pancreas", "colon")


def organ(name):
    return name.split("_")[0]


def is_lesion(name):
    return name.rsplit("_", 1)[-1] in ("lesion",) + KINDS


class Scan:
    """Masks by structure in RAS order, `spacing` in mm, `ct` in HU or None."""

    def __init__(self, path, item):
        folder = os.path.join(path, item)
        self.found = {}
        if os.path.isdir(os.path.join(folder, "segmentations")):
            self.masks = {}
            for file in glob.glob(os.path.join(folder, "segmentations", "*.nii.gz")):
                image = nib.as_closest_canonical(nib.load(file))
                self.masks[os.path.basename(file)[:-7]] = np.asarray(image.dataobj) > 0
            self.spacing = np.array(image.header.get_zooms()[:3], float)
            scan = nib.as_closest_canonical(nib.load(os.path.join(folder, "ct.nii.gz")))
            self.ct = np.asarray(scan.dataobj).astype(float)
            self._complete()
        else:
            image = nib.as_closest_canonical(nib.load(os.path.join(folder, "segmentation.nii.gz")))
            self.spacing = np.array(image.header.get_zooms()[:3], float)
            self.ct = None
            self._kits(np.asarray(image.dataobj).round().astype(np.uint8))

    @property
    def voxel_mm3(self):
        return float(np.prod(self.spacing))

    def _complete(self):
        """Lesions belong to their organ, an organ's kinds together are its lesions, two kidneys are the kidneys."""
        self.lowest, self.slices = 0, next(iter(self.masks.values())).shape[2]
        for name in ORGANS:
            typed = [mask for key, mask in self.masks.items() if organ(key) == name and is_lesion(key)]
            if typed:
                self.masks[name + "_lesion"] = np.any(typed, axis=0)
        lesions = self.masks.get("kidney_lesion")
        own = {side: self.masks[side] for side in ("kidney_left", "kidney_right") if side in self.masks}
        for lesion in [] if lesions is None or not own else self._components(lesions, 0):
            side = max(own, key=lambda name: np.count_nonzero(lesion & own[name]))
            self.masks[side] = self.masks[side] | lesion
        if own:
            self.masks["kidney"] = np.any([self.masks[side] for side in own], axis=0)
        for name in ORGANS:
            if name in self.masks and name + "_lesion" in self.masks:
                self.masks[name] = self.masks[name] | self.masks[name + "_lesion"]

    def _kits(self, labels):
        """1 kidney, 2 tumour, 3 cyst; the two largest pieces of tissue are the kidneys, each lesion goes to the nearer."""
        box = ndimage.find_objects((labels > 0).astype(np.uint8))[0]
        self.lowest, self.slices = box[2].start, labels.shape[2]
        labels = labels[box]
        self.masks = {
            "kidney": labels > 0,
            "kidney_tumor": labels == 2,
            "kidney_cyst": labels == 3,
            "kidney_lesion": labels >= 2,
        }
        pieces, n = ndimage.label(labels == 1, CUBE)
        sizes = np.bincount(pieces.ravel(), minlength=n + 1)[1:] * self.voxel_mm3 / 1000
        largest = [i + 1 for i in np.argsort(-sizes)[:2] if sizes[i] >= 5]
        if len(largest) < 2:
            return
        # RAS: the first axis runs to the patient's right.
        right, left = sorted(largest, key=lambda i: -ndimage.center_of_mass(pieces == i)[0])
        side = {"kidney_right": pieces == right, "kidney_left": pieces == left}
        self.distance = {
            name: ndimage.distance_transform_edt(~mask, sampling=self.spacing) for name, mask in side.items()
        }
        others = [pieces == i for i in range(1, n + 1) if i not in largest]
        for kind in ("kidney_tumor", "kidney_cyst"):
            others += self._components(self.masks[kind], 0)
        for piece in others:
            name = self._nearest(piece)
            side[name] = side[name] | piece
        self.masks.update(side)

    def _nearest(self, piece):
        return min(self.distance, key=lambda name: self.distance[name][piece].min())

    def _components(self, mask, least):
        labels, _ = ndimage.label(mask, CUBE)
        pieces = []
        for index, box in enumerate(ndimage.find_objects(labels)):
            piece = np.zeros_like(mask)
            piece[box] = labels[box] == index + 1
            if np.count_nonzero(piece) * self.voxel_mm3 >= least - 1e-9:
                pieces.append(piece)
        return pieces

    def lesions(self, name):
        """The lesions of a structure that count, largest first; equals from the feet up, back to front, left to right."""
        if name not in self.found:
            parts, left = [], self.masks[name].copy()
            if name.endswith("_lesion"):
                for kind in KINDS:
                    mask = self.masks.get(f"{organ(name)}_{kind}")
                    if mask is not None:
                        parts.append(mask & left)
                        left &= ~mask
            parts.append(left)
            found = [piece for part in parts for piece in self._components(part, LEAST_MM3)]
            self.found[name] = sorted(
                found, key=lambda p: (-np.count_nonzero(p), *np.argwhere(p)[:, ::-1].min(0))
            )
        return self.found[name]

    def cm3(self, mask):
        return np.count_nonzero(mask) * self.voxel_mm3 / 1000

    def volume(self, name):
        return self.cm3(self.masks[name])

    def lesion_volume(self, name):
        return sum(self.cm3(piece) for piece in self.lesions(name))

    def tissue(self, name):
        """HU of a structure's voxels without any lesion of its organ."""
        lesions = self.masks.get(organ(name) + "_lesion")
        mask = self.masks[name] if lesions is None else self.masks[name] & ~lesions
        return self.ct[mask]

    def diameter(self, piece):
        """Longest distance in mm between two voxel centres in one axial slice, and that slice of the whole scan."""
        best, at = -1.0, 0
        for z in np.flatnonzero(piece.any((0, 1))):
            points = np.argwhere(piece[:, :, z]) * self.spacing[:2]
            try:
                points = points[ConvexHull(points).vertices] if len(points) > 60 else points
            except QhullError:
                pass
            longest = pdist(points).max() if len(points) > 1 else 0.0
            if longest > best + 1e-6:
                best, at = longest, z
        return best, at + self.lowest

    def part_of(self, piece, name):
        """The part of an organ (segment, head/body/tail, side) that holds most of a lesion, else the nearer one."""
        if self.ct is None:
            return self._nearest(piece)
        parts = [
            key
            for key in self.masks
            if organ(key) == name and ("segment" in key or key.rsplit("_", 1)[-1] in PARTS)
        ]
        shares = {key: np.count_nonzero(self.masks[key] & piece) for key in parts}
        best = max(shares, key=shares.get)
        return best if shares[best] > 0 else None

    def contacts(self, piece, own):
        """Area in mm² of the voxel faces that a lesion shares with each structure outside its organ."""
        areas = {}
        for name, mask in self.masks.items():
            if organ(name) == own or is_lesion(name) or "segment" in name or name == "kidney":
                continue
            area = 0.0
            for axis in range(3):
                face = self.voxel_mm3 / self.spacing[axis]
                a, b = np.moveaxis(piece, axis, 0), np.moveaxis(mask, axis, 0)
                area += face * (np.count_nonzero(a[1:] & b[:-1]) + np.count_nonzero(a[:-1] & b[1:]))
            if area > 0:
                areas[name] = area
        return areas

    def contact_angle(self, piece, vessel):
        """Largest angle, over slices and cross-sections, under which the vessel's middle sees the lesion at its outline."""
        vessel = self.masks.get(vessel)
        if vessel is None:
            return 0.0
        largest, size = 0.0, self.spacing[:2]
        for z in np.flatnonzero(vessel.any((0, 1)) & piece.any((0, 1))):
            sections, n = ndimage.label(vessel[:, :, z])
            for index in range(1, n + 1):
                section = sections == index
                voxels = np.argwhere(section)
                middle, seen, touched = voxels.mean(0), 0.0, 0.0
                for voxel in voxels:
                    for step in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                        beside = tuple(voxel + step)
                        if section[beside]:
                            continue
                        edge = (voxel + 0.5 * np.array(step) - middle) * size
                        along = 0.5 * np.array((-step[1], step[0])) * size
                        a, b = edge - along, edge + along
                        angle = abs(math.atan2(a[0] * b[1] - a[1] * b[0], a @ b))
                        seen += angle
                        touched += angle if piece[(*beside, z)] else 0.0
                if seen > 0:
                    largest = max(largest, 360 * touched / seen)
        return largest


PARTS = ("head", "body", "tail", "left", "right")

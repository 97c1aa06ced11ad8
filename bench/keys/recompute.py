#!/usr/bin/python3
"""Answers a benchmark's questions again from masks, scans and published thresholds, and compares with its keys.

usage: recompute.py BENCHMARK [BENCHMARK …]

Reads the questions' types and slots, where their cases lie, and of the keys the answer alone: no evidence, no
measurement of Overread's. Prints one JSON line a benchmark: {types: {TYPE: {questions, mismatches}}, examples: […]}.
"""
import collections
import json
import os
import sys

import numpy as np

sys.dont_write_bytecode = True
from scan import Scan, organ  # noqa: E402

# The knowledge base released with DeepTumorVQA 2.0, and current guidelines where they differ (docs/knowledge.md):
# numbers as data, with whether a value on the limit passes.
PUBLISHED = {
    "enlarged_cm3": {"liver": 1800, "spleen": 314.5, "pancreas": 100, "kidney_left": 260, "kidney_right": 260},
    "spleen_grades_cm3": (314.5, 500, 800),
    "liver_hu": (58, 51, 39),
    "liver_spleen": (1.0, 0.8, 0.5),
    "pancreas_spleen": 0.7,
    "pseudocyst_hu": 14.5,
    "resect_cyst": lambda cm, cm3: cm > 3 or cm3 > 3,
    "renal_mass": lambda hu: 0 if hu < -10 else 1 if hu <= 20 else 2 if hu <= 70 else 3,
    "encased": lambda degrees: degrees >= 180,
    "pnet_rules": False,
    "hepatic_unresectable": True,
    "vein_borderline": 0,
    "cava_borderline": False,
}
GUIDELINE = {
    **PUBLISHED,
    "resect_cyst": lambda cm, cm3: cm >= 3,
    "renal_mass": lambda hu: 0 if hu < -9 else 1 if hu <= 20 else 2 if hu < 70 else 3,
    "encased": lambda degrees: degrees > 0,
    "pnet_rules": True,
    "hepatic_unresectable": False,
    "vein_borderline": 180,
    "cava_borderline": True,
}
CRITERIA = {"published": PUBLISHED, "guideline": GUIDELINE}
TIE_PERCENT, MORE_FACTOR, ISO_SD = 5, 2, 0.1

NAMES = {
    "pancreas_head": "Pancreatic head",
    "pancreas_body": "Pancreatic body",
    "pancreas_tail": "Pancreatic tail",
    "kidney_left": "Left kidney",
    "kidney_right": "Right kidney",
    "portal_vein_and_splenic_vein": "Portal and splenic vein",
    "postcava": "Inferior vena cava",
}
ARTERIES = ("superior_mesenteric_artery", "celiac_trunk", "common_hepatic_artery")


def name_of(structure):
    return NAMES.get(structure, structure.replace("_", " ").capitalize())


def yes(value):
    return "Yes" if value else "No"


def grade(value, limits):
    """How many of the falling limits a value lies under."""
    return sum(value < limit for limit in limits)


def compared(a, b, more_a, more_b, alike):
    """Two burdens or volumes within the tolerance of the larger count as alike."""
    if abs(a - b) * 100 <= TIE_PERCENT * max(a, b) * (1 + 1e-12):
        return alike
    return more_a if a > b else more_b


def by_location(scan, target):
    return collections.Counter(scan.part_of(piece, organ(target)) for piece in scan.lesions(target))


def asymmetry(scan):
    burden = collections.Counter()
    for piece in scan.lesions("kidney_lesion"):
        burden[scan.part_of(piece, "kidney")] += scan.cm3(piece)
    left, right = burden["kidney_left"], burden["kidney_right"]
    if left == right or max(left, right) < MORE_FACTOR * min(left, right) * (1 - 1e-12):
        return "Left and right alike"
    return "Left more than right" if left > right else "Right more than left"


def clustering(scan, target):
    counts = sorted(by_location(scan, target).values(), reverse=True) + [0]
    if counts[0] > 0.5 * sum(counts):
        return "Strongly clustered"
    return "Somewhat clustered" if counts[0] + counts[1] >= 0.75 * sum(counts) else "Widely distributed"


def stage(scan, target, rules):
    angle = max(scan.contact_angle(p, artery) for p in scan.lesions(target) for artery in ARTERIES)
    largest = scan.lesions(target)[0]
    cm = scan.diameter(largest)[0] / 10
    if target.endswith("pnet") and rules["pnet_rules"]:
        beside = scan.contacts(largest, "pancreas")
        if rules["encased"](angle) or {"stomach", "spleen", "colon", "adrenal_gland_left"} & set(beside):
            return "T4"
        if {"duodenum", "common_bile_duct"} & set(beside) or cm > 4:
            return "T3"
        return "T1" if cm < 2 else "T2"
    return "T4" if rules["encased"](angle) else "T1" if cm <= 2 else "T2" if cm <= 4 else "T3"


def resectability(scan, target, rules):
    def angle(vessel):
        return max(scan.contact_angle(piece, vessel) for piece in scan.lesions(target))

    mesenteric, celiac, hepatic = (angle(artery) for artery in ARTERIES)
    if mesenteric > 180 or celiac > 180 or (rules["hepatic_unresectable"] and hepatic > 180):
        return "Unresectable"
    veins = max(angle("portal_vein_and_splenic_vein"), angle("superior_mesenteric_vein"))
    cava = rules["cava_borderline"] and angle("postcava") > 0
    touched = max(mesenteric, celiac, hepatic) > 0 or veins > rules["vein_borderline"] or cava
    return "Borderline" if touched else "Resectable"


def kind_of(scan, target):
    largest = scan.lesions(target)[0]
    for kind, name in (("cyst", "Cyst"), ("tumor", "Tumor"), ("pdac", "PDAC"), ("pnet", "PNET")):
        mask = scan.masks.get(f"{organ(target)}_{kind}")
        if mask is not None and np.all(mask[largest]):
            return name
    return None


def burdens(scan, a, b):
    x, y = (scan.lesion_volume(t) / scan.volume(organ(t)) for t in (a, b))
    names = ["Kidneys" if organ(t) == "kidney" else name_of(organ(t)) for t in (a, b)]
    return compared(
        x,
        y,
        f"{names[0]} more than {names[1].lower()}",
        f"{names[1]} more than {names[0].lower()}",
        f"{names[0]} much like {names[1].lower()}",
    )


def segments(scan, target, a, b):
    counts = by_location(scan, target)
    if counts[a] == counts[b]:
        return "Equal number each"
    return f"More in segment {(a if counts[a] > counts[b] else b)[-1]}"


def largest_hu(scan, target):
    return scan.ct[scan.lesions(target)[0]].mean()


def attenuation(scan, target, of):
    difference, tissue = largest_hu(scan, target) - scan.tissue(of).mean(), scan.tissue(of)
    if abs(difference) < ISO_SD * tissue.std():
        return "Same attenuation"
    return "More attenuating" if difference > 0 else "Less attenuating"


def outlier(scan, target):
    volumes = [np.count_nonzero(piece) for piece in scan.lesions(target)]
    return yes(len(volumes) >= 3 and volumes[0] >= 3 * volumes[1])


def ratio(scan, target):
    return scan.tissue(target).mean() / scan.tissue("spleen").mean()


def steatosis(scan, rules):
    by_hu = grade(scan.tissue("liver").mean(), rules["liver_hu"])
    return f"G{max(by_hu, grade(ratio(scan, 'liver'), rules['liver_spleen']))}"


def spleen_grade(scan, rules):
    cm3, (mild, moderate, severe) = scan.volume("spleen"), rules["spleen_grades_cm3"]
    passed = (cm3 >= mild) + (cm3 >= moderate) + (cm3 > severe)
    return ("Normal", "Mild", "Moderate", "Severe")[passed]


def first(scan, target):
    return scan.lesions(target)[0]


def exists(scan, slots, _):
    return yes(len(scan.lesions(slots["target"])) > 0)


def annotated_kind(scan, slots, _):
    return kind_of(scan, slots["target"])


def large_spleen(scan, _, rules):
    return yes(scan.volume("spleen") > rules["enlarged_cm3"]["spleen"])


RENAL = ("Fat-containing mass", "Simple cyst", "Indeterminate mass", "Hyperattenuating cyst")
# scan, slots, criteria → number or class
ANSWERS = {
    **{
        f"{kind}-existence": exists
        for kind in "liver-lesion kidney-lesion pancreatic-lesion colon-lesion kidney-tumor kidney-cyst pdac pnet".split()
    },
    "splenomegaly-detection": large_spleen,
    "portal-hypertension-assessment": large_spleen,
    "splenomegaly-grading": lambda c, s, k: spleen_grade(c, k),
    "organ-volume-measurement": lambda c, s, k: c.volume(s["target"]),
    "organ-hu-measurement": lambda c, s, k: c.tissue(s["target"]).mean(),
    "organ-hu-ratio": lambda c, s, k: ratio(c, s["target"]),
    "lesion-volume-measurement": lambda c, s, k: c.lesion_volume(s["target"]),
    "tumor-burden-percentage": lambda c, s, k: 100 * c.lesion_volume(s["target"]) / c.volume(s["organ"]),
    "lesion-counting": lambda c, s, k: len(c.lesions(s["target"])),
    "lesion-count-by-location": lambda c, s, k: by_location(c, s["target"])[s["part"]],
    "largest-lesion-diameter": lambda c, s, k: c.diameter(first(c, s["target"]))[0] / 10,
    "largest-lesion-slice": lambda c, s, k: 100 * (c.diameter(first(c, s["target"]))[1] + 0.5) / c.slices,
    "largest-lesion-location": lambda c, s, k: name_of(c.part_of(first(c, s["target"]), organ(s["target"]))),
    "largest-lesion-attenuation": lambda c, s, k: attenuation(c, s["target"], s["organ"]),
    "tumor-organ-hu-difference": lambda c, s, k: largest_hu(c, s["target"]) - c.tissue(s["organ"]).mean(),
    "kidney-volume-comparison": lambda c, s, k: compared(
        c.volume("kidney_left"),
        c.volume("kidney_right"),
        "Left larger than right",
        "Right larger than left",
        "Left the same as right",
    ),
    "bilateral-kidney-asymmetry": lambda c, s, k: asymmetry(c),
    "inter-segment-comparison": lambda c, s, k: segments(c, s["target"], s["a"], s["b"]),
    "adjacent-organ": lambda c, s, k: name_of(
        max((areas := c.contacts(first(c, s["target"]), organ(s["target"]))), key=areas.get)
    ),
    "organ-aggregation": lambda c, s, k: c.volume(s["a"]) + c.volume(s["b"]),
    "organ-enlargement": lambda c, s, k: yes(c.volume(s["target"]) > k["enlarged_cm3"][s["target"]]),
    "lesion-outlier": lambda c, s, k: outlier(c, s["target"]),
    "liver-lesion-clustering": lambda c, s, k: clustering(c, s["target"]),
    "multi-organ-lesion-burden-comparison": lambda c, s, k: burdens(c, s["a"], s["b"]),
    "pdac-vs-pnet-classification": annotated_kind,
    "lesion-type-classification": annotated_kind,
    "pancreatic-tumor-staging": lambda c, s, k: stage(c, s["target"], k),
    "pancreatic-lesion-resectability": lambda c, s, k: resectability(c, s["target"], k),
    "pancreatic-cyst-resectability": lambda c, s, k: yes(
        k["resect_cyst"](c.diameter(first(c, s["target"]))[0] / 10, c.cm3(first(c, s["target"])))
    ),
    "fatty-liver": lambda c, s, k: yes(ratio(c, "liver") < k["liver_spleen"][0]),
    "pancreatic-steatosis": lambda c, s, k: yes(ratio(c, "pancreas") < k["pancreas_spleen"]),
    "hepatic-steatosis-grading": lambda c, s, k: steatosis(c, k),
    "renal-mass-characterization": lambda c, s, k: RENAL[k["renal_mass"](largest_hu(c, s["target"]))],
    "pseudocyst-determination": lambda c, s, k: yes(largest_hu(c, s["target"]) > k["pseudocyst_hu"]),
}


def records(folder, file, member):
    """JSON lines without the first, which holds the canary."""
    with open(os.path.join(folder, file), encoding="utf-8") as lines:
        found = [json.loads(line) for line in lines if line.strip()]
    return [record for record in found if member in record]


def agrees(answer, key):
    """A number equals the key to the digits that the key shows; a class in its words."""
    said = key["answer"]
    if not isinstance(answer, str):
        digits = len(said.split(".")[1]) if "." in said else 0
        return answer is not None and abs(answer - float(said)) <= 0.5 * 10**-digits + 1e-6
    return answer.lower() == said.lower()


def recompute(folder):
    with open(os.path.join(folder, "benchmark.json"), encoding="utf-8") as file:
        rules = CRITERIA[json.load(file)["criteria"]]
    with open(os.path.join(folder, "sources.json"), encoding="utf-8") as file:
        sources = {case["caseId"]: case for case in json.load(file)["cases"]}
    keys = {key["questionId"]: key for key in records(folder, "keys.jsonl", "questionId")}
    types = collections.defaultdict(lambda: {"questions": 0, "mismatches": 0})
    examples, open_case, scan = [], None, None
    questions = sorted(records(folder, "questions.jsonl", "slots"), key=lambda q: q["caseId"])
    for question in questions:
        if question["caseId"] != open_case:
            open_case = question["caseId"]
            scan = Scan(sources[open_case]["path"], sources[open_case]["item"])
        kind = question["type"]
        answer = ANSWERS[kind](scan, question["slots"], rules)
        types[kind]["questions"] += 1
        if not agrees(answer, keys[question["id"]]):
            types[kind]["mismatches"] += 1
            item, said = sources[open_case]["item"], keys[question["id"]]["answer"]
            examples.append({"type": kind, "item": item, "slots": question["slots"], "here": str(answer), "key": said})
    return {"cases": len({q["caseId"] for q in questions}), "types": types, "examples": examples[:20]}


for benchmark in sys.argv[1:]:
    print(json.dumps(recompute(benchmark)), flush=True)

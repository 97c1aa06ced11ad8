"""Counts the objects of Pascal VOC files by label, and the area of their boxes, and compares them with built rows.

usage: voc_count.py FOLDER_OF_XML ROWS_JSONL
"""
import collections, glob, json, os, sys
import xml.etree.ElementTree as tree

there, built = collections.Counter(), collections.Counter()
for path in glob.glob(os.path.join(sys.argv[1], "*.xml")):
    for thing in tree.parse(path).getroot().iter("object"):
        box = [int(thing.find("bndbox").find(k).text) for k in ("xmin", "ymin", "xmax", "ymax")]
        there[thing.find("name").text] += 1
        there["area"] += (box[2] - box[0]) * (box[3] - box[1])
for row in map(json.loads, open(sys.argv[2])):
    if row["count"]:
        built[row["label"]] += row["count"]
    built["area"] += sum((b[2] - b[0]) * (b[3] - b[1]) for b in row["bbox"])
keys = sorted(set(there) | set(built))
print(json.dumps({"compared": len(keys), "differences": sum(there[k] != built[k] for k in keys), "counts": there}))

"""Runs the released scorer (path to its metrics.py as the first argument) over cases read from standard input."""

import importlib.util
import json
import math
import sys
import unicodedata

spec = importlib.util.spec_from_file_location("upstream_metrics", sys.argv[1])
scorer = importlib.util.module_from_spec(spec)
spec.loader.exec_module(scorer)

cases = json.load(sys.stdin)


def shown(value):
    """JSON has no infinity."""
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)
    return value


def every_extraction(text):
    return [
        scorer.strip_think(text),
        scorer.extract_letter(text),
        shown(scorer.extract_number(text)),
        scorer.extract_binary(text),
        scorer.normalize_text(text),
    ]



def known(case):
    """False where a character is missing from this Python's Unicode tables: such cases are left out."""
    return all(unicodedata.category(c) != "Cn" for c in json.dumps(case, ensure_ascii=False))


json.dump(
    {
        "unicode": unicodedata.unidata_version,
        "known": {kind: [known(case) for case in cases[kind]] for kind in ("strings", "pairs", "aggregates")},
        "extracted": [every_extraction(text) for text in cases["strings"]],
        "scored": [
            [scorer.score_mc(p), scorer.score_numeric(p), scorer.score_binary(p), scorer.score_categorical(p)]
            for p in cases["pairs"]
        ],
        "aggregated": [
            scorer.aggregate(a["predictions"], {q["qid"]: q for q in a["questions"]}, a["format"])
            for a in cases["aggregates"]
        ],
    },
    sys.stdout,
)

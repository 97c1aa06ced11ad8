# Text metrics by other people's programs, for bench/text/peers.ts: NLTK, sacrebleu where it is installed, CIDEr by definition.
# Reads {"corpora": [[{"prediction", "references"}, ...], ...], "words": [...]} on standard input, writes the values as JSON.
import json
import math
import sys
import warnings
from collections import Counter

warnings.filterwarnings("ignore")
from nltk.stem.porter import PorterStemmer
from nltk.translate.bleu_score import SmoothingFunction, corpus_bleu
from nltk.translate.meteor_score import meteor_score

try:
    import sacrebleu
except ImportError:
    sacrebleu = None


class NoSynonyms:
    def synsets(self, word):
        return []


stemmer = PorterStemmer(mode=PorterStemmer.MARTIN_EXTENSIONS)
smoothing = SmoothingFunction()


def cider(pairs, clipped):
    documents = len(pairs)
    if documents < 2:
        return None
    grams = lambda words, n: Counter(tuple(words[i : i + n]) for i in range(len(words) - n + 1))
    total = 0
    for prediction, references in pairs:
        own = 0
        for reference in references:
            value = 0
            for n in range(1, 5):
                frequency = Counter()
                for _, others in pairs:
                    frequency.update(set().union(*[set(grams(other, n)) for other in others]))
                weight = lambda gram: math.log(documents) - math.log(max(1, frequency[gram]))
                a = {gram: count * weight(gram) for gram, count in grams(prediction, n).items()}
                b = {gram: count * weight(gram) for gram, count in grams(reference, n).items()}
                dot = sum((min(a[gram], b[gram]) if clipped else a[gram]) * b[gram] for gram in a if gram in b)
                norms = math.sqrt(sum(x * x for x in a.values())) * math.sqrt(sum(x * x for x in b.values()))
                value += dot / norms / 4 if norms else 0
            gap = len(prediction) - len(reference)
            own += value * (math.exp(-gap * gap / 72) if clipped else 1)
        total += own / len(references)
    return 10 * total / documents


def values(corpus):
    predictions = [pair["prediction"].split() for pair in corpus]
    references = [[text.split() for text in pair["references"]] for pair in corpus]
    pairs = list(zip(predictions, references))
    found = {}
    for n in range(1, 5):
        for method in ("method1", "method4"):
            found[f"nltk {method} {n}"] = corpus_bleu(
                references, predictions, weights=[1 / n] * n, smoothing_function=getattr(smoothing, method)
            )
    scores = [meteor_score(refs, said, stemmer=stemmer, wordnet=NoSynonyms()) for said, refs in pairs]
    found["nltk meteor"] = sum(scores) / len(scores)
    found["cider"] = cider(pairs, False)
    found["cider-d"] = cider(pairs, True)
    if sacrebleu is not None:
        said = [pair["prediction"] for pair in corpus]
        most = max(len(pair["references"]) for pair in corpus)
        streams = [[(pair["references"] + [None] * most)[i] for pair in corpus] for i in range(most)]
        found["sacrebleu exp"] = sacrebleu.corpus_bleu(said, streams).score / 100
        for n in range(1, 5):
            plain = sacrebleu.BLEU(smooth_method="none", max_ngram_order=n).corpus_score(said, streams)
            found[f"sacrebleu none {n}"] = plain.score / 100
        if all(len(pair["references"]) == most for pair in corpus):
            found["sacrebleu chrF"] = sacrebleu.corpus_chrf(said, streams).score / 100
            found["sacrebleu chrF++"] = sacrebleu.CHRF(word_order=2).corpus_score(said, streams).score / 100
    return found


given = json.load(sys.stdin)
json.dump(
    {
        "corpora": [values(corpus) for corpus in given["corpora"]],
        "stems": [stemmer.stem(word) for word in given["words"]],
        "sacrebleu": None if sacrebleu is None else sacrebleu.__version__,
    },
    sys.stdout,
)

// What an English chest report says of fourteen findings: mentions by pattern, then whether they are denied or doubted.
import { FINDING_PATTERNS, FINDINGS, type Finding } from './finding-patterns.ts';

export type Claim = 'present' | 'uncertain' | 'denied' | 'unmentioned';
export type FindingClaims = Readonly<Record<Finding, Claim>>;

/** Where a denial ends. "No effusion, but a nodule" denies the effusion only. */
const TURNS =
  /[;:]|\b(?:but|however|although|though|except|otherwise|which|there (?:is|are)|with (?:a|an|the|mild|moderate|stable|associated|adjacent|residual)|secondary to|due to|consistent with|compatible with|(?<!to )suggest\w*|represent\w*|reflect\w*|related to|status post|s\/p)\b|,\s*(?=stable|unchanged|probabl|possibl|likely|calcified|chronic|old|healed|may|and (?:a|the) )/g;

/** Looks like a denial and is none: something is unchanged, or only not quite known. */
const NOT_DENIALS =
  /\b(?:(?:no|without|not)(?: \w+){0,3} (?:chang\w*|increas\w*|progress\w*|worsen\w*|interval development)|not (?:only|excluded|entirely excluded|completely excluded|necessarily)|(?:cannot|can not|could not|can't) (?:be )?(?:\w+ )?(?:exclude\w*|rule\w* out)|not be (?:\w+ )?(?:excluded|ruled out)|no (?:prior|previous|comparison)|without comparison)\b/g;

const DENIALS =
  /\b(?:no|not|without|negative for|free (?:of|from)|absence of|absent|never|clear of|neither|nor|lack of|rather than|exclud\w+|ruled? out|resolution of|resolved|cleared|clearing of|denies|no longer|removal of|interval removal)\b/;

/** Said after the finding: "effusion is not seen", "has resolved". */
const DENIED_AFTER =
  /^[^.;]{0,60}?\b(?:(?:is|are|was|were|has been|have been)? ?(?:not|no longer) (?:\w+ )?(?:seen|identified|visualized|visualised|present|appreciated|evident|demonstrated|noted|detected|apparent)|(?:has|have) (?:\w+ )?(?:resolved|cleared)|(?:is|are) (?:now )?(?:absent|resolved|excluded)|(?:has|have) been (?:removed|excluded|ruled out)|(?:is|are|appears?|remains?) (?:\w+ )?(?:within (?:\w+ )?(?:normal )?limits|normal|unremarkable))\b/;

const DOUBTS =
  /\b(?:may|might|could|possib\w+|probabl\w+|question\w*|suspic\w+|suspect\w*|cannot|can not|not excluded|versus|vs|likely|concern\w*|suggest\w*|equivocal|borderline|differential|consider|if|evaluate for)\b/;

/** Sentences; a full stop within a number ends none. */
export function sentencesOf(report: string): string[] {
  return report
    .normalize('NFC')
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .split(/(?<=[a-z)\]])[.?!]+\s*|(?<=\d)\.\s+(?=\D)|[?!]\s|\n/)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '');
}

/** No denial reaches farther than this many letters. */
const REACH = 400;

/** Whether what is found at `start` to `end` is denied by the clause before it or by what follows. */
function isDenied(sentence: string, start: number, end: number): boolean {
  const begin = Math.max(0, start - REACH);
  let from = begin;
  for (const turn of sentence.slice(begin, start).matchAll(TURNS)) from = begin + turn.index + turn[0].length;
  const before = sentence.slice(from, end).replace(NOT_DENIALS, ' ');
  return (
    DENIALS.test(before) || DENIED_AFTER.test(sentence.slice(end, end + REACH).replace(NOT_DENIALS, ' '))
  );
}

const RANK: Readonly<Record<Claim, number>> = { unmentioned: 0, denied: 1, uncertain: 2, present: 3 };

/**
 * What a report claims of each finding; a finding that is claimed anywhere is claimed. "No Finding" is present when none
 * of the others but support devices is present or uncertain.
 */
export function findingsIn(report: string): FindingClaims {
  const claims = Object.fromEntries(FINDINGS.map((finding) => [finding, 'unmentioned'])) as Record<
    Finding,
    Claim
  >;
  for (const sentence of sentencesOf(report)) {
    const claim = DOUBTS.test(sentence) ? 'uncertain' : 'present';
    for (const { finding, mention, unless } of FINDING_PATTERNS)
      for (const found of sentence.matchAll(mention)) {
        if (RANK[claims[finding]] >= RANK[claim]) break;
        const end = found.index + found[0].length;
        if (unless?.test(sentence.slice(Math.max(0, found.index - 40), end + 25)) === true) continue;
        if (!isDenied(sentence, found.index, end)) claims[finding] = claim;
        else if (claims[finding] === 'unmentioned') claims[finding] = 'denied';
      }
  }
  const abnormal = FINDINGS.some(
    (finding) => finding !== 'No Finding' && finding !== 'Support Devices' && isClaimed(claims[finding]),
  );
  return { ...claims, 'No Finding': abnormal ? 'denied' : 'present' };
}

/** Present or uncertain: what counts as the label in binary scores. */
export const isClaimed = (claim: Claim): boolean => claim === 'present' || claim === 'uncertain';

/** The labels that a report claims. */
export function claimedFindings(report: string): ReadonlySet<Finding> {
  const claims = findingsIn(report);
  return new Set(FINDINGS.filter((finding) => isClaimed(claims[finding])));
}

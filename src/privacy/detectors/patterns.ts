// Identifiers that have a shape of their own, as patterns; digits may be letters that OCR takes for them.
import type { PhiCategory } from '../categories.ts';

/** A pattern; where it has a group named "value", only that is what identifies. */
export interface Pattern {
  /** Kebab-case name, for reports. */
  readonly id: string;
  readonly category: PhiCategory;
  readonly pattern: RegExp;
}

/** A digit, or what OCR reads for one inside a number. */
const D = '[0-9OoIl|SB]';
/** Between a label and its value: "No.", "#", colons, dashes, spaces. */
const GAP = String.raw`(?:[ \t]*(?:id|no|nr|num|number|code)\b\.?)?[ \t]*[#:.\-–—_]{0,3}[ \t]*`;
const MONTH =
  '(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)';
const YEAR = '(?:1[89]|2[01])\\d{2}';
const STREET =
  '(?:street|st|avenue|ave|road|rd|lane|ln|drive|dr|court|ct|boulevard|blvd|way|place|pl|terrace|ter|circle|cir|highway|hwy|parkway|pkwy|square|sq|trail|trl|row|close|crescent|alley|loop|path|ridge|walk)';
const STATE =
  '(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|PR|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY])';

function labelled(id: string, category: PhiCategory, label: string, value: string): Pattern {
  return { id, category, pattern: new RegExp(`\\b(?:${label})\\b${GAP}(?<value>${value})`, 'gi') };
}

/** An identifier with at least `least` characters, one of them a digit, in groups divided by spaces or dashes. */
const code = (least: number) =>
  String.raw`(?=[A-Z\-]{0,6}\d)[A-Z0-9][A-Z0-9\-./]{${least - 1},}(?: ${D}{2,}){0,3}`;

export const PATTERNS: readonly Pattern[] = [
  {
    id: 'e-mail',
    category: 'email',
    pattern:
      /[\w.+-]+[ \t]?[@©®][ \t]?[a-z0-9-]+(?:[ \t]?[.,][ \t]?[a-z0-9-]+)*[ \t]?[.,][ \t]?[a-z]{2,}\b/gi,
  },
  labelled('labelled-e-mail', 'email', 'e-?mail(?: address)?', String.raw`\S*[\w.+-]+[@©®]?\S*\.[a-z]{2,}`),
  { id: 'url', category: 'url', pattern: /\b(?:https?|ftp):\/\/[^\s<>"']+|\bwww\.[^\s<>"']+/gi },
  {
    id: 'ipv4',
    category: 'ip',
    pattern: /(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d.])/g,
  },
  {
    id: 'ipv6',
    category: 'ip',
    pattern: /(?<![\w:])(?:[0-9a-f]{1,4}:){3,7}(?::?[0-9a-f]{1,4}){1,4}(?![\w:])/gi,
  },
  {
    id: 'ssn',
    category: 'ssn',
    pattern: new RegExp(
      `(?<![\\w-])${D}{3}[ \\t]?[-–—][ \\t]?${D}{2}[ \\t]?[-–—][ \\t]?${D}{4}(?![\\w-])`,
      'g',
    ),
  },
  labelled(
    'labelled-ssn',
    'ssn',
    'ssn|ss#|social security',
    String.raw`${D}{3}[ .\-–—]?${D}{2}[ .\-–—]?${D}{4}\b`,
  ),
  labelled('fax', 'fax', 'fax', String.raw`\+?[\d(][\d() .\-–/]{6,}\d`),
  labelled(
    'labelled-phone',
    'phone',
    'phone|telephone|tel|mobile|cell|pager|call',
    String.raw`\+?[\d(][\d() .\-–/]{5,}\d(?:[ \t]*(?:x|ext\.?)[ \t]*\d+)?`,
  ),
  {
    id: 'us-phone',
    category: 'phone',
    pattern:
      /(?<![\w-])(?:\+?1[ .-]?)?(?:\(\d{3}\)[ \t]?|\d{3}[ .-])\d{3}[ .–-]\d{4}(?:[ \t]*(?:x|ext\.?)[ \t]*\d+)?(?![\w-])/g,
  },
  {
    id: 'international-phone',
    category: 'phone',
    pattern: /(?<!\w)\+\d{1,3}[ .-]?(?:\(?\d{1,4}\)?[ .-]?){2,5}\d{2,}/g,
  },
  {
    id: 'mrn-number',
    category: 'mrn',
    pattern: new RegExp(`\\bM[RA]N[ \\t]?[-–—:#_]?[ \\t]?(?:${D}[ -]?){5,}`, 'g'),
  },
  labelled(
    'labelled-mrn',
    'mrn',
    'mrn|medical record|record|chart|hospital number|patient (?:id|number|no)|patient identifier|pat\\.? ?id',
    code(4),
  ),
  {
    id: 'insurance-number',
    category: 'insurance',
    pattern: new RegExp(`\\b[IlT1|]NS[ \\t]?[-–—:#_][ \\t]?(?:${D}[ -]?){6,}`, 'g'),
  },
  labelled(
    'labelled-insurance',
    'insurance',
    'insurance|insured|member|subscriber|policy|group|beneficiary|medicare|medicaid|health plan|claim',
    code(5),
  ),
  {
    id: 'account-number',
    category: 'account',
    pattern: new RegExp(`\\b(?:ACCT|STMT|STMNT|INV)[ \\t]?[-–—:#_][ \\t]?(?:${D}[ -]?){5,}`, 'g'),
  },
  labelled(
    'labelled-account',
    'account',
    'account|acct|statement|invoice|accession|order|encounter|visit|case',
    code(5),
  ),
  labelled('licence', 'licence', "licen[cs]e|certificate|dea|npi|driver['’]?s licen[cs]e|passport", code(5)),
  labelled('vehicle', 'vehicle', 'vin|number plate|licen[cs]e plate|plate|vehicle', code(5)),
  labelled('device', 'device', 'serial|s/n|device|implant|udi|lot', code(4)),
  {
    id: 'numeric-date',
    category: 'date',
    pattern: new RegExp(
      `(?<![\\d.$])(?:${YEAR}([-/.])(?:0?[1-9]|1[0-2])\\1(?:[0-2]?\\d|3[01])|(?:[0-3]?\\d)([-/.])(?:[0-3]?\\d)\\2(?:${YEAR}|\\d{2}))(?![\\d]|\\.\\d)`,
      'g',
    ),
  },
  {
    id: 'split-date',
    category: 'date',
    pattern: new RegExp(
      `(?<!\\d)[0-3OIl]?${D}[ ]?/[ ]?[0-3OIl]?${D}[ ]?/[ ]?(?:${D}{4}|${D}{2})(?!\\d)`,
      'g',
    ),
  },
  {
    id: 'compact-date',
    category: 'date',
    pattern:
      /(?<![\w.-])(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[0-2]\d[0-5]\d(?:[0-5]\d)?)?(?![\w-]|\.\d)/g,
  },
  {
    id: 'worded-date',
    category: 'date',
    pattern: new RegExp(
      `\\b(?:${MONTH}\\.?[ -]+\\d{1,2}(?:st|nd|rd|th)?,?[ -]+(?:${YEAR}|['’]\\d{2})|\\d{1,2}(?:st|nd|rd|th)?[ -]+(?:of )?${MONTH}\\.?,?[ -]+(?:${YEAR}|\\d{2})|${MONTH}\\.?[ ]+\\d{1,2}(?:st|nd|rd|th)?\\b|\\d{1,2}(?:st|nd|rd|th)?[ ]+${MONTH}\\b|${MONTH}\\.?,?[ ]+${YEAR})(?!\\w)`,
      'gi',
    ),
  },
  labelled(
    'labelled-date',
    'date',
    'dob|d\\.o\\.b\\.?|date of birth|birth ?date|born(?: on)?|admitted(?: on)?|discharged(?: on)?|deceased(?: on)?|died(?: on)?',
    String.raw`[0-9OIl|]{1,4}[ ./\-–][0-9OIl|A-Za-z]{1,9}[ ./\-–][0-9OIl|]{2,4}`,
  ),
  {
    id: 'clock-time',
    category: 'date',
    pattern: /(?<![\d:])(?:[01]?\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?![\d:])/g,
  },
  {
    id: 'age-over-89',
    category: 'date',
    pattern:
      /\b(?:aged?[ :]+)?(?:9\d|1[0-2]\d)(?:[ -]?(?:years?|yrs?|y)[ -]?(?:old|o)?\b|[ -]?(?:yo|y\/o)\b)|\baged?[ :]+(?:9\d|1[0-2]\d)\b/gi,
  },
  {
    id: 'street',
    category: 'address',
    pattern: new RegExp(
      `(?<![\\w.$])\\d{1,6}[A-Z]?[ \\t]+(?:[NSEW]\\.?[ \\t]+)?(?:[A-Z][\\w.'’-]*[ \\t]+){1,4}${STREET}\\b\\.?(?:,?[ \\t]*(?:apt|apartment|suite|ste|unit|floor|fl|#)\\.?[ \\t]*#?\\w+)?`,
      'gi',
    ),
  },
  { id: 'post-box', category: 'address', pattern: /\bP\.?[ ]?O\.?[ ]?Box[ ]+\d+/gi },
  {
    id: 'city-state-zip',
    category: 'address',
    pattern: new RegExp(
      `(?:[A-Z][\\w.'’-]+[ \\t]+){0,2}[A-Z][\\w.'’-]+[,.]?[ \\t]+${STATE}[,.]?[ \\t]+${D}{5}(?:[-–]\\d{4})?(?!\\d)`,
      'g',
    ),
  },
  {
    id: 'state-zip',
    category: 'address',
    pattern: new RegExp(`\\b${STATE}[,.]?[ \\t]+\\d{5}(?:[-–]\\d{4})?(?!\\d)`, 'g'),
  },
  labelled(
    'labelled-address',
    'address',
    '(?:home |mailing |street |billing |postal )?address|residence|lives (?:in|at)',
    String.raw`[A-Z0-9][^\n:;|]{4,60}?(?=[ ]{3,}|\n|$|;|\||\b(?:phone|tel|e-?mail|mrn|ssn|dob|account)\b)`,
  ),
  {
    id: 'institution',
    category: 'address',
    pattern:
      /(?:\b(?:St\.?|Saint|Mount)[ \t]+)?(?:\b\p{Lu}[\p{L}'’-]+[ \t]+){1,3}(?:Hospital|Infirmary|Medical Cent(?:er|re)|Clinic|Health System)\b/gu,
  },
  { id: 'dicom-uid', category: 'other', pattern: /(?<![\d.])(?:[0-2])(?:\.(?:0|[1-9]\d*)){5,}(?![\d.])/g },
  { id: 'uuid', category: 'other', pattern: /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi },
];

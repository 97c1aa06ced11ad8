// Names of people, found by what stands around them: labels, titles, salutations, signatures; and by lists.
import type { Pattern } from './patterns.ts';

const WORD = String.raw`[A-Z][\p{L}'’]+(?:-[A-Z][\p{L}'’]+)?`;
const INITIAL = String.raw`[A-Z]\.`;
/** Words that begin the next field, or are no part of a person's name. */
const STOP =
  '(?:account|acct|address|admission|age|amount|balance|bill|billing|birth|center|centre|clinic|code|date|dob|due|dear|e-?mail|exam|examination|fax|findings|for|gender|group|health|history|hospital|id|identifier|impression|indication|information|insurance|invoice|ins|is|male|female|md|medical|member|mrn|name|no|number|of|page|paid|patient|phone|physician|plan|policy|provider|record|report|respons\\p{L}*|sex|service|ssn|statement|stmt|study|summary|technique|tel|the|total|was|with|has|had|presents?|denies|charges?|payments?|adjustments?)';
const NAME_WORD = String.raw`(?!${STOP}\b)(?:${WORD}|${INITIAL})`;
/** "Jane Q. Doe", "DOE, JANE": two to five words of one line. */
const FULL = String.raw`(?:${NAME_WORD})(?:,?[ \t]+(?:${NAME_WORD}|(?:de|van|von|der|da|di|del|la|bin|al|el|den|ten)\b)){1,4}`;
const ONE_OR_MORE = String.raw`(?:${NAME_WORD})(?:,?[ \t]+(?:${NAME_WORD})){0,3}`;

const LABEL =
  "(?:patient(?:['’]s)?(?:[ ]+name)?|(?:full|first|last|middle|given|family|maiden|sur)[ ]?name|surname|name|guarantor|responsible party|subscriber|insured|policy ?holder|next of kin|emergency contact|contact|relationship|spouse|mother|father|guardian|employer|referring(?: physician| doctor| provider)?|attending(?: physician)?|ordering(?: physician| provider)?|primary care physician|radiologist|physician|technologist|operator|performed by|read by|dictated by|signed by|interpreted by|reported by|transcribed by|approved by|verified by|bill(?:ed)? to|mail to|pay(?:able)? to|sold to|attn|attention|c/o|re)";

const flags = 'giu';

export const NAME_PATTERNS: readonly Pattern[] = [
  {
    id: 'labelled-name',
    category: 'name',
    // The label in any case; the name itself must look like one.
    pattern: new RegExp(
      `(?:^|[^\\p{L}])(?:${anyCase(LABEL)})[ \\t]*[:#;.\\-–|]*[ \\t]+(?:\\p{Lu}[\\p{L}]{0,3}\\.[ \\t]+)?(?<value>${anyCaseStop(FULL)})`,
      'gu',
    ),
  },
  {
    id: 'labelled-single-name',
    category: 'name',
    pattern: new RegExp(
      `(?:^|[^\\p{L}])(?:${anyCase(LABEL)})[ \\t]*:[ \\t]*(?<value>${anyCaseStop(ONE_OR_MORE)})`,
      'gu',
    ),
  },
  {
    id: 'name-under-label',
    category: 'name',
    pattern: new RegExp(
      `(?:^|\\n)[^\\n]{0,40}(?:${anyCase('bill(?:ed)? to|mail to|patient|guarantor|responsible party|statement for|prepared for|sold to')})[ \\t]*:?[ \\t]*\\n+[ \\t]*(?<value>${anyCaseStop(FULL)})`,
      'gu',
    ),
  },
  {
    id: 'titled-name',
    category: 'name',
    pattern: new RegExp(
      `\\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Doctor|Sr|Sra|Herr|Frau)\\b\\.?[ \\t]+(?<value>${anyCaseStop(ONE_OR_MORE)})`,
      'gu',
    ),
  },
  {
    id: 'salutation',
    category: 'name',
    pattern: new RegExp(
      `\\b(?:Dear|Hello|Hi)[ \\t]+(?<value>${anyCaseStop(ONE_OR_MORE)})(?=[,:;.!\\n])`,
      'gu',
    ),
  },
  {
    id: 'credentialled-name',
    category: 'name',
    pattern: new RegExp(
      `(?<value>${anyCaseStop(FULL)}),?[ \\t]+(?:M\\.?D|D\\.?O|R\\.?N|Ph\\.?D|MBBS|FRCR|NP|PA-C|RT)\\b\\.?`,
      'gu',
    ),
  },
  {
    // A line of two to four capitalised words right above a street: an envelope's window, an admission label.
    id: 'name-above-street',
    category: 'name',
    pattern: new RegExp(
      `(?:^|\\n)[ \\t]*(?<value>${anyCaseStop(FULL)})(?:[ \\t]{2,}[^\\n]*)?\\n[ \\t]*\\d{1,6}[A-Z]?[ \\t]+\\p{Lu}\\p{L}+[ \\t]+\\p{Lu}`,
      'gu',
    ),
  },
  {
    // "DOE, JANE  04/01/1970": the head line of a label or of an image.
    id: 'name-before-date',
    category: 'name',
    pattern:
      /(?:^|\n)[ \t]*(?<value>\p{Lu}[\p{L}'’-]+,[ \t]*\p{Lu}[\p{L}'’-]*(?:[ \t]+\p{Lu}[\p{L}'’.-]*){0,2})[ \t]+(?:[MFO][ \t]+)?(?=\d{1,4}[./-]|\d{8}\b|M[RA]N)/gu,
  },
  {
    id: 'dicom-person-name',
    category: 'name',
    pattern: new RegExp(`(?<value>${WORD}\\^${WORD}(?:\\^[\\p{L}.'’-]*){0,3})`, flags),
  },
];

/** A pattern of lower-case letters that matches capitals as well: the flag "i" would let names begin small. */
function anyCase(pattern: string): string {
  return pattern.replace(/(?<!\\)[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);
}

/** The same for the words at which a name ends. */
function anyCaseStop(pattern: string): string {
  return pattern.replaceAll(
    STOP,
    STOP.replace(/\\p\{L\}|[a-z]/g, (part) => (part.length > 1 ? part : `[${part}${part.toUpperCase()}]`)),
  );
}

// What to do with each attribute: the table of PS3.15 Annex E, and rules for whatever the table does not name.
import { ACTIONS, DESCRIPTION_TAGS, KEPT_BY, type KeepOption, TEMPORAL_TAGS } from './profile-table.ts';

/** What becomes of dates: as the basic profile has it, moved by one number of days per patient, or kept. */
export type DateHandling = 'remove' | 'shift' | 'keep';

export interface ProfileOptions {
  /** Default "remove". */
  readonly dates?: DateHandling;
  /** UIDs are kept instead of replaced. Default false. */
  readonly keepUids?: boolean;
  /** Descriptions are cleaned of what the detectors find instead of removed. Default false. */
  readonly cleanDescriptions?: boolean;
  /** Groups of attributes that are kept. Default none. */
  readonly keep?: readonly KeepOption[];
}

/**
 * keep: as it is, if nothing known to identify stands in it; clean: what the detectors find is taken out; date: by the
 * date handling; uid: replaced unless it is the standard's own; dummy, empty, remove; items: each item by the same rules.
 */
export type Treatment = 'keep' | 'clean' | 'shift' | 'uid' | 'dummy' | 'empty' | 'remove' | 'items';

const FREE_TEXT = new Set(['LT', 'ST', 'UT', 'UC', 'UR']);
const SHORT_TEXT = new Set(['LO', 'SH']);
const TEMPORAL = new Set(['DA', 'DT', 'TM']);
const BINARY = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'UN']);
/** Binary attributes that hold pixels, palettes, tables and samples, and nothing else. */
const BINARY_KEPT = /^(7fe000|00281[12]|00283006|54001010|00660016|0066002[1-9]|006600(4[0-3]))/;
/**
 * Short texts that say how an image was made or what a code means: kept after cleaning. Any other short text that the
 * standard's table does not name is removed, since writers put into such attributes what they like.
 */
const SHORT_TEXT_KEPT = new Set([
  ...[
    '00080070',
    '00081090',
    '00181020',
    '00180024',
    '00181210',
    '00180085',
    '00181250',
    '00181251',
    '00180025',
  ],
  ...[
    '00080100',
    '00080102',
    '00080103',
    '00080104',
    '00080105',
    '00281054',
    '00281055',
    '00283003',
    '00189100',
  ],
  ...[
    '00540414',
    '00541101',
    '00541103',
    '00541105',
    '00541107',
    '00620005',
    '00620009',
    '00181030',
    '00401008',
  ],
  ...['00400100', '0040a043', '00540220', '00189073', '00180084', '00191010', '00189809'],
]);

/** The table lets these be removed or emptied; their modules want at least one item of those that are there. */
const REFERENCES = new Set(['00081110', '00081111', '00081120']);

const odd = (tag: string) => Number.parseInt(tag.slice(3, 4), 16) % 2 === 1;

/** Curves and overlays: groups 50xx and 60xx. */
const graphics = (tag: string) => /^[56]0[0-9a-f]{2}/.test(tag);

/**
 * The treatment of an attribute under the basic profile and the options. Where the standard's table leaves a choice by
 * the attribute's type, objects stay valid: a dummy rather than nothing. What the table does not name is judged by its
 * VR, and removed when in doubt.
 */
export function treatmentOf(tag: string, vr: string, options: ProfileOptions): Treatment {
  if (odd(tag) || graphics(tag) || tag.endsWith('0000')) return 'remove';
  const { dates = 'remove', keep = [] } = options;
  const temporal = TEMPORAL.has(vr);
  if (temporal && dates !== 'remove' && (TEMPORAL_TAGS.has(tag) || !ACTIONS.has(tag)))
    return dates === 'keep' ? 'keep' : 'shift';
  if (keep.some((option) => KEPT_BY[option].has(tag)) && vr !== 'SQ') return vr === 'UI' ? 'keep' : 'clean';
  if (options.cleanDescriptions && DESCRIPTION_TAGS.has(tag) && vr !== 'SQ') return 'clean';
  const action = ACTIONS.get(tag);
  if (action === 'X') return 'remove';
  if (REFERENCES.has(tag)) return 'remove';
  if (vr === 'SQ') return action === 'Z' ? 'empty' : 'items';
  if (vr === 'UI') return options.keepUids ? 'keep' : 'uid';
  if (action === 'Z') return 'empty';
  if (action === 'D' || action === 'U') return 'dummy';
  if (BINARY.has(vr)) return BINARY_KEPT.test(tag) ? 'keep' : 'remove';
  if (vr === 'PN') return 'empty';
  if (temporal || vr === 'AE' || vr === 'AS') return 'remove';
  if (FREE_TEXT.has(vr)) return options.cleanDescriptions ? 'clean' : 'remove';
  if (SHORT_TEXT.has(vr)) return SHORT_TEXT_KEPT.has(tag) || options.cleanDescriptions ? 'clean' : 'remove';
  return 'keep';
}

/** Codes of PS3.16 CID 7050 for what was done, for DeidentificationMethodCodeSequence. */
export function methodCodes(
  options: ProfileOptions & { readonly pixelsCleaned: boolean },
): readonly { readonly value: string; readonly meaning: string }[] {
  const { dates = 'remove', keep = [] } = options;
  const codes = [{ value: '113100', meaning: 'Basic Application Confidentiality Profile' }];
  const add = (value: string, meaning: string) => codes.push({ value, meaning });
  if (options.pixelsCleaned) add('113101', 'Clean Pixel Data Option');
  if (options.cleanDescriptions) add('113105', 'Clean Descriptors Option');
  if (dates === 'keep') add('113106', 'Retain Longitudinal Temporal Information Full Dates Option');
  if (dates === 'shift') add('113107', 'Retain Longitudinal Temporal Information Modified Dates Option');
  if (keep.includes('patient-characteristics')) add('113108', 'Retain Patient Characteristics Option');
  if (keep.includes('device')) add('113109', 'Retain Device Identity Option');
  if (options.keepUids) add('113110', 'Retain UIDs Option');
  if (keep.includes('institution')) add('113112', 'Retain Institution Identity Option');
  return codes;
}

// A DICOM header full of canaries: in standard, private, nested, binary and unlisted attributes.
import type { DataSet, Element } from '../../imaging/dicom/elements.ts';
import type { PhiCategory } from '../categories.ts';
import { textElement } from '../dicom/encode.ts';
import type { Invented } from '../statements/invented.ts';
import type { Canary, CanaryPatient } from './patient.ts';

type Planted = readonly [tag: string, vr: string, value: string, category: PhiCategory, canary?: string];

const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));

function item(...elements: readonly (readonly [string, Element])[]): DataSet {
  return { littleEndian: true, elements: new Map(elements) };
}

function sequence(...items: readonly DataSet[]): Element {
  return { vr: 'SQ', value: new Uint8Array(0), items };
}

/** Plants canaries in `elements` and returns them. Values of their own are drawn from `source`. */
export function plantHeader(elements: Map<string, Element>, p: CanaryPatient, source: Invented): Canary[] {
  const canaries: Canary[] = [];
  let drawn = '';
  const other = () => {
    drawn = source.person().family;
    return drawn;
  };
  const number = () => {
    drawn = source.digits(9);
    return drawn;
  };
  /** Without a canary named, it is what was drawn last: the text around it is no secret. */
  const plant = ([tag, vr, value, category, canary]: Planted): [string, Element] => {
    const own = drawn !== '' && value.toLowerCase().includes(drawn.toLowerCase()) ? drawn : value;
    canaries.push({ where: tag, category, value: canary ?? own });
    return [
      tag,
      vr === 'UN' || vr === 'OB' || vr === 'OW' ? { vr, value: bytes(value) } : textElement(vr, value),
    ];
  };
  const put = (planted: Planted) => elements.set(...plant(planted));

  put(['00100010', 'PN', `${p.family}^${p.given}`, 'name', p.family]);
  put(['00100020', 'LO', p.id, 'mrn']);
  put(['00100030', 'DA', p.birth, 'date']);
  put(['00080020', 'DA', p.visit, 'date']);
  put(['00080050', 'SH', p.accession, 'account']);
  put(['00080090', 'PN', `${p.doctor.family}^${p.doctor.given}`, 'name', p.doctor.family]);
  put(['00080080', 'LO', p.hospital, 'name']);
  put(['00080081', 'ST', `${p.address.street}, ${p.address.town}`, 'address', p.address.street]);
  put(['00101040', 'LO', p.address.town, 'address']);
  put(['00102154', 'SH', p.phone, 'phone']);
  put(['00081030', 'LO', `CT for ${p.given}`, 'name', p.given]);
  put(['0008103e', 'LO', `SERIES ${other()}`, 'name']);
  put(['00081010', 'SH', `ST${number()}`, 'device']);
  put(['00081070', 'PN', `${other()}^OP`, 'name']);
  put(['00104000', 'LT', `Wife ${other()} called from ${source.phone()}`, 'name']);
  put(['00204000', 'LT', `SSN ${p.ssn}`, 'ssn', p.ssn]);
  put(['001021b0', 'LT', `Known to us, mail ${p.email}`, 'email', p.email]);
  put(['00181000', 'LO', `SN${number()}`, 'device']);
  put(['00181030', 'LO', `ABD ${p.family}`, 'name', p.family]);
  put(['00181210', 'SH', `B30 ${p.family}`.slice(0, 16), 'name', p.family.slice(0, 11)]);
  put(['00181400', 'LO', `PROC ${other()}`, 'name']);
  // Not in the standard's table at all, and yet text.
  put(['00080068', 'CS', other().toUpperCase(), 'name']);
  put(['00189004', 'CS', `${p.family.toUpperCase()}`.slice(0, 16), 'name']);
  put(['00180022', 'SH', other(), 'name']);
  put(['00700080', 'CS', p.given.toUpperCase(), 'name']);
  // Private: a creator, a text, a sequence, unknown bytes.
  put(['00090010', 'LO', `MAKER ${other()}`, 'name']);
  put(['00091001', 'LO', `${other()} ${number()}`, 'name']);
  put(['00091002', 'UN', `blob ${number()} end`, 'mrn']);
  elements.set('00091003', sequence(item(plant(['00100010', 'PN', `${other()}^P`, 'name']))));
  // Nested: other identifiers, requests, a tree of content three deep.
  elements.set(
    '00101002',
    sequence(
      item(
        plant(['00100020', 'LO', number(), 'mrn']),
        plant(['00190010', 'LO', `NESTED ${other()}`, 'name']),
      ),
    ),
  );
  elements.set(
    '00400275',
    sequence(
      item(
        plant(['00401001', 'SH', `RQ${number()}`, 'account']),
        plant(['00400007', 'LO', `Asked for by ${other()}`, 'name']),
        [
          '00400008',
          sequence(
            item(
              ['00080100', textElement('SH', 'CTABD')],
              ['00080102', textElement('SH', 'LOCAL')],
              plant(['00080104', 'LO', `Abdomen of ${p.family}`, 'name', p.family]),
            ),
          ),
        ],
      ),
    ),
  );
  const leaf = item(
    ['0040a040', textElement('CS', 'TEXT')],
    plant(['0040a160', 'UT', `Seen with ${other()}, ${number()}`, 'name']),
  );
  const branch = item(['0040a040', textElement('CS', 'CONTAINER')], ['0040a730', sequence(leaf)]);
  elements.set(
    '0040a730',
    sequence(item(plant(['0040a123', 'PN', `${other()}^OBS`, 'name']), ['0040a730', sequence(branch)])),
  );
  elements.set(
    '00081140',
    sequence(
      item(
        ['00081150', textElement('UI', '1.2.840.10008.5.1.4.1.1.2')],
        plant(['00081155', 'UI', `1.2.276.${number()}.7`, 'other']),
      ),
    ),
  );
  // UIDs made of a hospital's number; an overlay with text in its bytes; graphics; thumbnails; signatures; padding.
  put(['0020000d', 'UI', `1.2.276.0.${number()}.1`, 'other']);
  put(['0020000e', 'UI', `1.2.276.0.${number()}.2`, 'other']);
  put(['00080018', 'UI', `1.2.276.0.${number()}.3`, 'other']);
  elements
    .set('60000010', { vr: 'US', value: Uint8Array.of(8, 0) })
    .set('60000011', { vr: 'US', value: Uint8Array.of(16, 0) });
  put(['60003000', 'OW', `overlay ${other()}`.padEnd(16), 'name']);
  put(['60004000', 'LT', `over ${other()}`, 'name']);
  put(['50003000', 'OW', `curve ${number()}`, 'mrn']);
  elements.set(
    '00700001',
    sequence(item(['00700008', sequence(item(plant(['00700006', 'ST', `Note ${other()}`, 'name'])))])),
  );
  elements.set('00880200', sequence(item(plant(['7fe00010', 'OB', `thumb ${number()}`, 'mrn']))));
  put(['fffcfffc', 'OB', `padding ${number()}`, 'mrn']);
  return canaries;
}

// Detectors: each kind of identifier is found in the words around it, and clinical facts and amounts are left alone.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CATEGORY_IDS } from './categories.ts';
import { detect, redactText } from './detect.ts';

const categories = (text: string) => [...new Set(detect(text).map(({ category }) => category))];

describe('identifiers with a shape of their own', () => {
  it.each([
    ['SSN: 912-34-5678', 'ssn'],
    ['reach me at (503) 555-0142 today', 'phone'],
    ['call 503-555-0142', 'phone'],
    ['+44 20 7946 0958', 'phone'],
    ['Fax: 503 555 0199', 'fax'],
    ['write to zelda.quillby@example.com', 'email'],
    ['MRN-88121045', 'mrn'],
    ['Medical record no. A-778201', 'mrn'],
    ['INS-8812104512', 'insurance'],
    ['Member ID: XJ4471209', 'insurance'],
    ['ACCT-8812104512', 'account'],
    ['STMT-88121045', 'account'],
    ['Accession number: 20250314-77', 'account'],
    ['License # D1234567', 'licence'],
    ['VIN 1HGCM82633A004352', 'vehicle'],
    ['Serial no: SN-88123', 'device'],
    ['see https://portal.example.org/p/77', 'url'],
    ['from 192.168.10.44', 'ip'],
    ['born 03/14/1961', 'date'],
    ['on 2024-11-02', 'date'],
    ['on March 14, 2025', 'date'],
    ['seen 14 Mar 2025', 'date'],
    ['a 93-year-old woman', 'date'],
    ['lives at 412 Larkspur Lane, Apt 4', 'address'],
    ['Eldermoor, OR 97123', 'address'],
    ['transferred from Oakenfeld General Hospital', 'address'],
    ['1.2.840.113619.2.55.3.604688119', 'other'],
  ] as const)('%s', (text, category) => {
    expect(categories(text)).toContain(category);
  });

  it('every category that text can show is found by some pattern', () => {
    expect(CATEGORY_IDS).toHaveLength(18);
  });
});

describe('names by context', () => {
  it.each([
    ['Patient: Zelda Quillby', 'Zelda'],
    ['Patient Name: QUILLBY, ZELDA', 'QUILLBY'],
    ['Dear Zelda,', 'Zelda'],
    ['referred by Dr. Thornmere for follow-up', 'Thornmere'],
    ['Bill to:\nZelda Quillby\n412 Larkspur Lane', 'Quillby'],
    ['Electronically signed by: Oric Pellham, MD', 'Pellham'],
    ['Quillby^Zelda^A', 'Quillby'],
    ['QUILLBY, ZELDA   03/14/1961   MRN-88121045', 'ZELDA'],
  ])('%s', (text, gone) => {
    expect(redactText(text).text).not.toContain(gone);
  });
  it('a name that a label gave away is found elsewhere too', () => {
    const { text } = redactText(
      'Patient: Zelda Quillby\nFINDINGS: Mrs Quillby was seen. Quillby tolerated it well.',
    );
    expect(text).not.toMatch(/quillby/i);
    expect(text).toContain('tolerated it well');
  });
});

describe('what must stay', () => {
  it.each([
    ['99214 Office visit, established $275.00', 'amounts and procedure codes'],
    ['Total charges $1,550.00, balance due 110.00', 'totals'],
    ['The liver measures 15.2 x 10.4 cm, segment 7, series 3 image 45.', 'measurements'],
    ['No focal lesion. Mean attenuation 55.3 HU; volume 1043.1 cm3.', 'attenuation'],
    ['Patient is a 54-year-old man with abdominal pain.', 'an age below 90'],
    ['Patient has cirrhosis and ascites.', 'a sentence about the patient'],
    ['T2 signal at L4-L5, grade 2/5, Bosniak IIF.', 'grades and levels'],
    ['Dr. on call informed.', 'a title without a name'],
  ])('%s (%s)', (text) => {
    expect(redactText(text).text).toBe(text);
  });
});

describe('findings', () => {
  it('lie in the text, in order, without overlap; what is left is what was between them', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.string(),
            fc.constantFrom('Patient: Al Bo', '912-34-5678', 'a@b.co', '01/02/1990', ' ', '\n'),
          ),
        ),
        (parts) => {
          const text = parts.join('');
          let at = 0;
          for (const { start, end } of detect(text)) {
            expect(start).toBeGreaterThanOrEqual(at);
            expect(end).toBeGreaterThan(start);
            at = end;
          }
          expect(at).toBeLessThanOrEqual(text.length);
        },
      ),
    );
  });
  it('terms are found whatever their case, as whole words only', () => {
    const { text } = redactText('OAKENSHAW; Oakenshaws; oakenshaw', {
      terms: [{ text: 'Oakenshaw', category: 'name' }],
    });
    expect(text).toBe('[NAME]; Oakenshaws; [NAME]');
  });
});

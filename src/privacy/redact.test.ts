// Redaction: no canary of a header or text survives, the files stay valid, and nothing unreadable is copied.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silent } from '../domain/progress.ts';
import { items, text, texts } from '../imaging/dicom/attributes.ts';
import { parseDicom } from '../imaging/dicom/parse.ts';
import { decodeDicomFrames } from '../imaging/dicom/pictures.ts';
import { ctSlice, dicomBytes } from '../imaging/dicom/testing/dicom-sample.ts';
import { type CanaryFile, canaryFiles } from './canaries/dicom-files.ts';
import { canaryJson, canaryReport } from './canaries/patient.ts';
import { canariesIn } from './canaries/scan.ts';
import { redactDicom } from './dicom/redact-dicom.ts';
import { redactPath } from './redact.ts';

const folder = mkdtempSync(join(tmpdir(), 'overread-redact-'));
const secret = 'a secret for the test';
let files: CanaryFile[] = [];
beforeAll(async () => {
  files = await canaryFiles({ seed: 'test', count: 5 });
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('DICOM headers full of canaries', () => {
  it('hold some forty of them, found by the scan before redaction', () => {
    for (const { bytes, header } of files) {
      expect(header.length).toBeGreaterThanOrEqual(40);
      expect(canariesIn(bytes, header)).toHaveLength(header.length);
    }
  });
  it.each([
    ['removed', {}],
    ['shifted', { dates: 'shift' }],
  ] as const)('lose every one, dates being %s', async (_, profile) => {
    for (const { bytes, header } of files) {
      const { bytes: out } = await redactDicom(bytes, { ...profile, secret });
      expect(canariesIn(out, header)).toEqual([]);
    }
  });
  it('lose what names the patient or has the shape of an identifier when descriptions are only cleaned', async () => {
    for (const { bytes, header, patient } of files) {
      const { bytes: out } = await redactDicom(bytes, { cleanDescriptions: true, secret });
      const { family, given, id, accession, ssn, email, phone, hospital } = patient;
      const known = new Set([family, given, id, accession, ssn, email, phone, hospital]);
      expect(canariesIn(out, header).filter(({ value }) => known.has(value))).toEqual([]);
    }
  });
  it('say in the file what was done, and keep pixels and geometry', async () => {
    const [ct] = files;
    const { bytes } = await redactDicom(ct.bytes, { secret });
    const file = parseDicom(bytes, 'out');
    expect(file.notes).toEqual([]);
    expect(text(file, '00120062')).toBe('YES');
    expect(items(file, '00120064').map((item) => text(item, '00080100'))).toEqual(['113100']);
    // Nobody looked at the pixels, so the file claims nothing of them.
    expect(file.elements.has('00280301')).toBe(false);
    expect((await decodeDicomFrames(bytes)).data).toEqual((await decodeDicomFrames(ct.bytes)).data);
    expect(text(file, '00281052')).toBe('-1024');
  });
  it('a name that a short attribute cut off is a name all the same', async () => {
    const cut = { '00100010': ['PN', 'Yarrowthwaite^Al'], '00181210': ['SH', 'B30 Yarrowthwait'] } as const;
    const { bytes } = await redactDicom(dicomBytes(ctSlice({}, cut)), { secret });
    expect(Buffer.from(bytes).includes('Yarrow')).toBe(false);
  });
  it('a record number that is also a coordinate does not cost the geometry', async () => {
    const position = ['00200032', ['DS', '1000\\-12.1000\\1000']] as const;
    const slice = dicomBytes(ctSlice({}, { '00100020': ['LO', '1000'], [position[0]]: position[1] }));
    const { bytes } = await redactDicom(slice, { secret });
    expect(texts(parseDicom(bytes, 'out'), '00200032')).toEqual(['1000', '-12.1000', '1000']);
  });
  it('UIDs change the same way everywhere under one secret, and standard ones stay', async () => {
    const [a, b] = await Promise.all([1, 2].map(() => redactDicom(files[0].bytes, { secret })));
    const [first, second] = [a, b].map(({ bytes }) => parseDicom(bytes, 'out'));
    expect(texts(first, '0020000d')).toEqual(texts(second, '0020000d'));
    expect(text(first, '0020000d')).toMatch(/^2\.25\.\d{1,39}$/);
    expect(text(first, '00080018')).toBe(text(first.meta, '00020003'));
    expect(text(first, '00080016')).toBe('1.2.840.10008.5.1.4.1.1.2');
    const { bytes } = await redactDicom(files[0].bytes, { secret: 'another secret of a test' });
    expect(text(parseDicom(bytes, 'out'), '0020000d')).not.toBe(text(first, '0020000d'));
  });
  it('a patient’s dates move by one number of days', async () => {
    const { bytes } = await redactDicom(files[0].bytes, { secret, dates: 'shift' });
    const file = parseDicom(bytes, 'out');
    const day = (d = '') =>
      Date.UTC(Number(d.slice(0, 4)), Number(d.slice(4, 6)) - 1, Number(d.slice(6))) / 86_400_000;
    const moved = day(text(file, '00080020')) - day(files[0].patient.visit);
    expect(moved).toBeGreaterThanOrEqual(-365);
    expect(moved).toBeLessThanOrEqual(-1);
    // The table lists a patient's birth date with the dates that only full retention keeps.
    expect(text(file, '00280303')).toBe('MODIFIED');
  });
});

describe('a folder', () => {
  it('comes out without canaries or names, with an account, and without what cannot be read', async () => {
    const [source, out] = [mkdtempSync(join(folder, 'in-')), join(folder, 'out')];
    const reports = files.map(({ patient }) => ({ ...canaryReport(patient), json: canaryJson(patient) }));
    files.forEach((file, n) => {
      writeFileSync(join(source, file.name), file.bytes);
      writeFileSync(join(source, `${file.patient.family}.txt`), reports[n].text);
      writeFileSync(join(source, `${file.patient.family}.json`), reports[n].json.text);
    });
    writeFileSync(join(source, 'scan.pdf'), '%PDF-1.7 Zelda');
    writeFileSync(join(source, 'cut.dcm'), files[0].bytes.subarray(0, 2000));
    const before = readdirSync(source).map((name) => readFileSync(join(source, name)));
    const report = await redactPath({
      ...{ source, out, secret, pixels: 'keep', progress: silent },
      signal: new AbortController().signal,
    });
    expect(report.files).toHaveLength(15);
    expect(report.left.map(({ name, code }) => [name.split('/').at(-1), code])).toEqual([
      ['cut.dcm', 'file-truncated'],
      ['scan.pdf', 'format-unsupported'],
    ]);
    const canaries = [
      ...files.flatMap(({ header }) => header),
      ...reports.flatMap((one) => [...one.canaries, ...one.json.canaries]),
    ];
    const written = readdirSync(out);
    expect(written).toHaveLength(16);
    for (const name of written) {
      expect(canariesIn(readFileSync(join(out, name)), canaries)).toEqual([]);
      expect(canariesIn(new TextEncoder().encode(name), canaries)).toEqual([]);
    }
    const texts = written
      .filter((name) => name.endsWith('.txt'))
      .map((name) => readFileSync(join(out, name), 'utf8'));
    for (const redacted of texts)
      expect(redacted).toContain(
        'The liver measures 15.2 cm. A lesion of 2.3 x 1.9 cm lies in segment 7, 55 HU.',
      );
    expect(readdirSync(source).map((name) => readFileSync(join(source, name)))).toEqual(before);
  });
  it('is not made of nothing', async () => {
    const source = mkdtempSync(join(folder, 'none-'));
    const out = join(folder, 'of-nothing');
    const { signal } = new AbortController();
    await expect(redactPath({ source, out, secret, progress: silent, signal })).rejects.toThrow(
      /no file to redact/,
    );
    expect(readdirSync(folder)).not.toContain('of-nothing');
  });
  it('is not written into one that holds something, and leaves nothing when it fails', async () => {
    const source = mkdtempSync(join(folder, 'in-'));
    writeFileSync(join(source, 'a.txt'), 'Liver.');
    const common = { source, secret, progress: silent };
    await expect(
      redactPath({ ...common, out: source, signal: new AbortController().signal }),
    ).rejects.toThrow(/not empty/);
    const stopped = AbortSignal.abort(new Error('stopped'));
    await expect(redactPath({ ...common, out: join(folder, 'never'), signal: stopped })).rejects.toThrow(
      /stopped/,
    );
    expect(readdirSync(folder).filter((name) => name.includes('never'))).toEqual([]);
  });
});

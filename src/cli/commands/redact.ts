// overread redact: takes identifiers out of one's own pages, DICOM files and reports, into a new folder.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { OverreadError } from '../../domain/errors.ts';
import type { Term } from '../../privacy/detect.ts';
import type { KeepOption } from '../../privacy/dicom/profile-table.ts';
import { collect } from '../arguments.ts';
import type { CliCommand } from '../command.ts';
import { list, text } from '../command.ts';

const KEEP = ['patient-characteristics', 'device', 'institution', 'uids'] as const;

function oneOf<const T extends string>(
  given: string | undefined,
  known: readonly T[],
  flag: string,
  usual: NoInfer<T>,
): T {
  const value = given ?? usual;
  const found = known.find((one) => one === value);
  if (found === undefined)
    throw new OverreadError('bad-argument', `Give --${flag} one of ${known.join(', ')}.`);
  return found;
}

/** One name or number per line. */
function termsIn(path: string): Term[] {
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new OverreadError('file-not-found', `The list ${basename(path)} cannot be read: check the path.`, {
      cause,
    });
  }
  return content
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => ({ text: line, category: 'name' }));
}

export default {
  register: (program) =>
    program
      .command('redact')
      .description('take identifiers out of pages (PNG, JPEG, TIFF), DICOM files and reports (text, JSON)')
      .argument('<path>', 'a file, or a folder with everything below it; originals are only read')
      .requiredOption('--out <dir>', 'a new or empty folder')
      .option(
        '--dates <rule>',
        'dates in DICOM headers: remove, shift (by days per patient) or keep',
        'remove',
      )
      .option('--keep <what>', `in DICOM headers: ${KEEP.join(', ')} (repeatable)`, collect)
      .option('--clean-descriptions', 'clean descriptions in DICOM headers instead of removing them')
      .option(
        '--pixels <rule>',
        'in DICOM pixels paint over all text, only identifiers, or keep (not looked at)',
        'text',
      )
      .option('--frames <n>', 'frames of a DICOM file to look at; text is painted over in all of them', '3')
      .option('--names <file>', 'names and numbers that are to go wherever they stand, one a line')
      .option(
        '--secret <file>',
        'makes pseudonyms, UIDs and shifts the same in another run (default: random)',
      ),
  async run(session, [path], flags) {
    const [{ redactPath }, { readSecret }] = await Promise.all([
      import('../../privacy/redact.ts'),
      import('../../privacy/pseudonym.ts'),
    ]);
    const kept = list(flags, 'keep').map((one) => oneOf(one, KEEP, 'keep', 'uids'));
    const frames = Number(text(flags, 'frames') ?? 3);
    if (!Number.isInteger(frames) || frames < 1)
      throw new OverreadError('bad-argument', 'Give --frames a number from 1.');
    const secret = text(flags, 'secret');
    const names = text(flags, 'names');
    const out = text(flags, 'out') ?? '';
    const report = await redactPath({
      source: String(path),
      out,
      profile: {
        dates: oneOf(text(flags, 'dates'), ['remove', 'shift', 'keep'], 'dates', 'remove'),
        keep: kept.filter((one): one is KeepOption => one !== 'uids'),
        keepUids: kept.includes('uids'),
        cleanDescriptions: flags.cleanDescriptions === true,
      },
      pixels: oneOf(text(flags, 'pixels'), ['text', 'identifiers', 'keep'], 'pixels', 'text'),
      framesRead: frames,
      ...(secret === undefined ? {} : { secret: readSecret(secret) }),
      ...(names === undefined ? {} : { terms: termsIn(names) }),
      progress: session.progress,
      signal: session.signal,
    });
    session.result(report);
    session.say(
      `${report.files.length} ${report.files.length === 1 ? 'file' : 'files'} redacted into ${out}; the account is in redaction.json`,
    );
    for (const [category, count] of Object.entries(report.counts).sort(([, a], [, b]) => b - a))
      session.say(`  ${category.padEnd(12)} ${count} removed`);
    const remarks = new Map<string, number>();
    for (const file of report.files)
      for (const remark of file.remarks) remarks.set(remark, (remarks.get(remark) ?? 0) + 1);
    for (const [remark, count] of remarks) session.remark(`${count} files: ${remark}`);
    for (const { name, code, reason } of report.left) session.say(`left out ${name} (${code}): ${reason}`);
    session.say('OCR misses text now and then: look through the pictures before they are given away.');
    return report.left.length > 0 ? 1 : 0;
  },
} satisfies CliCommand;

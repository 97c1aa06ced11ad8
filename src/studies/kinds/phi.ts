// Vision token masking: what masking the picture hides of a billing statement, and what it leaves to be read.
import type { OptionCard } from '../../benchmarks/builder.ts';
import { OverreadError } from '../../domain/errors.ts';
import { openOcr } from '../../privacy/ocr.ts';
import { ARM_IDS, armsOf, tokenOptions } from '../phi/arms.ts';
import { checkPhi } from '../phi/check.ts';
import { armReports } from '../phi/leakage.ts';
import { measurePages } from '../phi/measure.ts';
import { modelReader, ocrReader } from '../phi/reading.ts';
import { markdownReport, textReport } from '../phi/tables.ts';
import { optionOf, type Study } from '../study.ts';

const OPTIONS: readonly OptionCard[] = [
  { name: 'pages', value: 'N', about: 'statements to draw', default: '20' },
  {
    name: 'reader',
    value: 'READER',
    about: '"ocr", or a model (PROVIDER/MODEL) that reads the pictures',
    default: 'ocr',
  },
  {
    name: 'masking',
    value: 'ID',
    about: `a way of masking: ${ARM_IDS.join(', ')}; tokens may say cover and radius, "v6:centre:1" (repeatable; default all)`,
    repeatable: true,
  },
  {
    name: 'cover',
    value: 'RULE',
    about: 'tokens of a box: those it touches (overlap) or whose centre it holds (centre); assumed',
    default: 'overlap',
  },
  {
    name: 'radius',
    value: 'N',
    about: 'further tokens on each side of those, 0 to 9; assumed',
    default: '1',
  },
];

const phi: Study = {
  id: 'phi',
  kind: 'study',
  summary: 'what masking identifiers in a picture leaves readable, alone and with redaction of the text',
  paper: { title: 'Vision Token Masking Alone Cannot Prevent PHI Leakage', arxiv: '2511.18272', year: 2025 },
  command: 'overread study phi --pages 20',
  needs: ['tesseract.js and @tesseract.js-data/eng (npm install)'],
  options: OPTIONS,
  async run(context) {
    const option = (name: string) => optionOf(context, OPTIONS, name) ?? '';
    const pages = Number(option('pages'));
    if (!Number.isInteger(pages) || pages < 1 || pages > 10_000)
      throw new OverreadError('bad-argument', 'Give --pages a number from 1 to 10000.');
    const masking = context.options.masking ?? ARM_IDS;
    const arms = armsOf(masking, tokenOptions(option('cover'), option('radius')));
    const ocr = await openOcr();
    try {
      const finder = ocrReader(ocr);
      const { gateway, blobs, signal, seed, progress } = context;
      const reader =
        option('reader') === 'ocr' ? finder : modelReader(option('reader'), { gateway, blobs, signal });
      const results = await measurePages({ pages, seed, arms, reader, finder, progress, signal });
      const reports = armReports(results, seed);
      return {
        result: {
          reader: reader.name,
          pages,
          seed,
          arms: arms.map(({ id, about }) => ({ id, about })),
          reports,
        },
        text: `${pages} statements, read by ${reader.name}\n${textReport(reports)}`,
        markdown: `# Masking of ${pages} billing statements, read by ${reader.name}\n\n${markdownReport(reports)}`,
      };
    } finally {
      await ocr.close();
    }
  },
  check: checkPhi,
};

export default phi;

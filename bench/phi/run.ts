// What masking leaves of identifiers on pages, and what `overread redact` leaves in DICOM files and reports.
// npx node bench/phi/run.ts [--pages 200] [--files 50] [--seed 0] [--work FOLDER] [--no-write]
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { progressBar } from '../../src/cli/progress-bar.ts';
import { writeSection } from '../masks/section.ts';
import { type FileResult, fileCampaign } from './files.ts';
import { phiMarkdown } from './markdown.ts';
import { pageCampaign } from './pages.ts';

const { values } = parseArgs({
  options: {
    pages: { type: 'string', default: '200' },
    files: { type: 'string', default: '50' },
    seed: { type: 'string', default: '0' },
    work: { type: 'string' },
    write: { type: 'boolean', default: true },
  },
  allowNegative: true,
});
const [pages, files] = [Number(values.pages), Number(values.files)];
if (![pages, files].every((n) => Number.isInteger(n) && n > 0)) {
  process.stderr.write('--pages and --files are positive numbers.\n');
  process.exit(2);
}
// A folder named by --work is kept, and a stopped campaign goes on from what lies in it.
const folder = values.work ?? mkdtempSync(join(tmpdir(), 'overread-phi-'));
const abort = new AbortController();
process.once('SIGINT', () => abort.abort(new Error('interrupted')));
try {
  mkdirSync(folder, { recursive: true });
  const shared = { seed: values.seed, progress: progressBar(process.stderr), signal: abort.signal };
  const variantPages = Math.ceil(pages / 10);
  const read = await pageCampaign({ ...shared, pages, variantPages, file: join(folder, 'pages.jsonl') });
  const done = join(folder, 'files.json');
  if (!existsSync(done)) {
    const place = join(folder, 'files');
    rmSync(place, { recursive: true, force: true });
    writeFileSync(done, JSON.stringify(await fileCampaign({ ...shared, files, folder: place })));
  }
  const redacted = JSON.parse(readFileSync(done, 'utf8')) as FileResult;
  const command = `npx node bench/phi/run.ts --pages ${pages} --files ${files} --seed ${values.seed}`;
  const markdown = phiMarkdown({ command, seed: values.seed, ...read, redacted });
  process.stdout.write(markdown);
  if (values.write) writeSection(fileURLToPath(new URL('../README.md', import.meta.url)), 'phi', markdown);
} finally {
  if (values.work === undefined) rmSync(folder, { recursive: true, force: true });
}

// The tables of docs/benchmarks.md, from the plug-ins themselves: node examples/benchmark-table.ts [--write]
import { readFile, writeFile } from 'node:fs/promises';
import { publishedBenchmarks } from '../src/benchmarks/published/registry.generated.ts';
import type { PublishedBenchmark } from '../src/benchmarks/published.ts';

const plugins = Object.values(publishedBenchmarks) as unknown as readonly PublishedBenchmark[];
const cell = (text: string): string => text.replaceAll('|', '\\|');

function table(): string {
  const rows = plugins.map(({ id, card, modes, metrics }) => {
    const [main] = metrics('strict', modes[0]);
    return [
      `\`${id}\``,
      card.tasks.join(', '),
      card.access.replace('-', ' '),
      card.licence,
      card.format === 'verified' ? 'yes' : 'no',
      modes.map((mode) => `\`${mode}\``).join(' '),
      `${main.id} ${main.better === 'higher' ? '↑' : '↓'}`,
    ];
  });
  const head = ['benchmark', 'task', 'access', 'licence', 'format verified', 'modes', 'main metric'];
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');
}

function faults(): string {
  return plugins
    .filter(({ card }) => card.faults.length > 0)
    .map(({ id, card }) => [`**${id}**`, '', ...card.faults.map((fault) => `- ${fault}`)].join('\n'))
    .join('\n\n');
}

const sections = { table: table(), faults: faults() };
if (process.argv.includes('--write')) {
  const page = new URL('../docs/benchmarks.md', import.meta.url);
  let text = await readFile(page, 'utf8');
  for (const [name, body] of Object.entries(sections)) {
    const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
    const [before, rest] = text.split(begin);
    const after = rest?.split(end)[1];
    if (after === undefined) throw new Error(`docs/benchmarks.md has no ${begin} … ${end}.`);
    text = `${before}${begin}\n\n${body}\n\n${end}${after}`;
  }
  await writeFile(page, text);
} else process.stdout.write(`${sections.table}\n\n${sections.faults}\n`);

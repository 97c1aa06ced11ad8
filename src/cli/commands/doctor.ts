// overread doctor: what works on this machine, what is missing, and how to get it.
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { messageOf } from '../../domain/errors.ts';
import type { CliCommand } from '../command.ts';

export interface Finding {
  readonly name: string;
  /** "missing" is no fault: it only limits what can be done. */
  readonly state: 'ok' | 'missing' | 'broken';
  readonly detail: string;
}

const KEYS = ['OPENAI_API_KEY', 'ANTHROPIC_API_KEY', 'GOOGLE_GENERATIVE_AI_API_KEY'];
const PROGRAMS = [
  ['TotalSegmentator', 'predicted masks from a real segmenter (pip install TotalSegmentator)'],
  ['dciodvfy', 'checking written DICOM SEG (apt-get install dicom3tools)'],
] as const;

function onPath(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

async function works(name: string, detail: string, probe: () => Promise<unknown>): Promise<Finding> {
  try {
    await probe();
    return { name, state: 'ok', detail };
  } catch (error) {
    return { name, state: 'broken', detail: `${messageOf(error).split('\n')[0]}: reinstall with "npm ci".` };
  }
}

export async function examine(): Promise<Finding[]> {
  const [major] = process.versions.node.split('.').map(Number);
  const findings: Finding[] = [
    {
      name: 'node',
      state: major >= 22 ? 'ok' : 'broken',
      detail: `${process.versions.node}${major >= 22 ? '' : ': install Node 24'}`,
    },
    await works('sqlite', 'the store can be opened', async () => {
      const { openStore } = await import('../../storage/store.ts');
      const store = await openStore(':memory:');
      await store.close();
    }),
    await works('sharp', 'PNG, JPEG and TIFF', async () => {
      const { default: sharp } = await import('sharp');
      await sharp({ create: { width: 2, height: 2, channels: 3, background: '#000' } })
        .png()
        .toBuffer();
    }),
  ];
  for (const [program, what] of PROGRAMS)
    findings.push(
      onPath(program)
        ? { name: program, state: 'ok', detail: what.replace(/ \(.*/, '') }
        : { name: program, state: 'missing', detail: `needed only for ${what}` },
    );
  const python = spawnSync('/usr/bin/python3', ['-c', 'import nibabel, scipy, skimage'], {
    encoding: 'utf8',
  });
  findings.push({
    name: 'python peers',
    state: python.status === 0 ? 'ok' : 'missing',
    detail:
      python.status === 0
        ? 'benchmarks can run against nibabel and scipy'
        : 'needed only for bench/ (apt-get install python3-nibabel python3-scipy python3-skimage)',
  });
  for (const key of KEYS)
    findings.push({
      name: key,
      state: process.env[key] ? 'ok' : 'missing',
      detail: process.env[key] ? 'set' : 'needed only for that vendor’s models',
    });
  return findings;
}

export default {
  register: (program) =>
    program.command('doctor').description('say what works on this machine and what is missing'),
  async run(session) {
    const findings = await examine();
    session.result(findings);
    const mark = { ok: 'ok     ', missing: 'missing', broken: 'BROKEN ' };
    for (const f of findings) session.say(`${mark[f.state]}  ${f.name.padEnd(30)} ${f.detail}`);
    return findings.some((f) => f.state === 'broken') ? 1 : 0;
  },
} satisfies CliCommand;

// The real command, as a user types it, on phantoms in a temporary folder.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Manifest } from '../src/domain/benchmark.ts';
import type { MeasurementSet } from '../src/domain/measurement.ts';
import { STAGES } from '../src/domain/question.ts';
import type { Report } from '../src/domain/report.ts';

const bin = fileURLToPath(new URL('../bin/overread.js', import.meta.url));
let folder: string;
let demo: { status: number | null; stdout: string; stderr: string };

function overread(args: string[], cwd = folder) {
  const done = spawnSync(process.execPath, [bin, ...args], { cwd, encoding: 'utf8', maxBuffer: 1 << 28 });
  return { status: done.status, stdout: done.stdout, stderr: done.stderr };
}

function json<T>(done: { status: number | null; stdout: string; stderr: string }): T {
  expect(done.stderr).toBe('');
  return JSON.parse(done.stdout) as T;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'overread-test-'));
  demo = overread(['demo', '--out', 'demo', '--cases', '6', '--seed', '3', '--json']);
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('overread demo', () => {
  it('prints one report as JSON and nothing else on stdout', () => {
    expect(demo.status).toBe(0);
    const report = json<Report>(demo);
    expect(JSON.parse(readFileSync(join(folder, 'demo', 'report.json'), 'utf8'))).toEqual(report);
    for (const reader of report.readers) {
      expect(Object.keys(reader.stages)).toEqual([...STAGES]);
      expect(reader.overall.n).toBeGreaterThan(0);
    }
  });
  it('the executor on annotated masks is right in every stage', () => {
    const oracle = json<Report>(demo).readers.find((reader) => reader.reader === 'executor#oracle');
    for (const stage of STAGES) expect(oracle?.stages[stage].score).toBe(1);
  });
  it('does not replace scans or benchmarks that are no demo’s', () => {
    const own = join(folder, 'own', 'scans', 'patient-a', 'ct.nii.gz');
    mkdirSync(dirname(own), { recursive: true });
    writeFileSync(own, 'a scan');
    const refused = overread(['demo', '--out', 'own', '--cases', '1']);
    expect([refused.status, refused.stderr]).toEqual([2, expect.stringMatching(/scans of your own/)]);
    expect(readFileSync(own, 'utf8')).toBe('a scan');
  });
  it('leaves a page that needs no network', () => {
    const html = readFileSync(join(folder, 'demo', 'report.html'), 'utf8');
    expect(html).not.toMatch(/(?:src|href)="https?:/);
    expect(html).toContain('executor#oracle');
  });
});

describe('overread build', () => {
  const build = (source: string, out: string, seed: string) =>
    json<Manifest>(overread(['build', source, '--out', out, '--seed', seed, '--json'])).contentHash;

  it('one seed gives one hash wherever the scans lie, another seed another', () => {
    cpSync(join(folder, 'demo', 'scans'), join(folder, 'elsewhere', 'other scans'), { recursive: true });
    const first = build('demo/scans', 'b1', '7');
    expect(build('elsewhere/other scans', 'elsewhere/b2', '7')).toBe(first);
    expect(build('demo/scans', 'b3', '8')).not.toBe(first);
  });
  it('refuses to write over a folder that is no benchmark', () => {
    const refused = overread(['build', 'demo/scans', '--out', 'demo/scans']);
    expect(refused.status).toBe(2);
    expect(refused.stderr.trim().split('\n')).toHaveLength(1);
    expect(existsSync(join(folder, 'demo', 'scans', 'cases.json'))).toBe(true);
  });
});

describe('overread measure', () => {
  it('prints regions with instances, largest first', () => {
    const scans = join(folder, 'demo', 'scans', 'phantom-001');
    const set = json<MeasurementSet>(
      overread(['measure', '--mask', scans, '--image', join(scans, 'ct.nii.gz'), '--json']),
    );
    const liver = set.regions.find((region) => region.structure === 'liver');
    expect(liver?.measurements.map((m) => m.quantity)).toEqual(expect.arrayContaining(['volume', 'mean-hu']));
    for (const region of set.regions)
      for (let i = 1; i < region.instances.length; i++)
        expect(region.instances[i].voxels).toBeLessThanOrEqual(region.instances[i - 1].voxels);
  });
});

describe('overread run and report', () => {
  it('prints run ids, resumes without asking again, and reports both protocols', () => {
    const run = overread([
      'run',
      'demo/benchmark',
      '--reader',
      'random',
      'constant',
      '--store',
      's.db',
      '--limit',
      '20',
    ]);
    expect(run.status).toBe(0);
    const ids = run.stdout.trim().split('\n');
    expect(ids).toHaveLength(2);
    const again = json<{ asked: number }[]>(
      overread(['run', '--resume', ids[0], '--store', 's.db', '--json']),
    );
    expect(again[0].asked).toBe(0);
    const report = json<Report>(
      overread(['report', ...ids, '--store', 's.db', '--protocol', 'both', '--format', 'json', '--json']),
    );
    expect(new Set(report.readers.map((reader) => reader.overall.protocol))).toEqual(
      new Set(['strict', 'published']),
    );
    expect(report.pairs.length).toBeGreaterThan(0);
  });
  it('purges one patient and no other', () => {
    const questions = readFileSync(join(folder, 'demo', 'benchmark', 'questions.jsonl'), 'utf8');
    const first = (JSON.parse(questions.split('\n')[1]) as { patientId: string }).patientId;
    const purged = json<{ reads: number }>(
      overread(['purge', '--patient', first, '--store', 'demo/overread.db', '--json']),
    );
    expect(purged.reads).toBeGreaterThan(0);
    const second = json<{ reads: number }>(
      overread(['purge', '--patient', first, '--store', 'demo/overread.db', '--json']),
    );
    expect(second.reads).toBe(0);
    mkdirSync(join(folder, 'demo', 'overread.workbench'), { recursive: true });
    // What the workbench keeps beside the store is no part of it, and is not forgotten in silence.
    const told = overread(['purge', '--patient', first, '--store', 'demo/overread.db']);
    expect(told.stderr).toMatch(/overread\.workbench: uploads/);
  });
  it('a model that may not be reached is refused before anything is sent', () => {
    const refused = overread([
      'run',
      'demo/benchmark',
      '--reader',
      'compatible/m',
      '--base-url',
      'http://127.0.0.1:9',
      '--store',
      't.db',
    ]);
    expect(refused.status).toBe(2);
    expect(refused.stderr).toMatch(/--allow http:\/\/127\.0\.0\.1:9/);
  });
});

describe('errors', () => {
  const wrong: [string, string[]][] = [
    ['an unknown command', ['raed']],
    ['a missing file', ['measure', '--mask', 'nowhere.nii.gz']],
    ['a file of no format', ['inspect', 'garbage.bin']],
    ['a damaged gzip', ['measure', '--mask', 'broken.nii.gz']],
    ['an unknown reader', ['run', 'demo/benchmark', '--reader', 'nobody', '--store', 'x.db']],
    ['an unknown run', ['report', 'r-none', '--store', 'x.db']],
    ['a folder that is no benchmark', ['run', 'demo/scans', '--reader', 'random', '--store', 'x.db']],
    ['a wrong number', ['demo', '--cases', 'many']],
    ['an unknown method', ['check', 'nothing']],
  ];
  it.each(wrong)('%s ends in one sentence and exit status 2', (_name, args) => {
    writeFileSync(join(folder, 'garbage.bin'), Buffer.from([1, 2, 3, 4, 5]));
    writeFileSync(join(folder, 'broken.nii.gz'), Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 9, 9, 9]));
    const done = overread(args);
    expect(done.stdout).toBe('');
    expect(done.stderr.trim().split('\n')).toHaveLength(1);
    expect(done.stderr).toMatch(/^overread: /);
    expect(done.status).toBe(2);
  });
  it('an output that cannot be written is failed work', () => {
    writeFileSync(join(folder, 'a-file'), '');
    const done = overread(['demo', '--out', 'a-file/demo', '--cases', '1']);
    expect(done.status).toBe(1);
    expect(done.stderr).toMatch(/cannot be written/);
  });
});

describe('overread export, import, diff and score', () => {
  it('what is exported in the released format comes back and scores as the keys say', () => {
    const out = join(folder, 'exported');
    const { files } = json<{ files: string[] }>(
      overread(['export', 'demo/benchmark', '--to', 'deeptumorvqa', '--out', out, '--json']),
    );
    const released = files.find((file) => file.endsWith('.json')) ?? '';
    const { questions } = JSON.parse(readFileSync(released, 'utf8')) as {
      questions: { qid: string; correct_option: string }[];
    };
    const results = questions.map((question) => ({ ...question, pred_answer: question.correct_option }));
    writeFileSync(join(folder, 'results.json'), JSON.stringify({ results }));
    const score = json<{ overall: { accuracy: number; n_total: number } }>(
      overread(['score', 'published', 'results.json', '--json']),
    );
    expect(score.overall).toMatchObject({ accuracy: 1, n_total: questions.length });
    const manifest = json<Manifest>(
      overread(['import', released, '--from', 'deeptumorvqa', '--out', 'imported', '--json']),
    );
    expect(manifest.counts.questions).toBe(questions.length);
  });
  it('a benchmark does not differ from itself', () => {
    const same = json<{ same: boolean }>(overread(['diff', 'demo/benchmark', 'demo/benchmark', '--json']));
    expect(same.same).toBe(true);
  });
});

describe('what a wrong word on the command line gets', () => {
  const sentence = (args: string[]) => {
    const done = overread(args);
    expect(done.stdout).toBe('');
    expect(done.status).toBe(2);
    return done.stderr.trim();
  };
  it('a store that is not there is said to be missing, and none is made', () => {
    expect(sentence(['report', '--store', 'nowhere.db'])).toMatch(/no store nowhere\.db/);
    expect(existsSync(join(folder, 'nowhere.db'))).toBe(false);
  });
  it('the way to the help of the command at hand', () => {
    expect(sentence(['import'])).toMatch(/overread help import/);
    expect(sentence(['build', 'x', '--out', 'y', '--per-case', '0'])).toMatch(
      /Give a whole number above 0\./,
    );
  });
  it('a group of commands alone: what it holds', () => {
    const { status, stdout, stderr } = overread(['data']);
    expect([status, stderr]).toEqual([2, '']);
    expect(stdout).toMatch(/Usage: overread data .*check \[options\]/s);
  });
  it('help at every level, and what no command is called', () => {
    for (const words of [['help'], ['help', 'data'], ['help', 'data', 'check']]) {
      const { status, stdout, stderr } = overread(words);
      expect([status, stderr]).toEqual([0, '']);
      expect(stdout).toContain(`Usage: ${['overread', ...words.slice(1)].join(' ')} [options]`);
    }
    expect(sentence(['help', 'nosuch'])).toMatch(/no command "nosuch"/);
  });
  it('a folder that holds nothing of a published benchmark makes no run', () => {
    const read = ['run', 'vqa-rad', '--data', 'demo', '--reader', 'constant', '--store', 'none.db'];
    expect(sentence(read)).toMatch(/no item of vqa-rad at "demo".*data check vqa-rad/);
  });
  it('a scan without a mask is called one, and inspecting it is no failure', () => {
    const scan = join('demo', 'scans', 'phantom-001', 'ct.nii.gz');
    expect(sentence(['measure', '--mask', scan])).toMatch(/looks like an image/);
    const inspected = overread(['inspect', scan]);
    expect(inspected.status).toBe(0);
    expect(inspected.stdout).toMatch(/scan without an annotation/);
  });
  it('cases whose patients nobody named are taken one by one, and that is said', () => {
    for (const name of ['phantom-001', 'phantom-002'])
      cpSync(join(folder, 'demo', 'scans', name), join(folder, 'people', name), { recursive: true });
    const said = /Each of the 2 cases is taken as a patient of its own: .* metadata\.csv/;
    expect(overread(['inspect', 'people']).stdout).toMatch(said);
    const build = ['build', 'people', '--out', 'people-benchmark', '--types', 'measurement'];
    expect(overread(build).stderr).toMatch(said);
    expect(overread(['inspect', 'demo/scans']).stdout).not.toMatch(/taken as a patient/);
  });
  it('a wrong passphrase is not passed over in silence', () => {
    const build = [
      'build',
      'demo/scans',
      '--out',
      'locked',
      '--passphrase',
      'right',
      '--types',
      'recognition',
    ];
    expect(overread([...build, '--json']).status).toBe(0);
    const run = ['run', 'locked', '--reader', 'most-frequent', '--store', 'locked.db'];
    expect(sentence([...run, '--passphrase', 'wrong'])).toMatch(/passphrase is wrong/);
    expect(overread(run).stderr).toMatch(/keys are encrypted/);
    // From the environment too, where other users of the machine do not see it; the flag goes first.
    const take = ['export', 'locked', '--to', 'jsonl', '--out', 'unlocked'];
    process.env.OVERREAD_PASSPHRASE = 'right';
    expect(overread(take).status).toBe(0);
    expect(sentence([...take, '--passphrase', 'wrong'])).toMatch(/passphrase is wrong/);
    delete process.env.OVERREAD_PASSPHRASE;
    expect(sentence(take)).toMatch(/keys of this benchmark are encrypted/);
  });
});

// promptfoo as a peer: installed outside this repository, asked the same questions, its start-up taken off.
//   npm install --prefix DIR promptfoo@0.123.1      then      npx node bench/throughput/run.ts --promptfoo DIR
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Load, questionText } from './contenders.ts';

/** Seconds of a whole `promptfoo eval` of `questions` questions. */
async function evaluate(installed: string, load: Load, questions: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'promptfoo-'));
  const config = join(folder, 'config.json');
  writeFileSync(
    config,
    JSON.stringify({
      prompts: ['{{question}}'],
      providers: [
        {
          id: 'openai:chat:loopback',
          config: { apiBaseUrl: load.url, apiKey: 'none', temperature: 0, max_tokens: 64 },
        },
      ],
      tests: Array.from({ length: questions }, (_, n) => ({ vars: { question: questionText(n) } })),
    }),
  );
  const entry = join(installed, 'node_modules/promptfoo/dist/src/entrypoint.js');
  const args = [
    entry,
    'eval',
    '-c',
    config,
    '--no-cache',
    '--no-table',
    '--no-progress-bar',
    '-j',
    String(load.concurrency),
  ];
  const env = {
    ...process.env,
    PROMPTFOO_CONFIG_DIR: join(folder, 'kept'),
    PROMPTFOO_DISABLE_TELEMETRY: '1',
    PROMPTFOO_DISABLE_UPDATE: '1',
    PROMPTFOO_DISABLE_REMOTE_GENERATION: '1',
  };
  const start = performance.now();
  // Its logger may throw after the evaluation is complete and kept: what it printed tells.
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, {
    env,
    maxBuffer: 1 << 28,
  }).catch((error: { stdout: string; stderr: string }) => error);
  const seconds = (performance.now() - start) / 1000;
  rmSync(folder, { recursive: true, force: true });
  if (!`${stdout}${stderr}`.replaceAll(',', '').includes(`${questions} passed`))
    throw new Error(`promptfoo did not answer ${questions} questions: ${stderr.slice(0, 500)}`);
  return seconds;
}

/** Seconds for the questions alone: a run of all of them less a run of one. */
export async function promptfooSeconds(installed: string, load: Load): Promise<number> {
  const whole = await evaluate(installed, load, load.questions);
  return whole - (await evaluate(installed, load, 1));
}

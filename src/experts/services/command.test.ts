import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { memoryBlobs } from '../../storage/blobs.ts';
import { openExperts } from '../expert-service.ts';
import { programPath } from '../run-program.ts';
import { readWave, waveBytes } from '../speech/wave.ts';
import { wordsOf } from './command.ts';
import { halfPicture, serviceContract, storedBytes, tone } from './service.contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'overread-program-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A program of one line that does what a test says, with its arguments as `args`. */
let count = 0;
function program(script: string): string {
  const path = join(folder, `program-${++count}`);
  writeFileSync(
    `${path}.mjs`,
    `import { readFileSync, writeFileSync } from 'node:fs';\nconst args = process.argv.slice(2);\n${script}`,
  );
  writeFileSync(path, `#!${process.execPath}\nimport('${path}.mjs');\n`);
  chmodSync(path, 0o755);
  return path;
}
const fetch = () => Promise.reject(new Error('nothing is sent'));
const open = async (written: string) =>
  (await openExperts([written], { fetch, blobs: memoryBlobs() })).experts;
const scratch = () => readdirSync(tmpdir()).filter((name) => name.startsWith('overread-expert-'));

const HUGE = 'process.stdout.write(Buffer.alloc(6 << 20, 32)); setTimeout(() => {}, 20000);';
const SILENT = 'setTimeout(() => {}, 20000);';
const scripts = {
  transcribe: {
    fine: "console.log(' is there\\n a cyst ');",
    malformed: "console.log(JSON.stringify({ text: 'x'.repeat(200000) }));",
  },
  classify: {
    fine: "console.log('loading model'); console.log(JSON.stringify({ labels: [{ label: 'dark', probability: 0.3 }, { label: 'bright', probability: 0.7 }] }));",
    malformed: "console.log('bright');",
  },
  speak: {
    fine: `writeFileSync(args[0], Buffer.from('${Buffer.from(waveBytes(tone(300, 0.1))).toString('base64')}', 'base64'));`,
    malformed: '',
  },
} as const;

for (const role of ['transcribe', 'classify', 'speak'] as const) {
  const files = new Map<string, string>();
  serviceContract('command', {
    role,
    can: ['malformed', 'silent', 'huge'],
    async open(behaviour) {
      const script =
        behaviour === 'silent'
          ? SILENT
          : behaviour === 'huge'
            ? HUGE
            : behaviour === 'malformed'
              ? scripts[role].malformed
              : scripts[role].fine;
      const path = files.get(behaviour) ?? program(script);
      files.set(behaviour, path);
      const places = role === 'speak' ? '{output} {text}' : '{input}';
      const seconds = behaviour === 'silent' ? 0.4 : 20;
      const expert = (await open(`${role}=command:${path} ${places},timeout=${seconds}`))[role];
      if (expert === undefined) throw new Error(role);
      return expert as never;
    },
  });
}

describe('a program as an expert', () => {
  it('gets words as they are: no shell, no option smuggled in, no key, nothing left behind', async () => {
    process.env.SOME_API_KEY = 'not-for-you';
    const echo = program(
      "writeFileSync(args[0], Buffer.concat([Buffer.from('RIFF'), Buffer.from(JSON.stringify({ args: args.slice(1), secrets: Object.keys(process.env).filter((name) => /API_KEY/.test(name)) }))]));",
    );
    const before = scratch();
    const { speak } = await open(`speak=command:${echo} {output} "a b" {text}`);
    const said = await speak?.speak(`-w /etc/x; touch ${folder}/pwned $(id)`);
    delete process.env.SOME_API_KEY;
    const { args, secrets } = JSON.parse(Buffer.from(said?.bytes.subarray(4) ?? []).toString());
    expect(args).toEqual(['a b', ` -w /etc/x; touch ${folder}/pwned $(id)`]);
    expect(secrets).toEqual([]);
    expect(existsSync(join(folder, 'pwned'))).toBe(false);
    expect(scratch().filter((name) => !before.includes(name))).toEqual([]);
  });

  it('hears at the rate that it knows', async () => {
    const look = program(
      "const bytes = readFileSync(args[0]); console.log(bytes.readUInt32LE(24) + ' ' + bytes.readUInt32LE(40) / 2);",
    );
    const sound = storedBytes(waveBytes(tone(440, 0.5, 22_050)), 'audio/wav');
    const { transcribe } = await open(`transcribe=command:${look} {input}`);
    expect(await transcribe?.transcribe(sound)).toEqual({ text: '16000 8000' });
    const as = await open(`transcribe=command:${look} {input},rate=as-is`);
    expect(await as.transcribe?.transcribe(sound)).toEqual({ text: '22050 11025' });
  });

  it('leaves a mask in {output}', async () => {
    const copy = program('writeFileSync(args[1], readFileSync(args[0]));');
    const { segment } = await open(`segment=command:${copy} {input} {output} {phrase}`);
    const mask = await segment?.segmentRegion(await halfPicture(), 'bright');
    expect(mask?.probability[0]).toBeCloseTo(20 / 255, 6);
    expect(mask?.probability[23]).toBeCloseTo(220 / 255, 6);
  });

  it('says what is wrong with how it is written, and whether it is there', async () => {
    await expect(open('speak=command:espeak-ng {text}')).rejects.toThrow(/\{output\} is needed/);
    await expect(open('classify=command:prog {input} {secret}')).rejects.toThrow(/takes a program with/);
    await expect(open('transcribe=command:/nowhere/hear {input}')).rejects.toMatchObject({
      code: 'dependency-missing',
      message: 'hear is not on the PATH: install it or give its path.',
    });
    expect(wordsOf(`a "b c" 'd "e' f=1`)).toEqual(['a', 'b c', 'd "e', 'f=1']);
  });
});

const spoken =
  (await programPath('espeak-ng')) !== undefined &&
  (await programPath('pocketsphinx_continuous')) !== undefined;
if (!spoken)
  console.info('espeak-ng or pocketsphinx_continuous is not installed: the spoken round trip is not tested.');

describe.skipIf(!spoken)('espeak-ng and pocketsphinx', () => {
  it('words spoken by the one are words heard by the other', { timeout: 60_000 }, async () => {
    const { experts } = await openExperts(
      [
        'speak=command:espeak-ng -s 140 -w {output} {text}',
        'transcribe=command:pocketsphinx_continuous -infile {input} -logfn /dev/null',
      ],
      { fetch, blobs: memoryBlobs() },
    );
    const sound = await experts.speak?.speak('yes yes yes yes');
    expect(sound?.mediaType).toBe('audio/wav');
    expect(readWave(sound?.bytes ?? new Uint8Array()).rate).toBe(22_050);
    const heard = await experts.transcribe?.transcribe(
      storedBytes(sound?.bytes ?? new Uint8Array(), 'audio/wav'),
    );
    expect(heard?.text).toMatch(/\byes\b/);
    const silence = waveBytes({ rate: 16_000, samples: new Float32Array(16_000) });
    const nothing = await experts.transcribe?.transcribe(storedBytes(silence, 'audio/wav'));
    expect(nothing?.text).not.toMatch(/\byes\b/);
  });
});

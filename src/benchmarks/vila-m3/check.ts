// The check of vila-m3-conversations: phantoms compiled, and each answer found again in the colours of its own picture.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { COLOURS, OPACITY } from '../../agents/readers/vila-m3/legend.ts';
import type { CheckContext, CheckResult } from '../../domain/method.ts';
import type { Raster } from '../../domain/volume.ts';
import { rasterOfBytes } from '../../imaging/picture-bytes.ts';
import { phantomCohort, writeCohort } from '../../phantoms/cohort.ts';
import type { Builder } from '../builder.ts';
import { piecesOf } from '../mask-slices.ts';
import type { Conversation } from './compile.ts';

const CASES = 8;

/** Names and colours of a conversation's legend, as it says them. */
export function saidLegend({ conversations }: Conversation): { colour: string; name: string }[] {
  const [, said] = /The colors show: (.*)\.$/m.exec(conversations[2]?.value ?? '') ?? [];
  return (said ?? '').split(', ').flatMap((part) => {
    const [, colour, name] = /^(\w+) is (.+)$/.exec(part) ?? [];
    return colour === undefined ? [] : [{ colour, name }];
  });
}

/** Pixels that a colour was laid on, told from the two pictures alone. */
export function colouredPixels(base: Raster, drawn: Raster, colour: string): Uint8Array {
  const { rgb } = COLOURS.find(({ name }) => name === colour) ?? { rgb: [-1, -1, -1] };
  const found = new Uint8Array(base.width * base.height);
  for (let at = 0; at < found.length; at++)
    found[at] = Number(
      [0, 1, 2].every((c) => {
        const grey = Number(base.data[at * base.channels + (base.channels === 1 ? 0 : c)]);
        return Number(drawn.data[at * 3 + c]) === Math.round(grey * (1 - OPACITY) + rgb[c] * OPACITY);
      }),
    );
  return found;
}

const shifted = (colour: string): string =>
  COLOURS[(COLOURS.findIndex(({ name }) => name === colour) + 1) % COLOURS.length].name;

/**
 * Of every tumour conversation: the pieces of the legend's colours in the result picture must be as many as the answer
 * says. Looked up in the next colour of the cycle they must not be.
 */
export async function checkConversations(
  builder: Builder,
  { seed, scratch, progress, signal }: CheckContext,
): Promise<Omit<CheckResult, 'method' | 'seconds'>> {
  const [source, out] = [join(scratch, 'phantoms'), join(scratch, 'conversations')];
  await writeCohort(source, phantomCohort({ seed, cases: CASES, shape: [96, 96, 64] }));
  const built = await builder.build({
    source,
    out,
    seed,
    protocol: 'strict',
    options: { slices: ['2'] },
    progress,
    signal,
  });
  const all = JSON.parse(await readFile(join(out, 'conversations.json'), 'utf8')) as Conversation[];
  const tumours = all.filter(({ conversations }) => /^(?:yes|no)\b/.test(conversations.at(-1)?.value ?? ''));
  const open = async (name: string) => rasterOfBytes(await readFile(join(out, name)));
  const agreement = async (colourOf: (colour: string) => string) => {
    let right = 0;
    for (const conversation of tumours) {
      const [base, drawn] = await Promise.all(conversation.image.map(open));
      const union = new Uint8Array(base.width * base.height);
      for (const { colour } of saidLegend(conversation))
        for (const [at, one] of colouredPixels(base, drawn, colourOf(colour)).entries())
          if (one === 1) union[at] = 1;
      const pieces = piecesOf({ width: base.width, height: base.height, data: union }).length;
      const said = Number(/\d+/.exec(conversation.conversations.at(-1)?.value ?? '')?.[0] ?? 0);
      if (pieces === said) right++;
    }
    return right / tumours.length;
  };
  const [own, other] = [await agreement((colour) => colour), await agreement(shifted)];
  const none =
    tumours.filter(({ conversations }) => conversations.at(-1)?.value === 'no').length / tumours.length;
  return {
    passed: own === 1 && other <= none && none > 0 && none < 1,
    baseline: { name: 'always "no" (agreement with the colours)', value: none },
    result: { name: 'answers found again in the colours of the legend', value: own },
    mustNotWin: { regime: 'looked up in the next colour', value: other, held: other <= none },
    detail: `${all.length} conversations of ${CASES} phantoms, ${tumours.length} of them on tumors, ${built.items} items`,
  };
}

// A scripted model whose accuracy depends on its prompt in a known way, and one that no prompt helps; both on loopback.
// It looks at the pictures it is sent, errs at random in ways that the prompt can mend, and writes instructions itself.
import sharp from 'sharp';
import { sha256 } from '../../../domain/content-hash.ts';
import { type Random, random } from '../../../domain/random.ts';
import { type Loopback, startLoopback } from '../../../experts/testing/loopback.ts';
import type { ChatBody, ChatPart } from '../../../experts/testing/loopback-chat.ts';
import { TRAITS, type Traits, traitsOf } from './traits.ts';

export interface StochasticOptions {
  /** "promptable": the accuracy of `accuracyOf`. "deaf": right by a coin, whatever it is told. */
  readonly kind: 'promptable' | 'deaf';
  readonly seed: string;
  /** Told of every request, before it is answered. */
  readonly watch?: (body: ChatBody) => void;
}

/** How often the model sees what a fault that it is shown would need. */
const INSIGHT = 0.65;

/** Half of the questions are answered right by the deaf model. */
export const DEAF_ACCURACY = 0.5;

/** Probabilities of each way to err under a prompt. */
export interface Faults {
  /** Declines. */
  readonly hedges: number;
  /** Says so much that no answer can be read. */
  readonly rambles: number;
  /** Judges at first glance, wrongly. */
  readonly glances: number;
  /** Calls a dark picture bright. */
  readonly prefersBright: number;
}

export function faultsOf({ commits, brief, explains, looks, examples, bothAnswers }: Traits): Faults {
  const rambles = (brief ? 0.06 : 0.4) * 0.6 ** examples + (explains ? 0.3 : 0);
  return {
    hedges: commits ? 0.03 : 0.2,
    rambles,
    glances: looks ? 0.06 : 0.3,
    prefersBright: bothAnswers ? 0.02 : 0.2,
  };
}

/** Expected accuracy under a prompt, on pictures of which `dark` are dark. The fixture draws a third bright. */
export function accuracyOf(traits: Traits, dark = 2 / 3): number {
  const { hedges, rambles, glances, prefersBright } = faultsOf(traits);
  return (1 - hedges) * (1 - rambles) * (1 - glances) * (1 - dark * prefersBright);
}

/** Starts the model. It answers questions of the VQA-RAD fixture, and requests to write an instruction. */
export async function startStochasticModel(options: StochasticOptions): Promise<Loopback> {
  const bright = new Map<string, Promise<boolean>>();
  const looked = (url: string): Promise<boolean> => {
    const known = bright.get(url) ?? isBright(url);
    bright.set(url, known);
    return known;
  };
  return startLoopback({
    record: false,
    async answer({ body, question }) {
      options.watch?.(body);
      const rng = noise(body, options.seed);
      const usage = { input: Math.ceil(JSON.stringify(body.messages).length / 4), output: 8 };
      if (question.includes('</instruction>'))
        return { text: instructed(question, rng, options.kind), usage };
      const parts = partsOf(body);
      const pictures = parts.flatMap((part) => (part.image_url === undefined ? [] : [part.image_url.url]));
      const shade = await looked(pictures[pictures.length - 1] ?? '');
      const texts = parts.flatMap((part) => (part.text === undefined ? [] : [part.text]));
      const closed = (texts.at(-1) ?? '').includes('Is the picture bright?');
      return { text: replied(shade, closed, traitsOf(texts), rng, options.kind), usage };
    },
  });
}

interface WirePart extends ChatPart {
  readonly image_url?: { readonly url: string };
}

function partsOf(body: ChatBody): readonly WirePart[] {
  const content = body.messages.findLast(({ role }) => role === 'user')?.content ?? '';
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content;
}

/** The same request errs the same way; above temperature 0 the sampling seed decides too. */
function noise({ messages, temperature, seed }: ChatBody, own: string): Random {
  const sampled = typeof temperature === 'number' && temperature > 0 ? String(seed) : '';
  return random(own, sha256(JSON.stringify(messages)), sampled);
}

async function isBright(url: string): Promise<boolean> {
  const bytes = Buffer.from(url.replace(/^data:[^,]*,/, ''), 'base64');
  const { channels } = await sharp(bytes).stats();
  return channels[0].mean > 128;
}

function replied(
  bright: boolean,
  closed: boolean,
  traits: Traits,
  rng: Random,
  kind: StochasticOptions['kind'],
): string {
  const say = (shade: boolean) => (closed ? (shade ? 'Yes' : 'No') : shade ? 'bright' : 'dark');
  if (kind === 'deaf') return say(rng.next() < DEAF_ACCURACY ? bright : !bright);
  const faults = faultsOf(traits);
  const [hedges, rambles, glances, prefers] = [rng.next(), rng.next(), rng.next(), rng.next()];
  if (hedges < faults.hedges) return 'I would rather not say.';
  if (rambles < faults.rambles)
    return 'Parts of it seem light and other parts less so, and one could say yes as well as no.';
  if (glances < faults.glances || (!bright && prefers < faults.prefersBright)) return say(!bright);
  return say(bright);
}

/** What the model writes when asked for an instruction: cures for most of the faults it is shown, and idle talk. */
function instructed(request: string, rng: Random, kind: StochasticOptions['kind']): string {
  const answer = (text: string) => `<instruction>\n${text.trim()}\n</instruction>`;
  const between = (from: string, to: string) => request.split(from)[1]?.split(to)[0]?.trim() ?? '';
  const stated = (text: string) => (text === '(none)' ? '' : text);
  if (request.includes('Second instruction:')) {
    const first = stated(between('First instruction:\n', '\n\n'));
    const second = stated(between('Second instruction:\n', '\n\n'));
    const extra = second.split(/(?<=\.)\s+/).filter((sentence) => !first.includes(sentence));
    return answer([first, ...extra].join(' '));
  }
  const now = stated(between('Instruction so far:\n', '\n\n'));
  const contrast = request.includes('Worse:');
  const seen = contrast ? request.slice(request.indexOf('Worse:')) : request;
  const faults = seen.split(/^### Item/m).flatMap((item) => {
    if (!/^Verdict: wrong/m.test(item)) return [];
    if (/^Reply: I would rather/m.test(item)) return [TRAITS.commits.cure];
    return [/^Reply: Parts of it/m.test(item) ? TRAITS.brief.cure : TRAITS.looks.cure];
  });
  const idle = ['Mind the question.', 'You are an experienced physician.', TRAITS.explains.cure];
  const cures = kind === 'deaf' ? [] : [...new Set(faults)].filter(() => rng.next() < INSIGHT);
  const sentences = cures.length === 0 || rng.next() < 1 - INSIGHT ? [...cures, rng.pick(idle)] : cures;
  if (contrast) return answer(sentences.join(' '));
  return answer([now, ...sentences.filter((sentence) => !now.includes(sentence))].join(' '));
}

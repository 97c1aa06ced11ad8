// silvar-med: answers a question that is spoken, by a transcript of it or from the sound itself (SilVar-Med).
import { sha256 } from '../../../domain/content-hash.ts';
import { OverreadError } from '../../../domain/errors.ts';
import type { PromptPart } from '../../../domain/question.ts';
import { failure, unsupported } from '../../outcome.ts';
import { type ReaderPlugin, readerOption } from '../../reader-plugin.ts';
import { type StrategySession, strategy } from '../../strategy.ts';
import { missingSound, type SpokenQuestion, spokenQuestion } from './spoken.ts';
import {
  finalWords,
  INSTRUCTIONS,
  type Instruction,
  instruction,
  optionLines,
  transcriptLine,
} from './wording.ts';

/** One of a few words. Throws `bad-argument`. */
function oneOf<T extends string>(session: StrategySession, name: string, values: readonly T[]): T {
  const said = session.option(name);
  const found = values.find((value) => value === said);
  if (found !== undefined) return found;
  throw new OverreadError(
    'bad-argument',
    `The option ${name} of silvar-med is ${values.join(' or ')}, not "${said ?? ''}".`,
  );
}

interface Sound extends SpokenQuestion {
  /** Spoken here from the written question, not recorded. */
  readonly made: boolean;
  bytes(): Promise<Uint8Array>;
}

const PLAYABLE: ReadonlySet<string> = new Set(['audio/wav', 'audio/mpeg']);

async function soundOf(session: StrategySession): Promise<Sound> {
  const { question } = session.task;
  const own = spokenQuestion(question);
  if (own !== undefined) {
    const bytes = await session.blobs.get(own.hash);
    // The sound of another item is never taken instead.
    if (bytes === undefined) throw missingSound(question.id);
    return { ...own, made: false, bytes: async () => bytes };
  }
  if (oneOf(session, 'voice', ['item', 'speak']) === 'item') throw missingSound(question.id);
  const { patientId } = question;
  const { bytes, mediaType } = await session.expert('speak').speak(question.text, {
    patientId,
    signal: session.task.signal,
  });
  if (!PLAYABLE.has(mediaType))
    throw new OverreadError(
      'expert-failed',
      'The expert that speaks gave neither WAV nor MP3: choose another.',
    );
  const sound = { hash: sha256(bytes), mediaType, made: true, bytes: async () => bytes };
  session.note('speak', { audio: sound.hash, mediaType, length: bytes.length });
  return sound;
}

/** What of the item is shown beside its spoken question: pictures, and words that are not the question. */
function beside(session: StrategySession, sound: Sound): PromptPart[] {
  const { prompt, options } = session.task.question;
  const pictures = session.question.filter((part) => part.type === 'image');
  if (prompt !== undefined && !sound.made) {
    const words = session.question.filter((part) => part.type === 'text');
    return [...pictures, ...words];
  }
  // Its own words hold the question: they stay away, only its options are shown.
  return [...pictures, { type: 'text', text: optionLines(options) }];
}

const plugin = strategy({
  id: 'silvar-med',
  summary:
    'answers a spoken question from its transcript, or from the sound itself where the model hears (SilVar-Med)',
  options: [
    {
      name: 'via',
      summary: 'transcribe: an expert writes down what it hears; audio: the sound goes to the model',
      default: 'transcribe',
    },
    {
      name: 'voice',
      summary: 'item: only recorded questions are answered; speak: an expert speaks the written ones',
      default: 'item',
    },
    {
      name: 'instruction',
      summary:
        'plain, cot (step by step) or tot (several lines of thought); which one the paper scores is open (assumed: plain)',
      default: 'plain',
    },
  ],
  method: {
    paper: {
      title:
        'SilVar-Med: A Speech-Driven Visual Language Model for Explainable Abnormality Detection in Medical Imaging',
      arxiv: '2504.10642',
      year: 2025,
    },
    command:
      'overread run own-items --data DIR --reader silvar-med@PROVIDER/MODEL --expert "transcribe=command:pocketsphinx_continuous -infile {input} -logfn /dev/null"',
    needs: [
      'items with a sound, or an expert that speaks (espeak-ng)',
      'an expert that transcribes (pocketsphinx), or a model that hears',
    ],
    tasks: ['visual question answering', 'spoken questions'],
    modalities: ['any picture', 'speech'],
    check: async (context) => (await import('./check.ts')).check(context),
  },
  async read(session) {
    const via = oneOf(session, 'via', ['transcribe', 'audio']);
    const kind: Instruction = oneOf(session, 'instruction', INSTRUCTIONS);
    const sound = await soundOf(session);
    const { hash, mediaType } = sound;
    if (!PLAYABLE.has(mediaType))
      throw new OverreadError(
        'format-unsupported',
        `The sound of item ${session.task.question.id} is neither WAV nor MP3.`,
      );
    const { patientId } = session.task.question;
    const question: PromptPart[] = [];
    if (via === 'audio') {
      // A sound that was made here is stored for the call; the transcript names it, so that a purge finds it.
      if (sound.made) await session.blobs.put(await sound.bytes());
      question.push({ type: 'audio', hash, mediaType });
    } else {
      const heard = await session.expert('transcribe').transcribe(sound, {
        patientId,
        signal: session.task.signal,
      });
      session.note('transcribe', { text: heard.text }, { audio: hash });
      question.push({ type: 'text', text: transcriptLine(heard.text) });
    }
    const reply = await session.ask([
      { role: 'system', content: instruction(kind, via === 'audio') },
      { role: 'user', content: [...beside(session, sound), ...question] },
    ]);
    return kind === 'plain' ? reply : finalWords(reply);
  },
});

/** An item without a sound is not this strategy's to read, unless its question is to be spoken. */
const silvarMed: ReaderPlugin = {
  ...plugin,
  async create(context) {
    const reader = await plugin.create(context);
    const spoken = readerOption(plugin, context, 'voice') === 'speak';
    return {
      ...reader,
      async read(task) {
        const { question } = task;
        try {
          if (!spoken && spokenQuestion(question) === undefined)
            return unsupported(missingSound(question.id).message);
        } catch (error) {
          return failure(error);
        }
        return reader.read(task);
      },
    };
  },
};
export default silvarMed;

// SurgSTU: questions about surgical clips out of tracks of instruments, their actions and targets; no model in it.
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { OverreadError } from '../../../domain/errors.ts';
import { random } from '../../../domain/random.ts';
import { openFile } from '../../../records/data-root.ts';
import type { Builder, BuildRequest, BuildSummary, OptionCard } from '../../builder.ts';
import { type BuiltFolder, buildFolder, skippedOf, tally } from '../../built-folder.ts';
import {
  type CutClip,
  clipsOf,
  cutArguments,
  ffmpeg,
  frameArguments,
  frameTimes,
} from '../../surgstu/clips.ts';
import { type EventVideo, readEvents } from '../../surgstu/events.ts';
import { sceneOf, TEMPLATES, type Vocabulary } from '../../surgstu/templates.ts';
import { checkSurgstu } from './check.ts';

const options: readonly OptionCard[] = [
  { name: 'clip', value: 'SECONDS', about: 'length of a clip', default: '24' },
  { name: 'per-template', value: 'N', about: 'questions of one kind per clip at most', default: '2' },
  {
    name: 'videos',
    value: 'DIR',
    about: 'the videos, named as in the tracks; clips and frames are cut with ffmpeg',
  },
  { name: 'ffmpeg', value: 'PROGRAM', about: 'the program to cut with', default: 'ffmpeg' },
];

export interface SurgicalRecord {
  readonly sample_id: string;
  readonly video: string;
  readonly source: string;
  readonly category: string;
  readonly subcategory: string;
  readonly difficulty: string;
  readonly length: number;
  readonly conversations: readonly { readonly from: 'human' | 'gpt'; readonly value: string }[];
}

/** The names that tracks use, in order. */
export function vocabularyOf(videos: readonly EventVideo[]): Vocabulary {
  const events = videos.flatMap((video) => video.events);
  const sorted = (values: readonly string[]) => [...new Set(values)].sort();
  return {
    classes: sorted(events.map((event) => event.class)),
    verbs: sorted(events.flatMap(({ verb }) => verb ?? [])),
    targets: sorted(events.flatMap(({ target }) => target ?? [])),
  };
}

/** Every question that a clip supports, at most `most` of each kind; the same seed, the same questions. */
export function posedAbout(
  clip: CutClip,
  vocabulary: Vocabulary,
  { seed, most }: { readonly seed: string; readonly most: number },
): SurgicalRecord[] {
  const name = `${clip.video}_${String(clip.start).padStart(5, '0')}`;
  return TEMPLATES.flatMap((template) => {
    const rng = random(seed, 'surgstu', name, template.id);
    return template
      .pose(sceneOf(clip, vocabulary, rng), most)
      .slice(0, most)
      .map(
        ({ question, answer }, nth): SurgicalRecord => ({
          sample_id: `${name}-${template.id.replaceAll(':', '-')}-${nth}`,
          video: `videos/${name}.mp4`,
          source: clip.video,
          category: template.category,
          subcategory: template.id,
          difficulty: template.difficulty,
          length: clip.length,
          conversations: [
            { from: 'human', value: `<video>\n${question}` },
            { from: 'gpt', value: answer },
          ],
        }),
      );
  });
}

const VIDEO = ['.mp4', '.mkv', '.mov', '.avi', '.webm'];

async function cut(
  clip: CutClip,
  name: string,
  folder: BuiltFolder,
  { videos, program, signal }: { videos: string; program: string; signal: AbortSignal },
): Promise<boolean> {
  const path = VIDEO.map((extension) => join(videos, `${clip.video}${extension}`)).find((file) =>
    existsSync(file),
  );
  if (path === undefined) return false;
  const scratch = await mkdtemp(join(tmpdir(), 'overread-clip-'));
  try {
    const out = join(scratch, 'clip.mp4');
    await ffmpeg(program, cutArguments(path, out, clip.start, clip.length), signal);
    await folder.write(`videos/${name}.mp4`, await readFile(out));
    for (const [nth, t] of frameTimes(clip.length).entries()) {
      const frame = join(scratch, `${nth}.png`);
      await ffmpeg(program, frameArguments(path, frame, clip.start + t), signal);
      // The last frames of a video that is shorter than its tracks are not there.
      if (existsSync(frame)) await folder.write(`frames/${name}/${nth}.png`, await readFile(frame));
    }
    return true;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function positive(given: string | undefined, usual: number, name: string): number {
  const n = given === undefined ? usual : Number(given);
  if (Number.isFinite(n) && n >= 1) return n;
  throw new OverreadError('bad-argument', `--${name} takes a number of 1 or more, not "${given}".`);
}

async function build(request: BuildRequest): Promise<BuildSummary> {
  const { options: given, seed, signal, progress } = request;
  const length = positive(given.clip?.at(-1), 24, 'clip');
  const most = Math.floor(positive(given['per-template']?.at(-1), 2, 'per-template'));
  const videos = given.videos?.at(-1);
  const program = given.ffmpeg?.at(-1) ?? 'ffmpeg';
  if (!/\.(csv|tsv|jsonl?)(\.gz)?$/i.test(request.source))
    throw new OverreadError(
      'bad-argument',
      `Give the tracks as one CSV or JSON-lines file, not "${basename(request.source)}${extname(request.source)}".`,
    );
  const tracked = await readEvents(await openFile(request.source));
  const vocabulary = vocabularyOf(tracked);
  const counts = tally();
  const skipped = tally();
  return buildFolder(request.out, async (folder) => {
    const lines: string[] = [];
    progress.start('Posing questions', tracked.length);
    for (const video of tracked) {
      signal.throwIfAborted();
      const clips = clipsOf(video, length);
      if (clips.length === 0) skipped.add('a video that is shorter than half a clip');
      for (const clip of clips) {
        const records = posedAbout(clip, vocabulary, { seed, most });
        if (records.length === 0) skipped.add('a clip that supports no question');
        for (const record of records) {
          lines.push(JSON.stringify(record));
          counts.add(`${record.category} ${record.subcategory}`);
        }
        const name = basename(records[0]?.video ?? '', '.mp4');
        if (
          videos !== undefined &&
          records.length > 0 &&
          !(await cut(clip, name, folder, { videos, program, signal }))
        )
          skipped.add('a clip whose video is not there');
      }
      progress.advance(1);
    }
    progress.finish();
    if (lines.length === 0)
      throw new OverreadError(
        'bad-argument',
        'The tracks support no question: they need some seconds of boxes.',
      );
    await folder.write('qa.jsonl', `${lines.join('\n')}\n`);
    return { items: lines.length, counts: counts.counts(), skipped: skippedOf(skipped.counts()) };
  });
}

const surgstuBuilder: Builder = {
  id: 'surgstu',
  kind: 'builder',
  summary: 'thirty kinds of question about surgical clips, out of tracks with actions and targets',
  paper: {
    title:
      'An Approach to Enriching Surgical Video Datasets for Fine-Grained Spatial-Temporal Understanding of Vision-Language Models',
    arxiv: '2604.00784',
    url: 'https://github.com/lennart-maack/SurgSTU-project',
    year: 2026,
  },
  command: 'overread make surgstu TRACKS.csv --out DIR --videos DIR',
  needs: ['tracks: video, t, class, x1, x2, y1, y2, verb, target', 'ffmpeg, for clips'],
  writes: 'surgstu',
  options,
  build,
  check: checkSurgstu,
};
export default surgstuBuilder;

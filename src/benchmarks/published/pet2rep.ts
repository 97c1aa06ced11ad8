// PET2Rep: Chinese reports of whole-body FDG PET/CT, written into a template that shows a report's form.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { random } from '../../domain/random.ts';
import { readWhole } from '../../records/data-root.ts';
import { jsonElements } from '../../records/json.ts';
import { jsonlRecords } from '../../records/jsonl.ts';
import type { DataRoot } from '../../records/source.ts';
import { type UptakeItem, uptakeItem, uptakeScore, uptakeSummaries } from '../../scoring/clinical/uptake.ts';
import type { Summary } from '../../scoring/metric.ts';
import bleu4Han from '../../scoring/metrics/bleu-4-han.ts';
import chrf from '../../scoring/metrics/chrf.ts';
import meteorHan from '../../scoring/metrics/meteor-han.ts';
import rougeLHan from '../../scoring/metrics/rouge-l-han.ts';
import { writeShaded } from '../fixture-picture.ts';
import type {
  ItemPart,
  PublishedBenchmark,
  PublishedItem,
  PublishedRecord,
  RecordOptions,
  Reply,
} from '../published.ts';
import { publishedCheck } from '../published-check.ts';
import { checkedRow, checkedRows } from '../release-rows.ts';
import { withoutThinking } from '../replies.ts';
import { type TextStatistics, textScores } from '../text-scores.ts';
import { constant } from '../trivial.ts';

const row = z.object({
  patient_id: z.string(),
  prompt_system: z.string(),
  prompt_image_fuse: z.array(z.string()),
  prompt_user_text: z.string(),
  answer: z.string(),
});

/** A line of a released run. */
const output = z.object({ subject_id: z.string(), llm_output: z.string(), ground_truth: z.string() });

interface Reference {
  readonly report: string;
}

interface Item {
  readonly text: TextStatistics;
  readonly uptake: UptakeItem;
}

const SCORES = {
  published: textScores([bleu4Han, meteorHan, rougeLHan]),
  strict: textScores([bleu4Han, meteorHan, rougeLHan, chrf]),
};

/** The report that the prompt shows as its form: from the first line with brackets on, brackets taken off. */
export function templateIn(prompt: string): string {
  const lines = prompt.split('\n');
  // The instruction speaks of "[]和【】" without a statement in them.
  const first = lines.findIndex((line) => /[[【][^\]】[【]{2,}[\]】]/.test(line.replace(/\[\]和【】/g, '')));
  return first < 0
    ? ''
    : lines
        .slice(first)
        .join('\n')
        .replace(/[[\]【】]/g, '')
        .trim();
}

function itemOf(said: Omit<z.infer<typeof row>, 'answer'>, prompt: readonly ItemPart[]): PublishedItem {
  return {
    id: said.patient_id,
    patientId: said.patient_id,
    stage: 'visual-reasoning',
    type: 'report',
    answerKind: 'text',
    text: said.prompt_user_text,
    options: [],
    slots: {},
    split: 'test',
    system: said.prompt_system,
    facets: { pictures: String(prompt.filter(({ type }) => type === 'image').length) },
    prompt,
  };
}

/** Text and pictures in the order in which the prompt marks them; pictures without a mark come first. */
function partsOf(
  data: DataRoot,
  { prompt_user_text, prompt_image_fuse }: z.infer<typeof row>,
  shown: boolean,
) {
  const images = prompt_image_fuse.map(
    (name): ItemPart => ({ type: 'image', image: { name, load: () => readWhole(data, name) } }),
  );
  const pieces = prompt_user_text.split('<image>');
  const parts: ItemPart[] = shown ? images.slice(pieces.length - 1) : [];
  for (const [at, piece] of pieces.entries()) {
    if (piece.trim() !== '') parts.push({ type: 'text', text: piece.trim() });
    const image = images[at];
    if (shown && at < pieces.length - 1 && image !== undefined) parts.push(image);
  }
  return parts;
}

async function* records(
  data: DataRoot,
  { mode, split, signal }: RecordOptions,
): AsyncGenerator<PublishedRecord<Reference>> {
  if (split !== undefined && split !== 'test') return;
  for (const name of (await data.list()).filter((file) => /(^|\/)prompt_[^/]*\.jsonl$/.test(file))) {
    const stream = jsonlRecords(await data.open(name), signal === undefined ? {} : { signal });
    for await (const said of checkedRows(stream, row))
      yield { item: itemOf(said, partsOf(data, said, mode === 'fused')), reference: { report: said.answer } };
  }
}

/** Outputs of the released inference program: JSON lines or a JSON list. */
async function* outputs(
  data: DataRoot,
): AsyncGenerator<{ record: PublishedRecord<Reference>; reply: Reply }> {
  for (const name of (await data.list()).filter((file) => /\.jsonl?$/.test(file))) {
    const source = await data.open(name);
    let at = 0;
    for await (const { value } of name.endsWith('l') ? jsonlRecords(source) : jsonElements(source)) {
      if (typeof value !== 'object' || value === null || !('llm_output' in value)) break;
      const said = checkedRow(value, output, name, at++);
      const empty = { prompt_system: '', prompt_image_fuse: [], prompt_user_text: '' };
      const item = itemOf({ patient_id: said.subject_id, ...empty }, [{ type: 'text', text: 'report' }]);
      yield {
        record: { item, reference: { report: said.ground_truth } },
        reply: { text: said.llm_output, status: 'answered' },
      };
    }
  }
}

/** The paper's three text metrics; under `strict` the same ones come first. */
const WORDS = SCORES.published.summaries<Item>(({ text }) => text);

/** The paper's overall score: the mean of three text metrics and of precision, recall and F1 of uptake. */
const overall: Summary<Item> = {
  id: 'overall',
  summary: 'mean of BLEU-4, METEOR, ROUGE-L and precision, recall and F1 of uptake',
  better: 'higher',
  range: [0, 1],
  of(items) {
    const uptake = uptakeScore(items.map((item) => item.uptake));
    const texts = WORDS.map(({ of }) => of(items));
    if (uptake === null || texts.includes(null)) return null;
    const parts = [...texts.map((value) => value ?? 0), uptake.precision, uptake.recall, uptake.f1];
    return parts.reduce((sum, part) => sum + part, 0) / parts.length;
  },
};

const NOTHING = '全身各部位FDG摄取未见异常。';

const pet2rep: PublishedBenchmark<Reference, Item> = {
  id: 'pet2rep',
  kind: 'benchmark',
  summary: 'Chinese reports of whole-body FDG PET/CT, scored by words and by uptake of organs',
  paper: {
    title:
      'PET2Rep: Towards Vision-Language Model-Drived Automated Radiology Report Generation for Positron Emission Tomography',
    arxiv: '2508.04062',
    year: 2025,
  },
  command: 'overread run pet2rep --data DIR --reader MODEL',
  needs: ['text_prompt/prompt_*.jsonl', 'slice_prompt/'],
  card: {
    source: 'Zhang et al.',
    url: 'https://github.com/YichiZhang98/PET2Rep',
    licence: 'none stated',
    access: 'on-request',
    getIt:
      'Take the data set r1pples/PET2Rep from Hugging Face; the repository holds one demonstration record in the same form.',
    size: '565 patients',
    splits: { test: null },
    files: [
      { name: 'text_prompt/prompt_*.jsonl', about: 'prompts and reports', fields: Object.keys(row.shape) },
      { name: 'slice_prompt/*', about: 'coronal key slices', required: false },
    ],
    format: 'verified',
    faults: [
      'The prompt holds a template that is itself a report with findings: copying it beats every model of the paper overall, so that it is always computed beside.',
      'The extractor of uptake was not released, nor the list of nineteen organs: rules and list are ours, so that figures compare within this program only.',
      'How the paper cut Chinese into tokens is not said: here every Han character is one.',
    ],
    tasks: ['report generation'],
    modalities: ['PET', 'CT'],
  },
  modes: ['fused', 'no-image'],
  sampling: { temperature: 0.7, maxOutputTokens: 1024 },
  facets: ['pictures'],
  records,
  outputs,
  measure({ reference }, { text, status }, { protocol }) {
    const outcome = status === 'refused' || status === 'failed' ? status : 'scored';
    const said = outcome !== 'scored' ? '' : protocol === 'strict' ? withoutThinking(text) : text;
    const uptake = uptakeItem(said.trim() === '' ? undefined : said, reference.report);
    const pair = { prediction: said, references: [reference.report] };
    return { outcome, item: { text: SCORES[protocol].item(pair), uptake } };
  },
  metrics(protocol) {
    const texts = SCORES[protocol].summaries<Item>(({ text }) => text);
    const uptake = uptakeSummaries<Item>((item) => item.uptake);
    return protocol === 'published' ? [...texts, ...uptake, overall] : [...uptake, ...texts, overall];
  },
  baselines: [
    {
      id: 'template-copy',
      summary: 'the template of the prompt, word for word',
      reply: ({ text }) => templateIn(text),
    },
    constant(NOTHING, 'nothing-found'),
  ],
  oracle: ({ reference }) => reference.report,
  fixture: writeFixture,
  check: publishedCheck(() => pet2rep),
};
export default pet2rep;

const ORGANS = ['脑', '双侧眼球', '鼻咽', '甲状腺', '肝脏', '胰腺', '脾脏', '双肾', '胃壁', '肠道', '右肺'];
const STATES = ['增高', '减低', '缺失', '未见异常', '未见异常', '未见异常'];

async function writeFixture(
  folder: string,
  { items, seed }: { readonly items: number; readonly seed: string },
): Promise<{ items: number }> {
  const rng = random(seed, 'pet2rep');
  const lines: string[] = [];
  const report = (open: string, close: string, state: () => string) =>
    ORGANS.map(
      (organ) => `${organ}${open}大小${10 + rng.int(90)}毫米${close}，FDG${open}摄取${state()}${close}。`,
    ).join('');
  const template = report('【', '】', () => rng.pick(STATES));
  for (let at = 0; at < items; at++) {
    const names = [90, 100, 110].map((slice) => `slice_prompt/case${at}_${slice}_coronal.png`);
    for (const name of names) await writeShaded(join(folder, name), at % 2 === 0 ? 'bright' : 'dark', rng);
    lines.push(
      JSON.stringify({
        patient_id: `case_${at}`,
        task: 'PET2Rep',
        prompt_system: '你是核医学科医师。',
        prompt_image_fuse: names,
        prompt_user_text: `请根据图像<image> <image> <image>写报告，修改[]和【】。\n模板：\n${template}`,
        answer: `影像所见：${report('', '', () => rng.pick(STATES))}\n影像诊断：第${1000 + rng.int(9000)}号。`,
      }),
    );
  }
  await mkdir(join(folder, 'text_prompt'), { recursive: true });
  await writeFile(join(folder, 'text_prompt', 'prompt_fixture.jsonl'), `${lines.join('\n')}\n`);
  return { items };
}

// vila-m3: the model answers or asks one expert by a tag; what the expert drew or found comes back, and it answers.
import type { PromptPart } from '../../../domain/question.ts';
import { strategy } from '../../strategy.ts';
import { CARD_ONLY, cardList, type ExpertName, modalitySentence } from './cards.ts';
import { availableExperts, EXPERT_TOOLS, type ExpertResult } from './experts.ts';
import { asksForSegmentation, promisesSegmentation, readTag } from './tag.ts';
import { type Entry, instructionFor, turnsOf } from './turns.ts';

const TOOLS = Object.values(EXPERT_TOOLS);

export default strategy({
  id: 'vila-m3',
  summary: 'model cards, one expert asked by a tag, its picture or list put back before the answer',
  modes: ['predicted', 'oracle', 'vision'],
  options: [
    { name: 'experts', summary: 'times that an expert may be asked in one read; assumed', default: '1' },
    { name: 'modality', summary: 'what the pictures are ("CT"), where the data do not say' },
    {
      name: 'cards',
      summary: 'available, or published: also those that nothing here can run',
      default: 'available',
    },
  ],
  method: {
    paper: {
      title: 'VILA-M3: Enhancing Vision-Language Models with Medical Expert Knowledge',
      arxiv: '2411.12915',
      url: 'https://github.com/Project-MONAI/VLM-Radiology-Agent-Framework',
      year: 2024,
    },
    command: 'overread run BENCH --reader vila-m3@MODEL#predicted --segmenter SEGMENTER',
    needs: ['a scan with masks or a segmenter, or experts that segment or classify pictures'],
    tasks: ['visual question answering', 'report generation', 'classification'],
    modalities: ['CT', 'MR', 'chest X-ray'],
    check: async (context) => (await import('./check.ts')).check(context),
  },
  async read(session) {
    const { question, access } = session.task;
    const hasMasks = session.mode !== 'vision' && access?.annotation !== undefined;
    const experts = availableExperts(hasMasks, session.experts);
    const shownCards = session.option('cards') === 'published' ? [...experts, ...CARD_ONLY] : experts;
    const most = session.number('experts', { min: 0, max: 8 });
    const modality = session.option('modality') ?? question.facets?.modality ?? session.task.case.modality;
    const text = (words: string): PromptPart => ({ type: 'text', text: words });
    const cards = cardList(shownCards);
    const system = question.system ?? '';
    const entries: Entry[] = [
      {
        by: 'user',
        content: [
          ...(cards === '' ? [] : [text(cards)]),
          ...afterPictures(session.question, text(modalitySentence(modality))),
        ],
      },
    ];
    const words = session.question.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
    for (let asked = 0; ; asked++) {
      const said = await session.ask([
        ...(system === '' ? [] : [{ role: 'system' as const, content: system }]),
        ...turnsOf(entries),
      ]);
      const reading = readTag(said, experts);
      if (!reading.ok) {
        if (reading.reason !== 'no tag') session.note('no expert', { reason: reading.reason });
        return said;
      }
      if (asked >= most) return said;
      const { tag } = reading;
      const call = await session.call(tag.name, { argument: tag.argument }, TOOLS);
      // A failed expert is told as such; the model then answers without it.
      const result: ExpertResult =
        call.error === undefined
          ? (call.result as ExpertResult)
          : { text: `The expert ${tag.name} gave no result: ${call.error}` };
      const drawingOnly =
        call.error === undefined &&
        (tag.name as ExpertName) !== 'CXR' &&
        promisesSegmentation(tag.outside) &&
        asksForSegmentation(question.text);
      const instruction = instructionFor(words, drawingOnly);
      entries.push({ by: 'model', content: [text(said)] });
      entries.push({ by: 'expert', content: [text(result.text)] });
      if (result.image !== undefined)
        entries.push({
          by: 'expert',
          content: [{ type: 'image', hash: result.image, mediaType: 'image/png' }],
        });
      if (instruction === '') return result.text;
      entries.push({ by: 'expert', content: [text(instruction)] });
    }
  },
});

/** Pictures first, then what they are, then the question. */
function afterPictures(question: readonly PromptPart[], sentence: PromptPart): PromptPart[] {
  const last = question.findLastIndex(({ type }) => type !== 'text');
  return [...question.slice(0, last + 1), sentence, ...question.slice(last + 1)];
}

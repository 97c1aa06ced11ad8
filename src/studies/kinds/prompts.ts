// prompts: how much a better prompt gains on a published benchmark, after the idea of Prompt Triage.
import type { OptionCard } from '../../benchmarks/builder.ts';
import type { Study } from '../study.ts';

const options: readonly OptionCard[] = [
  { name: 'benchmark', value: 'ID', about: 'published benchmark, such as vqa-rad' },
  { name: 'data', value: 'DIR', about: 'folder or file of its release' },
  {
    name: 'reader',
    value: 'READER',
    about: '[STRATEGY@]PROVIDER/MODEL whose prompt is searched',
    repeatable: true,
  },
  {
    name: 'optimiser',
    value: 'NAME[,NAME]',
    about: 'bootstrap, mipro, gepa or simba, beside random-search (default all)',
    repeatable: true,
  },
  {
    name: 'calls',
    value: 'N',
    about: 'calls of each search, reads and proposals together',
    default: '600',
  },
  { name: 'mode', value: 'MODE', about: 'way of asking that the benchmark defines (default its first)' },
  { name: 'protocol', value: 'NAME', about: 'strict or published', default: 'strict' },
  {
    name: 'parts',
    value: 'HOW',
    about: 'release: as the release splits its items; divide: cut all of them anew by cluster',
    default: 'release',
  },
  { name: 'split', value: 'NAME', about: 'only items of this split, to cut with --parts divide' },
  { name: 'train', value: 'N', about: 'training items at most', default: '60' },
  { name: 'validation', value: 'N', about: 'validation items at most', default: '60' },
  { name: 'test', value: 'N', about: 'test items at most', default: '500' },
  { name: 'examples', value: 'N', about: 'solved examples in a prompt at most', default: '3' },
  { name: 'instruction', value: 'TEXT', about: 'instruction of the base prompt (default none)' },
  { name: 'proposer', value: 'MODEL', about: 'model that writes instructions (default the reader’s own)' },
  {
    name: 'column',
    value: 'FIELD=COLUMN',
    about: 'what is taken for what, where the format is unverified',
    repeatable: true,
  },
];

const prompts: Study = {
  id: 'prompts',
  kind: 'study',
  summary:
    'optimises the prompt of a model on a published benchmark, and measures the gain on untouched items',
  paper: {
    title:
      'Prompt Triage: Structured Optimization Enhances Vision-Language Model Performance on Medical Imaging Benchmarks',
    arxiv: '2511.11898',
    year: 2025,
  },
  command: 'overread study prompts --benchmark ID --data DIR --reader MODEL',
  needs: ['a release with items of at least three clusters', 'a model'],
  options,
  // Loaded when it is run: every command lists the studies.
  run: async (context) => (await import('../prompts/command.ts')).runPrompts(context, prompts),
  check: async (context) => (await import('../prompts/check.ts')).promptsCheck(context),
};
export default prompts;

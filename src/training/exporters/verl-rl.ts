// verl-rl: Parquet rows of data_source, prompt, ability, reward_model and extra_info, as verl's RLHFDataset reads them.
import { type RecordExporter, storedMembers, taggedText } from '../record-exporter.ts';
import { splitAtReply } from '../traces/trace.ts';

const exporter: RecordExporter = {
  id: 'verl-rl',
  summary: 'reinforcement: Parquet with prompt, reward_model.ground_truth and extra_info',
  source: 'verl, prepare data for post-training; verl/utils/dataset/rl_dataset.py',
  from: 'prompt',
  file: 'parquet',
  record({ trace, answer, letter, goldSteps }, place) {
    const { prompt } = splitAtReply(trace);
    return {
      data_source: `overread/${place.benchmark}`,
      prompt: prompt.flatMap((message) => {
        if (message.role === 'system') return [{ role: 'system', content: message.text }];
        return message.role === 'user' ? [{ role: 'user', content: taggedText(message) }] : [];
      }),
      ability: trace.stage,
      reward_model: { style: 'rule', ground_truth: letter ?? answer },
      images: (storedMembers(prompt, place).images ?? []).map((image) => ({ image })),
      extra_info: {
        split: trace.split,
        index: trace.questionId,
        type: trace.type,
        answer,
        gold_steps: goldSteps,
        need_tools_kwargs: trace.tools.length > 0,
      },
    };
  },
};
export default exporter;

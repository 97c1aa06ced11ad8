// mmed-rag-dpo: preference pairs as MMed-RAG's alignment files hold them, with a mark where the rejected side saw noise.
import { isNoised } from '../preference/rag-pairs.ts';
import type { RecordExporter } from '../record-exporter.ts';
import { splitAtReply, storedOf, type Trace } from '../traces/trace.ts';
import { shareGptTurns } from './sharegpt.ts';

const whole = (trace: Trace) => {
  const { prompt, reply } = splitAtReply(trace);
  return shareGptTurns([...prompt.filter(({ role }) => role !== 'system'), ...reply]);
};

const exporter: RecordExporter = {
  id: 'mmed-rag-dpo',
  summary: 'preference: conversations, rejected_conversations and rejected_noised',
  source: 'MMed-RAG, alignment files',
  from: 'pair',
  record(pair, place) {
    const [first] = storedOf(splitAtReply(pair.chosen).prompt);
    return {
      id: pair.id,
      ...(first === undefined ? {} : { image: place.stored(first.hash, first.mediaType) }),
      conversations: whole(pair.chosen),
      rejected_conversations: whole(pair.rejected),
      rejected_noised: isNoised(pair) ? 1 : 0,
    };
  },
};
export default exporter;

// A picture and text encoder as a classifier: each label a caption, the nearer the likelier.
import { contentHash } from '../../domain/content-hash.ts';
import { OverreadError } from '../../domain/errors.ts';
import type { Classifier, ExpertRole, ExpertRoles } from '../../domain/expert.ts';
import { openEncoder } from '../encoders/encoder.ts';
import { cosine, softmax } from '../encoders/vectors.ts';
import type { ServiceDeps, ServicePlugin } from '../expert-service.ts';
import { keptExpert } from '../kept-expert.ts';

const plugin: ServicePlugin = {
  id: 'encoder',
  summary: 'a picture and text encoder of your own: zero-shot classification',
  roles: ['classify'],
  positional: 'encoder',
  options: {
    encoder: 'onnx/PATH or embeddings/PATH',
    labels: 'what it chooses from when it is asked without labels, parted by semicolons',
    caption: 'a label as a caption, with {label} in it (default: the encoder’s own, else the label itself)',
  },
  async open<Role extends ExpertRole>(
    _role: Role,
    { encoder: written = '', labels: list, caption }: Readonly<Record<string, string>>,
    deps: ServiceDeps,
  ): Promise<ExpertRoles[Role]> {
    if (caption !== undefined && !caption.includes('{label}'))
      throw new OverreadError(
        'bad-argument',
        'encoder: a caption holds {label}, such as "a scan with {label}".',
      );
    const own = labelsOption(list);
    const encoder = await openEncoder(written);
    const shape =
      caption ?? encoder.caption?.replaceAll('{option}', '{label}').replaceAll('{question}', '') ?? '{label}';
    const classifier: Classifier = {
      id: `encoder:${written.slice(0, written.indexOf('/') + 1)}${written.split('/').at(-1)}`,
      hash: contentHash({ service: 'encoder', encoder: encoder.hash, labels: own ?? null, caption: shape }),
      ...(own === undefined ? {} : { labels: own }),
      async classify(picture, asked, call) {
        const labels = asked ?? own;
        if (labels === undefined || labels.length === 0)
          throw new OverreadError(
            'expert-failed',
            'An encoder chooses between labels: give it some with labels=….',
          );
        if (call?.signal?.aborted)
          throw new OverreadError('cancelled', 'The encoder was stopped with the run.');
        const vector = await encoder.encodeImage({ bytes: await picture.bytes() });
        const texts = await encoder.encodeText(labels.map((label) => shape.replaceAll('{label}', label)));
        const shares = softmax(texts.map((text) => cosine(vector, text) * encoder.logitScale));
        return labels
          .map((label, at) => ({ label, probability: shares[at] }))
          .sort((a, b) => b.probability - a.probability);
      },
      ...(encoder.close === undefined ? {} : { close: encoder.close }),
    };
    return keptExpert('classify', classifier, deps) as ExpertRoles[Role];
  },
};
export default plugin;

/** "normal; benign" as a list. Throws `bad-argument` for fewer than two or the same one twice. */
export function labelsOption(list: string | undefined): readonly string[] | undefined {
  if (list === undefined) return undefined;
  const labels = list.split(';').map((label) => label.trim());
  if (labels.length >= 2 && labels.every((label) => label !== '') && new Set(labels).size === labels.length)
    return labels;
  throw new OverreadError(
    'bad-argument',
    'labels are two or more words parted by semicolons: "normal;benign;malignant".',
  );
}

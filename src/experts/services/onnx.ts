// A picture network of the user's own as an ONNX file, run on this machine: classes, or a map of what it finds.
import { basename } from 'node:path';
import { contentHash } from '../../domain/content-hash.ts';
import { OverreadError } from '../../domain/errors.ts';
import type { ExpertRole, ExpertRoles, LabelProbability, SoftMask } from '../../domain/expert.ts';
import { type OnnxTensor, openOnnx } from '../encoders/onnx.ts';
import { type Preparation, pictureTensor, preparation } from '../encoders/picture-tensor.ts';
import { softmax } from '../encoders/vectors.ts';
import type { ServiceDeps, ServicePlugin } from '../expert-service.ts';
import { keptExpert } from '../kept-expert.ts';
import { sizeOf } from '../service-roles.ts';
import { labelsOption } from './encoder.ts';

const OPTIONS = {
  model: 'the .onnx file; its first input takes one picture',
  labels: 'classify: what its outputs mean, in order, parted by semicolons',
  activation:
    'what turns its outputs into probabilities: softmax, sigmoid or none (default softmax; segment: sigmoid)',
  size: 'edge of the square that it takes, in pixels (default 224)',
  fit: 'crop, squash or pad (default crop; segment: squash, the only one whose map can be laid back)',
  channels: '1 or 3 (default 3)',
  layout: 'nchw or nhwc (default nchw)',
  mean: 'of values in 0…1, one or one per channel parted by slashes (default 0)',
  std: 'likewise (default 1)',
  output: 'name of its output (default: the first)',
  channel: 'segment: which channel of its map is meant, from 0 (default the last)',
} as const;
type Options = Readonly<Partial<Record<keyof typeof OPTIONS, string>>>;

const ACTIVATIONS = ['softmax', 'sigmoid', 'none'] as const;
type Activation = (typeof ACTIVATIONS)[number];

const numbers = (text: string | undefined, usual: number): number | number[] => {
  if (text === undefined) return usual;
  const all = text.split('/').map(Number);
  return all.length === 1 ? all[0] : all;
};

function prepared(role: ExpertRole, options: Options): Preparation {
  const parsed = preparation.safeParse({
    size: options.size === undefined ? 224 : Number(options.size),
    fit: options.fit ?? (role === 'segment' ? 'squash' : 'crop'),
    channels: options.channels === undefined ? 3 : Number(options.channels),
    layout: options.layout ?? 'nchw',
    mean: numbers(options.mean, 0),
    std: numbers(options.std, 1),
  });
  if (parsed.success && (role !== 'segment' || parsed.data.fit === 'squash')) return parsed.data;
  const name = parsed.success ? 'fit' : (String(parsed.error.issues[0].path[0]) as keyof typeof OPTIONS);
  throw new OverreadError('bad-argument', `onnx: ${name} is ${OPTIONS[name]}.`);
}

const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));

const plugin: ServicePlugin = {
  id: 'onnx',
  summary: 'a picture network as an ONNX file, run on this machine',
  roles: ['classify', 'segment'],
  positional: 'model',
  options: OPTIONS,
  async open<Role extends ExpertRole>(
    role: Role,
    options: Options,
    deps: ServiceDeps,
  ): Promise<ExpertRoles[Role]> {
    const { model: path, output } = options;
    if (path === undefined)
      throw new OverreadError('bad-argument', `Name the network: --expert ${role}=onnx:FILE.onnx.`);
    const labels = labelsOption(options.labels);
    if (role === 'classify' && labels === undefined)
      throw new OverreadError(
        'bad-argument',
        'A network gives numbers: say what they mean with labels=normal;benign.',
      );
    const activation = ACTIVATIONS.find(
      (each) => each === (options.activation ?? (role === 'segment' ? 'sigmoid' : 'softmax')),
    );
    if (activation === undefined)
      throw new OverreadError('bad-argument', `onnx: activation is ${OPTIONS.activation}.`);
    const channel = options.channel === undefined ? undefined : Number(options.channel);
    const preparing = prepared(role, options);
    const model = await openOnnx(path);
    const about = {
      id: `onnx:${basename(path)}`,
      hash: contentHash({
        ...{ service: 'onnx', role, model: model.hash, preparing, activation },
        ...{ labels: labels ?? null, output: output ?? null, channel: channel ?? null },
      }),
      close: () => model.close(),
    };
    async function run(bytes: Uint8Array): Promise<OnnxTensor> {
      const { data, dims } = await pictureTensor(bytes, preparing);
      const outputs = await model.run({ [model.inputs[0]]: { type: 'float32', data, dims } });
      const tensor = outputs[output ?? model.outputs[0]];
      if (tensor?.type === 'float32') return tensor;
      throw new OverreadError(
        'expert-failed',
        `${model.name} has no output of floats called "${output ?? model.outputs[0]}": it has ${model.outputs.join(', ')}.`,
      );
    }
    const roles: Partial<ExpertRoles> = {
      classify: {
        ...about,
        ...(labels === undefined ? {} : { labels }),
        async classify(picture, asked) {
          const { data, dims } = await run(await picture.bytes());
          return classesOf(Array.from(data as ArrayLike<number>), dims, {
            labels: labels ?? [],
            activation,
            name: model.name,
            ...(asked === undefined ? {} : { asked }),
          });
        },
      },
      segment: {
        ...about,
        async segmentRegion(picture) {
          const map = mapOf(await run(await picture.bytes()), preparing, {
            activation,
            channel,
            name: model.name,
          });
          return stretched(map, await sizeOf(picture));
        },
      },
    };
    return keptExpert(role, roles[role] as ExpertRoles[Role], deps);
  },
};
export default plugin;

interface Classes {
  readonly labels: readonly string[];
  readonly activation: Activation;
  readonly name: string;
  readonly asked?: readonly string[];
}

function classesOf(
  values: readonly number[],
  dims: readonly number[],
  { labels, activation, name, asked }: Classes,
): LabelProbability[] {
  if (values.length !== labels.length)
    throw new OverreadError(
      'expert-failed',
      `${name} gives ${dims.join('×')} values and there are ${labels.length} labels: give one for each, in its order.`,
    );
  const shares =
    activation === 'softmax' ? softmax(values) : activation === 'sigmoid' ? values.map(sigmoid) : values;
  if (!shares.every((value) => value >= 0 && value <= 1))
    throw new OverreadError(
      'expert-failed',
      `${name} gives values that are no probabilities: give activation=softmax.`,
    );
  const all = labels.map((label, at) => ({ label, probability: shares[at] }));
  const strange = asked?.find((label) => !labels.includes(label));
  if (strange !== undefined)
    throw new OverreadError(
      'expert-failed',
      `${name} knows ${labels.slice(0, 8).join(', ')}${labels.length > 8 ? ', …' : ''}, not "${strange.slice(0, 80)}".`,
    );
  return all
    .filter(({ label }) => asked === undefined || asked.includes(label))
    .sort((a, b) => b.probability - a.probability);
}

/** One channel of its map, as probabilities. */
function mapOf(
  { data, dims }: OnnxTensor,
  { layout, size }: Preparation,
  { activation, channel, name }: { activation: Activation; channel: number | undefined; name: string },
): SoftMask {
  // [1, C, H, W], [1, H, W, C] or [1, H, W]; a map smaller than the picture is laid over all of it.
  const [, a = 0, b = 0, c = 0] = dims;
  const [channels, height, width] = dims.length === 3 ? [1, a, b] : layout === 'nchw' ? [a, b, c] : [c, a, b];
  const wanted = channel ?? channels - 1;
  if (
    dims[0] !== 1 ||
    dims.length < 3 ||
    dims.length > 4 ||
    !(wanted >= 0 && wanted < channels) ||
    height > size * 4
  )
    throw new OverreadError(
      'expert-failed',
      `${name} gives ${dims.join('×')} values, which is no map with channel ${wanted}.`,
    );
  const plane = height * width;
  const values = data as ArrayLike<number>;
  const at = (pixel: number, of: number) =>
    Number(values[layout === 'nchw' || dims.length === 3 ? of * plane + pixel : pixel * channels + of]);
  const probability = Float32Array.from({ length: plane }, (_, pixel) => {
    if (activation === 'sigmoid') return sigmoid(at(pixel, wanted));
    if (activation === 'none') return Math.min(1, Math.max(0, at(pixel, wanted)));
    return softmax(Array.from({ length: channels }, (_, of) => at(pixel, of)))[wanted];
  });
  return { width, height, probability };
}

/** Bilinear, centres aligned to centres, to the picture's own pixels. */
function stretched(
  from: SoftMask,
  { width, height }: { readonly width: number; readonly height: number },
): SoftMask {
  const probability = new Float32Array(width * height);
  const place = (at: number, size: number, of: number) => {
    const exact = Math.min(of - 1, Math.max(0, ((at + 0.5) * of) / size - 0.5));
    const low = Math.floor(exact);
    return { low, high: Math.min(of - 1, low + 1), share: exact - low };
  };
  for (let y = 0; y < height; y++) {
    const row = place(y, height, from.height);
    for (let x = 0; x < width; x++) {
      const column = place(x, width, from.width);
      const value = (r: number, c: number) => from.probability[r * from.width + c];
      const top =
        value(row.low, column.low) * (1 - column.share) + value(row.low, column.high) * column.share;
      const bottom =
        value(row.high, column.low) * (1 - column.share) + value(row.high, column.high) * column.share;
      probability[y * width + x] = top * (1 - row.share) + bottom * row.share;
    }
  }
  return { width, height, probability };
}

// Writes ONNX files of a few nodes, byte by byte: encoders small enough to know every value of.

/** A field of a protobuf message: varint for numbers, length-delimited for anything else. */
function field(number: number, value: number | string | Uint8Array): Buffer {
  if (typeof value === 'number') return Buffer.concat([varint(number << 3), varint(value)]);
  const bytes = typeof value === 'string' ? Buffer.from(value) : Buffer.from(value);
  return Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return Buffer.from(bytes);
}

const message = (...fields: readonly Buffer[]): Buffer => Buffer.concat(fields);

const FLOAT = 1;
const INT64 = 7;
type Element = typeof FLOAT | typeof INT64;

/** A graph's input or output; a dimension is a size or a name for any size. */
function valueInfo(name: string, element: Element, dims: readonly (number | string)[]): Buffer {
  const shape = dims.map((dim) => field(1, message(field(typeof dim === 'number' ? 1 : 2, dim))));
  const tensor = message(field(1, element), field(2, message(...shape)));
  return message(field(1, name), field(2, message(field(1, tensor))));
}

function node(
  op: string,
  inputs: readonly string[],
  output: string,
  attributes: readonly Buffer[] = [],
): Buffer {
  return message(
    ...inputs.map((name) => field(1, name)),
    field(2, output),
    field(4, op),
    ...attributes.map((attribute) => field(5, attribute)),
  );
}

const INT = 2;
const INTS = 7;
const integer = (name: string, value: number): Buffer =>
  message(field(1, name), field(3, value), field(20, INT));
const integers = (name: string, values: readonly number[]): Buffer =>
  message(field(1, name), ...values.map((value) => field(8, value)), field(20, INTS));

function model(graph: Buffer): Buffer {
  const operators = message(field(1, ''), field(2, 13));
  return message(field(1, 8), field(7, graph), field(8, operators));
}

/** A picture side whose vector is the mean of each colour channel. */
export function meanColourModel(side: number): Buffer {
  return model(
    message(
      field(1, node('GlobalAveragePool', ['pixel_values'], 'pooled')),
      field(1, node('Flatten', ['pooled'], 'image_embeds', [integer('axis', 1)])),
      field(2, 'mean-colour'),
      field(11, valueInfo('pixel_values', FLOAT, [1, 3, side, side])),
      field(12, valueInfo('image_embeds', FLOAT, [1, 3])),
    ),
  );
}

/** A text side whose vector is the mean of its tokens' rows in `table`. */
export function meanTokenModel(table: readonly (readonly number[])[]): Buffer {
  const width = table[0].length;
  const weights = message(
    field(1, table.length),
    field(1, width),
    field(2, FLOAT),
    field(8, 'table'),
    field(9, Buffer.from(Float32Array.from(table.flat()).buffer)),
  );
  return model(
    message(
      field(1, node('Gather', ['table', 'input_ids'], 'rows', [integer('axis', 0)])),
      field(1, node('ReduceMean', ['rows'], 'text_embeds', [integers('axes', [1]), integer('keepdims', 0)])),
      field(2, 'mean-token'),
      field(5, weights),
      field(11, valueInfo('input_ids', INT64, [1, 'length'])),
      field(12, valueInfo('text_embeds', FLOAT, [1, width])),
    ),
  );
}

/** Words that the tiny text side knows, in the order of their ids; the colours have a direction, the others none. */
export const TINY_VOCABULARY = [
  '[PAD]',
  '[UNK]',
  '[CLS]',
  '[SEP]',
  'red',
  'green',
  'blue',
  '##dish',
  'a',
  'is',
];

/** A folder's files of an encoder that knows red, green and blue pictures by these words. */
export function tinyEncoderFiles(): Readonly<Record<string, string | Uint8Array>> {
  const rows: Readonly<Record<string, readonly number[]>> = {
    red: [1, 0, 0],
    green: [0, 1, 0],
    blue: [0, 0, 1],
  };
  return {
    'image.onnx': meanColourModel(8),
    'text.onnx': meanTokenModel(TINY_VOCABULARY.map((word) => rows[word] ?? [0.001, 0.001, 0.001])),
    'vocab.txt': `${TINY_VOCABULARY.join('\n')}\n`,
    'encoder.json': JSON.stringify({
      image: { size: 8, mean: 0, std: 1 },
      text: { maxLength: 12 },
      logitScale: 10,
    }),
  };
}

/** A volume network with two channels, −x and x: argmax is 1 where a voxel is above 0. Any size, NCDHW. */
export function signVolumeModel(): Buffer {
  const size = [1, 1, 'd', 'h', 'w'];
  return model(
    message(
      field(1, node('Neg', ['volume'], 'below')),
      field(1, node('Concat', ['below', 'volume'], 'scores', [integer('axis', 1)])),
      field(2, 'sign'),
      field(11, valueInfo('volume', FLOAT, size)),
      field(12, valueInfo('scores', FLOAT, [1, 2, 'd', 'h', 'w'])),
    ),
  );
}

/** A picture network whose one-channel map is the mean of the colour channels. Any size, NCHW. */
export function meanChannelModel(): Buffer {
  return model(
    message(
      field(1, node('ReduceMean', ['picture'], 'map', [integers('axes', [1]), integer('keepdims', 1)])),
      field(2, 'mean-channel'),
      field(11, valueInfo('picture', FLOAT, [1, 3, 'h', 'w'])),
      field(12, valueInfo('map', FLOAT, [1, 1, 'h', 'w'])),
    ),
  );
}

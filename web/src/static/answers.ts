// Answers of the server, out of script files beside the page: a document opened from disk may load nothing else.
import { ApiError, type StaticAnswers } from '../api/client.ts';
import { listAnswer } from './lists.ts';

/** What `index.js` of an export leaves behind: which file answers which address. */
interface ExportIndex {
  readonly files: Readonly<Record<string, string>>;
}
type Answer = { readonly json: unknown } | { readonly deflated: string; readonly type: string };

declare global {
  var overreadExport: ExportIndex | undefined;
  /** Called by each data file. */
  var overreadAnswer: ((path: string, answer: Answer) => void) | undefined;
}

const arrived = new Map<string, Answer>();
const waiting = new Map<string, Promise<Answer>>();
globalThis.overreadAnswer = (path, answer) => {
  arrived.set(path, answer);
};

/** Parameters in order of their names: the order in which a page writes them is no matter. */
function inOrder(address: string): string {
  const [path, query] = address.split('?', 2);
  if (query === undefined) return path;
  const parameters = new URLSearchParams(query);
  // The same runs in another order are the same comparison.
  const runs = parameters.get('runs');
  if (runs !== null) parameters.set('runs', runs.split(',').sort().join(','));
  parameters.sort();
  return `${path}?${parameters}`;
}

function load(address: string): Promise<Answer> {
  const path = inOrder(address);
  const kept = waiting.get(path);
  if (kept !== undefined) return kept;
  const file = globalThis.overreadExport?.files[path];
  if (file === undefined)
    return Promise.reject(
      new ApiError(
        'not-exported',
        path.startsWith('/api/reports')
          ? 'The export compares all its runs of one benchmark together: choose them all, or open the workbench.'
          : 'This is not part of the export: open the workbench to see it.',
        404,
      ),
    );
  const loading = new Promise<Answer>((resolve, reject) => {
    const script = document.createElement('script');
    script.src = file;
    script.onload = () => {
      script.remove();
      const answer = arrived.get(path);
      arrived.delete(path);
      if (answer === undefined)
        reject(new ApiError('internal', `The file ${file} holds something else.`, 500));
      else resolve(answer);
    };
    script.onerror = () => {
      script.remove();
      waiting.delete(path);
      reject(
        new ApiError(
          'file-not-found',
          `The file ${file} of the export is missing: copy the whole folder.`,
          404,
        ),
      );
    };
    document.head.append(script);
  });
  waiting.set(path, loading);
  return loading;
}

async function inflated(base64: string): Promise<ArrayBuffer> {
  const packed = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate'));
  return new Response(stream).arrayBuffer();
}

async function loadJson(path: string): Promise<unknown> {
  const answer = await load(path);
  if ('json' in answer) return answer.json;
  throw new ApiError('internal', 'This address answers with bytes.', 500);
}

export const staticAnswers: StaticAnswers = {
  json: async (path) => (await listAnswer(path, loadJson)) ?? loadJson(path),
  async bytes(path) {
    const answer = await load(path);
    if ('deflated' in answer) return { bytes: await inflated(answer.deflated), type: answer.type };
    throw new ApiError('internal', 'This address answers with JSON.', 500);
  },
  url: (path) => globalThis.overreadExport?.files[inOrder(path)] ?? path,
};

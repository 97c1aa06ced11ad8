// The built page: its files with lasting names are kept by the browser for ever, the document never.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Context } from 'hono';
import { OverreadError } from '../../domain/errors.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
};

/** Scripts and styles come from here and nowhere else; nothing is framed, posted or fetched anywhere else. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  // Positions of lists and figures are style attributes; no style sheet can be written with them.
  "style-src-attr 'unsafe-inline'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "connect-src 'self' blob: data:",
  "worker-src 'self' blob:",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The folder of the built page: dist/web in a checkout and in the package alike. Throws `dependency-missing`. */
export function webFolder(given = process.env.OVERREAD_WEB): string {
  const places = given === undefined ? ['../../../dist/web/', '../../web/'] : [];
  const folders = [
    ...(given === undefined ? [] : [given]),
    ...places.map((place) => fileURLToPath(new URL(place, import.meta.url))),
  ];
  const found = folders.find((folder) => existsSync(join(folder, 'index.html')));
  if (found !== undefined) return found;
  throw new OverreadError(
    'dependency-missing',
    'The page of the workbench is not built in this checkout: run "npm run workbench", which builds it first.',
  );
}

/** A handler for everything that is not the API. Unknown addresses get the document: the page knows its own routes. */
export function assets(folder: string): (c: Context) => Promise<Response> {
  return async (c) => {
    const { pathname } = new URL(c.req.url);
    const wanted = safePath(folder, pathname);
    const file = wanted !== undefined && extname(wanted) !== '' && existsSync(wanted) ? wanted : undefined;
    if (file === undefined && pathname.startsWith('/assets/')) return c.text('There is no such file.', 404);
    const path = file ?? join(folder, 'index.html');
    const bytes = await readFile(path);
    const lasting = pathname.startsWith('/assets/') && file !== undefined;
    return c.body(new Uint8Array(bytes), 200, {
      'content-type': TYPES[extname(path)] ?? 'application/octet-stream',
      'cache-control': lasting ? 'private, max-age=31536000, immutable' : 'no-store',
    });
  };
}

/** The path below `folder`, or undefined where it would lead out of it. */
function safePath(folder: string, pathname: string): string | undefined {
  let decoded: string;
  try {
    decoded = decodeURIComponent(pathname);
  } catch {
    return undefined;
  }
  if (decoded.includes('\0')) return undefined;
  const path = normalize(join(folder, decoded));
  const root = folder.endsWith(sep) ? folder : folder + sep;
  return path.startsWith(root) ? path : undefined;
}

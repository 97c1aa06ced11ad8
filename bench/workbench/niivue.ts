// A page with nothing but NiiVue on it, which opens the same two files: served on this machine for one measurement.

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';

const library = fileURLToPath(
  new URL('../../node_modules/@niivue/niivue/build/niivue/index.js', import.meta.url),
);

/** Where WebGL is done by software and the machine is busy, NiiVue takes minutes. */
const PATIENCE_MS = 400_000;

const PAGE = `<!doctype html><meta charset="utf-8"><title>NiiVue</title>
<canvas id="scan" style="width:900px;height:640px"></canvas>
<script type="module">
import { Niivue } from './niivue.js';
const niivue = new Niivue({ logLevel: 'error' });
await niivue.attachTo('scan');
await niivue.loadVolumes([
  { url: './ct.nii.gz', cal_min: -150, cal_max: 250 },
  { url: './ct_mask.nii.gz', opacity: 0.4, colormap: 'red' },
]);
niivue.setSliceType(niivue.sliceTypeAxial);
// Reading a pixel back waits until all that was asked of WebGL is on the canvas.
const drawn = () => {
  niivue.drawScene();
  niivue.gl.readPixels(0, 0, 1, 1, niivue.gl.RGBA, niivue.gl.UNSIGNED_BYTE, new Uint8Array(4));
};
drawn();
window.first = performance.now();
window.scroll = (steps) => {
  const start = performance.now();
  for (let i = 0; i < steps; i++) {
    niivue.moveCrosshairInVox(0, 0, i % 2 === 0 ? 1 : 2);
    drawn();
  }
  return steps / ((performance.now() - start) / 1000);
};
</script>`;

/** NiiVue with all that it imports, by file name. */
async function bundle(): Promise<Map<string, string | Uint8Array>> {
  const { build } = await import('vite');
  const built = await build({
    configFile: false,
    logLevel: 'error',
    build: { write: false, lib: { entry: library, formats: ['es'], fileName: () => 'niivue.js' } },
  });
  const files = new Map<string, string | Uint8Array>();
  for (const one of [built].flat())
    if ('output' in one)
      for (const file of one.output)
        files.set(`/${file.fileName}`, file.type === 'chunk' ? file.code : file.source);
  return files;
}

/** Milliseconds to the first slice, and slices a second from then on. */
export async function niivueFigures(
  browser: Browser,
  scan: string,
  steps: number,
): Promise<{ firstMs: number; perSecond: number }> {
  const files = await bundle();
  files.set('/', PAGE);
  for (const name of ['ct.nii.gz', 'ct_mask.nii.gz']) files.set(`/${name}`, readFileSync(join(scan, name)));
  const server = createServer(({ url = '' }, response) => {
    const file = files.get(url);
    if (file === undefined) return void response.writeHead(404).end();
    const type =
      url === '/' ? 'text/html' : url.endsWith('.js') ? 'text/javascript' : 'application/octet-stream';
    response.writeHead(200, { 'content-type': type }).end(file);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  try {
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const first = await page.waitForFunction('window.first', undefined, { timeout: PATIENCE_MS });
    const firstMs = Number(await first.jsonValue());

    const perSecond = Number(await page.evaluate(`window.scroll(${steps})`));
    return { firstMs, perSecond };
  } finally {
    await page.close();
    server.close();
    server.closeAllConnections();
  }
}

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { openOnnx } from './onnx.ts';

vi.mock('onnxruntime-node', () => {
  throw new Error("Cannot find package 'onnxruntime-node'");
});

it('without the runtime, says what to install', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'onnx-'));
  try {
    await writeFile(join(folder, 'image.onnx'), 'x');
    await expect(openOnnx(join(folder, 'image.onnx'))).rejects.toMatchObject({
      code: 'dependency-missing',
      message: expect.stringMatching(/npm install onnxruntime-node/),
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});

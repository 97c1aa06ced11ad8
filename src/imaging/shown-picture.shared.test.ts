import { existsSync, globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { shownPicture } from './shown-picture.ts';

const shared = fileURLToPath(new URL('../../../shared/data/', import.meta.url));

it.skipIf(!existsSync(shared))(
  'real pictures keep every pixel and lose what their files tell besides',
  async () => {
    const files = globSync(
      '{vqa-rad,ham10000,busi-ultrasound,blood-cells-bccd,cxr-nih,fundus,histology}/**/*.{png,jpg}',
      {
        cwd: shared,
      },
    ).sort();
    expect(files.length).toBeGreaterThan(100);
    let stripped = 0;
    for (const file of files.filter((file, at) => at % 12 === 0 || /cxr-nih|histology/.test(file))) {
      const bytes = readFileSync(`${shared}${file}`);
      const shown = await shownPicture(bytes, file);
      if (shown.bytes.length < bytes.length) stripped++;
      const { exif, xmp, iptc, comments } = await sharp(shown.bytes).metadata();
      expect([exif, xmp, iptc, comments], file).toEqual([undefined, undefined, undefined, undefined]);
      const upright = await sharp(bytes).autoOrient().raw().toBuffer();
      expect((await sharp(shown.bytes).raw().toBuffer()).equals(upright), file).toBe(true);
    }
    expect(stripped).toBeGreaterThan(0);
  },
  30_000,
);

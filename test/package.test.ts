// The manifest, the entry points and the documentation agree with one another.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { LAYERS } from '../scripts/layers.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (name: string) => readFileSync(`${root}${name}`, 'utf8');
const manifest = JSON.parse(read('package.json')) as {
  exports: Record<string, { default: string } | string>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
};

describe('the package', () => {
  it('every sub-path export has its source', () => {
    for (const entry of Object.values(manifest.exports)) {
      if (typeof entry === 'string') continue;
      expect(existsSync(`${root}${entry.default.replace('./dist', 'src').replace(/\.js$/, '.ts')}`)).toBe(
        true,
      );
    }
  });
  it('every dependency is pinned exactly and has its line of why', () => {
    const page = read('docs/dependencies.md');
    for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) {
      expect(version).toMatch(/^\d+\.\d+\.\d+$/);
      const family = name.startsWith('@types/') ? '@types' : name;
      expect(page, name).toContain(family);
    }
  });
  it('the architecture page knows every folder of src/', () => {
    const page = read('docs/architecture.md');
    for (const layer of LAYERS)
      if (existsSync(`${root}src/${layer}`)) expect(page).toContain(`\`${layer}/\``);
  });
});

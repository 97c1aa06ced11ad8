#!/usr/bin/env node
// Entry point in plain JavaScript: checks the Node version before anything newer is imported.
const major = Number(process.versions.node.split('.')[0]);
if (major < 22) {
  process.stderr.write(
    `overread needs Node 22 or newer, and this is Node ${process.versions.node}: install Node 24 (https://nodejs.org) or run it through "npx -p node@24 -p overread overread".\n`,
  );
  process.exitCode = 2;
} else {
  const { existsSync } = await import('node:fs');
  // A checkout runs its TypeScript sources directly; the published package ships dist/.
  const source = new URL('../src/cli/main.ts', import.meta.url);
  const built = new URL('../dist/cli/main.js', import.meta.url);
  const entry = existsSync(source) ? source : built;
  const { main } = await import(entry.href);
  process.exitCode = await main(process.argv.slice(2));
}

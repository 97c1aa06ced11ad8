// npm run workbench: builds the page where its sources have changed, then serves it over a store.
import { fileURLToPath } from 'node:url';
import { buildWeb } from './build-web.ts';

await buildWeb();
const { main } = await import('../src/cli/main.ts');
process.chdir(process.env.INIT_CWD ?? fileURLToPath(new URL('..', import.meta.url)));
process.exitCode = await main(['serve', '--open', ...process.argv.slice(2)]);

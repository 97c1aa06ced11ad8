// desk: the simulated viewer and records system in a real browser, to be operated.
import { contentHash } from '../../domain/content-hash.ts';
import { OverreadError } from '../../domain/errors.ts';
import type { Computer, ExpertRole, ExpertRoles } from '../../domain/expert.ts';
import { type Desk, openDesk } from '../desk/browser.ts';
import { deskPage } from '../desk/page.ts';
import type { ServicePlugin } from '../expert-service.ts';

const plugin: ServicePlugin = {
  id: 'desk',
  summary: 'a simulated image viewer and records system in headless Chromium, without any network',
  roles: ['operate'],
  positional: 'browser',
  options: { browser: 'path of Chromium (default where Debian puts it)' },
  async open<Role extends ExpertRole>(_role: Role, { browser }: Readonly<Record<string, string>>) {
    let desk: Promise<Desk> | undefined;
    const opened = () => {
      desk ??= openDesk(browser === undefined ? {} : { browser });
      return desk;
    };
    const computer: Computer = {
      id: 'desk',
      hash: contentHash({ pages: [deskPage('viewer', ''), deskPage('records', '')] }),
      health: async () => {
        await opened();
      },
      async begin(app, seed) {
        if (app === 'viewer' || app === 'records') return (await opened()).open(app, seed);
        throw new OverreadError(
          'bad-argument',
          `The desk has no application "${app}": use viewer or records.`,
        );
      },
      close: async () => {
        await (await desk)?.close();
      },
    };
    return computer as ExpertRoles[Role];
  },
};
export default plugin;

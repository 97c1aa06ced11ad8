// An expert behind an address: one JSON object there, one back (docs/experts.md).
import { contentHash } from '../../domain/content-hash.ts';
import { OverreadError } from '../../domain/errors.ts';
import type { ExpertRole, ExpertRoles, StoredBytes } from '../../domain/expert.ts';
import type { ServiceDeps, ServicePlugin } from '../expert-service.ts';
import { keptExpert } from '../kept-expert.ts';
import { askOutside, bearer, plainAddress, secondsOption } from '../outside-service.ts';
import { type Ask, expertOver } from '../service-roles.ts';

async function base64Of(stored: StoredBytes): Promise<string> {
  return Buffer.from(await stored.bytes()).toString('base64');
}

const plugin: ServicePlugin = {
  id: 'http',
  summary: 'an expert behind an address: one JSON object there, one back',
  roles: ['segment', 'ground', 'classify', 'retrieve', 'transcribe', 'speak'],
  positional: 'url',
  options: {
    url: 'the address that requests are posted to',
    health: 'address that answers GET while it works, or "none" (default: /health below the url)',
    timeout: 'seconds for one request (default 60)',
    'token-env': 'environment variable that holds a bearer token (default none)',
    version: 'the model’s version: a new one makes results anew (default none)',
  },
  async open<Role extends ExpertRole>(
    role: Role,
    options: Readonly<Record<string, string>>,
    deps: ServiceDeps,
  ): Promise<ExpertRoles[Role]> {
    const { url, health, version = null } = options;
    if (url === undefined)
      throw new OverreadError(
        'bad-argument',
        `Name the address: --expert ${role}=http:https://host/${role}.`,
      );
    const address = plainAddress(url, `The expert ${role}=http`);
    if (health !== undefined && health !== 'none') plainAddress(health, `health of ${role}=http`);
    const id = `http:${address}`;
    const name = `The expert at ${address}`;
    const timeoutMs = secondsOption(options.timeout, 60, 'http');
    const { fetch } = deps;
    const token = () => bearer(options['token-env']);
    const ask: Ask = async ({ picture, audio, ...rest }, call) => {
      const stored = picture ?? audio;
      const body = JSON.stringify({
        ...rest,
        ...(picture === undefined ? {} : { image: await base64Of(picture) }),
        ...(audio === undefined ? {} : { audio: await base64Of(audio) }),
        ...(stored === undefined ? {} : { mediaType: stored.mediaType }),
      });
      const { bytes } = await askOutside({
        ...{ fetch, url, name, timeoutMs, body, signal: call?.signal },
        headers: { 'content-type': 'application/json', ...token() },
      });
      try {
        return JSON.parse(Buffer.from(bytes).toString()) as unknown;
      } catch (cause) {
        throw new OverreadError(
          'expert-failed',
          `${name} replied with what is not JSON: docs/experts.md shows its form.`,
          {
            cause,
          },
        );
      }
    };
    const about = {
      id,
      hash: contentHash({ service: 'http', role, url, version }),
      async health(signal?: AbortSignal) {
        if (health === 'none') return;
        await askOutside({
          ...{ fetch, name, signal, retries: 1, headers: token() },
          url: health ?? `${address}/health`,
          timeoutMs: Math.min(timeoutMs, 15_000),
        });
      },
    };
    return keptExpert(role, expertOver(role, about, ask, deps), deps);
  },
};
export default plugin;

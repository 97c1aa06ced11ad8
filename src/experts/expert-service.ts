// Experts by role as written on the command line, ROLE=KIND:OPTIONS: opened from plug-ins, reached through the trust list.
import { OverreadError } from '../domain/errors.ts';
import { EXPERT_ROLES, type ExpertRole, type ExpertRoles, type Experts } from '../domain/expert.ts';
import type { BlobStore } from '../storage/blobs.ts';
import type { Store } from '../storage/store.ts';
import type { Fetch } from './direct-fetch.ts';
import type { Gateway } from './gateway.ts';
import { services } from './services/registry.generated.ts';

/** What an expert may use to do its work. */
export interface ServiceDeps {
  /** Reaches addresses of the trust list and nothing else; no proxy, no redirect. */
  readonly fetch: Fetch;
  readonly gateway?: Pick<Gateway, 'languageModel' | 'prepare'>;
  readonly blobs: BlobStore;
  /** Where results are kept by the hashes of what they came from. */
  readonly index?: Pick<Store, 'cached' | 'cache'>;
}

/** An expert plug-in: one file in services/, default export, file name = id. */
export interface ServicePlugin {
  readonly id: string;
  readonly summary: string;
  readonly roles: readonly ExpertRole[];
  /** The option that is written without a name: "http:https://host/ground". */
  readonly positional?: string;
  /** Options by name, each with what it does and its default. */
  readonly options: Readonly<Record<string, string>>;
  /** `options` holds only declared names; `role` is one of `roles`. Errors: `bad-argument` and those of its files. */
  open<Role extends ExpertRole>(
    role: Role,
    options: Readonly<Record<string, string>>,
    deps: ServiceDeps,
  ): Promise<ExpertRoles[Role]>;
}

/** Every expert plug-in. */
export function servicePlugins(): readonly ServicePlugin[] {
  return Object.values(services) as readonly ServicePlugin[];
}

export interface WrittenExpert {
  readonly role: ExpertRole;
  readonly plugin: ServicePlugin;
  readonly options: Readonly<Record<string, string>>;
}

/**
 * "ground=http:https://host/ground,timeout=30" into role, plug-in and options. What stands before the first comma may
 * be the positional option; a comma inside a value is written twice. Errors: `bad-argument` that lists what there is.
 */
export function parseExpert(written: string): WrittenExpert {
  const equals = written.indexOf('=');
  const role = EXPERT_ROLES.find((known) => known === written.slice(0, Math.max(0, equals)));
  if (role === undefined)
    throw new OverreadError(
      'bad-argument',
      `--expert takes ROLE=EXPERT, not "${written}": the roles are ${EXPERT_ROLES.join(', ')}.`,
    );
  const rest = written.slice(equals + 1);
  const colon = rest.indexOf(':');
  const id = colon < 0 ? rest : rest.slice(0, colon);
  const plugin = servicePlugins().find((known) => known.id === id);
  const fitting = servicePlugins().filter((known) => known.roles.includes(role));
  if (plugin === undefined || !plugin.roles.includes(role))
    throw new OverreadError(
      'bad-argument',
      `There is no expert "${id}" that can ${role}: use ${fitting.map((known) => known.id).join(', ')}.`,
    );
  const options: Record<string, string> = {};
  const parts = colon < 0 ? [] : rest.slice(colon + 1).split(/(?<!,),(?!,)/);
  for (const [at, raw] of parts.entries()) {
    const part = raw.replaceAll(',,', ',');
    const sign = part.indexOf('=');
    const named = sign > 0 && Object.hasOwn(plugin.options, part.slice(0, sign));
    if (!named && (at > 0 || plugin.positional === undefined))
      throw new OverreadError(
        'bad-argument',
        `The expert ${id} has no option "${sign > 0 ? part.slice(0, sign) : part}": it takes ${Object.keys(plugin.options).join(', ')}.`,
      );
    if (named) options[part.slice(0, sign)] = part.slice(sign + 1);
    else if (plugin.positional !== undefined) options[plugin.positional] = part;
  }
  return { role, plugin, options };
}

/**
 * Opens the experts of a run, one for each role, and asks each whether it can work now, so that a run stops before its
 * first question and not at each. Errors: `bad-argument`, and what opening one and its `health` throw.
 */
export async function openExperts(
  written: readonly string[],
  deps: ServiceDeps,
): Promise<{ readonly experts: Experts; close(): Promise<void> }> {
  const parsed = written.map(parseExpert);
  const opened: { [Role in ExpertRole]?: ExpertRoles[Role] } = {};
  for (const { role, plugin, options } of parsed) {
    if (opened[role] !== undefined)
      throw new OverreadError('bad-argument', `Two experts are given that ${role}: give one.`);
    (opened as Record<string, unknown>)[role] = await plugin.open(role, options, deps);
  }
  const close = async () => {
    for (const expert of Object.values(opened)) await expert.close?.();
  };
  try {
    for (const expert of Object.values(opened)) await expert.health?.();
  } catch (error) {
    await close();
    throw error;
  }
  return { experts: opened, close };
}

/** Id and hash of each expert, for a run's record. */
export function expertSettings(experts: Experts): Record<string, { id: string; hash: string }> {
  return Object.fromEntries(Object.entries(experts).map(([role, { id, hash }]) => [role, { id, hash }]));
}

// What a run keeps of the published benchmark that it reads; loads none of them.
import type { RunRecord } from '../domain/run.ts';

/** What a run of a published benchmark keeps in its settings, so that it can be resumed and scored by its id alone. */
export interface PublishedSettings {
  readonly benchmark: string;
  readonly mode: string;
  readonly split: string | null;
  /** Absent: all items. */
  readonly facets?: Readonly<Record<string, readonly string[]>>;
  readonly columns: Readonly<Record<string, string>>;
  readonly seed: string;
}

/** The settings of a run of a published benchmark; undefined for any other run. */
export function publishedSettings({ settings }: Pick<RunRecord, 'settings'>): PublishedSettings | undefined {
  return settings.release as PublishedSettings | undefined;
}

// What the speed benchmark times of a case: opening its files, every measurement, every question that it supports.
import { basename } from 'node:path';
import { labelMemory } from '../../src/imaging/label-memory.ts';
import { openAnnotation, openVolume } from '../../src/imaging/open.ts';
import { criteriaSet } from '../../src/knowledge/criteria.ts';
import { allTypes } from '../../src/questions/ask.ts';
import { type CaseResult, readCase } from '../../src/questions/read-case.ts';
import type { PeerTask } from './peer.ts';

export type BenchCase = PeerTask['cases'][number] & { readonly scheme: string };

const options = {
  seed: '0',
  secret: 'the speed benchmark',
  rules: 'strict',
  criteria: criteriaSet('guideline'),
  types: allTypes(),
  options: {},
  splits: { train: 0, validation: 0, test: 1 },
} as const;

const memory = labelMemory();

/** As `overread build` reads a case, one at a time. */
export async function measureFiles({ mask, image, scheme }: BenchCase): Promise<CaseResult> {
  const item = {
    item: mask,
    patient: basename(mask),
    facts: {},
    hasImage: image !== undefined,
    loadVolume: () => openVolume(image ?? ''),
    loadAnnotation: () => openAnnotation(mask, { memory }),
  };
  try {
    return await readCase(item, { ...options, scheme });
  } finally {
    memory.release();
  }
}

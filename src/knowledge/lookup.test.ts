import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { criteriaSet } from './criteria.ts';
import { lookupKnowledge } from './lookup.ts';

const published = criteriaSet('published');
const ids = (query: string, set = published) =>
  lookupKnowledge(query, set).results.map((r) => r.criterion?.id);

describe('the released look-up, faults included', () => {
  it('has the 27 entries of the release', () => {
    expect(published.criteria).toHaveLength(27);
  });
  it('cannot find LI-RADS, since a capital never equals the lower-cased query', () => {
    expect(lookupKnowledge('LI-RADS', published).results).toMatchObject([{ source: 'N/A' }]);
  });
  it('answers "L/S ratio threshold" with the splenomegaly entry first', () => {
    expect(ids('L/S ratio threshold')[0]).toBe('splenomegaly-detection');
  });
  it('has 13 keywords with capitals, none of which any query can match', () => {
    const capital = published.criteria.flatMap((c) => c.keywords).filter((k) => k !== k.toLowerCase());
    expect(capital).toHaveLength(13);
  });
  it('counts a substring once and an equal word once more', () => {
    // "cysts" contains "cyst" (1 point); "pseudocyst" is a word (2 points) that also contains "cyst".
    expect(ids('cysts')[0]).toBe('pseudocyst');
    expect(ids('renal cysts')).toEqual(['kidney-lesion-type', 'renal-mass']);
  });
  it('gives the second entry when its score is at least half of the first', () => {
    expect(ids('splenomegaly grading')).toEqual(['splenomegaly-grading', 'normal-spleen-volume']);
    expect(ids('pdac pnet adenocarcinoma')).toEqual(['pdac-vs-pnet']);
  });
  it('gives one or two entries for any query', () => {
    fc.assert(
      fc.property(fc.string(), (query) => {
        expect([1, 2]).toContain(ids(query).length);
      }),
    );
  });
});

describe('the strict look-up', () => {
  const guideline = criteriaSet('guideline');
  it('does not care for case', () => {
    expect(ids('LI-RADS', guideline)[0]).toBe('li-rads');
    expect(ids('li-rads', guideline)[0]).toBe('li-rads');
    expect(ids('L/S RATIO', guideline)[0]).toBe('organ-hu-ratio');
  });
  it.each([
    ['Is this pancreatic cyst to be resected? resection', 'pancreatic-cyst-resection'],
    ['T stage of a PDAC', 'pancreatic-tumor-staging'],
    ['neuroendocrine tumour stage', 'pnet-staging'],
    ['mild, moderate or severe splenomegaly', 'splenomegaly-grading'],
    ['is the lesion an outlier', 'lesion-outlier'],
  ])('%s', (query, id) => expect(ids(query, guideline)[0]).toBe(id));
  it('finds nothing for words that no entry has', () => {
    expect(lookupKnowledge('zebra', guideline).results[0].criterion).toBeUndefined();
    expect(lookupKnowledge('', guideline).results[0].criterion).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { labelTable } from './nifti-label-table.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('labelTable', () => {
  it('is undefined for extensions that hold something else', () => {
    expect(labelTable(bytes(''))).toBeUndefined();
    expect(labelTable(bytes('<AFNI_atr>some other thing</AFNI_atr>'))).toBeUndefined();
    expect(labelTable(bytes('<LabelTable></LabelTable>'))).toBeUndefined();
  });

  it('reads names as they are, entities resolved, background left out', () => {
    const table =
      '<LabelTable><Label Key="0">none</Label>\n<Label Key="7" Alpha="1"> a &lt;b&gt; </Label></LabelTable>';
    expect(labelTable(bytes(table))).toEqual(new Map([[7, 'a <b>']]));
  });

  it('text made to be slow is not', () => {
    const started = performance.now();
    for (const part of ['<Label', ' Key="1"', '<Label Key="1"><![CDATA[', '<Label Key="1">'])
      labelTable(bytes(`<LabelTable><Label ${part.repeat(120_000)}`));
    expect(performance.now() - started).toBeLessThan(3000);
  });
});

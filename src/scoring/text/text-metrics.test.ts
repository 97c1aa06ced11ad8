// Every text metric of the registry keeps the contract.
import bleu1 from '../metrics/bleu-1.ts';
import bleu2 from '../metrics/bleu-2.ts';
import bleu3 from '../metrics/bleu-3.ts';
import bleu4 from '../metrics/bleu-4.ts';
import bleu4Exp from '../metrics/bleu-4-exp.ts';
import bleu4Han from '../metrics/bleu-4-han.ts';
import bleu4Method4 from '../metrics/bleu-4-method-4.ts';
import chrf from '../metrics/chrf.ts';
import chrfPlusPlus from '../metrics/chrf-plus-plus.ts';
import cider from '../metrics/cider.ts';
import ciderD from '../metrics/cider-d.ts';
import exactMatch from '../metrics/exact-match.ts';
import meteor from '../metrics/meteor.ts';
import meteorHan from '../metrics/meteor-han.ts';
import rouge1Ascii from '../metrics/rouge-1-ascii.ts';
import rouge1Han from '../metrics/rouge-1-han.ts';
import rouge1Unicode from '../metrics/rouge-1-unicode.ts';
import rouge1UnicodeWhitespace from '../metrics/rouge-1-unicode-whitespace.ts';
import rouge2Ascii from '../metrics/rouge-2-ascii.ts';
import rouge2Han from '../metrics/rouge-2-han.ts';
import rouge2Unicode from '../metrics/rouge-2-unicode.ts';
import rougeLAscii from '../metrics/rouge-l-ascii.ts';
import rougeLHan from '../metrics/rouge-l-han.ts';
import rougeLUnicode from '../metrics/rouge-l-unicode.ts';
import rougeLUnicodeWhitespace from '../metrics/rouge-l-unicode-whitespace.ts';
import tokenF1 from '../metrics/token-f1.ts';
import { textMetricContract } from './text-metric.contract.ts';

for (const metric of [bleu1, bleu2, bleu3, bleu4, bleu4Exp, bleu4Method4]) textMetricContract(metric);
for (const metric of [rouge1Unicode, rouge2Unicode, rougeLUnicode, rouge1Han, rouge2Han, rougeLHan])
  textMetricContract(metric);
for (const metric of [
  rouge1Ascii,
  rouge2Ascii,
  rougeLAscii,
  rouge1UnicodeWhitespace,
  rougeLUnicodeWhitespace,
])
  textMetricContract(metric);
for (const metric of [meteor, meteorHan, tokenF1, exactMatch]) textMetricContract(metric);
for (const metric of [chrf, chrfPlusPlus]) textMetricContract(metric);
for (const metric of [cider, ciderD]) textMetricContract(metric);
textMetricContract(bleu4Han);

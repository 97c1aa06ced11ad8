// Measures a mask with its scan: node examples/measure-a-mask.ts MASK [IMAGE] [SCHEME]
import { applyScheme, chooseScheme, measureCase, openAnnotation, openVolume } from '../src/index.ts';

const [mask, image, scheme] = process.argv.slice(2);
const raw = await openAnnotation(mask);
const annotation = applyScheme(raw, await chooseScheme(raw, scheme));
const volume = image === undefined ? undefined : await openVolume(image);
const { regions } = measureCase(annotation, volume, { rules: 'strict' });
for (const { structure, measurements } of regions)
  for (const { quantity, value, unit } of measurements)
    console.log(`${structure}\t${quantity}\t${value} ${unit}`);

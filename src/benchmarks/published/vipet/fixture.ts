// A small ViMed-PET release with invented patients: what its pictures show is what its reports say.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Random, random } from '../../../domain/random.ts';
import { npy, npz } from '../../../records/testing/npz-writer.ts';
import type { Fixture } from '../../published.ts';
import { LESION_KEYS } from './words.ts';

const SHAPES = ['Hạch', 'Nốt mờ', 'Khối mờ', 'Dày thành thực quản', 'Dải mờ'];
const PLACES = ['hố nách phải', 'trước khí quản', 'thùy trên phổi trái', 'rốn phổi hai bên', 'gan phải'];
const REGIONS = ['Đầu - cổ', 'Lồng ngực', 'Ổ bụng - khung chậu', 'Hệ cơ - xương'];
const MONTHS = ['2018/THANG 11', '2018/THANG 9', '2023/THANG 12', '2018/THANG 10', '2019/THANG 11'];

const WITH_CT = 1;

async function put(folder: string, name: string, bytes: string | Uint8Array): Promise<void> {
  await mkdir(dirname(join(folder, name)), { recursive: true });
  await writeFile(join(folder, name), bytes);
}

interface Invented {
  readonly shape: string;
  readonly place: string;
  readonly millimetres: number;
  readonly suv: number;
}

const invent = (rng: Random): Invented => ({
  shape: rng.pick(SHAPES),
  place: rng.pick(PLACES),
  millimetres: 4 + rng.int(60),
  suv: 2 + rng.int(20),
});

/** A volume of noise with one hot spot, 6 slices of 8 × 8. */
function volume(rng: Random, noise: number): Uint8Array {
  const values = Int16Array.from({ length: 6 * 8 * 8 }, () => rng.int(noise));
  values[rng.int(values.length)] = 3 * noise;
  return npz({ data: npy('<i2', [6, 8, 8], values) }, true);
}

/** Writes one patient for each item, with a question and lesions for every patient of the test months. */
export async function writeFixture(
  folder: string,
  { items, seed }: { readonly items: number; readonly seed: string },
): Promise<Fixture> {
  const rng = random(seed, 'vipet');
  const table = ['name,sex,height,weight,year,pet_path,ct_path,report_path,report_en_path'];
  const conversations: unknown[] = [];
  for (let at = 0; at < items; at++) {
    const [year, month] = MONTHS[at % MONTHS.length].split('/');
    const name = `patient_${at}`;
    const path = (kind: string, ending: string) => `PETCT${year}/${month}/${kind}/day_1_${name}.${ending}`;
    table.push(
      [
        ...[name, at % 2 === 0 ? 'M' : 'F', '1.6', '60', year],
        ...[path('PET', 'npz'), path('CT', 'npz'), path('reports', 'json'), path('reports_en', 'json')],
      ].join(','),
    );
    const found = Array.from({ length: 1 + rng.int(3) }, () => invent(rng));
    const sentence = ({ shape, place, millimetres, suv }: Invented) =>
      rng.pick([
        `${shape} ở ${place} đo ${millimetres} mm với SUVmax ${suv},${rng.int(10)}.`,
        `Tại ${place} thấy ${shape.toLowerCase()} kích thước ${millimetres}, hấp thu FDG mức ${suv}.`,
        `Tổn thương dạng ${shape.toLowerCase()} (${place}), đường kính khoảng ${millimetres}; chuyển hóa ${suv}.`,
      ]);
    const report = {
      'Nhận định kết quả': `Số ${rng.int(9000) + 1000}: ${sentence(found[0])}`,
      'Mô tả hình ảnh': Object.fromEntries(
        REGIONS.map((region, n) => [region, found[n] === undefined ? '' : sentence(found[n])]),
      ),
    };
    await put(folder, path('reports', 'json'), JSON.stringify(report));
    await put(folder, path('PET', 'npz'), volume(rng, 9000));
    // The CT of most patients is absent, as the card allows.
    if (at < WITH_CT) await put(folder, path('CT', 'npz'), volume(rng, 500));
    if (!/11|12/.test(month) || year === '2019') continue;
    conversations.push({
      patient_id: name,
      report: '',
      conversation: found.map((one, n) => ({
        question: `Tổn thương thứ ${n + 1} nằm ở đâu?`,
        answer: `Tổn thương nằm ở ${one.place}, đo ${one.millimetres} mm.`,
      })),
    });
    const lesions = found.map((one) => ({
      [LESION_KEYS.size]: `${one.millimetres} mm`,
      [LESION_KEYS.shape]: one.shape,
      [LESION_KEYS.location]: one.place,
      [LESION_KEYS.fdg]: {
        [LESION_KEYS.suv]: one.suv,
        [LESION_KEYS.uptake]: one.suv > 8 ? 'Cao' : 'Không tăng',
      },
      [LESION_KEYS.invasion]: 'Không có',
      [LESION_KEYS.stage]: 'Không có',
    }));
    await put(folder, `medical_test_set/PETCT_${year}_${name}_REPORT_${name}.json`, JSON.stringify(lesions));
  }
  await put(folder, 'metadata.csv', `${table.join('\n')}\n`);
  await put(folder, 'vqa_test.json', JSON.stringify(conversations));
  return { items };
}

// Invented people and places: names put together from syllables, numbers that are given out once.
import type { Random } from '../../domain/random.ts';

const GIVEN_HEADS = [
  'Al',
  'Bren',
  'Cor',
  'Dal',
  'El',
  'Fen',
  'Gar',
  'Hal',
  'Is',
  'Jor',
  'Kel',
  'Lor',
  'Mar',
  'Nor',
  'Or',
  'Per',
  'Quin',
  'Ros',
  'Sel',
  'Tam',
  'Ul',
  'Ver',
  'Wil',
  'Yor',
  'Zel',
];
const GIVEN_TAILS = [
  'ana',
  'bert',
  'cia',
  'dan',
  'een',
  'fina',
  'gar',
  'helm',
  'ia',
  'kas',
  'lin',
  'mira',
  'na',
  'ock',
  'pha',
  'ric',
  'sa',
  'tha',
  'vin',
  'wen',
];
const FAMILY_HEADS = [
  'Amber',
  'Birch',
  'Crom',
  'Dray',
  'Elder',
  'Fair',
  'Glen',
  'Hart',
  'Iver',
  'Jessel',
  'Kirk',
  'Lark',
  'Marl',
  'Nettle',
  'Oaken',
  'Pell',
  'Quar',
  'Raven',
  'Stan',
  'Thorn',
  'Under',
  'Vale',
  'Whit',
  'Yarrow',
];
const FAMILY_TAILS = [
  'bourne',
  'by',
  'combe',
  'croft',
  'dale',
  'feld',
  'ford',
  'gate',
  'ham',
  'hurst',
  'ley',
  'low',
  'mere',
  'more',
  'ridge',
  'sett',
  'shaw',
  'stead',
  'thwaite',
  'wick',
  'worth',
];
const STREET_HEADS = [
  'Alder',
  'Beacon',
  'Cedar',
  'Dover',
  'Ember',
  'Foundry',
  'Granite',
  'Harbor',
  'Juniper',
  'Kestrel',
  'Lantern',
  'Meadow',
  'Orchard',
  'Quarry',
  'Saddle',
  'Tanner',
  'Willow',
];
const STREET_KINDS = ['Street', 'Avenue', 'Road', 'Lane', 'Drive', 'Court', 'Way', 'Boulevard'];
const TOWN_TAILS = ['ton', 'ville', 'port', 'field', 'haven', ' Falls', ' Springs', 'burg'];
const STATES = ['OR', 'OH', 'TX', 'NY', 'WA', 'IL', 'GA', 'CO', 'MI', 'NC', 'PA', 'AZ'];
const HOSTS = ['example.com', 'example.org', 'example.net'];

export interface Invented {
  person(): { given: string; family: string };
  address(): { street: string; town: string };
  phone(): string;
  email(person: { given: string; family: string }): string;
  ssn(): string;
  /** As many digits as asked, never the same number twice. */
  digits(count: number): string;
  /** A day between two years, both included, never the same day twice. */
  day(from: number, to: number): Date;
  company(kind: string): string;
}

/** Numbers and names that do not repeat within one source; e-mail hosts and 555 numbers are reserved for fiction. */
export function invented(rng: Random): Invented {
  const given = new Set<string>();
  const once = <T extends string>(draw: () => T): T => {
    for (let attempt = 0; attempt < 10_000; attempt++) {
      const value = draw();
      if (given.has(value)) continue;
      given.add(value);
      return value;
    }
    throw new RangeError('More values were asked for than can be invented.');
  };
  const digits = (count: number) => once(() => `${1 + rng.int(9)}${plain(rng, count - 1)}`);
  return {
    person() {
      const name = once(
        () =>
          `${rng.pick(GIVEN_HEADS)}${rng.pick(GIVEN_TAILS)} ${rng.pick(FAMILY_HEADS)}${rng.pick(FAMILY_TAILS)}`,
      );
      const [first, family] = name.split(' ');
      return { given: first, family };
    },
    address: () => ({
      street: once(() => `${100 + rng.int(9800)} ${rng.pick(STREET_HEADS)} ${rng.pick(STREET_KINDS)}`),
      town: once(
        () =>
          `${rng.pick(FAMILY_HEADS)}${rng.pick(TOWN_TAILS)}, ${rng.pick(STATES)} ${10000 + rng.int(89000)}`,
      ),
    }),
    phone: () => once(() => `(${200 + rng.int(700)}) 555-${plain(rng, 4)}`),
    email: ({ given: first, family }) =>
      once(() => `${first}.${family}${10 + rng.int(90)}@${rng.pick(HOSTS)}`.toLowerCase()),
    // 900–999 are never issued.
    ssn: () => once(() => `9${plain(rng, 2)}-${plain(rng, 2)}-${plain(rng, 4)}`),
    digits,
    day(from, to) {
      const [low, high] = [Date.UTC(from, 0, 1), Date.UTC(to, 11, 31)];
      const drawn = once(() =>
        new Date(low + rng.int((high - low) / 86_400_000 + 1) * 86_400_000).toISOString(),
      );
      return new Date(drawn);
    },
    company: (kind) => once(() => `${rng.pick(FAMILY_HEADS)}${rng.pick(FAMILY_TAILS)} ${kind}`),
  };
}

function plain(rng: Random, count: number): string {
  return Array.from({ length: count }, () => rng.int(10)).join('');
}

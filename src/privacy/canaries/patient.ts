// An invented patient with a visit, all of whose values are canaries: they stand nowhere else and must not survive.
import type { Random } from '../../domain/random.ts';
import type { PhiCategory } from '../categories.ts';
import { type Invented, invented } from '../statements/invented.ts';

/** A planted value and where it was planted. */
export interface Canary {
  readonly where: string;
  readonly category: PhiCategory;
  readonly value: string;
}

export interface CanaryPatient {
  readonly given: string;
  readonly family: string;
  readonly id: string;
  /** YYYYMMDD. */
  readonly birth: string;
  readonly visit: string;
  readonly accession: string;
  readonly phone: string;
  readonly email: string;
  readonly ssn: string;
  readonly address: { readonly street: string; readonly town: string };
  readonly hospital: string;
  readonly doctor: { readonly given: string; readonly family: string };
}

const compact = (day: Date) => day.toISOString().slice(0, 10).replaceAll('-', '');

/** One source for all patients, so that no value is given out twice. */
export function canarySource(rng: Random): Invented {
  return invented(rng);
}

export function canaryPatient(source: Invented): CanaryPatient {
  const person = source.person();
  return {
    ...person,
    id: source.digits(9),
    birth: compact(source.day(1920, 2000)),
    visit: compact(source.day(2001, 2025)),
    accession: `AC${source.digits(8)}`,
    phone: source.phone(),
    email: source.email(person),
    ssn: source.ssn(),
    address: source.address(),
    hospital: source.company('Hospital'),
    doctor: source.person(),
  };
}

const slashedDay = (day: string) => `${day.slice(4, 6)}/${day.slice(6)}/${day.slice(0, 4)}`;

/** A radiology report about the patient: headed, then running text that names people again. */
export function canaryReport(p: CanaryPatient): { text: string; canaries: Canary[] } {
  const [birth, visit] = [slashedDay(p.birth), slashedDay(p.visit)];
  const text = `Patient: ${p.family}, ${p.given}
MRN: ${p.id}
DOB: ${birth}
Accession number: ${p.accession}
Exam date: ${visit}
Referring physician: Dr. ${p.doctor.given} ${p.doctor.family}
Phone: ${p.phone}   E-mail: ${p.email}   SSN: ${p.ssn}
Address: ${p.address.street}, ${p.address.town}

TECHNIQUE: Contrast-enhanced CT of the abdomen.
FINDINGS: The liver measures 15.2 cm. A lesion of 2.3 x 1.9 cm lies in segment 7, 55 HU. Mr. ${p.family} was told on ${visit}.
IMPRESSION: Stable lesion. Discussed with Dr. ${p.doctor.family} by telephone at ${p.phone}.
Electronically signed by: ${p.doctor.given} ${p.doctor.family}, MD
`;
  const canary = (where: string, category: PhiCategory, value: string): Canary => ({
    where,
    category,
    value,
  });
  return {
    text,
    canaries: [
      canary('report', 'name', p.family),
      canary('report', 'name', p.given),
      canary('report', 'mrn', p.id),
      canary('report', 'date', birth),
      canary('report', 'date', visit),
      canary('report', 'account', p.accession),
      canary('report', 'name', p.doctor.family),
      canary('report', 'name', p.doctor.given),
      canary('report', 'phone', p.phone),
      canary('report', 'email', p.email),
      canary('report', 'ssn', p.ssn),
      canary('report', 'address', p.address.street),
      canary('report', 'address', p.address.town),
    ],
  };
}

/** The same as JSON: some fields by name, the narrative as text. */
export function canaryJson(p: CanaryPatient): { text: string; canaries: Canary[] } {
  const { text, canaries } = canaryReport(p);
  const value = {
    patient: { name: `${p.given} ${p.family}`, mrn: Number(p.id), birth_date: p.birth, phone: p.phone },
    accession_number: p.accession,
    institution_name: p.hospital,
    measurements: [
      { structure: 'liver', length_cm: 15.2 },
      { structure: 'lesion', length_cm: 2.3, hu: 55 },
    ],
    report: text,
  };
  return {
    text: JSON.stringify(value, null, 2),
    canaries: canaries.map((canary) => ({ ...canary, where: 'json' })),
  };
}

// The categories of identifiers: those of the HIPAA safe harbour (45 CFR 164.514(b)(2)), by the letters it gives them.

export const CATEGORIES = {
  name: { letter: 'A', about: 'names of the patient, relatives, employers and staff', inText: true },
  address: { letter: 'B', about: 'places smaller than a state', inText: true },
  date: { letter: 'C', about: 'dates but for the year, and ages over 89', inText: true },
  phone: { letter: 'D', about: 'telephone numbers', inText: true },
  fax: { letter: 'E', about: 'fax numbers', inText: true },
  email: { letter: 'F', about: 'e-mail addresses', inText: true },
  ssn: { letter: 'G', about: 'social security numbers', inText: true },
  mrn: { letter: 'H', about: 'medical record numbers', inText: true },
  insurance: { letter: 'I', about: 'health plan beneficiary numbers', inText: true },
  account: { letter: 'J', about: 'account numbers, statement and invoice numbers included', inText: true },
  licence: { letter: 'K', about: 'certificate and licence numbers', inText: true },
  vehicle: { letter: 'L', about: 'vehicle identifiers and number plates', inText: true },
  device: { letter: 'M', about: 'device identifiers and serial numbers', inText: true },
  url: { letter: 'N', about: 'web addresses', inText: true },
  ip: { letter: 'O', about: 'internet protocol addresses', inText: true },
  biometric: { letter: 'P', about: 'biometric identifiers: no pattern of text finds them', inText: false },
  photograph: { letter: 'Q', about: 'full-face pictures: no pattern of text finds them', inText: false },
  other: { letter: 'R', about: 'any other unique number, code or UID', inText: true },
} as const;

export type PhiCategory = keyof typeof CATEGORIES;

export const CATEGORY_IDS = Object.keys(CATEGORIES) as readonly PhiCategory[];

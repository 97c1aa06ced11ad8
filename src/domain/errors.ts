// The errors of the whole package: a stable code, one sentence that says what to do, the cause kept.

/** What went wrong, as a stable machine-readable code. Codes are only ever added. */
export type ErrorCode =
  // bad input: the user can mend it (exit 2)
  | 'bad-argument'
  | 'bad-config'
  | 'file-not-found'
  | 'file-unreadable'
  | 'format-unknown'
  | 'format-unsupported'
  | 'file-truncated'
  | 'file-corrupt'
  | 'limit-exceeded'
  | 'geometry-mismatch'
  | 'geometry-invalid'
  | 'voxels-not-finite'
  | 'mask-empty'
  | 'layout-unknown'
  | 'scheme-unknown'
  | 'several-series'
  | 'path-escape'
  | 'benchmark-invalid'
  | 'key-locked'
  | 'reader-unknown'
  | 'run-unknown'
  | 'price-unknown'
  | 'credential-missing'
  | 'dependency-missing'
  // refused on purpose (exit 2)
  | 'endpoint-not-trusted'
  | 'not-allowed'
  // failed work (exit 1)
  | 'write-failed'
  | 'store-failed'
  | 'provider-failed'
  | 'provider-timeout'
  | 'provider-refused'
  | 'provider-garbage'
  | 'budget-exhausted'
  | 'tool-failed'
  | 'expert-failed'
  | 'cancelled'
  | 'check-failed'
  | 'internal';

const FAILED_WORK: ReadonlySet<ErrorCode> = new Set([
  'write-failed',
  'store-failed',
  'provider-failed',
  'provider-timeout',
  'provider-refused',
  'provider-garbage',
  'budget-exhausted',
  'tool-failed',
  'expert-failed',
  'cancelled',
  'check-failed',
  'internal',
]);

const MARKER = Symbol.for('overread.error');

/**
 * Every error Overread throws on purpose.
 * @example throw new OverreadError('file-truncated', `${name} promises ${n} bytes and holds ${m}: copy it again.`)
 */
export class OverreadError extends Error {
  readonly code: ErrorCode;
  /** Facts a program may want, never patient data. */
  readonly details: Readonly<Record<string, unknown>>;
  readonly [MARKER] = true;

  constructor(
    code: ErrorCode,
    sentence: string,
    options: { cause?: unknown; details?: Record<string, unknown> } = {},
  ) {
    super(sentence, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'OverreadError';
    this.code = code;
    this.details = options.details ?? {};
  }

  /** The command's exit status: 2 for input the user can mend, 1 for failed work. */
  get exitCode(): 1 | 2 {
    return FAILED_WORK.has(this.code) ? 1 : 2;
  }

  /** True across duplicated copies of the package, unlike `instanceof`. */
  static isInstance(error: unknown): error is OverreadError {
    return typeof error === 'object' && error !== null && MARKER in error;
  }
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

// A judge: a model that the user named to judge replies in words. Nothing is judged by a model that nobody named.
import { OverreadError } from '../../domain/errors.ts';
import type { Gateway } from '../gateway.ts';

export interface JudgeOptions {
  /** Default 0: the same reply is judged the same way. null: the provider's own. */
  readonly temperature?: number | null;
  readonly maxOutputTokens?: number;
  readonly signal?: AbortSignal;
}

export interface ModelJudge {
  readonly id: string;
  /**
   * The judge's words. `patientId` ties the cached reply to its patient, so that a purge finds it.
   * Errors: the gateway's; anything else as `provider-failed`.
   */
  ask(prompt: string, about?: { readonly patientId?: string }): Promise<string>;
}

/** A judge behind the gateway: trust, budget, retries and cache are the gateway's. `ref` is PROVIDER/MODEL. */
export async function modelJudge(
  gateway: Pick<Gateway, 'languageModel' | 'prepare'>,
  ref: string,
  { temperature = 0, maxOutputTokens, signal }: JudgeOptions = {},
): Promise<ModelJudge> {
  await gateway.prepare(ref);
  const model = gateway.languageModel(ref);
  return {
    id: ref,
    async ask(prompt, about = {}) {
      try {
        const reply = await model.doGenerate({
          prompt: [{ role: 'user', content: [{ type: 'text', text: prompt }] }],
          providerOptions: { overread: { ...about } },
          ...(signal === undefined ? {} : { abortSignal: signal }),
          ...(temperature === null ? {} : { temperature }),
          ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
        });
        return reply.content.map((part) => (part.type === 'text' ? part.text : '')).join('');
      } catch (cause) {
        if (OverreadError.isInstance(cause)) throw cause;
        if (signal?.aborted)
          throw new OverreadError('cancelled', 'Judging was stopped: report again to go on.', { cause });
        throw new OverreadError(
          'provider-failed',
          `The judge ${ref} did not answer: try again or check it.`,
          {
            cause,
          },
        );
      }
    },
  };
}

// Which domain a case belongs to, so that references of that domain only are searched: by a classifier, or by asking.
import type { StrategySession } from '../../strategy.ts';

/** As published; a user's corpus may have others. */
export const DOMAINS = 'radiology,ophthalmology,pathology';

export interface RoutedDomain {
  /** Undefined: all domains are searched. */
  readonly domain?: string;
  readonly by: 'option' | 'classifier' | 'model' | 'none';
  readonly reason?: string;
}

/** The one domain that a reply names as a word; undefined when it names none or several. */
export function domainIn(reply: string, domains: readonly string[]): string | undefined {
  const named = domains.filter((domain) => {
    const word = domain.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return new RegExp(`(?<![\\p{L}\\p{N}])${word}(?![\\p{L}\\p{N}])`, 'iu').test(reply);
  });
  return named.length === 1 ? named[0] : undefined;
}

/**
 * @param how "auto" (the classify expert where there is one, else the model), "classify", "model", "all", or a domain
 * A reply without a domain is asked for once more; then all domains are searched, and the log says why.
 */
export async function routedDomain(session: StrategySession, how: string): Promise<RoutedDomain> {
  const domains = (session.option('domains') ?? DOMAINS)
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (how === 'all') return { by: 'none' };
  if (how === 'classify' || (how === 'auto' && session.experts.classify !== undefined))
    return classified(session, domains);
  if (how === 'auto' || how === 'model') return askedFor(session, domains);
  return { domain: how, by: 'option' };
}

async function classified(session: StrategySession, domains: readonly string[]): Promise<RoutedDomain> {
  const [first] = session.shown;
  if (first === undefined) return { by: 'none', reason: 'there is no picture to classify' };
  const picture = await session.stored(first.hash);
  const labels = await session.expert('classify').classify(picture, domains, {
    patientId: session.task.question.patientId,
    signal: session.task.signal,
  });
  const best = [...labels].sort((a, b) => b.probability - a.probability)[0];
  const domain = domains.find((name) => name.toLowerCase() === best?.label.toLowerCase());
  return domain === undefined
    ? { by: 'none', reason: 'the classifier names none of the domains' }
    : { domain, by: 'classifier' };
}

async function askedFor(session: StrategySession, domains: readonly string[]): Promise<RoutedDomain> {
  const wanted =
    `Before the question is answered, similar cases will be looked up. To which of these domains do the ` +
    `pictures and the question belong: ${domains.join(', ')}? Reply with that one word.`;
  const pictures = session.question.filter((part) => part.type === 'image').slice(0, 1);
  const content = [
    ...pictures,
    { type: 'text' as const, text: `Question: ${session.task.question.text}\n\n${wanted}` },
  ];
  for (const sample of [0, 1]) {
    const reply = await session.ask([{ role: 'user', content }], { sample, maxOutputTokens: 200 });
    const domain = domainIn(reply, domains);
    if (domain !== undefined) return { domain, by: 'model' };
  }
  return { by: 'none', reason: 'the model named no domain, twice' };
}

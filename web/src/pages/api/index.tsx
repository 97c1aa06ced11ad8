// The API of this server, read from its own description: what programs may ask, in which shapes.
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { addressOf, get } from '../../api/client.ts';
import { Button, ButtonLink } from '../../parts/button.tsx';
import { Field } from '../../parts/field.tsx';
import { Empty, Loading, Problem } from '../../parts/notes.tsx';
import { PageHead, Section } from '../../parts/page-head.tsx';
import { count, words } from '../../parts/words.ts';
import styles from './api.module.css';
import { apiDescription, operationId, operationsOf } from './openapi.ts';
import { OperationView } from './operation.tsx';

type Search = Readonly<Record<string, string | undefined>>;

export default function Page() {
  const search: Search = useSearch({ strict: false });
  const navigate = useNavigate();
  const found = useQuery({
    queryKey: ['openapi'],
    queryFn: ({ signal }) => get('/api/openapi.json', apiDescription, {}, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const change = (patch: Search) =>
    void navigate({
      to: '.',
      search: (before) => ({ ...before, ...patch }),
      replace: true,
      resetScroll: false,
    });
  const all = useMemo(() => (found.data === undefined ? [] : operationsOf(found.data)), [found.data]);
  const text = search.text?.trim().toLowerCase() ?? '';
  const shown = all.filter((one) => `${operationId(one)} ${one.summary}`.toLowerCase().includes(text));
  const tags = [...new Set(shown.map(({ tags: [tag = 'other'] }) => tag))];
  return (
    <>
      <PageHead
        title="API"
        facts="Everything these pages show is asked of this server by addresses that any program may use."
        actions={
          <ButtonLink href={addressOf('/api/openapi.json')} target="_blank" rel="noreferrer">
            OpenAPI (JSON)
          </ButtonLink>
        }
      />
      <Section title="How to call it">
        <p className={styles.lead}>
          Each request carries a token, as <code>Authorization: Bearer TOKEN</code>. The owner’s stands in the
          address that <code>overread serve --json</code> prints; people of the reading room have their own.
          Put it in <code>$TOKEN</code> to use the lines below. What is refused comes as{' '}
          <code>{'{"error": {"code", "message"}}'}</code> with a sentence that says what to do.
        </p>
      </Section>
      {found.isPending && <Loading what="Reading the description" />}
      {found.isError && <Problem error={found.error} title="The API cannot be described" />}
      {found.data !== undefined && (
        <>
          <search className={styles.search} aria-label="Filter the addresses">
            <Field label="Words">
              {(control) => (
                <input
                  {...control}
                  type="search"
                  maxLength={100}
                  value={search.text ?? ''}
                  onChange={(event) => change({ text: event.target.value || undefined })}
                />
              )}
            </Field>
            <p aria-live="polite">
              <strong>{count(shown.length)}</strong>{' '}
              {shown.length === all.length ? 'addresses' : `of ${count(all.length)} addresses`}
            </p>
          </search>
          {shown.length === 0 && (
            <Empty title="No address has these words">
              <Button onClick={() => change({ text: undefined })}>Drop the words</Button>
            </Empty>
          )}
          {tags.map((tag) => (
            <Section key={tag} title={capital(words(tag))}>
              <ul className={styles.list}>
                {shown
                  .filter(({ tags: [own = 'other'] }) => own === tag)
                  .map((operation) => {
                    const id = operationId(operation);
                    return (
                      <OperationView
                        key={id}
                        operation={operation}
                        open={search.open === id}
                        onOpen={(open) => change({ open: open ? id : undefined })}
                      />
                    );
                  })}
              </ul>
            </Section>
          ))}
        </>
      )}
    </>
  );
}

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

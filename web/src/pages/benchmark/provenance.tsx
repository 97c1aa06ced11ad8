// Where a benchmark comes from, told in sentences and tables: sources, rules, assumptions, what could not be asked.
import type { BenchmarkPage, BuiltProvenance, ReleaseProvenance } from '@shapes/benchmarks.ts';
import { addressOf, isStatic } from '../../api/client.ts';
import { Badge } from '../../parts/badge.tsx';
import { ButtonLink } from '../../parts/button.tsx';
import { CopyButton } from '../../parts/copy-button.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Section } from '../../parts/page-head.tsx';
import { OutsideLink, PaperLink } from '../../parts/paper-link.tsx';
import table from '../../parts/table.module.css';
import { count, number, plain, STAGE_WORDS } from '../../parts/words.ts';
import { valueText, words } from './names.ts';
import styles from './provenance.module.css';

export function Provenance({ page }: { readonly page: BenchmarkPage }) {
  const { entry, built, published } = page;
  if (built !== undefined) return <Built id={entry.id} hash={entry.contentHash} built={built} />;
  if (published !== undefined)
    return <Release hash={entry.contentHash} plugin={entry.plugin} release={published} />;
  return null;
}

const Hash = ({ hash, what }: { readonly hash: string; readonly what: string }) => (
  <>
    <code>{hash}</code> <CopyButton text={hash} what={what} />
  </>
);

function Built(props: { readonly id: string; readonly hash: string; readonly built: BuiltProvenance }) {
  const { id, hash, built } = props;
  const { manifest, criteria, failed } = built;
  const { counts } = manifest;
  return (
    <div className={styles.page}>
      <Section
        title="What it was built from"
        lead="Source files are known by the hash of their bytes; their names and places are not part of the benchmark."
        actions={
          !isStatic() && (
            <ButtonLink href={addressOf(`/api/benchmarks/${id}/manifest`)} target="_blank" rel="noreferrer">
              Raw manifest (JSON)
            </ButtonLink>
          )
        }
      >
        <Facts
          rows={[
            ['Source files', `${count(built.sources)} images and annotations`],
            ['Label schemes', manifest.schemes.map(plain).join(', ')],
            [
              'Licences',
              manifest.licences.length === 0 ? 'none stated' : manifest.licences.map(plain).join(', '),
            ],
            [
              'Result',
              `${number(counts.questions, 'question')} on ${number(counts.cases, 'case')} of ${number(counts.patients, 'patient')}`,
            ],
            ['Questions by split', entries(manifest.splits)],
          ]}
        />
      </Section>
      <Section title="By which rules">
        <Facts
          rows={[
            ['Measurements', `rule set “${manifest.rules}”`],
            [
              'Criteria',
              criteria === undefined
                ? plain(manifest.criteria)
                : `${criteria.title} (${criteria.id}, version ${criteria.version})`,
            ],
            ['Seed', <code key="seed">{plain(manifest.seed)}</code>],
            ['Made by', `${plain(manifest.generator.name)} ${plain(manifest.generator.version)}`],
            ['Keys', built.keysEncrypted ? 'encrypted with a passphrase' : 'not encrypted'],
            ['Content hash', <Hash key="hash" hash={hash} what="the content hash" />],
            ['Canary', <code key="canary">{plain(manifest.canary)}</code>],
          ]}
        />
      </Section>
      <Section
        title="What was assumed, and why"
        lead={manifest.assumptions.length === 0 ? 'Nothing was assumed.' : undefined}
      >
        {manifest.assumptions.length > 0 && (
          <Rows
            heads={['Assumption', 'Value', 'Why']}
            rows={manifest.assumptions.map(({ name, value, why }) => [
              plain(words(name)),
              plain(valueText(value)),
              plain(why),
            ])}
          />
        )}
      </Section>
      <Section
        title="What could not be asked, and why"
        lead={manifest.skipped.length === 0 ? 'Every type could be asked of every case.' : undefined}
      >
        {manifest.skipped.length > 0 && (
          <Rows
            heads={['Type', 'Reason', 'Cases']}
            numbers={[2]}
            rows={manifest.skipped.map(({ type, reason, cases }) => [
              plain(words(type)),
              plain(reason),
              count(cases),
            ])}
          />
        )}
      </Section>
      <Section
        title="Cases that could not be read"
        lead={
          failed.total === 0
            ? 'All cases could be read.'
            : failed.total > failed.shown.length
              ? `The first ${count(failed.shown.length)} of ${count(failed.total)}; the raw manifest has all.`
              : undefined
        }
      >
        {failed.total > 0 && (
          <Rows
            heads={['Case', 'Code', 'Reason']}
            rows={failed.shown.map((each) => [plain(each.case), plain(each.code), plain(each.reason)])}
          />
        )}
      </Section>
      <Section title="What is asked">
        <Rows
          heads={['Stage', 'Questions']}
          numbers={[1]}
          rows={Object.entries(counts.byStage).map(([stage, n]) => [
            STAGE_WORDS[stage as keyof typeof STAGE_WORDS] ?? words(stage),
            count(n),
          ])}
        />
        <details>
          <summary>{count(Object.keys(counts.byType).length)} types</summary>
          <Rows
            heads={['Type', 'Questions']}
            numbers={[1]}
            rows={Object.entries(counts.byType)
              .sort(([, a], [, b]) => b - a)
              .map(([type, n]) => [plain(words(type)), count(n)])}
          />
        </details>
      </Section>
    </div>
  );
}

function Release(props: {
  readonly hash: string;
  readonly plugin: string | undefined;
  readonly release: ReleaseProvenance;
}) {
  const { hash, plugin, release } = props;
  const { card, paper } = release;
  return (
    <div className={styles.page}>
      <Section title="What it is" lead={release.summary}>
        <Facts
          rows={[
            ['Paper', <PaperLink key="paper" paper={paper} />],
            ['Source', card.source],
            ['Address', card.url && <OutsideLink key="url" to={card.url} />],
            ['Licence', card.licence],
            ['Access', `${words(card.access)}: ${card.getIt}`],
            ['Size as released', card.size],
            ['Splits as released', entries(card.splits)],
            ['Tasks', card.tasks.join(', ')],
            ['Modalities', card.modalities.join(', ')],
          ]}
        />
      </Section>
      <Section title="How these runs read it">
        <Facts
          rows={[
            ['Plug-in', plugin === undefined ? undefined : <code key="plugin">{plugin}</code>],
            ['Mode', `${release.mode} (of ${release.modes.join(', ')})`],
            ['Split', release.split ?? 'all that are there'],
            [
              'Only items with',
              Object.entries(release.facets)
                .map(([name, values]) => `${words(name)}: ${values.map(plain).join(' or ')}`)
                .join('; '),
            ],
            ['Seed', <code key="seed">{plain(release.seed)}</code>],
            [
              'Format',
              card.format === 'verified' ? (
                <Badge key="format" tone="good">
                  verified on the release
                </Badge>
              ) : (
                <Badge key="format" tone="warn">
                  unverified: no release could be seen
                </Badge>
              ),
            ],
            ['Content hash', <Hash key="hash" hash={hash} what="the content hash" />],
          ]}
        />
      </Section>
      {card.faults.length > 0 && (
        <Section
          title="Known faults"
          lead="Of the release or its evaluator, and what each protocol does about them."
        >
          <ul className={styles.list}>
            {card.faults.map((fault) => (
              <li key={fault}>{fault}</li>
            ))}
          </ul>
        </Section>
      )}
      <Section title="Files">
        <Rows
          heads={['File', 'What it holds', 'Needed']}
          rows={card.files.map(({ name, about, required }) => [name, about, required ? 'yes' : 'no'])}
        />
      </Section>
    </div>
  );
}

function Rows(props: {
  readonly heads: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly numbers?: readonly number[];
}) {
  const { heads, rows, numbers = [] } = props;
  const look = (at: number) => (numbers.includes(at) ? table.number : '');
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    // biome-ignore lint/a11y/useSemanticElements: a fieldset groups controls, this groups a table
    <div className={`${table.frame} ${styles.rows}`} role="group" aria-label={heads.join(', ')} tabIndex={0}>
      <table className={table.table}>
        <thead>
          <tr>
            {heads.map((head, at) => (
              <th key={head} scope="col" className={look(at)}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.join('\0')}>
              {row.map((cell, at) => (
                <td key={heads[at]} className={look(at)}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const entries = (values: Readonly<Record<string, number | null>>): string =>
  Object.entries(values)
    .map(([name, n]) => (n === null ? name : `${name} ${count(n)}`))
    .join(', ');

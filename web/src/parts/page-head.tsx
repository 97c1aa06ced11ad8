// The head of a page: where it stands, its title, facts and actions. Sets the document's title.
import { type ReactNode, useEffect } from 'react';
import styles from './page-head.module.css';

export function PageHead(props: {
  readonly title: string;
  /** Way back, in small type above the title. */
  readonly trail?: ReactNode;
  /** One line below the title. */
  readonly facts?: ReactNode;
  readonly actions?: ReactNode;
}) {
  const { title, trail, facts, actions } = props;
  useEffect(() => {
    document.title = `${title} · Overread`;
  }, [title]);
  return (
    <header className={styles.head}>
      <div className={styles.words}>
        {trail !== undefined && <p className={styles.trail}>{trail}</p>}
        <h1>{title}</h1>
        {facts !== undefined && <p className={styles.facts}>{facts}</p>}
      </div>
      {actions !== undefined && <div className={styles.actions}>{actions}</div>}
    </header>
  );
}

/** A part of a page with a heading of its own. */
export function Section(props: {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  readonly id?: string;
}) {
  const { title, lead, actions, children, id } = props;
  return (
    <section className={styles.section} id={id} aria-label={title}>
      <div className={styles.sectionHead}>
        <div>
          <h2>{title}</h2>
          {lead !== undefined && <p className={styles.lead}>{lead}</p>}
        </div>
        {actions !== undefined && <div className={styles.actions}>{actions}</div>}
      </div>
      {children}
    </section>
  );
}

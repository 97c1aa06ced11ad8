// A figure with its caption, its numbers as a table, and its files.
import { type ReactNode, useId, useRef, useState } from 'react';
import { addressOf, isStatic } from '../api/client.ts';
import { Button, ButtonLink } from '../parts/button.tsx';
import { pngOf, save, svgText } from './export-figure.ts';
import styles from './figure.module.css';

export interface FigureProps {
  readonly title: string;
  /** What the marks mean. */
  readonly lead?: ReactNode;
  /** Of the files. */
  readonly name: string;
  /** Width and height in units of the drawing. */
  readonly size: readonly [number, number];
  /** The drawing, in units from the top left. */
  readonly children: ReactNode;
  /** Address of the numbers as CSV. */
  readonly csv?: string;
  /** The numbers, as a table. */
  readonly table?: ReactNode;
}

export function Figure({ title, lead, name, size, children, csv, table }: FigureProps) {
  const svg = useRef<SVGSVGElement>(null);
  const [problem, setProblem] = useState<string>();
  const id = useId();
  const [width, height] = size;
  const drawn = (work: (figure: SVGSVGElement) => Promise<void> | void) => async () => {
    if (svg.current === null) return;
    try {
      await work(svg.current);
      setProblem(undefined);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <figure className={styles.figure} aria-labelledby={id}>
      <figcaption className={styles.caption}>
        <h3 id={id}>{title}</h3>
        {lead !== undefined && <p>{lead}</p>}
      </figcaption>
      <div className={styles.room}>
        <svg
          ref={svg}
          viewBox={`0 0 ${width} ${height}`}
          className={styles.drawing}
          // Smaller, its words could not be read: it then moves sideways. Larger, they would shout.
          style={{ minWidth: 0.88 * width, maxWidth: `${0.085 * width}rem` }}
          aria-labelledby={id}
          preserveAspectRatio="xMinYMin meet"
        >
          <title>{title}</title>
          {children}
        </svg>
      </div>
      <div className={styles.files}>
        <Button
          look="quiet"
          aria-label={`${title} as SVG`}
          onClick={drawn((figure) =>
            save(`${name}.svg`, new Blob([svgText(figure)], { type: 'image/svg+xml' })),
          )}
        >
          SVG
        </Button>
        <Button
          look="quiet"
          aria-label={`${title} as PNG`}
          onClick={drawn(async (figure) => save(`${name}.png`, await pngOf(figure)))}
        >
          PNG
        </Button>
        {csv !== undefined && !isStatic() && (
          <ButtonLink look="quiet" href={addressOf(csv)} download aria-label={`${title} as CSV`}>
            CSV
          </ButtonLink>
        )}
        {problem !== undefined && <p role="alert">{problem}</p>}
      </div>
      {table !== undefined && (
        <details className={styles.numbers}>
          <summary>Numbers</summary>
          {table}
        </details>
      )}
    </figure>
  );
}

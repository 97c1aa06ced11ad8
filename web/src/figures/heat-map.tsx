// Question types as tiles: colour and number say the score, ≈ that its interval holds chance.

import figure from './figure.module.css';
import styles from './heat-map.module.css';
import { Mark, type MarkTarget } from './mark.tsx';
import { between, holdsChance, type Scored, scoreWords } from './numbers.ts';

export interface HeatTile {
  readonly key: string;
  readonly label: string;
  readonly cell: Scored;
  readonly target?: MarkTarget | undefined;
}

export interface HeatGroup {
  readonly title: string;
  readonly tiles: readonly HeatTile[];
}

const GAP = 8;
const TILE = 234;
const HIGH = 74;
const HEAD = 26;
const LEGEND = 44;

const groupHeight = ({ tiles }: HeatGroup, columns: number): number =>
  HEAD + Math.ceil(tiles.length / columns) * (HIGH + GAP) + 8;

export const heatSize = (groups: readonly HeatGroup[], columns: number): [number, number] => [
  columns * (TILE + GAP) - GAP,
  LEGEND + groups.reduce((sum, group) => sum + groupHeight(group, columns), 0),
];

export function HeatMap(props: { readonly groups: readonly HeatGroup[]; readonly columns: number }) {
  const { groups, columns } = props;
  const tops = groups.map((_, g) => heatSize(groups.slice(0, g), columns)[1]);
  return (
    <>
      <Legend />
      {groups.map((group, g) => (
        <g key={group.title}>
          <text className={figure.head} x={0} y={tops[g] + 16}>
            {group.title}
          </text>
          {group.tiles.map((tile, i) => (
            <Tile
              key={tile.key}
              tile={tile}
              x={(i % columns) * (TILE + GAP)}
              y={tops[g] + HEAD + Math.floor(i / columns) * (HIGH + GAP)}
            />
          ))}
        </g>
      ))}
    </>
  );
}

function Tile({ tile, x, y }: { readonly tile: HeatTile; readonly x: number; readonly y: number }) {
  const { label, cell, target } = tile;
  const { score } = cell;
  const near = holdsChance(cell);
  return (
    <Mark target={target} label={`${label}: ${scoreWords(cell)}${near ? '; the interval holds chance' : ''}`}>
      <rect
        className={`${styles.tile} ${score === null ? styles.none : ''}`}
        x={x + 1}
        y={y + 1}
        width={TILE - 2}
        height={HIGH - 2}
        rx={5}
        {...(score === null ? {} : { style: { fill: heat(score) } })}
      />
      <text className={styles.score} x={x + 12} y={y + 46}>
        {score === null ? '–' : (100 * score).toFixed(1)}
        {near ? ' ≈' : ''}
      </text>
      <text className={styles.name} x={x + 12} y={y + 21}>
        {fit(label)}
      </text>
      <text className={styles.small} x={x + 12} y={y + 64}>
        {between(cell.ci95)} · n {cell.n}
      </text>
    </Mark>
  );
}

/** From pale to strong, in the page's own bar colour: one hue, so that it is read without colour vision too. */
const heat = (score: number): string =>
  `color-mix(in oklab, var(--surface), var(--bar) ${(8 + 60 * Math.max(0, Math.min(1, score))).toFixed(0)}%)`;

/** Names that are too long for a tile end in "…"; the whole name is in the tile's title. */
const fit = (label: string): string => (label.length <= 30 ? label : `${label.slice(0, 29)}…`);

function Legend() {
  const steps = [0, 0.25, 0.5, 0.75, 1];
  return (
    <g>
      {steps.map((step, i) => (
        <g key={step}>
          <rect
            className={styles.tile}
            x={i * 56}
            y={2}
            width={54}
            height={14}
            style={{ fill: heat(step) }}
          />
          <text className={`${figure.note} ${figure.middle}`} x={i * 56 + 27} y={31}>
            {100 * step}
          </text>
        </g>
      ))}
      <text className={figure.note} x={5 * 56 + 14} y={14}>
        score in %, 95 % interval, number of reads; ≈ the interval holds chance
      </text>
    </g>
  );
}

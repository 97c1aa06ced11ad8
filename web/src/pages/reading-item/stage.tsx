// What is looked at: the scan in its viewer, the pictures of the question, or nothing at all.
import type { ShownPart } from '@shapes/room.ts';
import type { PlaneName } from '@shapes/scan.ts';
import { type ReactNode, useState } from 'react';
import { addressOf } from '../../api/client.ts';
import { Tabs } from '../../parts/tabs.tsx';
import { PictureViewer } from '../../viewer/picture-viewer.tsx';
import { ScanViewer } from '../../viewer/scan-viewer.tsx';
import styles from './stage.module.css';

const AXIAL: readonly PlaneName[] = ['axial'];

export interface StageProps {
  /** Address of the item: media/… below it. */
  readonly base: string;
  /** Address of the scan, which may be that of an earlier item with the same one. */
  readonly scanBase: string;
  readonly scan: 'volume' | 'axial' | null;
  readonly tools: boolean;
  readonly masks: boolean;
  readonly parts: readonly ShownPart[];
  /** For screen readers: "Scan of question 12". */
  readonly label: string;
}

/** True when there is something to look at besides words. */
export const hasStage = ({ scan, parts }: Pick<StageProps, 'scan' | 'parts'>): boolean =>
  scan !== null || parts.some(({ type }) => type === 'image');

export function Stage({ base, scanBase, scan, tools, masks, parts, label }: StageProps) {
  const pictures = parts.flatMap((part) => (part.type === 'image' ? [`${base}/media/${part.media}`] : []));
  const views: { readonly value: string; readonly label: string; readonly panel: ReactNode }[] = [
    ...(scan === null
      ? []
      : [
          {
            value: 'scan',
            label: 'Scan',
            panel: (
              <ScanViewer
                key={scanBase}
                base={scanBase}
                label={label}
                masks={masks}
                tools={tools}
                {...(scan === 'axial' ? { planes: AXIAL } : {})}
              />
            ),
          },
        ]),
    ...pictures.map((src, index) => ({
      value: `picture-${index + 1}`,
      label: `Picture ${index + 1}`,
      panel: <PictureViewer key={src} src={addressOf(src)} label={`Picture ${index + 1} of the question`} />,
    })),
  ];
  const [chosen, setChosen] = useState<string>();
  const [only, ...others] = views;
  if (only === undefined) return null;
  if (others.length === 0) return <div className={styles.stage}>{only.panel}</div>;
  const value = views.some((view) => view.value === chosen) ? (chosen ?? only.value) : only.value;
  return (
    <div className={styles.stage}>
      <Tabs label="What is looked at" tabs={views} value={value} onChange={setChosen} fill />
    </div>
  );
}

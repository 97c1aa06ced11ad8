// The viewer of pictures: zoom, and boxes on them.
import type { PictureViewerProps } from './props.ts';

export function PictureViewer({ src, label }: PictureViewerProps) {
  return <img src={src} alt={label} />;
}

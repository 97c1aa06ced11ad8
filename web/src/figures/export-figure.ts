// A figure as a file that stands alone: colours resolved for white paper, no links, its size written down.

/** What a drawing needs of its style; everything else is geometry. */
const PROPERTIES = [
  ...['fill', 'fill-opacity', 'stroke', 'stroke-width', 'stroke-opacity', 'stroke-dasharray', 'opacity'],
  ...['stroke-linecap', 'stroke-linejoin', 'font-family', 'font-size', 'font-weight', 'text-anchor'],
  ...['dominant-baseline', 'visibility'],
];

/** The figure as text of an SVG file. */
export function svgText(figure: SVGSVGElement): string {
  const copy = figure.cloneNode(true) as SVGSVGElement;
  const { width, height } = figure.viewBox.baseVal;
  // A stage of its own in light colours: the page may be dark, paper is not.
  const stage = document.createElement('div');
  stage.style.colorScheme = 'light';
  stage.style.position = 'fixed';
  stage.style.left = '-100000px';
  stage.style.width = `${width}px`;
  stage.append(copy);
  document.body.append(stage);
  try {
    const parts = [...copy.querySelectorAll<SVGElement>('*')];
    const styles = parts.map((part) => {
      const style = getComputedStyle(part);
      return PROPERTIES.map((name) => [name, style.getPropertyValue(name)] as const);
    });
    parts.forEach((part, i) => {
      part.removeAttribute('class');
      part.removeAttribute('style');
      if (part.namespaceURI === SVG && part.tagName !== 'title')
        for (const [name, value] of styles[i]) if (value !== '') part.setAttribute(name, value);
    });
  } finally {
    stage.remove();
  }
  for (const link of copy.querySelectorAll('a')) {
    const group = document.createElementNS(SVG, 'g');
    group.append(...link.childNodes);
    link.replaceWith(group);
  }
  copy.removeAttribute('class');
  copy.removeAttribute('style');
  copy.setAttribute('xmlns', SVG);
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height));
  const ground = document.createElementNS(SVG, 'rect');
  for (const [name, value] of [
    ['width', String(width)],
    ['height', String(height)],
    ['fill', '#ffffff'],
  ])
    ground.setAttribute(name, value);
  copy.prepend(ground);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(copy)}\n`;
}
const SVG = 'http://www.w3.org/2000/svg';

/** The figure as PNG, `scale` times its own size. */
export async function pngOf(figure: SVGSVGElement, scale = 2): Promise<Blob> {
  const { width, height } = figure.viewBox.baseVal;
  const picture = new Image();
  const address = URL.createObjectURL(new Blob([svgText(figure)], { type: 'image/svg+xml' }));
  try {
    picture.src = address;
    await picture.decode();
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('This browser cannot draw pictures.');
    context.drawImage(picture, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) =>
      canvas.toBlob(
        (blob) => (blob === null ? reject(new Error('No picture was made.')) : resolve(blob)),
        'image/png',
      ),
    );
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** Hands a file to the visitor. */
export function save(name: string, content: Blob): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = address;
  link.download = name.replaceAll(/[^\w.-]+/g, '-');
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

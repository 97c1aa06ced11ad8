// Observable Plot without a browser: specifications in, inline SVG out.

/** The parts of Observable Plot that the figures use; its own types want a browser's. */
export interface PlotLibrary {
  plot(options: Record<string, unknown>): {
    outerHTML: string;
    setAttribute(name: string, value: string): void;
  };
  barX(data: readonly unknown[], options: Record<string, unknown>): unknown;
  rect(data: readonly unknown[], options: Record<string, unknown>): unknown;
  ruleX(data: readonly unknown[], options?: Record<string, unknown>): unknown;
  ruleY(data: readonly unknown[], options?: Record<string, unknown>): unknown;
  tickX(data: readonly unknown[], options: Record<string, unknown>): unknown;
  text(data: readonly unknown[], options: Record<string, unknown>): unknown;
  dot(data: readonly unknown[], options: Record<string, unknown>): unknown;
  line(data: readonly unknown[], options: Record<string, unknown>): unknown;
  link(data: readonly unknown[], options: Record<string, unknown>): unknown;
  axisX(options: Record<string, unknown>): unknown;
  axisY(options: Record<string, unknown>): unknown;
  axisFx(options: Record<string, unknown>): unknown;
  axisFy(options: Record<string, unknown>): unknown;
  gridX(options?: Record<string, unknown>): unknown;
  gridY(options?: Record<string, unknown>): unknown;
  stackX(options: Record<string, unknown>): Record<string, unknown>;
}

export type Drawing = (specification: Record<string, unknown>, label: string) => string;

/** Loads Plot and a document to draw in; both are heavy and wanted for HTML only. */
export async function loadPlot(): Promise<{ plot: PlotLibrary; draw: Drawing }> {
  const [library, { parseHTML }] = await Promise.all([import('@observablehq/plot'), import('linkedom')]);
  const plot = library as unknown as PlotLibrary;
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  return {
    plot,
    draw: (specification, label) => {
      const svg = plot.plot({ document, ...specification });
      svg.setAttribute('role', 'img');
      svg.setAttribute('aria-label', label);
      return svg.outerHTML;
    },
  };
}

// Stands in for the 3D library where there are no volumes to draw.
export class Niivue {
  constructor() {
    throw new Error('A static export holds slices only: open the workbench to see volumes.');
  }
}

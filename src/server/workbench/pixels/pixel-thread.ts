// The program of a thread that opens cases: one job after another, each answered.
import { parentPort } from 'node:worker_threads';
import { messageOf, OverreadError } from '../../../domain/errors.ts';
import type { Grid } from '../../../domain/geometry.ts';
import type { FromThread, PixelJob, ResultOf, ToThread } from './job.ts';
import { loadImage } from './load-image.ts';
import { loadMasks } from './load-masks.ts';
import { drawPicture } from './picture.ts';

const port = parentPort;
const say = (message: FromThread) => port?.postMessage(message);
let giveGrid: (grid: Grid) => void = () => {};

function work(id: number, job: PixelJob): Promise<ResultOf[keyof ResultOf]> {
  switch (job.kind) {
    case 'image':
      return loadImage(job.files, {
        arriving: (image) => say({ id, said: 'arriving', image }),
        arrived: (voxels) => say({ id, said: 'arrived', voxels }),
      });
    case 'masks':
      return loadMasks(job.files, job.order, async () => {
        if (!job.onScan) return undefined;
        const grid = new Promise<Grid>((resolve) => {
          giveGrid = resolve;
        });
        say({ id, said: 'wants-grid' });
        return grid;
      });
    case 'picture':
      return Promise.resolve(drawPicture(job.drawing));
  }
}

port?.on('message', async (message: ToThread) => {
  if ('grid' in message) return giveGrid(message.grid);
  const { id, job } = message;
  try {
    say({ id, said: 'done', result: await work(id, job) });
  } catch (error) {
    const known = OverreadError.isInstance(error);
    say({
      id,
      said: 'failed',
      code: known ? error.code : 'internal',
      message: messageOf(error),
      ...(known || !(error instanceof Error) ? {} : { stack: error.stack }),
    });
  }
});

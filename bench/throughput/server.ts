// The loopback chat server in a process of its own: answers at once, prints its address, ends with its parent.
import { startLoopback } from '../../src/experts/testing/loopback.ts';

const server = await startLoopback({ record: false, answer: () => ({ text: 'B' }) });
process.stdout.write(`${server.url}\n`);
process.on('disconnect', () => process.exit(0));
process.stdin.on('end', () => process.exit(0)).resume();

// Every command, in the order in which help lists them.
import type { CliCommand } from '../command.ts';
import doctor from './doctor.ts';
import layouts from './layouts.ts';
import measure from './measure.ts';

export const commands: readonly CliCommand[] = [measure, layouts, doctor];

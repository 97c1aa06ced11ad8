// Clips of a video's events, and of the video itself.
import { spawn } from 'node:child_process';
import { OverreadError } from '../../domain/errors.ts';
import type { EventVideo } from './events.ts';
import type { Clip } from './templates.ts';

export interface CutClip extends Clip {
  /** Seconds into the video. */
  readonly start: number;
}

/** Spans of `length` seconds from the first event on; what is left at the end counts from half that length on. */
export function clipsOf({ video, events }: EventVideo, length: number): CutClip[] {
  const clips: CutClip[] = [];
  const last = events.at(-1)?.t ?? 0;
  for (let start = Math.floor(events[0]?.t ?? 0); start <= last; start += length) {
    const end = Math.min(start + length, last);
    if (end - start < length / 2) break;
    const own = events
      .filter(({ t }) => t >= start && t < start + length)
      .map((event) => ({ ...event, t: Math.round((event.t - start) * 1000) / 1000 }));
    if (own.length > 0)
      clips.push({ video, start, length: Math.min(length, Math.ceil(end - start)), events: own });
  }
  return clips;
}

/** Runs ffmpeg. Throws `dependency-missing` when it is not installed, `tool-failed` with its last line otherwise. */
export function ffmpeg(program: string, args: readonly string[], signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, ['-nostdin', '-hide_banner', '-loglevel', 'error', '-y', ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
      ...(signal === undefined ? {} : { signal }),
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-2000);
    });
    child.on('error', (cause: NodeJS.ErrnoException) => {
      reject(
        cause.code === 'ENOENT'
          ? new OverreadError(
              'dependency-missing',
              'ffmpeg is not installed: install it (apt-get install ffmpeg), or leave --videos out.',
              { cause },
            )
          : cause,
      );
    });
    child.on('close', (code) => {
      if (code === 0) resolve();
      else
        reject(
          new OverreadError(
            'tool-failed',
            `ffmpeg could not read a video (${said.trim().split('\n').at(-1) ?? 'no message'}).`,
          ),
        );
    });
  });
}

/** Arguments that cut a clip: 15 frames a second, no sound, no metadata. */
export function cutArguments(video: string, out: string, start: number, length: number): string[] {
  return [
    '-ss',
    String(start),
    '-i',
    video,
    '-t',
    String(length),
    '-r',
    '15',
    '-an',
    '-map_metadata',
    '-1',
    out,
  ];
}

/** Arguments that take one frame as PNG. */
export function frameArguments(video: string, out: string, t: number): string[] {
  return ['-ss', t.toFixed(3), '-i', video, '-frames:v', '1', '-map_metadata', '-1', '-f', 'image2', out];
}

/** When frames are taken: two a second, between four and eight in all, spread evenly. */
export function frameTimes(length: number): number[] {
  const count = Math.max(4, Math.min(8, Math.round(length * 2)));
  return Array.from({ length: count }, (_, n) => Math.round(((n + 0.5) * length * 1000) / count) / 1000);
}

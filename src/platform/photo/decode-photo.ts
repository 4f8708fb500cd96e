import { Worker } from 'node:worker_threads';
import type { OutputInfo } from 'sharp';
import { sharp } from '../images.ts';
import { mostPixels, type PhotoType, TooManyPixels } from './read-metadata.ts';

/** Pixels, three bytes each, upright and in sRGB. */
export type Pixels = { data: Buffer; width: number; height: number };

/** A picture as it is kept: no larger than `longestSide`, with the size it came in. */
export type Decoded = Pixels & { fullWidth: number; fullHeight: number };

const longestSide = 2048;
const heicMilliseconds = 15_000;

export class Unreadable extends Error {}

/** Opens a picture once; everything else is made from these pixels. Throws Unreadable or TooManyPixels. */
export async function decodePhoto(bytes: Buffer, type: PhotoType): Promise<Decoded> {
  try {
    return await decoded(sharp(bytes, { limitInputPixels: mostPixels, failOn: 'truncated' }).autoOrient());
  } catch (error) {
    if (error instanceof Error && /pixel limit/i.test(error.message)) throw new TooManyPixels();
    // The library reads the header of HEIC, and the pixels only where they are not HEVC.
    if (type !== 'image/heic') throw new Unreadable('the picture cannot be decoded', { cause: error });
  }
  const { data, width, height } = await decodeHeic(bytes);
  return decoded(sharp(data, { raw: { width, height, channels: 4 }, limitInputPixels: mostPixels }));
}

async function decoded(picture: ReturnType<typeof sharp>): Promise<Decoded> {
  const { autoOrient } = await picture.metadata();
  const { data, info }: { data: Buffer; info: OutputInfo } = await picture
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .resize({ width: longestSide, height: longestSide, fit: 'inside', withoutEnlargement: true })
    .removeAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const rgb = info.channels === 3 ? data : await spread(data, info);
  return { data: rgb, width: info.width, height: info.height, fullWidth: autoOrient.width, fullHeight: autoOrient.height };
}

/** Grey pictures come with one channel. */
const spread = (data: Buffer, { width, height, channels }: OutputInfo): Promise<Buffer> =>
  sharp(data, { raw: { width, height, channels: channels as 1 | 2 | 3 | 4 } })
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer();

/** In a thread of its own for each file: a broken one can run without end or leak, and goes with its thread. */
function decodeHeic(bytes: Buffer): Promise<Pixels> {
  const own = new Uint8Array(bytes);
  const worker = new Worker(new URL('./heic-worker.ts', import.meta.url), {
    workerData: { bytes: own, mostPixels },
    transferList: [own.buffer],
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 1024 },
    // The library has opinions about broken files, and the log is no place for them.
    stdout: true,
    stderr: true,
  });
  const answer = new Promise<Pixels>((resolve, reject) => {
    const late = setTimeout(() => reject(new Unreadable('the picture took too long to open')), heicMilliseconds);
    worker.on('message', (told: HeicAnswer) => {
      clearTimeout(late);
      if (told.kind === 'pixels') resolve({ ...told, data: Buffer.from(told.data.buffer) });
      else reject(told.kind === 'too-many-pixels' ? new TooManyPixels() : new Unreadable('the picture cannot be decoded'));
    });
    worker.on('error', error => {
      clearTimeout(late);
      reject(new Unreadable('the decoder stopped', { cause: error }));
    });
  });
  return answer.finally(() => worker.terminate());
}

export type HeicAnswer = { kind: 'pixels'; data: Uint8ClampedArray<ArrayBuffer>; width: number; height: number } | { kind: 'too-many-pixels' | 'unreadable' };

import { parentPort, workerData } from 'node:worker_threads';
import decode from 'heic-decode';
import type { HeicAnswer } from './decode-photo.ts';

const { bytes, mostPixels } = workerData as { bytes: Uint8Array; mostPixels: number };

async function answer(): Promise<HeicAnswer> {
  try {
    // Sizes first: they are known long before the pixels are.
    const [image] = await decode.all({ buffer: bytes });
    if (!image) return { kind: 'unreadable' };
    if (image.width * image.height > mostPixels) return { kind: 'too-many-pixels' };
    return { kind: 'pixels', ...(await image.decode()) };
  } catch {
    return { kind: 'unreadable' };
  }
}

const told = await answer();
parentPort!.postMessage(told, told.kind === 'pixels' ? [told.data.buffer] : []);

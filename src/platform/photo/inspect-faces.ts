import { Worker } from 'node:worker_threads';
import type { Pixels } from './decode-photo.ts';

/** A face that was found, in parts of the picture's width and height (0 to 1), with what was measured on it. */
export type Face = {
  /** How sure the two models are, 0 to 1: that there is a face, and that its points lie on one. The second is what tells animals. */
  boxScore: number;
  score: number;
  left: number;
  top: number;
  width: number;
  height: number;
  /** Degrees; 0 looks straight ahead. */
  yaw: number;
  pitch: number;
  roll: number;
  /** Between the middles of the eyes, and from there to the chin: in parts of the picture's width and height. */
  eyes: { leftX: number; leftY: number; rightX: number; rightY: number };
  chin: { x: number; y: number };
  /** Opening of the narrower eye, and of the lips, in parts of the distance from eyes to chin. */
  eyesOpen: number;
  mouthOpen: number;
  /** Numbers that are alike for photos of one person. Only where they were asked for; never stored with what was measured. */
  embedding?: number[];
};

/** Finds the faces in a picture of at most 1,024 pixels, largest first. On this machine, and never over the network. */
export type FaceInspector = (pixels: Pixels, options?: { embedding?: boolean }) => Promise<Face[]>;

export const inspectorVersion = 'human 3.3.6, blazeface and facemesh, tiles 1';

const milliseconds = 20_000;
const idleMilliseconds = 5 * 60_000;

type Waiting = { resolve: (faces: Face[]) => void; reject: (error: Error) => void; late: NodeJS.Timeout };

/**
 * The detector in a thread of its own, started when it is first needed and ended when it was idle for five minutes. One picture at a time is
 * looked at; the others wait. A thread that stops or hangs is replaced, and its picture refused.
 */
export function openFaceInspector(): { inspect: FaceInspector; close(): Promise<void> } {
  let worker: Worker | undefined;
  let idle: NodeJS.Timeout | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let waiting: Waiting | undefined;

  const end = async (reason: Error): Promise<void> => {
    const ending = worker;
    worker = undefined;
    clearTimeout(idle);
    if (waiting) {
      clearTimeout(waiting.late);
      waiting.reject(reason);
      waiting = undefined;
    }
    await ending?.terminate();
  };

  const start = (): Worker => {
    const started = new Worker(new URL('./face-worker.ts', import.meta.url), { execArgv: [], stdout: true, stderr: true });
    const isCurrent = () => worker === started;
    started.on('message', (told: { faces: Face[] } | { fault: string }) => {
      if (!isCurrent() || !waiting) return;
      const { resolve, reject, late } = waiting;
      waiting = undefined;
      clearTimeout(late);
      if ('faces' in told) resolve(told.faces);
      else reject(new Error(`the face detector failed: ${told.fault}`));
    });
    started.on('error', error => void (isCurrent() && end(new Error('the face detector stopped', { cause: error }))));
    started.on('exit', () => void (isCurrent() && end(new Error('the face detector stopped'))));
    started.unref();
    return started;
  };

  const inspectNow = (pixels: Pixels, embedding: boolean): Promise<Face[]> =>
    new Promise((resolve, reject) => {
      worker ??= start();
      clearTimeout(idle);
      waiting = { resolve, reject, late: setTimeout(() => void end(new Error('the face detector took too long')), milliseconds) };
      const data = new Uint8Array(pixels.data);
      worker.postMessage({ data, width: pixels.width, height: pixels.height, embedding }, [data.buffer]);
    }).finally(() => {
      idle = setTimeout(() => void end(new Error('idle')), idleMilliseconds).unref();
    }) as Promise<Face[]>;

  return {
    inspect(pixels, { embedding = false } = {}) {
      const next = last.then(() => inspectNow(pixels, embedding));
      last = next.catch(() => {});
      return next;
    },
    async close() {
      await last;
      await end(new Error('closing'));
    },
  };
}

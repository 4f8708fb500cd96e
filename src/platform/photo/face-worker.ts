import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parentPort } from 'node:worker_threads';
import type { Face } from './inspect-faces.ts';

/** The little of the package that is used here. Its own types are those of another build. */
type Point = [x: number, y: number, z?: number];
type Found = {
  boxScore: number;
  faceScore: number;
  box: [number, number, number, number];
  mesh: Point[];
  rotation: { angle: { yaw: number; pitch: number; roll: number } } | null;
  embedding?: number[];
};
type Tensor = { dispose(): void };
type Human = {
  init(): Promise<void>;
  load(): Promise<void>;
  detect(input: Tensor): Promise<{ face: Found[]; error?: string }>;
  tf: { tensor(data: Int32Array, shape: number[], type: 'int32'): Tensor };
};

const require = createRequire(import.meta.url);
const packageFolder = path.join(path.dirname(require.resolve('@vladmandic/human')), '..');
const modelFolder = path.join(packageFolder, 'models');

// Models are asked for by fetch. Here it reads the package's own folder and nothing else, so that no picture and no question leaves the machine.
globalThis.fetch = async input => {
  const file = fileURLToPath(input instanceof Request ? input.url : input);
  if (!file.startsWith(`${modelFolder}${path.sep}`)) throw new Error('the face detector reads its own models and nothing else');
  return new Response(await readFile(file), { headers: { 'Content-Type': file.endsWith('.json') ? 'application/json' : 'application/octet-stream' } });
};

const off = { enabled: false };
async function load(embedding: boolean): Promise<Human> {
  // By its path: what the package offers to Node is a build that needs a native library.
  const { Human: Detector, default: other } = require(path.join(packageFolder, 'dist/human.node-wasm.js')) as Record<string, new (options: object) => Human>;
  const human = new (Detector ?? other)!({
    backend: 'wasm',
    // Otherwise fetched from a server of somebody's.
    wasmPath: `${path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))}${path.sep}`,
    modelBasePath: pathToFileURL(`${modelFolder}${path.sep}`).href,
    // Otherwise the faces of the picture before may be given again.
    cacheSensitivity: 0,
    debug: false,
    filter: off,
    gesture: off,
    body: off,
    hand: off,
    object: off,
    segmentation: off,
    face: {
      enabled: true,
      detector: { rotation: true, maxDetected: 10, minConfidence: 0.3 },
      mesh: { enabled: true },
      iris: off,
      emotion: off,
      description: { enabled: embedding },
      antispoof: off,
      liveness: off,
    },
  });
  await human.load();
  return human;
}

type Picture = { data: Uint8Array; width: number; height: number; embedding: boolean };
type Part = { left: number; top: number; width: number; height: number };

const certain = 0.7;

async function detect(human: Human, picture: Picture, part: Part): Promise<Face[]> {
  const pixels = new Int32Array(part.width * part.height * 3);
  for (let row = 0; row < part.height; row += 1) {
    const from = ((part.top + row) * picture.width + part.left) * 3;
    pixels.set(picture.data.subarray(from, from + part.width * 3), row * part.width * 3);
  }
  const input = human.tf.tensor(pixels, [1, part.height, part.width, 3], 'int32');
  try {
    const { face, error } = await human.detect(input);
    if (error) throw new Error(error);
    return face.filter(one => one.mesh.length > 386).map(one => faceOf(one, picture, part));
  } finally {
    input.dispose();
  }
}

function faceOf({ boxScore, faceScore, box, mesh, rotation, embedding }: Found, picture: Picture, part: Part): Face {
  const at = (index: number) => ({ x: mesh[index]![0] + part.left, y: mesh[index]![1] + part.top });
  const middle = (one: number, other: number) => ({ x: (at(one).x + at(other).x) / 2, y: (at(one).y + at(other).y) / 2 });
  const distance = (one: { x: number; y: number }, other: { x: number; y: number }) => Math.hypot(one.x - other.x, one.y - other.y);
  const [right, left, chin] = [middle(33, 133), middle(362, 263), at(152)];
  const eyesToChin = Math.max(1, distance({ x: (left.x + right.x) / 2, y: (left.y + right.y) / 2 }, chin));
  const degrees = (radians: number | undefined) => ((radians ?? 0) * 180) / Math.PI;
  return {
    boxScore,
    score: faceScore,
    left: (box[0] + part.left) / picture.width,
    top: (box[1] + part.top) / picture.height,
    width: box[2] / picture.width,
    height: box[3] / picture.height,
    yaw: degrees(rotation?.angle.yaw),
    pitch: degrees(rotation?.angle.pitch),
    roll: degrees(rotation?.angle.roll),
    eyes: { leftX: left.x / picture.width, leftY: left.y / picture.height, rightX: right.x / picture.width, rightY: right.y / picture.height },
    chin: { x: chin.x / picture.width, y: chin.y / picture.height },
    eyesOpen: Math.min(distance(at(159), at(145)), distance(at(386), at(374))) / eyesToChin,
    mouthOpen: distance(at(13), at(14)) / eyesToChin,
    ...(embedding && embedding.length > 0 ? { embedding } : {}),
  };
}

/** The whole picture first. Where it shows one face or none, four overlapping parts too: a second person further back is only seen there. */
async function inspect(human: Human, picture: Picture): Promise<Face[]> {
  const whole = { left: 0, top: 0, width: picture.width, height: picture.height };
  const faces = await detect(human, picture, whole);
  if (!picture.embedding && faces.filter(face => face.score >= certain).length <= 1 && Math.min(picture.width, picture.height) >= 256) {
    const [width, height] = [Math.round(picture.width * 0.6), Math.round(picture.height * 0.6)];
    for (const left of [0, picture.width - width]) {
      for (const top of [0, picture.height - height]) {
        for (const face of await detect(human, picture, { left, top, width, height })) {
          const before = faces.findIndex(other => overlap(face, other) > 0.25);
          if (before === -1) faces.push(face);
          else if (face.score > faces[before]!.score && faces[before]!.score < certain) faces[before] = face;
        }
      }
    }
  }
  return faces.sort((one, other) => other.width * other.height - one.width * one.height);
}

/** How much of the smaller of two boxes lies in the other. */
function overlap(one: Face, other: Face): number {
  const width = Math.min(one.left + one.width, other.left + other.width) - Math.max(one.left, other.left);
  const height = Math.min(one.top + one.height, other.top + other.height) - Math.max(one.top, other.top);
  if (width <= 0 || height <= 0) return 0;
  return (width * height) / Math.min(one.width * one.height, other.width * other.height);
}

/** Two of them, because the one that tells faces apart is needed where a school chose it, and takes longer. */
const loaded = new Map<boolean, Promise<Human>>();
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
const answer = (told: { faces: Face[] } | { fault: string }) => parentPort!.postMessage(told);
parentPort!.on('message', async (picture: Picture) => {
  try {
    const human = loaded.get(picture.embedding) ?? load(picture.embedding);
    loaded.set(picture.embedding, human);
    answer({ faces: await inspect(await human, picture) });
  } catch (error) {
    answer({ fault: error instanceof Error ? error.message : String(error) });
  }
});

import { grouped } from '../core/text.ts';
import type { Face } from '../platform/photo/inspect-faces.ts';
import type { Quality } from '../platform/photo/measure-quality.ts';
import { type Thresholds, versionOf } from '../platform/photo/thresholds.ts';

/** `advice` may be sent as it is; `fix` may not; `unknown` could not be looked at, and a person will. */
export type Verdict = 'fine' | 'advice' | 'fix' | 'unknown';
export type Check = { name: 'One face' | 'Sharp' | 'Bright' | 'Size'; verdict: Verdict; note: string };

/** What is stored with a submission: the judgement in words, and every number that it rests on. */
export type Checks = {
  checks: Check[];
  /** The sentence, where the file could not even be opened. */
  unreadable: string | null;
  numbers: {
    width: number;
    height: number;
    bytes: number;
    faces: Face[];
    quality: Quality | null;
  } | null;
  thresholds: string;
  inspector: string | null;
};

type Measured = {
  width: number;
  height: number;
  bytes: number;
  /** Null where the detector was away: then nobody is refused for it. */
  faces: Face[] | null;
  quality: Quality | null;
};

export const isBlocked = ({ checks, unreadable }: Checks): boolean => unreadable !== null || checks.some(check => check.verdict === 'fix');

/** From numbers to four sentences. A person at the school decides in any case; this only saves them a wasted look. */
export function judgePhoto(measured: Measured, thresholds: Thresholds, inspector: string): Checks {
  const { faces, quality, width, height, bytes } = measured;
  const certain = faces?.filter(face => face.score >= thresholds.faceScore) ?? null;
  const size = judgeSize(measured, certain?.[0] && quality, thresholds);
  const bright = judgeBrightness(certain?.[0] && quality, thresholds);
  return {
    checks: [judgeFaces(certain, thresholds), judgeSharpness(measured, certain?.[0] && quality, size, bright, thresholds), bright, size],
    unreadable: null,
    numbers: { width, height, bytes, faces: faces ?? [], quality },
    thresholds: versionOf(thresholds),
    inspector: faces ? inspector : null,
  };
}

export const unreadableChecks = (sentence: string, thresholds: Thresholds): Checks => ({
  checks: [],
  unreadable: sentence,
  numbers: null,
  thresholds: versionOf(thresholds),
  inspector: null,
});

function judgeFaces(faces: Face[] | null, t: Thresholds): Check {
  const say = (verdict: Verdict, note: string): Check => ({ name: 'One face', verdict, note });
  if (!faces) return say('unknown', 'This could not be checked just now. Somebody at the school will look.');
  const [face, second] = faces;
  if (!face) return say('fix', 'No face was found. Look straight at the camera, with the light on your face, and take another.');
  const others = faces.filter(other => other !== face && areaOf(other) >= areaOf(face) * t.secondFaceMost).length;
  if (others > 0)
    return say(
      'fix',
      `${others === 1 ? 'Two faces were' : `${others + 1 > 9 ? 'Many' : (inWords[others + 1] ?? 'Many')} faces were`} found. The photo is to show you alone.`,
    );
  if ([face.left, face.top, 1 - face.left - face.width, 1 - face.top - face.height].some(gap => gap <= 0.002))
    return say('fix', 'Part of the face is outside the photo. Hold the camera a little further away.');
  if (Math.abs(face.roll) > t.tiltedMost) return say('fix', 'The head leans far to one side, or the photo lies on its side. Hold the camera upright.');
  if (Math.max(Math.abs(face.yaw), Math.abs(face.pitch)) > t.turnedMost) return say('fix', 'The face is turned away. Look straight at the camera.');
  if (Math.abs(face.roll) > t.tiltedGood) return say('advice', 'The head leans a little. It can be sent as it is.');
  if (Math.max(Math.abs(face.yaw), Math.abs(face.pitch)) > t.turnedGood) return say('advice', 'The face is turned a little. It can be sent as it is.');
  if (face.eyesOpen < t.eyesOpenGood) return say('advice', 'The eyes may be closed. It can be sent as it is.');
  if (second) return say('advice', 'Found one face, and perhaps somebody small in the background. It can be sent as it is.');
  return say('fine', 'Found one face, looking forward.');
}

const inWords: Record<number, string> = { 3: 'Three', 4: 'Four', 5: 'Five', 6: 'Six', 7: 'Seven', 8: 'Eight', 9: 'Nine' };
const areaOf = (face: Face): number => face.width * face.height;

function judgeSharpness({ width, height, bytes }: Measured, quality: Quality | null | undefined, size: Check, bright: Check, t: Thresholds): Check {
  const say = (verdict: Verdict, note: string): Check => ({ name: 'Sharp', verdict, note });
  // Darkness and small faces look blurred to a count of edges: those are said first.
  if (!quality) return say('unknown', 'This can be seen once there is one face.');
  if (size.verdict === 'fix' || bright.verdict === 'fix') return say('unknown', 'This can be seen once the photo is large and bright enough.');
  if (quality.sharpness < t.sharpnessLeast) return say('fix', 'The face is blurred. Hold still, wipe the lens, and take another.');
  if (quality.sharpness < t.sharpnessGood) return say('advice', 'The face is a little soft. It can be sent as it is.');
  if (bytes / (width * height) < t.bytesAPixelGood)
    return say('advice', 'The file was made very small, and details are lost. It can be sent as it is; the camera’s own file is better.');
  return say('fine', 'Clear enough to know you by.');
}

function judgeBrightness(quality: Quality | null | undefined, t: Thresholds): Check {
  const say = (verdict: Verdict, note: string): Check => ({ name: 'Bright', verdict, note });
  if (!quality) return say('unknown', 'This can be seen once there is one face.');
  const { mean, darkShare, lightShare, sideDifference } = quality;
  if (mean < t.meanLeast && darkShare > t.meanLeast) return say('fix', 'It is too dark to see the face. Turn towards a window or a lamp.');
  if (mean > t.meanMost || lightShare > t.lightShareMost) return say('fix', 'It is so bright that the face is washed out. Turn away from the strongest light.');
  if (mean < t.meanGood || darkShare > t.darkShareGood) return say('advice', 'It is rather dark. It can be sent as it is, or try again facing a window.');
  if (mean > t.meanStillGood || lightShare > t.lightShareGood)
    return say('advice', 'It is rather bright. It can be sent as it is, or try again out of the sun.');
  if (sideDifference > t.sideDifferenceGood) return say('advice', 'One side is in shadow. It can be sent as it is, or try again facing a window.');
  if (quality.grey) return say('advice', 'It is without colour. It can be sent as it is; colour is easier to know somebody by.');
  return say('fine', 'The light is good.');
}

function judgeSize({ width, height }: Measured, quality: Quality | null | undefined, t: Thresholds): Check {
  const say = (verdict: Verdict, note: string): Check => ({ name: 'Size', verdict, note });
  const pixels = `${grouped(width)} by ${grouped(height)} pixels.`;
  if (Math.min(width, height) < t.shortSideLeast || Math.max(width, height) < t.longSideLeast)
    return say(
      'fix',
      `${pixels} At least ${grouped(t.shortSideLeast)} by ${grouped(t.longSideLeast)} is needed. Send the camera’s own file, not a small copy.`,
    );
  if (quality && quality.eyeDistance < t.eyesLeast)
    return say('fix', 'The face is very small in the photo. Come closer, head and shoulders, and take another.');
  if (quality && quality.eyeDistance < t.eyesGood) return say('advice', 'The face is rather small in the photo. It can be sent as it is.');
  return say('fine', `${pixels} At least ${grouped(t.shortSideLeast)} by ${grouped(t.longSideLeast)} is needed.`);
}

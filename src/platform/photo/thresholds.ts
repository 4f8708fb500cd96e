import { hash } from 'node:crypto';
import { z } from 'zod';

const number = (value: number, most = 10_000) => z.number().min(0).max(most).default(value);

/**
 * Where advice begins ("good") and where a photo cannot be sent ("least", "most"). They come from few faces and nobody's skin should decide them:
 * between the two a person is told, and may send. Replace any of them by PARLEY_PHOTO_THRESHOLDS, as JSON.
 */
export const Thresholds = z.strictObject({
  /** A face is one from here on, 0 to 1. */
  faceScore: number(0.7, 1),
  /** A second face as large as this part of the first is a second person in the photo; a smaller one is somebody in the background. */
  secondFaceMost: number(0.08, 1),
  /** Pixels of the shorter and of the longer side. */
  shortSideLeast: number(600),
  longSideLeast: number(750),
  /** Pixels between the eyes. */
  eyesLeast: number(60),
  eyesGood: number(90),
  /** Degrees. */
  turnedGood: number(20, 180),
  turnedMost: number(40, 180),
  tiltedGood: number(15, 180),
  tiltedMost: number(25, 180),
  /** Variance of the Laplacian on the face. */
  sharpnessLeast: number(10),
  sharpnessGood: number(16),
  /** The face's luminance, 0 to 1. Only what is dark and has lost its detail is refused. */
  meanLeast: number(0.15, 1),
  meanGood: number(0.2, 1),
  meanStillGood: number(0.85, 1),
  meanMost: number(0.9, 1),
  darkShareGood: number(0.4, 1),
  lightShareGood: number(0.3, 1),
  lightShareMost: number(0.5, 1),
  sideDifferenceGood: number(0.25, 1),
  /** Bytes a pixel below which a file was pressed too hard to be judged sharp. */
  bytesAPixelGood: number(0.03),
  eyesOpenGood: number(0.02, 1),
  /** Two faces are called alike from here on, 0 to 1; a hint where a school uses it, and never more. */
  likenessLeast: number(0.7, 1),
});
export type Thresholds = z.infer<typeof Thresholds>;

export const defaultThresholds: Thresholds = Thresholds.parse({});

/** Eight characters that change with any of the values: stored with every judgement. */
export const versionOf = (thresholds: Thresholds): string => hash('sha256', JSON.stringify(thresholds)).slice(0, 8);

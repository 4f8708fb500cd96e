import { sharp } from '../images.ts';
import type { Decoded } from './decode-photo.ts';
import type { Face } from './inspect-faces.ts';

/** What can be counted on a picture and its largest face. Numbers only: what they mean is judged elsewhere. */
export type Quality = {
  /** Between the eyes, in pixels of the picture as it came; corrected for a turned head. */
  eyeDistance: number;
  /** Variance of the Laplacian on the face at 256 pixels: how hard its edges are. */
  sharpness: number;
  /** Of the face's luminance, 0 to 1; and the shares of it that are nearly black or nearly white. */
  mean: number;
  darkShare: number;
  lightShare: number;
  /** Between the two halves of the face, 0 to 1. */
  sideDifference: number;
  grey: boolean;
};

const faceWidth = 256;

export async function measureQuality(picture: Decoded, face: Face): Promise<Quality> {
  const left = clamp(face.left * picture.width, picture.width - 2);
  const top = clamp(face.top * picture.height, picture.height - 2);
  const width = Math.max(2, Math.min(Math.round(face.width * picture.width), picture.width - left));
  const height = Math.max(2, Math.min(Math.round(face.height * picture.height), picture.height - top));
  const { data, info } = await sharp(picture.data, { raw: { width: picture.width, height: picture.height, channels: 3 } })
    .extract({ left, top, width, height })
    .resize({ width: faceWidth })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { eyes } = face;
  const across = Math.hypot((eyes.leftX - eyes.rightX) * picture.fullWidth, (eyes.leftY - eyes.rightY) * picture.fullHeight);
  return { eyeDistance: across / Math.max(0.5, Math.cos((face.yaw * Math.PI) / 180)), ...countedOn(data, info.width, info.height) };
}

const clamp = (value: number, most: number): number => Math.max(0, Math.min(Math.round(value), most));

function countedOn(data: Buffer, width: number, height: number): Omit<Quality, 'eyeDistance'> {
  const luminance = new Float32Array(width * height);
  let sum = 0;
  let leftHalf = 0;
  let dark = 0;
  let light = 0;
  let coloured = 0;
  for (let at = 0; at < luminance.length; at += 1) {
    const [red, green, blue] = [data[at * 3]!, data[at * 3 + 1]!, data[at * 3 + 2]!];
    const value = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    luminance[at] = value;
    sum += value;
    if (at % width < width / 2) leftHalf += value;
    if (value <= 25) dark += 1;
    if (value >= 247) light += 1;
    if (Math.max(red, green, blue) - Math.min(red, green, blue) > 6) coloured += 1;
  }
  const count = luminance.length;
  return {
    sharpness: laplacianVariance(luminance, width, height),
    mean: sum / count / 255,
    darkShare: dark / count,
    lightShare: light / count,
    sideDifference: Math.abs(leftHalf - (sum - leftHalf)) / (count / 2) / 255,
    grey: coloured / count < 0.02,
  };
}

function laplacianVariance(luminance: Float32Array, width: number, height: number): number {
  let sum = 0;
  let squares = 0;
  for (let y = 1; y < height - 1; y += 1) {
    for (let x = 1; x < width - 1; x += 1) {
      const at = y * width + x;
      const value = luminance[at - 1]! + luminance[at + 1]! + luminance[at - width]! + luminance[at + width]! - 4 * luminance[at]!;
      sum += value;
      squares += value * value;
    }
  }
  const count = Math.max(1, (width - 2) * (height - 2));
  return squares / count - (sum / count) ** 2;
}

import { sharp } from '../images.ts';
import type { Decoded, Pixels } from './decode-photo.ts';
import type { Face } from './inspect-faces.ts';
import { type PhotoSize, type ShownSize, shownWidths } from './photo-sizes.ts';

/** In pixels of the master. */
type Crop = { left: number; top: number; width: number; height: number };

/** Width to height of what is shown. */
const shape = 4 / 5;
/** How much of the height stands above the eyes, and how often the distance from eyes to chin goes into it. */
const aboveEyes = 0.42;
const chinsHigh = 3.9;

/** A portrait around the face, as large as the picture holds; around its middle where there is no face. */
export function cropAround(picture: { width: number; height: number }, face: Face | undefined): Crop {
  const largest = Math.min(picture.height, picture.width / shape);
  const eyes = face && { x: ((face.eyes.leftX + face.eyes.rightX) / 2) * picture.width, y: ((face.eyes.leftY + face.eyes.rightY) / 2) * picture.height };
  const toChin = face && eyes ? Math.hypot(face.chin.x * picture.width - eyes.x, face.chin.y * picture.height - eyes.y) : 0;
  const height = face ? Math.min(largest, Math.max(toChin * chinsHigh, face.width * picture.width)) : largest;
  const size = { width: Math.max(1, Math.floor(height * shape)), height: Math.max(1, Math.floor(height)) };
  const middle = eyes ?? { x: picture.width / 2, y: picture.height * aboveEyes };
  const within = (value: number, most: number) => Math.round(Math.min(Math.max(value, 0), most));
  return {
    left: within(middle.x - size.width / 2, picture.width - size.width),
    top: within(middle.y - size.height * aboveEyes, picture.height - size.height),
    ...size,
  };
}

const opened = ({ data, width, height }: Pixels) => sharp(data, { raw: { width, height, channels: 3 } });

/** Everything that is kept, drawn anew from the pixels alone: nothing that was written in the file is in it. */
export async function deriveSizes(picture: Decoded, crop: Crop): Promise<Record<PhotoSize, Buffer>> {
  const master = await opened(picture).jpeg({ quality: 88 }).toBuffer();
  const shown = {} as Record<ShownSize, Buffer>;
  for (const width of shownWidths) {
    shown[`${width}`] = await opened(picture).extract(crop).resize({ width, withoutEnlargement: true }).webp({ quality: 80, effort: 2 }).toBuffer();
  }
  return { master, ...shown };
}

/** As small as the face detector wants it. */
export async function shrinkForFaces(picture: Pixels): Promise<Pixels> {
  const { data, info } = await opened(picture)
    .resize({ width: 1024, height: 1024, fit: 'inside', withoutEnlargement: true })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

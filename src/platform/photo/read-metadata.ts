import { fileTypeFromBuffer } from 'file-type';
import type { Metadata } from 'sharp';
import { sharp } from '../images.ts';
import { readExif } from './read-exif.ts';

const photoTypes = ['image/jpeg', 'image/png', 'image/webp', 'image/heic'] as const;
export type PhotoType = (typeof photoTypes)[number];

/** A small file can claim to be enormous, and would take gigabytes to open. */
export const mostPixels = 50_000_000;

/** What a picture says of itself, read from its first bytes without decoding it. */
export type PhotoFacts = {
  /** Unknown in some HEIC files until they are opened. */
  width: number | null;
  height: number | null;
  bitDepth: number | null;
  colorType: string | null;
  compressionMethod: string | null;
  /** From a list of what may be kept. Where a picture was taken is never among it, only whether the file said so. */
  metadata: Record<string, string | number | boolean>;
};

/** What a file is, by its own bytes. Its name and the type that came with it are the sender's words. */
export async function photoTypeOf(bytes: Buffer): Promise<PhotoType | undefined> {
  const mime = (await fileTypeFromBuffer(bytes).catch(() => undefined))?.mime;
  if (mime === 'image/jpeg' || mime === 'image/png' || mime === 'image/webp') return mime;
  return mime !== undefined && /^image\/hei[cf](?:-sequence)?$/.test(mime) ? 'image/heic' : undefined;
}

export class TooManyPixels extends Error {}

/** Undefined where the beginning of the file is not that of a picture. */
export async function readMetadata(bytes: Buffer, type: PhotoType): Promise<PhotoFacts | undefined> {
  let found: Metadata;
  try {
    found = await sharp(bytes, { limitInputPixels: mostPixels, failOn: 'truncated' }).metadata();
  } catch (error) {
    if (error instanceof Error && /pixel limit|too large|exceeds/i.test(error.message)) throw new TooManyPixels();
    // Some of what telephones write is refused here and opened by the other decoder.
    return type === 'image/heic' ? { width: null, height: null, bitDepth: null, colorType: null, compressionMethod: 'hevc', metadata: {} } : undefined;
  }
  if (found.width * found.height > mostPixels) throw new TooManyPixels();
  return { width: found.width, height: found.height, ...encodingOf(bytes, type, found), metadata: { ...traits(found), ...cameraOf(found.exif) } };
}

type Encoding = Pick<PhotoFacts, 'bitDepth' | 'colorType' | 'compressionMethod'>;

function encodingOf(bytes: Buffer, type: PhotoType, found: Metadata): Encoding {
  if (type === 'image/png' && bytes.length > 28) {
    return { bitDepth: bytes[24]!, colorType: pngColors[bytes[25]!] ?? null, compressionMethod: bytes[26] === 0 ? 'deflate' : null };
  }
  if (type === 'image/jpeg') return jpegEncoding(bytes);
  const alpha = found.hasAlpha ? 'rgba' : 'rgb';
  if (type === 'image/webp')
    return { bitDepth: 8, colorType: alpha, compressionMethod: bytes.subarray(12, 2048).includes('VP8L') ? 'webp-lossless' : 'webp-lossy' };
  return { bitDepth: found.bitsPerSample ?? null, colorType: alpha, compressionMethod: found.compression ?? null };
}

const pngColors: Record<number, string> = { 0: 'grey', 2: 'rgb', 3: 'palette', 4: 'grey-alpha', 6: 'rgba' };
const jpegColors: Record<number, string> = { 1: 'grey', 3: 'ycbcr', 4: 'cmyk' };

/** Walks the segments to the frame header, which says precision and components; the library gives neither. */
function jpegEncoding(bytes: Buffer): Encoding {
  for (let at = 2; at + 9 < bytes.length;) {
    if (bytes[at] !== 0xff) break;
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) {
      const method = marker === 0xc0 ? 'jpeg-baseline' : marker === 0xc2 ? 'jpeg-progressive' : marker === 0xc1 ? 'jpeg-extended' : 'jpeg-other';
      return { bitDepth: bytes[at + 4]!, colorType: jpegColors[bytes[at + 9]!] ?? null, compressionMethod: method };
    }
    const bare = marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
    at += bare ? 2 : 2 + bytes.readUInt16BE(at + 2);
  }
  return { bitDepth: null, colorType: null, compressionMethod: null };
}

function traits(found: Metadata): PhotoFacts['metadata'] {
  return kept({
    space: found.space,
    channels: found.channels,
    alpha: found.hasAlpha,
    palette: found.isPalette,
    progressive: found.isProgressive,
    chromaSubsampling: found.chromaSubsampling,
    density: found.density,
    orientation: found.orientation,
    pages: found.pages,
    colorProfile: found.icc !== undefined,
    xmp: found.xmp !== undefined,
    iptc: found.iptc !== undefined,
  });
}

function cameraOf(exif: Buffer | undefined): PhotoFacts['metadata'] {
  if (!exif) return { exif: false, hadGps: false };
  try {
    const { hadGps, ...camera } = readExif(exif);
    return { ...kept(camera), exif: true, hadGps };
  } catch {
    // Broken, so what it held is unknown: that there may have been a place is the safe thing to write down.
    return { exif: true, hadGps: true };
  }
}

/** Short, plain values only: what stands in a file is written by whoever made the file. */
function kept(values: Record<string, unknown>): PhotoFacts['metadata'] {
  const metadata: PhotoFacts['metadata'] = {};
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === 'number' && Number.isFinite(value)) metadata[name] = value;
    if (typeof value === 'boolean') metadata[name] = value;
    if (typeof value === 'string') {
      const plain = value
        .toWellFormed()
        .replace(/\p{Cc}+/gu, ' ')
        .trim()
        .slice(0, 80);
      if (plain !== '') metadata[name] = plain.toWellFormed();
    }
  }
  return metadata;
}

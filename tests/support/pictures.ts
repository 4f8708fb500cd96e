import { readFileSync } from 'node:fs';
import path from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';

const fixture = (name: string): Buffer => readFileSync(path.join(import.meta.dirname, '../photos/fixtures', name));

export const astronaut = fixture('astronaut.jpg');
export const astronautHeic = fixture('astronaut.heic');
export const cat = fixture('cat.jpg');
export const coffee = fixture('coffee.jpg');

/** Head and shoulders, 960 by 1,200: what a parent would send. Each fault is made from it. */
export const portrait = (): Sharp => sharp(astronaut).extract({ left: 60, top: 0, width: 320, height: 400 }).resize({ width: 960 });
export const goodPhoto = (): Promise<Buffer> => portrait().jpeg({ quality: 90 }).toBuffer();
export const darkPhoto = (): Promise<Buffer> => portrait().linear(0.2, 0).jpeg({ quality: 90 }).toBuffer();
export const brightPhoto = (): Promise<Buffer> => portrait().linear(2.2, 0).jpeg({ quality: 90 }).toBuffer();
export const blurredPhoto = (): Promise<Buffer> => portrait().blur(9).jpeg({ quality: 90 }).toBuffer();
export const tiltedPhoto = (degrees: number): Promise<Buffer> => portrait().rotate(degrees, { background: '#999999' }).jpeg({ quality: 90 }).toBuffer();
export const greyPhoto = (): Promise<Buffer> => portrait().greyscale().jpeg({ quality: 90 }).toBuffer();
export const largePhoto = (): Promise<Buffer> => portrait().resize({ width: 3000, height: 4000, fit: 'fill' }).jpeg({ quality: 92 }).toBuffer();

/** The same person, many times over, in rows. */
export async function crowd(columns: number, rows: number): Promise<Buffer> {
  const [width, height] = [Math.floor(2000 / columns), Math.floor(2000 / rows)];
  const one = await sharp(astronaut).extract({ left: 140, top: 20, width: 170, height: 200 }).resize({ width, height, fit: 'cover' }).png().toBuffer();
  const composite = Array.from({ length: columns * rows }, (_, index) => ({
    input: one,
    left: (index % columns) * width,
    top: Math.floor(index / columns) * height,
  }));
  return sharp({ create: { width: 2000, height: 2000, channels: 3, background: '#556070' } })
    .composite(composite)
    .jpeg({ quality: 90 })
    .toBuffer();
}

const enlarged = (bytes: Buffer): Promise<Buffer> => sharp(bytes).resize({ width: 1400 }).jpeg({ quality: 90 }).toBuffer();
export const catPhoto = (): Promise<Buffer> => enlarged(cat);
export const coffeePhoto = (): Promise<Buffer> => enlarged(coffee);

/** A part of a PNG file. */
export const pngChunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
};

export const pngSignature = Buffer.from('89504e470d0a1a0a', 'hex');

/** 900 megapixels in a hundred kilobytes. */
export function pixelBomb(): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(30_000, 0);
  header.writeUInt32BE(30_000, 4);
  header.set([1, 0, 0, 0, 0], 8);
  return Buffer.concat([pngSignature, pngChunk('IHDR', header), pngChunk('IDAT', deflateSync(Buffer.alloc(30_000 * 3751))), pngChunk('IEND', Buffer.alloc(0))]);
}

/** Words in every place of a file that is not the picture. */
export const talkative = (words: string, orientation = 1): Promise<Buffer> =>
  portrait()
    .withExif({
      IFD0: { Make: words, Model: `${words} 7`, Software: 'camera 1.2', DateTime: '2026:03:09 17:41:00' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '52/1 12/1 30/1', GPSLongitudeRef: 'E', GPSLongitude: '0/1 7/1 12/1' },
    })
    .withMetadata({ orientation })
    .jpeg({ quality: 90 })
    .toBuffer();

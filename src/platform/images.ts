import sharp from 'sharp';

// Only what is decoded on purpose: no SVG, GIF or TIFF, and nothing from a file name. Process-wide.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer', 'VipsForeignLoadWebpBuffer', 'VipsForeignLoadHeifBuffer', 'VipsForeignLoadRaw'],
});
sharp.cache(false);

/** The image library, narrowed as above. Import it from here alone. */
export { sharp };

/** Beyond this many pixels a small file can take gigabytes to open. */
const mostPixels = 40_000_000;
const longestSide = 4096;

/**
 * Draws a picture anew in its own format, upright, without metadata and without whatever was appended to it.
 * Undefined where it cannot be opened.
 */
export async function reencode(bytes: Buffer, mediaType: 'image/jpeg' | 'image/png' | 'image/webp'): Promise<Buffer | undefined> {
  try {
    const picture = sharp(bytes, { limitInputPixels: mostPixels, failOn: 'truncated' })
      .autoOrient()
      .resize({ width: longestSide, height: longestSide, fit: 'inside', withoutEnlargement: true });
    if (mediaType === 'image/jpeg') return await picture.jpeg({ quality: 88 }).toBuffer();
    if (mediaType === 'image/png') return await picture.png({ compressionLevel: 7 }).toBuffer();
    return await picture.webp({ quality: 88, effort: 2 }).toBuffer();
  } catch {
    return undefined;
  }
}

/** What is kept of the block that a camera writes into a picture. */
type Exif = { [part in 'make' | 'model' | 'software' | 'takenAt']: string | undefined } & { hadGps: boolean };

/** Most entries of one directory that are looked at; cameras write some forty. */
const mostEntries = 256;
const mostText = 200;
const tags = { make: 0x010f, model: 0x0110, software: 0x0131, changedAt: 0x0132, photo: 0x8769, gps: 0x8825, takenAt: 0x9003 };

/**
 * Reads the few tags that are kept, each of them text, and nothing else: a block of a megabyte can describe a thousand lists of a million numbers,
 * and whoever made all of them would need more memory than there is. Throws where it is broken.
 */
export function readExif(block: Buffer): Exif {
  const begin = block.toString('latin1', 0, 4) === 'Exif' ? 6 : 0;
  const order = block.toString('latin1', begin, begin + 2);
  if (order !== 'II' && order !== 'MM') throw new RangeError('not a block of a camera');
  const word = (at: number): number => (order === 'II' ? block.readUInt16LE(at) : block.readUInt16BE(at));
  const long = (at: number): number => (order === 'II' ? block.readUInt32LE(at) : block.readUInt32BE(at));

  /** Where each wanted entry of a directory stands, and how many entries there are. */
  const directory = (at: number): { entries: number; find: Map<number, number> } => {
    const entries = word(begin + at);
    const find = new Map<number, number>();
    for (let entry = 0; entry < Math.min(entries, mostEntries); entry += 1) {
      const place = begin + at + 2 + entry * 12;
      find.set(word(place), place);
    }
    return { entries, find };
  };
  const textAt = (place: number | undefined): string | undefined => {
    if (place === undefined || word(place + 2) !== 2) return undefined;
    const length = long(place + 4);
    const from = length <= 4 ? place + 8 : begin + long(place + 8);
    return block.toString('latin1', from, from + Math.min(length, mostText)).split('\0')[0];
  };
  const directoryAt = (place: number | undefined) => (place === undefined ? undefined : directory(long(place + 8)));

  const image = directory(long(begin + 4));
  const photo = directoryAt(image.find.get(tags.photo));
  return {
    make: textAt(image.find.get(tags.make)),
    model: textAt(image.find.get(tags.model)),
    software: textAt(image.find.get(tags.software)),
    takenAt: instantOf(textAt(photo?.find.get(tags.takenAt)) ?? textAt(image.find.get(tags.changedAt))),
    // More entries than were looked at: that there may have been a place is the safe thing to say.
    hadGps: (directoryAt(image.find.get(tags.gps))?.entries ?? 0) > 0 || image.entries > mostEntries,
  };
}

/** "2026:03:09 17:41:00", which a camera writes without a zone, as it stands. */
function instantOf(text: string | undefined): string | undefined {
  const [, ...parts] = /^(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)/.exec(text ?? '') ?? [];
  if (parts.length === 0) return undefined;
  const [year, month, day, hour, minute, second] = parts.map(Number) as [number, number, number, number, number, number];
  return new Date(Date.UTC(year, month - 1, day, hour, minute, second)).toISOString();
}

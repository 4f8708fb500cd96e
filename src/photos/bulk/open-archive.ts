import yauzl, { type Entry, type ZipFile } from 'yauzl';

/** What a zip file may hold: a school's photos, and not more than this machine can look at. */
export const archiveLimits = { entries: 500, entryBytes: 15 * 1024 * 1024, allBytes: 400 * 1024 * 1024 } as const;

/** Why an archive is not opened, as a sentence. */
export class BadArchive extends Error {}

type ArchiveEntry = { name: string; read(): Promise<Buffer> };

export const isArchive = (bytes: Buffer): boolean => bytes.length > 4 && bytes.readUInt32LE(0) === 0x04034b50;

/**
 * The files of a zip, one at a time and in memory alone: no name of an entry is ever a path on this machine. Sizes are held to what the directory
 * announces, and what it announces to the limits, before anything is unpacked.
 */
export async function openArchive(bytes: Buffer): Promise<ArchiveEntry[]> {
  const zip = await opened(bytes);
  const entries: ArchiveEntry[] = [];
  let all = 0;
  for await (const entry of entriesOf(zip)) {
    if (entry.fileName.endsWith('/') || isClutter(entry.fileName)) continue;
    all += entry.uncompressedSize;
    if (entries.length >= archiveLimits.entries) throw new BadArchive('This zip file has more than 500 files in it. Make several smaller ones');
    if (all > archiveLimits.allBytes) throw new BadArchive('This zip file unpacks to more than 400 MB. Make several smaller ones');
    entries.push({ name: entry.fileName.split('/').at(-1)!, read: () => contentOf(zip, entry) });
  }
  return entries;
}

const opened = (bytes: Buffer): Promise<ZipFile> =>
  new Promise((resolve, reject) => {
    yauzl.fromBuffer(bytes, { lazyEntries: true, validateEntrySizes: true, strictFileNames: true }, (error, zip) =>
      error ? reject(inWords(error)) : resolve(zip),
    );
  });

async function* entriesOf(zip: ZipFile): AsyncGenerator<Entry> {
  for (;;) {
    const entry = await new Promise<Entry | null>((resolve, reject) => {
      const done = (result: () => void) => {
        zip.removeAllListeners('entry').removeAllListeners('end').removeAllListeners('error');
        result();
      };
      zip.once('entry', (found: Entry) => done(() => resolve(found)));
      zip.once('end', () => done(() => resolve(null)));
      zip.once('error', (error: Error) => done(() => reject(inWords(error))));
      zip.readEntry();
    });
    if (!entry) return;
    yield entry;
  }
}

/** Throws BadArchive where this entry alone is not what it says. */
function contentOf(zip: ZipFile, entry: Entry): Promise<Buffer> {
  if (entry.uncompressedSize > archiveLimits.entryBytes) return Promise.reject(new BadArchive('Larger than 15 MB'));
  if (entry.isEncrypted()) return Promise.reject(new BadArchive('Locked with a password'));
  return new Promise((resolve, reject) => {
    const refuse = () => reject(new BadArchive('Damaged inside the zip file'));
    zip.openReadStream(entry, (error, stream) => {
      if (error) return refuse();
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => resolve(Buffer.concat(parts)));
      stream.on('error', refuse);
    });
  });
}

const inWords = (error: Error): BadArchive =>
  new BadArchive(
    /relative path|absolute path|invalid characters/i.test(error.message)
      ? 'This zip file names places outside of itself, so nothing of it was opened. Make a new one from the photos'
      : 'This zip file is damaged or was cut off. Make it again',
    { cause: error },
  );

/** What computers put into zip files of their own accord. */
const isClutter = (name: string): boolean => /(?:^|\/)(?:__MACOSX\/|\.|Thumbs\.db$|desktop\.ini$)/i.test(name);

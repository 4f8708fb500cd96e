import { recordAudit } from '../../audit/events.ts';
import type { User } from '../../core/actor.ts';
import type { ParentId, PhotoImportId, SchoolId } from '../../core/ids.ts';
import type { Queryable } from '../../platform/database.ts';
import type { PhotoFacts } from '../../platform/photo/read-metadata.ts';
import type { Services } from '../../web/services.ts';
import type { UploadedFile } from '../../web/uploads.ts';
import { readPhoto, type Staged, stagePhoto, unstagePhoto } from '../take-photo.ts';
import { archiveLimits, BadArchive, isArchive, openArchive } from './open-archive.ts';
import { type Names, numberInName, plainName, readNames } from './read-names.ts';
import { type AdultByNumber, type FileOutcome, insertFiles, insertImport, selectByNumbers } from './store.ts';

type Given = { name: string; read(): Promise<Buffer> };
type Outcome = { outcome: FileOutcome; note: string | null; parentId: ParentId | null };
type Kept = Partial<{ photoId: string; storeKey: string; wrapped: string; size: number; mediaType: string; sha256: string; facts: PhotoFacts }>;

/**
 * A dry run: says of each file whose photo it would be, and keeps those that have one, encrypted, for a day. Nobody has a photo by it yet.
 * Throws BadArchive where a zip file cannot be opened at all.
 */
export async function tryImport(services: Services, actor: User, schoolId: SchoolId, files: readonly UploadedFile[]): Promise<PhotoImportId | null> {
  const given = await unpacked(files);
  const lists = given.filter(({ name }) => /\.(?:csv|tsv|txt)$/i.test(name));
  const names = await namesIn(lists);
  const pictures = given.filter(one => !lists.includes(one));
  if (pictures.length === 0) return null;
  const numbers = pictures.map(({ name }) => numberOf(name, names));
  const adults = await adultsOf(services.db, schoolId, numbers);
  const seen = new Map<ParentId, string>();
  const rows: (Outcome & Kept & { n: number; name: string })[] = [];
  for (const [index, picture] of pictures.entries()) {
    const matched = match(numbers[index]!, adults, seen);
    const row = matched.outcome === 'matched' ? await keep(services, picture, matched, adults) : matched;
    if (row.outcome === 'matched') seen.set(row.parentId!, picture.name);
    rows.push({ n: index + 1, name: shownName(picture.name), ...row });
  }
  return services.db.transact(actor, async work => {
    const [made] = await work.trx.query(insertImport, [schoolId, actor.accountId]);
    await work.trx.query(insertFiles, [made!.id, JSON.stringify(rows)]);
    await recordAudit(work, 'photos.import-tried', { targetId: made!.id, schoolId, details: { files: rows.length } });
    return made!.id;
  });
}

async function unpacked(files: readonly UploadedFile[]): Promise<Given[]> {
  const given: Given[] = [];
  for (const { name, bytes } of files) {
    if (isArchive(bytes)) given.push(...(await openArchive(bytes)));
    else given.push({ name: name.split(/[\\/]/).at(-1)!, read: async () => bytes });
    if (given.length > archiveLimits.entries) throw new BadArchive('There are more than 500 files in all. Bring them in a part at a time');
  }
  return given;
}

/** A list is words, and a short one: what is larger is no list. */
async function namesIn(lists: readonly Given[]): Promise<Names['numbers']> {
  const numbers: Names['numbers'] = new Map();
  for (const list of lists) {
    const bytes = await list.read();
    if (bytes.length > 1024 * 1024) throw new BadArchive('The list of names is larger than 1 MB. It needs two columns, a file’s name and a number');
    for (const [name, number] of readNames(bytes.toString('utf8')).numbers) numbers.set(name, number);
  }
  return numbers;
}

const numberOf = (name: string, names: Names['numbers']): number | null => names.get(plainName(name)) ?? numberInName(name);

async function adultsOf(db: Queryable, schoolId: SchoolId, numbers: readonly (number | null)[]): Promise<Map<number, AdultByNumber>> {
  const known = [...new Set(numbers.filter(number => number !== null))].filter(number => number < 2 ** 31);
  return new Map((await db.query(selectByNumbers, [schoolId, known])).map(adult => [adult.number, adult]));
}

function match(number: number | null, adults: Map<number, AdultByNumber>, seen: Map<ParentId, string>): Outcome {
  if (number === null) return { outcome: 'unmatched', note: 'Its name has no number, and no list names it', parentId: null };
  const adult = adults.get(number);
  if (!adult) return { outcome: 'unmatched', note: `No adult of the school has the number ${number}`, parentId: null };
  const { parentId } = adult;
  const before = seen.get(parentId);
  if (before !== undefined) return { outcome: 'duplicate', note: `${shownName(before)} is of the same adult and comes first`, parentId };
  if (adult.photo === 'waiting') return { outcome: 'duplicate', note: 'A photo of this adult waits to be reviewed', parentId };
  return { outcome: 'matched', note: adult.photo === 'approved' ? 'A photo is in use; this one would be reviewed beside it' : null, parentId };
}

/** Looks at the file itself, and puts it away where it is a photo that nobody has handed in before. */
async function keep(services: Services, picture: Given, matched: Outcome, adults: Map<number, AdultByNumber>): Promise<Outcome & Kept> {
  const wrong = (note: string): Outcome => ({ ...matched, outcome: 'wrong', note });
  const bytes = await picture.read().catch((error: unknown) => {
    if (error instanceof BadArchive) return error.message;
    throw error;
  });
  if (typeof bytes === 'string') return wrong(bytes);
  if (bytes.length > mostBytes) return wrong('Larger than 15 MB');
  const ready = await readPhoto(bytes);
  if ('refused' in ready) return wrong(ready.refused);
  const staged = await stagePhoto(services, ready);
  const adult = [...adults.values()].find(({ parentId }) => parentId === matched.parentId)!;
  if (adult.received.includes(staged.sha256.toString('hex'))) {
    await unstagePhoto(services, staged);
    return { ...matched, outcome: 'duplicate', note: 'The same file was brought in for this adult before' };
  }
  return { ...matched, ...columnsOf(staged), size: ready.size, mediaType: ready.type, facts: ready.facts };
}

const mostBytes = 15 * 1024 * 1024;

const columnsOf = ({ photoId, storeKey, wrapped, sha256 }: Staged): Kept => ({
  photoId,
  storeKey,
  wrapped: wrapped.toString('hex'),
  sha256: sha256.toString('hex'),
});

const shownName = (name: string): string =>
  name
    .toWellFormed()
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, 120)
    .toWellFormed() || 'without a name';

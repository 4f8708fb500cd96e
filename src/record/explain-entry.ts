import { openStep } from '../audit/steps.ts';
import { grouped } from '../core/text.ts';
import { localTime, longDay } from '../core/time.ts';
import type { FamilyView } from '../families/index.ts';
import type { Keyring } from '../platform/keyring.ts';
import { commentContext, commitment, commentPayload, noContext, openPart, saltOf, stepPayload, type Part } from '../platform/record/content.ts';
import { decodeLeaf, genesis, kinds, leafHash, type Leaf } from '../platform/record/leaf.ts';
import type { EntryRow } from './store.ts';

type Check = { sound: boolean; text: string };
type Explanation = { what: string; sound: boolean; checks: Check[]; facts: { term: string; value: string; code: boolean }[] };

const whatKinds: Record<number, string> = {
  [kinds.comment]: 'A message',
  [kinds.view]: 'A first view',
  [kinds.subject]: 'A subject was opened',
  [kinds.member]: 'A parent joined the record',
  [kinds.correction]: 'A correction',
  [kinds.step]: 'A step',
};
export const kindText = (kind: number): string => whatKinds[kind] ?? 'An event';

/** Works out an entry again from what is stored, and says of each promise whether it holds. Nothing is taken from a stored verdict. */
export function explainEntry(keyring: Keyring, family: FamilyView, row: EntryRow): Explanation {
  const leaf = tryDecode(row.leaf);
  const checks: Check[] = [
    { sound: leaf !== null && matches(leaf, row), text: 'The numbered line says what its hashed bytes say: kind, number, time, who and about what.' },
    { sound: leafHash(row.leaf).equals(row.leafHash), text: 'The fingerprint is the SHA-256 of those bytes.' },
    row.pos === 1
      ? { sound: row.prevHash.equals(genesis(row.familyId)), text: 'It is the first entry, made from this family’s own starting value.' }
      : { sound: row.previousHash?.equals(row.prevHash) ?? false, text: `It is made from the fingerprint of entry ${grouped(row.pos - 1)}.` },
    row.pos === row.lastPos
      ? { sound: true, text: 'It is the newest entry, so nothing is made from it yet.' }
      : { sound: row.nextPrevHash?.equals(row.leafHash) ?? false, text: `Entry ${grouped(row.pos + 1)} is made from it.` },
  ];
  const content = checkContent(keyring, row, leaf);
  if (content) checks.push(content);
  const at = localTime(row.at, family.timeZone);
  const hex = (bytes: Buffer) => bytes.toString('hex').replace(/(.{4})(?=.)/g, '$1 ');
  return {
    what: kindText(row.kind),
    sound: checks.every(check => check.sound),
    checks,
    facts: [
      { term: 'By', value: actorText(family, row), code: false },
      ...stepFacts(keyring, row),
      { term: 'Recorded', value: recordedAt(row, at), code: false },
      { term: 'Fingerprint', value: hex(row.leafHash), code: true },
      { term: 'Made from', value: hex(row.prevHash), code: true },
    ],
  };
}

/** Who an entry is by: a parent, a school's office, or nobody where a time ran out. */
export function actorText(family: FamilyView, { actorId, schoolName }: { actorId: string; schoolName: string | null }): string {
  if (schoolName !== null) return schoolName;
  const who = family.members.find(member => member.id === actorId);
  if (who) return `${who.givenName} ${who.surname}`;
  return actorId === nobody ? 'Nobody: a time ran out' : 'A parent';
}
const nobody = '00000000-0000-0000-0000-000000000000';

/** What a step says, in the words that were committed to. */
function stepFacts(keyring: Keyring, row: EntryRow): Explanation['facts'] {
  if (row.kind !== kinds.step || !row.ciphertext || !row.wrapped) return [];
  try {
    const { says, note } = openStep(keyring, { id: row.itemId, contentCt: row.ciphertext, wrapped: row.wrapped });
    return [{ term: 'What was done', value: says, code: false }, ...(note === null ? [] : [{ term: 'In their words', value: note, code: false }])];
  } catch {
    return [];
  }
}

/** A first view shows its day only: the exact time is in the record and comes out in exports. */
const recordedAt = (row: EntryRow, at: ReturnType<typeof localTime>): string => (row.kind === kinds.view ? longDay(at) : `${longDay(at)}, ${at.clock}`);

function tryDecode(bytes: Buffer): Leaf | null {
  try {
    return decodeLeaf(bytes);
  } catch {
    return null;
  }
}

const matches = (leaf: Leaf, row: EntryRow): boolean =>
  leaf.kind === row.kind &&
  leaf.familyId === row.familyId &&
  leaf.pos === BigInt(row.pos) &&
  leaf.actorId === row.actorId &&
  leaf.itemId === row.itemId &&
  leaf.prevHash.equals(row.prevHash) &&
  // A Date has milliseconds; the record has microseconds.
  leaf.at / 1000n === BigInt(row.at.getTime());

/** Whether the words stored are the words that were committed to. */
function checkContent(keyring: Keyring, row: EntryRow, leaf: Leaf | null): Check | null {
  const part: Part | undefined = (
    { [kinds.comment]: 'body', [kinds.correction]: 'body', [kinds.subject]: 'title', [kinds.member]: 'name', [kinds.step]: 'body' } as Record<number, Part>
  )[row.kind];
  if (!part || !leaf) return null;
  const text = 'What was written is what this entry was made from, to the letter.';
  if (!row.ciphertext || !row.wrapped || !row.commitment) return { sound: false, text };
  try {
    const key = keyring.unwrap(row.itemId, row.wrapped);
    const isStep = row.kind === kinds.step;
    const context = part === 'body' && !isStep ? commentContext(row.subjectId!, row.urgentReason) : noContext;
    const content = openPart(key, part, row.itemId, context, row.ciphertext);
    const committed = commitment(saltOf(key, context), content);
    const hashed = isStep
      ? leaf.payload.equals(stepPayload(committed, row.aboutId!, row.stepKind!))
      : part === 'body'
        ? leaf.payload.equals(commentPayload(committed, row.manifest!, row.correctsId))
        : leaf.payload.subarray(1, 33).equals(committed);
    return { sound: committed.equals(row.commitment) && hashed, text };
  } catch {
    return { sound: false, text };
  }
}

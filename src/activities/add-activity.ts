import { mostActivities } from '../access/policy.ts';
import { recordStep } from '../audit/steps.ts';
import type { User } from '../core/actor.ts';
import { Conflict, NotFound } from '../core/errors.ts';
import type { ActivityId, ChildId, ParentId, SchoolId } from '../core/ids.ts';
import { counted } from '../core/text.ts';
import type { Work } from '../platform/database.ts';
import type { Keyring } from '../platform/keyring.ts';
import { type Author, findAuthor, type Side } from './author.ts';
import type { DifferentDay } from './columns.ts';
import { type ActivityTerms, type NameOf, wholeText } from './describe.ts';
import { type Around, insertActivity, insertDay, selectAroundChild, selectAroundPupil, selectBySubmission } from './store.ts';

/** Whole names, as the record has them. */
export const namesIn = ({ members }: Pick<Around, 'members'>): NameOf => {
  const names = new Map<ParentId, string>(members.map(({ id, name }) => [id, name]));
  return id => names.get(id) ?? 'a parent';
};

/** Only what is known around the child may be named: its family's parents, and schools that know one of its children. */
export function refuseStrangers(around: Around, terms: ActivityTerms): void {
  const known = (who: ActivityTerms['brings']) => who === null || 'words' in who || around.members.some(({ id }) => id === who.parentId);
  if (!known(terms.brings) || !known(terms.collects)) throw new NotFound();
  if (terms.providerId !== null && !around.schools.some(({ id }) => id === terms.providerId)) throw new NotFound();
}

/** The values of an activity as the statements take them, from its name on. */
export const valuesOf = (terms: ActivityTerms): unknown[] => {
  const ids = (who: ActivityTerms['brings']): [id: ParentId | null, words: string | null] =>
    who === null ? [null, null] : 'words' in who ? [null, who.words] : [who.parentId, null];
  return [
    terms.name,
    terms.providerId,
    terms.providerId === null ? terms.provider : null,
    terms.weekdays,
    terms.startsAt,
    terms.endsAt,
    terms.startsOn,
    terms.endsOn,
    terms.termOnly,
    terms.place,
    ...ids(terms.brings),
    ...ids(terms.collects),
    terms.cost,
  ];
};

export const nameOfSchool = (around: Around, id: SchoolId | null, words: string | null): string | null =>
  id === null ? words : (around.schools.find(school => school.id === id)?.name ?? null);

/** The child with what is known around it, as the author may see it. */
export async function findAround(work: Work<User>, author: Author, childId: ChildId): Promise<Around> {
  const [around] =
    'parentId' in author.by
      ? await work.trx.query(selectAroundChild, [author.by.parentId, childId])
      : await work.trx.query(selectAroundPupil, [author.by.schoolId, childId]);
  if (!around) throw new NotFound();
  return around;
}

/** What this author's form has made before. */
export async function findSent(work: Work<User>, author: Author, around: Around, submission: string): Promise<ActivityId | null> {
  const { parentId = null, schoolId = null } = author.by as { parentId?: ParentId; schoolId?: SchoolId };
  const [sent] = await work.trx.query(selectBySubmission, [around.familyId, parentId, schoolId, submission]);
  return sent?.activityId ?? null;
}

/** Adds an activity. `again` where this form has made it before. */
export async function addActivity(
  work: Work<User>,
  keyring: Keyring,
  side: Side,
  childId: ChildId,
  given: ActivityTerms,
  submission: string,
): Promise<{ id: ActivityId; again: boolean }> {
  const author = await findAuthor(work, side);
  const around = await findAround(work, author, childId);
  const sent = await findSent(work, author, around, submission);
  if (sent !== null) return { id: sent, again: true };
  const [id] = await writeActivities(work, keyring, author, around, [{ terms: given, uid: null, days: [], submission, tells: true }]);
  return { id: id!, again: false };
}

/** `days` are those that are different from the start, where it came from a calendar. */
export type NewActivity = { terms: ActivityTerms; uid: string | null; days: readonly Omit<DifferentDay, 'id'>[]; submission: string; tells: boolean };

/** Writes activities of one child, each with its step. */
export async function writeActivities(work: Work<User>, keyring: Keyring, author: Author, around: Around, many: readonly NewActivity[]): Promise<ActivityId[]> {
  if (around.activities + many.length > mostActivities)
    throw new Conflict(`There are ${mostActivities} activities in this family, which is the most there can be. Nothing was added.`);
  const { parentId = null, schoolId = null } = author.by as { parentId?: ParentId; schoolId?: SchoolId };
  const ids: ActivityId[] = [];
  for (const { terms: given, uid, days, submission, tells } of many) {
    refuseStrangers(around, given);
    const terms = { ...given, provider: nameOfSchool(around, given.providerId, given.provider) };
    const [made] = await work.trx.query(insertActivity, [around.familyId, around.childId, ...valuesOf(terms), parentId, schoolId, uid]);
    for (const { day, kind, toDay, startsAt, endsAt, place } of days) await work.trx.query(insertDay, [made!.id, day, kind, toDay, startsAt, endsAt, place]);
    const different = days.length === 0 ? '' : ` ${counted(days.length, 'day')} of it ${days.length === 1 ? 'is' : 'are'} different.`;
    await recordStep(work, keyring, {
      familyId: around.familyId,
      by: author.by,
      kind: 'activity.added',
      aboutId: made!.id,
      says: `${author.name} added ${terms.name} for ${around.childName}: ${wholeText(terms, namesIn(around))}${different}`,
      note: null,
      data: { after: terms, version: 1, ...(days.length === 0 ? {} : { days }) },
      submission,
      tells,
    });
    ids.push(made!.id);
  }
  return ids;
}

import type { User } from '../core/actor.ts';
import { NotFound } from '../core/errors.ts';
import type { ParentId, SchoolId } from '../core/ids.ts';
import type { Queryable, Transaction } from '../platform/database.ts';
import { type SchoolFrame, schoolFrameOf, type SchoolPlace } from '../web/school-frame.ts';
import { type AdultView, type PhotoStatus, selectAdult, updatePhotoStatus, updatePhotoStatuses } from './adults/store.ts';
import { type PhotoSettings, type SchoolView, selectPhotoSettings, selectSchool, updatePhotoSettings } from './store.ts';

export { addCollectorAdult, findNamesakes, renewCollectorAdult } from './adults/collector-adults.ts';
export { listing } from './adults/list-adults.ts';
export { type AdultView, type PhotoStatus, photoStatuses } from './adults/store.ts';
export { headingKey } from './import/read-list.ts';
export { readCells } from './import/read-cells.ts';
export type { Unreadable } from './import/refuse-list.ts';
export { type Proposal, proposalSentence } from './proposals/pages.ts';
export { proposalsColumn } from './proposals/store.ts';
export { type Adult, readAdult, relations } from './roll/read-person.ts';
export type { PhotoSettings, SchoolView } from './store.ts';

/** The school a member of staff chose, or begins with. Not there for anyone else, parents included. */
export async function findSchool(db: Queryable, actor: User): Promise<SchoolView> {
  const [school] = await db.query(selectSchool, [actor.accountId]);
  if (!school) throw new NotFound();
  return school;
}

/** The frame around a page about this school. */
export const schoolFrameFor = (school: SchoolView, place: SchoolPlace): SchoolFrame => schoolFrameOf(school, place);

/** How far an adult's photo has come at this school. The only writer of it; open dashboards are told. */
export async function setPhotoStatus(trx: Transaction, of: { schoolId: SchoolId; parentId: ParentId }, status: PhotoStatus): Promise<void> {
  await trx.query(updatePhotoStatus, [of.schoolId, of.parentId, status]);
}

/** The same for many, and only where the photo has come as far as one of `from`. */
export async function movePhotoStatuses(
  trx: Transaction,
  of: { schoolId: SchoolId; parentIds: readonly ParentId[] },
  from: readonly PhotoStatus[],
  to: PhotoStatus,
): Promise<void> {
  await trx.query(updatePhotoStatuses, [of.schoolId, of.parentIds, to, from]);
}

/** An adult who may collect at this school. Not there once that has ended, or before it has begun. */
export async function findAdult(db: Queryable, schoolId: SchoolId, parentId: ParentId): Promise<AdultView> {
  const [adult] = await db.query(selectAdult, [schoolId, parentId]);
  if (!adult) throw new NotFound();
  return adult;
}

/** How long a school keeps photos, and whether it has two of them compared. */
export async function findPhotoSettings(db: Queryable, schoolId: SchoolId): Promise<PhotoSettings> {
  const [settings] = await db.query(selectPhotoSettings, [schoolId]);
  if (!settings) throw new NotFound();
  return settings;
}

export async function changePhotoSettings(trx: Transaction, schoolId: SchoolId, { retentionDays, likeness }: PhotoSettings): Promise<void> {
  await trx.query(updatePhotoSettings, [schoolId, retentionDays, likeness]);
}

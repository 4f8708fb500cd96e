import { mostCollectors } from '../../access/policy.ts';
import { recordAudit } from '../../audit/events.ts';
import type { ParentUser } from '../../core/actor.ts';
import { Conflict, NotFound } from '../../core/errors.ts';
import type { ChildId, SchoolId } from '../../core/ids.ts';
import type { Work } from '../../platform/database.ts';
import type { Keyring } from '../../platform/keyring.ts';
import type { Adult } from '../../schools/index.ts';
import { countChosen, insertCollector, selectBySubmission, selectMyChildren } from './store.ts';

type Choice = { adult: Adult; children: ChildId[]; from: string | null; until: string | null; weekdays: number[]; submission: string };

/** A parent chooses somebody else to collect: one proposal for each school of the children. It counts once the school has confirmed it. */
export async function chooseCollector(work: Work<ParentUser>, keyring: Keyring, { adult, children, from, until, weekdays, submission }: Choice): Promise<void> {
  const { trx, actor } = work;
  const mine = await trx.query(selectMyChildren, [actor.parentId, children]);
  if (mine.length !== new Set(children).size) throw new NotFound();
  const [sent] = await trx.query(selectBySubmission, [actor.parentId, submission]);
  if (sent) return;
  const [chosen] = await trx.query(countChosen, [actor.parentId]);
  if (chosen!.count >= mostCollectors) throw new Conflict(`You have chosen ${mostCollectors} people. Take one back before you add another.`);
  const schools = new Set<SchoolId>(mine.map(({ schoolId }) => schoolId));
  for (const schoolId of schools) {
    const here = mine.filter(child => child.schoolId === schoolId);
    const [made] = await trx.query(insertCollector, [
      schoolId,
      here[0]!.selfId,
      adult.givenName,
      adult.surname,
      adult.relation,
      from,
      until,
      weekdays,
      adult.email === null ? null : keyring.sealField('email', adult.email),
      adult.mobile === null ? null : keyring.sealField('phone', adult.mobile),
      submission,
      here.map(({ id }) => id),
    ]);
    await recordAudit(work, 'collector.chosen', { targetId: made!.id, schoolId });
  }
}

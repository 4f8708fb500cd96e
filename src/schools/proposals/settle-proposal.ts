import { canConfirmProposal, mayShareRecord, sharersOfRecord } from '../../access/policy.ts';
import { recordAudit } from '../../audit/events.ts';
import type { System, User } from '../../core/actor.ts';
import { Conflict, Forbidden, NotFound } from '../../core/errors.ts';
import type { AccountId, ChildId, ProposalId, SchoolId } from '../../core/ids.ts';
import { enterRecords } from '../../families/index.ts';
import type { Work } from '../../platform/database.ts';
import type { Keyring } from '../../platform/keyring.ts';
import { listAdults } from '../adults/list-adults.ts';
import { forgetContacts, updateReturning } from '../adults/store.ts';
import { openRoll } from '../roll/open-roll.ts';
import { insertParentings, insertSharerIfRoom } from '../roll/store.ts';
import { lockSchoolAlone } from '../store.ts';
import { type ProposalRow, selectProposal, selectSchoolOfProposal, settleProposal } from './store.ts';

/** A second person's word: the adult is added now. */
export async function confirmProposal(work: Work<User>, keyring: Keyring, schoolId: SchoolId, proposalId: ProposalId): Promise<ChildId> {
  const proposal = await find(work, schoolId, proposalId);
  if (!canConfirmProposal(work.actor.accountId, proposal))
    throw new Forbidden('You proposed this yourself, so a colleague has to confirm it. Without that it takes effect when its time comes.');
  if (proposal.outcome === 'added') return proposal.childId;
  if (proposal.outcome === 'withdrawn') throw new Conflict('This was withdrawn before, so nothing was changed.');
  await add(work, keyring, proposal, work.actor.accountId);
  await recordAudit(work, 'adult.proposal-confirmed', about(proposal));
  return proposal.childId;
}

/** Nothing comes of it. Anyone of the office may say so. */
export async function withdrawProposal(work: Work<User>, schoolId: SchoolId, proposalId: ProposalId): Promise<ChildId> {
  const proposal = await find(work, schoolId, proposalId);
  if (proposal.outcome === 'withdrawn') return proposal.childId;
  if (proposal.outcome === 'added') throw new Conflict('This has taken effect already. What holds now can be ended on the pupil’s page.');
  await work.trx.query(settleProposal, [proposal.id, 'withdrawn', null]);
  await work.trx.query(forgetContacts, [schoolId, proposal.parentId]);
  await recordAudit(work, 'adult.proposal-withdrawn', about(proposal));
  return proposal.childId;
}

/** Its time has come. Done once, however often it is asked. */
export async function carryOutProposal(work: Work<System>, keyring: Keyring, proposalId: ProposalId): Promise<void> {
  const [known] = await work.trx.query(selectSchoolOfProposal, [proposalId]);
  if (!known) return;
  await work.trx.query(lockSchoolAlone, [known.schoolId]);
  const [proposal] = await work.trx.query(selectProposal, [proposalId]);
  if (!proposal || proposal.outcome !== null || !proposal.isDue) return;
  await add(work, keyring, proposal, null);
}

async function find(work: Work<User>, schoolId: SchoolId, proposalId: ProposalId): Promise<ProposalRow> {
  await openRoll(work, schoolId);
  const [proposal] = await work.trx.query(selectProposal, [proposalId]);
  if (!proposal || proposal.schoolId !== schoolId) throw new NotFound();
  return proposal;
}

const about = ({ id, parentId, childId, familyId, schoolId }: ProposalRow) => ({
  targetId: parentId,
  familyId,
  schoolId,
  details: { child: childId, proposal: id },
});

async function add(work: Work, keyring: Keyring, proposal: ProposalRow, confirmedBy: AccountId | null): Promise<void> {
  const { trx } = work;
  const { schoolId, parentId, childId, familyId, relation } = proposal;
  await trx.query(settleProposal, [proposal.id, 'added', confirmedBy]);
  await trx.query(insertParentings, [JSON.stringify([{ parentId, childId, relation }])]);
  await trx.query(updateReturning, [schoolId, [parentId]]);
  if (mayShareRecord(relation)) {
    const [shares] = await trx.query(insertSharerIfRoom, [familyId, parentId, sharersOfRecord]);
    if (shares) await enterRecords(trx, keyring, parentId);
  }
  await listAdults(trx, schoolId, [], [parentId]);
  await recordAudit(work, 'adult.added', about(proposal));
}

import { randomUUIDv7 } from 'node:crypto';
import { canInvite, canSendAgain } from '../access/policy.ts';
import { type AuditAction, recordAudits, recordAndEnqueue } from '../audit/events.ts';
import type { User } from '../core/actor.ts';
import { Forbidden, NotFound } from '../core/errors.ts';
import type { InvitationId, ParentId } from '../core/ids.ts';
import { localTime, startOfNextDay } from '../core/time.ts';
import type { Work } from '../platform/database.ts';
import type { Keyring } from '../platform/keyring.ts';
import { movePhotoStatuses, type SchoolView } from '../schools/index.ts';
import { insertInvitations, type InviteRow, renewInvitations, selectForInviting } from './invite-store.ts';
import { linkToken, tokenHash } from './link-secrets.ts';
import { type Channel, insertSendings } from './link-store.ts';

/** `letters` makes links where none works and sends nothing: somebody prints them. */
type LinkAction = 'invite' | 'remind' | 'renew' | 'letters';

export type Order = {
  action: LinkAction;
  parentIds: readonly ParentId[];
  /** By e-mail where there is an address, else by SMS. */
  channel: 'either' | 'email' | 'sms';
  days: number;
  /** One adult, on their own page: then a link may be made whatever became of the photo. */
  single: boolean;
  /** Which round of the link the page showed, where it is renewed: another means that somebody was quicker. */
  round?: number;
};

/** Why somebody was left out: they have a link that works, none that does, nothing to be done, no address, or one went out a moment ago. */
export type Skipped = 'open' | 'no-link' | 'settled' | 'no-address' | 'recent';
export type Sent = { done: number; skipped: Partial<Record<Skipped, number>>; letters: string | null };

type Step = { row: InviteRow; make: 'new' | 'renewed' | 'kept'; channel: Channel };

/** Makes, renews and sends links, for one adult or for many, in a handful of statements however many they are. */
export async function sendLinks(work: Work<User>, keyring: Keyring, school: SchoolView, order: Order): Promise<Sent> {
  const { actor, trx } = work;
  const rows = await trx.query(selectForInviting, [school.schoolId, order.parentIds]);
  if (order.single && rows.length === 0) throw new NotFound();
  if (!canInvite(school.role)) throw new Forbidden('Links are made and sent by the school’s office.');

  const now = new Date(work.now.epochMilliseconds);
  const steps: Step[] = [];
  const skipped: Sent['skipped'] = {};
  for (const row of rows) {
    const step = stepFor(row, order, now);
    if (typeof step === 'string') skipped[step] = (skipped[step] ?? 0) + 1;
    else steps.push(step);
  }
  if (steps.length === 0) return { done: 0, skipped, letters: null };

  const links = await writeLinks(work, keyring, school, steps, lastDay(now, order.days, school.timeZone));
  const reason = order.action === 'letters' ? 'invite' : order.action;
  const sendings = steps.map(() => randomUUIDv7());
  const ids = links.map(link => link.invitationId);
  await trx.query(insertSendings, [sendings, ids, steps.map(({ channel }) => channel), reason, actor.accountId]);

  const changed = steps.flatMap(({ make }, index) => (make === 'kept' ? [] : [{ make, invitationId: ids[index]! }]));
  await recordAudits(
    work,
    changed.map(({ make, invitationId }) => ({ action: madeAs[make], targetId: invitationId, schoolId: school.schoolId })),
  );
  const jobs = sendings.flatMap((sendingId, index) => (steps[index]!.channel === 'letter' ? [] : [{ payload: { sendingId }, key: sendingId, runAt: null }]));
  const details = { reason: order.action, count: steps.length };
  await recordAndEnqueue(work, 'links.sent', { targetId: ids[0]!, schoolId: school.schoolId, details }, 'onboarding.send-link', jobs);
  return { done: steps.length, skipped, letters: order.action === 'letters' ? sendings[0]! : null };
}

const madeAs: Record<'new' | 'renewed', AuditAction> = { new: 'link.made', renewed: 'link.renewed' };

function stepFor(row: InviteRow, { action, channel, single, round }: Order, now: Date): Step | Skipped {
  if (!single) {
    if (row.status === 'approved' || row.status === 'waiting') return 'settled';
    // A link that the school closed is opened anew on purpose, never by the way.
    if (row.status === 'rejected' && action !== 'renew') return 'settled';
  }
  if (round !== undefined && row.round !== round) return 'recent';
  if (action === 'invite' && row.works) return 'open';
  if (action === 'remind' && !row.works) return 'no-link';
  const by = action === 'letters' ? 'letter' : channelFor(row, channel);
  if (by === null) return 'no-address';
  if (by !== 'letter' && !canSendAgain(row.lastSentAt, now)) return 'recent';
  const make = row.invitationId === null ? 'new' : action === 'renew' || !row.works ? 'renewed' : 'kept';
  return { row, make, channel: by };
}

const channelFor = ({ hasEmail, hasPhone }: InviteRow, wanted: Order['channel']): 'email' | 'sms' | null => {
  if (hasEmail && wanted !== 'sms') return 'email';
  return hasPhone && wanted !== 'email' ? 'sms' : null;
};

async function writeLinks({ actor, trx }: Work<User>, keyring: Keyring, school: SchoolView, steps: Step[], expiresAt: Date) {
  const links = steps.map(({ row, make }) => {
    const invitationId = row.invitationId ?? (randomUUIDv7() as InvitationId);
    const round = make === 'renewed' ? row.round! + 1 : (row.round ?? 1);
    return { make, parentId: row.parentId, invitationId, round, hash: tokenHash(linkToken(keyring, { invitationId, round }))! };
  });
  const made = links.filter(({ make }) => make === 'new');
  const renewed = links.filter(({ make }) => make === 'renewed');
  if (made.length > 0) {
    const values = [made.map(link => link.invitationId), made.map(link => link.parentId), made.map(link => link.hash)];
    await trx.query(insertInvitations, [school.schoolId, ...values, actor.accountId, expiresAt]);
  }
  if (renewed.length > 0) {
    const values = [renewed.map(link => link.invitationId), renewed.map(link => link.round), renewed.map(link => link.hash)];
    await trx.query(renewInvitations, [school.schoolId, ...values, expiresAt]);
  }
  const parentIds = [...made, ...renewed].map(link => link.parentId);
  if (parentIds.length > 0) {
    await movePhotoStatuses(trx, { schoolId: school.schoolId, parentIds }, ['not_invited', 'opened', 'expired', 'rejected'], 'invited');
  }
  return links;
}

/** A link works to the end of a day, as people read "until". */
const lastDay = (now: Date, days: number, zone: string): Date =>
  startOfNextDay(Temporal.PlainDate.from(localTime(now, zone).isoDay).add({ days }).toString(), zone);

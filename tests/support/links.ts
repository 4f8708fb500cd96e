import { randomUUIDv7 } from 'node:crypto';
import type { InvitationId } from '../../src/core/ids.ts';
import { linkCode, linkToken, newProof, tokenHash } from '../../src/onboarding/link-secrets.ts';
import type { TestApp } from './app.ts';
import type { Client } from './client.ts';
import type { TestDatabase } from './database.ts';
import { testKeyring } from './keyring.ts';
import type { Adult, Staff } from './photos.ts';

export type TestLink = { invitationId: InvitationId; token: string; code: string; at: string; photo: string };

/** A link that was made for an adult and works. */
export async function makeLink({ admin }: TestDatabase, adult: Pick<Adult, 'schoolId' | 'parentId'>, madeBy: Pick<Staff, 'accountId'>): Promise<TestLink> {
  const invitationId = randomUUIDv7() as InvitationId;
  const key = { invitationId, round: 1 };
  const token = linkToken(testKeyring, key);
  await admin.query(
    `insert into parley.invitations (id, school_id, parent_id, token_hash, created_by, expires_at) values ($1, $2, $3, $4, $5, now() + interval '14 days')`,
    [invitationId, adult.schoolId, adult.parentId, tokenHash(token), madeBy.accountId],
  );
  return { invitationId, token, code: linkCode(testKeyring, key), at: `/link/${token}`, photo: `/link/${token}/photo` };
}

/** The same, as it stands once its code was given right. */
export async function provedLink(database: TestDatabase, adult: Adult, madeBy: Pick<Staff, 'accountId'>): Promise<InvitationId> {
  const { invitationId } = await makeLink(database, adult, madeBy);
  await database.admin.query('update parley.invitations set opened_at = now(), proved_at = now() where id = $1', [invitationId]);
  return invitationId;
}

/** A browser in which the code was given right for this link. */
export function provedBrowser(app: TestApp, { invitationId }: TestLink): Client {
  const client = app.visitor();
  client.cookies.set('link', newProof(testKeyring, { invitationId, round: 1 }, new Date()));
  return client;
}

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
export async function makeLink({ admin }: TestDatabase, adult: Adult, madeBy: Staff): Promise<TestLink> {
  const invitationId = randomUUIDv7() as InvitationId;
  const key = { invitationId, round: 1 };
  const token = linkToken(testKeyring, key);
  await admin.query(
    `insert into parley.invitations (id, school_id, parent_id, token_hash, created_by, expires_at) values ($1, $2, $3, $4, $5, now() + interval '14 days')`,
    [invitationId, adult.schoolId, adult.parentId, tokenHash(token), madeBy.accountId],
  );
  return { invitationId, token, code: linkCode(testKeyring, key), at: `/link/${token}`, photo: `/link/${token}/photo` };
}

/** A browser in which the code was given right for this link. */
export function provedBrowser(app: TestApp, { invitationId }: TestLink): Client {
  const client = app.visitor();
  client.cookies.set('link', newProof(testKeyring, { invitationId, round: 1 }, new Date()));
  return client;
}

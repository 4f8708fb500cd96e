import type { AccountId, ParentId } from '../core/ids.ts';
import type { ReplyCookie } from '../web/reply.ts';
import type { Visit } from '../web/route.ts';
import { beginSession, deviceCookie, newDevice, sessionLengths, type Sessions } from '../web/session.ts';

/** Begins the session of somebody who has just signed in, and gives the cookie by which their own device is known again. */
export async function openSession(
  { request, response }: Pick<Visit<unknown>, 'request' | 'response'>,
  sessions: Sessions,
  who: { accountId: AccountId; parentId: ParentId | null; staff: boolean; address: Buffer },
  shared: boolean,
): Promise<ReplyCookie[]> {
  const { accountId, parentId, staff, address } = who;
  const lengths = staff ? sessionLengths.staff : shared ? sessionLengths.shared : sessionLengths.parent;
  await beginSession(request, response, sessions, { accountId, parentId, ...lengths });
  return shared ? [] : [{ name: deviceCookie, value: newDevice(sessions.secrets[0]!, address), maxAgeSeconds: 365 * 24 * 60 * 60 }];
}

import { expect, it } from 'vitest';
import { Undeliverable } from '../../src/platform/undeliverable.ts';
import { openPostOffice } from '../support/post-office.ts';

it('a mail that is not taken fails in words that name nobody: the queue keeps them, and the log shows them', async () => {
  let responseCode = 450;
  const post = await openPostOffice(() => responseCode);
  const failed = () => post.mail({ to: 'amara@home.example', subject: 'A', text: 'B' }).catch((error: unknown) => error as Error);
  const later = (await failed())!;
  expect(later).not.toBeInstanceOf(Undeliverable);
  expect([later.message, `${later.stack}`.includes('amara'), later.cause]).toEqual(['the mail server did not take it (450)', false, undefined]);
  responseCode = 550;
  const never = (await failed())!;
  expect(never).toBeInstanceOf(Undeliverable);
  expect(never.message).not.toContain('amara');
  await post.close();
  expect(((await failed()) as Error).message).toBe('the mail server did not take it (ECONNREFUSED)');
});

import type { RequestHandler } from 'express';
import { cookieName, endSession } from './session.ts';

/**
 * The way out: ends the session, clears what can be cleared, and goes to a neutral page. A plain link, so it works without a script;
 * and it never waits for the database, so it works when that is away.
 */
export const leave =
  (leaveUrl: string, https: boolean): RequestHandler =>
  async (request, response) => {
    request.pattern = '/leave';
    const ended = request.user().then(user => (user ? endSession(request) : undefined));
    await Promise.race([ended.catch(() => {}), new Promise(resolve => setTimeout(resolve, 800))]);
    for (const name of [cookieName(https), 'theme', 'device']) {
      response.cookie(name, '', { path: '/', maxAge: 0, httpOnly: true, sameSite: 'lax', secure: https });
    }
    response.set('Clear-Site-Data', '"cache", "cookies", "storage"');
    response.redirect(303, leaveUrl);
  };

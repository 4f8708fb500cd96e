import { randomUUID } from 'node:crypto';
import { NotFound } from '../../core/errors.ts';
import { findFamily, findFamilyWith } from '../../families/index.ts';
import type { KnownCalendars } from '../../schedule/index.ts';
import { paths } from '../../web/paths.ts';
import { file, page, seeOther } from '../../web/reply.ts';
import { anyone, parentOnly, Routes } from '../../web/route.ts';
import type { Services } from '../../web/services.ts';
import { endFeed } from './end-feed.ts';
import { makeFeed } from './make-feed.ts';
import { feedsPage, madeFeedPage, newFeedPage } from './pages.ts';
import { readFeed } from './read-feed.ts';
import { FeedFileParams, FeedForm, FeedParams } from './schema.ts';
import { selectFeeds } from './store.ts';

/** A parent's private addresses of their own calendar, and the calendars themselves. */
export function feedRoutes({ db, keyring, guesses, baseUrl }: Services, calendars: KnownCalendars): Routes {
  const routes = new Routes();

  routes.get(paths.feeds, parentOnly, async ({ actor }) => page('calendar/feeds', feedsPage(keyring, await findFamilyWith(db, selectFeeds, actor))));

  routes.get(paths.newFeed, parentOnly, async ({ actor }) =>
    page('calendar/feeds-new', newFeedPage(await findFamily(db, actor), { submission: randomUUID(), family: '', name: '', detail: 'minimal' }, [])),
  );

  // The answer to the form is the only page that ever shows the address: no address of ours holds it, and none is kept to show it again.
  routes.post(paths.newFeed, parentOnly, async ({ actor, form }) => {
    const typed = form(FeedForm);
    if (!typed.ok) {
      const { submission = '', family = '', name = '', detail = '' } = typed.typed;
      const again = { submission: submission === '' ? randomUUID() : submission, family, name, detail };
      return page('calendar/feeds-new', newFeedPage(await findFamily(db, actor), again, typed.problems), 422);
    }
    const made = await db.transact(actor, work => makeFeed(work, keyring, typed.value));
    return page('calendar/feeds-made', madeFeedPage(await findFamily(db, actor), baseUrl(), made?.token ?? null));
  });

  routes.post(paths.revokeFeed, parentOnly, async ({ actor, params }) => {
    const { feedId } = params(FeedParams);
    await db.transact(actor, work => endFeed(work, feedId));
    return seeOther(paths.feeds);
  });

  // Calendars ask without a session; whoever has asked for many that are not there waits. One that is there is answered all the same: thousands of
  // people's calendars ask from the same few addresses of whoever keeps them, and some go on asking for ones that were ended.
  routes.get(paths.feedFile, anyone, async ({ params, request }) => {
    const { token } = params(FeedFileParams);
    const address = request.ip ?? '';
    try {
      return file(Buffer.from(await readFeed(db, keyring, calendars, token)), 'text/calendar; charset=utf-8', 'calendar.ics');
    } catch (error) {
      if (error instanceof NotFound) {
        await guesses.check(address);
        await guesses.count(address);
      }
      throw error;
    }
  });

  return routes;
}

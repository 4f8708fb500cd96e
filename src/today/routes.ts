import { isParent } from '../core/actor.ts';
import { counted } from '../core/text.ts';
import { localTime, longDay, shortest } from '../core/time.ts';
import { familyLabel, familyViewWith, findFamilyIfAnyWith, frameFor } from '../families/index.ts';
import { listUnread } from '../messages/index.ts';
import { type Proposal, proposalsColumn, proposalSentence } from '../schools/index.ts';
import { paths } from '../web/paths.ts';
import { page, seeOther } from '../web/reply.ts';
import { Routes, signedIn } from '../web/route.ts';
import type { Services } from '../web/services.ts';

/** The family, and who is to be added to any child of this parent's. */
const selectToday = familyViewWith<{ proposals: Proposal[] }>('today.view', proposalsColumn);

/** What a parent sees first: what is waiting, and nothing that arrives uninvited. */
export function todayRoutes({ db, keyring }: Services): Routes {
  const routes = new Routes();
  routes.get(paths.today, signedIn, async ({ actor }) => {
    const family = isParent(actor) ? await findFamilyIfAnyWith(db, selectToday, actor) : null;
    if (!family || !isParent(actor)) return seeOther(paths.account);
    const unread = family.unread === 0 ? [] : await listUnread(db, keyring, actor, family.familyId);
    const today = localTime(new Date(), family.timeZone);
    return page('today/today', {
      frame: frameFor(family, 'today'),
      day: longDay(today),
      dayIso: today.isoDay,
      heading:
        unread.length === 0
          ? family.proposals.length === 0
            ? 'Nothing is waiting for you'
            : 'The school has told you something'
          : `${counted(unread.length, 'subject has', 'subjects have')} something new`,
      proposals: family.proposals.map(proposalSentence),
      write: paths.newSubject,
      unread: unread.map(subject => {
        const author = family.members.find(member => member.id === subject.authorId);
        return {
          href: `${paths.thread.to({ subjectId: subject.id })}#e${subject.firstPos}`,
          title: subject.title,
          meta: `From ${author?.givenName ?? 'a parent'}, ${subject.length}`,
          when: shortest(localTime(subject.lastAt, family.timeZone), today),
          whenIso: subject.lastAt.toISOString(),
        };
      }),
      elsewhere: family.families
        .filter(({ id, waiting }) => id !== family.familyId && waiting > 0)
        .map(({ id, children, waiting }) => ({
          id,
          label: familyLabel(children),
          text: counted(waiting, 'subject has something new', 'subjects have something new'),
        })),
    });
  });
  return routes;
}

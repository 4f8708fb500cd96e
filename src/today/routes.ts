import { isParent } from '../core/actor.ts';
import { counted } from '../core/text.ts';
import { localTime, longDay, shortest } from '../core/time.ts';
import { aheadOf, familyDaysWith, type KnownFamilies, whereabouts } from '../calendar/index.ts';
import { familyLabel, frameFor } from '../families/index.ts';
import { showUnread, type UnreadSubject, unreadSubjectsColumn, type UnreadSubjectRow } from '../messages/index.ts';
import { nextHandover } from '../schedule/index.ts';
import { type Proposal, proposalsColumn, proposalSentence } from '../schools/index.ts';
import { paths } from '../web/paths.ts';
import { page, seeOther } from '../web/reply.ts';
import { Routes, signedIn } from '../web/route.ts';
import type { Services } from '../web/services.ts';

/** The family with its days, what is new in its record, and who is to be added to any child of this parent's. */
const todayStatements = familyDaysWith<{ proposals: Proposal[]; unreadSubjects: UnreadSubjectRow[] }>(
  'today.view',
  `${proposalsColumn}, ${unreadSubjectsColumn}`,
);

/** What a parent sees first: who has the children, what comes next, what is waiting. Nothing arrives uninvited. */
export function todayRoutes({ db, keyring }: Services, families: KnownFamilies): Routes {
  const routes = new Routes();
  routes.get(paths.today, signedIn, async ({ actor }) => {
    const found = isParent(actor) ? await families.readIfAny(db, actor, todayStatements) : null;
    if (!found || !isParent(actor)) return seeOther(paths.account);
    const { family, facts } = found;
    const now = new Date();
    const next = await nextHandover(db, keyring, actor, family, facts.calendars, now);
    const unread = showUnread(keyring, family.unreadSubjects);
    const today = localTime(now, family.timeZone);
    return page('today/today', {
      frame: frameFor(family, 'today'),
      day: longDay(today),
      dayIso: today.isoDay,
      heading: whereabouts(families, actor.parentId, family, facts, now.getTime()) ?? waitingWords(unread, family.proposals),
      proposals: family.proposals.map(proposalSentence),
      write: paths.newSubject,
      ahead: aheadOf(families, actor.parentId, family, facts, now.getTime()),
      next,
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

/** The heading where nothing is agreed about anybody's time. */
function waitingWords(unread: readonly UnreadSubject[], proposals: readonly Proposal[]): string {
  if (unread.length > 0) return `${counted(unread.length, 'subject has', 'subjects have')} something new`;
  return proposals.length === 0 ? 'Nothing is waiting for you' : 'The school has told you something';
}

import { calendarDay, localTime, shortDayWithYear } from '../../core/time.ts';
import { familyLabel, type FamilyView, frameFor } from '../../families/index.ts';
import type { Keyring } from '../../platform/keyring.ts';
import type { Problem } from '../../web/form.ts';
import { paths } from '../../web/paths.ts';
import type { Model } from '../../web/reply.ts';
import { longestName } from './schema.ts';
import type { FeedRow } from './store.ts';

export const feedsPage = (keyring: Keyring, family: FamilyView & { feeds: FeedRow[] }): Model<'calendar/feeds'> => ({
  frame: frameFor(family, 'calendar'),
  feeds: family.feeds.map(({ id, familyId, nameCt, detail, madeAt, askedOn }) => ({
    name: keyring.openField('feed-name', Buffer.from(nameCt, 'hex')),
    family: family.families.length > 1 ? familyLabel(family.families.find(one => one.id === familyId)?.children ?? []) : null,
    detail: detail === 'full' ? 'Names and places' : 'Only “Handover”',
    full: detail === 'full',
    made: `Made on ${shortDayWithYear(localTime(new Date(madeAt), family.timeZone))}`,
    asked: askedOn === null ? 'Not used yet' : `Last asked for on ${shortDayWithYear(calendarDay(askedOn))}`,
    end: paths.revokeFeed.to({ feedId: id }),
  })),
});

export type TypedFeed = { submission: string; family: string; name: string; detail: string };

export const newFeedPage = (family: FamilyView, { submission, family: chosen, name, detail }: TypedFeed, problems: Problem[]): Model<'calendar/feeds-new'> => ({
  frame: frameFor(family, 'calendar'),
  submission,
  name,
  longestName,
  detail,
  families: family.families.map(({ id, children }) => ({ id, label: familyLabel(children), chosen: id === (chosen || family.familyId) })),
  problems,
});

/** An address for the programs that take https, and the same for those that are opened by their own kind of link. */
export function madeFeedPage(family: FamilyView, baseUrl: string, token: string | null): Model<'calendar/feeds-made'> {
  const https = token === null ? null : new URL(paths.feedFile.to({ token: `${token}.ics` }), baseUrl).href;
  return { frame: frameFor(family, 'calendar'), address: https === null ? null : { https, webcal: https.replace(/^https?:/, 'webcal:') } };
}

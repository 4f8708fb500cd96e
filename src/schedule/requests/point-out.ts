import type { ChildId } from '../../core/ids.ts';
import type { FamilyView } from '../../families/index.ts';
import type { Calendars } from '../read-calendars.ts';
import type { CalendarStatements } from '../store.ts';
import type { OpenedRequest } from './read-request.ts';
import type { Reading } from './reading.ts';
import { spanText } from './sentences.ts';
import { instantsOf } from './lay-time.ts';
import { isPlan } from './terms.ts';
import type { ActivityInTime } from './views.ts';

/** Something on a day of a child's. Without clocks it takes the whole day. */
export type OnDay = { childId: ChildId; name: string; day: string; from: string | null; until: string | null; href: string };

/** What is on in some time, from a neighbour that this one does not know: columns that ride along with the family, and how they are read. */
export type PointOut<More extends object> = {
  statements: CalendarStatements<More>;
  within: (family: FamilyView & More, calendars: Calendars, from: number, until: number) => OnDay[];
};

const mostDays = 3;

/** What takes place within the time that is asked for, so that whoever would have the children knows. Nothing is forbidden by it. */
export function activitiesIn<More extends object>(
  reading: Reading,
  { row, asked, family, calendars }: OpenedRequest & { family: FamilyView & More },
  within: PointOut<More>['within'],
): ActivityInTime[] {
  if (isPlan(asked) || row.state !== 'open') return [];
  const found = new Map<string, { on: OnDay; days: string[] }>();
  for (const piece of asked.terms.pieces) {
    const { from, until } = instantsOf(piece, family.timeZone);
    for (const on of within(family, calendars, from, until)) {
      if (!row.children.includes(on.childId)) continue;
      const known = found.get(on.href) ?? { on, days: [] };
      known.days.push(whenOn(on, reading));
      found.set(on.href, known);
    }
  }
  return [...found.values()].map(({ on: { childId, href, name }, days }) => {
    const child = family.children.find(({ id }) => id === childId)!.givenName;
    const shown = days.slice(0, mostDays).join('; ');
    const left = days.length - mostDays;
    return { href, name, text: `${child}: ${shown}${left > 0 ? `; and ${left} more ${left === 1 ? 'day' : 'days'}` : ''}` };
  });
}

const whenOn = ({ day, from, until }: OnDay, reading: Reading): string =>
  from === null || until === null ? `${reading.day(day)}, all day` : spanText({ from: { day, clock: from }, until: { day, clock: until } }, reading.day);

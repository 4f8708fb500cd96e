import type { ParentId } from '../core/ids.ts';
import { listed } from '../core/text.ts';
import { calendarDay, longDay, weekdayNamed } from '../core/time.ts';
import type { ActivityRow, Who } from './columns.ts';

/** What an activity is, without what happened to it since: what forms hold and what a change is measured by. */
export type ActivityTerms = Pick<
  ActivityRow,
  'name' | 'providerId' | 'provider' | 'weekdays' | 'startsAt' | 'endsAt' | 'startsOn' | 'endsOn' | 'termOnly' | 'place' | 'brings' | 'collects' | 'cost'
>;

/** What a parent is called here: a whole name on the record, "you" and given names on pages. */
export type NameOf = (parentId: ParentId) => string;

export const dayText = (iso: string): string => longDay(calendarDay(iso));

/** "Tuesdays", "Mondays and Wednesdays", "every day". */
export function weekdaysText(weekdays: readonly number[]): string {
  if (weekdays.length === 7) return 'every day';
  if (weekdays.join() === '1,2,3,4,5') return 'Mondays to Fridays';
  return listed(weekdays.map(weekday => `${weekdayNamed(weekday)}s`));
}

/** "17:00 to 18:00", "all day". */
export const clocksText = (from: string | null, until: string | null): string => (from === null || until === null ? 'all day' : `${from} to ${until}`);

export const whoText = (who: Who, nameOf: NameOf): string =>
  who === null ? 'whoever the children are with' : 'words' in who ? who.words : nameOf(who.parentId);

/** "on Tuesdays from Tuesday 3 March 2026 to Friday 24 July 2026", "on Saturday 4 April 2026". */
function daysText({ weekdays, startsOn, endsOn }: Pick<ActivityTerms, 'weekdays' | 'startsOn' | 'endsOn'>): string {
  if (startsOn !== null && startsOn === endsOn) return `on ${dayText(startsOn)}`;
  const days = weekdays.length === 7 ? 'every day' : `on ${weekdaysText(weekdays)}`;
  return `${days}${startsOn === null ? '' : ` from ${dayText(startsOn)}`}${endsOn === null ? '' : ` to ${dayText(endsOn)}`}`;
}

/** "on Tuesdays, 17:00 to 18:00, in term time only, at Mill Road pool, with Mill Road Swimming Club": when, where and with whom. */
export const outline = (terms: ActivityTerms): string =>
  [
    daysText(terms),
    clocksText(terms.startsAt, terms.endsAt),
    terms.termOnly ? 'in term time only' : null,
    terms.place === null ? null : `at ${terms.place}`,
    terms.provider === null ? null : `with ${terms.provider}`,
  ]
    .filter(part => part !== null)
    .join(', ');

/** Everything, as an entry of the record has it. */
export const wholeText = (terms: ActivityTerms, nameOf: NameOf): string =>
  `${outline(terms)}. Brings: ${whoText(terms.brings, nameOf)}. Collects: ${whoText(terms.collects, nameOf)}.${terms.cost === null ? '' : ` Cost: ${terms.cost}.`}`;

const quoted = (text: string | null, none: string): string => (text === null ? none : `“${text}”`);
const day = (iso: string | null): string => (iso === null ? 'none' : dayText(iso));

/** What is different between two, in words: "the days from Tuesdays to Thursdays". Empty where nothing is. */
export function changesText(before: ActivityTerms, after: ActivityTerms, nameOf: NameOf): string[] {
  const changes: [what: string, from: string, to: string][] = [
    ['the name', quoted(before.name, ''), quoted(after.name, '')],
    ['the days', weekdaysText(before.weekdays), weekdaysText(after.weekdays)],
    ['the time', clocksText(before.startsAt, before.endsAt), clocksText(after.startsAt, after.endsAt)],
    ['the first day', day(before.startsOn), day(after.startsOn)],
    ['the last day', day(before.endsOn), day(after.endsOn)],
    ['the weeks', before.termOnly ? 'term time only' : 'every week', after.termOnly ? 'term time only' : 'every week'],
    ['the place', quoted(before.place, 'none'), quoted(after.place, 'none')],
    ['who offers it', quoted(before.provider, 'nobody named'), quoted(after.provider, 'nobody named')],
    ['who brings', whoText(before.brings, nameOf), whoText(after.brings, nameOf)],
    ['who collects', whoText(before.collects, nameOf), whoText(after.collects, nameOf)],
    ['the cost', quoted(before.cost, 'nothing said'), quoted(after.cost, 'nothing said')],
  ];
  return changes.filter(([, from, to]) => from !== to).map(([what, from, to]) => `${what} from ${from} to ${to}`);
}

/** "Tuesday 10 March 2026, 17:00 to 18:00". */
export const whenText = (iso: string, from: string | null, until: string | null): string => `${dayText(iso)}, ${clocksText(from, until)}`;

/** What somebody wrote of an activity in words of their own. */
export const wordsOf = ({ name, providerId, provider, place, brings, collects, cost }: ActivityTerms): (string | null)[] => [
  name,
  providerId === null ? provider : null,
  place,
  brings && 'words' in brings ? brings.words : null,
  collects && 'words' in collects ? collects.words : null,
  cost,
];

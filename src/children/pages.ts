import { type ActivityRow, clocksText, weekdaysText } from '../activities/index.ts';
import { openStep, type StepRow } from '../audit/steps.ts';
import type { FactId, ParentId } from '../core/ids.ts';
import { capitalised, grouped } from '../core/text.ts';
import { calendarDay, dayAndClock, dayInShort, dayOfYear, type LocalTime, localTime, longDay } from '../core/time.ts';
import type { FamilyView } from '../families/index.ts';
import type { Keyring } from '../platform/keyring.ts';
import { type Holder, momentOf, type PlannedHandover } from '../schedule/index.ts';
import type { Frame } from '../web/frame.ts';
import { paths } from '../web/paths.ts';
import type { Model } from '../web/reply.ts';
import { labelOf, orderOf, sections, sectionTitles } from './fact-kinds.ts';
import { factData, type FactWords } from './fact-words.ts';
import type { ChildRow, FactRow, ParentingRow } from './store.ts';
import type { ChangeLine, FactLine, SchoolLine, Source } from './views.ts';

/** Whose page, and when: what every line needs. */
export type Reading = { family: FamilyView; reader: ParentId; now: Date };

const todayOf = ({ family, now }: Reading): LocalTime => localTime(now, family.timeZone);

/** "You", or a given name. */
export const nameIn = ({ family, reader }: Reading, parentId: ParentId | null): string =>
  parentId === reader ? 'You' : (family.members.find(({ id }) => id === parentId)?.givenName ?? 'The other parent');

export function sourceOf(reading: Reading, { pos, at, parentId }: Pick<StepRow, 'pos' | 'at' | 'parentId'>): Source {
  const day = localTime(new Date(at), reading.family.timeZone);
  return {
    by: nameIn(reading, parentId),
    day: dayInShort(day, todayOf(reading)),
    dayIso: day.isoDay,
    entry: { href: paths.entry.to({ familyId: reading.family.familyId, position: String(pos) }), text: `entry ${grouped(pos)}` },
  };
}

export const endsText = (reading: Reading, until: string | null): { text: string; passed: boolean } | null => {
  if (until === null) return null;
  const passed = until < todayOf(reading).isoDay;
  return { text: passed ? `Was until ${longDay(calendarDay(until))}` : `Until ${longDay(calendarDay(until))}`, passed };
};

// ------------------------------------------------------------------ the child

const numbers = 'one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty'.split(
  ' ',
);

/** "Nine years old"; in months before the second birthday. */
export function ageInWords(bornOn: string, today: string): string {
  const { years, months } = Temporal.PlainDate.from(bornOn).until(today, { largestUnit: 'years' });
  const old = (count: number, unit: string) => `${capitalised(numbers[count - 1] ?? String(count))} ${count === 1 ? unit : `${unit}s`} old`;
  if (years >= 2) return old(years, 'year');
  const all = years * 12 + months;
  return all <= 0 ? 'Less than a month old' : old(all, 'month');
}

const atSchool = ({ class: name, schoolName }: ChildRow): string => {
  if (schoolName === null) return '';
  return name === null ? ` At ${schoolName}.` : ` In ${name} at ${schoolName}.`;
};

const fromSchool = ({ schoolName, class: name, givenName }: ChildRow): SchoolLine[] =>
  schoolName === null
    ? []
    : [
        { label: 'School', text: schoolName, link: null },
        ...(name === null ? [] : [{ label: 'Class', text: name, link: null }]),
        { label: 'May be collected', text: '', link: { href: paths.collectors, text: `Who may collect ${givenName}` } },
      ];

/** The first sentence apart from the rest, for what must be seen at a glance. */
const firstSentence = (text: string): [first: string, rest: string] => {
  const end = /[.!?。؟](?=\s)/u.exec(text);
  return end ? [text.slice(0, end.index + 1), text.slice(end.index + 1)] : [text, ''];
};

function factLine(reading: Reading, keyring: Keyring, { id, kind, step }: FactRow, isNew: boolean): FactLine {
  const words = factData(openStep(keyring, step)).after!;
  const [strong, text] = kind === 'allergies' ? firstSentence(words.text) : ['', words.text];
  return {
    anchor: `fact-${id}`,
    href: paths.fact.to({ factId: id }),
    label: labelOf(kind, words.label),
    strong,
    text,
    ends: endsText(reading, words.until),
    source: sourceOf(reading, step),
    isNew,
  };
}

/** Most characters of an earlier wording in the list of changes; the fact's own page has all of it. */
const mostOfEarlier = 160;
const shortened = (text: string): string => {
  const characters = [...text];
  return characters.length <= mostOfEarlier ? text : `${characters.slice(0, mostOfEarlier).join('').trimEnd()}…`;
};

const done = { 'fact.added': 'added', 'fact.changed': 'changed', 'fact.removed': 'removed' } as Partial<Record<string, string>>;

function changeLine(reading: Reading, keyring: Keyring, step: StepRow<FactId>, isNew: boolean): ChangeLine {
  const { kind, before, after } = factData(openStep(keyring, step));
  const { day, dayIso, by } = sourceOf(reading, step);
  const earlier = (lead: string, words: FactWords) => {
    const text = shortened(words.text);
    return { lead, text, ends: /[.!?…。؟]\s*$/u.test(text) };
  };
  return {
    day,
    dayIso,
    lead: `${by} ${done[step.kind]}`,
    label: labelOf(kind, (after ?? before)!.label),
    href: paths.fact.to({ factId: step.aboutId }),
    earlier: before && earlier(after ? 'Earlier wording:' : 'It said:', before),
    isNew,
  };
}

/** "From you to Daniel, St Brigid’s, main gate". */
function handoverLine(reading: Reading, childId: string, { at, from, to, place }: PlannedHandover): Model<'children/child'>['handover'] {
  const { reader, family } = reading;
  const who = (holder: Holder): string => (holder === 'third-party' ? 'somebody else' : holder === reader ? 'you' : nameIn(reading, holder));
  const hands = `From ${who(from!)} to ${who(to!)}`;
  const instant = new Date(at);
  return {
    title: dayAndClock(localTime(instant, family.timeZone), todayOf(reading)),
    meta: place === null || place.label === '' ? hands : `${hands}, ${place.label}`,
    iso: instant.toISOString(),
    href: `${paths.handoverAt.to({ moment: momentOf(at) })}?child=${childId}`,
  };
}

/** Where nothing was agreed before, or is agreed no longer, nobody hands over. */
const isHandover = ({ from, to }: PlannedHandover): boolean => from !== null && to !== null;

/** What the child does, as far as it has not ended. */
const activityLines = (rows: readonly ActivityRow[], childId: string, today: string) =>
  rows
    .filter(one => one.childId === childId && (one.cancelledFrom === null || one.cancelledFrom > today) && (one.endsOn === null || one.endsOn >= today))
    .map(({ id, name, weekdays, startsAt, endsAt, place }) => ({
      href: paths.activity.to({ activityId: id }),
      name,
      meta: [capitalised(weekdaysText(weekdays)), clocksText(startsAt, endsAt), place].filter(part => part !== null && part !== '').join(', '),
    }));

const parentingLine = ({ givenName, surname, relation, since }: ParentingRow) => ({
  name: `${givenName} ${surname}`,
  relation,
  since: `On this list since ${dayOfYear(calendarDay(since))}`,
});

/** Latest changes on the page; the rest is asked for. */
export const changesShown = 12;

export type ChildFacts = {
  child: ChildRow;
  childId: string;
  /** The one sentence about where the child is. */
  where: string;
  handovers: readonly PlannedHandover[];
  activities: readonly ActivityRow[];
  all: boolean;
};

export function childPage(reading: Reading, frame: Frame, keyring: Keyring, facts: ChildFacts): Model<'children/child'> {
  const { child, childId, where, activities, all } = facts;
  const today = todayOf(reading).isoDay;
  const handover = facts.handovers.find(isHandover);
  const unseenFacts = new Set(child.unseen.map(({ factId }) => factId));
  const unseenSteps = new Set(child.unseen.map(({ stepId }) => stepId));
  const kept = new Set(child.facts.map(({ id }) => id));
  const lines = child.facts.toSorted((a, b) => orderOf(a.kind) - orderOf(b.kind));
  const shown = all ? child.changes : child.changes.slice(0, changesShown);
  const here = paths.child.to({ childId });
  return {
    frame,
    name: `${child.givenName} ${child.surname}`,
    lead: `${ageInWords(child.bornOn, today)}, born ${dayOfYear(calendarDay(child.bornOn))}.${atSchool(child)} ${where}.`,
    sections: sections.map(section => ({
      id: section,
      title: sectionTitles[section],
      add: `${paths.addFact.to({ childId })}?section=${section}`,
      fromSchool: section === 'school' ? fromSchool(child) : [],
      facts: lines.filter(one => one.section === section).map(one => factLine(reading, keyring, one, unseenFacts.has(one.id))),
    })),
    handover: handover ? handoverLine(reading, childId, handover) : null,
    activities: activityLines(activities, childId, today),
    addActivity: `${paths.newActivity}?child=${childId}`,
    parentings: child.parentings.map(parentingLine),
    // A fact that is still there is marked where it stands.
    changes: shown.map(step => changeLine(reading, keyring, step, unseenSteps.has(step.id) && !kept.has(step.aboutId))),
    allChanges: !all && child.changes.length > changesShown ? `${here}?changes=all#changes` : null,
  };
}

import type { ChildId, ParentId, RequestId } from '../../core/ids.ts';
import { capitalised, counted, grouped, listed } from '../../core/text.ts';
import { calendarDay, shortDay, shortDayWithYear } from '../../core/time.ts';
import { addDays, clockOf, dayOf, instantOf, overnights, patternTitle, preview, segmentsOfDay, timeline, weekdayOf } from '../engine/index.ts';
import type { DaySegment, SchoolPeriod, Stretch } from '../engine/index.ts';
import { childNames, placeName } from '../words.ts';
import type { Calendars } from '../read-calendars.ts';
import { asAgreed } from '../requests/as-agreed.ts';
import { wasWith } from '../requests/read-time-form.ts';
import type { Reading } from '../requests/reading.ts';
import { spanText } from '../requests/sentences.ts';
import type { Plan } from '../requests/terms.ts';
import type { Holder, RegularTerms } from '../terms.ts';
import { describePlan } from './describe-plan.ts';
import type { PlanPreview, PreviewDay, PreviewSegment } from './views.ts';

const daysOfYear = 365;
const monthsAhead = 540;
const mostDays = 60;

/** What a plan would mean. `open`: it may still be agreed, so it is compared with what holds now. */
export function previewPlan(reading: Reading, calendars: Calendars, plan: Plan, children: readonly ChildId[], id: RequestId, open: boolean): PlanPreview {
  const { family } = reading;
  const after = asAgreed(calendars, children, plan, id);
  const parents = family.members.filter(({ current }) => current).map(member => reading.who(member.id));
  return {
    key: parents,
    lines: describePlan(plan, family, reading.name, iso => reading.day(iso)),
    weeks: plan.kind === 'schedule' ? bySchool(calendars, children).map(group => weeksOf(reading, plan.terms, group, children)) : [],
    share: plan.kind === 'schedule' ? shareOf(reading, plan.terms.terms, calendars.get(children[0]!)!.school, plan.terms.from) : null,
    days: plan.kind === 'schedule' || !open ? null : nextDays(reading, calendars, after, plan.terms.from, children, id),
    compared: open ? compare(reading, calendars, after, plan.terms.from, children) : null,
    replaces: open ? replacedBy(reading, calendars, plan, children) : [],
  };
}

type Group = { children: ChildId[]; school: SchoolPeriod[] };

/** Children by what their school's year says, because handovers go by it. */
function bySchool(calendars: Calendars, children: readonly ChildId[]): Group[] {
  const groups = new Map<string, Group>();
  for (const id of children) {
    const { school } = calendars.get(id)!;
    const key = JSON.stringify(school);
    const group = groups.get(key);
    if (group) group.children.push(id);
    else groups.set(key, { children: [id], school });
  }
  return [...groups.values()];
}

function weeksOf(
  reading: Reading,
  plan: { from: string; terms: RegularTerms },
  { children, school }: Group,
  all: readonly ChildId[],
): PlanPreview['weeks'][number] {
  const zone = reading.family.timeZone;
  const monday = addDays(plan.from, 1 - weekdayOf(plan.from));
  const { stretches, handovers, until } = preview(plan.terms, school, zone, monday, 4);
  const weeks = [0, 1, 2, 3].map(week => {
    const days = Array.from({ length: 7 }, (_, index) => previewDay(reading, stretches, addDays(monday, week * 7 + index), plan.from));
    return { label: `Week from ${shortDay(calendarDay(days[0]!.iso))}`, days };
  });
  return {
    caption: `${shortDayWithYear(calendarDay(monday))} to ${shortDayWithYear(calendarDay(until))}, the pattern alone, without breaks and holidays`,
    children: children.length === all.length ? '' : childNames(reading.family, children),
    weeks,
    handovers: handovers.map(({ at, to, place }) => {
      const where = place ? `, ${placeName(place)}` : '';
      return `${reading.day(dayOf(at, zone))}, ${clockOf(at, zone)}: to ${reading.who(to).name}${where}`;
    }),
  };
}

function previewDay(reading: Reading, stretches: readonly Stretch[], iso: string, effective: string): PreviewDay {
  const segments = segmentsOfDay(stretches, iso, reading.family.timeZone);
  const changes = segments.filter(({ startsHere }) => startsHere);
  const spoken =
    changes.length === 0
      ? `With ${reading.who(segments[0]?.holder ?? null).name}`
      : listed(changes.map(({ holder, clock }) => `handover to ${reading.who(holder).name} at ${clock}`));
  const widest = segments.length > 1 ? segments.toSorted((a, b) => b.end - b.start - (a.end - a.start))[0]! : null;
  return {
    iso,
    number: calendarDay(iso).day,
    spoken: capitalised(spoken),
    clock: changes.length === 1 ? changes[0]!.clock! : '',
    segments: segments.map(segment => segmentOf(reading, segment, widest, weekdayOf(iso))),
    out: iso < effective,
  };
}

function segmentOf(reading: Reading, segment: DaySegment, widest: DaySegment | null, weekday: number): PreviewSegment {
  const { holder, start, end, startsHere, endsHere } = segment;
  const side = holder === null ? 'none' : holder === 'third-party' ? 'c' : reading.family.members.find(({ id }) => id === holder)?.side;
  const wide = segment === widest && end - start >= 55;
  const name = start === 0 && end === 100 && (weekday === 1 || weekday === 3 || weekday === 6) ? reading.who(holder).name : '';
  return {
    css: `seg seg--${side ?? 'none'}${startsHere ? ' seg--start' : ''}${endsHere ? ' seg--end' : ''}${wide ? ' seg--most' : ''}`,
    first: name.slice(0, 1),
    rest: name.slice(1),
  };
}

function shareOf(reading: Reading, terms: RegularTerms, school: readonly SchoolPeriod[], from: string): PlanPreview['share'] {
  const { share } = preview(terms, school, reading.family.timeZone, from, 1);
  const row = (id: ParentId, side: 'a' | 'b') => ({
    who: reading.who(id),
    nights: grouped(share.nights[side]),
    nightsPercent: `${share.shareOfNights[side]}%`,
    hours: grouped(Math.round(share.hours[side])),
    hoursPercent: `${share.shareOfHours[side]}%`,
  });
  return { over: counted(share.days, 'day'), rows: [row(terms.a, 'a'), row(terms.b, 'b')] };
}

/** What the plan decides in the coming year and a half, and who has the children then as it is now. */
function nextDays(reading: Reading, before: Calendars, after: Calendars, from: string, children: readonly ChildId[], id: RequestId): PlanPreview['days'] {
  const zone = reading.family.timeZone;
  const [since, until] = [instantOf(from, '00:00', zone), instantOf(addDays(from, monthsAhead), '00:00', zone)];
  const found = new Map<string, { stretch: Stretch; children: ChildId[] }>();
  for (const child of children) {
    for (const stretch of timeline(after.get(child)!, since, until)) {
      if (stretch.requestId !== id) continue;
      const key = `${stretch.from} ${stretch.until} ${stretch.holder} ${stretch.label}`;
      const known = found.get(key);
      if (known) known.children.push(child);
      else found.set(key, { stretch, children: [child] });
    }
  }
  const moment = (instant: number) => ({ day: dayOf(instant, zone), clock: clockOf(instant, zone) });
  return [...found.values()]
    .toSorted((a, b) => a.stretch.from - b.stretch.from)
    .slice(0, mostDays)
    .map(({ stretch, children: who }) => {
      const now = wasWith(before, who, stretch.from, stretch.until);
      return {
        what: stretch.label,
        children: who.length === children.length ? '' : childNames(reading.family, who),
        when: spanText({ from: moment(stretch.from), until: moment(stretch.until) }, reading.day),
        who: reading.who(stretch.holder, stretch.label),
        now: now.length === 1 && now[0] === stretch.holder ? 'The same' : listed(now.map(holder => reading.who(holder).name)),
      };
    });
}

/** Nights of the year from the plan's first day, by what holds now and as it would be. */
function compare(reading: Reading, before: Calendars, after: Calendars, from: string, children: readonly ChildId[]): NonNullable<PlanPreview['compared']> {
  const zone = reading.family.timeZone;
  const until = addDays(from, daysOfYear - 1);
  const [since, end] = [instantOf(from, '00:00', zone), instantOf(addDays(until, 2), '00:00', zone)];
  const nights = (calendars: Calendars, child: ChildId) => overnights(timeline(calendars.get(child)!, since, end), zone, from, until);
  const holders: (Holder | null)[] = [...reading.family.members.filter(({ current }) => current).map(({ id }) => id), 'third-party', null];
  const rows = new Map<string, { children: ChildId[]; cells: { holder: Holder | null; now: number; later: number }[] }>();
  for (const child of children) {
    const [now, then] = [nights(before, child), nights(after, child)];
    const cells = holders.map(holder => ({ holder, now: now.get(holder) ?? 0, later: then.get(holder) ?? 0 })).filter(cell => cell.now + cell.later > 0);
    const key = JSON.stringify(cells);
    const known = rows.get(key);
    if (known) known.children.push(child);
    else rows.set(key, { children: [child], cells });
  }
  return {
    period: `${reading.day(from)} to ${reading.day(until)}`,
    rows: [...rows.values()].flatMap(({ children: who, cells }) =>
      cells.map(({ holder, now, later }) => ({
        children: childNames(reading.family, who),
        who: reading.who(holder),
        now: counted(now, 'night'),
        later: counted(later, 'night'),
      })),
    ),
  };
}

const layerLists = { schedule: 'regular', breaks: 'breaks', holidays: 'holidays' } as const;

/** What holds now or was to begin later, and ends by this. */
function replacedBy(reading: Reading, calendars: Calendars, plan: Plan, children: readonly ChildId[]): string[] {
  const ended = new Map<string, ChildId[]>();
  for (const child of children) {
    for (const one of calendars.get(child)![layerLists[plan.kind]]) {
      if (one.until !== null && one.until <= plan.terms.from) continue;
      const what = 'pattern' in one.terms ? patternTitle(one.terms.pattern) : plan.kind === 'breaks' ? 'The plan of school breaks' : 'The plan of holidays';
      const text =
        one.from >= plan.terms.from
          ? `${what}, which was to begin on ${reading.day(one.from)}, falls away`
          : `${what}, in force from ${reading.day(one.from)}, ends`;
      ended.set(text, [...(ended.get(text) ?? []), child]);
    }
  }
  return [...ended].map(([text, who]) => (who.length === children.length ? `${text}.` : `${text}, for ${childNames(reading.family, who)}.`));
}

import { describe, expect, it } from 'vitest';
import type { ActivityId, ChildId, ParentId } from '../../src/core/ids.ts';
import { activitiesWithin, activityDays, type ActivityRow, clashesOf, isTermTime } from '../../src/activities/index.ts';
import { clashTexts } from '../../src/activities/clash-text.ts';
import { spanOf } from '../../src/activities/occurrences.ts';
import type { ChildCalendar, SchoolPeriod } from '../../src/schedule/index.ts';
import { twoTwoFiveFive } from '../support/agreements.ts';

const ines = 'c1' as ChildId;
const amara = 'p1' as ParentId;
const daniel = 'p2' as ParentId;
const london = 'Europe/London';

const row = (more: Partial<ActivityRow> = {}): ActivityRow => ({
  id: 'a1' as ActivityId,
  childId: ines,
  name: 'Swimming',
  providerId: null,
  provider: null,
  weekdays: [2],
  startsAt: '17:00',
  endsAt: '18:00',
  startsOn: null,
  endsOn: null,
  termOnly: false,
  place: 'Mill Road pool',
  brings: null,
  collects: null,
  cost: null,
  cancelledFrom: null,
  addedBy: amara,
  addedBySchool: null,
  addedAt: 0,
  version: 1,
  days: [],
  ...more,
});
const different = (day: string, kind: 'cancelled' | 'moved' | 'extra', more: Partial<ActivityRow['days'][number]> = {}) => ({
  id: `d ${day}`,
  day,
  kind,
  toDay: null,
  startsAt: null,
  endsAt: null,
  place: null,
  ...more,
});

const school: SchoolPeriod[] = [
  { kind: 'term', name: 'Spring term', from: '2026-01-05', until: '2026-03-27' },
  { kind: 'break', name: 'Half-term', from: '2026-02-16', until: '2026-02-20' },
  { kind: 'closed', name: 'Training day', from: '2026-03-03', until: '2026-03-03' },
];
const calendar = (more: Partial<ChildCalendar> = {}): ChildCalendar => ({
  childId: ines,
  bornOn: '2017-06-14',
  zone: london,
  regular: [],
  breaks: [],
  holidays: [],
  vacations: [],
  changes: [],
  school,
  ...more,
});
const calendars = (more: Partial<ChildCalendar> = {}) => new Map([[ines, calendar(more)]]);
const daysOf = (rows: ActivityRow[], from: string, until: string, more: Partial<ChildCalendar> = {}) =>
  activityDays(rows, calendars(more), from, until).map(({ day, state }) => `${day} ${state}`);

describe('where activities fall', () => {
  it('is each of their weekdays, both ends included, within their first and last day', () => {
    expect(daysOf([row()], '2026-03-03', '2026-03-17')).toEqual(['2026-03-03 on', '2026-03-10 on', '2026-03-17 on']);
    expect(daysOf([row({ startsOn: '2026-03-10', endsOn: '2026-03-16' })], '2026-03-01', '2026-03-31')).toEqual(['2026-03-10 on']);
    expect(daysOf([row({ weekdays: [1, 7] })], '2026-03-01', '2026-03-09')).toEqual(['2026-03-01 on', '2026-03-02 on', '2026-03-08 on', '2026-03-09 on']);
    expect(daysOf([row()], '2026-03-04', '2026-03-09')).toEqual([]);
  });

  it('passes over half-term, closed days and what lies outside the terms, where it is in term time only', () => {
    expect(daysOf([row({ termOnly: true })], '2026-02-10', '2026-03-31')).toEqual([
      '2026-02-10 on',
      '2026-02-24 on',
      '2026-03-10 on',
      '2026-03-17 on',
      '2026-03-24 on',
    ]);
    // A weekend of a term is term time, although no school day.
    expect(daysOf([row({ termOnly: true, weekdays: [6] })], '2026-03-21', '2026-04-04')).toEqual(['2026-03-21 on']);
  });

  it('takes every day as term time where the school has entered no terms, but for its holidays', () => {
    expect(isTermTime([], '2026-02-17')).toBe(true);
    expect(isTermTime(school.slice(1), '2026-02-17')).toBe(false);
    expect(isTermTime(school.slice(1), '2030-02-17')).toBe(true);
  });

  it('has days off, moved days with the day they were moved from, and extra days', () => {
    const days = [different('2026-03-03', 'cancelled'), different('2026-03-10', 'moved', { toDay: '2026-03-12', startsAt: '17:30', endsAt: '18:30', place: 'Riverside' }), different('2026-03-14', 'extra', { startsAt: '10:00', endsAt: '11:00' }), different('2026-03-17', 'moved', { toDay: '2026-03-17', place: 'School pool' })]; // prettier-ignore
    const found = activityDays([row({ days })], calendars(), '2026-03-01', '2026-03-24');
    expect(found.map(({ day, state, from, place, movedFrom, movedTo, extra }) => [day, state, from, place, movedFrom, movedTo, extra])).toEqual([
      ['2026-03-03', 'cancelled', '17:00', 'Mill Road pool', null, null, false],
      ['2026-03-10', 'cancelled', '17:00', 'Mill Road pool', null, '2026-03-12', false],
      ['2026-03-12', 'moved', '17:30', 'Riverside', '2026-03-10', null, false],
      ['2026-03-14', 'on', '10:00', 'Mill Road pool', null, null, true],
      ['2026-03-17', 'moved', '17:00', 'School pool', null, null, false],
      ['2026-03-24', 'on', '17:00', 'Mill Road pool', null, null, false],
    ]);
    // A day moved into the window from outside it, and out of it.
    expect(daysOf([row({ days })], '2026-03-11', '2026-03-13')).toEqual(['2026-03-12 moved']);
    expect(daysOf([row({ days })], '2026-03-10', '2026-03-11')).toEqual(['2026-03-10 cancelled']);
  });

  it('forgets what was moved from a day that is no longer one of its days', () => {
    const days = [different('2026-03-10', 'moved', { toDay: '2026-03-12' })];
    expect(daysOf([row({ weekdays: [3], days })], '2026-03-09', '2026-03-15')).toEqual(['2026-03-11 on']);
  });

  it('ends on the day from which it is cancelled, extra and moved days included', () => {
    const days = [different('2026-03-14', 'extra'), different('2026-03-03', 'moved', { toDay: '2026-03-12' })];
    expect(daysOf([row({ cancelledFrom: '2026-03-10', days })], '2026-03-01', '2026-03-31')).toEqual(['2026-03-03 cancelled']);
  });

  it('is in order of day, time and name', () => {
    const rows = [row({ name: 'Zumba' }), row({ id: 'a2' as ActivityId, name: 'Choir', startsAt: '08:00', endsAt: '09:00' }), row({ id: 'a3' as ActivityId, name: 'Trip', startsAt: null, endsAt: null })]; // prettier-ignore
    expect(activityDays(rows, calendars(), '2026-03-03', '2026-03-03').map(({ name }) => name)).toEqual(['Trip', 'Choir', 'Zumba']);
  });

  it('keeps its clock when the clocks change, and a whole day is as long as the day', () => {
    const hours = (day: string, from: string | null, until: string | null) => {
      const span = spanOf({ day, from, until }, london);
      return (span.until - span.from) / 3_600_000;
    };
    expect(new Date(spanOf({ day: '2026-03-24', from: '17:00', until: '18:00' }, london).from).toISOString()).toBe('2026-03-24T17:00:00.000Z');
    expect(new Date(spanOf({ day: '2026-03-31', from: '17:00', until: '18:00' }, london).from).toISOString()).toBe('2026-03-31T16:00:00.000Z');
    expect(hours('2026-03-29', null, null)).toBe(23);
    expect(hours('2026-10-25', null, null)).toBe(25);
    expect(hours('2026-10-25', '00:30', '02:30')).toBe(3);
  });

  it('finds what lies within a stretch of time, without days that are off', () => {
    const family = { activityRows: [row({ days: [different('2026-03-10', 'cancelled')] })], timeZone: london };
    const at = (text: string) => Date.parse(text);
    const within = (from: string, until: string) => activitiesWithin(family, calendars(), at(from), at(until)).map(({ day }) => day);
    expect(within('2026-03-03T17:59:00Z', '2026-03-17T17:00:00Z')).toEqual(['2026-03-03']);
    expect(within('2026-03-03T18:00:00Z', '2026-03-17T17:01:00Z')).toEqual(['2026-03-17']);
  });
});

describe('clashes', () => {
  // Amara has Mondays and Tuesdays, Daniel Wednesdays and Thursdays, weekends alternate. Handovers at 15:30 on school days, 10:00 on others.
  const agreed = { regular: [{ from: '2025-09-01', until: null, terms: twoTwoFiveFive(amara, daniel, '2025-09-01'), requestId: 'r1' }] };
  const names = (id: ParentId) => (id === amara ? 'Amara' : 'Daniel');
  const texts = (rows: ActivityRow[], one: ActivityRow, reader: ParentId, from = '2026-03-01') =>
    clashTexts(clashesOf(rows, calendars(agreed), london, from, one.id), one, reader, names);

  it('says in whose time an activity falls, to both parents', () => {
    const thursdays = row({ weekdays: [4] });
    expect(texts([thursdays], thursdays, amara)).toEqual(['Swimming on Thursdays falls in Daniel’s time on 13 of the next 13 Thursdays.']);
    expect(texts([thursdays], thursdays, daniel)).toEqual(['Swimming on Thursdays falls in your time on 13 of the next 13 Thursdays.']);
    const saturdays = row({ weekdays: [6] });
    expect(texts([saturdays], saturdays, amara)[0]).toMatch(/^Swimming on Saturdays falls in Daniel’s time on [67] of the next 13 Saturdays\.$/);
    const tuesdays = row();
    expect(texts([tuesdays], tuesdays, amara)).toEqual([]);
  });

  it('counts an activity in the time of both where the child changes hands while it is on', () => {
    const wednesdays = row({ weekdays: [3], startsAt: '15:00', endsAt: '16:00' });
    const found = clashesOf([wednesdays], calendars(agreed), london, '2026-03-01').filter(({ kind }) => kind === 'time');
    expect(new Set(found.map(clash => clash.kind === 'time' && clash.holder))).toEqual(new Set([amara, daniel]));
  });

  it('counts only the days on which it takes place', () => {
    const thursdays = row({ weekdays: [4], endsOn: '2026-03-19', days: [different('2026-03-12', 'cancelled')] });
    expect(texts([thursdays], thursdays, amara)).toEqual(['Swimming on Thursdays falls in Daniel’s time on 2 of its 2 days in the next 13 weeks.']);
    const once = row({ weekdays: [4], startsOn: '2026-03-19', endsOn: '2026-03-19' });
    expect(texts([once], once, amara)).toEqual(['Swimming on Thursday 19 March 2026 falls in Daniel’s time.']);
  });

  it('names what else the same child has at that time, and nothing of another child', () => {
    const choir = row({ id: 'a2' as ActivityId, name: 'Choir', startsAt: '17:30', endsAt: '18:30', startsOn: '2026-03-03', endsOn: '2026-03-03' });
    const after = row({ id: 'a3' as ActivityId, name: 'Football', startsAt: '18:00', endsAt: '19:00' });
    const others = row({ id: 'a4' as ActivityId, name: 'Chess', childId: 'c2' as ChildId });
    const swimming = row();
    expect(texts([swimming, choir, after, others], swimming, amara)).toEqual(['On Tue 3 March it overlaps with Choir.']);
    expect(texts([swimming, choir, after, others], choir, amara)).toEqual([
      'On Tue 3 March it overlaps with Swimming.',
      'On Tue 3 March it overlaps with Football.',
    ]);
  });

  it('shortens a long list of days', () => {
    const choir = row({ id: 'a2' as ActivityId, name: 'Choir' });
    expect(texts([row(), choir], choir, amara)).toEqual(['On Tue 3 March and 12 other days in the next 13 weeks it overlaps with Swimming.']);
  });
});

import { describe, expect, test } from 'vitest';
import type { ChildCalendar } from '../../../src/schedule/engine/index.ts';
import { agree, handoversOf, layersOn, timeline } from '../../../src/schedule/engine/index.ts';
import {
  agreed,
  amara,
  at,
  calendarOf,
  centre,
  customNights,
  daniel,
  holidayRule,
  kerbside,
  letter,
  lines,
  local,
  nightsOf,
  school,
  schoolYear,
  withHolidays,
} from './calendars.ts';

/** Every layer says something of Easter Sunday 2026, each of the other parent than the one below. */
const all = calendarOf(customNights('A'), {
  school: schoolYear(2025),
  breaks: [
    {
      from: '2020-01-01',
      until: null,
      requestId: 'break',
      terms: { exchange: { time: '18:00', place: kerbside }, rules: [{ name: 'Easter', method: 'alternate', evenYears: daniel, oddYears: amara }] },
    },
  ],
  vacations: [agreed('2026-04-04 09:00', '2026-04-07 09:00', amara, { label: 'Cornwall', requestId: 'vacation' })],
  holidays: withHolidays(holidayRule({ kind: 'public', name: 'Easter Sunday' }, { label: 'Easter Sunday', evenYears: daniel })),
  changes: [agreed('2026-04-05 12:00', '2026-04-05 14:00', 'third-party', { label: 'Grandparents', requestId: 'change' })],
});

describe('layers', () => {
  test('each lies over the one before it, and what is below comes back where it ends', () => {
    const stretches = timeline(all, at('2026-03-20 00:00'), at('2026-04-20 00:00'));
    expect(stretches.map(({ from, holder, layer, label }) => `${local(from)} ${letter(holder)} ${layer} ${label}`)).toEqual([
      '2026-03-20 00:00 A regular Custom',
      '2026-03-27 15:30 B break Easter',
      '2026-04-04 09:00 A vacation Cornwall',
      '2026-04-05 09:00 B holiday Easter Sunday',
      '2026-04-05 12:00 t change Grandparents',
      '2026-04-05 14:00 B holiday Easter Sunday',
      '2026-04-05 18:00 A vacation Cornwall',
      '2026-04-07 09:00 B break Easter',
      '2026-04-12 18:00 A regular Custom',
    ]);
  });

  test('of a day, all are told, the one that decides it first', () => {
    expect(layersOn(all, '2026-04-05')).toEqual([
      { layer: 'change', label: 'Grandparents', requestId: 'change', holder: 'third-party', from: at('2026-04-05 12:00'), until: at('2026-04-05 14:00') },
      { layer: 'holiday', label: 'Easter Sunday', requestId: 'holidays', holder: daniel, from: at('2026-04-05 09:00'), until: at('2026-04-05 18:00') },
      { layer: 'vacation', label: 'Cornwall', requestId: 'vacation', holder: amara, from: at('2026-04-04 09:00'), until: at('2026-04-07 09:00') },
      { layer: 'break', label: 'Easter', requestId: 'break', holder: daniel, from: at('2026-03-27 15:30'), until: at('2026-04-12 18:00') },
      { layer: 'regular', label: 'Custom', requestId: 'regular', holder: amara, from: at('2026-04-05 00:00'), until: at('2026-04-06 00:00') },
    ]);
    expect(layersOn(all, '2026-04-08').map(({ layer }) => layer)).toEqual(['break', 'regular']);
    expect(layersOn(all, '2026-03-20').map(({ layer }) => layer)).toEqual(['regular']);
    expect(layersOn(calendarOf(null), '2026-03-20')).toEqual([]);
  });

  test('what begins or ends at midnight is of one day only', () => {
    const calendar = calendarOf(customNights('A'), { changes: [agreed('2026-03-10 00:00', '2026-03-11 00:00', daniel)] });
    expect([9, 10, 11].map(day => layersOn(calendar, `2026-03-${String(day).padStart(2, '0')}`).length)).toEqual([1, 2, 1]);
  });

  test('a day that the zone left out has none', () => {
    expect(layersOn(calendarOf(customNights('A'), { zone: 'Pacific/Apia' }, '2011-01-01'), '2011-12-30')).toEqual([]);
    expect(layersOn(calendarOf(customNights('A'), { zone: 'Pacific/Apia' }, '2011-01-01'), '2011-12-31')).toHaveLength(1);
  });

  test('hands of a day with a handover: both holders of the regular schedule', () => {
    const calendar = calendarOf(nightsOf('2-2-5-5'));
    expect(layersOn(calendar, '2026-01-07').map(({ holder, from, until }) => [holder, local(from), local(until)])).toEqual([
      [amara, '2026-01-07 00:00', '2026-01-07 10:00'],
      [daniel, '2026-01-07 10:00', '2026-01-08 00:00'],
    ]);
  });
});

describe('handovers', () => {
  const places = (calendar: ChildCalendar, from: string, until: string) =>
    handoversOf(timeline(calendar, at(from), at(until))).map(handover => [
      local(handover.at),
      letter(handover.from),
      letter(handover.to),
      handover.place?.kind ?? null,
    ]);

  test('only changes of hands are handovers, also to and from others', () => {
    expect(places(all, '2026-04-01 00:00', '2026-04-20 00:00')).toEqual([
      ['2026-04-04 09:00', 'B', 'A', null],
      ['2026-04-05 09:00', 'A', 'B', 'contact-centre'],
      ['2026-04-05 12:00', 'B', 't', null],
      ['2026-04-05 14:00', 't', 'B', null],
      ['2026-04-05 18:00', 'B', 'A', 'contact-centre'],
      ['2026-04-07 09:00', 'A', 'B', null],
      ['2026-04-12 18:00', 'B', 'A', 'kerbside'],
    ]);
  });

  test('a layer that gives the time to whoever has it changes no hands', () => {
    const calendar = calendarOf(customNights('A'), { changes: [agreed('2026-03-10 10:00', '2026-03-11 10:00', amara)] });
    expect(places(calendar, '2026-03-01 00:00', '2026-04-01 00:00')).toEqual([]);
    expect(timeline(calendar, at('2026-03-01 00:00'), at('2026-04-01 00:00'))).toHaveLength(3);
  });

  test('agreed time has its own place at both ends, or the usual one at the usual time, or none', () => {
    const base = calendarOf(customNights('A'), { school: schoolYear(2025) });
    const changed = (from: string, until: string, place = null as ChildCalendar['changes'][number]['place']) =>
      places({ ...base, changes: [agreed(from, until, daniel, { place })] }, '2026-03-01 00:00', '2026-04-01 00:00').map(([, , , kind]) => kind);
    expect(changed('2026-03-10 15:30', '2026-03-11 12:00', centre)).toEqual([centre.kind, centre.kind]);
    expect(changed('2026-03-10 15:30', '2026-03-14 10:00')).toEqual([school.kind, kerbside.kind]);
    expect(changed('2026-03-10 10:00', '2026-03-14 15:30')).toEqual([null, null]);
  });

  test('where one agreed time follows another, the later says where', () => {
    const calendar = calendarOf(customNights('A'), {
      changes: [
        agreed('2026-03-10 10:00', '2026-03-10 12:00', daniel, { place: centre }),
        agreed('2026-03-10 12:00', '2026-03-10 14:00', 'third-party', { place: school }),
      ],
    });
    expect(places(calendar, '2026-03-01 00:00', '2026-04-01 00:00').map(([, , , kind]) => kind)).toEqual([centre.kind, school.kind, school.kind]);
  });

  test('where two layers meet, the upper one says where', () => {
    const calendar = calendarOf(customNights('A'), {
      holidays: withHolidays(holidayRule({ kind: 'date', month: 3, day: 10 }, { evenYears: daniel })),
      vacations: [agreed('2026-03-10 18:00', '2026-03-11 09:00', amara, { place: school })],
    });
    expect(places(calendar, '2026-03-09 00:00', '2026-03-20 00:00')).toEqual([
      ['2026-03-10 09:00', 'A', 'B', 'contact-centre'],
      ['2026-03-10 18:00', 'B', 'A', 'contact-centre'],
    ]);
  });

  test('a change of hands at the very beginning of what is asked for has its place', () => {
    const calendar = calendarOf(nightsOf('2-2-5-5'));
    expect(timeline(calendar, at('2026-01-07 10:00'), at('2026-01-08 00:00'))[0]!.place).toEqual(kerbside);
    expect(timeline(calendar, at('2026-01-07 10:01'), at('2026-01-08 00:00'))[0]!.place).toBeNull();
    expect(timeline(calendar, at('2026-01-08 00:00'), at('2026-01-08 00:00'))).toEqual([]);
  });
});

describe('agreeing', () => {
  const march = (from: number, until: number, holder = daniel, requestId = `${from}-${until}`) =>
    agreed(`2026-03-${String(from).padStart(2, '0')} 10:00`, `2026-03-${String(until).padStart(2, '0')} 10:00`, holder, { requestId });

  test('to a later change cuts what was agreed before, and keeps the rest of it', () => {
    const before = [march(2, 10)];
    expect(
      agree(before, march(4, 6, amara, 'new')).map(({ from, until, requestId }) => [local(from).slice(8, 10), local(until).slice(8, 10), requestId]),
    ).toEqual([
      ['02', '04', '2-10'],
      ['04', '06', 'new'],
      ['06', '10', '2-10'],
    ]);
    expect(agree(before, march(1, 20, amara, 'new'))).toEqual([march(1, 20, amara, 'new')]);
    expect(agree(before, march(10, 12))).toEqual([march(2, 10), march(10, 12)]);
    expect(agree(before, march(1, 2))).toEqual([march(1, 2), march(2, 10)]);
    expect(before).toEqual([march(2, 10)]);
  });

  test('a swap gives each parent the other’s weekend', () => {
    const base = calendarOf(nightsOf('alternating-weeks'));
    const [own, other] = [agreed('2026-03-21 10:00', '2026-03-22 18:00', daniel), agreed('2026-03-28 10:00', '2026-03-29 18:00', amara)];
    const swapped = { ...base, changes: agree(agree([], own), other) };
    expect(lines(timeline(swapped, at('2026-03-16 12:00'), at('2026-03-30 00:00')))).toEqual([
      '2026-03-16 12:00 A',
      '2026-03-21 10:00 B',
      '2026-03-22 18:00 A',
      '2026-03-23 10:00 B',
      '2026-03-28 10:00 A',
      '2026-03-29 18:00 B',
    ]);
  });

  test('time that meets within a layer is painted in order, so that nobody has a child twice', () => {
    const calendar = calendarOf(customNights('A'), { changes: [march(2, 10), march(4, 6, amara), march(5, 12, 'third-party' as typeof amara)] });
    expect(lines(timeline(calendar, at('2026-03-01 00:00'), at('2026-03-20 00:00')))).toEqual([
      '2026-03-01 00:00 A',
      '2026-03-02 10:00 B',
      '2026-03-04 10:00 A',
      '2026-03-05 10:00 t',
      '2026-03-12 10:00 A',
    ]);
  });
});

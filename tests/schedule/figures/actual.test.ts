import { describe, expect, it } from 'vitest';
import type { HandoverId } from '../../../src/core/ids.ts';
import type { ChildCalendar, Stretch } from '../../../src/schedule/engine/index.ts';
import { actualStretches, type Marked, settle } from '../../../src/schedule/figures/actual.ts';
import { countTime } from '../../../src/schedule/figures/count-time.ts';
import type { MadeHandover, MarkKind } from '../../../src/schedule/handovers/store.ts';
import type { Holder } from '../../../src/schedule/terms.ts';
import { agreed, amara, at, calendarOf, customNights, daniel, ines, letter, local, nightsOf } from '../engine/calendars.ts';

const people: Record<string, Holder> = { A: amara, B: daniel, t: 'third-party' };
type Said = [who: 'A' | 'B', kind: MarkKind, when: string];

/** "2026-01-12 10:00 A>B" with what was marked of it. */
function marked(handover: string, ...said: Said[]): MadeHandover {
  const [, when, from, to] = /^(.{16}) (\w)>(\w)$/.exec(handover)!;
  return {
    id: handover as HandoverId,
    at: at(when!),
    from: people[from!]!,
    to: people[to!]!,
    children: [ines],
    place: null,
    notesCloseAt: 0,
    marksCloseAt: 0,
    notes: 0,
    unseen: false,
    marks: said.map(([who, kind, marks]) => ({ parentId: people[who] as never, kind, at: at(marks) })),
  };
}

/** "2026-01-05 10:00 A, 2026-01-12 10:00 B, until 2026-01-19 10:00" as stretches. */
function planned(text: string): Stretch[] {
  const parts = text.split(', ').map(part => /(?:until )?(.{16})(?: (.))?$/.exec(part)!);
  return parts.slice(0, -1).map(([, from, who], index) => ({
    from: at(from!),
    until: at(parts[index + 1]![1]!),
    holder: who === '-' ? null : people[who!]!,
    layer: 'regular',
    label: '',
    requestId: null,
    place: null,
  }));
}

const shown = (stretches: { from: number; holder: Holder | null }[]): string =>
  stretches.map(({ from, holder }) => `${local(from)} ${letter(holder)}`).join(', ');

const week = '2026-01-05 10:00 A, 2026-01-12 10:00 B, 2026-01-19 10:00 A, until 2026-01-26 10:00';

describe('where a child was', () => {
  it.each<[name: string, plan: string, marks: Marked[], actual: string, outcomes: string]>([
    ['as planned where nobody marked anything', week, [], '2026-01-05 10:00 A, 2026-01-12 10:00 B, 2026-01-19 10:00 A', 'not-marked, not-marked'],
    [
      'from the receiving parent’s time on',
      week,
      [marked('2026-01-12 10:00 A>B', ['A', 'handed-over', '2026-01-12 10:02'], ['B', 'received', '2026-01-12 10:22'])],
      '2026-01-05 10:00 A, 2026-01-12 10:22 B, 2026-01-19 10:00 A',
      'received, not-marked',
    ],
    [
      'from the giving parent’s time where the other marked nothing',
      week,
      [marked('2026-01-12 10:00 A>B', ['A', 'handed-over', '2026-01-12 09:40'])],
      '2026-01-05 10:00 A, 2026-01-12 09:40 B, 2026-01-19 10:00 A',
      'handed-over, not-marked',
    ],
    [
      'where they were, until the next handover that took place',
      week.replace('until 2026-01-26 10:00', '2026-01-26 10:00 B, until 2026-02-02 10:00'),
      [marked('2026-01-12 10:00 A>B', ['B', 'not-taken-place', '2026-01-12 11:00'])],
      '2026-01-05 10:00 A, 2026-01-19 10:00 A, 2026-01-26 10:00 B',
      'not-taken-place, not-marked, not-marked',
    ],
    [
      'where they were through a chain of handovers that did not take place',
      '2026-01-05 10:00 A, 2026-01-12 10:00 B, 2026-01-19 10:00 A, 2026-01-26 10:00 B, 2026-02-02 10:00 A, until 2026-02-09 10:00',
      [
        marked('2026-01-19 10:00 B>A', ['A', 'not-taken-place', '2026-01-19 12:00']),
        marked('2026-01-26 10:00 A>B', ['A', 'not-taken-place', '2026-01-26 12:00']),
        marked('2026-02-02 10:00 B>A', ['A', 'received', '2026-02-02 10:01']),
      ],
      '2026-01-05 10:00 A, 2026-01-12 10:00 B, 2026-02-02 10:01 A',
      'not-marked, not-taken-place, not-taken-place, received',
    ],
    [
      'as planned where the parents say different things',
      week,
      [marked('2026-01-12 10:00 A>B', ['A', 'handed-over', '2026-01-12 10:30'], ['B', 'not-taken-place', '2026-01-12 12:00'])],
      '2026-01-05 10:00 A, 2026-01-12 10:00 B, 2026-01-19 10:00 A',
      'disputed, not-marked',
    ],
    [
      'as both say where both say that it did not take place',
      week,
      [marked('2026-01-12 10:00 A>B', ['A', 'not-taken-place', '2026-01-12 12:00'], ['B', 'not-taken-place', '2026-01-12 12:05'])],
      '2026-01-05 10:00 A, 2026-01-19 10:00 A',
      'not-taken-place, not-marked',
    ],
    [
      'by a parent’s later word, where it took place after all',
      week,
      [marked('2026-01-12 10:00 A>B', ['A', 'not-taken-place', '2026-01-12 12:00'], ['A', 'handed-over', '2026-01-12 17:00'])],
      '2026-01-05 10:00 A, 2026-01-12 17:00 B, 2026-01-19 10:00 A',
      'handed-over, not-marked',
    ],
    [
      'with somebody else, whose time nobody marks at both ends',
      '2026-01-05 10:00 A, 2026-01-12 10:00 t, 2026-01-14 10:00 B, until 2026-01-19 10:00',
      [marked('2026-01-12 10:00 A>t', ['A', 'handed-over', '2026-01-12 09:30']), marked('2026-01-14 10:00 t>B', ['B', 'received', '2026-01-14 11:00'])],
      '2026-01-05 10:00 A, 2026-01-12 09:30 t, 2026-01-14 11:00 B',
      'handed-over, received',
    ],
    [
      'no sooner with the next one than with the one before',
      '2026-01-05 10:00 A, 2026-01-12 10:00 B, 2026-01-12 18:00 A, until 2026-01-19 10:00',
      [marked('2026-01-12 10:00 A>B', ['B', 'received', '2026-01-12 20:00'])],
      '2026-01-05 10:00 A, 2026-01-12 20:00 A',
      'received, not-marked',
    ],
    [
      'with the next one when that one was marked, however late the mark before it came',
      '2026-01-05 10:00 A, 2026-01-12 10:00 B, 2026-01-12 18:00 t, until 2026-01-19 10:00',
      [marked('2026-01-12 10:00 A>B', ['B', 'received', '2026-01-13 08:00']), marked('2026-01-12 18:00 B>t', ['B', 'handed-over', '2026-01-12 18:05'])],
      '2026-01-05 10:00 A, 2026-01-12 18:05 t',
      'received, handed-over',
    ],
    [
      'nowhere, as far as is known, where nothing is agreed',
      '2026-01-05 10:00 -, 2026-01-12 10:00 B, 2026-01-19 10:00 -, until 2026-01-26 10:00',
      [],
      '2026-01-05 10:00 -, 2026-01-12 10:00 B, 2026-01-19 10:00 -',
      '',
    ],
  ])('is %s', (_, plan, marks, actual, outcomes) => {
    const { stretches, settled } = actualStretches(planned(plan), marks);
    expect(shown(stretches)).toBe(actual);
    expect(settled.map(({ outcome }) => outcome).join(', ')).toBe(outcomes);
    // Whatever was marked, it covers the time that was asked about, without gaps.
    const first = planned(plan)[0]!.from;
    expect(stretches.map(({ from }) => from)).toEqual([first, ...stretches.slice(0, -1).map(({ until }) => until)]);
    expect(stretches.at(-1)!.until).toBe(planned(plan).at(-1)!.until);
  });

  it('says whose word counts', () => {
    const handover = { at: at('2026-01-12 10:00'), from: amara as Holder, to: daniel as Holder };
    const by = (...said: Said[]) => settle(handover, marked('2026-01-12 10:00 A>B', ...said)).by;
    expect(by(['A', 'handed-over', '2026-01-12 10:00'])).toBe(amara);
    expect(by(['A', 'handed-over', '2026-01-12 10:00'], ['B', 'received', '2026-01-12 10:00'])).toBe(daniel);
    expect(by(['B', 'not-taken-place', '2026-01-12 10:00'])).toBe(daniel);
    expect(by(['A', 'handed-over', '2026-01-12 10:00'], ['B', 'not-taken-place', '2026-01-12 10:00'])).toBeNull();
    expect(by()).toBeNull();
  });

  it('takes the marks of every row about one change of hands', () => {
    const rows = [marked('2026-01-12 10:00 A>B'), marked('2026-01-12 10:00 A>B', ['B', 'received', '2026-01-12 10:30'])];
    expect(shown(actualStretches(planned(week), rows).stretches)).toContain('2026-01-12 10:30 B');
    expect(shown(actualStretches(planned(week), rows.toReversed()).stretches)).toContain('2026-01-12 10:30 B');
  });
});

describe('overnights and hours', () => {
  const family = { children: [{ id: ines, givenName: 'Ines', schoolId: null, schoolName: null }] };
  const weeks = calendarOf(nightsOf('alternating-weeks'), {}, '2025-01-06', '2026-01-05');
  type Case = { marks?: MadeHandover[]; calendar?: ChildCalendar; from?: string; until?: string; now?: string };
  const count = ({ marks = [], calendar = weeks, from = '2026-01-12', until = '2026-01-18', now = '2026-06-01 12:00' }: Case) => {
    const figures = countTime(family, new Map([[ines, calendar]]), marks, { from, until }, at(now, calendar.zone));
    const text = (counts: Map<Holder | null, number>, unit = 1) =>
      [...counts]
        .map(([holder, value]) => `${letter(holder)} ${Math.round((value / unit) * 10) / 10}`)
        .sort()
        .join(', ');
    const [child] = figures.children;
    return {
      figures,
      child: child!,
      planned: text(child!.planned.nights),
      actual: text(child!.actual.nights),
      plannedHours: text(child!.planned.minutes, 60),
      actualHours: text(child!.actual.minutes, 60),
      soFar: text(child!.plannedSoFar.nights),
    };
  };

  it('are the plan’s where nothing was marked', () => {
    expect(count({})).toMatchObject({ planned: 'B 7', actual: 'B 7', plannedHours: 'A 10, B 158', actualHours: 'A 10, B 158' });
  });

  it('count a child handed over before 04:00 for the one who received, and later for the one who still had them', () => {
    const late = (when: string) => count({ marks: [marked('2026-01-12 10:00 A>B', ['B', 'received', when])] });
    expect(late('2026-01-13 03:59')).toMatchObject({ actual: 'B 7', actualHours: 'A 28, B 140' });
    expect(late('2026-01-13 04:00')).toMatchObject({ actual: 'B 7' });
    expect(late('2026-01-13 04:01')).toMatchObject({ planned: 'B 7', actual: 'A 1, B 6', actualHours: 'A 28, B 140' });
  });

  it('follow handovers that did not take place from long before the period', () => {
    const refused = (day: string) => marked(day, ['A', 'not-taken-place', `${day.slice(0, 10)} 12:00`]);
    // From 12 January on with Daniel, and every handover until the end of June refused: more than the first look back.
    const days = Array.from({ length: 20 }, (_, index) => new Date(Date.UTC(2026, 0, 19 + index * 7)).toISOString().slice(0, 10));
    const marks = days.map((day, index) => refused(`${day} 10:00 ${index % 2 === 0 ? 'B>A' : 'A>B'}`));
    expect(count({ marks, from: '2026-05-04', until: '2026-05-17', now: '2026-06-30 12:00' })).toMatchObject({ planned: 'A 7, B 7', actual: 'B 14' });
    // One in between that nobody refused settles it.
    expect(count({ marks: marks.slice(1), from: '2026-01-26', until: '2026-02-08' })).toMatchObject({ actual: 'A 14' });
  });

  it('are cut at the moment of counting, and an overnight counts from the morning after', () => {
    expect(count({ now: '2026-01-15 04:00' })).toMatchObject({ planned: 'B 7', soFar: 'B 2', actual: 'B 2' });
    expect(count({ now: '2026-01-15 04:01' })).toMatchObject({ soFar: 'B 3', actual: 'B 3', actualHours: 'A 10, B 66' });
    expect(count({ now: '2026-01-15 04:01' }).figures).toMatchObject({ isPast: false, hasBegun: true });
    expect(count({ now: '2026-01-12 00:00' })).toMatchObject({ planned: 'B 7', soFar: '', actual: '', actualHours: '' });
    expect(count({ now: '2026-01-12 00:00' }).figures.hasBegun).toBe(false);
    expect(count({ now: '2026-01-19 02:00' })).toMatchObject({ actual: 'B 6', actualHours: 'A 10, B 158' });
    expect(count({ now: '2026-01-19 02:00' }).figures.isPast).toBe(false);
  });

  it('know of a mark that came before its planned time', () => {
    const marks = [marked('2026-01-19 10:00 B>A', ['A', 'received', '2026-01-19 08:30'])];
    expect(count({ marks, until: '2026-01-19', now: '2026-01-19 09:30' })).toMatchObject({ actualHours: 'A 11, B 166.5' });
    const handovers = count({ marks, until: '2026-01-19', now: '2026-01-19 09:30' }).child.handovers;
    expect(handovers.map(({ outcome }) => outcome)).toEqual(['not-marked']);
  });

  it('count 23 and 25 hours on the nights when the clocks change, and one overnight each', () => {
    const alone = calendarOf(customNights('A'));
    const on = (from: string, until: string) => count({ calendar: alone, from, until, now: '2027-01-01 12:00' });
    expect(on('2026-03-28', '2026-03-29')).toMatchObject({ actual: 'A 2', actualHours: 'A 47' });
    expect(on('2026-10-24', '2026-10-25')).toMatchObject({ actual: 'A 2', actualHours: 'A 49' });
    expect(on('2024-02-28', '2024-03-01')).toMatchObject({ actual: 'A 3', actualHours: 'A 72' });
  });

  it('count a late handover over the night of the clock change by the clock of the wall', () => {
    // 01:30 comes twice on 25 October 2026; 04:00 once.
    const calendar = calendarOf(null, {
      changes: [agreed('2026-10-20 10:00', '2026-10-24 18:00', amara), agreed('2026-10-24 18:00', '2026-10-31 18:00', daniel)],
    });
    const late = (when: number) => {
      const row = marked('2026-10-24 18:00 A>B');
      return count({
        calendar,
        from: '2026-10-24',
        until: '2026-10-24',
        now: '2026-11-30 12:00',
        marks: [{ ...row, marks: [{ parentId: daniel, kind: 'received', at: when }] }],
      }).actual;
    };
    expect(late(Date.parse('2026-10-25T01:30:00Z'))).toBe('B 1');
    expect(late(Date.parse('2026-10-25T03:30:00Z'))).toBe('B 1');
    expect(late(Date.parse('2026-10-25T04:30:00Z'))).toBe('A 1');
  });

  it('count somebody else’s care by itself', () => {
    const calendar = { ...weeks, vacations: [agreed('2026-01-14 09:00', '2026-01-16 17:00', 'third-party', { label: 'Camp' })] };
    expect(count({ calendar })).toMatchObject({ planned: 'B 5, t 2', actual: 'B 5, t 2', actualHours: 'A 10, B 102, t 56' });
    const marks = [marked('2026-01-14 09:00 B>t', ['B', 'not-taken-place', '2026-01-14 12:00'])];
    expect(count({ calendar, marks })).toMatchObject({ planned: 'B 5, t 2', actual: 'B 7' });
  });

  it('list what was said differently, and leave out what is planned otherwise', () => {
    const disputed = marked('2026-01-12 10:00 A>B', ['A', 'handed-over', '2026-01-12 10:30'], ['B', 'not-taken-place', '2026-01-12 12:00']);
    const elsewhen = marked('2026-01-14 10:00 B>A', ['A', 'received', '2026-01-14 10:30']);
    const { child, figures, actual } = count({ marks: [disputed, elsewhen] });
    expect(child.handovers.map(({ outcome }) => outcome)).toEqual(['disputed']);
    expect(figures.leftOut.map(({ id }) => id)).toEqual([elsewhen.id]);
    expect(actual).toBe('B 7');
  });

  it('leave out no marks that count: those of a row made before its place or children changed, and those of the night after the last day', () => {
    const before = { ...marked('2026-01-12 10:00 A>B', ['A', 'handed-over', '2026-01-12 10:05']), id: 'at school' as HandoverId };
    const since = { ...marked('2026-01-12 10:00 A>B', ['B', 'received', '2026-01-12 10:30']), id: 'at the kerbside' as HandoverId };
    const { child, figures } = count({ marks: [before, since] });
    expect(child.handovers.map(({ outcome }) => outcome)).toEqual(['received']);
    expect(figures.leftOut).toEqual([]);

    const changes = [agreed('2026-01-10 10:00', '2026-01-19 02:00', amara), agreed('2026-01-19 02:00', '2026-01-25 10:00', daniel)];
    const night = marked('2026-01-19 02:00 A>B', ['B', 'received', '2026-01-19 02:10']);
    const late = count({ calendar: calendarOf(null, { changes }), marks: [night] });
    expect(late.actual).toBe('A 6, B 1');
    expect(late.figures.leftOut).toEqual([]);
  });

  it('say of each night who had the child, what decided it and on whose word', () => {
    const marks = [marked('2026-01-12 10:00 A>B', ['B', 'received', '2026-01-13 09:00'])];
    const { nights } = count({ marks, now: '2026-01-15 12:00' }).child;
    expect(
      nights.slice(0, 5).map(({ day, planned: plan, actual, since }) => [day, letter(plan), actual === undefined ? '?' : letter(actual), since?.outcome]),
    ).toEqual([
      ['2026-01-12', 'B', 'A', 'not-marked'],
      ['2026-01-13', 'B', 'B', 'received'],
      ['2026-01-14', 'B', 'B', 'received'],
      ['2026-01-15', 'B', '?', undefined],
      ['2026-01-16', 'B', '?', undefined],
    ]);
    expect(nights[1]!.since!.by).toBe(daniel);
    expect([nights[0]!.layer, nights[0]!.label !== '']).toEqual(['regular', true]);
  });

  it('take five years of marks in less than half a second', () => {
    const marks = Array.from({ length: 260 }, (_, index) => {
      const day = new Date(Date.UTC(2021, 0, 4 + index * 7)).toISOString().slice(0, 10);
      return marked(`${day} 10:00 ${index % 2 === 0 ? 'A>B' : 'B>A'}`, [index % 2 === 0 ? 'B' : 'A', 'received', `${day} 10:20`]);
    });
    const started = performance.now();
    const { child } = count({
      calendar: calendarOf(nightsOf('alternating-weeks'), {}, '2020-12-28', '2020-12-28'),
      marks,
      from: '2020-12-28',
      until: '2025-12-28',
    });
    expect(child.handovers.filter(({ outcome }) => outcome === 'received').length).toBe(260);
    expect(performance.now() - started).toBeLessThan(500);
  });
});

import type { ChildId, ParentId } from '../../src/core/ids.ts';
import { addDays, type Place, weekdayOf } from '../../src/schedule/index.ts';
import type { BreakTerms, HolidayRule, HolidayTerms, RegularTerms } from '../../src/schedule/terms.ts';
import type { ChildKey, FamilyKey, ParentKey } from './types.ts';

/** A clock on a day, in the family's zone. */
export type At = { day: string; at: string };

type Span = { from: { day: string; clock: string }; until: { day: string; clock: string } };
type TimeTerms = {
  pieces: (Span & { holder: ParentId | 'third-party'; was: ParentId[] })[];
  label: string;
  where: string;
  place: Place | null;
  missed: Span | null;
};

/** Something that one parent asked and what became of it. */
export type Agreement = {
  by: ParentKey;
  children: readonly ChildKey[];
  made: At;
  respondBy: At;
  note?: string;
  /** Absent while it waits. */
  answer?: At & { by: ParentKey; state: 'accepted' | 'declined'; note?: string };
} & (
  | { kind: 'schedule'; terms: { from: string; terms: RegularTerms } }
  | { kind: 'breaks'; terms: { from: string; terms: BreakTerms } }
  | { kind: 'holidays'; terms: { from: string; terms: HolidayTerms } }
  | { kind: 'swap' | 'change' | 'extra' | 'make-up' | 'travel'; terms: TimeTerms }
);

export type People = { parent: (key: ParentKey) => ParentId; child: (key: ChildKey) => ChildId };

const school: Place = { kind: 'school', label: 'St Brigid’s, main gate' };
const library: Place = { kind: 'kerbside', label: 'The library steps' };

/** The Monday of this week, at the weekend of the next: the story's weeks are counted from it. */
export const storyMonday = (today: string): string => addDays(today, weekdayOf(today) > 5 ? 8 - weekdayOf(today) : 1 - weekdayOf(today));

const whole = (rule: Pick<HolidayRule, 'label' | 'on' | 'method' | 'evenYears' | 'oddYears'> & Partial<HolidayRule>): HolidayRule => ({
  from: '10:00',
  until: '18:00',
  untilNextDay: false,
  splitAt: null,
  secondOn: null,
  attachToWeekend: false,
  place: library,
  ...rule,
});

/** What Amara and Daniel agreed in a year, and what Daniel asks now. */
function okaforReyes(today: string, { parent, child }: People): Agreement[] {
  const monday = storyMonday(today);
  const weeks = (count: number, days = 0): string => addDays(monday, count * 7 + days);
  const [amara, daniel] = [parent('amara'), parent('daniel')];
  const children = ['ines', 'theo'] as const;
  const oneDay = (day: string, holder: ParentId, was: ParentId) => ({ from: { day, clock: '10:00' }, until: { day, clock: '18:00' }, holder, was: [was] });
  const time = (pieces: TimeTerms['pieces'], more: Partial<TimeTerms> = {}): TimeTerms => ({ pieces, label: '', where: '', place: library, missed: null, ...more });
  return [
    {
      kind: 'schedule',
      by: 'amara',
      children,
      made: { day: weeks(-51, -3), at: '19:12' },
      respondBy: { day: weeks(-51, 4), at: '18:00' },
      note: 'As we have been doing it since the summer, written down.',
      answer: { by: 'daniel', state: 'accepted', day: weeks(-51, -2), at: '08:40' },
      terms: {
        from: weeks(-50),
        terms: {
          a: daniel,
          b: amara,
          anchor: weeks(-50),
          pattern: { kind: 'nights', name: '2-2-5-5', nights: 'AABBAAAAABBBBB', visits: [] },
          onSchoolDays: { time: '15:30', place: school },
          onOtherDays: { time: '10:00', place: library },
        },
      },
    },
    {
      kind: 'breaks',
      by: 'daniel',
      children,
      made: { day: weeks(-49, 1), at: '20:05' },
      respondBy: { day: weeks(-47, -2), at: '18:00' },
      answer: { by: 'amara', state: 'accepted', day: weeks(-48, 2), at: '18:31' },
      terms: {
        from: weeks(-47),
        terms: {
          rules: [
            { name: 'Summer', method: 'weeks', evenYears: amara, oddYears: daniel },
            { name: 'Christmas', method: 'split', evenYears: daniel, oddYears: amara },
            { name: 'Easter', method: 'split', evenYears: amara, oddYears: daniel },
            { name: 'any', method: 'regular', evenYears: amara, oddYears: daniel },
          ],
          exchange: { time: '10:00', place: library },
        },
      },
    },
    {
      kind: 'holidays',
      by: 'amara',
      children,
      made: { day: weeks(-48, 3), at: '20:41' },
      respondBy: { day: weeks(-47, -1), at: '18:00' },
      answer: { by: 'daniel', state: 'accepted', day: weeks(-48, 5), at: '09:15', note: 'The first birthday is mine then. Fine.' },
      terms: {
        from: weeks(-47),
        terms: {
          country: 'GB',
          region: 'ENG',
          rules: [
            whole({ label: 'Christmas Day', on: { kind: 'public', name: 'Christmas Day' }, method: 'alternate', evenYears: daniel, oddYears: amara, untilNextDay: true, until: '10:00' }),
            whole({ label: 'Mothering Sunday', on: { kind: 'mothers-day' }, method: 'fixed', evenYears: amara, oddYears: amara }),
            whole({ label: 'Father’s Day', on: { kind: 'fathers-day' }, method: 'fixed', evenYears: daniel, oddYears: daniel }),
            ...children.map(key =>
              whole({
                label: `${key === 'ines' ? 'Ines' : 'Theo'}’s birthday`,
                on: { kind: 'birthday', childId: child(key) },
                method: 'split',
                evenYears: daniel,
                oddYears: amara,
                from: '15:30',
                splitAt: '17:15',
                until: '19:00',
              }),
            ),
          ],
        },
      },
    },
    {
      kind: 'travel',
      by: 'amara',
      children,
      made: { day: weeks(-19, 2), at: '19:50' },
      respondBy: { day: weeks(-17, 2), at: '18:00' },
      note: 'My cousin’s wedding. I will send the flight times when I have them.',
      answer: { by: 'daniel', state: 'accepted', day: weeks(-19, 3), at: '07:58', note: 'Have a good time. Photos please!' },
      terms: time([{ from: { day: weeks(-12, 4), clock: '10:00' }, until: { day: weeks(-12, 8), clock: '18:00' }, holder: amara, was: [daniel] }], { where: 'Lisbon' }),
    },
    {
      kind: 'swap',
      by: 'amara',
      children,
      made: { day: weeks(-9, 1), at: '12:20' },
      respondBy: { day: weeks(-8, 0), at: '18:00' },
      note: 'I have to work that Sunday.',
      answer: { by: 'daniel', state: 'accepted', day: weeks(-9, 1), at: '13:04' },
      terms: time([oneDay(weeks(-7, 6), daniel, amara), oneDay(weeks(-6, 6), amara, daniel)]),
    },
    {
      kind: 'make-up',
      by: 'daniel',
      children: ['theo'],
      made: { day: weeks(-4, 2), at: '20:22' },
      respondBy: { day: weeks(-4, 4), at: '18:00' },
      note: 'He was ill with you on my Saturday.',
      answer: { by: 'amara', state: 'declined', day: weeks(-4, 3), at: '18:10', note: 'We have my mother’s visit then. Please ask for another day.' },
      terms: time([oneDay(weeks(-3, 5), daniel, amara)], { missed: { from: { day: weeks(-6, 5), clock: '10:00' }, until: { day: weeks(-6, 5), clock: '18:00' } } }),
    },
    {
      kind: 'change',
      by: 'amara',
      children: ['theo'],
      made: { day: weeks(-2, 2), at: '19:33' },
      respondBy: { day: weeks(-1, 2), at: '18:00' },
      note: 'Two nights in tents. Kit list is in his bag.',
      answer: { by: 'daniel', state: 'accepted', day: weeks(-2, 3), at: '08:02', note: 'He has talked of nothing else.' },
      terms: time([{ from: { day: weeks(3, 4), clock: '17:00' }, until: { day: weeks(3, 6), clock: '16:00' }, holder: 'third-party', was: [amara] }], { label: 'Beaver camp', place: { kind: 'third-party', label: 'The scout hut' } }),
    },
    {
      kind: 'swap',
      by: 'daniel',
      children,
      made: { day: addDays(today, -1), at: '20:14' },
      respondBy: { day: weekdayOf(today) > 5 ? weeks(0, 2) : weeks(1, 0), at: '18:00' },
      note: 'It is my mother’s 70th that day. I would have the children back by 18:00.',
      terms: time([oneDay(weeks(1, 5), daniel, amara), oneDay(weeks(2, 5), amara, daniel)]),
    },
  ];
}

/** Nour has the weekdays, and every other weekend is Sam's. */
function haddadKeller(today: string, { parent }: People): Agreement[] {
  const monday = storyMonday(today);
  const weeks = (count: number, days = 0): string => addDays(monday, count * 7 + days);
  return [
    {
      kind: 'schedule',
      by: 'sam',
      children: ['leila'],
      made: { day: weeks(-48, 1), at: '18:45' },
      respondBy: { day: weeks(-47, 1), at: '18:00' },
      answer: { by: 'nour', state: 'accepted', day: weeks(-48, 2), at: '21:10' },
      terms: {
        from: weeks(-46),
        terms: {
          a: parent('nour'),
          b: parent('sam'),
          anchor: weeks(-46),
          pattern: { kind: 'nights', name: 'alternating-weekends', nights: 'AAAABBAAAAAAAA', visits: [] },
          onSchoolDays: { time: '15:15', place: { kind: 'school', label: 'Hillview, side gate' } },
          onOtherDays: { time: '17:00', place: { kind: 'contact-centre', label: 'The centre on Mill Lane' } },
        },
      },
    },
  ];
}

/** What was agreed and asked in each family, oldest first. In the third nothing is agreed yet. */
export const schedules: Partial<Record<FamilyKey, (today: string, people: People) => Agreement[]>> = {
  'okafor-reyes': okaforReyes,
  'haddad-keller': haddadKeller,
};

/** What goes from home to home with the children, in the family that they belong to. */
export const travelItems: readonly { family: FamilyKey; child: ChildKey | null; label: string; by: ParentKey; daysAgo: number }[] = [
  { family: 'okafor-reyes', child: 'theo', label: 'Theo’s blue inhaler', by: 'amara', daysAgo: 340 },
  { family: 'okafor-reyes', child: 'ines', label: 'Ines’s choir folder', by: 'amara', daysAgo: 120 },
  { family: 'okafor-reyes', child: 'theo', label: 'Theo’s football boots', by: 'daniel', daysAgo: 64 },
  { family: 'haddad-keller', child: 'leila', label: 'The cream for Leila’s elbows', by: 'nour', daysAgo: 280 },
];

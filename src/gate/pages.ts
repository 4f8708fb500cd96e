import type { PhotoId } from '../core/ids.ts';
import { counted } from '../core/text.ts';
import { dayAndClock, type LocalTime, localTime, longDay } from '../core/time.ts';
import { paths } from '../web/paths.ts';
import type { Model } from '../web/reply.ts';
import type { SchoolFrame } from '../web/school-frame.ts';
import type { AllowedRow, ChangeRow, GateChild, GateRow, KnownAdult } from './store.ts';
import type { ChildCard } from './views.ts';

/** A school's clock, as a page needs it. */
export type GateClock = { zone: string; now: LocalTime };

const fullName = ({ givenName, surname }: { givenName: string; surname: string }): string => `${givenName} ${surname}`;
const photoAt = (photoId: PhotoId, size: '320' | '1024'): string => `${paths.schoolPhoto.to({ photoId, size })}?on=gate`;

/** "at 13:05", or with its day where that is another. */
const whenIn = ({ zone, now }: GateClock, instant: string): string => {
  const then = localTime(new Date(instant), zone);
  return then.isoDay === now.isoDay ? `at ${then.clock}` : dayAndClock(then, now);
};

export const cardOf = (clock: GateClock, child: GateChild, size: '320' | '1024'): ChildCard => ({
  id: child.id,
  name: fullName(child),
  class: child.class ?? '',
  href: paths.gateChild.to({ childId: child.id }),
  adults: child.adults.map(adult => ({
    name: fullName(adult),
    relation: adult.relation,
    photo: adult.photoId && photoAt(adult.photoId, size),
  })),
  changed: child.changedAt && `Changed ${whenIn(clock, child.changedAt)}`,
  collected: child.collectedAt && `Collected ${whenIn(clock, child.collectedAt)}`,
  collect: paths.markCollected.to({ childId: child.id }),
  undo: paths.undoCollected.to({ childId: child.id }),
});

/** Most changed children named at the top. */
const mostChanges = 6;

export function gatePage(frame: SchoolFrame, clock: GateClock, asked: { q: string; c: string }, gate: GateRow, inOffice: boolean): Model<'gate/gate'> {
  const { now } = clock;
  const chosen = asked.c === '' && asked.q === '' ? null : new Set(gate.children.map(child => child.id));
  const changed = gate.changed.filter(child => chosen === null || chosen.has(child.id));
  return {
    frame,
    dayIso: now.isoDay,
    day: longDay(now),
    clock: now.clock,
    ...asked,
    classes: gate.classes,
    cards: gate.children.map(child => cardOf(clock, child, '320')),
    changes:
      changed.length === 0
        ? null
        : {
            title: changed.length === 1 ? 'One change for today.' : `${counted(changed.length, 'change')} for today.`,
            lines: changed.slice(0, mostChanges).map(child => ({
              href: paths.gateChild.to({ childId: child.id }),
              name: fullName(child),
              text: `${child.class === null ? '' : `, ${child.class}`}: changed ${whenIn(clock, child.at)}.`,
            })),
            more:
              changed.length > mostChanges ? `And ${counted(changed.length - mostChanges, 'more child', 'more children')}: choose a class to see them.` : null,
          },
    empty: gate.children.length > 0 ? null : emptyOf(asked),
    more:
      gate.found > gate.children.length
        ? `These are the first ${counted(gate.children.length, 'child', 'children')} of ${gate.found}. Choose a class or type more of the name.`
        : null,
    office: inOffice
      ? {
          href: paths.schoolCollectors,
          text: gate.waiting === 0 ? 'Who else may collect' : `Who else may collect: ${counted(gate.waiting, 'thing')} to confirm`,
        }
      : null,
  };
}

const emptyOf = ({ q, c }: { q: string; c: string }) =>
  q === '' && c === ''
    ? { heading: 'Choose a class, or type a name', text: 'Then you see each child with the people who may collect today, and nobody else.' }
    : {
        heading: 'Nobody found',
        text: 'Children of this school are found by name or class, adults only where they may collect today. If in doubt, call the office.',
      };

export const changePage = (
  frame: SchoolFrame,
  clock: GateClock,
  child: { id: string; givenName: string; surname: string; class: string | null },
  day: { asked: LocalTime; latest: string },
  known: readonly KnownAdult[],
  history: readonly ChangeRow[],
  typed: { note: string; may: readonly string[] | null },
): Omit<Model<'gate/change'>, 'problems'> => ({
  frame,
  child: { name: fullName(child), class: child.class ?? '', href: paths.gateChild.to({ childId: child.id }) },
  action: paths.changeCollection.to({ childId: child.id }),
  dayIso: day.asked.isoDay,
  day: longDay(day.asked),
  isToday: day.asked.isoDay === clock.now.isoDay,
  earliest: clock.now.isoDay,
  latest: day.latest,
  adults: known.map(adult => ({
    id: adult.id,
    name: fullName(adult),
    about: [adult.relation, ...(adult.usual ? [] : ['not usually on this day']), ...(adult.photoId === null ? ['no approved photo'] : [])].join(', '),
    may: typed.may === null ? adult.may : typed.may.includes(adult.id),
  })),
  note: typed.note,
  history: history.map(change => ({
    when: dayAndClock(localTime(change.at, clock.zone), clock.now),
    whenIso: change.at.toISOString(),
    text: `${change.by}: ${change.name} ${change.mayCollect ? 'may collect' : 'does not collect'}`,
    note: change.note,
  })),
});

export const foundByCode = (adult: AllowedRow): NonNullable<Model<'gate/code'>['found']> => ({
  name: fullName(adult),
  relation: adult.relation,
  photo: photoAt(adult.photoId!, '1024'),
  children: adult.children.map(child => ({ href: paths.gateChild.to({ childId: child.id }), name: child.name, class: child.class ?? '' })),
});

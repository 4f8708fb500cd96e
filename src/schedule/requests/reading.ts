import type { ParentId } from '../../core/ids.ts';
import { localTime, type LocalTime, shortDay, shortDayWithYear } from '../../core/time.ts';
import type { FamilyView } from '../../families/index.ts';
import type { Holder } from '../terms.ts';
import { givenName } from '../words.ts';
import { dayFor } from './sentences.ts';
import type { Who } from './views.ts';

/** Who reads, and when: what every page about requests is written with. */
export type Reading = {
  family: FamilyView;
  me: ParentId;
  now: number;
  today: string;
  /** "Sat 21 March" */
  day: (iso: string) => string;
  /** "Sat 21 March, 18:00" of an instant. */
  moment: (instant: number) => string;
  name: (id: ParentId) => string;
  who: (holder: Holder | null, label?: string) => Who;
  /** Who else shares the record, by name. */
  other: string;
};

export function readingOf(family: FamilyView, me: ParentId, now: number): Reading {
  const today = localTime(new Date(now), family.timeZone).isoDay;
  const member = (id: ParentId) => family.members.find(one => one.id === id);
  const name = (id: ParentId) => givenName(family, id);
  const short = (at: LocalTime) => (at.isoDay.slice(0, 4) === today.slice(0, 4) ? shortDay(at) : shortDayWithYear(at));
  return {
    family,
    me,
    now,
    today,
    day: dayFor(today),
    moment(instant) {
      const at = localTime(new Date(instant), family.timeZone);
      return `${short(at)}, ${at.clock}`;
    },
    name,
    who(holder, label = '') {
      if (holder === null) return { css: 'who who--none who--plain', name: 'Nothing agreed' };
      if (holder === 'third-party') return { css: 'who who--c who--plain', name: label === '' ? 'Somebody else' : label };
      return { css: `who who--${member(holder)?.side ?? 'a'} who--plain`, name: name(holder) };
    },
    other: family.members.find(({ id, current }) => current && id !== me)?.givenName ?? 'the other parent',
  };
}

import type { ParentId } from '../../core/ids.ts';
import { listed } from '../../core/text.ts';
import { calendarDay, shortDay, shortDayWithYear, weekdayNamed } from '../../core/time.ts';
import type { Holder } from '../terms.ts';
import type { Stretch } from './calendar.ts';
import { daysBetween, weekdayOf } from './days.ts';
import { clockOf, dayOf } from './zones.ts';

type Situation = { names: string[]; holder: Holder | null; label: string; until: number | null };

/**
 * Who the children are with, in a sentence: "Ines and Theo are with you until tomorrow at 15:30". Children who are with the same person
 * until the same time are named together. Plain text, without a full stop: names stand in it as they were written.
 */
export function withWhom(
  children: readonly { name: string; stretches: readonly Stretch[] }[],
  reader: ParentId,
  names: ReadonlyMap<ParentId, string>,
  now: number,
  zone: string,
): string {
  const situations: Situation[] = [];
  for (const { name, stretches } of children) {
    const situation = situationAt(stretches, now);
    const same = situations.find(
      other => other.holder === situation.holder && other.until === situation.until && (other.holder !== 'third-party' || other.label === situation.label),
    );
    if (same) same.names.push(name);
    else situations.push({ names: [name], ...situation });
  }
  return situations.map(situation => clause(situation, reader, names, now, zone)).join('; ');
}

/** With whom a child is, and until when: through changes of what decides it, until the holder changes or is no longer known. */
function situationAt(stretches: readonly Stretch[], now: number): Omit<Situation, 'names'> {
  const index = stretches.findIndex(stretch => stretch.from <= now && now < stretch.until);
  const current = stretches[index];
  if (!current) return { holder: null, label: '', until: null };
  const { holder, label } = current;
  const next = stretches.slice(index + 1).find(stretch => stretch.holder !== holder || (holder === 'third-party' && stretch.label !== label));
  return { holder, label, until: next?.from ?? null };
}

function clause(
  { names: children, holder, label, until }: Situation,
  reader: ParentId,
  names: ReadonlyMap<ParentId, string>,
  now: number,
  zone: string,
): string {
  const end = until === null ? '' : ` until ${untilWords(until, now, zone)}`;
  const who = listed(children);
  if (holder === null) return until === null ? `Nothing is agreed yet for ${who}` : `Nothing is agreed for ${who}${end}`;
  const verb = children.length === 1 ? 'is' : 'are';
  if (holder === 'third-party') return `${who} ${verb} with neither parent${label ? ` (${label})` : ''}${end}`;
  return `${who} ${verb} with ${holder === reader ? 'you' : (names.get(holder) ?? 'the other parent')}${end}`;
}

/** "today at 15:30", "tomorrow at 15:30", "Sunday at 18:00" within the week, "Mon 16 March at 18:00" beyond it. */
function untilWords(instant: number, now: number, zone: string): string {
  const today = dayOf(now, zone);
  const day = dayOf(instant, zone);
  return `${dayWords(day, today, daysBetween(today, day))} at ${clockOf(instant, zone)}`;
}

function dayWords(day: string, today: string, ahead: number): string {
  if (ahead === 0) return 'today';
  if (ahead === 1) return 'tomorrow';
  if (ahead < 7) return weekdayNamed(weekdayOf(day));
  return day.slice(0, 4) === today.slice(0, 4) ? shortDay(calendarDay(day)) : shortDayWithYear(calendarDay(day));
}

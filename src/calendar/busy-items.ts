import { addDays, clockOf, instantOf } from '../schedule/index.ts';
import type { AgendaItem, CellEvent } from './views.ts';

/** Milliseconds since 1970. */
export type BusyTime = { from: number; until: number };

/** What a busy time takes of a day; null where it goes on from the day before or into the next. */
export type BusyPart = { from: string | null; until: string | null };

export function busyOn(busy: readonly BusyTime[], day: string, zone: string): BusyPart[] {
  if (busy.length === 0) return [];
  const [start, end] = [instantOf(day, '00:00', zone), instantOf(addDays(day, 1), '00:00', zone)];
  return busy
    .filter(({ from, until }) => from < end && until > start)
    .map(({ from, until }) => ({ from: from > start ? clockOf(from, zone) : null, until: until < end ? clockOf(until, zone) : null }));
}

export const busyItems = (parts: readonly BusyPart[]): AgendaItem[] =>
  parts.map(({ from, until }) => ({
    time: from ?? (until === null ? 'All day' : '00:00'),
    text: 'Busy',
    of: '',
    href: null,
    off: false,
    badge: null,
    captions: [...(until === null ? [] : [`Until ${until}.`]), 'Only you see this.'],
  }));

export const busyInCell = ({ from }: BusyPart): CellEvent => ({ href: null, time: from ?? '', text: 'Busy (only you see this)', of: '', off: false });

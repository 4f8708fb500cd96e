import { hash } from 'node:crypto';
import { dayOf, instantOf } from '../../schedule/index.ts';
import type { EventKind, FeedEvent } from './feed-events.ts';

/** What a calendar was told of an event the last time, without its words. Instants are milliseconds since 1970. */
export type ToldEvent = {
  uid: string;
  sequence: number;
  kind: EventKind;
  fingerprint: Buffer;
  from: number;
  until: number;
  allDay: boolean;
  cancelled: boolean;
  changedAt: number;
};
/** The same with its words, as it is told now. */
export type PublishedEvent = ToldEvent & { title: string; place: string | null };

export type Published = {
  events: PublishedEvent[];
  /** What is to be remembered anew, and what is over and need not be remembered. */
  changed: ToldEvent[];
  gone: string[];
};

const keyed = (secret: string, text: string): Buffer => hash('sha256', `${secret} ${text}`, 'buffer').subarray(0, 16);
/** What an event that is off is called: its own words are not kept. */
const wordsOf: Record<EventKind, string> = { handover: 'Handover', time: 'With you', activity: 'Activity' };

/**
 * Compares what is so with what was told. An event that is different is told under the same id with a higher number; one that no longer is stays,
 * cancelled, until its day is past, because a calendar that was never told keeps it.
 */
export function publish(events: readonly FeedEvent[], told: readonly ToldEvent[], secret: string, zone: string, now: number): Published {
  const changedAt = Math.floor(now / 1000) * 1000;
  const known = new Map(told.map(event => [event.uid, event]));
  const published: Published = { events: [], changed: [], gone: [] };
  for (const { key, kind, from, until, allDay, title, place } of events) {
    const uid = keyed(secret, key).toString('hex');
    const fingerprint = keyed(secret, JSON.stringify([zone, from, until, allDay, title, place]));
    const before = known.get(uid);
    known.delete(uid);
    const same = before !== undefined && !before.cancelled && before.fingerprint.equals(fingerprint);
    const event = same
      ? { ...before, title, place }
      : { uid, sequence: before ? before.sequence + 1 : 0, kind, fingerprint, from, until, allDay, cancelled: false, changedAt, title, place };
    published.events.push(event);
    if (!same) published.changed.push(event);
  }
  const today = instantOf(dayOf(now, zone), '00:00', zone);
  for (const before of known.values()) {
    if (before.until <= today) {
      published.gone.push(before.uid);
      continue;
    }
    const event = { ...before, ...(before.cancelled ? {} : { sequence: before.sequence + 1, cancelled: true, changedAt }) };
    published.events.push({ ...event, title: wordsOf[event.kind], place: null });
    if (!before.cancelled) published.changed.push(event);
  }
  return published;
}

import { counted, grouped } from '../core/text.ts';
import { paths } from './paths.ts';

/** The frame around a parent's page: what the top bar, the sidebar and the phone's bar show. */
export type Frame = {
  /** The signed-in person's own name. */
  name: string;
  /** The circles this parent shares a record in; more than one shows a switch. */
  families: { id: string; label: string; current: boolean }[];
  nav: { href: string; label: string; count: string | null; current: boolean }[];
  /** The bar at the foot of a phone. */
  tabs: { href: string; label: string; icon: 'sun' | 'message-square' | 'calendar' | 'book-open'; count: number; counts: string; current: boolean }[];
  children: { href: string; name: string; current: boolean }[];
  record: { href: string; text: string; sound: boolean };
};

/** What the frame is made from, read in one statement. */
type FrameFacts = {
  name: string;
  families: { id: string; label: string }[];
  familyId: string;
  children: { id: string; name: string }[];
  entries: number;
  unread: number;
  /** Requests that wait for this parent's answer. */
  asked: number;
  /** The first position that a check found altered; null while the record is whole. */
  brokenAt: number | null;
};

export type Place = 'today' | 'messages' | 'calendar' | 'record' | 'collectors' | 'account' | 'none';

export function frameOf(facts: FrameFacts, place: Place | { child: string }): Frame {
  const unread = facts.unread === 0 ? null : `${grouped(facts.unread)} unread`;
  const asked = facts.asked === 0 ? null : counted(facts.asked, 'request');
  return {
    name: facts.name,
    families: facts.families.map(family => ({ ...family, current: family.id === facts.familyId })),
    nav: [
      { href: paths.today, label: 'Today', count: null, current: place === 'today' },
      { href: paths.messages, label: 'Messages', count: unread, current: place === 'messages' },
      { href: paths.calendar, label: 'Calendar', count: asked, current: place === 'calendar' },
      { href: paths.record, label: 'The record', count: null, current: place === 'record' },
      { href: paths.collectors, label: 'Who may collect', count: null, current: place === 'collectors' },
    ],
    tabs: [
      { href: paths.today, label: 'Today', icon: 'sun', count: 0, counts: '', current: place === 'today' },
      { href: paths.messages, label: 'Messages', icon: 'message-square', count: facts.unread, counts: 'unread', current: place === 'messages' },
      {
        href: paths.calendar,
        label: 'Calendar',
        icon: 'calendar',
        count: facts.asked,
        counts: facts.asked === 1 ? 'request' : 'requests',
        current: place === 'calendar',
      },
      { href: paths.record, label: 'Record', icon: 'book-open', count: 0, counts: '', current: place === 'record' },
    ],
    children: facts.children.map(({ id, name }) => ({
      href: paths.child.to({ childId: id }),
      name,
      current: typeof place === 'object' && place.child === id,
    })),
    record: {
      href: paths.record,
      sound: facts.brokenAt === null,
      text: facts.brokenAt === null ? `Record unbroken, ${counted(facts.entries, 'entry', 'entries')}` : `A check failed at entry ${grouped(facts.brokenAt)}`,
    },
  };
}

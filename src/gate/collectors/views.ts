import type { Frame } from '../../web/frame.ts';
import type { Problem } from '../../web/form.ts';
import type { QrCode } from '../../web/qr-code.ts';
import type { Shell } from '../../web/render.ts';
import type { SchoolFrame } from '../../web/school-frame.ts';

export type Badge = { text: string; kind: 'wait' | 'note' | 'done' | 'ended'; icon: 'clock' | 'circle-check' | 'circle-dashed' | 'circle-dot' };

/** Somebody who may collect, or is to, as one parent sees them. */
export type Person = {
  name: string;
  /** "Grandmother, for Ines and Theo" */
  about: string;
  /** "Any day", "On Tuesdays, until Friday 24 July 2026" */
  when: string;
  badge: Badge;
  /** "Added by Amara" */
  by: string | null;
  /** Their code for today, to be passed on by the parent who chose them. */
  code: string | null;
  withdraw: string | null;
};

/** The parent's own page about who collects. */
type CollectorsPage = {
  shell: Shell;
  frame: Frame;
  codes: { school: string; day: string; code: string; qr: QrCode }[];
  people: Person[];
  told: { text: string; badge: Badge; withdraw: string | null }[];
  /** Null where no school of these children knows this parent. */
  tell: {
    children: { id: string; name: string; chosen: boolean }[];
    who: { value: string; name: string; chosen: boolean }[];
    day: string;
    earliest: string;
    latest: string;
    note: string;
    problems: Problem[];
  } | null;
};

type AddCollectorPage = {
  shell: Shell;
  frame: Frame;
  submission: string;
  children: { id: string; name: string; school: string; chosen: boolean }[];
  typed: { givenName: string; surname: string; relation: string; email: string; mobile: string; from: string; until: string };
  weekdays: { value: number; name: string; chosen: boolean }[];
  relations: readonly string[];
  problems: Problem[];
};

/** The office's page about those whom parents chose. */
type SchoolCollectorsPage = {
  shell: Shell;
  frame: SchoolFrame;
  requests: { text: string; about: string; note: string | null; child: { href: string; name: string }; confirm: string; decline: string }[];
  waiting: {
    id: string;
    name: string;
    about: string;
    when: string;
    by: string;
    namesakes: { id: string; text: string }[];
    confirm: string;
    decline: string;
  }[];
  confirmed: { name: string; about: string; when: string; by: string; badge: Badge; adult: string; end: string }[];
  problems: Problem[];
};

declare module '../../web/render.ts' {
  interface Views {
    'gate/collectors': CollectorsPage;
    'gate/add-collector': AddCollectorPage;
    'gate/school-collectors': SchoolCollectorsPage;
  }
}

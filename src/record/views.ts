import type { Frame } from '../web/frame.ts';
import type { Shell } from '../web/render.ts';

/** The page that a fingerprint opens: what this entry is, and that it is what was written. */
type EntryPage = {
  shell: Shell;
  frame: Frame;
  heading: string;
  folio: string;
  /** One sentence: whole, or what is wrong. */
  verdict: { sound: boolean; text: string };
  facts: { term: string; value: string; code: boolean }[];
  checks: { sound: boolean; text: string }[];
  thread: { href: string; text: string } | null;
  previous: string | null;
  next: string | null;
};

type RecordPage = {
  shell: Shell;
  frame: Frame;
  heading: string;
  lead: string;
  rows: { href: string; number: string; what: string; who: string; when: string; fingerprint: string }[];
  older: string | null;
  newer: string | null;
};

declare module '../web/render.ts' {
  interface Views {
    'record/entry': EntryPage;
    'record/record': RecordPage;
  }
}

import type { Problem } from '../../web/form.ts';
import type { Frame } from '../../web/frame.ts';
import type { Shell } from '../../web/render.ts';

export type BusyPage = {
  shell: Shell;
  frame: Frame;
  calendars: { name: string; times: string; uploaded: string; leftOut: string | null; remove: string }[];
  submission: string;
  name: string;
  problems: Problem[];
};

declare module '../../web/render.ts' {
  interface Views {
    'calendar/busy': BusyPage;
  }
}

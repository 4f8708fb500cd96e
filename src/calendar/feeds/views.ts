import type { Problem } from '../../web/form.ts';
import type { Frame } from '../../web/frame.ts';
import type { Shell } from '../../web/render.ts';

export type FeedsPage = {
  shell: Shell;
  frame: Frame;
  feeds: {
    name: string;
    /** Whose days it shows, where the reader shares several families. */
    family: string | null;
    detail: string;
    full: boolean;
    made: string;
    asked: string;
    end: string;
  }[];
};

export type NewFeedPage = {
  shell: Shell;
  frame: Frame;
  submission: string;
  name: string;
  longestName: number;
  detail: string;
  families: { id: string; label: string; chosen: boolean }[];
  problems: Problem[];
};

/** The answer to a form that made an address; `address` is null where the form is an old one, and the address was shown before. */
export type MadeFeedPage = { shell: Shell; frame: Frame; address: { https: string; webcal: string } | null };

declare module '../../web/render.ts' {
  interface Views {
    'calendar/feeds': FeedsPage;
    'calendar/feeds-new': NewFeedPage;
    'calendar/feeds-made': MadeFeedPage;
    'calendar/feeds-how': Record<never, never>;
  }
}

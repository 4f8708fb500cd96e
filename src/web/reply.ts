import type { Readable } from 'node:stream';
import type { Views } from './render.ts';

/** What a page is given besides what every page has. */
export type Model<Name extends keyof Views> = Omit<Views[Name], 'shell'>;

/** What a handler answers. It returns one of these and never touches the response itself, so nothing is sent twice or forgotten. */
export type Reply =
  | { kind: 'page'; view: keyof Views; model: object; status: number }
  | { kind: 'see-other'; location: string; cookies: ReplyCookie[]; clearSite: boolean }
  | { kind: 'file'; content: Buffer | Readable; mediaType: string; name: string }
  | { kind: 'nothing' }
  | { kind: 'stream'; open: (stream: EventStream) => void };

/** Sent with every address, or with those below `path` alone. */
export type ReplyCookie = { name: string; value: string; maxAgeSeconds: number | null; path?: string };

/** An open stream of server-sent events. */
export type EventStream = {
  send(event: { name: string; id?: string; data: object }): void;
  /** Ends it from our side; the browser is told to come back after a while. */
  end(): void;
  onClose(act: () => void): void;
};

export const page = <Name extends keyof Views>(view: Name, model: Model<Name>, status = 200): Reply => ({ kind: 'page', view, model, status });

/** After a change: the browser fetches `location`, so that loading again changes nothing. */
export const seeOther = (location: string, cookies: ReplyCookie[] = []): Reply => ({ kind: 'see-other', location, cookies, clearSite: false });

/** The same, and what the browser kept of this site's pages goes. */
export const seeOtherForgetting = (location: string, cookies: ReplyCookie[] = []): Reply => ({ kind: 'see-other', location, cookies, clearSite: true });

export const file = (content: Buffer | Readable, mediaType: string, name: string): Reply => ({ kind: 'file', content, mediaType, name });
/** Done, and there is nothing to show. */
export const nothing: Reply = { kind: 'nothing' };
export const stream = (open: (stream: EventStream) => void): Reply => ({ kind: 'stream', open });

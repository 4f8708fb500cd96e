import { pipeline } from 'node:stream';
import type { Request, Response } from 'express';
import type { EventStream, Reply } from './reply.ts';
import type { Renderer, Shell, Views } from './render.ts';

/** Turns a reply into a response. The only place, with the error pages, that writes one. */
export function send(request: Request, response: Response, reply: Reply): void {
  switch (reply.kind) {
    case 'page':
      sendPage(request, response, reply.view, reply.model, reply.status);
      return;
    case 'see-other':
      for (const { name, value, maxAgeSeconds, path = '/' } of reply.cookies) {
        response.cookie(name, value, {
          httpOnly: true,
          sameSite: 'lax',
          path,
          secure: response.app.get('secure cookies') as boolean,
          ...(maxAgeSeconds === null ? {} : { maxAge: maxAgeSeconds * 1000 }),
        });
      }
      if (reply.clearSite) response.set('Clear-Site-Data', '"cache", "storage"');
      // Without the sentence and the looking at what is accepted that Express adds: a browser goes on at once.
      response.status(303).location(reply.location).end();
      return;
    case 'file':
      response.set('Content-Type', reply.mediaType);
      response.set('Content-Disposition', contentDisposition(reply.name));
      response.set('Cache-Control', 'private, no-store');
      // A document opened on its own may run nothing and load nothing.
      response.set('Content-Security-Policy', "default-src 'none'; sandbox; frame-ancestors 'none'");
      if (Buffer.isBuffer(reply.content)) response.end(reply.content);
      // What breaks half-way ends the connection, so that nobody takes half a file for a whole one.
      else pipeline(reply.content, response, () => {});
      return;
    case 'nothing':
      response.status(204).end();
      return;
    case 'stream':
      // A browser that left meanwhile has said so already: nothing would end its stream.
      if (!response.closed) reply.open(openStream(request, response));
      return;
  }
}

export function sendPage(request: Request, response: Response, view: keyof Views, model: object, status: number): void {
  const renderer = response.app.get('renderer') as Renderer;
  const html = (renderer.render as (name: keyof Views, view: object) => string)(view, { shell: shellOf(request, response), ...model });
  response.status(status).type('html').send(html);
}

/** What every page is given, read from the request alone, so that error pages have it when the database is away. */
function shellOf(request: Request, response: Response): Shell {
  const theme = /(?:^|;\s*)theme=(light|dark)(?:;|$)/.exec(request.headers.cookie ?? '')?.[1];
  return {
    theme: theme === 'light' || theme === 'dark' ? theme : null,
    here: request.method === 'GET' && request.pattern && !request.pattern.includes('since') ? request.path : '/',
    assets: response.app.get('assets') as string,
  };
}

/** RFC 6266, with the name in UTF-8 (RFC 8187) and a plain one beside it. */
function contentDisposition(name: string): string {
  const plain = name.replace(/[^\w .-]/g, '_');
  const encoded = encodeURIComponent(name).replace(/['()*]/g, character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

/** Of each application, by session, the oldest first. */
const openStreams = new WeakMap<object, Map<string, EventStream[]>>();

/** Most streams of one session: more than anybody has windows in sight, and few enough that no session can hold what others need. */
export const mostStreams = 64;

/** Ends every stream of an application, when it stops. */
export function endStreams(app: object): void {
  for (const stream of [...(openStreams.get(app)?.values() ?? [])].flat()) stream.end();
}

/** Keeps a stream with the others of its session, and ends the oldest where they are too many: its page listens again when it comes into sight. */
function keepStream(request: Request, stream: EventStream): void {
  const sessions = openStreams.get(request.app) ?? new Map<string, EventStream[]>();
  openStreams.set(request.app, sessions);
  const streams = sessions.get(request.sessionID) ?? [];
  sessions.set(request.sessionID, streams);
  streams.push(stream);
  stream.onClose(() => {
    if (streams.includes(stream)) streams.splice(streams.indexOf(stream), 1);
    // One that was ended may close late, when others have come in its place.
    if (streams.length === 0 && sessions.get(request.sessionID) === streams) sessions.delete(request.sessionID);
  });
  if (streams.length <= mostStreams) return;
  const oldest = streams.shift()!;
  oldest.send({ name: 'elsewhere', data: {} });
  oldest.end();
}

/** Server-sent events (HTML Standard, 9.2). A comment every 20 seconds keeps proxies from closing a quiet stream. */
function openStream(request: Request, response: Response): EventStream {
  response.status(200).set({ 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' });
  response.flushHeaders();
  // A stream that has ended lives on while its reader takes nothing in: what is written to it then is an error that nobody hears, and ends the process.
  const write = (text: string): void => {
    if (!response.writableEnded && !response.destroyed) response.write(text);
  };
  write('retry: 2000\n\n');
  const beat = setInterval(() => write(': still here\n\n'), 20_000);
  const onClose: (() => void)[] = [];
  const stream: EventStream = {
    send({ name, id, data }) {
      write(`event: ${name}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`);
    },
    end: () => response.end(),
    onClose: act => onClose.push(act),
  };
  response.on('close', () => {
    clearInterval(beat);
    for (const act of onClose) act();
  });
  keepStream(request, stream);
  return stream;
}

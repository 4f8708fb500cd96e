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
    case 'stream':
      reply.open(openStream(request, response));
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

const openStreams = new WeakMap<object, Set<EventStream>>();

/** Ends every stream of an application, when it stops. */
export function endStreams(app: object): void {
  for (const stream of openStreams.get(app) ?? []) stream.end();
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
  const streams = openStreams.get(request.app) ?? new Set();
  openStreams.set(request.app, streams);
  const stream: EventStream = {
    send({ name, id, data }) {
      write(`event: ${name}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`);
    },
    end: () => response.end(),
    onClose: act => onClose.push(act),
  };
  streams.add(stream);
  response.on('close', () => {
    clearInterval(beat);
    streams.delete(stream);
    for (const act of onClose) act();
  });
  return stream;
}

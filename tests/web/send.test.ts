import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import express, { type Response } from 'express';
import { expect, it } from 'vitest';
import { type EventStream, stream } from '../../src/web/reply.ts';
import { send } from '../../src/web/send.ts';

it('a stream that has ended takes nothing more, while its reader is slow: an error that nobody hears would end the process', async () => {
  const app = express();
  let first: Response | undefined;
  const { promise: opened, resolve: open } = Promise.withResolvers<EventStream>();
  const errors: string[] = [];
  app.get('/slow', (_request, response) => void (first = response));
  app.get('/stream', (request, response) => {
    response.on('error', error => errors.push(error.message));
    send(request, response, stream(open));
  });
  const server = createServer(app).listen(0, '127.0.0.1');
  await wait(50);
  // On one line, the stream waits behind an answer that does not come.
  const line = connect((server.address() as AddressInfo).port, '127.0.0.1');
  line.write('GET /slow HTTP/1.1\r\nHost: a\r\n\r\nGET /stream HTTP/1.1\r\nHost: a\r\n\r\n');
  let told = '';
  line.on('data', bytes => void (told += bytes.toString()));
  const events = await opened;
  events.send({ name: 'end', data: {} });
  events.end();
  events.send({ name: 'late', data: {} });
  events.end();
  await wait(50);
  first!.end();
  await wait(50);
  expect(errors).toEqual([]);
  expect(told).toContain('event: end');
  expect(told).not.toContain('late');
  line.destroy();
  events.send({ name: 'later', data: {} });
  await wait(50);
  expect(errors).toEqual([]);
  await new Promise(resolve => server.close(resolve));
});

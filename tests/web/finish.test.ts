import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { finishing } from '../../src/web/finish.ts';

afterEach(() => void vi.useRealTimers());

it('a server that stops finishes what it is answering, and waits for no line on which nothing is asked', async () => {
  // No time passes: whoever waits for a limit waits for ever.
  vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval'] });
  const { promise: asked, resolve: hear } = Promise.withResolvers<void>();
  const { promise: decided, resolve: decide } = Promise.withResolvers<void>();
  const server = createServer({ keepAliveTimeout: 60 * 60_000 }, async (_request, response) => {
    hear();
    await decided;
    response.end('Here it is.');
  });
  const close = finishing(server, server);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const silent = connect(port, '127.0.0.1');
  await new Promise(resolve => silent.on('connect', resolve));
  const answer = fetch(`http://127.0.0.1:${port}/`);
  await asked;
  const closed = close();
  decide();
  expect(await (await answer).text()).toBe('Here it is.');
  await closed;
  await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
  silent.destroy();
});

import type { Server } from 'node:http';
import { endStreams } from './send.ts';

/**
 * How a server of an application is closed: it takes nobody new, ends the streams, finishes what is being answered, for ten seconds at most,
 * and then hangs up. Browsers hold lines on which they ask nothing, and those are not waited for.
 */
export function finishing(server: Server, app: object): () => Promise<void> {
  let underWay = 0;
  let finished = (): void => {};
  server.on('request', (_request, response) => {
    underWay += 1;
    response.on('close', () => {
      underWay -= 1;
      if (underWay === 0) finished();
    });
  });
  return async () => {
    const closed = new Promise(resolve => server.close(resolve));
    endStreams(app);
    if (underWay > 0) {
      await new Promise<void>(resolve => {
        const late = setTimeout(resolve, 10_000);
        finished = () => {
          clearTimeout(late);
          resolve();
        };
      });
    }
    server.closeAllConnections();
    await closed;
  };
}

import { parentPort, workerData } from 'node:worker_threads';
import { expandCalendar, type Span } from './expand-calendar.ts';

const { bytes, span } = workerData as { bytes: Uint8Array; span: Span };
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
parentPort!.postMessage(expandCalendar(new TextDecoder().decode(bytes), span));

'use strict';

// Parley works without this file. It adds a faster way out, live messages in an open subject, and patience with double presses.

/** Nothing of the page stays in sight while the next one loads. */
function blank() {
  document.documentElement.hidden = true;
  document.title = '\u00a0';
}

function leave() {
  blank();
  location.replace('/leave');
}

document.addEventListener('click', event => {
  if (!(event.target instanceof Element) || !event.target.closest('.leave')) return;
  event.preventDefault();
  leave();
});

// Shift, pressed alone, three times within five seconds. Shift for a capital letter does not count.
let presses = [];
let shiftAlone = false;

document.addEventListener('keydown', event => {
  if (event.key === 'Shift') {
    if (!event.repeat) shiftAlone = true;
    return;
  }
  shiftAlone = false;
  presses = [];
});
document.addEventListener('pointerdown', () => {
  shiftAlone = false;
});
document.addEventListener('keyup', event => {
  if (event.key !== 'Shift' || !shiftAlone) return;
  shiftAlone = false;
  const now = Date.now();
  presses = [...presses.filter(press => now - press < 5000), now];
  if (presses.length >= 3) leave();
});

// A second press on a button within three seconds does nothing.
let sent = new WeakMap();

document.addEventListener('submit', event => {
  const now = Date.now();
  if (now - (sent.get(event.target) ?? 0) < 3000) event.preventDefault();
  else if (!event.defaultPrevented) sent.set(event.target, now);
});

window.addEventListener('pageshow', event => {
  sent = new WeakMap();
  // A page out of the browser's memory may belong to somebody who has signed out since.
  if (event.persisted) {
    blank();
    location.reload();
  }
});

/** Adds messages to an open subject as they arrive. It moves neither the page nor the focus. */
function listen(record) {
  const status = document.querySelector('.live[role="status"]');
  const stream = new EventSource(record.dataset.stream);
  let latest = Number(record.dataset.position);
  let behind = false;
  let fetching = false;
  let opened = false;

  const announce = text => {
    if (!status) return;
    // Emptied first, so that the same words are read out again.
    status.textContent = '';
    setTimeout(() => {
      status.textContent = text;
    }, 100);
  };

  /** Entries and day headings carry ids, so what is here already is told by its id. */
  const append = html => {
    const items = new DOMParser().parseFromString(`<ol>${html}</ol>`, 'text/html').querySelectorAll('body > ol > li');
    let entries = 0;
    for (const item of items) {
      if (item.id && document.getElementById(item.id)) continue;
      record.append(document.adoptNode(item));
      if (item.classList.contains('entry')) entries += 1;
    }
    return entries;
  };

  // Fetching counts as viewing, so it waits until the page is in sight.
  const catchUp = async () => {
    if (!behind || fetching || document.visibilityState !== 'visible') return;
    behind = false;
    fetching = true;
    try {
      const reached = latest;
      const response = await fetch(record.dataset.since + record.dataset.position, {
        headers: { Accept: 'text/html' },
        credentials: 'same-origin',
        cache: 'no-store',
      });
      if (response.redirected || response.status === 401) return signedOut();
      if (!response.ok) throw new Error(`Status ${response.status}`);
      const added = append(await response.text());
      record.dataset.position = String(Math.max(reached, Number(record.dataset.position)));
      if (added > 0) announce(added === 1 ? 'A new message has arrived' : `${added} new messages have arrived`);
    } catch {
      // Left for the next event, or the next time the page comes into sight.
      behind = true;
      return;
    } finally {
      fetching = false;
    }
    if (behind) void catchUp();
  };

  const signedOut = () => {
    stream.close();
    blank();
    location.replace('/sign-in');
  };

  stream.addEventListener('open', () => {
    // The line was lost for a while: something may have come meanwhile.
    if (opened) behind = true;
    opened = true;
    void catchUp();
  });
  stream.addEventListener('comment', event => {
    const { position, subject } = JSON.parse(event.data);
    if (subject !== record.dataset.subject) {
      announce('A new message has arrived in another subject');
      return;
    }
    latest = Math.max(latest, Number(position));
    behind = true;
    void catchUp();
  });
  stream.addEventListener('end', signedOut);
  document.addEventListener('visibilitychange', catchUp);
  window.addEventListener('pagehide', () => stream.close());
}

const liveRecord = document.querySelector('.record[data-stream]');
if (liveRecord) listen(liveRecord);

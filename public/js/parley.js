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

// Writing for long asks for no page, and the session would end under it, with every word: so it is told, once a minute at most.
let toldAt = Date.now();

document.addEventListener('input', event => {
  if (!document.body.classList.contains('app') || !(event.target instanceof HTMLTextAreaElement) || Date.now() - toldAt < 60_000) return;
  toldAt = Date.now();
  void fetch('/writing', { method: 'POST', credentials: 'same-origin', cache: 'no-store' }).catch(() => {});
});

function signedOut() {
  blank();
  location.replace('/sign-in');
}

/**
 * Listens to a stream for as long as the page is in sight: to what `heard` has by name. A stream holds one of the six lines that a browser has to a
 * server, and with six pages behind each other none would load. `address` is asked for whenever a stream is opened, and `refused` is called where
 * there was none. A browser tries again by itself where the line broke, and gives up for good where it was answered with
 * anything but a stream; then this tries again.
 */
function keepListening(address, heard, refused = () => {}) {
  const soon = 2000;
  let pause = soon;
  let stream = null;

  const close = () => {
    stream?.close();
    stream = null;
  };
  const open = () => {
    if (stream !== null || document.visibilityState !== 'visible') return;
    stream = new EventSource(address());
    for (const [name, act] of Object.entries(heard)) stream.addEventListener(name, act);
    stream.addEventListener('open', () => {
      pause = soon;
    });
    stream.addEventListener('error', () => {
      if (stream?.readyState !== EventSource.CLOSED) return;
      stream = null;
      setTimeout(open, pause);
      pause = Math.min(pause * 2, 60_000);
      refused();
    });
    stream.addEventListener('end', () => {
      close();
      signedOut();
    });
    // Too many listen; this page goes on when it is looked at.
    stream.addEventListener('elsewhere', close);
  };
  document.addEventListener('visibilitychange', () => (document.visibilityState === 'visible' ? open() : close()));
  window.addEventListener('focus', open);
  window.addEventListener('pagehide', close);
  open();
}

/** Adds messages to an open subject as they arrive. It moves neither the page nor the focus. */
function showNewMessages(record) {
  const status = document.querySelector('.live[role="status"]');
  let latest = Number(record.dataset.position);
  let heardUpTo = latest;
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

  /** Entries and day headings carry ids, so what is here already is told by its id. Gives how many are new, and the position of the last that came. */
  const append = html => {
    const items = new DOMParser().parseFromString(`<ol>${html}</ol>`, 'text/html').querySelectorAll('body > ol > li');
    let added = 0;
    let newest = 0;
    for (const item of items) {
      const isEntry = item.classList.contains('entry');
      if (isEntry) newest = Number(item.id.slice(1));
      if (item.id && document.getElementById(item.id)) continue;
      record.append(document.adoptNode(item));
      if (isEntry) added += 1;
    }
    return { added, newest };
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
      const { added, newest } = append(await response.text());
      // Of many, not all come at once: the rest is fetched from there on.
      if (newest > 0 && newest < reached) behind = true;
      record.dataset.position = String(newest > 0 ? newest : reached);
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
  document.addEventListener('visibilitychange', catchUp);

  const address = () => {
    const url = new URL(record.dataset.stream, location.href);
    url.searchParams.set('after', String(heardUpTo));
    return url;
  };
  const heard = {
    open() {
      // The line was lost for a while: something may have come meanwhile.
      if (opened) behind = true;
      opened = true;
      void catchUp();
    },
    comment(event) {
      const { position, subject } = JSON.parse(event.data);
      heardUpTo = Math.max(heardUpTo, Number(position));
      if (subject !== record.dataset.subject) {
        announce('A new message has arrived in another subject');
        return;
      }
      latest = Math.max(latest, Number(position));
      behind = true;
      void catchUp();
    },
  };
  keepListening(address, heard, () => {
    behind = true;
    void catchUp(); // which finds out whether it is the session that has ended
  });
}

// The list of subjects is as long as the window and moves by itself: the subject that is open is in sight.
const subjects = document.querySelector('.mail__list');
const openSubject = subjects?.querySelector('[aria-current]');
if (openSubject && openSubject.offsetTop + openSubject.offsetHeight > subjects.clientHeight) {
  subjects.scrollTop = openSubject.offsetTop - subjects.clientHeight / 2;
}

const liveRecord = document.querySelector('.record[data-stream]');
if (liveRecord) showNewMessages(liveRecord);

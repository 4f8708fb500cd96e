'use strict';

// The lock works without this file. It hides the page in the moment of pressing, here and in other windows, instead of when the answer comes.

const locks = 'BroadcastChannel' in window ? new BroadcastChannel('parley-lock') : null;

function hidePage() {
  document.documentElement.hidden = true;
  document.title = '\u00a0';
}

document.addEventListener('submit', event => {
  if (!(event.target instanceof HTMLFormElement) || event.target.getAttribute('action') !== '/school/lock' || event.defaultPrevented) return;
  hidePage();
  // Other windows ask again once the lock has arrived.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel reaches our own origin alone
  window.addEventListener('pagehide', () => locks?.postMessage('locked'), { once: true });
});

locks?.addEventListener('message', () => {
  hidePage();
  location.reload();
});

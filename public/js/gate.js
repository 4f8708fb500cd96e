'use strict';

// The gate works without this file. It locks a screen that nobody has touched for two minutes, and prints.

const lockAfterMs = 2 * 60 * 1000;
const lockForm = document.querySelector('form[action="/school/lock"]');
let touchedAt = Date.now();

const lockIfLeft = () => {
  if (lockForm && Date.now() - touchedAt >= lockAfterMs) lockForm.requestSubmit();
};

if (lockForm) {
  for (const kind of ['pointerdown', 'pointermove', 'keydown', 'scroll']) {
    document.addEventListener(
      kind,
      () => {
        touchedAt = Date.now();
      },
      { passive: true, capture: true },
    );
  }
  setInterval(lockIfLeft, 5000);
  // A tablet that slept has no clock meanwhile: what it shows on waking is decided at once.
  document.addEventListener('visibilitychange', lockIfLeft);
}

const print = document.querySelector('button[data-print]');
if (print) {
  print.hidden = false;
  print.addEventListener('click', () => window.print());
}
